"""What differs through LiteLLM, written down: 1.106.2, measured 2026-11-21. Whatever is not here must be the same.

When a newer LiteLLM changes one of these, the test of that row fails: take the row out, or write down what is new.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.model import Billed, OrderKind, Reason

_ONE_INPUT = "LiteLLM sends a single input on as image[] too; test_requests looks at the rest of what arrives"

FLOWS: Final[Mapping[str, str]] = {
    "test_a_reply_edits_the_stored_bytes_in_a_thread_of_its_own": _ONE_INPUT,
    "test_a_mask_travels_as_png_with_the_first_picture": _ONE_INPUT,
}
"""Flow tests that fail through LiteLLM, and must, with the reason."""

FLOWS_LEFT_OUT: Final[Mapping[str, str]] = {
    "test_command_line": "it starts `python -m bot` without a stage, and what it tests is the process",
    "test_adapting": "its stages have gateways from files of their own; what a refusal says is in test_failures",
    "test_fan_out": "its stages have gateways from files of their own; what a refusal says is in test_failures",
    "test_failover": "its stages have gateways from files of their own; what a refusal says is in test_failures",
    "test_several_gateways": "its two gateways come from a file of its own; the bot between them is what it tests",
    "test_checkup": "it counts the POSTs of each step and tries streams, which LiteLLM repeats and breaks",
    "test_playground": "it offers models of its own local gateway, in every dialect",
    "test_dialects": "chat and responses are other endpoints of LiteLLM, which nobody has measured yet",
}
"""Modules of flow tests that are not run here, with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What Easel makes of an answer: the reason (None: pictures), what it cost, and whether it may ask once more."""

    reason: Reason | None
    billed: Billed = Billed.NO
    may_be_repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A verdict that is another one through LiteLLM, and why."""

    verdict: Verdict
    why: str


_UNKNOWN: Final = Verdict(reason=Reason.UNKNOWN_OUTCOME, billed=Billed.UNKNOWN)
_NO_CODE: Final = Difference(verdict=_UNKNOWN, why="its code is lost, and a bare status 500 says nothing")
_NO_PROOF: Final = Difference(verdict=_UNKNOWN, why="cf-ray and server are dropped, so nothing proves it never arrived")
_UNREAD: Final = Difference(verdict=_UNKNOWN, why="LiteLLM cannot read the usage, and throws the paid picture away")
_PARAM_AS_TEXT: Final = Difference(verdict=Verdict(reason=Reason.BAD_OPTION), why="the parameter's name is lost")
_EMPTY: Final = Difference(
    verdict=Verdict(reason=Reason.NO_IMAGE, billed=Billed.UNKNOWN), why="the error is dropped: 200 with no pictures"
)

_BOTH: Final[Mapping[str, Difference]] = {
    "mixed_parts": _PARAM_AS_TEXT,
    "cloudflare_521": _NO_PROOF,
    "cloudflare_522": _NO_PROOF,
    "cloudflare_523": _NO_PROOF,
    "page_under_200": Difference(verdict=_UNKNOWN, why="a page becomes a status 500"),
    "usage_nan": _UNREAD,
    "usage_is_text": _UNREAD,
}

THROUGH: Final[Mapping[OrderKind, Mapping[str, Difference]]] = {
    OrderKind.GENERATE: {
        **_BOTH,
        "moderation_of_output": Difference(
            verdict=Verdict(reason=Reason.MODERATION),
            why="moderation_details is dropped: Easel cannot tell that a finished, maybe billed picture was blocked",
        ),
        "spend_limit": Difference(
            verdict=Verdict(reason=Reason.RATE_LIMITED, may_be_repeated=True),
            why="type and code become those of a rate limit, and the words do not speak of money",
        ),
        "size_refused_new_api": _NO_CODE,
        "prompt_blocked": _NO_CODE,
        "moderation_under_200": Difference(verdict=_UNKNOWN, why="an error under status 200 becomes a status 500"),
        "redirect": Difference(verdict=_UNKNOWN, why="LiteLLM follows it, and finds nobody there"),
    },
    OrderKind.EDIT: {
        **_BOTH,
        "error_under_200": _EMPTY,
        "moderation_under_200": _EMPTY,
        "redirect": Difference(verdict=Verdict(reason=Reason.BAD_OPTION), why="LiteLLM answers it with 400"),
    },
}
"""Failures of the upstream that Easel judges otherwise through LiteLLM's /v1, by the local gateway's name for them."""

PASSED_THROUGH: Final[Mapping[str, Difference]] = {
    "cloudflare_521": _NO_PROOF,
    "cloudflare_522": _NO_PROOF,
    "cloudflare_523": _NO_PROOF,
    "redirect": Difference(verdict=_UNKNOWN, why="LiteLLM follows it, and finds nobody there"),
}
"""The same for LiteLLM's pass-through, /openai/v1, alike for both kinds."""

POSTS_OF_ONE_CALL: Final = 3
"""How often /v1/images/generations asks the upstream when it fails: once, and two retries of the OpenAI SDK inside."""


def is_asked_again(status: int | None, *, was_answered: bool) -> bool:
    """Tell whether the SDK inside LiteLLM's generations asks once more after this answer of the upstream.

    A redirect leads nowhere here, which is a broken connection to it, as is an answer that broke off.
    """
    return not was_answered or status is None or status in {307, 408, 409, 429} or status >= 500
