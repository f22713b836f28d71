"""Streams of a chat completion in every way gateways write them; how they end is in `chat_stream_ends`.

Sources: FACTS n.m image-api facts section 4, place m; NEW-API QuantumNous/new-api; OPENROUTER openrouter.ai/docs; HTML
         html.spec.whatwg.org, "Interpreting an event stream"; all read 2026-11-20. OURS marks what no source recorded.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from playground.images.cases import Case, by_name
from playground.images.chat import DONE, Chunk, Message, chat_body, chunk_bytes, chunk_of, chunks_of, images_of
from playground.images.chat_shapes import STREAM, candidates, chunked, every, markdown, streamed, told, with_images
from playground.images.drawn import Drawn, draw
from playground.images.exchange import Exchange
from playground.images.honest import events_of, honest
from playground.images.replies import EVENT_TYPE, Reply, Step, in_pieces
from playground.images.script import Answer
from playground.images.wire import event_bytes, json_reply

_SINGLE_CHARS: Final = 400  # so many characters of a text come one by one; a whole picture would be a million events


def chat_streams() -> dict[str, Case]:
    """Return every stream by name; each asks for one."""
    return by_name(
        _case("chat_stream", "FACTS 4.3 OPENROUTER delta.images", honest),
        *_in_images(),
        *_in_markdown(),
        *_split_texts(),
        *_in_other_places(),
        *_ways_to_write(),
    )


def _in_images() -> tuple[Case, ...]:
    return (
        _case(
            "chat_stream_images_null_content",
            "FACTS 4.3: content is null",
            streamed(lambda one: [with_images(one, None)]),
        ),
        _case(
            "chat_stream_images_alone",
            "FACTS 4.3: a delta without content",
            streamed(lambda one: [{"images": images_of(one.url)}]),
        ),
        _case(
            "chat_stream_images_two",
            "FACTS 4.3: index tells them apart",
            streamed(lambda one: [with_images(one), {"images": [{**images_of(one.other_url)[0], "index": 1}]}]),
            2,
        ),
        _case(
            "chat_stream_images_two_at_once",
            "FACTS 4.3",
            streamed(lambda one: [{"content": "", "images": images_of(one.url, one.other_url)}]),
            2,
        ),
        _case(
            "chat_stream_images_link",
            "FACTS 4.3, forks that upload",
            streamed(lambda one: [{"content": "", "images": images_of(one.link())}]),
        ),
        _case(
            "chat_stream_images_repeated",
            "OURS: every later delta repeats the list",
            streamed(lambda one: [with_images(one), {**with_images(one), "content": "Done."}]),
        ),
        _case(
            "chat_stream_images_with_finish",
            "OURS: the picture comes with the reason to stop",
            chunked(
                lambda one: [
                    chunk_of(one.exchange, {"content": "Here."}),
                    chunk_of(one.exchange, with_images(one), "stop"),
                ]
            ),
        ),
        _case(
            "chat_stream_message_at_the_end",
            "OURS: delta.images, then the whole message again",
            chunked(
                lambda one: [*chunks_of(one.exchange, [with_images(one)]), _whole(one, {"images": images_of(one.url)})]
            ),
        ),
        _case(
            "chat_stream_message_only",
            "OURS: one event with a whole message in the place of deltas",
            chunked(lambda one: [_whole(one, {"images": images_of(one.url)})]),
        ),
        _case(
            "chat_stream_reasoning",
            "OPENROUTER reasoning_details: thoughts and encrypted bytes before the picture",
            streamed(lambda one: [*_thoughts(one), with_images(one)]),
        ),
    )


def _in_markdown() -> tuple[Case, ...]:
    return (
        _case("chat_stream_markdown", "FACTS 4.2 NEW-API: one giant delta", told(lambda one: [markdown(one.url)])),
        _case(
            "chat_stream_markdown_with_finish",
            "FACTS 4.2: the giant delta ends the stream",
            chunked(lambda one: [chunk_of(one.exchange, {"content": markdown(one.url)}, "stop")]),
        ),
        _case(
            "chat_stream_text_around",
            "FACTS 4.2: text before and after",
            told(lambda one: ["Here ", "it is: ", markdown(one.url), "\n\nAny", "thing else?"]),
        ),
        _case(
            "chat_stream_text_between",
            "FACTS 4.2: one for each part",
            told(lambda one: [markdown(one.url), " and ", markdown(one.as_kind("WEBP"))]),
            2,
        ),
        _case("chat_stream_link", "FACTS 4.1 APIYI", told(lambda one: ["Done!\n", markdown(one.link()), "\n"])),
        _case("chat_stream_bare_link", "FACTS 4.1", told(lambda one: ["Your image: ", one.link()])),
        _case("chat_stream_bare_data", "FACTS 4.2", told(lambda one: [one.url[:100], one.url[100:]])),
        _case(
            "chat_stream_progress",
            "FACTS 4.1, reverse routes: a queue told in words, then the address",
            told(lambda one: ["> queueing...\n", "> drawing 20%\n", "> drawing 80%\n\n", markdown(one.link())]),
        ),
        _case(
            "chat_stream_images_and_markdown",
            "OURS: the same picture in both places",
            streamed(lambda one: [{"content": markdown(one.url)}, with_images(one)]),
        ),
    )


def _split_texts() -> tuple[Case, ...]:
    return (
        _split("chat_stream_split_in_marker", "![image](da"),
        _split("chat_stream_split_in_bracket", "!["),
        _split("chat_stream_split_in_mime", "![image](data:image/p"),
        _split("chat_stream_split_in_base64_word", "![image](data:image/png;bas"),
        _split("chat_stream_split_at_comma", "![image](data:image/png;base64"),
        _case(
            "chat_stream_split_in_base64",
            "FACTS 4.2: cut where no group of four ends",
            told(lambda one: every(markdown(one.url), 1_021)),
        ),
        _case(
            "chat_stream_split_before_bracket",
            "FACTS 4.2: the closing bracket comes alone",
            told(lambda one: [markdown(one.url)[:-1], ")", " Done."]),
        ),
        _case(
            "chat_stream_character_by_character",
            "FACTS 4.2: one character at a time",
            told(lambda one: _characters(f"Look: {markdown(one.url)} !"), _bundled),
        ),
        _case(
            "chat_stream_split_in_link",
            "FACTS 4.1: an address in pieces",
            told(lambda one: every(f"Here: {markdown(one.link())}.", 3)),
        ),
        _case(
            "chat_stream_split_between_two",
            "FACTS 4.2: one delta ends a picture and begins the next",
            told(lambda one: _halved(markdown(one.url), markdown(one.other_url))),
            2,
        ),
    )


def _in_other_places() -> tuple[Case, ...]:
    return (
        _case(
            "chat_stream_parts",
            "FACTS 4.4: delta.content is an array",
            streamed(lambda one: [{"content": [{"type": "image_url", "image_url": {"url": one.url}}]}]),
        ),
        _case(
            "chat_stream_parts_inline",
            "FACTS 4.4 inlineData in a delta",
            streamed(lambda one: [{"content": [{"inlineData": {"mimeType": one.kind, "data": one.b64}}]}]),
        ),
        _case("chat_stream_candidates", "FACTS 4.4 GEMINI streamGenerateContent", chunked(_candidate_chunks)),
        _case("chat_stream_images_events", "FACTS 4.5, 2.3: the Images API's events", _images_events),
        _case("chat_stream_ignored", "FACTS 2.3: one object although a stream was asked for", _ignored),
        _case("chat_stream_ignored_markdown", "FACTS 2.3, 4.2", _ignored_markdown),
        _case(
            "chat_stream_images_body",
            "FACTS 4.5: the Images API's object as one event",
            chunked(lambda one: [{"created": one.exchange.created_at, "data": [{"b64_json": one.b64}]}]),
        ),
    )


def _ways_to_write() -> tuple[Case, ...]:
    return (
        _case(
            "chat_stream_comments", "OPENROUTER: PROCESSING", streamed(lambda one: [with_images(one)], _with_comments)
        ),
        _case("chat_stream_crlf", "HTML", streamed(lambda one: [with_images(one)], lambda all_: _ended(all_, b"\r\n"))),
        _case("chat_stream_tight", "HTML: no blank after the colon", streamed(lambda one: [with_images(one)], _tight)),
        _case("chat_stream_named", "OURS: events with names", streamed(lambda one: [with_images(one)], _named)),
        _case(
            "chat_stream_multiline", "HTML: data in several lines", streamed(lambda one: [with_images(one)], _in_lines)
        ),
        _case("chat_stream_split_bytes", "OURS: pieces cut through characters", _split_bytes),
        _case(
            "chat_stream_escaped_slashes",
            "FACTS 4.2, encoders that write a slash as \\/",
            told(lambda one: every(markdown(one.url), 5_003), _escaped),
        ),
        _case(
            "chat_stream_first_without_choices",
            "FACTS 4, Azure: filter results come first, with no choices",
            chunked(lambda one: [_without_choices(one), *chunks_of(one.exchange, [with_images(one)])]),
        ),
        _case(
            "chat_stream_null_error",
            "OURS: a null error in every good chunk",
            chunked(lambda one: [{**chunk, "error": None} for chunk in chunks_of(one.exchange, [with_images(one)])]),
        ),
        _case(
            "chat_stream_usage_with_finish",
            "OPENROUTER, LITELLM: usage beside the reason to stop",
            chunked(_usage_with_finish),
        ),
        _case(
            "chat_stream_usage_everywhere",
            "NEW-API: a running usage in every chunk",
            chunked(
                lambda one: [
                    {**chunk, "usage": {"total_tokens": 1}} for chunk in chunks_of(one.exchange, [with_images(one)])
                ]
            ),
        ),
        _case(
            "chat_stream_without_usage",
            "FACTS 1.4: no usage at all",
            chunked(lambda one: chunks_of(one.exchange, [with_images(one)])[:-1]),
        ),
    )


def _case(name: str, source: str, answer: Answer, pictures: int = 1) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=pictures, asks=STREAM)


def _split(name: str, before: str) -> Case:
    """A picture's Markdown in two deltas, cut behind these characters."""
    answer = told(lambda one: [(whole := markdown(one.url))[: len(before)], whole[len(before) :]])
    return _case(name, f"FACTS 4.2: split behind {before!r}", answer)


def _whole(drawn: Drawn, message: Message) -> Chunk:
    return {**chat_body(drawn.exchange, {"content": "", **message}), "object": "chat.completion.chunk"}


def _thoughts(drawn: Drawn) -> list[Message]:
    sealed = {"type": "reasoning.encrypted", "data": drawn.b64[::-1], "format": "google-gemini-v1", "index": 0}
    return [
        {"content": "", "reasoning": "A cat, left of the middle.", "reasoning_details": []},
        {"content": "", "reasoning": None, "reasoning_details": [sealed]},
    ]


def _candidate_chunks(drawn: Drawn) -> list[Chunk]:
    inline = {"inlineData": {"mimeType": drawn.kind, "data": drawn.b64}}
    return [candidates([{"text": "Here "}], ""), candidates([{"text": "it is."}, inline], ""), candidates([])]


async def _images_events(exchange: Exchange) -> Reply:
    events = await events_of(exchange, await exchange.paint())
    return Reply(content_type=EVENT_TYPE, steps=[*map(event_bytes, events), DONE])


async def _ignored(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    return json_reply(chat_body(exchange, {"content": "", "images": images_of(drawn.url)}))


async def _ignored_markdown(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    return json_reply(chat_body(exchange, {"content": markdown(drawn.url)}))


async def _split_bytes(exchange: Exchange) -> Reply:
    drawn = await draw(exchange)
    chunks = chunks_of(exchange, [{"content": "一只红色的猫"}, with_images(drawn)])
    text = "".join(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n" for chunk in chunks)
    return in_pieces(Reply(content_type=EVENT_TYPE, steps=[text.encode() + DONE]), 509)


def _without_choices(drawn: Drawn) -> Chunk:
    return {**chunk_of(drawn.exchange, {}), "choices": [], "prompt_filter_results": [{"prompt_index": 0}]}


def _usage_with_finish(drawn: Drawn) -> list[Chunk]:
    *chunks, last = chunks_of(drawn.exchange, [with_images(drawn)])
    return [*chunks[:-1], {**chunks[-1], "usage": last["usage"]}]


def _characters(text: str) -> list[str]:
    """Return the beginning and the end of a text character by character, and what is between in pieces."""
    return [*text[:_SINGLE_CHARS], *every(text[_SINGLE_CHARS:-_SINGLE_CHARS], 997), *text[-_SINGLE_CHARS:]]


def _halved(first: str, second: str) -> list[str]:
    middle, later = len(first) // 2, len(second) // 2
    return [first[:middle], first[middle:] + second[:later], second[later:]]


def _bundled(chunks: list[Chunk]) -> Iterator[Step]:
    """Write many events at once: each by itself, thousands of them would take seconds."""
    for start in range(0, len(chunks), 64):
        yield b"".join(map(chunk_bytes, chunks[start : start + 64]))
    yield DONE


def _with_comments(chunks: list[Chunk]) -> Iterable[Step]:
    for chunk in chunks:
        yield b": OPENROUTER PROCESSING\n\n:\n\n"
        yield chunk_bytes(chunk)
    yield b": bye\n\n"
    yield DONE


def _ended(chunks: list[Chunk], end: bytes) -> Iterable[Step]:
    return [one.replace(b"\n", end) for one in (*map(chunk_bytes, chunks), DONE)]


def _tight(chunks: list[Chunk]) -> Iterable[Step]:
    return [one.replace(b"data: ", b"data:", 1) for one in (*map(chunk_bytes, chunks), DONE)]


def _named(chunks: list[Chunk]) -> Iterable[Step]:
    return [*(b"event: message\nid: 7\n" + chunk_bytes(chunk) for chunk in chunks), DONE]


def _in_lines(chunks: list[Chunk]) -> Iterable[Step]:
    for chunk in chunks:
        lines = json.dumps(chunk, indent=1).splitlines()
        yield "".join(f"data: {line}\n" for line in lines).encode() + b"\n"
    yield DONE


def _escaped(chunks: list[Chunk]) -> Iterable[Step]:
    return [*(chunk_bytes(chunk).replace(b"/", b"\\/") for chunk in chunks), DONE]
