"""Streams of the Responses API in every way gateways write them; how they end is in `responses_stream_ends`.

Sources: FACTS n image-api facts, section n; SDK openai-python 3.52.0; SUB2API Wei-Shaw/sub2api; NEW-API
         QuantumNous/new-api; HTML html.spec.whatwg.org; all read 2026-11-20. OURS marks what no source recorded.
"""

from collections.abc import Iterable
from typing import Any

from playground.images.cases import Case, by_name
from playground.images.chat import DONE, chunk_bytes, chunks_of, images_of
from playground.images.drawn import Drawn, draw
from playground.images.exchange import Exchange
from playground.images.honest import events_of, honest
from playground.images.replies import EVENT_TYPE, Reply, Step, in_pieces
from playground.images.responses import (
    Event,
    call_events,
    call_item,
    closing_event,
    message_item,
    numbered,
    opening_events,
    response_body,
    response_events,
)
from playground.images.responses_shapes import (
    CALL,
    ITEM_DONE,
    STREAM,
    before_words,
    failed_item,
    incomplete,
    streamed,
)
from playground.images.script import Answer
from playground.images.wire import base64_of, event_bytes, json_reply


def responses_streams() -> dict[str, Case]:
    """Return every stream by name; each asks for one, with two previews."""
    return by_name(
        _case("responses_stream", "FACTS 5 SDK", honest),
        *_other_events(),
        *_where_the_picture_is(),
        *_ways_to_write(),
        *_foreign_streams(),
    )


def _other_events() -> tuple[Case, ...]:
    return (
        _case("responses_stream_without_partials", "FACTS 1.1: fewer previews than asked", streamed(_without_partials)),
        _case(
            "responses_stream_minimal",
            "FACTS 5: created, item done, completed",
            streamed(lambda _, events: [events[0], *_of_type(events, ITEM_DONE)[:1], events[-1]]),
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
            streamed(lambda one, events: [*events[:2], failed_item(one), *events[2:]]),
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
            streamed(lambda _, events: [event for event in events if event["type"] != ITEM_DONE]),
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
            streamed(lambda one, events: [*before_words(events), incomplete(one, "max_output_tokens", has_call=True)]),
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


def _case(name: str, source: str, answer: Answer, pictures: int = 1) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=pictures, asks=STREAM)


def _of_type(events: list[Event], kind: str) -> list[Event]:
    return [event for event in events if event["type"] == kind]


def _without(event: Event, name: str) -> Event:
    return {key: value for key, value in event.items() if key != name}


def _without_partials(_: Drawn, events: list[Event]) -> list[Event]:
    return [event for event in events if event["type"] != f"{CALL}partial_image"]


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
    return [event] * (2 if event["type"] == ITEM_DONE else 1)


def _result_in_call_event(drawn: Drawn, events: list[Event]) -> list[Event]:
    done = {**_of_type(events, f"{CALL}completed")[0], "result": drawn.b64}
    return [*events[:4], done, closing_event(drawn.exchange, [])]


def _with_comments(events: list[Event]) -> Iterable[Step]:
    for event in events:
        yield b": keepalive\n\n:\n\n"
        yield event_bytes(event)


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
