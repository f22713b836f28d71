"""What goes over the wire: an answer as a value, and the ways in which a wire can spoil it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import chain
from typing import Final

from aiohttp import web

JSON_TYPE: Final = "application/json"
EVENT_TYPE: Final = "text/event-stream"


class Hold:
    """A gate that a test holds and opens."""

    def __init__(self) -> None:
        self._open = asyncio.Event()

    def release(self) -> None:
        """Let everything through that waits here, now and later."""
        self._open.set()

    async def wait(self) -> None:
        """Wait until it is open."""
        await self._open.wait()


@dataclass(frozen=True, slots=True)
class Pause:
    """Send nothing for this long."""

    seconds: float


Step = bytes | Pause | Hold


class Ending(Enum):
    """How an answer stops after its last step."""

    WHOLE = "whole"
    CUT = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer.

    Shape:  each `bytes` step is written and flushed by itself, so the steps are the chunks; `declared_bytes` is
            the Content-Length to claim, None for chunked transfer.
    """

    status: int = 200
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    steps: Iterable[Step] = ()
    ending: Ending = Ending.WHOLE
    declared_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is torn down before any header."""


Outcome = Reply | Reset


def whole(body: bytes, *, status: int = 200, content_type: str = JSON_TYPE, **headers: str) -> Reply:
    """Return an answer that is sent in one piece with its true length; `retry_after` names `Retry-After`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, content_type=content_type, headers=named, steps=(body,), declared_bytes=len(body))


def cut_after(reply: Reply, sent_bytes: int) -> Reply:
    """Cut the connection after so many bytes of the body, with the true length declared."""
    return replace(reply, steps=_first(reply.steps, sent_bytes), ending=Ending.CUT)


def claiming(reply: Reply, declared_bytes: int) -> Reply:
    """Declare a length that is not the true one, then send what the server would."""
    return replace(reply, declared_bytes=declared_bytes, ending=Ending.CUT)


def in_pieces(reply: Reply, piece_bytes: int) -> Reply:
    """Send the same body in pieces of this size, which split characters wherever they fall."""
    pieces = chain.from_iterable(_split(step, piece_bytes) for step in reply.steps)
    return replace(reply, steps=pieces)


def dripping(reply: Reply, bytes_per_s: int) -> Reply:
    """Send the body at this speed, ten pieces a second."""
    piece_bytes = max(1, bytes_per_s // 10)
    paced = chain.from_iterable((piece, Pause(0.1)) for piece in in_pieces(reply, piece_bytes).steps)
    return replace(reply, steps=paced)


def held_after(reply: Reply, sent_bytes: int, hold: Hold) -> Reply:
    """Send so many bytes of the body, then wait for the gate before the rest."""
    return replace(reply, steps=_gated(reply.steps, sent_bytes, hold))


def after(reply: Reply, *steps: Step) -> Reply:
    """Send these steps before the body; a true length no longer is one, so none is declared."""
    return replace(reply, steps=chain(steps, reply.steps), declared_bytes=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How far an answer came: its headers (`began`) and its last byte (`finished`)."""

    response: web.StreamResponse
    began: bool = False
    finished: bool = False


async def send(request: web.BaseRequest, outcome: Outcome, sleep: Callable[[float], Awaitable[None]]) -> Sent:
    """Carry an answer out, as far as the client stays to hear it."""
    if isinstance(outcome, Reset):
        _abort(request)
        return Sent(response=web.Response())
    response = web.StreamResponse(status=outcome.status, headers=outcome.headers)
    response.headers["Content-Type"] = outcome.content_type
    if outcome.declared_bytes is not None:
        response.content_length = outcome.declared_bytes
    try:
        await response.prepare(request)
        await _write(response, outcome.steps, sleep)
        if outcome.ending is Ending.WHOLE:
            await response.write_eof()
    except ConnectionError:  # the client left
        return Sent(response=response, began=response.prepared)
    if outcome.ending is Ending.CUT:
        _abort(request)
    gone = request.transport is None or request.transport.is_closing()
    return Sent(response=response, began=True, finished=outcome.ending is Ending.WHOLE and not gone)


async def _write(
    response: web.StreamResponse, steps: Iterable[Step], sleep: Callable[[float], Awaitable[None]]
) -> None:
    for step in steps:
        match step:
            case Pause(seconds):
                await sleep(seconds)
            case Hold():
                await step.wait()
            case bytes():
                await response.write(step)
                await asyncio.sleep(0)  # a small write never waits, and a flood of them must not stop the loop


def _abort(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()


def _split(step: Step, piece_bytes: int) -> Iterator[Step]:
    if not isinstance(step, bytes):
        yield step
        return
    for start in range(0, len(step), piece_bytes):
        yield step[start : start + piece_bytes]


def _first(steps: Iterable[Step], sent_bytes: int) -> Iterator[Step]:
    left = sent_bytes
    for step in steps:
        if left <= 0:
            return
        if isinstance(step, bytes):
            yield step[:left]
            left -= len(step)
        else:
            yield step


def _gated(steps: Iterable[Step], sent_bytes: int, hold: Hold) -> Iterator[Step]:
    left = sent_bytes
    for step in steps:
        if isinstance(step, bytes) and 0 <= left < len(step):
            yield step[:left]
            yield hold
            yield step[left:]
            left = -1
        else:
            left -= len(step) if isinstance(step, bytes) else 0
            yield step
