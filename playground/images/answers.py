"""Answers of status 200 in every shape gateways give them; streams, refusals and broken wires have their own files.

Sources: SPEC openai-openapi 2.3.0; NEW-API QuantumNous/new-api; SUB2API Wei-Shaw/sub2api; LITELLM 1.106.2;
         OWUI open-webui `routers/images.py`; all read 2026-11-20. OURS marks hostile shapes no source recorded.
"""

import json

import pybase64

from playground.images import hostile
from playground.images.cases import Billed, Case, by_name
from playground.images.exchange import Exchange
from playground.images.honest import honest
from playground.images.refusal import USER_ERROR, error_body
from playground.images.replies import Pause, Reply, after, whole
from playground.images.script import Answer
from playground.images.shapes import Body, carrying, each, saying, shaped, usage_of, written

_HEARTBEAT = (b"\n", Pause(0.02)) * 5


async def heartbeats(exchange: Exchange) -> Reply:
    """Send the status and white space at once, and the object when it is ready."""
    return after(await honest(exchange), *_HEARTBEAT)


async def late_error(exchange: Exchange) -> Reply:
    """Send white space under status 200, then an error object."""
    del exchange
    return after(whole(json.dumps(_FAILED).encode()), *_HEARTBEAT)


async def raw_picture(exchange: Exchange) -> Reply:
    """Send the picture itself, without any document."""
    return whole((await exchange.paint())[0], content_type=_kind(exchange))


def _kind(exchange: Exchange) -> str:
    return f"image/{exchange.request.output_format}"


def _published(exchange: Exchange, entry: Body) -> str:
    return exchange.publish(pybase64.b64decode(entry["b64_json"]), _kind(exchange))


def _data_url(exchange: Exchange, entry: Body) -> str:
    return f"data:{_kind(exchange)};base64,{entry['b64_json']}"


_FAILED = error_body("Image generation failed", kind="image_generation_server_error", code="image_generation_failed")
_REFUSED = error_body("Your request was rejected by the safety system.", kind=USER_ERROR, code="moderation_blocked")
_HTML = "<!doctype html><html><head><title>Console</title></head><body><div id=app></div></body></html>"


def answers() -> dict[str, Case]:
    """Return every answer of status 200 that is no stream, by name."""
    return by_name(
        Case(name="plain", source="SPEC ImagesResponse", answer=honest),
        *_ways_to_carry_a_picture(),
        *_urls_not_to_fetch(),
        *_things_left_out_or_null(),
        *_kinds_of_usage(),
        *_ways_to_write_json(),
        *_wrong_counts(),
        *_failures_under_200(),
        *_bad_pictures(),
    )


def _ways_to_carry_a_picture() -> tuple[Case, ...]:
    return (
        Case(
            name="data_prefix",
            source="OWUI splits b64_json at the comma",
            answer=each(lambda exchange, one: {"b64_json": _data_url(exchange, one)}),
        ),
        Case(
            name="url",
            source="docs.apiyi.com: resellers default to url",
            answer=each(lambda exchange, one: {"url": _published(exchange, one)}),
        ),
        Case(
            name="url_with_nulls",
            source="LITELLM",
            answer=each(
                lambda exchange, one: {"url": _published(exchange, one), "b64_json": None, "revised_prompt": None}
            ),
        ),
        Case(
            name="url_is_data",
            source="SUB2API: a data URL in url",
            answer=each(lambda exchange, one: {"url": _data_url(exchange, one)}),
        ),
        Case(
            name="url_and_b64",
            source="SUB2API: a data URL beside b64_json",
            answer=each(lambda exchange, one: {**one, "url": _data_url(exchange, one)}),
        ),
        Case(
            name="data_of_strings",
            source="OURS: the base64 itself in data",
            answer=shaped(lambda _, body: {**body, "data": [one["b64_json"] for one in body["data"]]}),
        ),
        Case(name="raw_picture", source="OURS: the picture itself as the body", answer=raw_picture),
        Case(
            name="revised_prompt",
            source="SPEC Image.revised_prompt",
            answer=each(lambda _, one: {"revised_prompt": "@everyone a cat, \u202eetirw", **one}),
        ),
    )


def _urls_not_to_fetch() -> tuple[Case, ...]:
    return (
        Case(
            name="dead_url_and_b64",
            source="OURS: the url is gone, the bytes are here",
            answer=each(lambda exchange, one: {"url": _dead_url(exchange), **one}),
        ),
        Case(
            name="dead_url",
            source="SPEC: urls live 60 minutes",
            answer=each(lambda exchange, _: {"url": _dead_url(exchange)}),
            pictures=0,
        ),
        Case(
            name="private_url",
            source="OURS: a url into the host's own network",
            answer=each(lambda _, __: {"url": "http://169.254.169.254/latest/meta-data/"}),
            pictures=0,
        ),
        Case(
            name="file_url",
            source="OURS: a url that is none of the web",
            answer=each(lambda _, __: {"url": "file:///etc/passwd"}),
            pictures=0,
        ),
    )


def _things_left_out_or_null() -> tuple[Case, ...]:
    return (
        Case(
            name="only_created_and_data",
            source="SPEC: only created is required",
            answer=shaped(lambda _, body: {"created": body["created"], "data": body["data"]}),
        ),
        Case(
            name="without_created",
            source="OURS",
            answer=shaped(lambda _, body: {"data": body["data"]}),
        ),
        Case(
            name="explicit_nulls",
            source="LITELLM: null for every field it does not know",
            answer=shaped(lambda _, body: {**dict.fromkeys(body), "created": body["created"], "data": body["data"]}),
        ),
        Case(
            name="auto_echoes",
            source="NEW-API: auto where the description has no such value",
            answer=shaped(lambda _, body: {**body, "quality": "auto", "background": "auto", "size": "auto"}),
        ),
        Case(
            name="unknown_fields",
            source="SUB2API: model and url at the top",
            answer=shaped(lambda _, body: {"model": "gpt-image-2", "url": "", "timings": {"b64_json": [1]}, **body}),
        ),
    )


def _kinds_of_usage() -> tuple[Case, ...]:
    return (
        Case(
            name="usage_missing",
            source="SPEC: usage is optional",
            answer=shaped(lambda _, body: {key: value for key, value in body.items() if key != "usage"}),
        ),
        Case(name="usage_null", source="LITELLM", answer=usage_of(lambda _: None)),
        Case(
            name="usage_zero",
            source="LITELLM",
            answer=usage_of(lambda _: {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}),
        ),
        Case(
            name="usage_both_spellings",
            source="NEW-API re-marshals dto.Usage",
            answer=usage_of(
                lambda usage: {
                    **usage,
                    "prompt_tokens": usage["input_tokens"],
                    "completion_tokens": usage["output_tokens"],
                }
            ),
        ),
        Case(
            name="usage_other_spelling",
            source="NEW-API",
            answer=usage_of(
                lambda usage: {
                    "prompt_tokens": usage["input_tokens"],
                    "completion_tokens": usage["output_tokens"],
                    "total_tokens": usage["total_tokens"],
                }
            ),
        ),
        Case(name="usage_negative", source="OURS", answer=usage_of(lambda usage: {**usage, "output_tokens": -7_000})),
        Case(name="usage_nan", source="OURS", answer=usage_of(lambda usage: {**usage, "output_tokens": float("nan")})),
        Case(
            name="usage_beyond_numbers",
            source="OURS",
            answer=written(lambda text: text.replace('"output_tokens": ', '"output_tokens": 1e999, "was": ', 1)),
        ),
        Case(name="usage_is_text", source="OURS", answer=usage_of(lambda _: "1756")),
    )


def _ways_to_write_json() -> tuple[Case, ...]:
    return (
        Case(
            name="heartbeats",
            source="SUB2API image_nonstream_keepalive_interval",
            answer=heartbeats,
        ),
        Case(
            name="escaped",
            source="OURS: slashes and the key itself written as escapes",
            answer=written(lambda text: text.replace("/", "\\/").replace('"b64_json"', '"b64\\u005fjson"')),
        ),
        Case(
            name="pretty",
            source="OURS: white space everywhere",
            answer=written(lambda text: json.dumps(json.loads(text), indent=4)),
        ),
        Case(
            name="decoy",
            source="OURS: the key as a value, before the key",
            answer=shaped(lambda _, body: {"note": '"b64_json": "AAAA"', "b64_json": None, **body}),
        ),
        Case(
            name="data_last",
            source="OURS: usage before data",
            answer=shaped(lambda _, body: {"usage": body["usage"], "data": body["data"], "created": body["created"]}),
        ),
        Case(name="byte_order_mark", source="OURS", answer=written(lambda text: "\ufeff" + text)),
    )


def _wrong_counts() -> tuple[Case, ...]:
    return (
        Case(
            name="fewer",
            source="docs.apiyi.com: n is ignored",
            answer=shaped(lambda _, body: {**body, "data": body["data"][:1]}),
            asks={"n": 2},
        ),
        Case(
            name="more",
            source="OURS",
            answer=shaped(lambda _, body: {**body, "data": body["data"] * 2}),
            pictures=2,
        ),
        Case(
            name="empty_data",
            source="SUB2API #3381: upstream did not return image output",
            answer=shaped(lambda _, body: {**body, "data": []}),
            pictures=0,
            billed=Billed.UNKNOWN,
        ),
        Case(
            name="null_data",
            source="OURS",
            answer=shaped(lambda _, body: {**body, "data": None}),
            pictures=0,
            billed=Billed.UNKNOWN,
        ),
        Case(
            name="entries_without_pictures",
            source="OURS",
            answer=each(lambda _, __: {"b64_json": "", "url": None}),
            pictures=0,
            billed=Billed.UNKNOWN,
        ),
    )


def _failures_under_200() -> tuple[Case, ...]:
    return (
        _failure("error_under_200", "SUB2API", saying(_FAILED)),
        _failure("error_after_heartbeats", "SUB2API", late_error),
        _failure("moderation_under_200", "SUB2API, OpenAI's error", saying(_REFUSED), billed=Billed.NO),
        _failure("page_under_200", "a base URL without /v1", saying(_HTML, content_type="text/html; charset=utf-8")),
        _failure("words_under_200", "OURS", saying("ok")),
        _failure("nothing_under_200", "OURS", saying("")),
        _failure("list_under_200", "OURS", saying([])),
        _failure("deep_json", "OURS: deeper than recursion goes", saying("[" * 200_000 + "]" * 200_000)),
    )


def _failure(name: str, source: str, answer: Answer, *, billed: Billed = Billed.UNKNOWN) -> Case:
    return Case(name=name, source=source, answer=answer, pictures=0, billed=billed)


def _bad_pictures() -> tuple[Case, ...]:
    return (
        Case(
            name="wrong_size",
            source="account pools do not always keep the size",
            answer=carrying(lambda _, __: hostile.wrong_size()),
        ),
        Case(
            name="wrong_format",
            source="SUB2API: webp where png was asked",
            answer=carrying(lambda exchange, _: hostile.plain_picture(_size(exchange), _other_format(exchange))),
        ),
        Case(
            name="page_as_picture",
            source="OURS",
            answer=carrying(lambda _, __: hostile.html()),
            pictures=0,
        ),
        Case(
            name="cut_picture",
            source="OURS",
            answer=carrying(lambda _, picture: hostile.cut_picture(picture)),
            pictures=0,
        ),
        Case(name="pixel_bomb", source="OURS", answer=carrying(lambda _, __: hostile.pixel_bomb()), pictures=0),
        Case(name="text_bomb", source="OURS", answer=carrying(lambda _, __: hostile.text_bomb()), pictures=0),
        Case(
            name="garbage_base64",
            source="OURS: characters that base64 does not have",
            answer=each(lambda _, one: {"b64_json": "%%" + one["b64_json"][2:]}),
            pictures=0,
        ),
        Case(
            name="cut_base64",
            source="OURS: 4n+1 characters",
            answer=each(lambda _, one: {"b64_json": one["b64_json"][: len(one["b64_json"]) // 8 * 4 + 1]}),
            pictures=0,
        ),
    )


def _size(exchange: Exchange) -> tuple[int, int]:
    return exchange.request.width_px, exchange.request.height_px


def _other_format(exchange: Exchange) -> str:
    return "PNG" if exchange.request.output_format == "webp" else "WEBP"


def _dead_url(exchange: Exchange) -> str:
    """Return a url of this server that answers 404."""
    return exchange.publish(b"", "image/gone").rpartition("/")[0] + "/expired.png"
