"""The text of one picture inside a JSON document: base64 in pieces of any size becomes the bytes of a file."""

import binascii
import re
from typing import Final

import pybase64

from bot.gateways.picture_file import PictureFile

_ESCAPE: Final = re.compile(rb"\\(?:u00([0-7][0-9A-Fa-f])|([/nrt]))")
_HIDDEN: Final = re.compile(rb"\\\\|\\/|\\u00(2[013-9A-Fa-f]|[3467][0-9A-Ea-e]|[346]f|[346]F|5[0-9A-Ba-bD-Fd-f])")
_SIMPLE_ESCAPES: Final = {b"/": b"/", b"n": b"\n", b"r": b"\r", b"t": b"\t"}

# What strict decoding refuses although the picture is whole: the URL-safe alphabet, and line breaks every 76 columns.
_TO_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_WHITESPACE: Final = b" \t\r\n"
PICTURE_STARTS: Final = (b"iVBORw0KGgo", b"/9j/", b"_9j_", b"UklGR")
"""How the base64 of a PNG, a JPEG (in both alphabets) and a WebP begins."""

_IMPOSSIBLE: Final = 3  # characters no encoding leaves out: one alone holds six bits


class PictureText:
    """Decodes whole groups of four characters as they come; a `data:` prefix must lie within the first piece."""

    def __init__(self, file: PictureFile) -> None:
        self.file = file
        self._is_first = True
        self._group = b""  # characters that wait for their group of four
        self._is_padded = False

    def feed(self, raw: bytes) -> bool:
        """Take a piece without half escapes; False where it is no base64 or the file would grow too big."""
        plain = unescape(raw)
        if plain is None:
            return False
        if self._is_first:
            self._is_first = False
            plain = plain.partition(b",")[2] if plain.startswith(b"data:") else plain
        if self._decode(plain):
            return True
        self._group = _standard(self._group)
        return self._decode(_standard(plain))

    def end(self) -> bool:
        """Decode what is left and close the file; False where the last group is cut."""
        self._group = _standard(self._group)
        missing = -len(self._group) % 4
        # Some encoders leave the padding out; nothing is lost by putting it back.
        if missing == _IMPOSSIBLE or not self._decode(b"=" * missing):
            return False
        self.file.close()
        return True

    def _decode(self, plain: bytes) -> bool:
        """Complete the waiting group, decode every whole one behind it, and let the next wait."""
        if self._is_padded and plain:
            return False
        lead = -len(self._group) % 4
        first, rest = self._group + plain[:lead], memoryview(plain)[lead:]  # a view: the pieces are large
        if len(first) < len(self._group) + lead:
            self._group = first
            return True
        stop = len(rest) & ~3
        try:
            decoded = [pybase64.b64decode(part, validate=True) for part in (first, rest[:stop]) if part]
            if first.endswith(b"=") and stop:
                return False
            for piece in decoded:
                self.file.write(piece)
        except (binascii.Error, OverflowError):
            return False
        self._group = bytes(rest[stop:])
        self._is_padded = (rest[stop - 1 : stop] if stop else first[-1:]) == b"="
        return True


def _standard(text: bytes) -> bytes:
    return text.translate(_TO_STANDARD, _WHITESPACE)


def unescape(raw: bytes) -> bytes | None:
    r"""Undo the JSON escapes base64 may carry (`\/`, `\u002B`, `\n`); None where another one stands."""
    if b"\\" not in raw:
        return raw
    if b"\\\\" in raw:
        return None
    raw = raw.replace(b"\\/", b"/")  # PHP escapes every slash; one pass in C for them all
    plain = _ESCAPE.sub(_unescaped, raw)
    return None if b"\\" in plain else plain


def plainer(raw: bytes) -> bytes:
    r"""Undo the escapes of a JSON string that hide plain characters: `\/`, and `\u0021` to `\u007e`.

    What is returned may still stand within a JSON string: quotes, backslashes and control characters stay escaped.
    """
    if b"\\" not in raw:
        return raw
    if b"\\\\" not in raw:
        raw = raw.replace(b"\\/", b"/")  # PHP escapes every slash; one pass in C for them all
        return _HIDDEN.sub(_shown, raw) if b"\\u00" in raw else raw
    return _HIDDEN.sub(_shown, raw)


def _shown(found: re.Match[bytes]) -> bytes:
    if found[1] is None:
        return b"/" if found[0] == b"\\/" else found[0]
    return bytes.fromhex(found[1].decode())


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode()) if found[1] else _SIMPLE_ESCAPES[found[2]]
