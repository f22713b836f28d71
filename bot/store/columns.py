"""Column types: aware instants, words of an enum, and JSON that is checked against a type of `bot/model.py`."""

from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import JSON, DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from bot.errors import Corrupt


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept and returned in UTC; a naive one is refused with `ValueError`."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware of its time zone")
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Checked(TypeDecorator[Any]):
    """JSON of one Python type, such as `tuple[Input, ...]`, checked on the way in and out.

    Errors: `Corrupt` where what is stored is not of that type. None is SQL's NULL.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, shape: Any) -> None:  # noqa: ANN401  # any annotation, also one that is no class
        super().__init__(none_as_null=True)
        self.shape = shape

    @override
    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        return None if value is None else _adapter(self.shape).dump_python(value, mode="json")

    @override
    def process_result_value(self, value: object, dialect: Dialect) -> object:
        return None if value is None else check(self.shape, value)


def word(kind: type[StrEnum]) -> Enum:
    """Return the type of a column that holds one value of a `StrEnum`, as its text."""
    return Enum(kind, native_enum=False, create_constraint=False, length=24, values_callable=_values)


def one_of(column: str, kind: type[StrEnum]) -> str:
    """Return the CHECK that a column holds a value of the enum."""
    values = ", ".join(f"'{value}'" for value in _values(kind))
    return f"{column} IN ({values})"


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


def check(shape: Any, value: object) -> Any:  # noqa: ANN401  # any annotation, also one that is no class
    """Return what was stored as a value of `shape`; `Corrupt` if it is none."""
    try:
        return _adapter(shape).validate_python(value)
    except ValidationError as error:
        raise Corrupt(f"a stored value is no {shape}") from error


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:  # noqa: ANN401  # any annotation, also one that is no class
    # Built at first use: importing the tables stays cheap.
    return TypeAdapter(shape)
