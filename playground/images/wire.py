"""How JSON, base64 and events are written on the wire, whatever they say."""

import json
from collections.abc import Iterator
from typing import Any

import pybase64

from playground.images.replies import EVENT_TYPE, Pause, Reply, Step, whole


def json_reply(body: dict[str, Any], *, status: int = 200) -> Reply:
    """Return an answer with this object."""
    return whole(json.dumps(body).encode(), status=status)


def stream_of(events: list[dict[str, Any]], spread_s: float = 0.0) -> Reply:
    """Return a stream of these events, evenly spread over the time given."""
    return Reply(content_type=EVENT_TYPE, headers={"Cache-Control": "no-cache"}, steps=_paced(events, spread_s))


def event_bytes(event: dict[str, Any]) -> bytes:
    """Return one event as the wire has it."""
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def base64_of(content: bytes) -> str:
    """Return standard base64, as text."""
    return pybase64.b64encode(content).decode()


def _paced(events: list[dict[str, Any]], spread_s: float) -> Iterator[Step]:
    for event in events:
        if spread_s:
            yield Pause(spread_s / len(events))
        yield event_bytes(event)
