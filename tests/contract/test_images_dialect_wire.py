"""HTTP itself gone wrong: what a gateway, or a proxy before it, does below the level of answers; always one request."""

import asyncio
import base64
import gzip
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.errors import CallFailed
from bot.gateways.exchange import Clocks
from bot.model import Billed, OrderKind, PaintInput, Reason, Receipt
from tests.contract.image_calls import Caller, calling, noise

PICTURE = noise((64, 64))
BODY = json.dumps({"created": 1, "data": [{"b64_json": base64.b64encode(PICTURE).decode()}]}).encode()
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
JSON = b"Content-Type: application/json\r\n"
OK = b"HTTP/1.1 200 OK\r\n"


@dataclass(kw_only=True)
class RawServer:
    """Answers every request with the same bytes, after its head or after all of it; counts requests."""

    answer: bytes = b""
    reads_all: bool = True
    rest: bytes = b""  # sent once it may go on, and then the connection is reset
    may_go_on: asyncio.Event = field(default_factory=asyncio.Event)
    has_reset: asyncio.Event = field(default_factory=asyncio.Event)
    stays: bool = False
    drips: bool = False
    requests: int = 0
    port: int = 0
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    serving: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.serving.add(asyncio.create_task(self._serve(reader, writer)))

    async def close(self) -> None:
        self.closing.set()
        await asyncio.gather(*self.serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            if self.reads_all:
                await reader.readexactly(_length_of(head))
            for piece in self._pieces():
                writer.write(piece)
                await writer.drain()
                if self.drips:
                    await asyncio.sleep(0.01)
            if self.stays:
                await self.closing.wait()
            if self.rest:
                await self.may_go_on.wait()
                writer.write(self.rest)
                await writer.drain()
                await asyncio.sleep(0)  # the socket takes it before it is reset
                writer.transport.abort()
                self.has_reset.set()
                return
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def _pieces(self) -> Iterator[bytes]:
        if not self.drips:
            yield self.answer
            return
        while not self.closing.is_set():
            yield self.answer


def _length_of(head: bytes) -> int:
    named = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    return next(int(value) for name, _, value in named if name == b"content-length")


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    raw = RawServer()
    listening = await asyncio.start_server(raw.accept, "127.0.0.1", 0)
    raw.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield raw
        await raw.close()


@pytest.fixture
async def caller(server: RawServer, tmp_path: Path) -> AsyncIterator[Caller]:
    clocks = Clocks(total_s=5)
    async with calling(tmp_path, f"http://127.0.0.1:{server.port}/v1", "sk-x", clocks=clocks) as opened:
        yield opened
        assert server.requests == 1


GOOD = {
    "a length": OK + JSON + LENGTH + b"\r\n" + BODY,
    "chunks with extensions and a trailer": OK
    + JSON
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + b'5;name="value"\r\n'
    + BODY[:5]
    + b"\r\n%x\r\n" % (len(BODY) - 5)
    + BODY[5:]
    + b"\r\n0\r\nX-Cost: 1\r\n\r\n",
    "until it closes": b"HTTP/1.0 200 OK\r\n" + JSON + b"\r\n" + BODY,
    "no content type": OK + LENGTH + b"\r\n" + BODY,
    "text/html around JSON": OK + b"Content-Type: text/html\r\n" + LENGTH + b"\r\n" + BODY,
    "gzip although none was accepted": OK
    + JSON
    + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(gzip.compress(BODY))
    + gzip.compress(BODY),
    "100 Continue before it": b"HTTP/1.1 100 Continue\r\n\r\n" + OK + JSON + LENGTH + b"\r\n" + BODY,
    "103 Early Hints before it": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    + OK
    + JSON
    + LENGTH
    + b"\r\n"
    + BODY,
    "another answer behind it": OK + JSON + LENGTH + b"\r\n" + BODY + OK + LENGTH + b"\r\n" + BODY,
}


@pytest.mark.parametrize("name", GOOD)
async def test_a_picture_arrives_however_http_wraps_it(server: RawServer, caller: Caller, name: str) -> None:
    server.answer = GOOD[name]
    outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, Receipt), outcome
    assert [file.path.read_bytes() for file in outcome.files] == [PICTURE]


BROKEN = {
    "nothing at all": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "half a status line": b"HTTP/1.1 20",
    "headers without end": OK + JSON,
    "a header bomb": OK + b"".join(b"X-%d: %s\r\n" % (number, b"y" * 4000) for number in range(2000)) + b"\r\n",
    "one endless header": OK + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
    "two lengths": OK + LENGTH + b"Content-Length: 5\r\n\r\n" + BODY,
    "a length that is no number": OK + b"Content-Length: many\r\n\r\n" + BODY,
    "a chunk size that is no number": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + BODY,
    "gzip that is none": OK + b"Content-Encoding: gzip\r\n" + LENGTH + b"\r\n" + BODY,
    "an empty 200": OK + b"Content-Length: 0\r\n\r\n",
    "204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a status nobody knows": b"HTTP/1.1 799 What\r\nContent-Length: 2\r\n\r\nno",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_broken_http_after_the_request_is_an_unknown_outcome(
    server: RawServer, caller: Caller, name: str
) -> None:
    server.answer = BROKEN[name]
    outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, CallFailed), outcome
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN)
    assert not outcome.retriable
    assert caller.left_files() == set()


@pytest.mark.parametrize("stays", [False, True])
async def test_a_refusal_that_comes_while_the_upload_still_runs_is_heard(
    server: RawServer, caller: Caller, *, stays: bool
) -> None:
    """nginx answers 413 after the head and closes; what was not read cannot have been painted."""
    server.answer = b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge"
    server.reads_all, server.stays = False, stays
    large = caller.folder / "large.bin"
    large.write_bytes(bytes(30_000_000))
    call = replace(caller.call(OrderKind.EDIT), inputs=(PaintInput(path=large, format="png"),))
    outcome = await caller.paint(call)
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.TOO_LARGE, Billed.NO)


@pytest.mark.parametrize("piece", [b"X-Header: 1\r\n", b" ", b"\n"])
async def test_dripping_headers_or_bodies_end_with_the_whole_calls_clock(
    server: RawServer, tmp_path: Path, piece: bytes
) -> None:
    server.answer, server.drips = (OK + piece if piece.startswith(b"X") else piece), True
    async with calling(tmp_path, f"http://127.0.0.1:{server.port}/v1", "sk-x", clocks=Clocks(total_s=0.5)) as caller:
        outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN)
    assert server.requests == 1


async def test_many_answers_at_once_all_pass_the_gate(server: RawServer, tmp_path: Path) -> None:
    """Some are whole before their turn comes, some are not: neither may be lost while it waits."""
    server.answer = GOOD["a length"]
    async with calling(tmp_path, f"http://127.0.0.1:{server.port}/v1", "sk-x") as caller:
        calls = [caller.call(OrderKind.GENERATE) for _ in range(40)]
        outcomes = await asyncio.gather(*(caller.paint(call) for call in calls))
    assert all(isinstance(outcome, Receipt) for outcome in outcomes)
    assert server.requests == 40


async def test_a_picture_that_had_arrived_is_kept_though_the_connection_broke_before_it_was_read(
    server: RawServer, tmp_path: Path
) -> None:
    """The client is busy with a preview while the rest arrives and the gateway resets the connection."""
    encoded = base64.b64encode(PICTURE).decode()
    events = [
        {"type": "image_generation.partial_image", "b64_json": encoded, "partial_image_index": 0},
        {"type": "image_generation.completed", "b64_json": encoded},
    ]
    preview, final = (b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    head = OK + b"Content-Type: text/event-stream\r\nContent-Length: 999999\r\n\r\n"
    server.answer, server.rest = head + preview, final

    async def show(_: Path) -> None:
        server.may_go_on.set()
        await server.has_reset.wait()
        for _round in range(50):  # the loop looks at its sockets in each
            await asyncio.sleep(0)

    async with calling(tmp_path, f"http://127.0.0.1:{server.port}/v1", "sk-x", clocks=Clocks(total_s=5)) as caller:
        call = caller.call(OrderKind.GENERATE, stream=True, partial_images=1)
        receipt = await caller.gateway.paint(call, show)
    assert [await asyncio.to_thread(file.path.read_bytes) for file in receipt.files] == [PICTURE]
    assert server.requests == 1


# -- what stands in an answer -----------------------------------------------------------------------------------------

ENCODED = base64.b64encode(PICTURE).decode()


def said(status: str, document: object, *headers: str) -> bytes:
    body = json.dumps(document).encode()
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def streamed(*events: object) -> bytes:
    body = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    return OK + b"Content-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(
    "address",
    [
        "//[",
        "//host:99999999/cat.png",
        f"https://{'a' * 70}.example/",
        "https://xn--a.example/",
        "https://a\0b.example/",
    ],
)
async def test_an_address_that_is_none_costs_no_picture_that_came_beside_it(
    server: RawServer, caller: Caller, address: str
) -> None:
    server.answer = said("200 OK", {"data": [{"b64_json": ENCODED}, {"url": address}]})
    outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, Receipt)
    assert [file.path.read_bytes() for file in outcome.files] == [PICTURE]


@pytest.mark.parametrize("when", [f"Mon, 01 Jan 2024 00:00:00 +{'9' * 18}", f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT"])
async def test_a_date_beyond_all_years_is_no_waiting_time(server: RawServer, caller: Caller, when: str) -> None:
    server.answer = said("429 Too Many Requests", {"error": {"message": "slow down"}}, f"Retry-After: {when}")
    outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.retry_after_s) == (Reason.RATE_LIMITED, None)


async def test_an_address_within_a_refusal_is_no_picture_that_was_paid_for(server: RawServer, caller: Caller) -> None:
    """Some frameworks write the address that was asked for into their errors."""
    server.answer = said("401 Unauthorized", {"url": "/v1/images/generations", "message": "Unauthorized"})
    outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.BAD_KEY, Billed.NO)


@pytest.mark.parametrize("code", ["insufficient_quota", "invalid_api_key", "invalid_value", "sensitive_words_detected"])
async def test_nothing_that_had_begun_to_be_painted_is_called_free(
    server: RawServer, caller: Caller, code: str
) -> None:
    preview = {"type": "image_generation.partial_image", "b64_json": ENCODED, "partial_image_index": 0}
    server.answer = streamed(preview, {"type": "error", "error": {"code": code, "message": "no"}})
    outcome = await caller.paint(caller.call(OrderKind.GENERATE, stream=True, partial_images=1))
    assert isinstance(outcome, CallFailed)
    assert outcome.failure.billed is Billed.UNKNOWN
    assert not outcome.retriable


@pytest.mark.parametrize(
    "document",
    [
        {"created": 1, "data": {"images": [{"b64_json": ENCODED}]}},
        {"outputs": {"first": {"image_base64": ENCODED}}},
        {"choices": [{"message": {"content": None, "picture": {"b64_json": ENCODED}}, "finish_reason": "stop"}]},
    ],
)
async def test_a_picture_is_kept_wherever_it_stands_in_an_answer(
    server: RawServer, caller: Caller, document: object
) -> None:
    server.answer = said("200 OK", document)
    outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, Receipt)
    assert [file.path.read_bytes() for file in outcome.files] == [PICTURE]


@pytest.mark.parametrize("status", ["200 OK", "422 Unprocessable Entity"])
async def test_an_input_that_a_refusal_repeats_is_no_picture(server: RawServer, caller: Caller, status: str) -> None:
    wrong = {"loc": ["body", "size"], "msg": "no such size", "input": {"image_url": f"data:image/png;base64,{ENCODED}"}}
    server.answer = said(status, {"detail": [wrong]})
    outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, CallFailed)
    assert not caller.left_files()
