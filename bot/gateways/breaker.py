"""When a failing gateway is left alone: for how long, and what lets it be asked again. No socket, no waiting."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.model import Failure, Reason

OPENS_AFTER: Final = 3
"""Failures in a row after which a gateway rests; one order alone can meet as many."""

FIRST_REST_S: Final = 30.0
LONGEST_REST_S: Final = 600.0

_OF_THE_GATEWAY: Final = frozenset({Reason.OVERLOADED, Reason.NOT_SENT, Reason.UNKNOWN_OUTCOME})
_AT_ONCE: Final = frozenset({Reason.BAD_KEY, Reason.NO_MONEY})
"""What no further order can change: only its host can."""

_OF_NOBODY: Final = frozenset({Reason.DISK_FULL, Reason.STORED_FILE_LOST, Reason.MODEL_UNKNOWN, Reason.RESTING})
"""What ended before the gateway was asked, or says nothing of its health."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """How long a gateway is still left alone, and after what; a short one ends by itself, without a probe."""

    left_s: float
    because: Failure
    is_short: bool = False


class Breaker:
    """One gateway's health, as its last answers tell it.

    Closed, it lets every call pass. After `OPENS_AFTER` failures in a row that speak of the gateway, or one that only
    its host can mend, it is open: `rest` says for how long, twice as long each time. When that is over it is half open
    (`wants_probe`): a free question decides, and one more failure opens it again. A rate limit with its own waiting
    time is a short rest besides. Anything the gateway says about an order itself shows that it is well.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._failures = 0  # in a row
        self._rests = 0  # since it was last well
        self._until: datetime | None = None  # set while open and half open
        self._because: Failure | None = None
        self._limited_until: datetime | None = None
        self._limit: Failure | None = None

    def rest(self) -> Rest | None:
        """Return for how long the gateway is left alone now, None where it may be asked."""
        now = self._clock()
        if self._until and self._because and now < self._until:
            return Rest(left_s=(self._until - now).total_seconds(), because=self._because)
        if self._limited_until and self._limit and now < self._limited_until:
            return Rest(left_s=(self._limited_until - now).total_seconds(), because=self._limit, is_short=True)
        return None

    @property
    def wants_probe(self) -> bool:
        """Say whether a rest is over and nothing has yet shown that the gateway is well again."""
        return self._until is not None and self._clock() >= self._until

    def answered(self) -> None:
        """Note that the free question was answered: calls pass, but the next failure opens at once."""
        if self.wants_probe:
            self._until = None

    def refused(self, failure: Failure) -> None:
        """Note that the free question was not answered either: the gateway rests again, for longer."""
        self._open(failure)

    def succeeded(self) -> None:
        """Note that the gateway did its work, or said clearly why not."""
        self._failures, self._rests = 0, 0
        self._until = self._because = None

    def failed(self, failure: Failure, retry_after_s: float | None = None) -> None:
        """Note how a call ended, with the gateway's own waiting time if it named one."""
        if failure.reason in _OF_NOBODY:
            return
        if failure.reason is Reason.RATE_LIMITED:
            self._limited(failure, retry_after_s)
        elif failure.reason in _OF_THE_GATEWAY or failure.reason in _AT_ONCE:
            self._failures += 1
            if failure.reason in _AT_ONCE or self._failures >= OPENS_AFTER or self._rests:
                self._open(failure)
        else:
            self.succeeded()

    def _open(self, failure: Failure) -> None:
        now = self._clock()
        if self._until and now < self._until:
            return  # one of several that were under way; a rest is not made longer by them
        rest_s = min(FIRST_REST_S * 2**self._rests, LONGEST_REST_S)
        self._rests += 1
        self._until, self._because = now + timedelta(seconds=rest_s), failure

    def _limited(self, failure: Failure, retry_after_s: float | None) -> None:
        if retry_after_s:
            until = self._clock() + timedelta(seconds=retry_after_s)
            if self._limited_until is None or until > self._limited_until:
                self._limited_until, self._limit = until, failure
