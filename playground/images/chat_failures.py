"""Answers of status 200 to a chat completion that bring no picture: words, failures, and pictures that cannot be had.

Sources: FACTS n.m image-api facts section 4, place m (or section n.m); NEW-API QuantumNous/new-api; OPENROUTER
         openrouter.ai/docs; GEMINI ai.google.dev; all read 2026-11-20. OURS marks shapes no source recorded.
"""

import json

from playground.images import hostile
from playground.images.cases import Billed, Case, by_name
from playground.images.chat import data_url_of
from playground.images.chat_shapes import (
    Body,
    bodied,
    candidates,
    in_images,
    markdown,
    messaged,
    said,
    spoken,
    with_message,
)
from playground.images.drawn import Drawn
from playground.images.refusal import USER_ERROR, error_body
from playground.images.script import Answer
from playground.images.shapes import saying

QUESTION = "Which colour should the cat have? I can paint it red or blue."
REFUSAL = "I'm sorry, I can't create images of real people in this way."
_TALK = "A picture can be written as data:image/png;base64, followed by its bytes; ![image](data:) alone shows nothing."
_FAILED = error_body("Image generation failed", kind="upstream_error", code="image_generation_failed")
_REFUSED = error_body("Your request was rejected by the safety system.", kind=USER_ERROR, code="moderation_blocked")


def chat_failures() -> dict[str, Case]:
    """Return every answer of status 200 without a picture that is no stream, by name."""
    return by_name(*_words_without_picture(), *_failures(), *_bad_pictures())


def _words_without_picture() -> tuple[Case, ...]:
    return (
        _words("chat_question", "FACTS 4: a question", spoken(lambda _: QUESTION), QUESTION),
        _words("chat_refusal_text", "FACTS 4: a refusal in words", spoken(lambda _: REFUSAL), REFUSAL),
        _words(
            "chat_refusal_field",
            "FACTS 4 SPEC message.refusal",
            messaged(lambda _: {"content": None, "refusal": REFUSAL}),
            REFUSAL,
        ),
        _words("chat_parts_text", "FACTS 4.4: text parts only", spoken(lambda _: [said(QUESTION)]), QUESTION),
        _words(
            "chat_candidates_text",
            "FACTS 4.4 GEMINI",
            bodied(lambda _, __: candidates([{"text": QUESTION}])),
            QUESTION,
        ),
        _words("chat_talks_of_data", "OURS: data:image that is no picture", spoken(lambda _: _TALK), _TALK),
        _words(
            "chat_content_filter_text",
            "FACTS 4 NEW-API: content_filter with words",
            spoken(lambda _: REFUSAL, "content_filter"),
            REFUSAL,
            Billed.UNKNOWN,
        ),
    )


def _failures() -> tuple[Case, ...]:
    return (
        _failure("chat_content_filter", "FACTS 4 NEW-API: IMAGE_SAFETY", spoken(lambda _: None, "content_filter")),
        _failure(
            "chat_candidates_safety",
            "FACTS 4 GEMINI finishReason IMAGE_SAFETY",
            bodied(lambda _, __: candidates(None, "IMAGE_SAFETY")),
        ),
        _failure(
            "chat_candidates_blocked",
            "GEMINI promptFeedback",
            bodied(lambda _, __: {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {}}),
        ),
        _failure("chat_choices_empty", "FACTS 4: no choices", bodied(lambda _, body: {**body, "choices": []})),
        _failure("chat_choices_null", "OURS", bodied(lambda _, body: {**body, "choices": None})),
        _failure("chat_message_null", "OURS", bodied(lambda _, body: {**body, "choices": [{"message": None}]})),
        _failure("chat_content_empty", "FACTS 4: stop with nothing said", spoken(lambda _: "")),
        _failure("chat_images_empty", "OURS: images is empty", in_images(lambda _: [], None)),
        _failure(
            "chat_tool_calls",
            "OURS: the model calls a tool nobody gave it",
            messaged(lambda _: {"content": None, "tool_calls": [_tool_call()]}, "tool_calls"),
        ),
        _failure("chat_error_under_200", "FACTS 2.2", saying(_FAILED)),
        _failure("chat_error_and_choices", "OURS", bodied(lambda _, body: {**with_message(body, {}), **_FAILED})),
        _failure("chat_moderation_under_200", "FACTS 2.2, 3.2", saying(_REFUSED), Billed.NO),
        _failure(
            "chat_error_in_choice",
            "OPENROUTER: the error is the choice's",
            bodied(lambda _, body: {**body, "choices": [_failed_choice()]}),
        ),
        _failure(
            "chat_page_under_200",
            "FACTS 3.2",
            saying("<!doctype html><title>Console</title>", content_type="text/html"),
        ),
        _failure("chat_nothing_under_200", "OURS", saying("")),
    )


def _bad_pictures() -> tuple[Case, ...]:
    return (
        _bad("chat_expired_link", "FACTS 4.1: links expire", spoken(lambda one: markdown(one.dead_link()))),
        _bad(
            "chat_private_link",
            "FACTS 2.1: an address in the host's own network",
            spoken(lambda _: markdown("http://169.254.169.254/latest/meta-data/cat.png")),
        ),
        _bad(
            "chat_images_private_link",
            "FACTS 2.1: the same in images",
            in_images(lambda _: ["http://[::ffff:10.0.0.1]/cat.png"]),
        ),
        _bad("chat_file_link", "OURS: none of the web", in_images(lambda _: ["file:///etc/passwd"])),
        _bad("chat_link_to_page", "OURS: the address answers a page", spoken(lambda one: markdown(_page_link(one)))),
        _bad("chat_broken_base64", "OURS", spoken(lambda one: markdown(f"{one.url[:60]}%%%{one.url[63:]}"))),
        _bad("chat_cut_base64", "OURS", spoken(lambda one: markdown(one.url[: one.url.index(",") + 1002]))),
        _bad(
            "chat_cut_by_length",
            "FACTS 4: max_tokens in the middle of the base64",
            spoken(lambda one: markdown(one.url[: one.url.index(",") + 1001])[:-1], "length"),
        ),
        _bad("chat_images_broken_base64", "OURS", in_images(lambda one: [f"{one.url[:60]}%%%{one.url[63:]}"])),
        _bad("chat_page_as_picture", "OURS", in_images(lambda _: [data_url_of(hostile.html(), "image/png")])),
        _bad("chat_cut_picture", "OURS", in_images(lambda one: [data_url_of(hostile.cut_picture(one.picture))])),
        _bad("chat_pixel_bomb", "OURS", in_images(lambda _: [data_url_of(hostile.pixel_bomb())])),
        _bad("chat_svg", "OURS: a drawing with a script", in_images(lambda _: [data_url_of(_SVG, "image/svg+xml")])),
        _bad(
            "chat_media", "FACTS 4.2 NEW-API [media]", spoken(lambda _: f"[media]({data_url_of(_VIDEO, 'video/mp4')})")
        ),
        _bad("chat_images_empty_url", "OURS", in_images(lambda _: [""])),
    )


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
_VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


def _words(name: str, source: str, answer: Answer, text: str, billed: Billed = Billed.YES) -> Case:
    """The model answered in words: its tokens are billed, and a person should read them."""
    return Case(name=name, source=source, answer=answer, pictures=0, billed=billed, text=text)


def _failure(name: str, source: str, answer: Answer, billed: Billed = Billed.UNKNOWN) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=0, billed=billed)


def _bad(name: str, source: str, answer: Answer) -> Case:
    """A picture was made and billed, and cannot be had."""
    return Case(name=name, source=source, answer=answer, pictures=0)


def _failed_choice() -> Body:
    error = {"code": 502, "message": "Provider returned error"}
    return {"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "error", "error": error}


def _tool_call() -> Body:
    arguments = json.dumps({"prompt": "a cat"})
    return {"id": "call_1", "type": "function", "function": {"name": "generate_image", "arguments": arguments}}


def _page_link(drawn: Drawn) -> str:
    return drawn.exchange.publish(hostile.html(), "text/html")
