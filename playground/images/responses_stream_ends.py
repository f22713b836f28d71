"""How the streams of the Responses API end: whole, open, broken, refused, with words or with an error.

Sources: FACTS n image-api facts, section n; SDK openai-python 3.52.0; SPEC openai-openapi 2.3.0; all read 2026-11-20.
         OURS marks what no source recorded.
"""

from playground.images.cases import Billed, Case, by_name
from playground.images.drawn import Drawn, draw
from playground.images.exchange import Exchange
from playground.images.replies import EVENT_TYPE, Ending, Hold, Reply
from playground.images.responses import Event, call_item, closing_event, message_events, message_item, response_events
from playground.images.responses_answers import BLOCKED, QUESTION, REFUSAL
from playground.images.responses_shapes import (
    CALL,
    ITEM_DONE,
    STREAM,
    before_words,
    failed_call,
    failed_item,
    incomplete,
    streamed,
)
from playground.images.script import Answer
from playground.images.wire import event_bytes


def responses_stream_ends() -> dict[str, Case]:
    """Return every stream that ends in a way of its own, by name; each asks for one, with two previews."""
    return by_name(*_ways_to_end(), *_words_without_picture(), *_failures())


def _ways_to_end() -> tuple[Case, ...]:
    return (
        _case(
            "responses_stream_cut_after_item",
            "FACTS 5: item done, then the connection broke; what was paid for is kept",
            streamed(lambda _, events: before_words(events), ending=Ending.CUT),
        ),
        _case(
            "responses_stream_ends_after_item",
            "FACTS 5: item done, then a clean end without completed",
            streamed(lambda _, events: before_words(events)),
        ),
        _case(
            "responses_stream_error_after_item",
            "FACTS 5: item done, then an error event",
            streamed(lambda _, events: [*before_words(events), _error_event()]),
        ),
        _case(
            "responses_stream_failed_after_item",
            "FACTS 5: item done, then response.failed",
            streamed(lambda one, events: [*before_words(events), _failed_event(one)]),
        ),
        Case(
            name="responses_stream_stays_open",
            source="OURS: completed, and the connection is not closed",
            answer=streamed(write=lambda all_: [*map(event_bytes, all_), Hold()]),
            asks=STREAM,
            complete=False,
        ),
    )


def _words_without_picture() -> tuple[Case, ...]:
    return (
        _words("responses_stream_question", "FACTS 5: words and no call", streamed(_only_words), QUESTION),
        _words("responses_stream_refusal", "SDK response.refusal.delta", streamed(_only_refusal), REFUSAL),
    )


def _failures() -> tuple[Case, ...]:
    return (
        _failure(
            "responses_stream_partials_only",
            "FACTS 5: previews came, then a clean end; previews are never final",
            streamed(lambda _, events: _through(events, f"{CALL}partial_image")),
        ),
        _failure(
            "responses_stream_partials_then_completed",
            "FACTS 5: previews came, completed has no result",
            streamed(lambda one, events: [*_through(events, f"{CALL}partial_image"), _completed_without_result(one)]),
        ),
        _failure("responses_stream_cut", "FACTS 2.3: the connection breaks inside the item", _cut_in_item),
        _failure(
            "responses_stream_call_failed",
            "FACTS 3.2, 5: the item failed, the response completed",
            streamed(
                lambda one, events: [*events[:2], failed_item(one), closing_event(one.exchange, [failed_call(one)])]
            ),
        ),
        _failure(
            "responses_stream_failed",
            "FACTS 5 response.failed",
            streamed(lambda one, events: [*events[:2], _failed_event(one)]),
        ),
        _failure(
            "responses_stream_failed_policy",
            "FACTS 5 SPEC image_content_policy_violation",
            streamed(lambda one, events: [*events[:2], _failed_event(one, "image_content_policy_violation")]),
        ),
        _failure(
            "responses_stream_incomplete_filter",
            "FACTS 5 response.incomplete, content_filter",
            streamed(lambda one, events: [*events[:2], incomplete(one, "content_filter")]),
        ),
        _failure(
            "responses_stream_incomplete_length",
            "FACTS 5 response.incomplete, max_output_tokens",
            streamed(lambda one, events: [*events[:2], incomplete(one, "max_output_tokens")]),
        ),
        _failure(
            "responses_stream_error",
            "FACTS 5 SDK error event",
            streamed(lambda _, events: [*events[:2], _error_event()]),
        ),
        _failure(
            "responses_stream_error_nested",
            "FACTS 2.3: the error is an object of its own",
            streamed(lambda _, events: [*events[:2], {"type": "error", "error": {**BLOCKED, "code": "server_error"}}]),
        ),
        _failure("responses_stream_error_first", "FACTS 5", streamed(lambda _, __: [_error_event()])),
        _failure("responses_stream_empty", "OURS: headers, then nothing", streamed(lambda _, __: [])),
        _failure("responses_stream_only_created", "OURS", streamed(lambda _, events: events[:1])),
        _failure(
            "responses_stream_no_json",
            "OURS: data that is no JSON",
            streamed(write=lambda _: [b"event: response.completed\ndata: {oops\n\n"]),
        ),
        Case(
            name="responses_stream_broken_base64",
            source="OURS",
            answer=streamed(_broken_base64),
            pictures=0,
            asks=STREAM,
        ),
    )


def _case(name: str, source: str, answer: Answer) -> Case:
    return Case(name=name, source=source, answer=answer, asks=STREAM)


def _words(name: str, source: str, answer: Answer, text: str) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=0, text=text, asks=STREAM)


def _failure(name: str, source: str, answer: Answer) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=0, billed=Billed.UNKNOWN, asks=STREAM)


def _through(events: list[Event], kind: str) -> list[Event]:
    """Return the events up to the last of this type."""
    last = max((place for place, event in enumerate(events) if event["type"] == kind), default=2)
    return events[: last + 1]


def _failed_event(drawn: Drawn, code: str = "server_error") -> Event:
    event = closing_event(drawn.exchange, [], "failed")
    error = {"code": code, "message": "The server had an error while processing your request."}
    return {**event, "response": {**event["response"], "usage": None, "error": error}}


def _error_event() -> Event:
    return {
        "type": "error",
        "code": "server_error",
        "message": "An error occurred.",
        "param": None,
        "sequence_number": 9,
    }


def _completed_without_result(drawn: Drawn) -> Event:
    return closing_event(drawn.exchange, [call_item(drawn.exchange, None)])


def _only_words(drawn: Drawn, events: list[Event]) -> list[Event]:
    said = message_item(drawn.exchange, QUESTION)
    return [*events[:2], *message_events(drawn.exchange, QUESTION, 0), closing_event(drawn.exchange, [said])]


def _only_refusal(drawn: Drawn, events: list[Event]) -> list[Event]:
    refused = {**message_item(drawn.exchange), "content": [{"type": "refusal", "refusal": REFUSAL}]}
    of_part = {"output_index": 0, "item_id": refused["id"], "content_index": 0}
    return [
        *events[:2],
        {"type": "response.refusal.delta", **of_part, "delta": REFUSAL[:9]},
        {"type": "response.refusal.delta", **of_part, "delta": REFUSAL[9:]},
        {"type": "response.refusal.done", **of_part, "refusal": REFUSAL},
        {"type": ITEM_DONE, "output_index": 0, "item": refused},
        closing_event(drawn.exchange, [refused]),
    ]


def _broken_base64(drawn: Drawn, events: list[Event]) -> list[Event]:
    broken = call_item(drawn.exchange, "%%" + drawn.b64[2:])
    return [
        *events[:4],
        {"type": ITEM_DONE, "output_index": 0, "item": broken},
        closing_event(drawn.exchange, [broken]),
    ]


async def _cut_in_item(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    *before, item = map(event_bytes, before_words(await response_events(exchange, drawn.picture)))
    return Reply(content_type=EVENT_TYPE, steps=[*before, item[: len(item) // 2]], ending=Ending.CUT)
