"""Answers of status 200 to a chat completion that bring a picture, in every place where gateways put it; no streams.

Sources: FACTS n.m image-api facts section 4, place m; NEW-API QuantumNous/new-api; OPENROUTER openrouter.ai/docs; APIYI
         docs.apiyi.com; GEMINI ai.google.dev; all read 2026-11-20. OURS marks shapes no source recorded.
"""

from typing import Any

from playground.images.cases import Case, by_name
from playground.images.chat import DONE, Message, chunk_bytes, chunks_of, data_url_of, images_of
from playground.images.chat_shapes import (
    Body,
    bodied,
    candidates,
    in_images,
    markdown,
    messaged,
    rewritten,
    said,
    spoken,
    with_message,
)
from playground.images.drawn import Drawn, draw
from playground.images.exchange import Exchange
from playground.images.honest import honest, images_body
from playground.images.replies import EVENT_TYPE, Pause, Reply, after
from playground.images.script import Answer
from playground.images.wire import event_bytes, json_reply


def chat_answers() -> dict[str, Case]:
    """Return every answer of status 200 with a picture that is no stream, by name."""
    return by_name(
        Case(name="chat_images", source="FACTS 4.3 OPENROUTER message.images", answer=honest),
        *_in_images(),
        *_in_markdown(),
        *_in_text(),
        *_in_parts(),
        *_in_foreign_bodies(),
        *_ways_to_write(),
        *_kinds_of_usage(),
    )


def _in_images() -> tuple[Case, ...]:
    return (
        _case("chat_images_null_content", "FACTS 4.3: content may be null", in_images(lambda one: [one.url], None)),
        _case("chat_images_empty_content", "FACTS 4.3: content may be empty", in_images(lambda one: [one.url], "")),
        _case(
            "chat_images_long_text", "OPENROUTER: words beside images", in_images(lambda one: [one.url], "Done. " * 400)
        ),
        _case("chat_images_two", "FACTS 4.3: index counts them", in_images(lambda one: [one.url, one.other_url]), 2),
        _case("chat_images_link", "FACTS 4.3, forks that upload", in_images(lambda one: [one.link()])),
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
            "chat_images_of_strings",
            "OURS: images holds the addresses themselves",
            messaged(lambda one: {"content": "", "images": [one.url, one.other_url]}),
            2,
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
        _case("chat_bare_base64", "OURS: nothing but base64", spoken(lambda one: one.b64)),
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
        _case("chat_parts_image_url", "FACTS 4.4 image_url", spoken(lambda one: [said(), _image_url(one.url)])),
        _case("chat_parts_link", "FACTS 4.4 image_url with an address", spoken(lambda one: [_image_url(one.link())])),
        _case(
            "chat_parts_base64",
            "FACTS 4.4 image.base64",
            spoken(lambda one: [said(), {"type": "image", "image": {"base64": one.b64}}]),
        ),
        _case("chat_parts_inline_data", "FACTS 4.4 inlineData", spoken(lambda one: [{"text": "Here."}, _inline(one)])),
        _case("chat_parts_inline_snake", "FACTS 4.4 inline_data", spoken(lambda one: [_inline_snake(one)])),
        _case(
            "chat_parts_two",
            "FACTS 4.4: text between two pictures",
            spoken(lambda one: [_image_url(one.url), said("and"), _image_url(one.other_url)]),
            2,
        ),
        _case(
            "chat_parts_markdown",
            "OURS: Markdown inside a text part",
            spoken(lambda one: [said(markdown(one.url))]),
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
            bodied(lambda one, body: {**with_message(body, {"content": ""}), "data": [{"b64_json": one.b64}]}),
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


def _case(name: str, source: str, answer: Answer, pictures: int = 1) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=pictures)


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
