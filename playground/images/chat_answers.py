"""Answers of status 200 to a chat completion that are no stream, in every place where gateways put the picture.

Sources: FACTS n.m image-api facts section 4, place m; NEW-API QuantumNous/new-api; OPENROUTER openrouter.ai/docs; APIYI
         docs.apiyi.com; GEMINI ai.google.dev; all read 2026-11-20. OURS marks shapes no source recorded.
"""

import json
from collections.abc import Callable
from typing import Any

from playground.images import hostile
from playground.images.cases import Billed, Case, by_name
from playground.images.chat import DONE, Message, chunk_bytes, chunks_of, data_url_of, images_of
from playground.images.chat_shapes import Body, bodied, markdown, messaged, rewritten, spoken
from playground.images.drawn import Drawn, draw
from playground.images.exchange import Exchange
from playground.images.honest import honest, images_body
from playground.images.refusal import USER_ERROR, error_body
from playground.images.replies import EVENT_TYPE, Pause, Reply, after
from playground.images.script import Answer
from playground.images.shapes import saying
from playground.images.wire import event_bytes, json_reply

QUESTION = "Which colour should the cat have? I can paint it red or blue."
REFUSAL = "I'm sorry, I can't create images of real people in this way."
_TALK = "A picture can be written as data:image/png;base64, followed by its bytes; ![image](data:) alone shows nothing."
_FAILED = error_body("Image generation failed", kind="upstream_error", code="image_generation_failed")
_REFUSED = error_body("Your request was rejected by the safety system.", kind=USER_ERROR, code="moderation_blocked")


def chat_answers() -> dict[str, Case]:
    """Return every answer of status 200 that is no stream, by name."""
    return by_name(
        Case(name="chat_images", source="FACTS 4.3 OPENROUTER message.images", answer=honest),
        *_in_images(),
        *_in_markdown(),
        *_in_text(),
        *_in_parts(),
        *_in_foreign_bodies(),
        *_ways_to_write(),
        *_kinds_of_usage(),
        *_words_without_picture(),
        *_failures(),
        *_bad_pictures(),
    )


def _in_images() -> tuple[Case, ...]:
    return (
        _case("chat_images_null_content", "FACTS 4.3: content may be null", _images(lambda one: [one.url], None)),
        _case("chat_images_empty_content", "FACTS 4.3: content may be empty", _images(lambda one: [one.url], "")),
        _case(
            "chat_images_long_text", "OPENROUTER: words beside images", _images(lambda one: [one.url], "Done. " * 400)
        ),
        _case("chat_images_two", "FACTS 4.3: index counts them", _images(lambda one: [one.url, one.other_url]), 2),
        _case("chat_images_link", "FACTS 4.3, forks that upload", _images(lambda one: [one.link()])),
        _case(
            "chat_images_without_index",
            "FACTS 4.3: index is optional",
            messaged(lambda one: {"content": "", "images": [{"type": "image_url", "image_url": {"url": one.url}}]}),
        ),
        _case(
            "chat_images_as_strings",
            "OURS: image_url is the address itself",
            messaged(lambda one: {"content": "", "images": [{"type": "image_url", "image_url": one.url}]}),
        ),
        _case(
            "chat_images_and_markdown",
            "OURS: the same picture in both places",
            messaged(lambda one: {"content": markdown(one.url), "images": images_of(one.url)}),
        ),
        _case(
            "chat_images_with_reasoning",
            "OPENROUTER reasoning_details: encrypted bytes beside the picture",
            messaged(_with_reasoning),
        ),
        _case(
            "chat_two_choices",
            "OURS: a second choice though n was not sent",
            bodied(lambda one, body: {**body, "choices": [*body["choices"], _second(one, body)]}),
            2,
        ),
    )


def _in_markdown() -> tuple[Case, ...]:
    return (
        _case("chat_markdown_link", "FACTS 4.1 APIYI", spoken(lambda one: markdown(one.link()))),
        _case(
            "chat_markdown_link_titled",
            "FACTS 4.1: a title behind the address",
            spoken(lambda one: f'![a cat]({one.link()} "a cat (red)")'),
        ),
        _case(
            "chat_markdown_link_in_brackets",
            "FACTS 4.1: an address in angle brackets",
            spoken(lambda one: f"![image](<{one.link()}>)"),
        ),
        _case(
            "chat_markdown_link_around",
            "FACTS 4.1: the picture is a link to itself",
            spoken(lambda one: f"[{markdown(link := one.link())}]({link})"),
        ),
        _case("chat_markdown_data", "FACTS 4.2 NEW-API", spoken(lambda one: markdown(one.url))),
        _case("chat_markdown_jpeg", "FACTS 4.2: a JPEG", spoken(lambda one: markdown(one.as_kind("JPEG")))),
        _case("chat_markdown_webp", "FACTS 4.2: a WebP", spoken(lambda one: markdown(one.as_kind("WEBP")))),
        _case(
            "chat_markdown_wrong_mime",
            "FACTS 2.1: the claimed type is not the bytes'",
            spoken(lambda one: markdown(data_url_of(one.picture, "image/jpeg"))),
        ),
        _case(
            "chat_markdown_two",
            "FACTS 4.2: one for each part",
            spoken(lambda one: f"{markdown(one.url)}\n\n{markdown(one.other_url)}"),
            2,
        ),
        _case(
            "chat_markdown_link_and_data",
            "FACTS 4.1, 4.2: both ways in one text",
            spoken(lambda one: f"First {markdown(one.link())} and then {markdown(one.other_url)}."),
            2,
        ),
        _case(
            "chat_markdown_repeated",
            "OURS: the same picture twice",
            spoken(lambda one: f"{markdown(one.url)}\n{markdown(one.url)}"),
        ),
        _case(
            "chat_text_around",
            "FACTS 4.2: joined with text",
            spoken(lambda one: f"Here (as you asked) it is:\n\n{markdown(one.url)}\n\n[1] Anything else? (y/n)"),
        ),
    )


def _in_text() -> tuple[Case, ...]:
    return (
        _case("chat_bare_link", "FACTS 4.1: no Markdown around", spoken(lambda one: f"Your image: {one.link()}")),
        _case("chat_bare_link_only", "FACTS 4.1: nothing but the address", spoken(lambda one: one.link())),
        _case(
            "chat_download_link",
            "FACTS 4.1: a link, not an image",
            spoken(lambda one: f"Ready.\n\n[Download the picture]({one.link()})"),
        ),
        _case("chat_bare_data", "FACTS 4.2: nothing but a data URL", spoken(lambda one: one.url)),
        _case("chat_html_tag", "OURS: an HTML img", spoken(lambda one: f'<p><img alt="a cat" src="{one.link()}"></p>')),
        _case("chat_html_tag_data", "OURS: an HTML img with bytes", spoken(lambda one: f"<img src='{one.url}' />")),
        _case(
            "chat_fenced",
            "OURS: the data URL in a code block",
            spoken(lambda one: f"```\n{one.url}\n```"),
        ),
    )


def _in_parts() -> tuple[Case, ...]:
    return (
        _case("chat_parts_image_url", "FACTS 4.4 image_url", spoken(lambda one: [_said(), _image_url(one.url)])),
        _case("chat_parts_link", "FACTS 4.4 image_url with an address", spoken(lambda one: [_image_url(one.link())])),
        _case(
            "chat_parts_base64",
            "FACTS 4.4 image.base64",
            spoken(lambda one: [_said(), {"type": "image", "image": {"base64": one.b64}}]),
        ),
        _case("chat_parts_inline_data", "FACTS 4.4 inlineData", spoken(lambda one: [{"text": "Here."}, _inline(one)])),
        _case("chat_parts_inline_snake", "FACTS 4.4 inline_data", spoken(lambda one: [_inline_snake(one)])),
        _case(
            "chat_parts_two",
            "FACTS 4.4: text between two pictures",
            spoken(lambda one: [_image_url(one.url), _said("and"), _image_url(one.other_url)]),
            2,
        ),
        _case(
            "chat_parts_markdown",
            "OURS: Markdown inside a text part",
            spoken(lambda one: [_said(markdown(one.url))]),
        ),
    )


def _in_foreign_bodies() -> tuple[Case, ...]:
    return (
        _case(
            "chat_candidates", "FACTS 4.4 GEMINI", bodied(lambda one, _: candidates([{"text": "Here."}, _inline(one)]))
        ),
        _case("chat_candidates_snake", "FACTS 4.4 GEMINI", bodied(lambda one, _: candidates([_inline_snake(one)]))),
        _case("chat_images_body", "FACTS 4.5 astrbot", _images_body),
        _case(
            "chat_images_body_link",
            "FACTS 4.5: data[0].url",
            bodied(lambda one, _: {"created": 1, "data": [{"url": one.link(), "b64_json": None}]}),
        ),
        _case("chat_images_events", "FACTS 4.5: events though stream was false", _images_events),
        _case("chat_chunks_unasked", "OURS: chunks though stream was false", _chunks_unasked),
        _case(
            "chat_body_and_data",
            "OURS: an empty message beside the Images API's data",
            bodied(lambda one, body: {**chat_like(body, {"content": ""}), "data": [{"b64_json": one.b64}]}),
        ),
    )


def _ways_to_write() -> tuple[Case, ...]:
    return (
        _case(
            "chat_escaped_slashes",
            "FACTS 4.2, encoders that write a slash as \\/",
            rewritten(lambda one: {"content": markdown(one.url)}, lambda text: text.replace("/", "\\/")),
        ),
        _case(
            "chat_escaped_marks",
            "OURS: the Markdown itself as escapes",
            rewritten(
                lambda one: {"content": markdown(one.url)},
                lambda text: text.replace("![image](data:", "\\u0021\\u005bimage\\u005d\\u0028\\u0064ata\\u003a"),
            ),
        ),
        _case("chat_heartbeats", "FACTS 2.2: white space under status 200", _heartbeats),
        _case(
            "chat_choices_last",
            "OURS: usage before choices",
            bodied(lambda _, body: {"usage": body["usage"], "id": body["id"], "choices": body["choices"]}),
        ),
        _case(
            "chat_explicit_nulls",
            "FACTS 2.1: null for every field it does not know",
            messaged(
                lambda one: {
                    "content": None,
                    "refusal": None,
                    "tool_calls": None,
                    "audio": None,
                    "images": images_of(one.url),
                }
            ),
        ),
        _case("chat_no_finish_reason", "OURS", messaged(lambda one: {"images": images_of(one.url)}, None)),
        _case(
            "chat_finish_length",
            "OURS: the words were cut, the picture was not",
            messaged(lambda one: {"content": "Here is", "images": images_of(one.url)}, "length"),
        ),
    )


def _kinds_of_usage() -> tuple[Case, ...]:
    return (
        _case(
            "chat_usage_missing",
            "FACTS 1.4: usage is optional",
            bodied(lambda _, body: {key: value for key, value in body.items() if key != "usage"}),
        ),
        _case("chat_usage_null", "FACTS 2.1", bodied(lambda _, body: {**body, "usage": None})),
        _case(
            "chat_usage_zero", "FACTS 2.1", bodied(lambda _, body: {**body, "usage": dict.fromkeys(body["usage"], 0)})
        ),
        _case(
            "chat_usage_nonsense",
            "OURS",
            bodied(lambda _, body: {**body, "usage": {"completion_tokens": -3, "total_tokens": float("nan")}}),
        ),
        _case(
            "chat_usage_with_cost",
            "OPENROUTER usage.cost, in credits",
            bodied(lambda _, body: {**body, "usage": {**body["usage"], "cost": 0.0387}}),
        ),
    )


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
        _words("chat_parts_text", "FACTS 4.4: text parts only", spoken(lambda _: [_said(QUESTION)]), QUESTION),
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
        _failure("chat_images_empty", "OURS: images is empty", _images(lambda _: [], None)),
        _failure(
            "chat_tool_calls",
            "OURS: the model calls a tool nobody gave it",
            messaged(lambda _: {"content": None, "tool_calls": [_tool_call()]}, "tool_calls"),
        ),
        _failure("chat_error_under_200", "FACTS 2.2", saying(_FAILED)),
        _failure("chat_error_and_choices", "OURS", bodied(lambda _, body: {**chat_like(body, {}), **_FAILED})),
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
            _images(lambda _: ["http://[::ffff:10.0.0.1]/cat.png"]),
        ),
        _bad("chat_file_link", "OURS: none of the web", _images(lambda _: ["file:///etc/passwd"])),
        _bad("chat_link_to_page", "OURS: the address answers a page", spoken(lambda one: markdown(_page_link(one)))),
        _bad("chat_broken_base64", "OURS", spoken(lambda one: markdown(f"{one.url[:60]}%%%{one.url[63:]}"))),
        _bad("chat_cut_base64", "OURS", spoken(lambda one: markdown(one.url[: len(one.url) // 2]))),
        _bad(
            "chat_cut_by_length",
            "FACTS 4: max_tokens in the middle of the base64",
            spoken(lambda one: markdown(one.url)[: len(one.url) // 2], "length"),
        ),
        _bad("chat_images_broken_base64", "OURS", _images(lambda one: [f"{one.url[:60]}%%%{one.url[63:]}"])),
        _bad("chat_page_as_picture", "OURS", _images(lambda _: [data_url_of(hostile.html(), "image/png")])),
        _bad("chat_cut_picture", "OURS", _images(lambda one: [data_url_of(hostile.cut_picture(one.picture))])),
        _bad("chat_pixel_bomb", "OURS", _images(lambda _: [data_url_of(hostile.pixel_bomb())])),
        _bad("chat_svg", "OURS: a drawing with a script", _images(lambda _: [data_url_of(_SVG, "image/svg+xml")])),
        _bad(
            "chat_media", "FACTS 4.2 NEW-API [media]", spoken(lambda _: f"[media]({data_url_of(_VIDEO, 'video/mp4')})")
        ),
        _bad("chat_images_empty_url", "OURS", _images(lambda _: [""])),
    )


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
_VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


def candidates(parts: list[dict[str, Any]] | None, finish: str = "STOP") -> dict[str, Any]:
    """Return Google's own object around these parts."""
    content = {"content": {"role": "model", "parts": parts}} if parts is not None else {}
    return {
        "candidates": [{**content, "finishReason": finish, "index": 0}],
        "usageMetadata": {"promptTokenCount": 4, "candidatesTokenCount": 1290, "totalTokenCount": 1294},
        "modelVersion": "gemini-2.5-flash-image",
    }


def chat_like(body: Body, message: Message) -> Body:
    """Return the object with another message in it."""
    choice = {**body["choices"][0], "message": {"role": "assistant", **message}}
    return {**body, "choices": [choice]}


async def _heartbeats(exchange: Exchange) -> Reply:
    return after(await honest(exchange), *(b"\n", Pause(0.02)) * 5)


async def _images_body(exchange: Exchange) -> Reply:
    return json_reply(images_body(exchange, await exchange.paint()))


async def _images_events(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    event = {"type": "image_generation.completed", "created_at": exchange.created_at, "b64_json": drawn.b64}
    return Reply(content_type=EVENT_TYPE, steps=[event_bytes(event)])


async def _chunks_unasked(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    chunks = chunks_of(exchange, [{"content": "", "images": images_of(drawn.url)}])
    return Reply(content_type=EVENT_TYPE, steps=[*map(chunk_bytes, chunks), DONE])


def _images(urls: Callable[[Drawn], list[str]], content: str | None = "Here is your picture.") -> Answer:
    return messaged(lambda drawn: {"content": content, "images": images_of(*urls(drawn))})


def _case(name: str, source: str, answer: Answer, pictures: int = 1) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=pictures)


def _words(name: str, source: str, answer: Answer, text: str, billed: Billed = Billed.YES) -> Case:
    """The model answered in words: its tokens are billed, and a person should read them."""
    return Case(name=name, source=source, answer=answer, pictures=0, billed=billed, text=text)


def _failure(name: str, source: str, answer: Answer, billed: Billed = Billed.UNKNOWN) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=0, billed=billed)


def _bad(name: str, source: str, answer: Answer) -> Case:
    """A picture was made and billed, and cannot be had."""
    return Case(name=name, source=source, answer=answer, pictures=0)


def _said(text: str = "Here is your picture.") -> dict[str, Any]:
    return {"type": "text", "text": text}


def _image_url(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def _inline(drawn: Drawn) -> dict[str, Any]:
    return {"inlineData": {"mimeType": drawn.kind, "data": drawn.b64}}


def _inline_snake(drawn: Drawn) -> dict[str, Any]:
    return {"inline_data": {"mime_type": drawn.kind, "data": drawn.b64}}


def _with_reasoning(drawn: Drawn) -> Message:
    sealed = {"type": "reasoning.encrypted", "data": drawn.b64[::-1], "format": "google-gemini-v1", "index": 0}
    return {
        "content": "",
        "reasoning": "The cat sits left; ![image](data:image/png;base64, is what I will write.",
        "reasoning_details": [sealed],
        "images": images_of(drawn.url),
    }


def _second(drawn: Drawn, body: Body) -> Body:
    message = {"role": "assistant", "content": "", "images": images_of(drawn.other_url)}
    return {**body["choices"][0], "index": 1, "message": message}


def _failed_choice() -> Body:
    error = {"code": 502, "message": "Provider returned error"}
    return {"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "error", "error": error}


def _tool_call() -> Body:
    arguments = json.dumps({"prompt": "a cat"})
    return {"id": "call_1", "type": "function", "function": {"name": "generate_image", "arguments": arguments}}


def _page_link(drawn: Drawn) -> str:
    return drawn.exchange.publish(hostile.html(), "text/html")
