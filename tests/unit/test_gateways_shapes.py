"""Where a document says what: every place a picture, a word or an error may stand in, of every dialect."""

import pytest

from bot.gateways.error_body import GatewayError
from bot.gateways.shapes import Kind, links_in, picture_in, read, without_pictures


@pytest.mark.parametrize(
    "value",
    [
        {"data": [{"b64_json": 0}]},
        {"data": [{"url": 0}]},
        {"images": [{"b64_json": 0}]},
        {"data": [{"image": {"base64": 0}}]},
        {"choices": [{"message": {"images": [{"type": "image_url", "image_url": {"url": 0}}]}}]},
        {"choices": [{"delta": {"images": [{"image_url": {"url": 0}, "index": 7}]}}]},
        {"choices": [{"message": {"content": [{"type": "text", "text": "x"}, {"type": "image_url", "image_url": 0}]}}]},
        {"choices": [{"message": {"content": [{"type": "image", "image": {"base64": 0}}]}}]},
        {"choices": [{"message": {"content": [{"inlineData": {"mimeType": "image/png", "data": 0}}]}}]},
        {"choices": [{"message": {"parts": [{"inline_data": {"mime_type": "image/png", "data": 0}}]}}]},
        {"candidates": [{"content": {"parts": [{"text": "x"}, {"inlineData": {"data": 0}}]}}]},
        {"object": "response", "output": [{"type": "image_generation_call", "status": "generating", "result": 0}]},
        {"type": "response.output_item.done", "item": {"type": "image_generation_call", "result": 0}},
        {"type": "response.completed", "response": {"output": [{"type": "image_generation_call", "result": 0}]}},
        {"type": "image_edit.completed", "b64_json": 0},
        {"object": "image.generation.result", "data": [{"b64_json": 0}]},
    ],
)
def test_the_picture_is_found(value: object) -> None:
    said = read("", value)
    assert [found for entry in said.entries if (found := picture_in(entry, {0: None})) is not None] == [0]


def test_bytes_are_preferred_to_an_address_and_used_once() -> None:
    entry = {"url": "https://cdn/x.png", "b64_json": 0}
    assert picture_in(entry, {0: None}) == 0
    assert picture_in(entry, {}) == "https://cdn/x.png"
    assert picture_in({"url": "ftp://cdn/x.png"}, {}) is None


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("image_generation.partial_image", {"b64_json": 0}, Kind.PREVIEW),
        ("", {"type": "response.image_generation_call.partial_image", "partial_image_b64": 0}, Kind.PREVIEW),
        ("image_generation.completed", {"b64_json": 0}, Kind.SHARE),
        ("", {"type": "response.image_generation_call.completed", "item_id": "ig_1"}, Kind.NOISE),
        ("", {"type": "response.created", "response": {"id": "resp_1"}}, Kind.NOISE),
        ("", {"type": "response.output_item.done", "item": {"type": "message"}}, Kind.PART),
        ("", {"type": "response.completed", "response": {}}, Kind.LAST),
        ("", {"object": "chat.completion.chunk", "choices": [{"delta": {"content": ""}}]}, Kind.PART),
        ("ping", {"type": "ping"}, Kind.NOISE),
    ],
)
def test_each_event_has_its_kind(name: str, value: object, kind: Kind) -> None:
    assert read(name, value).kind is kind


def test_a_response_says_its_id_wherever_it_stands() -> None:
    assert read("", {"type": "response.created", "response": {"id": "resp_1"}}).response_id == "resp_1"
    assert read("", {"object": "response", "id": "resp_2", "output": []}).response_id == "resp_2"


ERRORS: list[tuple[object, GatewayError]] = [
    (
        {"choices": [{"message": {"content": ""}, "finish_reason": "content_filter"}]},
        GatewayError(message="finish reason: content_filter", code="content_filter", stage="unknown"),
    ),
    (
        {"candidates": [{"content": {}, "finishReason": "IMAGE_SAFETY"}]},
        GatewayError(message="finish reason: IMAGE_SAFETY", code="content_filter", stage="unknown"),
    ),
    (
        {"object": "response", "output": [], "incomplete_details": {"reason": "content_filter"}},
        GatewayError(message="incomplete: content_filter", code="content_filter", stage="unknown"),
    ),
    (
        {
            "type": "response.failed",
            "response": {"error": {"code": "image_content_policy_violation", "message": "no"}},
        },
        GatewayError(message="no", code="image_content_policy_violation"),
    ),
    (
        {
            "object": "response",
            "output": [{"type": "image_generation_call", "status": "failed", "error": {"code": "moderation_blocked"}}],
        },
        GatewayError(code="moderation_blocked"),
    ),
]


@pytest.mark.parametrize(("value", "error"), ERRORS)
def test_an_error_is_found_where_each_dialect_puts_it(value: object, error: GatewayError) -> None:
    assert read("", value).errors == (error,)


def test_what_a_model_says_instead_is_found() -> None:
    refusal = {"choices": [{"message": {"content": None, "refusal": "I can't paint that."}}]}
    assert read("", refusal).words == "I can't paint that."
    spoken = {
        "object": "response",
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "Why?"}]}],
    }
    assert read("", spoken).words == "Why?"


@pytest.mark.parametrize(
    ("words", "links"),
    [
        ("![image](https://cdn/a.png?x=1) and ![b](<https://cdn/b>)", ["https://cdn/a.png?x=1", "https://cdn/b"]),
        ("![a](https://cdn/a.png)![a](https://cdn/a.png)", ["https://cdn/a.png"]),
        ('<img alt="x" src="https://cdn/a">', ["https://cdn/a"]),
        ("Your picture: https://cdn/a.webp\nBye", ["https://cdn/a.webp"]),
        ("See https://docs.example/page and [this](https://cdn/a)", []),
        ("[Download it](https://cdn/a.png)", ["https://cdn/a.png"]),
        ("", []),
    ],
)
def test_links_to_pictures_are_found_in_words(words: str, links: list[str]) -> None:
    assert list(links_in(words)) == links


def test_beside_pictures_only_those_shown_in_markdown_count() -> None:
    assert links_in("![a](https://cdn/a) [Download](https://cdn/b.png)", is_all=False) == ["https://cdn/a"]
    assert links_in("[Download](https://cdn/b.png)", is_all=False) == []


def test_what_stood_around_a_picture_goes_with_it() -> None:
    assert without_pictures(" Here: ![a cat]() ") == "Here:"


@pytest.mark.parametrize(
    ("name", "item", "errors", "entries"),
    [
        ("choices", {"error": "x", "message": {"images": [0, 0]}}, 64, 128),
        ("candidates", {"error": "x", "content": {"parts": [0, 0]}}, 64, 128),
        ("output", {"type": "image_generation_call", "error": {"message": "x"}}, 64, 64),
        ("data", {"error": "x"}, 0, 64),
    ],
)
def test_of_a_flood_only_the_first_are_looked_at(name: str, item: object, errors: int, entries: int) -> None:
    said = read("", {name: [item] * 70_000})
    assert (len(said.errors), len(said.entries)) == (errors, entries)


def test_of_a_flood_of_parts_only_the_first_are_looked_at() -> None:
    message = {"images": [0] * 70_000, "content": [{"type": "image"}] * 70_000}
    assert len(read("", {"choices": [{"message": message}]}).entries) == 128
