"""Every answer the local image gateway can give, and exactly what becomes of it; the POST leaves once, always.

The cases are image-api facts sections 2 and 3 with sources of their own (`playground/images/catalogue.py`).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.errors import CallFailed
from bot.gateways.exchange import Clocks
from bot.model import Billed, OrderKind, Reason, Receipt
from playground.images.cases import Billed as CaseBilled, Case
from playground.images.catalogue import catalogue
from playground.images.server import LocalImages
from tests.contract.image_calls import Caller, calling_local, noise, said

CASES = catalogue()
PICTURE = noise()


@dataclass(frozen=True, slots=True)
class Painted:
    """A receipt with so many pictures; `same` unless their bytes are not those that were painted."""

    files: int = 1
    same: bool = True


@dataclass(frozen=True, slots=True)
class Failed:
    """A failure; `says` stands in its facts, `option` names the refused option."""

    reason: Reason
    billed: Billed = Billed.NO
    retry_s: float | None = None
    retriable: bool = False
    option: str | None = None
    says: str = ""


def unknown(says: str = "") -> Failed:
    return Failed(Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN, says=says)


def again(reason: Reason, retry_s: float | None = None) -> Failed:
    return Failed(reason, retriable=True, retry_s=retry_s)


def option(name: str | None, says: str = "") -> Failed:
    return Failed(Reason.BAD_OPTION, option=name, says=says)


EXPECTED: dict[str, Painted | Failed] = {
    # answers under status 200
    **dict.fromkeys(
        (
            "plain", "data_of_strings", "raw_picture", "data_prefix", "url", "url_with_nulls", "url_is_data",
            "url_and_b64", "dead_url_and_b64",
            "revised_prompt", "only_created_and_data", "without_created", "explicit_nulls", "auto_echoes",
            "unknown_fields", "usage_missing", "usage_null", "usage_zero", "usage_both_spellings",
            "usage_other_spelling", "usage_negative", "usage_nan", "usage_beyond_numbers", "usage_is_text",
            "heartbeats", "escaped", "pretty", "decoy", "data_last", "byte_order_mark", "fewer", "tiny_pieces",
            "slow_body",
        ),
        Painted(),
    ),
    "more": Painted(2),
    # what is no picture is found out when it is decoded, which is not this room's work
    **dict.fromkeys(
        ("wrong_size", "wrong_format", "page_as_picture", "cut_picture", "pixel_bomb", "text_bomb"), Painted(same=False)
    ),
    "dead_url": Failed(Reason.LINK_FAILED, Billed.YES, says="404"),
    "private_url": Failed(Reason.LINK_FAILED, Billed.YES, says="only https is fetched"),
    "file_url": Failed(Reason.NO_IMAGE, Billed.YES),
    "empty_data": Failed(Reason.NO_IMAGE, Billed.YES),
    "null_data": Failed(Reason.NO_IMAGE, Billed.YES),
    "entries_without_pictures": Failed(Reason.NO_IMAGE, Billed.YES),
    "garbage_base64": Failed(Reason.BAD_IMAGE, Billed.YES),
    "cut_base64": Failed(Reason.BAD_IMAGE, Billed.YES),
    "error_under_200": unknown("Image generation failed"),
    "error_after_heartbeats": unknown("Image generation failed"),
    "moderation_under_200": Failed(Reason.MODERATION),
    "page_under_200": Failed(Reason.WRONG_URL, Billed.UNKNOWN, says="Console"),
    "words_under_200": unknown(),
    "nothing_under_200": unknown(),
    "list_under_200": Failed(Reason.NO_IMAGE, Billed.UNKNOWN),
    "deep_json": unknown(),
    # streams
    **dict.fromkeys(
        (
            "stream", "stream_done", "stream_comments", "stream_multiline", "stream_crlf", "stream_cr",
            "stream_byte_order_mark", "stream_nameless", "stream_without_blanks", "stream_split",
            "stream_retry_and_id", "stream_partial_field", "stream_other_family", "stream_unknown_events",
            "stream_two_finals", "stream_without_partials", "stream_null_error", "stream_ignored", "stream_faked",
            "stream_one_event",
        ),
        Painted(),
    ),
    "stream_error": unknown("Image generation failed"),
    "stream_upstream_error": unknown("Image generation failed"),
    "stream_error_first": unknown("Image generation failed"),
    **dict.fromkeys(
        ("stream_end_early", "stream_done_early", "stream_cut", "stream_empty", "stream_no_json"), unknown()
    ),
    "stream_empty_final": Failed(Reason.NO_IMAGE, Billed.YES),
    # keys and rights
    "wrong_key": Failed(Reason.BAD_KEY, says="Incorrect API key"),
    "wrong_key_new_api": Failed(Reason.BAD_KEY, says="无效的令牌"),
    "no_access_to_model": Failed(Reason.NO_PERMISSION),
    "group_not_allowed": Failed(Reason.NO_PERMISSION),
    "organization_not_verified": Failed(Reason.NO_PERMISSION, says="must be verified"),
    "model_unknown": Failed(Reason.MODEL_UNKNOWN),
    "wrong_url": Failed(Reason.WRONG_URL),
    "method_not_allowed": Failed(Reason.WRONG_URL),
    "not_implemented": Failed(Reason.WRONG_URL),
    # parameters
    "unknown_parameter": option("background"),
    "transparent_refused": option("background"),
    "size_refused": option("size", "divisible by 16"),
    "value_refused": option("quality"),
    "file_expected": Failed(Reason.BAD_PICTURE, option="image[0]"),
    "bad_image": Failed(Reason.BAD_PICTURE, says="Invalid image file"),
    "fidelity_refused": option("input_fidelity"),
    "mixed_parts": Failed(Reason.BAD_PICTURE, option="image", says="Field required"),
    "size_refused_new_api": option("size"),
    "body_too_large": Failed(Reason.TOO_LARGE),
    # moderation
    "moderation": Failed(Reason.MODERATION, says="safety system"),
    "moderation_of_output": Failed(Reason.MODERATION, Billed.UNKNOWN, says="violence"),
    "content_policy": Failed(Reason.MODERATION),
    "moderation_451": Failed(Reason.MODERATION),
    "word_filter": Failed(Reason.WORD_FILTER),
    "prompt_blocked": Failed(Reason.WORD_FILTER),
    "image_safety": Failed(Reason.MODERATION, Billed.UNKNOWN),  # the picture was painted, then blocked
    # rate and load
    "rate_limit": again(Reason.RATE_LIMITED, 52),
    "rate_limit_ms": again(Reason.RATE_LIMITED, 1.5),
    "rate_limit_text_only": again(Reason.RATE_LIMITED, 51.84),
    "slow_down": again(Reason.RATE_LIMITED, 1),
    "rate_limit_new_api": again(Reason.RATE_LIMITED),
    "cooling_down": again(Reason.RATE_LIMITED, 5),
    "no_channel": again(Reason.OVERLOADED, 30),
    "no_account": again(Reason.OVERLOADED, 30),
    "overloaded": again(Reason.OVERLOADED, 2),
    # money
    **dict.fromkeys(
        (
            "credit_exhausted", "spend_limit", "quota_new_api", "quota_token_new_api", "quota_one_api",
            "payment_required",
        ),
        Failed(Reason.NO_MONEY),
    ),
    "token_exhausted": Failed(Reason.NO_MONEY, says="TokenStatusExhausted"),
    # behind the gateway
    **dict.fromkeys(
        (
            "retries_exhausted", "bad_status", "bad_status_500", "request_failed", "body_unread", "body_unparsed",
            "server_error", "no_output", "pool_timeout", "unavailable", "empty_500", "list_500", "nginx_502",
            "nginx_504", "request_timeout", "cloudflare_520", "cloudflare_524", "unproven_522",
        ),
        unknown(),
    ),
    "nginx_413": Failed(Reason.TOO_LARGE, says="413 Request Entity Too Large"),
    **dict.fromkeys(("cloudflare_521", "cloudflare_522", "cloudflare_523"), again(Reason.NOT_SENT, 30)),
    # odd bodies
    "error_is_text": option("model", "model is required"),
    "only_detail": option(None, "size is invalid"),
    "only_message": option(None, "size is invalid"),
    "code_is_number": option(None, "bad request"),
    "code_is_status": option(None, "bad request"),
    "empty_400": option(None),
    "redirect": Failed(Reason.WRONG_URL),
    "long_error": option(None, "…"),
    # broken wires; what came whole before the break was paid for and is kept
    "length_too_long": Painted(),
    **dict.fromkeys(
        (
            "reset", "reset_after_painting", "cut_at_once", "cut_midway", "length_too_short",
            "gzip_bomb", "huge_body", "huge_event", "endless_heartbeats", "endless_comments", "silence",
        ),
        unknown(),
    ),
}  # fmt: skip


@pytest.fixture
async def images(images_spec: Path | None) -> AsyncIterator[LocalImages]:
    async with LocalImages(spec=images_spec) as opened:
        yield opened


@pytest.fixture
async def caller(images: LocalImages, tmp_path: Path) -> AsyncIterator[Caller]:
    async with calling_local(tmp_path, images) as opened:
        yield opened


def test_every_case_has_its_outcome() -> None:
    assert set(EXPECTED) == set(CASES)


@pytest.mark.timeout(90)  # packing a gigabyte into a bomb takes the local gateway seconds
@pytest.mark.parametrize("kind", list(OrderKind))
@pytest.mark.parametrize("case", [case for case in CASES.values() if case.complete], ids=lambda case: case.name)
async def test_each_answer_has_its_outcome_and_leaves_once(
    images: LocalImages, caller: Caller, case: Case, kind: OrderKind
) -> None:
    images.script.add(replace(case.behaviour, picture_bytes=PICTURE))
    before = len(images.posts)
    outcome = await caller.paint(caller.call(kind, **case.asks))
    check(EXPECTED[case.name], outcome, case, caller)
    assert len(images.posts) - before == 1
    assert not images.violations


@pytest.mark.parametrize("case", [case for case in CASES.values() if not case.complete], ids=lambda case: case.name)
async def test_what_never_ends_is_given_up_by_the_clock(images: LocalImages, tmp_path: Path, case: Case) -> None:
    images.script.add(replace(case.behaviour, picture_bytes=PICTURE))
    before = len(images.posts)
    async with calling_local(tmp_path, images, clocks=Clocks(total_s=0.5)) as caller:
        outcome = await caller.paint(caller.call(OrderKind.GENERATE, **case.asks))
        check(EXPECTED[case.name], outcome, case, caller)
    assert len(images.posts) - before == 1


def check(expected: Painted | Failed, outcome: object, case: Case, caller: Caller) -> None:
    match expected:
        case Painted():
            assert isinstance(outcome, Receipt), outcome
            assert [file.path.name for file in outcome.files] == [
                f"CALL-1-{number}.part" for number in range(1, expected.files + 1)
            ]
            assert (outcome.files[0].path.read_bytes() == PICTURE) is expected.same
            assert caller.left_files() == {file.path.name for file in outcome.files}
        case Failed():
            check_failure(expected, outcome, case)
            assert caller.left_files() == set()


def check_failure(expected: Failed, outcome: object, case: Case) -> None:
    assert isinstance(outcome, CallFailed), outcome
    failure = outcome.failure
    assert (failure.reason, failure.billed) == (expected.reason, expected.billed), failure
    assert (outcome.retriable, outcome.retry_after_s) == (expected.retriable, expected.retry_s)
    assert failure.facts.get("option") == expected.option
    assert expected.says in said(failure.facts)
    assert all(len(str(fact)) <= 300 for fact in failure.facts.values())
    # The catalogue says what a careful client may believe; ours may believe less, never more.
    assert failure.billed is not Billed.NO or case.billed is CaseBilled.NO
    assert case.is_retry_safe or not outcome.retriable
