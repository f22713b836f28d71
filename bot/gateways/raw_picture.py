"""An answer that is the picture itself, without any document around it: some gateways send nothing else."""

from collections.abc import Callable
from typing import Final

from bot.gateways.decoder import Document
from bot.gateways.picture_file import PictureFile
from bot.gateways.sse import Event

_STARTS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_WEBP: Final = (b"RIFF", b"WEBP")
_WEBP_BYTES: Final = 12  # the first word, four bytes of length, the second word


def is_picture(start: bytes) -> bool | None:
    """Tell from a body's first bytes whether it is a PNG, JPEG or WebP; None where more of them are needed."""
    if start.startswith(_STARTS):
        return True
    if start.startswith(_WEBP[0]):
        return start[8:_WEBP_BYTES] == _WEBP[1] if len(start) >= _WEBP_BYTES else None
    return None if any(one.startswith(start) for one in (*_STARTS, _WEBP[0])) else False


class RawPicture:
    """Takes such a body into a file that `begin` opens; one that grows past its bound is read past and spoiled.

    Errors: `OSError` from the disk.
    """

    def __init__(self, begin: Callable[[], PictureFile]) -> None:
        self._file = begin()
        self._is_spoiled = False

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes; there are no events before the end."""
        if not self._is_spoiled:
            try:
                self._file.write(chunk)
            except OverflowError:
                self._file.discard()
                self._is_spoiled = True
        return []

    def finish(self, *, is_whole: bool) -> list[Event]:
        """Say that the body ends here; where it was cut, the file stays with whoever opened it, to be discarded."""
        if not is_whole:
            document = Document(value=None, problem="malformed", text="", pictures=(), spoiled=0)
        elif self._is_spoiled:
            document = Document(value=None, problem=None, text="", pictures=(), spoiled=1)
        else:
            self._file.close()
            document = Document(value=None, problem=None, text="", pictures=(self._file,), spoiled=0)
        return [Event(name="", document=document)]
