"""Which answer means what, as a table that is read from top to bottom: the first row that fits wins.

Rows are image-api facts section 3.2 in order of certainty; no wire is touched here. Only rows with `most_calls`
above 1 may be followed by a further call at the same gateway (section 3.3): rate limits that are no quota, once a pool
without a free channel, and Cloudflare's proof that the request never reached the gateway. No profile may widen that.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.gateways.error_body import GatewayError
from bot.model import Billed, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came instead of pictures: the status, the headers in lower case, the error if one could be read."""

    status: int
    headers: Mapping[str, str]
    error: GatewayError
    text: str = ""
    was_streaming: bool = False

    @property
    def is_page(self) -> bool:
        """Tell whether a web page came where an answer should."""
        return "html" in self.headers.get("content-type", "").lower() or self.text.lstrip()[:1] == "<"

    @property
    def never_arrived(self) -> bool:
        """Tell whether Cloudflare proves that its origin was not reached.

        521, 522 and 523 do, but only from Cloudflare itself, which then sends both headers (Windup#269).
        """
        proven = "cf-ray" in self.headers and self.headers.get("server", "").lower() == "cloudflare"
        return proven and self.status in {521, 522, 523}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of answer: all of `statuses`, `from_edge` and `page` must fit, and one of the words where any are given.

    `words` is searched in the message; a row without statuses fits every status. `most_calls` is how many calls one
    order may make that end so, `wait_s` how long to leave the gateway alone where it does not say so itself.
    """

    reason: Reason
    billed: Billed = Billed.NO
    statuses: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    params: re.Pattern[str] | None = None
    words: re.Pattern[str] | None = None
    from_edge: bool = False
    page: bool = False
    most_calls: int = 1
    wait_s: float | None = None

    def fits(self, answer: Answer) -> bool:
        """Tell whether this row describes the answer."""
        if self.statuses and answer.status not in self.statuses:
            return False
        if (self.from_edge and not answer.never_arrived) or (self.page and not answer.is_page):
            return False
        if not (self.codes or self.types or self.words or self.params):
            return True
        return self._says(answer.error, answer.text)

    def _says(self, error: GatewayError, text: str) -> bool:
        return bool(
            error.code in self.codes
            or error.type in self.types
            or (self.params and self.params.search(error.param))
            or (self.words and self.words.search(error.message or text))
        )


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


def _all(*values: int | range) -> frozenset[int]:
    return frozenset(one for value in values for one in (value if isinstance(value, range) else (value,)))


MOST_UNSENT: Final = 3
"""Calls of one order that may fail before a byte of them reached the gateway."""

TABLE: Final = (
    # What was asked for.
    Row(
        reason=Reason.WORD_FILTER,
        codes=frozenset({"sensitive_words_detected", "prompt_blocked"}),
        words=_words("sensitive words?", "敏感词"),
    ),
    Row(
        reason=Reason.MODERATION,
        codes=frozenset(
            {
                "moderation_blocked", "content_policy_violation", "image_content_policy_violation", "content_filter",
                "safety_violation", "contentFilter",
            }
        ),
        words=_words("safety_violations", "moderation_blocked", "content_policy_violation", "IMAGE_SAFETY",
                     r"\bsafety system\b", "violates? (?:our|the) content polic", "内容安全", "违规内容"),
    ),
    Row(reason=Reason.MODERATION, statuses=_all(451)),
    # new-api passes on that its upstream failed, after other channels perhaps: whatever the status says now.
    Row(
        reason=Reason.UNKNOWN_OUTCOME,
        billed=Billed.UNKNOWN,
        codes=frozenset(
            {
                "bad_response_status_code", "bad_response", "bad_response_body", "read_response_body_failed",
                "do_request_failed", "get_channel_failed", "upstream_timeout", "image_generation_failed",
            }
        ),
        types=frozenset({"bad_response_status_code", "upstream_error", "image_generation_server_error"}),
    ),
    # Money before the rest: it comes as 402, 403 and 429, and a 429 about money must not be tried again.
    Row(
        reason=Reason.NO_MONEY,
        codes=frozenset(
            {
                "insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
                "project_spend_limit_exceeded", "organization_usage_limit_exceeded", "billing_hard_limit_reached",
                "billing_not_active", "insufficient_user_quota", "pre_consume_token_quota_failed",
                "insufficient_balance",
            }
        ),
        types=frozenset({"insufficient_quota", "insufficient_user_quota", "budget_exceeded"}),
    ),
    Row(  # words alone may be those of a prompt that is repeated, so only where nothing can have been painted
        reason=Reason.NO_MONEY,
        statuses=_all(200, 400, 401, 403, 429),
        words=_words(
            "quota is not enough", "exceeded your current quota", "TokenStatusExhausted",
            "insufficient (?:balance|credit|quota)",
            "额度不足", "额度已用尽", "余额不足", "预扣费",
        ),
    ),
    Row(reason=Reason.NO_MONEY, statuses=_all(402)),
    # Who asked.
    Row(
        reason=Reason.BAD_KEY,
        statuses=_all(200, 400, 401, 403),
        codes=frozenset({"invalid_api_key"}),
        types=frozenset({"no_db_connection"}),  # LiteLLM without a database, for a key that is not its master key
        words=_words("incorrect api key", "invalid token", "无效的令牌", "令牌验证失败", "invalid api key"),
    ),
    Row(reason=Reason.BAD_KEY, statuses=_all(401)),
    # A pool that has no place; new-api says model_not_found for it, under 503 only.
    Row(
        reason=Reason.OVERLOADED,
        statuses=_all(503),
        codes=frozenset({"model_not_found", "server_is_overloaded"}),
        types=frozenset({"service_unavailable_error", "overloaded_error"}),
        words=_words("no available (?:channel|compatible account|account)", "无可用渠道", "overloaded"),
        most_calls=2,
        wait_s=30,
    ),
    Row(
        reason=Reason.MODEL_UNKNOWN,
        statuses=_all(200, 400, 404),
        codes=frozenset({"model_not_found"}),
        words=_words(
            r"\bmodel\b.{0,120}\b(?:does not exist|not found)",
            "invalid model name", "is not a valid model id", "模型不存在",
        ),
    ),
    Row(reason=Reason.NO_PERMISSION, statuses=_all(403)),
    Row(
        reason=Reason.NO_PERMISSION,
        statuses=_all(200, 400, 401),
        codes=frozenset({"access_denied"}),
        words=_words("must be verified to use the model", "has no access to model", "无权访问"),
    ),
    # When.
    Row(
        reason=Reason.RATE_LIMITED,
        statuses=_all(200),
        codes=frozenset({"rate_limit_exceeded", "slow_down"}),
        types=frozenset({"rate_limit_error", "rate_limit_exceeded"}),
        billed=Billed.UNKNOWN,  # the gateway had begun to answer, so it may have tried elsewhere before
    ),
    Row(reason=Reason.RATE_LIMITED, statuses=_all(429), most_calls=4),
    Row(reason=Reason.NOT_SENT, from_edge=True, most_calls=MOST_UNSENT, wait_s=30),
    # What was sent.
    Row(reason=Reason.TOO_LARGE, statuses=_all(413)),
    Row(
        reason=Reason.TOO_LARGE,
        statuses=_all(200, 400, 422),
        codes=frozenset({"image_too_large", "read_request_body_failed"}),
        words=_words("(?:file|image|request|body|entity|payload) (?:is )?too large"),
    ),
    Row(
        reason=Reason.BAD_PICTURE,
        statuses=_all(200, 400, 415, 422),
        codes=frozenset({"invalid_image_format", "invalid_image_file", "invalid_image", "image_parse_error"}),
        params=_words(r"^(?:image|images|mask)(?:\[|$)"),
        words=_words("invalid image (?:file|format)", "unsupported image", "could not (?:decode|read) image"),
    ),
    Row(  # a pool's 400 that tells of an attempt, not of what was asked
        reason=Reason.UNKNOWN_OUTCOME,
        billed=Billed.UNKNOWN,
        statuses=_all(400, 422),
        words=_words(
            "generation failed", "failed to generate", "did not return", "stream disconnected", r"\btimed? ?out\b"
        ),
    ),
    Row(  # the gateway's own check, before it asks anybody; it answers 500 (new-api, relay.go)
        reason=Reason.BAD_OPTION,
        statuses=_all(500),
        codes=frozenset({"invalid_request"}),
    ),
    Row(
        reason=Reason.BAD_OPTION,
        statuses=_all(200),
        codes=frozenset({"unknown_parameter", "invalid_value", "invalid_type", "missing_required_parameter"}),
        types=frozenset({"invalid_request_error"}),
    ),
    Row(reason=Reason.WRONG_URL, statuses=_all(404, 405, 501, range(300, 303), range(304, 400))),
    Row(reason=Reason.WRONG_URL, statuses=_all(303), billed=Billed.UNKNOWN),  # "see other" follows what was done
    Row(
        reason=Reason.WRONG_URL,
        statuses=_all(200, 400, 500),
        codes=frozenset({"api_not_implemented"}),
        words=_words(r"\Ainvalid url \("),
    ),
    Row(reason=Reason.WRONG_URL, statuses=_all(200), page=True, billed=Billed.UNKNOWN),
    Row(reason=Reason.BAD_OPTION, statuses=_all(400, 415, 422)),
    # 408, 409, 5xx, and whatever nobody has described yet.
    Row(reason=Reason.UNKNOWN_OUTCOME, billed=Billed.UNKNOWN),
)  # fmt: skip
