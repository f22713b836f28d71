"""Holds what the local image gateway takes and gives against OpenAI's own description of it."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from playground.images.endpoint import Endpoint
from playground.images.refusal import Refusal
from playground.images.uploads import Body
from playground.json_values import Json, JsonObject, mapping
from playground.openapi import EVENTS, JSON, Description, Operation, Problem

_EVENTS: Final = {
    "response.image_generation_call.in_progress": "ResponseImageGenCallInProgressEvent",
    "response.image_generation_call.generating": "ResponseImageGenCallGeneratingEvent",
    "response.image_generation_call.partial_image": "ResponseImageGenCallPartialImageEvent",
    "response.image_generation_call.completed": "ResponseImageGenCallCompletedEvent",
}
_PATHS: Final = {
    Endpoint.GENERATIONS: "/images/generations",
    Endpoint.EDITS: "/images/edits",
    Endpoint.RESPONSES: "/responses",
}


@cache
def _description(spec: Path) -> Description:
    """Read the description once in a process: what it has compiled serves every local gateway.

    The one of the Images API names the tool, its call and its events without the path that carries them: the path is
    put together here from those parts, and what they leave open stays open.
    """
    document: Json = json.loads(spec.read_bytes())
    paths = mapping(mapping(document).get("paths"))
    return Description({**mapping(document), "paths": {**paths, _PATHS[Endpoint.RESPONSES]: {"post": _responses()}}})


def _responses() -> JsonObject:
    tools: Json = {"type": "object", "properties": {"tools": {"type": "array", "items": _named("ImageGenTool")}}}
    events: Json = {"oneOf": [_named(name) for name in _EVENTS.values()]}
    return {
        "operationId": "createResponse",
        "requestBody": {"content": {JSON: {"schema": tools}}},
        "responses": {"200": {"content": {JSON: {"schema": _named("ImageGenToolCall")}, EVENTS: {"schema": events}}}},
    }


def _named(component: str) -> Json:
    return {"$ref": f"#/components/schemas/{component}"}


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
        """Note where a stream event of ours leaves the description; of Responses it knows only the tool's."""
        if endpoint is not Endpoint.RESPONSES or event["type"] in _EVENTS:
            self._note(endpoint, str(event.get("type")), event, EVENTS)

    def check_call(self, item: dict[str, Any]) -> None:
        """Note where a call of the image tool leaves the description."""
        self._note(Endpoint.RESPONSES, "call", item, JSON)

    def _note(self, endpoint: Endpoint, what: str, body: dict[str, Any], media_type: str) -> None:
        operation = self._operation(endpoint)
        problems: Sequence[Problem] = operation.check_response(200, body, media_type=media_type) if operation else ()
        self.violations += [f"{endpoint} {what}: {problem.path} {problem.message}" for problem in problems]

    def _operation(self, endpoint: Endpoint) -> Operation | None:
        path = _PATHS.get(endpoint)
        return self._description.operation("POST", path) if self._description and path else None


def _parts(body: Body) -> list[tuple[str, str | bytes]]:
    texts: list[tuple[str, str | bytes]] = [(name, str(value)) for name, value in body.fields.items()]
    return texts + [(file.part, b"") for file in body.files]
