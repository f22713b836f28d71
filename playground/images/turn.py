"""What an answer of the Responses API repeats of its request; which requests are valid is said in `responses_rules`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn with a text model that holds the image tool.

    Shape:  `tool` and `tool_choice` as they were asked for; `action` is what came of "auto"; a turn that is not stored
            cannot be the `previous` of another.
    """

    model: str = ""
    tool: Mapping[str, Any] = field(default_factory=dict[str, Any])
    tool_choice: str | Mapping[str, Any] = "auto"
    action: str = "generate"
    previous: str | None = None
    instructions: str | None = None
    is_stored: bool = True


def response_id(number: int) -> str:
    """Return the id of the response that answers the POST of this number."""
    return f"resp_local{number:06}"
