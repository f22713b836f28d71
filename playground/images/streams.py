"""Streams in every way gateways write them; answers of one JSON object live in `answers`.

Sources: SPEC openai-openapi 2.3.0; SDK openai-python 3.52.0; NEW-API QuantumNous/new-api; SUB2API Wei-Shaw/sub2api;
         HTML html.spec.whatwg.org, "Interpreting an event stream"; all read 2026-11-20. OURS marks what no source
         recorded.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from playground.images.cases import Billed, Case, by_name
from playground.images.exchange import Exchange
from playground.images.honest import events_of, honest, images_body
from playground.images.replies import EVENT_TYPE, Ending, Reply, in_pieces
from playground.images.script import Answer
from playground.images.wire import event_bytes, json_reply, stream_of

Event = dict[str, Any]
_ASKS = {"stream": True, "partial_images": 2}
_DONE = b"data: [DONE]\n\n"
_FAILED = {
    "type": "error",
    "error": {
        "type": "image_generation_server_error",
        "code": "image_generation_failed",
        "message": "Image generation failed",
        "param": None,
    },
}


def streamed(
    change: Callable[[list[Event]], list[Event]] = list,
    write: Callable[[list[Event]], Iterable[bytes]] | None = None,
    *,
    ending: Ending = Ending.WHOLE,
) -> Answer:
    """Return a stream whose events are changed, then written; by default as OpenAI writes them."""

    async def answer(exchange: Exchange) -> Reply:
        events = change(await events_of(exchange, await exchange.paint()))
        steps = list(write(events)) if write else [event_bytes(event) for event in events]
        return Reply(content_type=EVENT_TYPE, steps=steps, ending=ending)

    return answer


async def ignored(exchange: Exchange) -> Reply:
    """Answer with one JSON object although a stream was asked for."""
    return json_reply(images_body(exchange, await exchange.paint()))


async def faked(exchange: Exchange) -> Reply:
    """Answer as NEW-API does for an upstream that cannot stream: one completed event for each picture, then done."""
    body = images_body(exchange, await exchange.paint())
    events = [
        {
            "type": "image_generation.completed",  # on edits too
            "created_at": body["created"],
            "b64_json": one["b64_json"],
            "url": "",
            "revised_prompt": "",
            "usage": body["usage"],
        }
        for one in body["data"]
    ]
    reply = stream_of(events)
    return replace(reply, steps=[*reply.steps, _DONE])


async def one_event(exchange: Exchange) -> Reply:
    """Answer with the whole result as one event."""
    family = exchange.request.endpoint.event_family.replace("_", ".")
    body = {"object": f"{family}.result", **images_body(exchange, await exchange.paint())}
    return Reply(content_type=EVENT_TYPE, steps=[f"data: {json.dumps(body)}\n\n".encode(), _DONE])


def split_everywhere(piece_bytes: int) -> Answer:
    """Return an honest stream with a prompt in Chinese in it, cut into pieces wherever they fall."""

    async def answer(exchange: Exchange) -> Reply:
        events = await events_of(exchange, await exchange.paint())
        named = [{**event, "revised_prompt": "一只红色的猫"} for event in events]
        text = b"".join(_plain(event, json.dumps(event, ensure_ascii=False)) for event in named)
        return in_pieces(Reply(content_type=EVENT_TYPE, steps=[text]), piece_bytes)

    return answer


def streams() -> dict[str, Case]:
    """Return every stream by name; each asks for two previews."""
    return by_name(
        _case("stream", "SPEC", honest),
        _case("stream_done", "NEW-API adds [DONE]", streamed(write=lambda events: [*map(event_bytes, events), _DONE])),
        *_other_writing(),
        *_other_events(),
        *_not_really_streams(),
        *_failed_streams(),
    )


def _other_writing() -> tuple[Case, ...]:
    return (
        _case("stream_comments", "SUB2API keeps alive with comments", streamed(write=_with_comments)),
        _case("stream_multiline", "HTML: data in several lines", streamed(write=_in_lines)),
        _case(
            "stream_crlf", "HTML: lines end in CRLF", streamed(write=lambda events: _with_line_ends(events, b"\r\n"))
        ),
        _case("stream_cr", "HTML: lines end in CR", streamed(write=lambda events: _with_line_ends(events, b"\r"))),
        _case("stream_byte_order_mark", "HTML: one leading mark is skipped", streamed(write=_with_mark)),
        _case("stream_nameless", "OURS: no event lines, the type is in the data", streamed(write=_nameless)),
        _case("stream_without_blanks", "HTML: the blank after the colon is optional", streamed(write=_tight)),
        _case("stream_split", "OURS: pieces cut through characters", split_everywhere(1_021)),
        _case("stream_retry_and_id", "HTML: fields a client may skip", streamed(write=_with_other_fields)),
    )


def _other_events() -> tuple[Case, ...]:
    return (
        _case(
            "stream_partial_field",
            "SUB2API, as Responses names it",
            streamed(lambda events: list(map(_renamed, events))),
        ),
        _case(
            "stream_other_family",
            "NEW-API: generation events on edits",
            streamed(lambda events: list(map(_other_family, events))),
        ),
        _case("stream_unknown_events", "OURS: events a client does not know", streamed(_with_strangers)),
        _case("stream_two_finals", "OURS: the final event comes twice", streamed(lambda events: [*events, events[-1]])),
        _case("stream_without_partials", "SPEC: fewer previews than asked for", streamed(lambda events: [events[-1]])),
        _case(
            "stream_null_error",
            "OURS: a null error in a good event",
            streamed(lambda events: [{**one, "error": None} for one in events]),
        ),
    )


def _not_really_streams() -> tuple[Case, ...]:
    return (
        _case("stream_ignored", "resellers accept stream without effect", ignored),
        _case("stream_faked", "NEW-API", faked),
        _case("stream_one_event", "SUB2API image.generation.result", one_event),
    )


def _failed_streams() -> tuple[Case, ...]:
    return (
        _failure(
            "stream_error", "recorded: an error event after a preview", streamed(lambda events: [events[0], _FAILED])
        ),
        _failure(
            "stream_upstream_error",
            "NEW-API",
            streamed(lambda events: [events[0], {**_FAILED, "type": "upstream_error"}]),
        ),
        _failure("stream_error_first", "recorded", streamed(lambda _: [_FAILED])),
        _failure("stream_end_early", "EOF before completed", streamed(lambda events: events[:-1])),
        _failure(
            "stream_done_early",
            "NEW-API: [DONE] without completed",
            streamed(write=lambda events: [event_bytes(events[0]), _DONE]),
        ),
        _failure("stream_cut", "the connection breaks inside the last event", streamed(write=_half, ending=Ending.CUT)),
        _failure("stream_empty", "OURS: headers, then nothing", streamed(lambda _: [])),
        _failure(
            "stream_empty_final",
            "OURS: completed without a picture",
            streamed(lambda events: [{**events[-1], "b64_json": ""}]),
        ),
        _failure(
            "stream_no_json",
            "OURS: data that is no JSON",
            streamed(write=lambda _: [b"event: image_generation.completed\ndata: {oops\n\n"]),
        ),
    )


def _case(name: str, source: str, answer: Answer) -> Case:
    return Case(name=name, source=source, answer=answer, asks=_ASKS)


def _failure(name: str, source: str, answer: Answer) -> Case:
    return Case(name=name, source=source, answer=answer, asks=_ASKS, pictures=0, billed=Billed.UNKNOWN)


def _plain(event: Event, text: str) -> bytes:
    return f"event: {event['type']}\ndata: {text}\n\n".encode()


def _with_comments(events: list[Event]) -> Iterable[bytes]:
    for event in events:
        yield b": keepalive\n\n:\n\n"
        yield event_bytes(event)
    yield b": bye\n\n"


def _in_lines(events: list[Event]) -> Iterable[bytes]:
    for event in events:
        lines = json.dumps(event, indent=1).splitlines()
        yield _plain(event, "\ndata: ".join(lines))


def _with_line_ends(events: list[Event], end: bytes) -> Iterable[bytes]:
    return [event_bytes(event).replace(b"\n", end) for event in events]


def _with_mark(events: list[Event]) -> Iterable[bytes]:
    return [b"\xef\xbb\xbf", *map(event_bytes, events)]


def _nameless(events: list[Event]) -> Iterable[bytes]:
    return [f"data: {json.dumps(event)}\n\n".encode() for event in events]


def _tight(events: list[Event]) -> Iterable[bytes]:
    return [event_bytes(event).replace(b"event: ", b"event:").replace(b"data: ", b"data:", 1) for event in events]


def _with_other_fields(events: list[Event]) -> Iterable[bytes]:
    return [b"retry: 3000\n\n", *(b"id: 7\nnote\n" + event_bytes(event) for event in events)]


def _half(events: list[Event]) -> Iterable[bytes]:
    last = event_bytes(events[-1])
    return [*map(event_bytes, events[:-1]), last[: len(last) // 2]]


def _renamed(event: Event) -> Event:
    if not event["type"].endswith("partial_image"):
        return event
    return {"partial_image_b64": event["b64_json"], **{key: event[key] for key in event if key != "b64_json"}}


def _other_family(event: Event) -> Event:
    family, _, what = event["type"].partition(".")
    other = "image_edit" if family == "image_generation" else "image_generation"
    return {**event, "type": f"{other}.{what}"}


def _with_strangers(events: list[Event]) -> list[Event]:
    return [{"type": "ping"}, *events[:-1], {"type": "image_generation.in_progress", "b64_json": None}, events[-1]]
