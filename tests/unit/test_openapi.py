"""A description becomes checks that name the exact place: unions, references, forms, answers, closed objects."""

import json
from pathlib import Path
from typing import Any

import pytest

from playground.json_values import Json, JsonObject
from playground.openapi import EVENTS, Description, Operation, Problem, Requests, spell

BOX: JsonObject = {
    "type": "object",
    "properties": {"type": {"const": 1}, "inner": {"$ref": "#/components/schemas/Thing"}},
    "required": ["type", "inner"],
}
WORD: JsonObject = {
    "type": "object",
    "properties": {
        "type": {"enum": [2, 3]},
        "text": {"type": "string", "maxLength": 3},
        "id": {"$ref": "#/components/schemas/Id"},
    },
    "required": ["type", "text"],
}
COMPONENTS: JsonObject = {
    "Box": BOX,
    "Word": WORD,
    "Id": {"type": "string", "pattern": "^[0-9]+$"},
    "Thing": {"oneOf": [{"$ref": "#/components/schemas/Box"}, {"$ref": "#/components/schemas/Word"}]},
    "Colour": {"type": "string", "oneOf": [{"title": "RED", "const": "red"}, {"title": "BLUE", "const": "blue"}]},
}


def ref(name: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{name}"}


def described(schema: Json, *, requests: Requests | None = None, media_type: str = "application/json") -> Operation:
    """Describe one operation, POST /things/{id}, that takes and answers with the schema."""
    content: JsonObject = {media_type: {"schema": schema}}
    post: JsonObject = {
        "operationId": "post_thing",
        "requestBody": {"content": content},
        "responses": {"200": {"content": content}, "204": {}, "4XX": {"$ref": "#/components/responses/Refusal"}},
    }
    refusal: JsonObject = {"content": {"application/json": {"schema": {"type": "object", "required": ["code"]}}}}
    document: JsonObject = {
        "openapi": "3.1.0",
        "paths": {"/things/{id}": {"post": post}},
        "components": {"schemas": {**COMPONENTS}, "responses": {"Refusal": refusal}},
    }
    operation = Description(document, requests=requests).operation("POST", "/things/7")
    assert operation is not None
    return operation


def places(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.path, problem.keyword) for problem in problems]


@pytest.mark.parametrize(
    ("path", "written"),
    [((), ""), (("a",), "a"), (("a", 0, "b"), "a[0].b"), ((0, "a"), "[0].a"), ((1, 2), "[1][2]")],
)
def test_a_path_is_written_as_people_write_it(path: tuple[str | int, ...], written: str) -> None:
    assert spell(path) == written


@pytest.mark.parametrize(
    ("body", "where", "keyword"),
    [
        ({"type": 2, "text": "long"}, "text", "maxLength"),
        ({"type": 1, "inner": {"type": 3, "text": "long"}}, "inner.text", "maxLength"),
        ({"type": 1, "inner": {"type": 1, "inner": {"type": 2}}}, "inner.inner.text", "required"),
        ({"type": 1, "inner": {"type": 9}}, "inner.type", "enum"),
        ({"text": "x"}, "type", "required"),
        ("text", "", "type"),
    ],
)
def test_a_union_told_apart_by_a_property_names_the_place_inside(body: Json, where: str, keyword: str) -> None:
    assert places(described(ref("Thing")).check_json(body)) == [(where, keyword)]


def test_a_union_with_null_takes_null_and_explains_the_rest() -> None:
    operation = described({"oneOf": [{"type": "null"}, ref("Word")]})
    assert operation.check_json(None) == []
    assert places(operation.check_json({"type": 2})) == [("text", "required")]


def test_a_list_of_constants_names_them_all() -> None:
    (problem,) = described(ref("Colour")).check_json("green")
    assert problem == Problem(path="", message='it is not one of "red", "blue"', keyword="enum")


def test_a_union_of_types_is_explained_by_the_type_that_was_meant() -> None:
    operation = described({"oneOf": [{"type": "integer"}, {"type": "string", "maxLength": 3}]})
    assert places(operation.check_json("long")) == [("", "maxLength")]
    assert places(operation.check_json([])) == [("", "oneOf")]


def test_a_union_that_cannot_be_told_apart_is_explained_by_the_nearest_branch() -> None:
    cat: JsonObject = {
        "type": "object",
        "properties": {"lives": {"type": "integer"}},
        "required": ["lives", "name", "tail"],
    }
    dog: JsonObject = {"type": "object", "properties": {"tricks": {"type": "integer"}}, "required": ["tricks"]}
    assert places(described({"anyOf": [cat, dog]}).check_json({"tricks": "x"})) == [("tricks", "type")]


def test_a_constant_repeated_by_its_component_is_said_once() -> None:
    schema: JsonObject = {"type": "string", "enum": ["red"], "allOf": [ref("Colour")]}
    assert places(described(schema).check_json("green")) == [("", "enum")]


def test_a_property_may_be_named_like_a_keyword() -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {"oneOf": {"type": "string"}, "properties": {"type": "integer"}},
    }
    operation = described(schema, requests=Requests(closed=True))
    assert operation.check_json({"oneOf": "x", "properties": 1}) == []
    assert places(operation.check_json({"oneOf": 1})) == [("oneOf", "type")]


def test_a_closed_request_refuses_unknown_keys_at_every_depth() -> None:
    body: Json = {"type": 1, "inner": {"type": 2, "text": "x", "size": 1}, "colour": "red"}
    found = described(ref("Thing"), requests=Requests(closed=True)).check_json(body)
    assert sorted(places(found)) == [("colour", "additionalProperties"), ("inner.size", "additionalProperties")]


def test_an_open_request_takes_unknown_keys() -> None:
    assert described(ref("Thing")).check_json({"type": 2, "text": "x", "size": 1}) == []


def test_named_extra_keys_are_taken_where_they_are_named() -> None:
    requests = Requests(closed=True, extra={"Word": frozenset(("size",))})
    operation = described(ref("Thing"), requests=requests)
    assert operation.check_json({"type": 2, "text": "x", "size": [1]}) == []
    elsewhere = operation.check_json({"type": 1, "inner": {"type": 2, "text": "x"}, "size": 1})
    assert places(elsewhere) == [("size", "additionalProperties")]


def test_a_composed_object_is_closed_as_a_whole() -> None:
    schema: JsonObject = {"allOf": [ref("Word"), {"type": "object", "properties": {"file": {"type": "string"}}}]}
    operation = described(schema, requests=Requests(closed=True))
    assert operation.check_json({"type": 2, "text": "x", "file": "y"}) == []
    assert places(operation.check_json({"type": 2, "text": "x", "size": 1})) == [("size", "unevaluatedProperties")]


def test_a_free_map_stays_free_when_closed() -> None:
    schema: JsonObject = {"type": "object", "properties": {"a": True}, "additionalProperties": {"type": "integer"}}
    operation = described(schema, requests=Requests(closed=True))
    assert operation.check_json({"b": 1}) == []
    assert places(operation.check_json({"b": "x"})) == [("b", "type")]


def test_a_replaced_schema_counts_for_requests_only() -> None:
    operation = described(ref("Word"), requests=Requests(replaced={"Id": {"type": ["string", "integer"]}}))
    body: Json = {"type": 2, "text": "x", "id": 7}
    assert operation.check_json(body) == []
    assert places(operation.check_response(200, body)) == [("id", "type")]


@pytest.mark.parametrize("requests", [Requests(replaced={"Cat": {}}), Requests(extra={"Cat": frozenset(("a",))})])
def test_a_component_that_is_not_there_is_said(requests: Requests) -> None:
    with pytest.raises(LookupError, match="Cat"):
        described(ref("Word"), requests=requests)


def test_formats_are_not_checked() -> None:
    assert described({"type": "string", "format": "uri"}).check_json("not a uri") == []


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (200, {"type": 2, "text": "x"}, []),
        (200, {"type": 2}, [("text", "required")]),
        (204, None, []),
        (204, {}, [("", "content")]),
        (404, {"code": 1}, []),
        (404, {}, [("code", "required")]),
        (302, None, [("", "status")]),
        (503, "<html>", []),
    ],
)
def test_answers_are_checked_by_their_status(status: int, body: Json, found: list[tuple[str, str]]) -> None:
    assert places(described(ref("Thing")).check_response(status, body)) == found


def test_a_media_type_the_operation_does_not_take_is_the_callers_mistake() -> None:
    with pytest.raises(LookupError, match="post_thing takes no multipart/form-data"):
        described(ref("Thing")).check_form([("text", "x")])


def test_routes_are_listed_with_literal_paths_first() -> None:
    item: JsonObject = {"get": {"responses": {}}}
    document: JsonObject = {"paths": {"/users/{id}": item, "/users/@me": item, "/users/{id}/x": item}}
    description = Description(document)
    assert description.routes == (("GET", "/users/@me"), ("GET", "/users/{id}"), ("GET", "/users/{id}/x"))
    assert description.operation("GET", "/users/@me") is not description.operation("GET", "/users/7")
    assert description.operation("GET", "/users/7") is description.operation("get", "/users/8")
    assert description.operation("POST", "/users/7") is None
    assert description.operation("GET", "/users/7/y") is None


def test_a_file_that_is_no_description_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps({"swagger": "2.0"}))
    with pytest.raises(ValueError, match="is not an OpenAPI description"):
        Description.load(path)


FORM: JsonObject = {
    "type": "object",
    "properties": {
        "prompt": {"type": "string"},
        "n": {"type": ["integer", "null"], "maximum": 10},
        "strength": {"anyOf": [{"type": "number"}, {"type": "null"}]},
        "stream": {"type": "boolean"},
        "seed": {"$ref": "#/components/schemas/Id"},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        "image": {"anyOf": [{"type": "string"}, {"type": "array", "maxItems": 3, "items": {"type": "string"}}]},
    },
    "required": ["prompt"],
}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ([("prompt", "x"), ("n", "2"), ("strength", "0.5"), ("stream", "true")], []),
        ([("prompt", "5"), ("seed", "123")], []),
        ([("n", "1")], [("prompt", "required")]),
        ([("prompt", "x"), ("n", "11")], [("n", "maximum")]),
        ([("prompt", "x"), ("n", "two")], [("n", "type")]),
        ([("prompt", "x"), ("n", "1.5")], [("n", "type")]),
        ([("prompt", "x"), ("strength", "NaN")], [("strength", "type")]),
        ([("prompt", "x"), ("stream", "yes")], [("stream", "type")]),
        ([("prompt", "x"), ("stream", "1")], [("stream", "type")]),
        ([("prompt", "x"), ("tags", "a")], []),
        ([("prompt", "x"), ("tags", "a"), ("tags", "b"), ("tags", "c")], [("tags", "maxItems")]),
        ([("prompt", "x"), ("image", b"png")], []),
        ([("prompt", "x"), *[("image", b"png")] * 3], []),
        ([("prompt", "x"), *[("image", b"png")] * 4], [("image", "maxItems")]),
        ([("prompt", "x"), ("prompt", "y")], [("prompt", "type")]),
    ],
)
def test_a_form_is_read_as_its_schema_means_it(
    fields: list[tuple[str, str | bytes]], found: list[tuple[str, str]]
) -> None:
    assert places(described(FORM, media_type="multipart/form-data").check_form(fields)) == found


@pytest.fixture(scope="module")
def images(images_spec: Path | None) -> Description:
    if images_spec is None:
        pytest.skip("schema check OFF: the Images API's OpenAPI description is not at hand")
    return Description.load(images_spec)


def found_operation(description: Description, path: str) -> Operation:
    operation = description.operation("POST", path)
    assert operation is not None
    return operation


def test_the_image_gateways_json_is_checked(images: Description) -> None:
    operation = found_operation(images, "/images/generations")
    assert operation.check_json({"prompt": "a cat", "n": 2, "size": "1024x1024"}) == []
    found = places(operation.check_json({"n": 11, "size": "big"}))
    assert sorted(found) == [("n", "maximum"), ("prompt", "required"), ("size", "pattern")]


def test_the_image_gateways_form_is_checked(images: Description) -> None:
    operation = found_operation(images, "/images/edits")
    assert operation.check_form([("prompt", "x"), ("image[]", b""), ("image[]", b""), ("stream", "true")]) == []
    found = operation.check_form([("prompt", "x"), ("image", b""), ("partial_images", "4")])
    assert places(found) == [("partial_images", "maximum")]


def test_the_image_gateways_events_are_checked(images: Description) -> None:
    operation = found_operation(images, "/images/edits")
    event: dict[str, Any] = {
        "type": "image_edit.partial_image",
        "b64_json": "",
        "created_at": 1,
        "partial_image_index": 0,
    }
    event |= {"size": "1024x1024", "quality": "low", "background": "opaque", "output_format": "png"}
    assert operation.check_response(200, event, media_type=EVENTS) == []
    del event["b64_json"]
    assert places(operation.check_response(200, event, media_type=EVENTS)) == [("b64_json", "required")]
