"""Reads single fields of a JSON body, with OpenAI's words for the wrong ones; which there are is said elsewhere."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from playground.images.refusal import Refusal, missing, unknown_parameter, wrong_type, wrong_value

Fields = Mapping[str, Any]


def only(fields: Fields, known: Iterable[str], where: str = "") -> None:
    """Refuse every field that is not known; `where` is the path of the object that holds them."""
    for name in fields:
        if name not in set(known):
            raise unknown_parameter(where + name)


def text(fields: Fields, name: str, where: str = "") -> str | None:
    """Return a string, or None where it is absent or null."""
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise wrong_type(where + name, "a string", value)
    return value


def needed_text(fields: Fields, name: str, where: str = "") -> str:
    """Return a string that must be there."""
    value = text(fields, name, where)
    if value is None:
        raise missing(where + name)
    return value


def choice(fields: Fields, name: str, allowed: tuple[str, ...], where: str = "") -> str | None:
    """Return one of a few strings, or None where it is absent or null."""
    value = text(fields, name, where)
    if value is not None and value not in allowed:
        raise wrong_value(where + name, value, allowed)
    return value


def boolean(fields: Fields, name: str, *, default: bool = False) -> bool:
    """Return a boolean, or the default where it is absent or null."""
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise wrong_type(name, "a boolean", value)
    return default if value is None else value


def integer(fields: Fields, name: str, low: int, high: int, where: str = "") -> int | None:
    """Return an integer within its bounds, or None where it is absent or null."""
    value = fields.get(name)
    if value is None:
        return None
    name = where + name
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(name, "an integer", value)
    if low <= value <= high:
        return value
    side, sign, bound = ("above maximum", "<=", high) if value > high else ("below minimum", ">=", low)
    raise Refusal(
        f"Invalid '{name}': integer {side} value. Expected a value {sign} {bound}, but got {value} instead.",
        code=f"integer_{'above_max' if value > high else 'below_min'}_value",
        param=name,
    )


def listed(value: object, name: str, expected: str = "an array") -> list[Any]:
    """Return an array that must be there and hold something; `expected` is what else would have done."""
    if value is None:
        raise missing(name)
    if not isinstance(value, list):
        raise wrong_type(name, expected, value)
    entries = cast("list[Any]", value)
    if not entries:
        raise Refusal(
            f"Invalid '{name}': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            code="empty_array",
            param=name,
        )
    return entries


def mapped(value: object, name: str) -> Fields:
    """Return an object that must be there."""
    if value is None:
        raise missing(name)
    if not isinstance(value, dict):
        raise wrong_type(name, "an object", value)
    return cast("dict[str, Any]", value)
