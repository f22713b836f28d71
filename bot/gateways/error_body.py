"""The error a gateway's document carries, in any of its shapes (image-api facts, section 3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.gateways.json_shape import items, members, text


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
    return GatewayError(
        message=text(error.get("message")) or text(error.get("msg")) or text(error.get("detail")),
        type=_word(error.get("type")),
        code=_word(error.get("code")),
        param=_word(error.get("param")),
        stage=_word(details.get("moderation_stage")),
        categories=tuple(filter(None, map(text, items(details.get("categories"))))),
    )


def _word(value: object) -> str:
    """Codes come as words, as integers and as a status in quotes."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
