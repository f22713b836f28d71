"""The error a gateway's document carries, in any of its shapes (image-api facts, section 3.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.gateways.json_shape import items, members, text

_EMBEDDED: Final = re.compile(r"[{]\s*\\*['\"]error\\*['\"]\s*:\s*[{]")
_NAMED: Final = re.compile(
    r"\\*['\"](?P<name>code|type|param|message|moderation_stage)\\*['\"]\s*:\s*"
    r"(?:(?P<quote>\\*['\"])(?P<text>.{0,2000}?)(?<!\\)(?P=quote)(?=\s*[,}])|(?P<number>\d{1,6}))",
    re.DOTALL,
)
_MOST_READ_CHARS: Final = 4_000
_NOTHING: Final = frozenset({"None", "null"})
"""What Python and JSON call nothing, where a proxy made a word of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayError:
    """What the gateway said went wrong; absent parts are "". `categories` are moderation's."""

    message: str = ""
    type: str = ""
    code: str = ""
    param: str = ""
    stage: str = ""
    categories: tuple[str, ...] = ()


def error_in(document: object) -> GatewayError | None:
    """Return the error of a document: `{"error": {…}}`, `{"error": "…"}`, `message`, `detail` or `msg`."""
    said = members(document)
    inner = said.get("error")
    if isinstance(inner, str) and inner.strip():
        return GatewayError(message=inner, code=_word(said.get("code")))
    if error := members(inner):
        return _error_of(error) if any(error.values()) else None
    if _is_error_event(said):
        return _error_of(said)
    if first := members(next(iter(items(said.get("errors"))), None)):
        return _error_of(first)
    return _bare_error(said)


def _is_error_event(said: Mapping[str, object]) -> bool:
    return said.get("type") == "error" and bool(said.get("message") or said.get("code"))


def _bare_error(said: Mapping[str, object]) -> GatewayError | None:
    """An error that stands where the answer should; an answer with pictures has a `data` or `created` beside it."""
    if said.get("data"):
        return None
    detail = said.get("detail")
    if listed := [members(item) for item in items(detail)]:
        where = [text(part) for part in items(listed[0].get("loc")) if text(part) not in {"", "body"}]
        first = listed[0]
        return GatewayError(message=text(first.get("msg")), type=_word(first.get("type")), param=".".join(where))
    message = text(detail) or text(said.get("message")) or text(said.get("msg"))
    return GatewayError(message=message, code=_word(said.get("code"))) if message else None


def _error_of(error: Mapping[str, object]) -> GatewayError:
    details = members(error.get("moderation_details"))
    return _unwrapped(
        GatewayError(
            message=text(error.get("message")) or text(error.get("msg")) or text(error.get("detail")),
            type=_word(error.get("type")),
            code=_word(error.get("code")),
            param=_word(error.get("param")),
            stage=_word(details.get("moderation_stage")),
            categories=tuple(filter(None, map(text, items(details.get("categories"))))),
        )
    )


def _unwrapped(outer: GatewayError) -> GatewayError:
    """Read the error that a proxy found behind it and put into its message, as JSON or as Python writes it.

    LiteLLM keeps only that of an edit's error, with the status as its code (image-api facts, sections 3.2 and 8).
    """
    start = _EMBEDDED.search(outer.message[:_MOST_READ_CHARS])
    if start is None:
        return outer
    inner = dict[str, str]()
    for found in _NAMED.finditer(outer.message[start.end() - 1 : _MOST_READ_CHARS]):
        inner.setdefault(found["name"], _word(found["text"] if found["number"] is None else found["number"]))
    return replace(
        outer,
        message=inner.get("message") or outer.message,
        type=inner.get("type") or outer.type,
        code=inner.get("code") or outer.code,
        param=inner.get("param") or outer.param,
        stage=outer.stage or inner.get("moderation_stage", ""),  # whether a blocked picture had been painted
    )


def _word(value: object) -> str:
    """Codes come as words, as integers and as a status in quotes."""
    word = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return "" if word in _NOTHING else word
