"""The body of one answer, whatever it is: a JSON document, a stream of events, a picture, a web page, or nothing."""

from collections.abc import Callable
from typing import Final

from bot.gateways.decoder import Scanner
from bot.gateways.picture_file import PictureFile
from bot.gateways.prose import Prose
from bot.gateways.raw_picture import RawPicture, is_picture
from bot.gateways.sse import Event, EventStream

_WHITESPACE: Final = b" \t\r\n"
_BOM: Final = b"\xef\xbb\xbf"
_STREAM_STARTS: Final = (b"data:", b"event:", b"id:", b"retry:", b":")
_LONGEST_START: Final = max(map(len, _STREAM_STARTS))


class _Plain:
    """One JSON document, or whatever else stands where one should."""

    def __init__(self, begin: Callable[[], PictureFile], prose: Prose) -> None:
        self._scanner = Scanner(begin, prose)

    def feed(self, chunk: bytes) -> list[Event]:
        self._scanner.feed(chunk)
        return []

    def finish(self, *, is_whole: bool) -> list[Event]:
        del is_whole  # the document says it
        return [Event(name="", document=self._scanner.finish())]


class Body:
    """Takes a body in pieces and returns its events; a plain document is one event at the end.

    Bytes decide, the Content-Type only breaks ties: gateways send JSON where a stream was asked for, streams
    named JSON, and whitespace for minutes before either (image-api facts, sections 2.2 and 2.3). `prose` is what
    a model wrote, over all events.
    """

    def __init__(self, content_type: str, begin: Callable[[], PictureFile]) -> None:
        self.received_bytes = 0
        self._says_stream = "event-stream" in content_type.lower()
        self.prose = Prose(begin)
        self._begin = begin
        self._start = b""
        self._reader: _Plain | EventStream | RawPicture | None = None

    @property
    def is_plain(self) -> bool:
        """Tell whether the body has begun and is no stream."""
        return isinstance(self._reader, _Plain)

    @property
    def is_stream(self) -> bool:
        """Tell whether the body has begun and is a stream of events."""
        return isinstance(self._reader, EventStream)

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes; `OSError` from the disk."""
        self.received_bytes += len(chunk)
        if self._reader is not None:
            return self._reader.feed(chunk)
        self._start = (self._start + chunk).removeprefix(_BOM).lstrip(_WHITESPACE)
        return self._open() if self._is_clear() else []

    def finish(self, *, is_whole: bool = True) -> list[Event]:
        """Say that the body ends here; `is_whole` unless the wire says that it is cut, which a picture cannot."""
        events = self._open() if self._reader is None else []
        assert self._reader is not None  # noqa: S101  # opened just now
        if isinstance(self._reader, EventStream):
            return [*events, *self._reader.finish()]
        return [*events, *self._reader.finish(is_whole=is_whole)]

    def _is_clear(self) -> bool:
        start = self._start[:_LONGEST_START]
        return (
            bool(start)
            and is_picture(self._start) is not None
            and not any(one.startswith(start) and one != start for one in (_BOM, *_STREAM_STARTS))
        )

    def _open(self) -> list[Event]:
        is_json = self._start[:1] in {b"{", b"["}
        is_stream = not is_json and (self._says_stream or self._start.startswith(_STREAM_STARTS))
        if is_picture(self._start):
            self._reader = RawPicture(self._begin)
        else:
            self._reader = EventStream(self._begin, self.prose) if is_stream else _Plain(self._begin, self.prose)
        start, self._start = self._start, b""
        return self._reader.feed(start)
