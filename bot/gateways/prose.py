"""What a model writes: text in pieces of any size, over any number of strings, whose pictures go into files.

Chat gateways put pictures into the text itself, as `![image](data:image/png;base64,…)`, and split it anywhere
(image-api facts, section 4); some write nothing but the base64. The pieces are taken as `plainer` leaves them: as they
stand in JSON, without the escapes that hide plain characters.
"""

import json
import re
from collections.abc import Callable
from typing import Final

from bot.gateways.picture_file import PictureFile
from bot.gateways.picture_text import PICTURE_STARTS, PictureText

MAX_WORDS_BYTES: Final = 64 << 10
"""How much of the text is remembered; Discord shows 2,000 characters of it at the most."""

MAX_PICTURES: Final = 64

MAX_BEGUN: Final = 256
"""Pictures that may begin, whole or not: each opens a file, and a text that speaks of data URLs may be long."""

_START: Final = re.compile(rb"data:image/[\w.+-]{1,40}(?:;[\w=.+-]{1,40}){0,3};base64,")
_WORD: Final = b"data:image"
_MAY_START: Final = re.compile(rb"data:image[/\w.+;=-]{0,180}\Z")
_LONGEST_START: Final = 192
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_"
_RUN: Final = re.compile(rb"[A-Za-z0-9+/=_-]*+")
_BROKEN_RUN: Final = re.compile(rb"(?:[A-Za-z0-9+/_-]++|\\[nr])*+=*+")
_BREAKS: Final = (b"\\n", b"\\r")
_OPENINGS: Final = (b"(", b"<", b"'", b'"')
"""What stands before an address that ends with its counterpart, so that line breaks belong to its base64."""

_NEAR_BYTES: Final = 1024
_LEAST_BYTES: Final = 30  # what is shorter is a text that speaks of data URLs


class Prose:
    """Takes what is written, keeps the words, and decodes each picture into a file that `begin` opens.

    `pictures` are whole and closed; a text that turns out to be no base64, or too big, counts as `spoiled`.
    Errors: `OSError` from the disk.
    """

    def __init__(self, begin: Callable[[], PictureFile]) -> None:
        self.pictures: list[PictureFile] = []
        self.spoiled = 0
        self._begin = begin
        self._begun = 0
        self._carry: bytes = b""  # a tail that may be the start of a picture
        self._picture: PictureText | None = None
        self._is_past = False  # within a text that is no picture after all
        self._is_fresh = True  # nothing was written yet, so that the whole text may be a picture's base64
        self._may_break = False  # a line break does not end the picture
        self._before = b""  # the last character of the piece before
        self._words = bytearray()

    @property
    def words(self) -> str:
        """Return what was written so far, without the pictures."""
        raw = bytes(self._words + self._carry)
        try:
            words: object = json.loads(b'"' + raw + b'"', strict=False)
        except ValueError:  # cut within an escape
            return raw.decode("utf-8", "replace")
        return str(words)

    @property
    def is_open(self) -> bool:
        """Tell whether a picture has begun and not ended."""
        return self._picture is not None

    def feed(self, raw: bytes) -> bytes:
        """Take the next piece, without half escapes; returns what of it is no picture."""
        raw = self._carry + raw
        self._carry = b""
        kept, position = bytearray(), 0
        if self._is_fresh and raw:
            self._is_fresh = False
            if raw.startswith(PICTURE_STARTS):
                self._begin_picture(may_break=True)
            elif any(one.startswith(raw) for one in PICTURE_STARTS):
                self._carry, self._is_fresh = raw, True
                return b""
        while position < len(raw):
            if self._picture is not None or self._is_past:
                position = self._in_picture(raw, position)
                continue
            found = _START.search(raw, position)
            stop = found.start() if found else _hold(raw, position)
            kept += raw[position:stop]
            if found is None:
                self._carry = raw[stop:]
                break
            self._begin_picture(may_break=(kept[-1:] or self._before) in _OPENINGS)
            position = found.end()
        self._before = bytes(kept[-1:]) or self._before
        self._words += kept[: max(0, MAX_WORDS_BYTES - len(self._words))]
        return bytes(kept)

    def finish(self, *, is_whole: bool) -> None:
        """Say that nothing follows; a picture that still runs is whole only where the answer is."""
        if self._picture is not None and is_whole:
            self._end_picture()

    def _begin_picture(self, *, may_break: bool) -> None:
        self._begun, self._may_break = self._begun + 1, may_break
        if len(self.pictures) >= MAX_PICTURES or self._begun > MAX_BEGUN:
            self._is_past = True
        else:
            self._picture = PictureText(self._begin())

    def _in_picture(self, raw: bytes, position: int) -> int:
        stop = _end_of_run(raw, position, position + _NEAR_BYTES)
        if stop == position + _NEAR_BYTES:  # what ends soon is found without looking at all that follows
            rest = raw[position:] if position else raw
            # Nearly always the run goes on to the end, which is seen fifty times as fast so.
            stop = _end_of_run(raw, position) if rest.translate(None, _ALPHABET) else len(raw)
        piece = raw[position:stop]
        self._may_break = self._may_break and not piece.endswith(b"=")
        if self._may_break and raw.startswith(_BREAKS, stop):
            stop = _end_of_lines(raw, stop)
            piece = _joined(raw[position:stop])
            self._may_break = not piece.endswith(b"=")
        if self._picture is not None and piece and not self._picture.feed(piece):
            self._spoil()
        if stop < len(raw):
            self._end_picture()
        return stop

    def _end_picture(self) -> None:
        picture, self._picture, self._is_past = self._picture, None, False
        if picture is None:
            return
        if not picture.end():
            picture.file.discard()
            self.spoiled += 1
        elif picture.file.size_bytes < _LEAST_BYTES:
            picture.file.discard()
        else:
            self.pictures.append(picture.file)

    def _spoil(self) -> None:
        if self._picture is not None:
            self._picture.file.discard()
        self._picture, self._is_past = None, True
        self.spoiled += 1


def _end_of_run(raw: bytes, position: int, limit: int | None = None) -> int:
    found = _RUN.match(raw, position, len(raw) if limit is None else limit)
    assert found is not None  # noqa: S101  # the empty run matches everywhere
    return found.end()


def _end_of_lines(raw: bytes, position: int) -> int:
    found = _BROKEN_RUN.match(raw, position)
    assert found is not None  # noqa: S101  # the empty run matches everywhere
    return found.end()


def _joined(lines: bytes) -> bytes:
    """Return base64 without its line breaks."""
    for one in _BREAKS:
        lines = lines.replace(one, b"")
    return lines


def _hold(raw: bytes, position: int) -> int:
    """Return where a tail begins that may be the start of a picture; the end if there is none."""
    start = max(position, len(raw) - _LONGEST_START)
    while (start := raw.find(b"d", start)) >= 0:
        tail = raw[start:]
        if _WORD.startswith(tail) or _MAY_START.match(tail):
            return start
        start += 1
    return len(raw)
