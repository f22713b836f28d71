"""The incremental JSON scanner: pictures leave a document while its bytes arrive, the small rest is parsed at its end.

Only strings are looked at closely; the rest of JSON's grammar is left to `json`.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.gateways.picture_file import PictureFile
from bot.gateways.picture_text import PICTURE_STARTS, PictureText, plainer, unescape
from bot.gateways.prose import Prose

BASE64_KEYS: Final = frozenset({"b64_json", "partial_image_b64"})
"""Members whose text is a picture as base64, with or without a `data:` prefix."""

MAYBE_KEYS: Final = frozenset({"result", "url", "image_url", "image", "base64", "image_base64", "data"})
"""Members whose text may be a picture, and may be anything else."""

LIST_KEYS: Final = frozenset({"data", "images", "image", "output", "result"})
"""Members whose list may hold pictures as plain texts."""

PROSE_KEYS: Final = frozenset({"content", "text"})
"""Members whose text is what a model wrote, and may hold pictures between the words."""

MAX_REST_BYTES: Final = 1 << 20
MAX_PICTURES: Final = 64
"""Pictures one document may hold; further ones are read past."""

MAX_SPOILED: Final = 256
"""Texts that are none although they should be, after which pictures are read past too: each opens a file."""

MIN_BASE64_CHARS: Final = 40
"""Thirty bytes: no picture is that small, and words such as "success" are shorter."""

_MAX_PREFIX_BYTES: Final = 512  # "data:image/png;base64,", generously
_MAX_KEY_BYTES: Final = 128  # the longest key with every character written as \uXXXX has 102

_QUOTE: Final = b'"'
_WHITESPACE: Final = b" \t\r\n"
_STRING_BODY: Final = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_HALF_ESCAPE: Final = re.compile(rb"(?<!\\)(?:\\\\)*(\\(?:u[0-9A-Fa-f]{0,3})?)\Z")
_LOOKS_LIKE_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_\-\r\n]+={0,2}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One JSON document without its pictures.

    In `value` each picture's text is replaced by its index in `pictures`, or by None where it was `spoiled` (no
    base64, or too big). Where the rest is no JSON, `value` is None and `problem` is "empty", "malformed", "deep"
    or "long". `text` is the rest as it came. Whole pictures are here whatever the problem.
    """

    value: object
    problem: str | None
    text: str
    pictures: tuple[PictureFile, ...]
    spoiled: int


class Scanner:
    """Takes one document in pieces of any size; decodes each picture into a file that `begin` opens.

    What a model wrote goes through `prose`, which may go on over several documents; its pictures stay there.
    Whole pictures are closed; a text that turns out to be no base64, or too big, is discarded and read past.
    The picture that the document's end cuts stays with whoever opened it, to be discarded.
    Errors: `OSError` from the disk.
    """

    def __init__(self, begin: Callable[[], PictureFile], prose: Prose) -> None:
        self._begin = begin
        self._prose = prose
        self._read = self._outside
        self._carry = b""  # half an escape, cut by the end of a chunk
        self._rest = bytearray()
        self._is_long = False
        self._string = b""  # the newest string, as far as it may be a key
        self._gap = b""  # what stands between the newest string and the next, without whitespace
        self._key = ""
        self._list_key = ""  # whose list the newest string stands in, as nothing but a text
        self._head = b""  # the start of a text that may be a picture
        self._picture: PictureText | None = None
        self._pictures: list[PictureFile] = []
        self._spoiled = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self._carry:
            chunk, self._carry = self._carry + chunk, b""
        position, end = 0, len(chunk)
        while position < end:
            position = self._read(chunk, position)

    def finish(self) -> Document:
        """Say that the document ends here, whole or cut."""
        text = self._rest.decode("utf-8", "replace")
        value, problem = (None, "long") if self._is_long else parse(text)
        return Document(value=value, problem=problem, text=text, pictures=tuple(self._pictures), spoiled=self._spoiled)

    # -- what is kept -----------------------------------------------------------------------------------------------

    def _keep(self, piece: bytes) -> None:
        if len(self._rest) + len(piece) > MAX_REST_BYTES:
            self._is_long = True
        else:
            self._rest += piece

    def _outside(self, chunk: bytes, position: int) -> int:
        quote = chunk.find(_QUOTE, position)
        stop = len(chunk) if quote < 0 else quote
        between = chunk[position:stop]
        self._keep(between)
        self._gap = (self._gap + between.translate(None, _WHITESPACE))[:3]
        if quote < 0:
            return stop
        self._key = _key_of(self._string) if self._gap == b":" else ""
        if self._gap == b":[":
            self._list_key = _key_of(self._string)
        elif self._gap != b",":
            self._list_key = ""
        is_listed = self._list_key in LIST_KEYS
        if is_listed or self._key in BASE64_KEYS or self._key in MAYBE_KEYS:
            self._head, self._read = b"", self._candidate
        elif self._key in PROSE_KEYS:
            self._keep(_QUOTE)
            self._string, self._read = b"", self._written
        else:
            self._begin_text()
        return quote + 1

    def _begin_text(self) -> None:
        self._keep(_QUOTE)
        self._string, self._read = b"", self._text

    def _text(self, chunk: bytes, position: int) -> int:
        stop = _end_of_body(chunk, position, len(chunk))
        piece = chunk[position:stop]
        self._keep(piece)
        if len(self._string) <= _MAX_KEY_BYTES:
            self._string += piece[: _MAX_KEY_BYTES + 1]
        return self._end_string(chunk, stop, _QUOTE)

    def _written(self, chunk: bytes, position: int) -> int:
        stop = _end_of_body(chunk, position, len(chunk))
        if stop == len(chunk):
            stop = _before_half_escape(chunk, position, stop)
        self._keep(self._prose.feed(plainer(chunk[position:stop])))
        return self._end_string(chunk, stop, _QUOTE)

    def _end_string(self, chunk: bytes, stop: int, kept: bytes) -> int:
        """Leave the string whose body ends at `stop`, keeping `kept`; a chunk that ends first is carried over."""
        if chunk[stop : stop + 1] != _QUOTE:
            self._carry = chunk[stop:]
            return len(chunk)
        self._keep(kept)
        self._gap, self._read = b"", self._outside
        return stop + 1

    # -- what may be a picture ----------------------------------------------------------------------------------------

    def _candidate(self, chunk: bytes, position: int) -> int:
        window = min(len(chunk), position + _MAX_PREFIX_BYTES)
        stop = _end_of_body(chunk, position, window)
        has_ended = chunk[stop : stop + 1] == _QUOTE
        if not has_ended:
            stop = _before_half_escape(chunk, position, stop)
        self._head += chunk[position:stop]
        key = self._list_key or self._key
        verdict = _is_picture(self._head, key, has_ended=has_ended, is_listed=bool(self._list_key))
        if verdict:
            self._begin_picture()
        elif verdict is not None:
            self._begin_text()
            self._text(self._head, 0)
        elif stop == position:  # half an escape ends the chunk
            self._carry = chunk[stop:]
            return len(chunk)
        return stop

    def _begin_picture(self) -> None:
        self._string = b""
        if len(self._pictures) >= MAX_PICTURES or self._spoiled >= MAX_SPOILED:
            self._spoil()
            return
        self._picture, self._read = PictureText(self._begin()), self._in_picture
        if not self._picture.feed(self._head):
            self._spoil()

    def _in_picture(self, chunk: bytes, position: int) -> int:
        assert self._picture is not None  # noqa: S101  # this state begins with one
        quote = chunk.find(_QUOTE, position)
        stop = quote if quote >= 0 else _before_half_escape(chunk, position, len(chunk))
        is_sound = self._picture.feed(chunk[position:stop])
        if quote >= 0:
            is_sound = is_sound and self._picture.end()
        if not is_sound:
            self._spoil()
            return position
        if quote < 0:
            self._carry = chunk[stop:]
            return len(chunk)
        self._pictures.append(self._picture.file)
        return self._end_string(chunk, quote, str(len(self._pictures) - 1).encode())

    def _spoil(self) -> None:
        if self._picture is not None:
            self._picture.file.discard()
        self._spoiled += 1
        self._picture, self._read = None, self._past

    def _past(self, chunk: bytes, position: int) -> int:
        return self._end_string(chunk, _end_of_body(chunk, position, len(chunk)), b"null")


def _end_of_body(chunk: bytes, position: int, limit: int) -> int:
    """Return where the string's body stops: at its closing quote, before a lone backslash, or at the limit."""
    found = _STRING_BODY.match(chunk, position, limit)
    assert found is not None  # noqa: S101  # the empty body matches everywhere
    return found.end()


def _before_half_escape(chunk: bytes, position: int, stop: int) -> int:
    """Return where a string's piece must end so that no escape is cut in two."""
    if chunk.rfind(b"\\", max(position, stop - 5), stop) < 0:
        return stop
    half = _HALF_ESCAPE.search(chunk, max(position, stop - 5), stop)
    return half.start(1) if half else stop


def _key_of(raw: bytes) -> str:
    if len(raw) > _MAX_KEY_BYTES:
        return ""
    try:
        key: object = json.loads(_QUOTE + raw + _QUOTE)
    except ValueError:
        return ""
    return str(key)


def _is_picture(head: bytes, key: str, *, has_ended: bool, is_listed: bool) -> bool | None:
    """Tell from its start whether a text is a picture; None where more of it is needed."""
    plain = unescape(head)
    if plain is None:
        return key in BASE64_KEYS
    prefix, comma, payload = plain.partition(b",")
    is_data_url = plain.startswith(b"data:")
    if key == "url" and not is_data_url and not b"data:".startswith(plain):
        return False
    if is_data_url and (not comma or b"base64" not in prefix):
        needs_more = not comma and not has_ended and len(plain) < _MAX_PREFIX_BYTES
        return None if needs_more else False
    payload = payload if is_data_url else plain
    if len(payload) < MIN_BASE64_CHARS:
        return False if has_ended else None
    if is_data_url or key in BASE64_KEYS:
        return not payload.startswith((b"https://", b"http://"))
    may_be = not is_listed or payload.startswith(PICTURE_STARTS)  # a list may hold names as well
    return may_be and _LOOKS_LIKE_BASE64.match(payload) is not None


def parse(text: str) -> tuple[object, str | None]:
    """Parse JSON from outside; returns the value, or None and what is wrong: "empty", "malformed" or "deep"."""
    if not text.strip():
        return None, "empty"
    try:
        # NaN, infinities and numbers without bound become None: they reach no ledger, and cost no picture.
        value: object = json.loads(text, parse_constant=_absent, parse_float=_finite, parse_int=_bounded, strict=False)
    except RecursionError:
        return None, "deep"
    except ValueError:
        return None, "malformed"
    return value, None


def _absent(_: str) -> None:
    return None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _bounded(digits: str) -> int | None:
    return int(digits) if len(digits) <= 18 else None  # noqa: PLR2004  # every count and timestamp fits; 64 bits do too
