"""Answers of status 200 of the Responses API that are no stream: what became of the call, and what is said about it.

Sources: FACTS n image-api facts, section n; SDK openai-python 3.52.0; SUB2API Wei-Shaw/sub2api; SPEC openai-openapi
         2.3.0; all read 2026-11-20. OURS marks shapes no source recorded.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from playground.images import hostile
from playground.images.cases import Billed, Case, by_name
from playground.images.chat import chat_body, images_of
from playground.images.drawn import Drawn, draw
from playground.images.exchange import Exchange
from playground.images.honest import honest, images_body
from playground.images.refusal import USER_ERROR, error_body
from playground.images.replies import EVENT_TYPE, Pause, Reply, after, whole
from playground.images.responses import Item, call_item, message_item, response_body, response_events
from playground.images.script import Answer
from playground.images.shapes import saying
from playground.images.wire import base64_of, event_bytes, json_reply

Body = dict[str, Any]
QUESTION: Final = "Which colour should the cat have? I can paint it red or blue."
REFUSAL: Final = "I'm sorry, but I can't help with that picture."
BLOCKED: Final = {
    "type": USER_ERROR,
    "code": "moderation_blocked",
    "message": "Your request was rejected by the safety system. safety_violations=[violence].",
    "param": None,
}
LATE_BLOCK: Final = {**BLOCKED, "moderation_details": {"moderation_stage": "output", "categories": ["violence"]}}
_SERVER_ERROR: Final = {"code": "server_error", "message": "The server had an error while processing your request."}
_POLICY: Final = {"code": "image_content_policy_violation", "message": "The image violates our content policy."}
_FAILED = error_body("Image generation failed", kind="image_generation_server_error", code="image_generation_failed")


def bodied(make: Callable[[Drawn, Body], object]) -> Answer:
    """Return an answer made of the honest object, or of anything else."""

    async def answer(exchange: Exchange) -> Reply:
        drawn = await draw(exchange)
        body = response_body(exchange, [call_item(exchange, drawn.b64), message_item(exchange)])
        return whole(json.dumps(make(drawn, body)).encode())

    return answer


def called(change: Callable[[Drawn, Item], Item]) -> Answer:
    """Return an answer whose call of the tool is changed."""
    return bodied(lambda drawn, body: {**body, "output": [change(drawn, body["output"][0]), *body["output"][1:]]})


def put_out(make: Callable[[Drawn], list[Item]], status: str = "completed", **more: object) -> Answer:
    """Return an answer with this output and status."""
    return bodied(lambda drawn, body: {**body, "output": make(drawn), "status": status, **more})


def responses_answers() -> dict[str, Case]:
    """Return every answer of status 200 that is no stream, by name."""
    return by_name(
        _case("responses_plain", "FACTS 5 SPEC image_generation_call", honest),
        *_states_of_the_call(),
        *_more_in_the_output(),
        *_kinds_of_usage(),
        *_foreign_bodies(),
        *_words_without_picture(),
        *_failed_calls(),
        *_failed_responses(),
        *_bad_pictures(),
    )


def _states_of_the_call() -> tuple[Case, ...]:
    return (
        _case(
            "responses_left_generating",
            "FACTS 5 sub2api#4218: generating, with a result",
            called(lambda _, call: {**call, "status": "generating"}),
        ),
        _case(
            "responses_left_in_progress",
            "FACTS 5: in_progress, with a result",
            called(lambda _, call: {**call, "status": "in_progress"}),
        ),
        _case(
            "responses_response_in_progress",
            "OURS: the response is not called completed, the call is",
            bodied(lambda _, body: {**body, "status": "in_progress"}),
        ),
        _case(
            "responses_four_fields",
            "FACTS 5 SPEC: type, id, status, result",
            called(lambda _, call: {name: call[name] for name in ("type", "id", "status", "result")}),
        ),
        _case("responses_without_status", "OURS", called(lambda _, call: _without(call, "status"))),
        _case(
            "responses_null_error",
            "OURS: a null error in a good call",
            called(lambda _, call: {**call, "error": None}),
        ),
        _case(
            "responses_data_url",
            "FACTS 2.1: the result is a data URL",
            called(lambda drawn, call: {**call, "result": drawn.url}),
        ),
        _case(
            "responses_other_format",
            "FACTS 2.1: a WebP where PNG was asked",
            called(lambda drawn, call: {**call, "result": drawn.as_kind("WEBP").partition(",")[2]}),
        ),
        _case(
            "responses_revised_prompt",
            "FACTS 5 SDK revised_prompt",
            called(lambda _, call: {**call, "revised_prompt": "@everyone a cat, \u202eetirw"}),
        ),
        _case(
            "responses_auto_echoes",
            "FACTS 2.1: auto where values were chosen",
            called(lambda _, call: {**call, "size": "auto", "quality": "auto", "background": "auto", "action": "auto"}),
        ),
        _case(
            "responses_incomplete_with_result",
            "FACTS 5: the words were cut off, the picture was made",
            put_out(_call_only, "incomplete", incomplete_details={"reason": "max_output_tokens"}),
        ),
    )


def _more_in_the_output() -> tuple[Case, ...]:
    return (
        _case("responses_call_only", "FACTS 5: no words at all", put_out(_call_only)),
        _case(
            "responses_two_calls",
            "FACTS 5: there is no n, yet the model called twice",
            put_out(lambda one: [*_call_only(one), call_item(one.exchange, base64_of(one.other), index=1)]),
            2,
        ),
        _case("responses_call_repeated", "OURS: one item twice", put_out(lambda one: _call_only(one) * 2)),
        _case(
            "responses_failed_then_made",
            "OURS: a failed call, then one that worked",
            put_out(lambda one: [_failed_call(one, BLOCKED), {**_call_only(one)[0], "id": "ig_second"}]),
        ),
        _case(
            "responses_words_first",
            "FACTS 5: reasoning and words before the call",
            put_out(lambda one: [_reasoning(), message_item(one.exchange, "I will paint."), *_call_only(one)]),
        ),
        _case(
            "responses_unknown_items",
            "SDK: items of other tools around the call",
            put_out(lambda one: [{"type": "web_search_call", "id": "ws_1", "status": "completed"}, *_call_only(one)]),
        ),
        _case(
            "responses_heartbeats",
            "FACTS 2.2: white space under status 200",
            _heartbeats,
        ),
        _case(
            "responses_escaped",
            "OURS: slashes as escapes",
            _escaped,
        ),
        _case(
            "responses_output_last",
            "OURS: usage before output, little else",
            bodied(lambda _, body: {"tool_usage": body["tool_usage"], "id": body["id"], "output": body["output"]}),
        ),
    )


def _kinds_of_usage() -> tuple[Case, ...]:
    return (
        _case("responses_usage_missing", "FACTS 1.4", bodied(lambda _, body: _without(body, "usage", "tool_usage"))),
        _case("responses_usage_null", "FACTS 2.1", bodied(lambda _, body: {**body, "usage": None, "tool_usage": None})),
        _case(
            "responses_tool_usage_absent",
            "FACTS 5 SDK: it may be omitted",
            bodied(lambda _, body: _without(body, "tool_usage")),
        ),
        _case(
            "responses_tool_usage_null",
            "OURS: image_gen is null",
            bodied(lambda _, body: {**body, "tool_usage": {"image_gen": None, "web_search": {"num_requests": 0}}}),
        ),
        _case(
            "responses_tool_usage_zero",
            "FACTS 5 SDK: zero counts where nothing was recorded",
            bodied(lambda _, body: {**body, "tool_usage": {"image_gen": {"input_tokens": 0, "output_tokens": 0}}}),
        ),
        _case(
            "responses_usage_nonsense",
            "OURS",
            bodied(
                lambda _, body: {**body, "usage": "1756", "tool_usage": {"image_gen": {"output_tokens": float("nan")}}}
            ),
        ),
        _case(
            "responses_usage_negative",
            "OURS",
            bodied(
                lambda _, body: {
                    **body,
                    "tool_usage": {"image_gen": {**body["tool_usage"]["image_gen"], "output_tokens": -5}},
                }
            ),
        ),
    )


def _foreign_bodies() -> tuple[Case, ...]:
    return (
        _case("responses_images_body", "FACTS 4.5: the Images API's object", _images_body),
        _case("responses_chat_body", "FACTS 4.3: a chat completion", _chat_body),
        _case("responses_events_unasked", "OURS: events though stream was false", _events_unasked),
        _case(
            "responses_last_event",
            "OURS: the stream's last event as the whole answer",
            bodied(lambda _, body: {"type": "response.completed", "sequence_number": 9, "response": body}),
        ),
    )


def _words_without_picture() -> tuple[Case, ...]:
    return (
        _words(
            "responses_question",
            "FACTS 5: words and no call",
            put_out(lambda one: [message_item(one.exchange, QUESTION)]),
            QUESTION,
        ),
        _words("responses_refusal", "FACTS 5 SDK refusal part", put_out(lambda one: [_refusal(one)]), REFUSAL),
        _words(
            "responses_refusal_text",
            "FACTS 5: a refusal in words",
            put_out(lambda one: [_reasoning(), message_item(one.exchange, REFUSAL)]),
            REFUSAL,
        ),
    )


def _failed_calls() -> tuple[Case, ...]:
    return (
        _failure(
            "responses_call_blocked",
            "FACTS 3.2, 5: the item failed",
            put_out(lambda one: [_failed_call(one, BLOCKED)]),
            Billed.NO,
        ),
        _failure(
            "responses_call_blocked_late",
            "FACTS 3.1: moderation of the output",
            put_out(lambda one: [_failed_call(one, LATE_BLOCK)]),
        ),
        _failure(
            "responses_call_failed",
            "FACTS 5: failed without a reason",
            put_out(lambda one: [call_item(one.exchange, None, "failed")]),
        ),
        _failure(
            "responses_call_failed_with_words",
            "FACTS 5: failed, and the text model explains",
            put_out(lambda one: [call_item(one.exchange, None, "failed"), message_item(one.exchange, REFUSAL)]),
            text=REFUSAL,
        ),
        _failure(
            "responses_result_null", "FACTS 5: completed, no result", called(lambda _, call: {**call, "result": None})
        ),
        _failure("responses_result_empty", "OURS", called(lambda _, call: {**call, "result": ""})),
        _failure("responses_result_absent", "OURS", put_out(lambda one: [_without(_call_only(one)[0], "result")])),
        _failure(
            "responses_result_object", "OURS", called(lambda one, call: {**call, "result": {"b64_json": one.b64[:40]}})
        ),
        _failure(
            "responses_left_generating_empty",
            "FACTS 5: generating, and nothing there",
            put_out(lambda one: [call_item(one.exchange, None, "generating")]),
        ),
    )


def _failed_responses() -> tuple[Case, ...]:
    return (
        _failure("responses_failed", "FACTS 5 SPEC server_error", put_out(lambda _: [], "failed", error=_SERVER_ERROR)),
        _failure(
            "responses_failed_policy",
            "FACTS 5 SPEC image_content_policy_violation",
            put_out(lambda _: [], "failed", error=_POLICY),
            Billed.NO,
        ),
        _failure(
            "responses_incomplete_filter",
            "FACTS 5: incomplete, content_filter",
            put_out(lambda _: [], "incomplete", incomplete_details={"reason": "content_filter"}),
        ),
        _failure(
            "responses_incomplete_length",
            "FACTS 5: incomplete, max_output_tokens",
            put_out(
                lambda one: [call_item(one.exchange, None, "in_progress")],
                "incomplete",
                incomplete_details={"reason": "max_output_tokens"},
            ),
        ),
        _failure("responses_queued", "SDK: background", put_out(lambda _: [], "queued")),
        _failure("responses_cancelled", "SDK", put_out(lambda _: [], "cancelled")),
        _failure("responses_output_empty", "OURS", put_out(lambda _: [])),
        _failure("responses_output_null", "OURS", bodied(lambda _, body: {**body, "output": None})),
        _failure("responses_output_absent", "OURS", bodied(lambda _, body: _without(body, "output"))),
        _failure("responses_error_under_200", "FACTS 2.2", saying(_FAILED)),
        _failure("responses_moderation_under_200", "FACTS 2.2, 3.2", saying({"error": BLOCKED}), Billed.NO),
        _failure(
            "responses_page_under_200",
            "FACTS 3.2",
            saying("<!doctype html><title>Console</title>", content_type="text/html"),
        ),
        _failure("responses_nothing_under_200", "OURS", saying("")),
    )


def _bad_pictures() -> tuple[Case, ...]:
    return (
        _bad("responses_broken_base64", called(lambda _, call: {**call, "result": "%%" + call["result"][2:]})),
        _bad(
            "responses_cut_base64",
            called(lambda _, call: {**call, "result": call["result"][: len(call["result"]) // 8 * 4 + 1]}),
        ),
        _bad("responses_page_as_picture", called(lambda _, call: {**call, "result": base64_of(hostile.html())})),
        _bad(
            "responses_cut_picture",
            called(lambda one, call: {**call, "result": base64_of(hostile.cut_picture(one.picture))}),
        ),
        _bad("responses_pixel_bomb", called(lambda _, call: {**call, "result": base64_of(hostile.pixel_bomb())})),
    )


def _case(name: str, source: str, answer: Answer, pictures: int = 1) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=pictures)


def _words(name: str, source: str, answer: Answer, text: str) -> Case:
    """The text model answered in words: its tokens are billed, and a person should read them."""
    return Case(name=name, source=source, answer=answer, pictures=0, text=text)


def _failure(name: str, source: str, answer: Answer, billed: Billed = Billed.UNKNOWN, text: str = "") -> Case:
    return Case(name=name, source=source, answer=answer, pictures=0, billed=billed, text=text)


def _bad(name: str, answer: Answer) -> Case:
    """A picture was made and billed, and cannot be had."""
    return Case(name=name, source="OURS", answer=answer, pictures=0)


def _call_only(drawn: Drawn) -> list[Item]:
    return [call_item(drawn.exchange, drawn.b64)]


def _failed_call(drawn: Drawn, error: Body) -> Item:
    return {**call_item(drawn.exchange, None, "failed"), "error": error}


def _reasoning() -> Item:
    return {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "Z0FBQUFBQg=="}


def _refusal(drawn: Drawn) -> Item:
    return {**message_item(drawn.exchange), "content": [{"type": "refusal", "refusal": REFUSAL}]}


def _without(body: Body, *names: str) -> Body:
    return {name: value for name, value in body.items() if name not in names}


async def _heartbeats(exchange: Exchange) -> Reply:
    return after(await honest(exchange), *(b"\n", Pause(0.02)) * 5)


async def _escaped(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    text = json.dumps(response_body(exchange, _call_only(drawn)))
    return whole(text.replace("/", "\\/").replace('"result"', '"resul\\u0074"').encode())


async def _images_body(exchange: Exchange) -> Reply:
    return json_reply(images_body(exchange, await exchange.paint()))


async def _chat_body(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    return json_reply(chat_body(exchange, {"content": "", "images": images_of(drawn.url)}))


async def _events_unasked(exchange: Exchange) -> Reply:
    events = await response_events(exchange, (await exchange.paint())[0])
    return Reply(content_type=EVENT_TYPE, steps=list(map(event_bytes, events)))
