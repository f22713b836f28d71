"""The answers a chat completion gets where all is well: one object, or a stream of chunks; variants: `chat_answers`.

Source: OpenRouter's shape, `message.images` and `delta.images` (openrouter.ai/docs image generation, read 2026-11-21;
        image-api facts, section 4, place 3).
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from playground.images.exchange import Exchange
from playground.images.replies import EVENT_TYPE, Pause, Reply, Step
from playground.images.wire import base64_of, json_reply

WORDS: Final = "Here is your picture."
DONE: Final = b"data: [DONE]\n\n"
Message = dict[str, Any]
Chunk = dict[str, Any]


async def honest_chat(exchange: Exchange) -> Reply:
    """Answer a chat completion with one picture and a few words."""
    (picture, *_) = await exchange.paint()
    url = data_url_of(picture)
    if exchange.request.stream:
        return chunk_stream(
            chunks_of(exchange, [{"content": WORDS}, {"content": "", "images": images_of(url)}]), exchange
        )
    return json_reply(chat_body(exchange, {"content": WORDS, "images": images_of(url)}))


def images_of(*urls: str) -> list[dict[str, Any]]:
    """Return the `images` of a message."""
    return [{"type": "image_url", "image_url": {"url": url}, "index": index} for index, url in enumerate(urls)]


def chat_body(exchange: Exchange, message: Message, finish: str | None = "stop") -> dict[str, Any]:
    """Return the object around a message."""
    spoken = {"role": "assistant", **message}
    return {
        "id": _id(exchange),
        "object": "chat.completion",
        "created": exchange.created_at,
        "model": exchange.request.model,
        "choices": [{"index": 0, "message": spoken, "finish_reason": finish, "logprobs": None}],
        "usage": chat_usage(exchange),
    }


def chunks_of(exchange: Exchange, deltas: Iterable[Message], finish: str | None = "stop") -> list[Chunk]:
    """Return the chunks of a stream: one for each delta, one with the reason to stop, one with the usage."""
    spoken: list[Message] = [{"role": "assistant", "content": ""}, *deltas]
    chunks = [chunk_of(exchange, delta) for delta in spoken]
    chunks.append(chunk_of(exchange, {}, finish))
    chunks.append({**chunk_of(exchange, {}), "choices": [], "usage": chat_usage(exchange)})
    return chunks


def chunk_of(exchange: Exchange, delta: Message, finish: str | None = None) -> Chunk:
    """Return one chunk."""
    return {
        "id": _id(exchange),
        "object": "chat.completion.chunk",
        "created": exchange.created_at,
        "model": exchange.request.model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}],
    }


def chat_usage(exchange: Exchange) -> dict[str, Any]:
    """Return the usage of one picture under the names a chat completion has for it."""
    usage = exchange.usage(1)
    return {
        "prompt_tokens": usage["input_tokens"],
        "completion_tokens": usage["output_tokens"],
        "total_tokens": usage["total_tokens"],
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "image_tokens": usage["output_tokens"]},
    }


def chunk_stream(chunks: list[Chunk], exchange: Exchange) -> Reply:
    """Return a stream of these chunks and `[DONE]`, spread over the time the exchange has."""
    return Reply(
        content_type=EVENT_TYPE, headers={"Cache-Control": "no-cache"}, steps=_paced(chunks, exchange.spread_s)
    )


def chunk_bytes(chunk: Chunk) -> bytes:
    """Return one chunk as the wire has it: chunks have no names."""
    return f"data: {json.dumps(chunk)}\n\n".encode()


def data_url_of(picture: bytes, kind: str = "") -> str:
    """Return a picture as a data URL, of its own type unless another is to be claimed."""
    return f"data:{kind or kind_of(picture)};base64,{base64_of(picture)}"


def kind_of(picture: bytes) -> str:
    """Return the content type of an encoded picture by its first bytes."""
    return {b"\xff\xd8": "image/jpeg", b"RI": "image/webp"}.get(picture[:2], "image/png")


def _id(exchange: Exchange) -> str:
    return f"chatcmpl-local{exchange.number:06}"


def _paced(chunks: list[Chunk], spread_s: float) -> Iterator[Step]:
    for chunk in chunks:
        if spread_s:
            yield Pause(spread_s / len(chunks))
        yield chunk_bytes(chunk)
    yield DONE
