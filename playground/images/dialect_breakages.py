"""Streams of chat completions and responses that flood or fall silent; what breaks any endpoint is in `breakages`.

Nothing here was recorded from a gateway: it is what a client must survive when strangers are at the other end.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from playground.images.breakages import flooding
from playground.images.cases import Billed, Case, by_name
from playground.images.replies import EVENT_TYPE, Hold, Pause, Step
from playground.images.script import Answer
from playground.images.shapes import saying
from playground.images.wire import event_bytes

_PAUSE_S: Final = 0.02
_HUGE_BYTES: Final = 512 * 1_048_576
_DEEP: Final = "[" * 100_000 + "]" * 100_000


def chat_breakages() -> dict[str, Case]:
    """Return the chat streams that flood or fall silent, by name; those that never end have `complete` false."""
    return by_name(
        _broken("chat_deep_json", saying(f'{{"choices": [{{"message": {{"content": {_DEEP}}}}}]}}'), complete=True),
        _broken("chat_huge_delta", flooding(lambda: _huge(_chunk("@")), content_type=EVENT_TYPE), complete=True),
        _broken("chat_huge_text", flooding(_huge_text, content_type=EVENT_TYPE), complete=True),
        _broken("chat_endless_words", flooding(lambda: _endless(_chunk("la ")), content_type=EVENT_TYPE)),
        _broken("chat_endless_empty_deltas", flooding(lambda: _endless(_chunk("")), content_type=EVENT_TYPE)),
        _broken("chat_silence", flooding(lambda: _silent(_chunk("")), content_type=EVENT_TYPE)),
    )


def responses_breakages() -> dict[str, Case]:
    """Return the streams of responses that flood or fall silent, by name."""
    words = {"type": "response.output_text.delta", "delta": "la "}
    preview = {"type": "response.image_generation_call.partial_image", "partial_image_b64": "AAAA"}
    done = {"type": "response.output_item.done", "item": {"type": "image_generation_call", "result": "@"}}
    created = event_bytes({"type": "response.created", "response": {"id": "resp_1", "status": "in_progress"}})
    return by_name(
        _broken("responses_deep_json", saying(f'{{"output": [{{"result": {_DEEP}}}]}}'), complete=True),
        _broken(
            "responses_huge_item", flooding(lambda: _huge(event_bytes(done)), content_type=EVENT_TYPE), complete=True
        ),
        _broken("responses_endless_words", flooding(lambda: _endless(event_bytes(words)), content_type=EVENT_TYPE)),
        _broken(
            "responses_endless_previews", flooding(lambda: _endless(event_bytes(preview)), content_type=EVENT_TYPE)
        ),
        _broken("responses_silence", flooding(lambda: _silent(created), content_type=EVENT_TYPE)),
    )


def _broken(name: str, answer: Answer, *, complete: bool = False) -> Case:
    return Case(name=name, source="OURS", answer=answer, pictures=0, billed=Billed.UNKNOWN, complete=complete)


def _chunk(words: str) -> bytes:
    chunk: dict[str, Any] = {"object": "chat.completion.chunk", "choices": [{"delta": {"content": words}}]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def _huge(event: bytes) -> Iterator[Step]:
    """Yield one event whose text, the at sign, goes on and on."""
    before, _, after = event.partition(b"@")
    yield before + b"![image](data:image/png;base64,"
    for _ in range(_HUGE_BYTES // 1_048_576):
        yield b"A" * 1_048_576
    yield after


def _huge_text() -> Iterator[Step]:
    """Yield a picture's text that goes on and on over many events."""
    yield _chunk("![image](data:image/png;base64,")
    piece = _chunk("A" * 1_048_576)
    for _ in range(_HUGE_BYTES // 1_048_576):
        yield piece


def _endless(event: bytes) -> Iterator[Step]:
    while True:
        yield event
        yield Pause(_PAUSE_S)


def _silent(event: bytes) -> Iterator[Step]:
    yield event
    yield Hold()
