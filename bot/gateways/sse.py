"""Server-sent events in pieces of any size, each event's data going through a scanner as it arrives.

Source: html.spec.whatwg.org/multipage/server-sent-events.html, section 9.2.6 (read 2026-11-20).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.gateways.decoder import Document, Scanner
from bot.gateways.picture_file import PictureFile
from bot.gateways.prose import Prose

_MAX_HEAD_BYTES: Final = 4096  # of a comment, a name or an id: what is longer says nothing we need
_DATA: Final = b"data:"
_CR: Final = 13
_LF: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event: its `event:` name ("" where there was none) and its data without the pictures."""

    name: str
    document: Document


class EventStream:
    """Splits bytes into events; `feed` and `finish` return those that became whole."""

    def __init__(self, begin: Callable[[], PictureFile], prose: Prose) -> None:
        self._begin = begin
        self._prose = prose
        self._head = b""  # the current line as far as it is no data
        self._in_data = False
        self._after_cr = False
        self._name = ""
        self._scanner: Scanner | None = None

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes."""
        events = list[Event]()
        position, end = 0, len(chunk)
        if self._after_cr and chunk:
            position, self._after_cr = int(chunk[0] == _LF), False
        carriage = chunk.find(b"\r", position)
        while position < end:
            stop = chunk.find(b"\n", position)
            stop = end if stop < 0 else stop
            if 0 <= carriage < position:
                carriage = chunk.find(b"\r", position)
            if 0 <= carriage < stop:
                stop = carriage
            self._part(chunk[position:stop])
            if stop == end:
                break
            events += self._end_line()
            position = stop + 1
            if chunk[stop] == _CR:
                self._after_cr = position == end
                position += int(chunk[position : position + 1] == b"\n")
        return events

    def finish(self) -> list[Event]:
        """Say that the stream ends here; gateways forget the last blank line, so what is whole counts."""
        return [*self._end_line(), *self._dispatch()]

    def _part(self, piece: bytes) -> None:
        if self._in_data:
            self._data().feed(piece)
        elif len(self._head) < _MAX_HEAD_BYTES:
            self._head += piece
            self._begin_data()

    def _begin_data(self) -> None:
        """Switch to data once the field name and the one optional space after it are read."""
        if len(self._head) <= len(_DATA) or not self._head.startswith(_DATA):
            return
        content = self._head[len(_DATA) :].removeprefix(b" ")
        self._head, self._in_data = b"", True
        self._open_line().feed(content)

    def _data(self) -> Scanner:
        if self._scanner is None:
            self._scanner = Scanner(self._begin, self._prose)
        return self._scanner

    def _open_line(self) -> Scanner:
        if self._scanner is not None:
            self._scanner.feed(b"\n")
        return self._data()

    def _end_line(self) -> list[Event]:
        head, was_data = self._head, self._in_data
        self._head, self._in_data = b"", False
        if was_data:
            return []
        if not head:
            return self._dispatch()
        field, _, content = head.partition(b":")
        if field == b"event":
            self._name = content.removeprefix(b" ").decode("utf-8", "replace")
        elif field == b"data":
            self._open_line()
        return []

    def _dispatch(self) -> list[Event]:
        scanner, name = self._scanner, self._name
        self._scanner, self._name = None, ""
        return [Event(name=name, document=scanner.finish())] if scanner is not None else []
