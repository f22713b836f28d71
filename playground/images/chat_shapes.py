"""The tools that make the variants of a chat answer: another message, another object, another stream of chunks."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from playground.images.chat import DONE, Chunk, Message, chat_body, chunk_bytes, chunks_of, images_of
from playground.images.drawn import Drawn, draw
from playground.images.exchange import Exchange
from playground.images.replies import EVENT_TYPE, Ending, Reply, Step, whole
from playground.images.script import Answer
from playground.images.wire import json_reply

Body = dict[str, Any]


def messaged(make: Callable[[Drawn], Message], finish: str | None = "stop") -> Answer:
    """Return an answer with this message."""

    async def answer(exchange: Exchange) -> Reply:
        return json_reply(chat_body(exchange, make(await draw(exchange)), finish))

    return answer


def spoken(make: Callable[[Drawn], object], finish: str | None = "stop") -> Answer:
    """Return an answer whose message has only this content."""
    return messaged(lambda drawn: {"content": make(drawn)}, finish)


def bodied(make: Callable[[Drawn, Body], object]) -> Answer:
    """Return an answer made of the honest object, or of anything else."""

    async def answer(exchange: Exchange) -> Reply:
        drawn = await draw(exchange)
        body = chat_body(exchange, {"content": "", "images": images_of(drawn.url)})
        return whole(json.dumps(make(drawn, body)).encode())

    return answer


def rewritten(make: Callable[[Drawn], Message], change: Callable[[str], str]) -> Answer:
    """Return an answer with this message whose JSON text is changed before it is sent."""

    async def answer(exchange: Exchange) -> Reply:
        text = json.dumps(chat_body(exchange, make(await draw(exchange))))
        return whole(change(text).encode())

    return answer


def chunked(
    make: Callable[[Drawn], list[Chunk]],
    write: Callable[[list[Chunk]], Iterable[Step]] | None = None,
    *,
    ending: Ending = Ending.WHOLE,
) -> Answer:
    """Return a stream of these chunks, by default written as OpenAI does, `[DONE]` and all."""

    async def answer(exchange: Exchange) -> Reply:
        chunks = make(await draw(exchange))
        steps = list(write(chunks)) if write else [*map(chunk_bytes, chunks), DONE]
        return Reply(content_type=EVENT_TYPE, steps=steps, ending=ending)

    return answer


def streamed(
    deltas: Callable[[Drawn], Iterable[Message]],
    write: Callable[[list[Chunk]], Iterable[Step]] | None = None,
    *,
    finish: str | None = "stop",
    ending: Ending = Ending.WHOLE,
) -> Answer:
    """Return a stream of these deltas between the chunk with the role and the one with the reason to stop."""
    return chunked(lambda drawn: chunks_of(drawn.exchange, deltas(drawn), finish), write, ending=ending)


def told(
    make: Callable[[Drawn], Iterable[str]], write: Callable[[list[Chunk]], Iterable[Step]] | None = None
) -> Answer:
    """Return a stream that says these pieces of a text one after another."""
    return streamed(lambda drawn: [{"content": piece} for piece in make(drawn)], write)


def markdown(url: str, title: str = "image") -> str:
    """Return a picture as Markdown."""
    return f"![{title}]({url})"
