"""Answers nobody wrote: twenty thousand mutants of real ones, in every dialect, as JSON and as events.

Nothing untyped is raised, a mutant that still holds its picture yields it, and the share of each outcome is printed
(`pytest -rP`). `EASEL_FUZZ=50` tries a million.
"""

import asyncio
import base64
import json
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.errors import CallFailed
from bot.gateways.arrivals import Arrivals
from bot.gateways.body import Body
from bot.gateways.endpoints import understand
from bot.gateways.exchange import Clocks, Exchange, Wire
from bot.gateways.fetch import open_downloader
from bot.gateways.gate import ReadingGate
from bot.gateways.json_shape import items, members, text
from bot.gateways.outcomes import Namer
from bot.gateways.painting import Painting
from bot.gateways.redact import Redactor
from tests.effort import EFFORT

PICTURE = bytes(range(256)) + b"\x89PNG" * 20
ENCODED = base64.b64encode(PICTURE).decode()
DATA_URL = f"data:image/png;base64,{ENCODED}"
MARKDOWN = f"Here it is: ![a cat]({DATA_URL}) \U0001f431"
USAGE = {"input_tokens": 10, "output_tokens": 200, "total_tokens": 210}
CALL = {"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": ENCODED}
CASES = 2500  # in each of the eight parts

Mutate = Callable[[random.Random, bytes], bytes]


def chunk(delta: object, finish: str | None = None) -> dict[str, object]:
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def events(*values: object, done: bool = True) -> bytes:
    lines = [f"event: {_kind(value)}\ndata: {json.dumps(value)}\n\n".encode() for value in values]
    return b"".join(lines) + (b"data: [DONE]\n\n" if done else b"")


def _kind(value: object) -> str:
    return text(members(value).get("type")) or "message"


ANSWERS: tuple[tuple[str, bytes], ...] = (
    ("json", json.dumps({"created": 1, "data": [{"b64_json": ENCODED}], "usage": USAGE}).encode()),
    ("json", json.dumps({"data": [{"url": DATA_URL, "b64_json": None}]}, indent=2).encode()),
    ("json", json.dumps({"choices": [{"message": {"content": MARKDOWN}, "finish_reason": "stop"}]}).encode()),
    (
        "json",
        json.dumps(
            {"choices": [{"message": {"content": "", "images": [{"image_url": {"url": DATA_URL}}]}}], "usage": USAGE}
        ).encode(),
    ),
    ("json", json.dumps({"candidates": [{"content": {"parts": [{"inlineData": {"data": ENCODED}}]}}]}).encode()),
    ("json", json.dumps({"object": "response", "id": "resp_1", "output": [CALL], "usage": USAGE}).encode()),
    (
        "sse",
        events(
            {"type": "image_generation.partial_image", "b64_json": ENCODED, "partial_image_index": 0},
            {"type": "image_generation.completed", "b64_json": ENCODED, "usage": USAGE},
        ),
    ),
    (
        "sse",
        events(
            chunk({"role": "assistant", "content": ""}),
            chunk({"content": MARKDOWN[:40]}),
            chunk({"content": MARKDOWN[40:]}),
            chunk({}, "stop"),
        ),
    ),
    ("sse", events(chunk({"images": [{"image_url": {"url": DATA_URL}}]}), chunk({}, "stop"))),
    (
        "sse",
        events(
            {"type": "response.created", "response": {"id": "resp_1"}},
            {"type": "response.output_item.done", "item": CALL},
            {"type": "response.completed", "response": {"output": [CALL], "usage": USAGE}},
            done=False,
        ),
    ),
)


# -- mutations --------------------------------------------------------------------------------------------------------


def flipped(chance: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(chance: random.Random, body: bytes) -> bytes:
    return body[: chance.randrange(len(body))]


def without_a_piece(chance: random.Random, body: bytes) -> bytes:
    start = chance.randrange(len(body))
    return body[:start] + body[start + chance.randint(1, 60) :]


def with_a_piece_twice(chance: random.Random, body: bytes) -> bytes:
    start = chance.randrange(len(body))
    stop = start + chance.randint(1, 200)
    return body[:stop] + body[start:stop] + body[stop:]


def with_something_put_in(chance: random.Random, body: bytes) -> bytes:
    start = chance.randrange(len(body))
    return body[:start] + chance.choice(PUT_IN) + body[start:]


def dressed(chance: random.Random, body: bytes) -> bytes:
    """Add what a careless gateway adds, and take nothing away."""
    if body.startswith((b"{", b" ")):
        return b" \n" * chance.randrange(3) + _dressed(chance, body)
    lines = [
        b"data: " + _dressed(chance, line[6:], indent=None) if line.startswith(b"data: {") else line
        for line in body.split(b"\n")
    ]
    return b": keep-alive\n\n" * chance.randrange(3) + b"\n".join(lines)


def _dressed(chance: random.Random, document: bytes, *, indent: int | None = 1) -> bytes:
    def more(value: object) -> object:
        if known := [(name, more(inner)) for name, inner in members(value).items()]:
            added: list[tuple[str, object]] = [
                (f"x_{number}", chance.choice(CLUTTER)) for number in range(chance.randrange(3))
            ]
            pairs = [*known, *added]
            chance.shuffle(pairs)
            return dict(pairs)
        return [more(inner) for inner in items(value)] or value

    ascii_only, indented = chance.random() < 0.5, chance.choice((None, indent))
    return json.dumps(more(json.loads(document)), ensure_ascii=ascii_only, indent=indented).encode()


def another(chance: random.Random, body: bytes) -> bytes:
    return chance.choice(ANSWERS)[1][: chance.randrange(900)] + body


PUT_IN = (
    b'"', b"\\", b"{", b"}", b"]", b",", b"\n", b"\r\n\r\n", b"\n\ndata: ", b": ping\n\n", b"data: [DONE]\n\n",
    b'"b64_json":', b'"content":"', b'"error":{"code":"x"},', b"null", b"1e999", b"NaN", b"-1", b"\xff\xfe", b"\x00",
    b"[" * 5000, b'{"a":' * 3000, b"\\u0000", b"\\ud83d", b"   ", b'"usage":{"input_tokens":1e999},', b"<html>",
    b"data:image/png;base64,", b'"url":"https://127.0.0.1/x.png",', b'"error":"moderation_blocked",',
    b'"type":"error",',
)  # fmt: skip
CLUTTER: tuple[object, ...] = (None, "", 0, -1, 1e300, True, [0], {"a": []}, "data:image/png;base64,", "\n\t🐱", [[0]])
MUTATIONS: tuple[Mutate, ...] = (
    dressed,
    flipped,
    cut,
    without_a_piece,
    with_a_piece_twice,
    with_something_put_in,
    another,
)


# -- an independent reading -------------------------------------------------------------------------------------------


def holds_its_picture(kind: str, body: bytes) -> bool:
    """Tell whether a mutant is still well-formed and its picture stands where a client must look for it."""
    documents = list(_documents(kind, body))
    if not documents or any(document is None for document in documents):
        return False
    if kind == "json":
        return any(path in PLACES for path in _paths(documents[0], ()))
    said = [members(document) for document in documents]
    finals = [one for one in said if one.get("type") == "image_generation.completed"]
    return bool(finals) and finals[0].get("b64_json") == ENCODED  # of two finals the first wins


PLACES = frozenset(
    {
        ("data", "b64_json"),
        ("choices", "message", "images", "image_url", "url"),
        ("candidates", "content", "parts", "inlineData", "data"),
    }
)


def _documents(kind: str, body: bytes) -> Iterator[object]:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        yield None
        return
    if kind == "json":
        yield _parsed(text)
        return
    for block in text.split("\n\n"):
        lines = block.split("\n")
        data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
        if any(not line.startswith(("data: ", "event: ")) for line in lines if line) or "\r" in block:
            yield None
        elif data and data != ["[DONE]"]:
            yield _parsed("\n".join(data))


def _parsed(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a member stands twice, so that parsers may differ")
    return dict(pairs)


def _paths(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, inner in members(value).items():
        yield from _paths(inner, (*path, name))
    for inner in items(value):
        yield from _paths(inner, path)
    if value in (ENCODED, DATA_URL):
        yield path


# -- the test ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def painting() -> AsyncIterator[Painting]:
    """Everything of a gateway but its wire; no connection is made."""
    namer = Namer(gateway="Local", redactor=Redactor(["sk-canary"]), hints={}, clock=lambda: datetime.now(UTC))
    async with aiohttp.ClientSession() as session, open_downloader(frozenset(), attempts=1) as downloader:
        wire = Wire(session=session, gate=ReadingGate(), clocks=Clocks())
        endpoints = understand("https://gateway.example/v1")
        yield Painting(wire=wire, endpoints=endpoints, downloader=downloader, namer=namer)


async def outcome_of(painting: Painting, folder: Path, number: int, kind: str, pieces: list[bytes]) -> tuple[str, bool]:
    """Read one answer as the wire does; returns its outcome and whether the picture came of it."""

    async def show(_: Path) -> None:
        return None

    arrivals = Arrivals(folder, f"KEY-{number}", wanted=1, on_preview=show)
    content_type = "text/event-stream" if kind == "sse" else "application/json"
    body = Body(content_type, arrivals.begin)
    for piece in pieces:
        for event in body.feed(piece):
            await arrivals.take_event(event)
    for event in body.finish():
        await (arrivals.take_event(event) if body.is_stream else arrivals.take_answer(event.document))
    await arrivals.take_prose(body.prose)
    await arrivals.clear()
    exchange = Exchange(was_sent=True, status=200, headers={"content-type": content_type}, was_stream=body.is_stream)
    try:
        receipt = painting.judge(arrivals, exchange)
    except CallFailed as failed:
        return f"{failed.failure.reason.value}/{failed.failure.billed.value}", False
    whole = [file.path.read_bytes() for file in receipt.files]
    for file in receipt.files:
        file.path.unlink()
    return "painted" if PICTURE in whole else "painted, spoiled", PICTURE in whole


@pytest.mark.fuzz
@pytest.mark.timeout(300)  # a machine that others use as well
@pytest.mark.parametrize("seed", range(8))
async def test_no_mutant_raises_and_none_loses_its_picture(painting: Painting, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # a test's dice
    outcomes, held = Counter[str](), 0
    for number in range(CASES * EFFORT):
        kind, answer = chance.choice(ANSWERS)
        mutate = chance.choice(MUTATIONS)
        mutant = mutate(chance, answer)
        size = chance.choice((7, 61, 4096, len(mutant) + 1))
        pieces = [mutant[start : start + size] for start in range(0, len(mutant), size)]
        outcome, came = await outcome_of(painting, tmp_path, number, kind, pieces)
        outcomes[outcome] += 1
        if mutate is dressed or holds_its_picture(kind, mutant):
            held += 1
            assert came, (outcome, mutant)
    assert not await asyncio.to_thread(os.listdir, tmp_path)
    assert held > CASES // 10
    shares = [f"{outcome:32}{count / outcomes.total():7.1%}" for outcome, count in outcomes.most_common()]
    print("", *shares, sep="\n")  # noqa: T201  # shown by `pytest -rP`
