"""Naming failures: the table's order, waiting times, ids, and text that may be shown."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from bot.gateways.error_body import GatewayError, error_in
from bot.gateways.outcome_table import TABLE, Answer
from bot.gateways.outcomes import Namer, request_id_of
from bot.gateways.redact import Redactor
from bot.model import Billed, Reason

KEY = "sk-canary-Zx91_abcdefgh"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NAMER = Namer(
    gateway="Somewhere",
    redactor=Redactor([KEY, ""]),
    hints={Reason.BAD_KEY: "Copy the key again."},
    clock=lambda: NOW,
)

errors = st.builds(
    GatewayError,
    message=st.text(max_size=60),
    type=st.sampled_from(["", "new_api_error", "server_error", "rate_limit_error", "insufficient_quota"]),
    code=st.sampled_from(
        ["", "moderation_blocked", "model_not_found", "invalid_request", "rate_limit_exceeded", "429"]
    ),
    param=st.sampled_from(["", "size", "image[0]"]),
    stage=st.sampled_from(["", "input", "output", "unknown"]),
)
answers = st.builds(
    Answer,
    status=st.integers(100, 599),
    headers=st.sampled_from([{}, {"content-type": "text/html"}, {"retry-after": "5"}, {"server": "cloudflare"}]),
    error=errors,
    text=st.text(max_size=60),
    was_streaming=st.booleans(),
)


def answer(status: int, *, error: GatewayError | None = None, streaming: bool = False, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=named, error=error or GatewayError(), was_streaming=streaming)


# -- what holds for every answer --------------------------------------------------------------------------------------


@given(answers)
def test_every_answer_has_a_name_and_only_free_ones_may_be_repeated(given: Answer) -> None:
    failed = NAMER.of_answer(given)
    assert not failed.retriable or failed.failure.billed is Billed.NO
    assert failed.retry_after_s is None or 0 <= failed.retry_after_s <= 86_400
    assert failed.failure.facts["gateway"] == "Somewhere"


@given(answers)
def test_nothing_that_may_have_been_painted_is_called_free_and_repeated(given: Answer) -> None:
    """Image-api facts 3.3: never again after 408, 500, 502, 504, 520, 524, or a 200 without pictures."""
    if given.status in {200, 408, 500, 502, 504, 520, 524}:
        assert not NAMER.of_answer(given).retriable


def test_the_last_row_of_the_table_fits_everything_and_claims_nothing() -> None:
    last = TABLE[-1]
    assert (last.reason, last.billed, last.most_calls) == (Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN, 1)
    assert last.fits(answer(599))


def test_only_the_four_provable_cases_are_repeated_and_no_more_often_than_stated() -> None:
    """Image-api facts 3.3: rate limits with backoff, one slow retry of a full pool, and what never arrived."""
    repeated = {
        (row.reason, tuple(sorted(row.statuses)), row.from_edge): row.most_calls for row in TABLE if row.most_calls > 1
    }
    assert repeated == {
        (Reason.OVERLOADED, (503,), False): 2,
        (Reason.RATE_LIMITED, (429,), False): 4,
        (Reason.NOT_SENT, (), True): 3,
    }
    assert NAMER.of_silence("no connection", was_sent=False).most_calls == 3
    assert NAMER.of_silence("reset", was_sent=True).most_calls == 1


NAMED = {row.reason for row in TABLE} | {Reason.NOT_SENT, Reason.NO_IMAGE, Reason.BAD_IMAGE, Reason.LINK_FAILED}


@pytest.mark.parametrize("reason", sorted(NAMED))
def test_every_reason_has_a_hint_for_the_host_where_the_profile_has_none(reason: Reason) -> None:
    failed = NAMER.of_loss(reason, "", billed=Billed.NO)
    assert failed.failure.host_hint
    assert failed.failure.host_hint.endswith(".")
    assert NAMER.of_loss(Reason.BAD_KEY, "", billed=Billed.NO).failure.host_hint == "Copy the key again."


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"error": {"message": "Invalid API key", "type": "no_db_connection", "code": "400"}}, Reason.BAD_KEY),
        ({"error": {"message": "/v1: Invalid model name passed in model=x", "code": "400"}}, Reason.MODEL_UNKNOWN),
        (
            {"error": {"message": "Budget has been exceeded!", "type": "budget_exceeded", "code": "400"}},
            Reason.NO_MONEY,
        ),
    ],
)
def test_what_litellm_says_under_400_is_not_taken_for_an_option(document: object, reason: Reason) -> None:
    failure = NAMER.of_answer(answer(400, error=error_in(document))).failure
    assert (failure.reason, failure.billed) == (reason, Billed.NO)


def test_a_finished_picture_that_was_blocked_behind_a_proxy_is_not_called_free() -> None:
    upstream = (
        "{'error': {'message': 'Your request was rejected', 'code': 'moderation_blocked', "
        "'moderation_details': {'moderation_stage': 'output', 'categories': ['violence']}}}"
    )
    wrapped = {"error": {"message": f"litellm.BadRequestError: {upstream}", "code": "400", "type": None}}
    failure = NAMER.of_answer(answer(400, error=error_in(wrapped))).failure
    assert (failure.reason, failure.billed) == (Reason.MODERATION, Billed.UNKNOWN)


@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_a_status_that_new_api_passes_on_is_neither_our_key_nor_proof_of_anything(status: int) -> None:
    error = GatewayError(type="bad_response_status_code", message=f"bad response status code {status}")
    failed = NAMER.of_answer(answer(status, error=error))
    assert (failed.failure.reason, failed.failure.billed) == (Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN)
    assert failed.most_calls == 1


def test_a_rate_limit_says_until_when() -> None:
    failed = NAMER.of_answer(answer(429, retry_after="52.5"))
    assert failed.failure.facts["until_at"] == int(NOW.timestamp()) + 53
    assert "until_at" not in NAMER.of_answer(answer(429)).failure.facts


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    [
        (429, GatewayError(type="budget_exceeded", code="429", message="Budget has been exceeded!"), Reason.NO_MONEY),
        (400, GatewayError(code="400", message="google/gemini-9 is not a valid model ID"), Reason.MODEL_UNKNOWN),
    ],
)
def test_a_spent_budget_of_litellm_and_a_wrong_id_at_openrouter_are_named(
    status: int, error: GatewayError, reason: Reason
) -> None:
    failed = NAMER.of_answer(answer(status, error=error))
    assert (failed.failure.reason, failed.failure.billed, failed.retriable) == (reason, Billed.NO, False)


@pytest.mark.parametrize(
    ("status", "stage", "streaming", "billed"),
    [
        (400, "", False, Billed.NO),
        (200, "", False, Billed.NO),
        (200, "", True, Billed.UNKNOWN),
        (500, "", False, Billed.UNKNOWN),
        (400, "input", False, Billed.NO),
        (200, "input", True, Billed.NO),
        (400, "output", False, Billed.UNKNOWN),
        (400, "unknown", False, Billed.UNKNOWN),
    ],
)
def test_a_refusal_by_moderation_costs_what_its_stage_says(
    status: int,
    stage: str,
    streaming: bool,  # noqa: FBT001
    billed: Billed,
) -> None:
    error = GatewayError(code="moderation_blocked", stage=stage, categories=("violence", "gore"))
    failure = NAMER.of_answer(answer(status, error=error, streaming=streaming)).failure
    assert (failure.reason, failure.billed) == (Reason.MODERATION, billed)
    assert failure.facts["categories"] == "violence, gore"


# -- waiting ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after": "52"}, "", 52),
        ({"retry-after": "0.5"}, "", 0.5),
        ({"retry-after": "Fri, 20 Nov 2026 12:01:30 GMT"}, "", 90),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"}, "", 0),
        ({"retry-after-ms": "1500", "retry-after": "60"}, "", 1.5),
        ({"retry-after": "999999999"}, "", 86_400),
        ({"retry-after": "-5"}, "", None),
        ({"retry-after": "nan"}, "", None),
        ({"retry-after": "1e9"}, "", None),
        ({"retry-after": "soon"}, "Please try again in 3s.", 3),
        ({}, "Please try again after 51.84 seconds.", 51.84),
        ({}, "Please try again in 200ms.", 0.2),
        ({}, "try again in 2m", 120),
        ({}, "您已达到请求数限制", None),
    ],
)
def test_the_gateways_own_waiting_time_is_read(headers: dict[str, str], message: str, seconds: float | None) -> None:
    limited = Answer(status=429, headers=headers, error=GatewayError(message=message))
    failed = NAMER.of_answer(limited)
    assert failed.failure.reason is Reason.RATE_LIMITED
    assert failed.retriable
    assert failed.retry_after_s == seconds


# -- errors in every shape --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            {"error": {"message": "m", "type": "t", "code": "c", "param": "p"}},
            GatewayError(message="m", type="t", code="c", param="p"),
        ),
        ({"error": {"message": "m", "code": 429, "param": None}}, GatewayError(message="m", code="429")),
        ({"error": "model is required"}, GatewayError(message="model is required")),
        ({"error": "no", "code": "x"}, GatewayError(message="no", code="x")),
        ({"message": "size is invalid", "code": 400}, GatewayError(message="size is invalid", code="400")),
        ({"success": False, "msg": "余额不足"}, GatewayError(message="余额不足")),
        ({"detail": "not found"}, GatewayError(message="not found")),
        (
            {"detail": [{"loc": ["body", "image"], "msg": "Field required", "type": "missing"}]},
            GatewayError(message="Field required", type="missing", param="image"),
        ),
        (  # LiteLLM on generations: the status in quotes, Python's None, and what it got as JSON or as Python wrote it
            {"error": {"message": 'OpenAIException - {"error": {"message": "Rejected by \\"us\\".", "code": '
                       '"moderation_blocked", "param": null}}', "type": "None", "code": "400", "param": "None"}},
            GatewayError(message='Rejected by \\"us\\".', code="moderation_blocked"),
        ),
        (
            {"error": {"message": "Error code: 400 - {'error': {'message': \"Unknown parameter: 'style'.\", 'type': "
                       "'invalid_request_error', 'param': 'style', 'code': 'unknown_parameter'}}", "code": 400}},
            GatewayError(message="Unknown parameter: 'style'.", type="invalid_request_error", param="style",
                         code="unknown_parameter"),
        ),
        (
            {"error": {"message": '429 {"error": {"message": "Spent.", "code": "insufficient_quota"}}', "code": "429"}},
            GatewayError(message="Spent.", code="insufficient_quota"),
        ),
        (
            {"error": {"message": '{"error": {"code": 5', "code": "7"}},
            GatewayError(message='{"error": {"code": 5', code="5"),
        ),
        ({"errors": [{"message": "first"}, {"message": "second"}]}, GatewayError(message="first")),
        ({"type": "error", "message": "m", "code": "c"}, GatewayError(message="m", type="error", code="c")),
        (
            {"error": {"code": "x", "moderation_details": {"moderation_stage": "output", "categories": ["a", 1]}}},
            GatewayError(code="x", stage="output", categories=("a",)),
        ),
        ({"error": None, "data": []}, None),
        ({"error": {}, "data": []}, None),
        ({"error": {"message": "", "code": None}}, None),
        ({"error": ""}, None),
        ({"data": [{"b64_json": 0}], "message": "ok"}, None),
        ({"created": 1, "data": []}, None),
        ([], None),
        ("no", None),
        (None, None),
    ],
)  # fmt: skip
def test_an_error_is_found_in_every_shape(document: object, expected: GatewayError | None) -> None:
    assert error_in(document) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "message", "code", "detail", "errors", "data", "type"]), inner, max_size=4
        )
    ),
    max_leaves=10,
)


@given(json_values)
def test_no_document_breaks_the_reading_of_errors(document: object) -> None:
    found = error_in(document)
    assert found is None or isinstance(found.message + found.code + found.type + found.param, str)


# -- what may have been painted ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, GatewayError(code="insufficient_quota")),
        (200, GatewayError(code="invalid_api_key")),
        (200, GatewayError(code="model_not_found")),
        (402, GatewayError(code="bad_response_status_code")),
        (500, GatewayError(code="do_request_failed", message="upstream: insufficient balance")),
        (502, GatewayError(code="get_channel_failed", message="用户额度不足")),
        (502, GatewayError(message="no answer for 'a shop sign saying insufficient credit'")),
        (429, GatewayError(code="do_request_failed")),
        (429, GatewayError(code="upstream_timeout")),
        (503, GatewayError(code="get_channel_failed", message="No available channel for model x (retry)")),
        (403, GatewayError(code="read_response_body_failed")),
        (404, GatewayError(code="bad_response_status_code", message="The model 'x' does not exist.")),
        (502, GatewayError(code="api_not_implemented")),
        (524, GatewayError(message="Invalid URL (POST /v1/images/generations)")),
        (303, GatewayError()),
        (400, GatewayError(message="upstream did not return image output")),
    ],
)
def test_what_may_have_been_painted_is_never_called_free(status: int, error: GatewayError) -> None:
    failed = NAMER.of_answer(answer(status, error=error))
    assert failed.failure.billed is Billed.UNKNOWN
    assert not failed.retriable


# -- the refused option -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "option"),
    [
        (GatewayError(param="background", message="x"), "background"),
        (GatewayError(message="Unknown parameter: 'style'."), "style"),
        (GatewayError(message="'max' is not one of ['low', 'high'] - 'quality'"), "quality"),
        (GatewayError(message="Invalid size '1792x936'. Width and height must both be divisible by 16."), "size"),
        (GatewayError(message="Transparent background is not supported for this model."), "background"),
        (GatewayError(message="size must be one of 1024x1024"), "size"),
        (GatewayError(message="model is required"), "model"),
        (GatewayError(message="n: Input should be less than or equal to 1"), "n"),
        (GatewayError(message="something is wrong"), None),
    ],
)
def test_an_option_refused_by_name_is_named(error: GatewayError, option: str | None) -> None:
    failure = NAMER.of_answer(answer(400, error=error)).failure
    assert failure.reason is Reason.BAD_OPTION
    assert failure.facts.get("option") == option


def test_a_refusal_that_begins_with_the_options_name_is_not_told_twice() -> None:
    error = GatewayError(message="Input should be 1", param="n")
    doubled = replace(error, message="n: Input should be 1", param="")
    said = [NAMER.of_answer(answer(422, error=one)).failure.facts["detail"] for one in (error, doubled)]
    assert said == ["Input should be 1"] * 2


@pytest.mark.parametrize(
    ("message", "offered"),
    [
        ("'max' is not one of ['low', 'medium', 'high', 'auto'] - 'quality'", "low, medium, high, auto"),
        ("Invalid value: 'xhigh'. Supported values are: 'low', 'medium', and 'high'.", "low, medium, high"),
        ("size must be one of 1024x1024, 1536x1024 or auto", "1024x1024, 1536x1024, auto"),
        ("Unknown parameter: 'quality'.", None),
    ],
)
def test_what_a_refusal_offers_instead_is_read(message: str, offered: str | None) -> None:
    error = GatewayError(message=message, param="quality")
    assert NAMER.of_answer(answer(400, error=error)).failure.facts.get("offered") == offered


# -- ids and text -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "message", "expected"),
    [
        ({"x-request-id": "req_1"}, "", "req_1"),
        ({"x-oneapi-request-id": "20261120abc"}, "", "20261120abc"),
        ({"x-request-id": "  ", "x-oneapi-request-id": "b"}, "", "b"),
        ({}, "wrong (request id: 2026112012345678ABC)", "2026112012345678ABC"),
        ({}, "wrong [Request ID=abcdef12]", "abcdef12"),
        ({"x-request-id": "<script>"}, "", None),
        ({"x-request-id": "a" * 101}, "", None),
        ({}, "wrong", None),
    ],
)
def test_the_request_id_is_found(headers: dict[str, str], message: str, expected: str | None) -> None:
    assert request_id_of(headers, message) == expected


def test_the_hint_of_a_reason_goes_to_the_host_only() -> None:
    failure = NAMER.of_answer(answer(401)).failure
    assert failure.host_hint == "Copy the key again."
    assert "Copy" not in str(failure.facts)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"key {KEY} is wrong", "key [hidden] is wrong"),
        ("Incorrect API key provided: sk-proj-abcDEF12*********wxyz.", "Incorrect API key provided: [hidden]"),
        ("Authorization: Bearer abc.def-ghi failed", "Authorization: [hidden] failed"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is bad", "token [hidden] is bad"),
        ("AIzaSyA-1234567890abcdef rejected", "[hidden] rejected"),
        ("gsk_1234567890abcdef and sk_live_1234567890 rejected", "[hidden] and [hidden] rejected"),
        ("wrong (request id: 20261120123456)", "wrong"),
        ("two\n\n  lines\tand \u202eback\u202c \x00nul", "two lines and back nul"),
        ("<html><head><title>502 Bad Gateway</title></head><body>long</body></html>", "502 Bad Gateway"),
        ("<p>no <b>title</b></p><script>alert(1)</script>", "no title"),
        ("error code: 524", "error code: 524"),
        (f"Invalid image data:image/png;base64,{'iVBORw0KGgo/' * 40} at 0", "Invalid image … at 0"),
        ("", ""),
    ],
)
def test_gateway_text_is_made_fit_to_be_shown(text: str, shown: str) -> None:
    assert NAMER.redactor.shown(text) == shown


@given(st.text(max_size=900))
def test_shown_text_is_one_short_line(text: str) -> None:
    shown = NAMER.redactor.shown(text)
    assert len(shown) <= 300
    assert not re.search(r"[\x00-\x1f\u202a-\u202e]", shown)


@given(before=st.text(max_size=400), after=st.text(max_size=400))
def test_the_key_never_survives_wherever_it_stands(before: str, after: str) -> None:
    assert KEY not in NAMER.redactor.shown(before + KEY + after)
    assert KEY[:20] not in NAMER.redactor.shown(before + KEY + after)


@pytest.mark.parametrize(
    "piece", [" ", "<", "<title>", "<script", "request id ", "model ", "{'error': {", "\\", "(\n", "'code': '"]
)
def test_no_text_holds_the_reading_of_it_up(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    for status in (200, 400, 500):
        error = error_in({"error": {"message": f"it failed{text}"}})
        failed = NAMER.of_answer(Answer(status=status, headers={}, error=error or GatewayError(), text=text))
        assert len(str(failed.failure.facts["detail"])) <= 300


def test_halves_of_characters_are_not_shown() -> None:
    assert Redactor([]).shown("a\ud800b") == "a b"


@pytest.mark.parametrize(
    "message",
    [
        "Your request was rejected as a result of our safety system.",
        "Your task failed as a result of our safety system.",
    ],
)
def test_what_a_safety_system_refused_is_no_option_that_could_be_left_out(message: str) -> None:
    assert NAMER.of_answer(answer(400, error=GatewayError(message=message))).failure.reason is Reason.MODERATION


@pytest.mark.parametrize("message", ["Image generation failed", "failed to generate image", "upstream timed out"])
def test_a_400_that_tells_of_an_attempt_is_not_called_free(message: str) -> None:
    failed = NAMER.of_answer(answer(400, error=GatewayError(message=message)))
    assert (failed.failure.reason, failed.failure.billed) == (Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN)
