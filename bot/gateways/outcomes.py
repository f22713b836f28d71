"""Naming what went wrong: an answer, or the lack of one, becomes a `CallFailed` that says whether it cost anything."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from math import ceil
from typing import Final

from bot.errors import CallFailed
from bot.gateways.hints import HINTS
from bot.gateways.outcome_table import MOST_UNSENT, TABLE, Answer, Row
from bot.gateways.redact import MAX_READ_CHARS, Redactor, request_id_in
from bot.model import Billed, Failure, Reason, Scalar

_ID_HEADERS: Final = ("x-request-id", "x-oneapi-request-id", "request-id", "x-litellm-call-id")
_SAFE_ID: Final = re.compile(r"[\w.:-]{1,100}\Z")
_OPTION_NAMES: Final = (
    re.compile(r"unknown parameter:? ['\"]?([\w.\[\]]{1,40})", re.IGNORECASE),
    re.compile(r" - ['\"](\w{1,40})['\"]\s*$"),
    re.compile(r"['\"](\w{1,40})['\"] (?:parameter )?is not supported", re.IGNORECASE),
    re.compile(r"invalid (size|quality|background|n\b|output_\w+|input_fidelity|moderation)", re.IGNORECASE),
    re.compile(r"\b(size|quality|n|model|prompt) (?:must|is required)", re.IGNORECASE),
    re.compile(r"(background)s? is not supported", re.IGNORECASE),
    re.compile(r"\A\s*['\"]?([a-z_]{1,40})['\"]?: (?:input should|value error|extra inputs|field required|unexpected)",
               re.IGNORECASE),
)  # fmt: skip
_LISTED: Final = (
    re.compile(r"(?:not one of|must be one of|one of|supported values are|valid values are|allowed values are|"
               r"expected one of):?\s*\[?(?P<list>[^\]\n]{1,200})", re.IGNORECASE),
)  # fmt: skip
_OFFERED_WORD: Final = re.compile(r"(?<![\w.])['\"]?(auto|[a-z]{2,12}|\d{2,5}x\d{2,5})['\"]?(?![\w.])")
_NO_VALUE: Final = frozenset({"and", "or", "for", "the", "this", "model", "only", "is", "are", "of"})
_WAIT: Final = re.compile(r"try again (?:in|after) (\d{1,6}(?:\.\d{1,6})?) ?(ms|s|m)?", re.IGNORECASE)
_UNIT_S: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "": 1.0}
_MAX_WAIT_S: Final = 86_400.0
_EVERY: Final = 1_000_000
_OK: Final = 200
_OF_THE_GATEWAY: Final = frozenset(
    {
        Reason.BAD_KEY, Reason.NO_PERMISSION, Reason.NO_MONEY, Reason.OVERLOADED, Reason.RATE_LIMITED,
        Reason.WRONG_URL, Reason.MODEL_UNKNOWN,
    }
)  # fmt: skip
"""What does not speak of the order itself, so that another gateway could be asked."""
MAX_SAID_CHARS: Final = 1000
"""How much of a model's answer is shown: half of a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namer:
    """Names failures of one gateway; `hints` tell its host what to do, by reason; `clock` returns aware UTC."""

    gateway: str
    redactor: Redactor
    hints: Mapping[Reason, str]
    clock: Callable[[], datetime]

    def of_answer(self, answer: Answer) -> CallFailed:
        """Name an answer that brought no picture."""
        answer = _start_of(answer)
        row = next(row for row in TABLE if row.fits(answer))
        billed, now = _billed(row, answer), self.clock()
        may_retry = row.most_calls > 1 and billed is Billed.NO
        wait_s = _wait_s(answer, now) if may_retry else None
        facts = self._facts(row, answer)
        if row.reason is Reason.RATE_LIMITED and wait_s is not None:
            facts["until_at"] = _instant(now, wait_s)
        failure = Failure(
            reason=row.reason,
            billed=billed,
            facts=facts,
            request_id=request_id_of(answer.headers, answer.error.message or answer.text),
            host_hint=self._hint(row.reason),
        )
        most_calls = row.most_calls if may_retry else 1
        return CallFailed(failure, most_calls=most_calls, retry_after_s=row.wait_s if wait_s is None else wait_s)

    def of_silence(self, detail: str, *, was_sent: bool, request_id: str | None = None) -> CallFailed:
        """Name a call without a whole answer: provably free where no byte of the request left, unknown otherwise."""
        reason = Reason.UNKNOWN_OUTCOME if was_sent else Reason.NOT_SENT
        failure = Failure(
            reason=reason,
            billed=Billed.UNKNOWN if was_sent else Billed.NO,
            facts={"gateway": self.gateway, "detail": self.redactor.shown(detail)},
            request_id=request_id,
            host_hint=self._hint(reason),
        )
        return CallFailed(failure, most_calls=1 if was_sent else MOST_UNSENT)

    def of_loss(self, reason: Reason, detail: str, *, billed: Billed, request_id: str | None = None) -> CallFailed:
        """Name an answer that was whole, but whose pictures could not be had."""
        facts: dict[str, Scalar] = {"gateway": self.gateway, "detail": self.redactor.shown(detail)}
        hint = self._hint(reason)
        return CallFailed(Failure(reason=reason, billed=billed, facts=facts, request_id=request_id, host_hint=hint))

    def of_rest(self, because: Failure, left_s: float, *, is_short: bool) -> CallFailed:
        """Name a call that was not made, since the gateway is left alone for `left_s` more after `because`.

        A short rest, such as a rate limit's, is waited for; however often, as nothing is sent meanwhile.
        """
        facts: dict[str, Scalar] = {"gateway": self.gateway, "until_at": _instant(self.clock(), left_s)}
        failure = Failure(reason=Reason.RESTING, facts=facts, host_hint=because.host_hint)
        return CallFailed(failure, most_calls=_EVERY if is_short else 1, retry_after_s=left_s)

    def _hint(self, reason: Reason) -> str | None:
        return self.hints.get(reason) or HINTS.get(reason)

    def of_words(self, words: str, *, billed: Billed, request_id: str | None = None) -> CallFailed:
        """Name an answer that brought words instead of a picture: a question, or a refusal."""
        facts: dict[str, Scalar] = {"gateway": self.gateway, "said": self.redactor.shown(words, MAX_SAID_CHARS)}
        hint = self._hint(Reason.WORDS_ONLY)
        failure = Failure(reason=Reason.WORDS_ONLY, billed=billed, facts=facts, request_id=request_id, host_hint=hint)
        return CallFailed(failure)

    def _facts(self, row: Row, answer: Answer) -> dict[str, Scalar]:
        error = answer.error
        facts: dict[str, Scalar] = {"gateway": self.gateway, "status": answer.status}
        if detail := self.redactor.shown(error.message or answer.text):
            facts["detail"] = detail
        if row.reason in {Reason.BAD_OPTION, Reason.BAD_PICTURE} and (option := _option_of(answer)):
            facts |= {"option": self.redactor.shown(option), "code": self.redactor.shown(error.code)}
            facts["detail"] = detail.removeprefix(f"{option}: ")  # the sentence names it already
            facts["offered"] = self.redactor.shown(", ".join(_offered(error.message)))
        if row.reason is Reason.MODERATION:
            facts |= {"stage": error.stage, "categories": self.redactor.shown(", ".join(error.categories))}
        return {name: value for name, value in facts.items() if value != ""}


def _start_of(answer: Answer) -> Answer:
    """Return an answer of which every pattern can look at all there is: what matters stands at its start."""
    error = replace(answer.error, message=answer.error.message[:MAX_READ_CHARS])
    return replace(answer, error=error, text=answer.text[:MAX_READ_CHARS])


def request_id_of(headers: Mapping[str, str], message: str = "") -> str | None:
    """Return the id under which the gateway's owner can look the call up."""
    named = (headers.get(name, "").strip() for name in _ID_HEADERS)
    found = next((one for one in named if _SAFE_ID.match(one)), None)
    return found or request_id_in(message)


def _billed(row: Row, answer: Answer) -> Billed:
    """Decide what a refusal by moderation cost; every other row says it itself.

    A prompt turned down at the input was never painted. A block of the finished picture takes as long as a success
    and may be billed (image-api facts, section 3.2), and so may one within a stream or under a server's error.
    Without a stage, any other counts as a refusal (reliability facts, fault 24). Under status 200 a gateway had begun
    to answer, so it may have tried elsewhere before it gave up (section 3.3: never after a 200 without data).
    """
    if row.reason is not Reason.MODERATION:
        is_late = answer.status == _OK and row.reason in _OF_THE_GATEWAY and row.billed is Billed.NO
        return Billed.UNKNOWN if is_late else row.billed
    match answer.error.stage:
        case "input":
            return Billed.NO
        case "":
            return Billed.UNKNOWN if answer.was_streaming or answer.status >= 500 else Billed.NO  # noqa: PLR2004  # 5xx
        case _:
            return Billed.UNKNOWN


def _offered(message: str) -> list[str]:
    """Return the values that a refusal says it takes instead, in its order."""
    found = next((found for pattern in _LISTED if (found := pattern.search(message))), None)
    if found is None:
        return []
    listed = found["list"].partition(" - ")[0]  # what stands behind it names the option
    return [word for word in _OFFERED_WORD.findall(listed) if word not in _NO_VALUE]


def _option_of(answer: Answer) -> str:
    if answer.error.param:
        return answer.error.param
    message = answer.error.message
    return next((found[1] for pattern in _OPTION_NAMES if (found := pattern.search(message))), "")


def _wait_s(answer: Answer, now: datetime) -> float | None:
    """Return the gateway's own waiting time: Retry-After (seconds or a date), retry-after-ms, or its words."""
    if (milliseconds := _number(answer.headers.get("retry-after-ms", ""))) is not None:
        return min(milliseconds / 1000, _MAX_WAIT_S)
    stated = answer.headers.get("retry-after", "")
    if (seconds := _number(stated)) is not None:
        return min(seconds, _MAX_WAIT_S)
    if (seconds := _until(stated, now)) is not None:
        return min(seconds, _MAX_WAIT_S)
    said = _WAIT.search(answer.error.message)
    return min(float(said[1]) * _UNIT_S[(said[2] or "").lower()], _MAX_WAIT_S) if said else None


def _instant(now: datetime, wait_s: float) -> int:
    """Return when a wait is over, in whole seconds since 1970, rounded up."""
    return ceil((now + timedelta(seconds=wait_s)).timestamp())


def _number(stated: str) -> float | None:
    return float(stated) if re.fullmatch(r"\s*\d{1,9}(?:\.\d{1,6})?\s*", stated) else None


def _until(stated: str, now: datetime) -> float | None:
    try:
        return max(0.0, (parsedate_to_datetime(stated) - now).total_seconds())
    except (TypeError, ValueError, OverflowError):  # no date, one without a zone, or one beyond all years
        return None
