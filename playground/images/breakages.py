"""Wires that break, stall or flood: what is sent may be honest, how it is sent is not.

Nothing here was recorded from a gateway: it is what a client must survive when strangers are at the other end.
"""

import json
from collections.abc import Callable, Iterable, Iterator

from playground.images import hostile
from playground.images.cases import Billed, Case, by_name
from playground.images.exchange import Exchange
from playground.images.honest import honest
from playground.images.replies import (
    EVENT_TYPE,
    Ending,
    Hold,
    Pause,
    Reply,
    Reset,
    Step,
    claiming,
    cut_after,
    dripping,
    held_after,
    in_pieces,
)
from playground.images.script import Answer

_KEEPALIVE_S = 0.02
_HUGE_BYTES = 512 * 1_048_576


def spoiled(change: Callable[[Reply], Reply]) -> Answer:
    """Return an honest answer that is sent in another way."""

    async def answer(exchange: Exchange) -> Reply:
        return change(await honest(exchange))

    return answer


def slowly(bytes_per_s: int) -> Answer:
    """Return an honest answer whose body comes at this speed."""
    return spoiled(lambda reply: dripping(reply, bytes_per_s))


def stopping_at(sent_bytes: int, hold: Hold) -> Answer:
    """Return an honest answer that waits for the gate after so many bytes of its body."""
    return spoiled(lambda reply: held_after(reply, sent_bytes, hold))


def held_before_event(number: int, hold: Hold) -> Answer:
    """Return an honest stream that waits for the gate before one of its events, the first being 0."""

    def change(reply: Reply) -> Reply:
        steps = list(reply.steps)
        return Reply(content_type=reply.content_type, steps=[*steps[:number], hold, *steps[number:]])

    return spoiled(change)


async def reset(exchange: Exchange) -> Reset:
    """Tear the connection down before any header."""
    del exchange
    return Reset()


async def reset_after_painting(exchange: Exchange) -> Reset:
    """Do the paid work, then tear the connection down before any header."""
    await exchange.paint()
    return Reset()


def flooding(
    steps: Callable[[], Iterable[Step]], *, content_type: str = "application/json", encoding: str = ""
) -> Answer:
    """Return an answer that sends these steps and no picture."""

    async def answer(exchange: Exchange) -> Reply:
        del exchange
        headers = {"Content-Encoding": encoding} if encoding else {}
        return Reply(content_type=content_type, headers=headers, steps=steps(), ending=Ending.CUT)

    return answer


def breakages() -> dict[str, Case]:
    """Return every broken wire by name; those that never end have `complete` false."""
    return by_name(
        _broken("reset", reset),
        _broken("reset_after_painting", reset_after_painting),
        _broken("cut_at_once", spoiled(lambda reply: cut_after(reply, 0))),
        _broken("cut_midway", spoiled(lambda reply: cut_after(reply, 2_000))),
        _broken("length_too_long", spoiled(lambda reply: claiming(reply, 2**31))),
        _broken("length_too_short", spoiled(lambda reply: claiming(reply, 500))),
        Case(name="tiny_pieces", source="OURS", answer=spoiled(lambda reply: in_pieces(reply, 7))),
        Case(name="slow_body", source="OURS", answer=slowly(400_000)),
        _broken("gzip_bomb", flooding(hostile.gzip_bomb, encoding="gzip")),
        _broken("huge_body", flooding(_huge)),
        _broken("huge_event", flooding(_huge_event, content_type=EVENT_TYPE)),
        _endless("endless_heartbeats", flooding(_endless_blanks)),
        _endless("endless_comments", flooding(_endless_comments, content_type=EVENT_TYPE)),
        _endless("silence", flooding(_silence)),
    )


def _broken(name: str, answer: Answer) -> Case:
    return Case(name=name, source="OURS", answer=answer, pictures=0, billed=Billed.UNKNOWN)


def _endless(name: str, answer: Answer) -> Case:
    return Case(name=name, source="OURS", answer=answer, pictures=0, billed=Billed.UNKNOWN, complete=False)


def _huge() -> Iterator[Step]:
    yield b'{"created": 1, "padding": "'
    for _ in range(_HUGE_BYTES // 1_048_576):
        yield b"x" * 1_048_576
    yield b'"}'


def _huge_event() -> Iterator[Step]:
    yield (
        b"event: image_generation.completed\ndata: " + json.dumps({"type": "image_generation.completed"})[:-1].encode()
    )
    yield b', "padding": "'
    for _ in range(_HUGE_BYTES // 1_048_576):
        yield b"x" * 1_048_576
    yield b'"}\n\n'


def _endless_blanks() -> Iterator[Step]:
    while True:
        yield b"\n"
        yield Pause(_KEEPALIVE_S)


def _endless_comments() -> Iterator[Step]:
    while True:
        yield b": keepalive\n\n"
        yield Pause(_KEEPALIVE_S)


def _silence() -> Iterator[Step]:
    yield b" "
    yield Hold()
