"""The answers OpenAI itself gives: one JSON object, or a stream of events; variants of them live in `answers`."""

import json
from collections.abc import Iterator
from typing import Any

import pybase64

from playground.images.exchange import Exchange
from playground.images.replies import EVENT_TYPE, Pause, Reply, Step, whole


async def honest(exchange: Exchange) -> Reply:
    """Answer as OpenAI does."""
    endpoint = exchange.request.endpoint
    pictures = await exchange.paint()
    if exchange.request.stream:
        events = await events_of(exchange, pictures)
        for event in events:
            exchange.conformance.check_event(endpoint, event)
        return stream_of(events, exchange.spread_s)
    if exchange.conformance.is_on:
        exchange.conformance.check_answer(endpoint, images_body(exchange, pictures))
    return whole(_with_data({**images_body(exchange, ()), "usage": exchange.usage(len(pictures))}, pictures))


def json_reply(body: dict[str, Any], *, status: int = 200) -> Reply:
    """Return an answer with this object."""
    return whole(json.dumps(body).encode(), status=status)


def images_body(exchange: Exchange, pictures: tuple[bytes, ...]) -> dict[str, Any]:
    """Return the object that carries these files."""
    return {
        "created": exchange.created_at,
        **exchange.echo,
        "data": [{"b64_json": base64_of(picture)} for picture in pictures],
        "usage": exchange.usage(len(pictures)),
    }


async def events_of(exchange: Exchange, pictures: tuple[bytes, ...]) -> list[dict[str, Any]]:
    """Return the events that show each picture in the making, then whole."""
    events: list[dict[str, Any]] = []
    for picture in pictures:
        previews = await exchange.blur(picture, exchange.request.partial_images)
        events += [partial_event(exchange, preview, index) for index, preview in enumerate(previews)]
        events.append(completed_event(exchange, picture))
    return events


def partial_event(exchange: Exchange, preview: bytes, index: int) -> dict[str, Any]:
    """Return one preview; `index` counts from 0."""
    return {
        "type": f"{exchange.request.endpoint.event_family}.partial_image",
        "b64_json": base64_of(preview),
        "created_at": exchange.created_at,
        **exchange.echo,
        "partial_image_index": index,
    }


def completed_event(exchange: Exchange, picture: bytes) -> dict[str, Any]:
    """Return one finished picture with its share of the usage."""
    return {
        "type": f"{exchange.request.endpoint.event_family}.completed",
        "b64_json": base64_of(picture),
        "created_at": exchange.created_at,
        **exchange.echo,
        "usage": exchange.usage(1),
    }


def stream_of(events: list[dict[str, Any]], spread_s: float = 0.0) -> Reply:
    """Return a stream of these events, evenly spread over the time given."""
    return Reply(content_type=EVENT_TYPE, headers={"Cache-Control": "no-cache"}, steps=_paced(events, spread_s))


def event_bytes(event: dict[str, Any]) -> bytes:
    """Return one event as the wire has it."""
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def base64_of(content: bytes) -> str:
    """Return standard base64, as text."""
    return pybase64.b64encode(content).decode()


def _with_data(body: dict[str, Any], pictures: tuple[bytes, ...]) -> bytes:
    """Return the object's text with the pictures put in as they are: escaping 24 MB of base64 would take 60 ms."""
    entries = b", ".join(b'{"b64_json": "' + pybase64.b64encode(picture) + b'"}' for picture in pictures)
    return json.dumps(body).encode().replace(b'"data": []', b'"data": [' + entries + b"]", 1)


def _paced(events: list[dict[str, Any]], spread_s: float) -> Iterator[Step]:
    for event in events:
        if spread_s:
            yield Pause(spread_s / len(events))
        yield event_bytes(event)
