"""How the local image gateway says no: one exception that carries OpenAI's error object."""

from typing import Any

# Messages, types and codes are OpenAI's own wording where it was recorded; the facts behind each rule stand in
# `rules` and `uploads`.
USER_ERROR = "image_generation_user_error"
REQUEST_ERROR = "invalid_request_error"


class Refusal(Exception):
    """A request is answered with `status` and OpenAI's error object."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = REQUEST_ERROR,
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = error_body(message, kind=kind, code=code, param=param)


def error_body(
    message: str, *, kind: str = REQUEST_ERROR, code: str | None = None, param: str | None = None
) -> dict[str, Any]:
    """Return OpenAI's error object, as its description draws it (`ErrorResponse`)."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def unknown_parameter(name: str) -> Refusal:
    """Refuse a field the endpoint or the model does not know."""
    return Refusal(f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name)


def missing(name: str) -> Refusal:
    """Refuse a request without a field it needs."""
    return Refusal(f"Missing required parameter: '{name}'.", code="missing_required_parameter", param=name)


def wrong_type(name: str, expected: str, got: object) -> Refusal:
    """Refuse a value of the wrong JSON type; an integer in quotes is a string."""
    return Refusal(
        f"Invalid type for '{name}': expected {expected}, but got {_type_name(got)} instead.",
        code="invalid_type",
        param=name,
    )


def wrong_value(name: str, value: object, allowed: tuple[str, ...], *, kind: str = USER_ERROR) -> Refusal:
    """Refuse a value outside the list the model takes."""
    listed = ", ".join(f"'{one}'" for one in allowed[:-1])
    choices = f"{listed}, and '{allowed[-1]}'" if listed else f"'{allowed[-1]}'"
    return Refusal(
        f"Invalid value: '{value}'. Supported values are: {choices}.",
        kind=kind,
        code="invalid_value",
        param=name,
    )


def _type_name(value: object) -> str:
    names: dict[type, str] = {
        bool: "a boolean",
        int: "an integer",
        float: "a decimal",
        str: "a string",
        list: "an array",
    }
    return "null" if value is None else names.get(type(value), "an object")
