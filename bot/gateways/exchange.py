"""One request and its answer on the wire: sent once, read under its clocks, every trouble noted and none raised."""

import asyncio
import errno
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
from yarl import URL

from bot.gateways.arrivals import Arrivals
from bot.gateways.body import Body
from bot.gateways.gate import ReadingGate
from bot.gateways.sse import Event

# The first that fits is taken, so subclasses stand before their bases.
_TROUBLES: Final = (
    (aiohttp.ClientSSLError, "no secure connection to the gateway"),
    (aiohttp.ClientConnectorDNSError, "the gateway's name could not be looked up"),
    (aiohttp.ClientConnectorError, "no connection to the gateway"),
    (aiohttp.ServerDisconnectedError, "the connection was closed without an answer"),
    (aiohttp.ClientPayloadError, "the answer broke off"),
    (aiohttp.ClientOSError, "the connection broke"),
)


_AT_ONCE_BYTES: Final = 1 << 14
"""Read before the clock is looked at: hundreds of tiny events fit into it."""

_QUICK_S: Final = 0.001
"""How long reading goes on before others have their turn: 64 KB of a picture take a tenth."""

_MARKS: Final = (b'"', b"\n", b"\r", b":")
"""One of them is in every event and every string, so that what has none is quickly read however long it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Seconds: for connecting, for the whole call, and between two useful events once the first has come.

    Plain JSON is silent for minutes, so nothing else can be told from its silence.
    """

    connect_s: float = 10.0
    total_s: float = 600.0
    idle_s: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A POST about to leave: its address, and either `json` or `data` for aiohttp."""

    url: URL
    body: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Exchange:
    """How far one request and its answer came; `trouble` says what cut them short, "" if nothing did."""

    was_sent: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    was_stream: bool = False
    trouble: str = ""


def sending_trace() -> aiohttp.TraceConfig:
    """Note on each request's `Exchange` the moment before its first byte leaves: what decides whether it may cost."""
    trace = aiohttp.TraceConfig()

    async def note(
        _session: aiohttp.ClientSession, context: SimpleNamespace, _: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        exchange = context.trace_request_ctx
        if isinstance(exchange, Exchange):
            exchange.was_sent = True

    trace.on_request_headers_sent.append(note)
    return trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """Carries requests to one gateway. `session` holds its key and notes sending with `sending_trace`."""

    session: aiohttp.ClientSession
    gate: ReadingGate
    clocks: Clocks

    async def converse(self, request: Request, exchange: Exchange, arrivals: Arrivals, *, limit_bytes: int) -> None:
        """Send a request once, without following redirects, and let `arrivals` keep what its answer holds.

        How far it came is noted on `exchange`. Errors: `OSError` from the disk. Effect: paid.
        """
        body: Body | None = None
        response: aiohttp.ClientResponse | None = None
        try:
            async with (
                asyncio.timeout(self.clocks.total_s),
                self.session.post(
                    request.url, **request.body, allow_redirects=False, trace_request_ctx=exchange
                ) as response,
            ):
                exchange.status = response.status
                exchange.headers = {name.lower(): value for name, value in response.headers.items()}
                body = Body(exchange.headers.get("content-type", ""), arrivals.begin)
                exchange.trouble = await self._read(response, body, arrivals, limit_bytes)
        except TimeoutError:
            exchange.trouble = "no answer in time" if exchange.was_sent else "no connection in time"
        except aiohttp.ClientError as error:
            exchange.trouble = _told(error)
        if body is not None and response is not None:
            if exchange.trouble:
                await feed(_left_over(response.content), body, arrivals)
            await _finish(body, arrivals, is_whole=not exchange.trouble)
            exchange.was_stream = body.is_stream

    async def _read(self, response: aiohttp.ClientResponse, body: Body, arrivals: Arrivals, limit_bytes: int) -> str:
        """Read until the body ends or all that was asked for is here; returns what cut it short, "" if nothing."""
        loop = asyncio.get_running_loop()
        progress, renewed = 0, 0.0
        async with self._place(response, body), asyncio.timeout(None) as idle:
            async for chunk in response.content.iter_any():
                await feed(chunk, body, arrivals)
                if body.is_stream and arrivals.is_done:
                    break
                if body.received_bytes > limit_bytes:
                    return "the answer grew past every bound"
                # Renewed for every chunk, the clock would cost a tenth of all the work.
                is_due = body.is_stream and loop.time() > renewed + self.clocks.idle_s / 100
                if is_due and arrivals.progress > progress:
                    progress, renewed = arrivals.progress, loop.time()
                    idle.reschedule(renewed + self.clocks.idle_s)
        return ""

    @asynccontextmanager
    async def _place(self, response: aiohttp.ClientResponse, body: Body) -> AsyncGenerator[None]:
        """Wait at the gate before anything is read; a stream never does."""
        if "event-stream" in response.content_type:
            yield
            return
        # aiohttp would go on filling its buffer meanwhile, with 400 KB for each of however many wait.
        transport = response.connection.transport if response.connection is not None else None
        if transport is not None:
            transport.pause_reading()
        async with self.gate.place(lambda: body.received_bytes):
            if transport is not None:
                transport.resume_reading()
            yield


def _left_over(content: aiohttp.StreamReader) -> bytes:
    """Return what had arrived when the connection broke, or the time was up: aiohttp raises before it hands it over."""
    arrived: Iterable[bytes] = content._buffer  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public name
    return b"".join(arrived)[content._buffer_offset :]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


async def feed(chunk: bytes, body: Body, arrivals: Arrivals) -> None:
    """Read a chunk, giving others their turn where it is slow; a clock that runs out takes nothing of it away."""
    loop = asyncio.get_running_loop()
    position, since = 0, loop.time()
    events: Iterator[Event] = iter(())
    try:
        while position < len(chunk):
            piece = chunk[position : _stop_of_slice(chunk, position)]
            position += len(piece)
            events = iter(body.feed(piece))
            await _take(events, arrivals)
            if position < len(chunk) and loop.time() - since > _QUICK_S:
                await asyncio.sleep(0)
                since = loop.time()
    except asyncio.CancelledError:
        await _take(events, arrivals)
        await _take(body.feed(chunk[position:]), arrivals)
        raise


def _stop_of_slice(chunk: bytes, position: int) -> int:
    """Return where to look at the clock again: soon, or behind all that can only be a picture's text.

    Finding its end costs a hundredth of decoding it, and cutting it into small slices half as much again.
    """
    marks = (chunk.find(mark, position) for mark in _MARKS)
    nearest = min((mark for mark in marks if mark >= 0), default=len(chunk))
    return max(nearest, position + _AT_ONCE_BYTES)


async def _take(events: Iterable[Event], arrivals: Arrivals) -> None:
    for event in events:
        await arrivals.take_event(event)


async def _finish(body: Body, arrivals: Arrivals, *, is_whole: bool) -> None:
    """Take what the end of the body made whole, also where the connection broke."""
    for event in body.finish(is_whole=is_whole):
        if body.is_stream:
            await arrivals.take_event(event)
        else:
            await arrivals.take_answer(event.document)
    await arrivals.take_prose(body.prose)


def _told(error: aiohttp.ClientError) -> str:
    """Say what happened in few words; aiohttp's own may hold addresses."""
    told = next((words for kind, words in _TROUBLES if isinstance(error, kind)), "the answer could not be read")
    code = errno.errorcode.get(error.errno or 0) if isinstance(error, OSError) else None
    return f"{told} ({code or type(error).__name__})"
