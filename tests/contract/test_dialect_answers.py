"""Every answer to a chat completion or a response that the local gateway can give, and exactly what becomes of it.

The cases are image-api facts sections 2 to 5 with sources of their own (`playground/images/chat_answers.py`,
`responses_answers.py` and their streams). The POST leaves once, always. Errors and broken wires that the images
dialect meets too must come to the same: their outcomes are those of `test_images_dialect_catalogue.py`.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.errors import CallFailed
from bot.gateways.configuration import ModelConfig
from bot.gateways.exchange import Clocks
from bot.model import Billed, OrderKind, Reason, Receipt, Scalar
from playground.images.cases import Billed as CaseBilled, Case
from playground.images.catalogue import chat_catalogue, responses_catalogue
from playground.images.server import LocalImages
from tests.contract.image_calls import calling_local, in_chat, in_responses, noise
from tests.contract.test_images_dialect_catalogue import EXPECTED as IMAGES, Failed as ImagesFailed

PICTURE = noise()
CASES = {"chat": chat_catalogue(), "responses": responses_catalogue()}
MODELS = {
    "chat": in_chat(stream=True),
    "responses": in_responses(stream=True, partial_images=2, keeps_responses=True),
}


@dataclass(frozen=True, slots=True)
class Painted:
    """A receipt with so many pictures; `same` unless their bytes are not those that were painted."""

    files: int = 1
    same: bool = True


@dataclass(frozen=True, slots=True)
class Failed:
    """A failure."""

    reason: Reason
    billed: Billed


CHAT: dict[str, Painted | Failed] = {
    **dict.fromkeys(
        (
            "chat_markdown_jpeg", "chat_markdown_webp", "chat_link_to_page", "chat_cut_by_length",
            "chat_page_as_picture", "chat_cut_picture", "chat_pixel_bomb", "chat_svg",
        ),
        Painted(same=False),
    ),
    **dict.fromkeys(
        (
            "chat_images", "chat_images_null_content", "chat_images_empty_content", "chat_images_long_text",
            "chat_images_link", "chat_images_without_index", "chat_images_as_strings",
            "chat_images_and_markdown", "chat_images_with_reasoning", "chat_markdown_link",
            "chat_markdown_link_titled", "chat_markdown_link_in_brackets", "chat_markdown_link_around",
            "chat_markdown_data", "chat_markdown_wrong_mime", "chat_markdown_repeated", "chat_text_around",
            "chat_bare_base64", "chat_bare_link", "chat_bare_link_only", "chat_download_link", "chat_bare_data",
            "chat_html_tag",
            "chat_html_tag_data", "chat_fenced", "chat_parts_image_url", "chat_parts_link", "chat_parts_base64",
            "chat_parts_inline_data", "chat_parts_inline_snake", "chat_parts_markdown", "chat_candidates",
            "chat_candidates_snake", "chat_images_body", "chat_images_body_link", "chat_images_events",
            "chat_chunks_unasked", "chat_body_and_data", "chat_escaped_slashes", "chat_escaped_marks",
            "chat_heartbeats", "chat_choices_last", "chat_explicit_nulls", "chat_no_finish_reason",
            "chat_finish_length", "chat_usage_missing", "chat_usage_null", "chat_usage_zero",
            "chat_usage_nonsense", "chat_usage_with_cost", "chat_stream", "chat_stream_images_null_content",
            "chat_stream_images_alone", "chat_stream_images_link", "chat_stream_images_repeated",
            "chat_stream_images_with_finish", "chat_stream_message_at_the_end", "chat_stream_message_only",
            "chat_stream_reasoning", "chat_stream_markdown", "chat_stream_markdown_with_finish",
            "chat_stream_text_around", "chat_stream_link", "chat_stream_bare_link", "chat_stream_bare_data",
            "chat_stream_progress", "chat_stream_images_and_markdown", "chat_stream_split_in_marker",
            "chat_stream_split_in_bracket", "chat_stream_split_in_mime", "chat_stream_split_in_base64_word",
            "chat_stream_split_at_comma", "chat_stream_split_in_base64", "chat_stream_split_before_bracket",
            "chat_stream_character_by_character", "chat_stream_split_in_link", "chat_stream_parts",
            "chat_stream_parts_inline", "chat_stream_candidates", "chat_stream_images_events",
            "chat_stream_ignored", "chat_stream_ignored_markdown", "chat_stream_images_body",
            "chat_stream_comments", "chat_stream_crlf", "chat_stream_tight", "chat_stream_named",
            "chat_stream_multiline", "chat_stream_split_bytes", "chat_stream_escaped_slashes",
            "chat_stream_first_without_choices", "chat_stream_null_error", "chat_stream_usage_with_finish",
            "chat_stream_usage_everywhere", "chat_stream_without_usage", "chat_stream_without_done",
            "chat_stream_done_twice", "chat_stream_without_finish", "chat_stream_stays_open",
            "chat_stream_error_after_picture", "chat_stream_cut_after_picture",
            "chat_stream_cut_after_markdown",
        ),
        Painted(),
    ),
    "chat_markdown_link_and_data": Painted(2, same=False),
    **dict.fromkeys(
        (
            "chat_images_two", "chat_images_of_strings", "chat_two_choices", "chat_markdown_two", "chat_parts_two",
            "chat_stream_images_two", "chat_stream_images_two_at_once", "chat_stream_text_between",
            "chat_stream_split_between_two",
        ),
        Painted(2),
    ),
    **dict.fromkeys(
        (
            "chat_cut_base64", "chat_images_broken_base64",
        ),
        Failed(Reason.BAD_IMAGE, Billed.YES),
    ),
    **dict.fromkeys(
        (
            "chat_modalities_unknown", "chat_content_must_be_text",
        ),
        Failed(Reason.BAD_OPTION, Billed.NO),
    ),
    **dict.fromkeys(
        (
            "chat_expired_link", "chat_private_link", "chat_images_private_link", "chat_stream_expired_link",
        ),
        Failed(Reason.LINK_FAILED, Billed.YES),
    ),
    "chat_moderation_under_200": Failed(Reason.MODERATION, Billed.NO),
    **dict.fromkeys(
        (
            "chat_content_filter_text", "chat_content_filter", "chat_candidates_safety",
            "chat_candidates_blocked", "chat_stream_content_filter_text", "chat_stream_content_filter",
        ),
        Failed(Reason.MODERATION, Billed.UNKNOWN),
    ),
    **dict.fromkeys(
        (
            "chat_choices_empty", "chat_choices_null", "chat_message_null", "chat_content_empty",
            "chat_images_empty", "chat_tool_calls", "chat_stream_only_role",
        ),
        Failed(Reason.NO_IMAGE, Billed.YES),
    ),
    "chat_no_credits": Failed(Reason.NO_MONEY, Billed.NO),
    "chat_flagged": Failed(Reason.NO_PERMISSION, Billed.NO),
    "chat_provider_limited": Failed(Reason.RATE_LIMITED, Billed.NO),
    **dict.fromkeys(
        (
            "chat_error_under_200", "chat_error_and_choices", "chat_error_in_choice", "chat_nothing_under_200",
            "chat_stream_error", "chat_stream_error_first", "chat_stream_error_event",
            "chat_stream_cut_in_base64", "chat_stream_cut_in_event", "chat_stream_ends_in_base64",
            "chat_stream_empty", "chat_stream_only_done", "chat_stream_no_json", "chat_no_provider",
            "chat_provider_failed", "chat_provider_timed_out", "chat_deep_json", "chat_huge_delta",
            "chat_huge_text", "chat_endless_words", "chat_endless_empty_deltas", "chat_silence",
        ),
        Failed(Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN),
    ),
    "chat_candidates_text": Failed(Reason.WORDS_ONLY, Billed.UNKNOWN),
    **dict.fromkeys(
        (
            "chat_question", "chat_refusal_text", "chat_refusal_field", "chat_parts_text", "chat_talks_of_data",
            "chat_file_link", "chat_broken_base64", "chat_media", "chat_images_empty_url",
            "chat_stream_question", "chat_stream_refusal", "chat_stream_unclosed_talk",
            "chat_stream_broken_base64",
        ),
        Failed(Reason.WORDS_ONLY, Billed.YES),
    ),
    **dict.fromkeys(
        (
            "chat_modalities_unsupported", "chat_image_input_unsupported", "chat_not_a_chat_model",
        ),
        Failed(Reason.WRONG_URL, Billed.NO),
    ),
    "chat_page_under_200": Failed(Reason.WRONG_URL, Billed.UNKNOWN),
}  # fmt: skip

RESPONSES: dict[str, Painted | Failed] = {
    **dict.fromkeys(
        (
            "responses_other_format", "responses_result_object", "responses_page_as_picture",
            "responses_cut_picture", "responses_pixel_bomb",
        ),
        Painted(same=False),
    ),
    **dict.fromkeys(
        (
            "responses_plain", "responses_left_generating", "responses_left_in_progress",
            "responses_response_in_progress", "responses_four_fields", "responses_without_status",
            "responses_null_error", "responses_data_url", "responses_revised_prompt", "responses_auto_echoes",
            "responses_incomplete_with_result", "responses_call_only", "responses_call_repeated",
            "responses_failed_then_made", "responses_words_first", "responses_unknown_items",
            "responses_heartbeats", "responses_escaped", "responses_output_last", "responses_usage_missing",
            "responses_usage_null", "responses_tool_usage_absent", "responses_tool_usage_null",
            "responses_tool_usage_zero", "responses_usage_nonsense", "responses_usage_negative",
            "responses_images_body", "responses_chat_body", "responses_events_unasked", "responses_last_event",
            "responses_stream", "responses_stream_without_partials", "responses_stream_minimal",
            "responses_stream_unknown_events", "responses_stream_without_numbers",
            "responses_stream_partial_field", "responses_stream_failed_then_made",
            "responses_stream_null_error", "responses_stream_left_generating", "responses_stream_item_only",
            "responses_stream_completed_only", "responses_stream_nothing_but_completed",
            "responses_stream_item_repeated", "responses_stream_result_in_call_event",
            "responses_stream_incomplete_with_result", "responses_stream_done", "responses_stream_comments",
            "responses_stream_nameless", "responses_stream_crlf", "responses_stream_split",
            "responses_stream_ignored", "responses_stream_images_events", "responses_stream_chat_chunks",
            "responses_stream_cut_after_item", "responses_stream_ends_after_item",
            "responses_stream_error_after_item", "responses_stream_failed_after_item",
            "responses_stream_stays_open",
        ),
        Painted(),
    ),
    **dict.fromkeys(
        (
            "responses_two_calls", "responses_stream_two_calls",
        ),
        Painted(2),
    ),
    **dict.fromkeys(
        (
            "responses_broken_base64", "responses_cut_base64", "responses_stream_broken_base64",
        ),
        Failed(Reason.BAD_IMAGE, Billed.YES),
    ),
    **dict.fromkeys(
        (
            "responses_previous_lost", "responses_previous_lost_bare", "responses_previous_not_allowed",
            "responses_without_previews", "responses_tool_not_found", "responses_tool_unsupported",
            "responses_fidelity_refused", "responses_image_model_on_top",
        ),
        Failed(Reason.BAD_OPTION, Billed.NO),
    ),
    "responses_bad_image_url": Failed(Reason.BAD_PICTURE, Billed.NO),
    "responses_tool_model_unknown": Failed(Reason.MODEL_UNKNOWN, Billed.NO),
    **dict.fromkeys(
        (
            "responses_moderation_under_200", "responses_policy",
        ),
        Failed(Reason.MODERATION, Billed.NO),
    ),
    **dict.fromkeys(
        (
            "responses_call_blocked_late", "responses_incomplete_filter", "responses_stream_call_failed",
            "responses_stream_failed_policy", "responses_stream_incomplete_filter",
            "responses_stream_error_nested",
        ),
        Failed(Reason.MODERATION, Billed.UNKNOWN),
    ),
    **dict.fromkeys(
        (
            "responses_call_blocked", "responses_failed_policy",
        ),
        Failed(Reason.MODERATION, Billed.YES),
    ),
    **dict.fromkeys(
        (
            "responses_result_absent", "responses_left_generating_empty", "responses_queued",
            "responses_cancelled", "responses_output_empty", "responses_output_null", "responses_output_absent",
            "responses_stream_partials_then_completed",
        ),
        Failed(Reason.NO_IMAGE, Billed.YES),
    ),
    **dict.fromkeys(
        (
            "responses_call_failed", "responses_failed", "responses_incomplete_length",
            "responses_error_under_200", "responses_nothing_under_200", "responses_stream_partials_only",
            "responses_stream_cut", "responses_stream_failed", "responses_stream_incomplete_length",
            "responses_stream_error", "responses_stream_error_first", "responses_stream_empty",
            "responses_stream_only_created", "responses_stream_no_json", "responses_deep_json",
            "responses_huge_item", "responses_endless_words", "responses_endless_previews", "responses_silence",
        ),
        Failed(Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN),
    ),
    **dict.fromkeys(
        (
            "responses_question", "responses_refusal", "responses_refusal_text",
            "responses_call_failed_with_words", "responses_result_null", "responses_result_empty",
            "responses_stream_question", "responses_stream_refusal",
        ),
        Failed(Reason.WORDS_ONLY, Billed.YES),
    ),
    "responses_not_spoken": Failed(Reason.WRONG_URL, Billed.NO),
    "responses_page_under_200": Failed(Reason.WRONG_URL, Billed.UNKNOWN),
}  # fmt: skip

EXPECTED = {"chat": CHAT, "responses": RESPONSES}
FLOODS = {"gzip_bomb", "huge_body", "huge_event"}
"""Below every dialect, and gigabytes each: tried in the images dialect alone."""

BOTH = [(dialect, case) for dialect, cases in CASES.items() for case in cases.values() if case.name not in FLOODS]


def expected_of(dialect: str, case: Case) -> Painted | Failed:
    """What must become of a case; where the images dialect meets it too, the same as there."""
    if case.name in EXPECTED[dialect]:
        return EXPECTED[dialect][case.name]
    known = IMAGES[case.name]
    if isinstance(known, ImagesFailed):
        return Failed(known.reason, known.billed)
    return Painted(known.files, known.same)


@pytest.fixture
async def images(images_spec: Path | None) -> AsyncIterator[LocalImages]:
    async with LocalImages(spec=images_spec) as opened:
        yield opened


@pytest.mark.parametrize("dialect", EXPECTED)
def test_every_case_has_its_outcome(dialect: str) -> None:
    own = {name for name in CASES[dialect] if name not in IMAGES}
    assert set(EXPECTED[dialect]) == own
    assert all(case.source for case in CASES[dialect].values())


def test_the_shapes_are_many() -> None:
    """Counted once each, whatever their parameters: answers that differ in structure, in all three dialects."""
    assert len({*IMAGES, *CHAT, *RESPONSES}) >= 150


@pytest.mark.timeout(90)  # packing a gigabyte into a bomb takes the local gateway seconds
@pytest.mark.parametrize(("dialect", "case"), BOTH, ids=lambda value: value if isinstance(value, str) else value.name)
async def test_each_answer_has_its_outcome_and_leaves_once(
    images: LocalImages, tmp_path: Path, dialect: str, case: Case
) -> None:
    outcome = await outcome_of(images, tmp_path, MODELS[dialect], case)
    assert len(images.posts) == 1
    match expected_of(dialect, case):
        case Painted() as painted:
            assert isinstance(outcome, Receipt), outcome
            assert len(outcome.files) == painted.files
            assert (outcome.files[0].path.read_bytes() == PICTURE) is painted.same
            assert set(await asyncio.to_thread(os.listdir, tmp_path)) == {file.path.name for file in outcome.files}
        case Failed() as failed:
            assert isinstance(outcome, CallFailed), outcome
            assert (outcome.failure.reason, outcome.failure.billed) == (failed.reason, failed.billed), outcome.failure
            assert not await asyncio.to_thread(os.listdir, tmp_path)
            # The catalogue says what a careful client may believe; ours may believe less, never more.
            assert failed.billed is not Billed.NO or case.billed is CaseBilled.NO
            assert case.is_retry_safe or outcome.most_calls == 1
    assert not images.violations


async def outcome_of(images: LocalImages, folder: Path, model: ModelConfig, case: Case) -> Receipt | CallFailed:
    """Ask as the case wants to be asked; what never ends is given up by the clock."""
    images.script.add(replace(case.behaviour, picture_bytes=PICTURE))
    clocks = Clocks() if case.complete else Clocks(total_s=0.7)
    is_stream = bool(case.asks.get("stream"))
    asks: dict[str, Scalar] = {"stream": True} if is_stream else {}
    if is_stream and model.dialect == "responses":
        asks["partial_images"] = 2
    async with calling_local(folder, images, clocks=clocks, model=model) as caller:
        return await caller.paint(caller.call(OrderKind.GENERATE, None, **asks))
