"""The tools that make the variants of a streamed response: other events, written in another way.

Source: image-api facts, section 5 (read 2026-11-20).
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from playground.images.drawn import Drawn, draw
from playground.images.exchange import Exchange
from playground.images.replies import EVENT_TYPE, Ending, Reply, Step
from playground.images.responses import Event, call_item, closing_event, response_events
from playground.images.responses_answers import BLOCKED
from playground.images.script import Answer
from playground.images.wire import event_bytes

_TOOL: Final = {"type": "image_generation", "model": "gpt-image-2", "partial_images": 2}
STREAM: Final = {"stream": True, "tools": [_TOOL]}  # a stream without previews is refused
ITEM_DONE: Final = "response.output_item.done"
CALL: Final = "response.image_generation_call."


def streamed(
    change: Callable[[Drawn, list[Event]], list[Event]] = lambda _, events: events,
    write: Callable[[list[Event]], Iterable[Step]] | None = None,
    *,
    ending: Ending = Ending.WHOLE,
) -> Answer:
    """Return a stream whose events are changed, then written; by default as OpenAI writes them."""

    async def answer(exchange: Exchange) -> Reply:
        drawn = await draw(exchange)
        events = change(drawn, await response_events(exchange, drawn.picture))
        steps = list(write(events)) if write else list(map(event_bytes, events))
        return Reply(content_type=EVENT_TYPE, steps=steps, ending=ending)

    return answer


def before_words(events: list[Event]) -> list[Event]:
    """Return the events up to the finished call."""
    first = next(place for place, event in enumerate(events) if event["type"] == ITEM_DONE)
    return events[: first + 1]


def failed_call(drawn: Drawn) -> dict[str, Any]:
    """Return a call that was blocked."""
    return {**call_item(drawn.exchange, None, "failed"), "id": "ig_failed", "error": BLOCKED}


def failed_item(drawn: Drawn) -> Event:
    """Return the event that ends a blocked call."""
    return {"type": ITEM_DONE, "output_index": 0, "item": failed_call(drawn)}


def incomplete(drawn: Drawn, reason: str, *, has_call: bool = False) -> Event:
    """Return the last event of a response that was not finished."""
    output = [call_item(drawn.exchange, drawn.b64)] if has_call else []
    event = closing_event(drawn.exchange, output, "incomplete")
    return {**event, "response": {**event["response"], "incomplete_details": {"reason": reason}}}
