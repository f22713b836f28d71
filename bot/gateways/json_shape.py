"""Reading parsed JSON whose shape nobody promises: each function takes anything, and finds something or nothing."""

from collections.abc import Mapping, Sequence
from typing import cast


def members(value: object) -> Mapping[str, object]:
    """Return an object's members; none for anything else."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def items(value: object) -> Sequence[object]:
    """Return an array's items; none for anything else."""
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def text(value: object) -> str:
    """Return a text; "" for anything else."""
    return value if isinstance(value, str) else ""


def count(value: object) -> int | None:
    """Return a count: an integer from 0 to 10^12, also where it is written as 3.0; None for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= 10**12 else None
