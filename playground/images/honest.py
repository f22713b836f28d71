"""The honest answer of every endpoint, and the two of the Images API itself; variants of those live in `answers`."""

import json
from typing import Any

import pybase64

from playground.images.chat import honest_chat
from playground.images.endpoint import Endpoint
from playground.images.exchange import Exchange
from playground.images.replies import Reply, whole
from playground.images.responses import honest_response
from playground.images.wire import base64_of, stream_of


async def honest(exchange: Exchange) -> Reply:
    """Answer as the services do that have this endpoint."""
    match exchange.request.endpoint:
        case Endpoint.GENERATIONS | Endpoint.EDITS:
            return await _honest_images(exchange)
        case Endpoint.CHAT:
            return await honest_chat(exchange)
        case Endpoint.RESPONSES:
            return await honest_response(exchange)


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


async def _honest_images(exchange: Exchange) -> Reply:
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


def _with_data(body: dict[str, Any], pictures: tuple[bytes, ...]) -> bytes:
    """Return the object's text with the pictures put in as they are: escaping 24 MB of base64 would take 60 ms."""
    entries = b", ".join(b'{"b64_json": "' + pybase64.b64encode(picture) + b'"}' for picture in pictures)
    return json.dumps(body).encode().replace(b'"data": []', b'"data": [' + entries + b"]", 1)
