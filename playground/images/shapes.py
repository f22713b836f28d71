"""The tools that turn an honest answer into another shape: changed as an object, as text, or in its pictures."""

import json
from collections.abc import Callable
from typing import Any

from playground.images.exchange import Exchange
from playground.images.honest import images_body
from playground.images.replies import Reply, whole
from playground.images.script import Answer

Body = dict[str, Any]


def shaped(change: Callable[[Exchange, Body], Any]) -> Answer:
    """Return an answer whose JSON object is changed before it is sent."""

    async def answer(exchange: Exchange) -> Reply:
        body = change(exchange, images_body(exchange, await exchange.paint()))
        return whole(json.dumps(body).encode())

    return answer


def written(change: Callable[[str], str]) -> Answer:
    """Return an answer whose JSON text is changed before it is sent."""

    async def answer(exchange: Exchange) -> Reply:
        text = json.dumps(images_body(exchange, await exchange.paint()))
        return whole(change(text).encode())

    return answer


def saying(body: object, *, content_type: str = "application/json") -> Answer:
    """Return an answer of status 200 without any picture; a string is sent as it stands."""
    text = body if isinstance(body, str) else json.dumps(body)

    async def answer(exchange: Exchange) -> Reply:
        del exchange
        return whole(text.encode(), content_type=content_type)

    return answer


def carrying(make: Callable[[Exchange, bytes], bytes]) -> Answer:
    """Return an honest answer around other bytes than the painted picture's."""

    async def answer(exchange: Exchange) -> Reply:
        pictures = tuple(make(exchange, picture) for picture in await exchange.paint())
        return whole(json.dumps(images_body(exchange, pictures)).encode())

    return answer


def usage_of(change: Callable[[Body], Any]) -> Answer:
    """Return an answer whose usage object is changed."""
    return shaped(lambda _, body: {**body, "usage": change(body["usage"])})


def each(change: Callable[[Exchange, Body], Body]) -> Answer:
    """Return an answer in which every entry of `data` is changed."""
    return shaped(lambda exchange, body: {**body, "data": [change(exchange, one) for one in body["data"]]})
