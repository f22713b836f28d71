"""How the streams of a chat completion end: whole, open, broken, refused, with words or with an error.

Sources: FACTS n.m image-api facts section 4, place m (or section n.m); NEW-API QuantumNous/new-api; OPENROUTER
         openrouter.ai/docs; all read 2026-11-20. OURS marks what no source recorded.
"""

from collections.abc import Iterable
from typing import Final

from playground.images.cases import Billed, Case, by_name
from playground.images.chat import DONE, Chunk, Message, chunk_bytes, chunk_of, chunks_of
from playground.images.chat_failures import QUESTION, REFUSAL
from playground.images.chat_shapes import STREAM, chunked, every, markdown, streamed, told, with_images
from playground.images.drawn import Drawn
from playground.images.replies import Ending, Hold, Step
from playground.images.script import Answer

_ERROR: Final = {"code": 502, "message": "Provider disconnected"}
_TALK: Final = "An image is written ![image](data:image/png;base64,"


def chat_stream_ends() -> dict[str, Case]:
    """Return every stream that ends in a way of its own, by name; each asks for one."""
    return by_name(*_ways_to_end(), *_words_without_picture(), *_failures())


def _ways_to_end() -> tuple[Case, ...]:
    return (
        _case(
            "chat_stream_without_done",
            "FACTS 2.3: not everyone sends [DONE]",
            streamed(lambda one: [with_images(one)], lambda all_: map(chunk_bytes, all_)),
        ),
        _case(
            "chat_stream_done_twice",
            "OURS",
            streamed(lambda one: [with_images(one)], lambda all_: [*map(chunk_bytes, all_), DONE, DONE]),
        ),
        _case(
            "chat_stream_without_finish",
            "OURS: [DONE] right behind the picture",
            chunked(lambda one: [chunk_of(one.exchange, with_images(one))]),
        ),
        Case(
            name="chat_stream_stays_open",
            source="OURS: [DONE], and the connection is not closed",
            answer=streamed(lambda one: [with_images(one)], lambda all_: [*map(chunk_bytes, all_), DONE, Hold()]),
            asks=STREAM,
            complete=False,
        ),
        _case(
            "chat_stream_error_after_picture",
            "OURS: a whole picture came, then an error; what was paid for is kept",
            chunked(lambda one: [*chunks_of(one.exchange, [with_images(one)])[:2], _failed_chunk(one)]),
        ),
        _case(
            "chat_stream_cut_after_picture",
            "OURS: a whole picture came, then the connection broke",
            streamed(lambda one: [with_images(one)], lambda all_: map(chunk_bytes, all_[:2]), ending=Ending.CUT),
        ),
        _case(
            "chat_stream_cut_after_markdown",
            "OURS: a whole picture in the text, then the connection broke",
            streamed(
                lambda one: [{"content": markdown(one.url)}],
                lambda all_: map(chunk_bytes, all_[:2]),
                ending=Ending.CUT,
            ),
        ),
    )


def _words_without_picture() -> tuple[Case, ...]:
    return (
        _words("chat_stream_question", "FACTS 4: a question", told(lambda _: every(QUESTION, 4)), QUESTION),
        _words(
            "chat_stream_refusal",
            "FACTS 4 SPEC delta.refusal",
            streamed(lambda _: [{"refusal": piece} for piece in every(REFUSAL, 9)]),
            REFUSAL,
        ),
        _words(
            "chat_stream_content_filter_text",
            "FACTS 4 NEW-API: content_filter with words",
            streamed(lambda _: [{"content": REFUSAL}], finish="content_filter"),
            REFUSAL,
            Billed.UNKNOWN,
        ),
        _words("chat_stream_unclosed_talk", "OURS: a marker without a picture", told(lambda _: every(_TALK, 2)), _TALK),
    )


def _failures() -> tuple[Case, ...]:
    return (
        _failure("chat_stream_content_filter", "FACTS 4 NEW-API", streamed(lambda _: [], finish="content_filter")),
        _failure("chat_stream_error", "OPENROUTER: an error in a chunk", chunked(_said_then_failed)),
        _failure("chat_stream_error_first", "FACTS 2.3: nothing but an error", chunked(lambda _: [{"error": _ERROR}])),
        _failure(
            "chat_stream_error_event",
            "FACTS 2.3: a named error event",
            chunked(_said_then_failed, lambda all_: [chunk_bytes(all_[0]), b"event: error\n" + chunk_bytes(all_[1])]),
        ),
        _failure(
            "chat_stream_cut_in_base64",
            "FACTS 2.3: the connection breaks inside the picture's text",
            streamed(_said_in_pieces, lambda all_: map(chunk_bytes, all_[:3]), ending=Ending.CUT),
        ),
        _failure(
            "chat_stream_cut_in_event",
            "FACTS 2.3: the connection breaks inside an event",
            streamed(lambda one: [with_images(one)], _half, ending=Ending.CUT),
        ),
        _failure(
            "chat_stream_ends_in_base64",
            "FACTS 2.3: a clean end inside the picture's text",
            streamed(_said_in_pieces, lambda all_: map(chunk_bytes, all_[:3])),
        ),
        _failure("chat_stream_empty", "OURS: headers, then nothing", chunked(lambda _: [], lambda _: [])),
        _failure("chat_stream_only_done", "OURS", chunked(lambda _: [])),
        _failure("chat_stream_only_role", "OURS: a role and nothing said", streamed(lambda _: [])),
        _failure(
            "chat_stream_no_json",
            "OURS: data that is no JSON",
            chunked(lambda _: [], lambda _: [b"data: {oops\n\n", DONE]),
        ),
        Case(
            name="chat_stream_expired_link",
            source="FACTS 4.1: links expire",
            answer=told(lambda one: ["Done!\n", markdown(one.dead_link())]),
            pictures=0,
            asks=STREAM,
        ),
        Case(
            name="chat_stream_broken_base64",
            source="OURS",
            answer=told(lambda one: every(markdown(f"{one.url[:60]}%%%{one.url[63:]}"), 997)),
            pictures=0,
            asks=STREAM,
        ),
    )


def _case(name: str, source: str, answer: Answer) -> Case:
    return Case(name=name, source=source, answer=answer, asks=STREAM)


def _words(name: str, source: str, answer: Answer, text: str, billed: Billed = Billed.YES) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=0, billed=billed, text=text, asks=STREAM)


def _failure(name: str, source: str, answer: Answer) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=0, billed=Billed.UNKNOWN, asks=STREAM)


def _failed_chunk(drawn: Drawn) -> Chunk:
    return {**chunk_of(drawn.exchange, {"content": ""}, "error"), "error": _ERROR}


def _said_then_failed(drawn: Drawn) -> list[Chunk]:
    return [chunk_of(drawn.exchange, {"role": "assistant", "content": "Painting"}), _failed_chunk(drawn)]


def _said_in_pieces(drawn: Drawn) -> list[Message]:
    whole = markdown(drawn.url)
    third = len(whole) // 3
    return [{"content": whole[:third]}, {"content": whole[third : 2 * third]}, {"content": whole[2 * third :]}]


def _half(chunks: list[Chunk]) -> Iterable[Step]:
    event = chunk_bytes(chunks[1])
    return [chunk_bytes(chunks[0]), event[: len(event) // 2]]
