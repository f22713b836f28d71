"""Holds what the local image gateway takes and gives against OpenAI's own description of the Images API."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from playground.images.endpoint import Endpoint
from playground.images.refusal import Refusal
from playground.images.uploads import Body
from playground.openapi import EVENTS, JSON, Description, Operation, Problem


@cache
def _description(spec: Path) -> Description:
    """Read the description once in a process: what it has compiled serves every local gateway."""
    return Description.load(spec)


class Conformance:
    """Checks each request and each honest answer; without a description it is off and says so.

    Shape:  `violations` lists one sentence for every answer of ours that left the description.
    """

    def __init__(self, spec: Path | None) -> None:
        self._description = _description(spec) if spec else None
        self.violations: list[str] = []

    @property
    def is_on(self) -> bool:
        """Whether there is a description to check against."""
        return self._description is not None

    def check_request(self, endpoint: Endpoint, body: Body) -> None:
        """Check a body that passed our own rules.

        Errors: Refusal, with the first place where the body leaves the description.
        """
        operation = self._operation(endpoint)
        if operation is None:
            return
        problems = operation.check_form(_parts(body)) if body.is_form else operation.check_json(dict(body.fields))
        if problems:
            first = problems[0]
            raise Refusal(f"Invalid '{first.path}': {first.message}", code="invalid_value", param=first.path)

    def check_answer(self, endpoint: Endpoint, body: dict[str, Any]) -> None:
        """Note where an answer of ours leaves the description."""
        self._note(endpoint, "answer", body, JSON)

    def check_event(self, endpoint: Endpoint, event: dict[str, Any]) -> None:
        """Note where a stream event of ours leaves the description."""
        self._note(endpoint, str(event.get("type")), event, EVENTS)

    def _note(self, endpoint: Endpoint, what: str, body: dict[str, Any], media_type: str) -> None:
        operation = self._operation(endpoint)
        problems: Sequence[Problem] = operation.check_response(200, body, media_type=media_type) if operation else ()
        self.violations += [f"{endpoint} {what}: {problem.path} {problem.message}" for problem in problems]

    def _operation(self, endpoint: Endpoint) -> Operation | None:
        return self._description.operation("POST", f"/images/{endpoint}") if self._description else None


def _parts(body: Body) -> list[tuple[str, str | bytes]]:
    texts: list[tuple[str, str | bytes]] = [(name, str(value)) for name, value in body.fields.items()]
    return texts + [(file.part, b"") for file in body.files]
