"""What one entry of the catalogue is: a behaviour, where it was seen, and what a careful client makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from playground.images.script import Answer, Behaviour


class Billed(StrEnum):
    """What a client may believe about the money after this answer."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way in which a gateway answers.

    Shape:  `source` says where it was seen (read 2026-11-20); `asks` are request fields that bring it out;
            `pictures` is how many whole pictures a client can take from it, `complete` whether its answer ends at all;
            `is_retry_safe` is true where nothing can have been generated, so that asking again costs once;
            `text` is what the model said in place of a picture, for the person to read.
    """

    name: str
    source: str
    answer: Answer
    pictures: int = 1
    billed: Billed = Billed.YES
    is_retry_safe: bool = False
    complete: bool = True
    text: str = ""
    asks: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def behaviour(self) -> Behaviour:
        """The behaviour, once, for any request."""
        return Behaviour(name=self.name, answer=self.answer)


def by_name(*cases: Case) -> dict[str, Case]:
    """Return the cases by their names.

    Errors: ValueError, when two have the same.
    """
    named = {case.name: case for case in cases}
    if len(named) != len(cases):
        raise ValueError("two cases have the same name")
    return named
