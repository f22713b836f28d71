"""Streams of the Responses API in every way gateways write them; answers of one object live in `responses_answers`.

Sources: FACTS n image-api facts, section n; SDK openai-python 3.52.0; SUB2API Wei-Shaw/sub2api; NEW-API
         QuantumNous/new-api; HTML html.spec.whatwg.org; all read 2026-11-20. OURS marks what no source recorded.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from playground.images.cases import Billed, Case, by_name
from playground.images.chat import DONE, chunk_bytes, chunks_of, images_of
from playground.images.drawn import Drawn, draw
from playground.images.exchange import Exchange
from playground.images.honest import events_of, honest
from playground.images.replies import EVENT_TYPE, Ending, Hold, Reply, Step, in_pieces
from playground.images.responses import (
    Event,
    call_events,
    call_item,
    closing_event,
    message_events,
    message_item,
    numbered,
    opening_events,
    response_body,
    response_events,
)
from playground.images.responses_answers import BLOCKED, QUESTION, REFUSAL
from playground.images.script import Answer
from playground.images.wire import base64_of, event_bytes, json_reply

_TOOL: Final = {"type": "image_generation", "model": "gpt-image-2", "partial_images": 2}
_ASKS: Final = {"stream": True, "tools": [_TOOL]}  # a stream without previews is refused
_ITEM_DONE: Final = "response.output_item.done"
_CALL: Final = "response.image_generation_call."


def streamed(
    change: Callable[[Drawn, list[Event]], list[Event]] = lambda _, events: events,
    write: Callable[[list[Event]], Iterable[Step]] | None = None,
    *,
    ending: Ending = Ending.WHOLE,
) -> Answer:
    """Return a stream whose events are changed, then written; by default as OpenAI writes them."""

    async def answer(exchange: Exchange) -> Reply:
        drawn = await draw(exchange)
        events = change(drawn, await response_events(exchange, drawn.picture))
        steps = list(write(events)) if write else list(map(event_bytes, events))
        return Reply(content_type=EVENT_TYPE, steps=steps, ending=ending)

    return answer


def responses_streams() -> dict[str, Case]:
    """Return every stream by name; each asks for one, with two previews."""
    return by_name(
        _case("responses_stream", "FACTS 5 SDK", honest),
        *_other_events(),
        *_where_the_picture_is(),
        *_ways_to_write(),
        *_foreign_streams(),
        *_ways_to_end(),
        *_words_without_picture(),
        *_failures(),
    )


def _other_events() -> tuple[Case, ...]:
    return (
        _case("responses_stream_without_partials", "FACTS 1.1: fewer previews than asked", streamed(_without_partials)),
        _case(
            "responses_stream_minimal",
            "FACTS 5: created, item done, completed",
            streamed(lambda _, events: [events[0], *_of_type(events, _ITEM_DONE)[:1], events[-1]]),
        ),
        _case("responses_stream_unknown_events", "SUB2API: codex.rate_limits, keepalive", streamed(_with_strangers)),
        _case(
            "responses_stream_without_numbers",
            "OURS: no sequence_number",
            streamed(lambda _, events: [_without(event, "sequence_number") for event in events]),
        ),
        _case("responses_stream_partial_field", "FACTS 2.3: previews under b64_json", streamed(_renamed_partials)),
        _case(
            "responses_stream_two_calls",
            "FACTS 5: there is no n, yet the model called twice",
            streamed(_two_calls),
            2,
        ),
        _case(
            "responses_stream_failed_then_made",
            "OURS: a failed call, then one that worked",
            streamed(lambda one, events: [*events[:2], _failed_item(one), *events[2:]]),
        ),
        _case(
            "responses_stream_null_error",
            "OURS: a null error in every good event",
            streamed(lambda _, events: [{**event, "error": None} for event in events]),
        ),
    )


def _where_the_picture_is() -> tuple[Case, ...]:
    return (
        _case(
            "responses_stream_left_generating",
            "FACTS 5 sub2api#4218: generating, with a result",
            streamed(lambda _, events: _with_status(events, "generating")),
        ),
        _case(
            "responses_stream_item_only",
            "FACTS 5: completed with an empty output",
            streamed(lambda one, events: [*events[:-1], closing_event(one.exchange, [])]),
        ),
        _case(
            "responses_stream_completed_only",
            "FACTS 5: the picture stands in the last event alone",
            streamed(lambda _, events: [event for event in events if event["type"] != _ITEM_DONE]),
        ),
        _case("responses_stream_nothing_but_completed", "OURS: one event", streamed(lambda _, events: events[-1:])),
        _case(
            "responses_stream_item_repeated",
            "OURS: item done comes twice, completed holds it again",
            streamed(lambda _, events: [event for one in events for event in _twice_if_done(one)]),
        ),
        _case(
            "responses_stream_result_in_call_event",
            "OURS: the tool's completed event carries the result, nothing else does",
            streamed(_result_in_call_event),
        ),
        _case(
            "responses_stream_incomplete_with_result",
            "FACTS 5: the words were cut off, the picture was made",
            streamed(
                lambda one, events: [*_before_words(events), _incomplete(one, "max_output_tokens", has_call=True)]
            ),
        ),
    )


def _ways_to_write() -> tuple[Case, ...]:
    return (
        _case(
            "responses_stream_done", "NEW-API adds [DONE]", streamed(write=lambda all_: [*map(event_bytes, all_), DONE])
        ),
        _case("responses_stream_comments", "FACTS 2.3: comments keep alive", streamed(write=_with_comments)),
        _case("responses_stream_nameless", "OURS: no event lines", streamed(write=lambda all_: map(chunk_bytes, all_))),
        _case(
            "responses_stream_crlf",
            "HTML",
            streamed(write=lambda all_: [event_bytes(event).replace(b"\n", b"\r\n") for event in all_]),
        ),
        _case("responses_stream_split", "OURS: pieces cut anywhere", _split),
    )


def _foreign_streams() -> tuple[Case, ...]:
    return (
        _case("responses_stream_ignored", "FACTS 2.3: one object although a stream was asked for", _ignored),
        _case("responses_stream_images_events", "FACTS 4.5, 2.3: the Images API's events", _images_events),
        _case("responses_stream_chat_chunks", "FACTS 4.3: chunks of a chat completion", _chat_chunks),
    )


def _ways_to_end() -> tuple[Case, ...]:
    return (
        _case(
            "responses_stream_cut_after_item",
            "FACTS 5: item done, then the connection broke; what was paid for is kept",
            streamed(lambda _, events: _before_words(events), ending=Ending.CUT),
        ),
        _case(
            "responses_stream_ends_after_item",
            "FACTS 5: item done, then a clean end without completed",
            streamed(lambda _, events: _before_words(events)),
        ),
        _case(
            "responses_stream_error_after_item",
            "FACTS 5: item done, then an error event",
            streamed(lambda _, events: [*_before_words(events), _error_event()]),
        ),
        _case(
            "responses_stream_failed_after_item",
            "FACTS 5: item done, then response.failed",
            streamed(lambda one, events: [*_before_words(events), _failed_event(one)]),
        ),
        Case(
            name="responses_stream_stays_open",
            source="OURS: completed, and the connection is not closed",
            answer=streamed(write=lambda all_: [*map(event_bytes, all_), Hold()]),
            asks=_ASKS,
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
            streamed(lambda _, events: _through(events, f"{_CALL}partial_image")),
        ),
        _failure(
            "responses_stream_partials_then_completed",
            "FACTS 5: previews came, completed has no result",
            streamed(lambda one, events: [*_through(events, f"{_CALL}partial_image"), _completed_without_result(one)]),
        ),
        _failure("responses_stream_cut", "FACTS 2.3: the connection breaks inside the item", _cut_in_item),
        _failure(
            "responses_stream_call_failed",
            "FACTS 3.2, 5: the item failed, the response completed",
            streamed(
                lambda one, events: [*events[:2], _failed_item(one), closing_event(one.exchange, [_failed_call(one)])]
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
            streamed(lambda one, events: [*events[:2], _incomplete(one, "content_filter")]),
        ),
        _failure(
            "responses_stream_incomplete_length",
            "FACTS 5 response.incomplete, max_output_tokens",
            streamed(lambda one, events: [*events[:2], _incomplete(one, "max_output_tokens")]),
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
            asks=_ASKS,
        ),
    )


def _case(name: str, source: str, answer: Answer, pictures: int = 1) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=pictures, asks=_ASKS)


def _words(name: str, source: str, answer: Answer, text: str) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=0, text=text, asks=_ASKS)


def _failure(name: str, source: str, answer: Answer) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=0, billed=Billed.UNKNOWN, asks=_ASKS)


def _of_type(events: list[Event], kind: str) -> list[Event]:
    return [event for event in events if event["type"] == kind]


def _through(events: list[Event], kind: str) -> list[Event]:
    """Return the events up to the last of this type."""
    last = max((place for place, event in enumerate(events) if event["type"] == kind), default=2)
    return events[: last + 1]


def _before_words(events: list[Event]) -> list[Event]:
    """Return the events up to the finished call."""
    first = next(place for place, event in enumerate(events) if event["type"] == _ITEM_DONE)
    return events[: first + 1]


def _without(event: Event, name: str) -> Event:
    return {key: value for key, value in event.items() if key != name}


def _without_partials(_: Drawn, events: list[Event]) -> list[Event]:
    return [event for event in events if event["type"] != f"{_CALL}partial_image"]


def _with_strangers(_: Drawn, events: list[Event]) -> list[Event]:
    strangers = ({"type": "codex.rate_limits", "rate_limits": {"primary": None}}, {"type": "keepalive", "result": None})
    return [*strangers, *events[:-1], {"type": "response.image_edit_call.completed", "result": "AAAA"}, events[-1]]


def _renamed_partials(_: Drawn, events: list[Event]) -> list[Event]:
    return [
        {"b64_json": event["partial_image_b64"], **_without(event, "partial_image_b64")}
        if "partial_image_b64" in event
        else event
        for event in events
    ]


def _two_calls(drawn: Drawn, _: list[Event]) -> list[Event]:
    exchange = drawn.exchange
    second = call_item(exchange, base64_of(drawn.other), index=1)
    calls = [*call_events(exchange, drawn.picture, ()), *call_events(exchange, drawn.other, (), 1)]
    last = closing_event(exchange, [call_item(exchange, drawn.b64), second])
    return numbered([*opening_events(exchange), *calls, last])


def _failed_call(drawn: Drawn) -> dict[str, Any]:
    return {**call_item(drawn.exchange, None, "failed"), "id": "ig_failed", "error": BLOCKED}


def _failed_item(drawn: Drawn) -> Event:
    return {"type": _ITEM_DONE, "output_index": 0, "item": _failed_call(drawn)}


def _with_status(events: list[Event], status: str) -> list[Event]:
    def changed(item: dict[str, Any]) -> dict[str, Any]:
        return {**item, "status": status} if item["type"] == "image_generation_call" else item

    last = events[-1]["response"]
    closing = {**events[-1], "response": {**last, "output": list(map(changed, last["output"]))}}
    return [
        *({**event, "item": changed(event["item"])} if "item" in event else event for event in events[:-1]),
        closing,
    ]


def _twice_if_done(event: Event) -> list[Event]:
    return [event] * (2 if event["type"] == _ITEM_DONE else 1)


def _result_in_call_event(drawn: Drawn, events: list[Event]) -> list[Event]:
    done = {**_of_type(events, f"{_CALL}completed")[0], "result": drawn.b64}
    return [*events[:4], done, closing_event(drawn.exchange, [])]


def _incomplete(drawn: Drawn, reason: str, *, has_call: bool = False) -> Event:
    output = [call_item(drawn.exchange, drawn.b64)] if has_call else []
    event = closing_event(drawn.exchange, output, "incomplete")
    return {**event, "response": {**event["response"], "incomplete_details": {"reason": reason}}}


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
        {"type": _ITEM_DONE, "output_index": 0, "item": refused},
        closing_event(drawn.exchange, [refused]),
    ]


def _broken_base64(drawn: Drawn, events: list[Event]) -> list[Event]:
    broken = call_item(drawn.exchange, "%%" + drawn.b64[2:])
    return [
        *events[:4],
        {"type": _ITEM_DONE, "output_index": 0, "item": broken},
        closing_event(drawn.exchange, [broken]),
    ]


def _with_comments(events: list[Event]) -> Iterable[Step]:
    for event in events:
        yield b": keepalive\n\n:\n\n"
        yield event_bytes(event)


async def _cut_in_item(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    *before, item = map(event_bytes, _before_words(await response_events(exchange, drawn.picture)))
    return Reply(content_type=EVENT_TYPE, steps=[*before, item[: len(item) // 2]], ending=Ending.CUT)


async def _split(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    text = b"".join(map(event_bytes, await response_events(exchange, drawn.picture)))
    return in_pieces(Reply(content_type=EVENT_TYPE, steps=[text]), 1_021)


async def _ignored(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    return json_reply(response_body(exchange, [call_item(exchange, drawn.b64), message_item(exchange)]))


async def _images_events(exchange: Exchange) -> Reply:
    events = await events_of(exchange, await exchange.paint())
    return Reply(content_type=EVENT_TYPE, steps=[*map(event_bytes, events), DONE])


async def _chat_chunks(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    chunks = chunks_of(exchange, [{"content": "", "images": images_of(drawn.url)}])
    return Reply(content_type=EVENT_TYPE, steps=[*map(chunk_bytes, chunks), DONE])
