"""JSON as it travels between Discord and a bot: its type, its text and its instants. No rules live here."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeAlias, cast

Payload: TypeAlias = dict[str, Any]
"""One JSON object. The one place where this package is untyped: a checker reads it against the schema."""


def write_json(value: object) -> str:
    """Return the compact JSON text of `value`, non-ASCII letters as themselves."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def objects(value: object) -> list[Payload]:
    """Return a JSON array as a list of objects; null and absent are empty."""
    return cast("list[Payload]", value) if isinstance(value, list) else []


def obj(value: object) -> Payload:
    """Return a JSON object; null and absent are empty."""
    return cast("Payload", value) if isinstance(value, dict) else {}


def strings(value: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string in a JSON value with its path, such as `embeds[0].image.url`."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, list):
        for number, one in enumerate(cast("list[object]", value)):
            yield from strings(one, f"{where}[{number}]")
    elif isinstance(value, dict):
        for key, one in cast("dict[str, object]", value).items():
            yield from strings(one, f"{where}.{key}" if where else key)


def iso(at: datetime) -> str:
    """Return an aware instant as Discord writes it: ISO 8601 with microseconds and an offset."""
    return at.isoformat(timespec="microseconds")


def iso_or_none(at: datetime | None) -> str | None:
    """Return `iso(at)`, or None for an instant that has not come."""
    return None if at is None else iso(at)


def read_id(value: object) -> int | None:
    """Return a snowflake sent as text or number, None for anything else."""
    match value:
        case bool():
            return None
        case int():
            return value
        case str() if value.isdecimal():
            return int(value)
        case _:
            return None
