"""The tools that make the variants of a chat answer: another message, another object, another stream of chunks."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from playground.images.chat import DONE, Chunk, Message, chat_body, chunk_bytes, chunks_of, images_of
from playground.images.drawn import Drawn, draw
from playground.images.exchange import Exchange
from playground.images.replies import EVENT_TYPE, Ending, Reply, Step, whole
from playground.images.script import Answer
from playground.images.wire import json_reply

Body = dict[str, Any]
STREAM: Final = {"stream": True}  # the request field that brings a stream out


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


def candidates(parts: list[dict[str, Any]] | None, finish: str = "STOP") -> dict[str, Any]:
    """Return Google's own object around these parts."""
    content = {"content": {"role": "model", "parts": parts}} if parts is not None else {}
    return {
        "candidates": [{**content, "finishReason": finish, "index": 0}],
        "usageMetadata": {"promptTokenCount": 4, "candidatesTokenCount": 1290, "totalTokenCount": 1294},
        "modelVersion": "gemini-2.5-flash-image",
    }


def with_message(body: Body, message: Message) -> Body:
    """Return the object with another message in it."""
    choice = {**body["choices"][0], "message": {"role": "assistant", **message}}
    return {**body, "choices": [choice]}


def in_images(urls: Callable[[Drawn], list[str]], content: str | None = "Here is your picture.") -> Answer:
    """Return an answer whose pictures stand in `images`, at these addresses."""
    return messaged(lambda drawn: {"content": content, "images": images_of(*urls(drawn))})


def said(text: str = "Here is your picture.") -> dict[str, Any]:
    """Return a part of text."""
    return {"type": "text", "text": text}


def every(text: str, chars: int) -> list[str]:
    """Return a text in pieces of so many characters."""
    return [text[start : start + chars] for start in range(0, len(text), chars)]


def with_images(drawn: Drawn, content: str | None = "") -> Message:
    """Return a delta with the picture in `images`."""
    return {"content": content, "images": images_of(drawn.url)}
