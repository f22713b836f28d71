"""Rate limits: a bucket for each route and place, the global limit, and the ban for too many invalid requests.

Source: Discord docs, topics/rate-limits (read 2026-11-20). Real bucket sizes are not published; the ones here are
generous, and a test sets those it is about.
"""

import hashlib
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from playground.discord.clock import Clock

_MAJOR = ("channel_id", "guild_id", "webhook_id", "token", "interaction_id")
_INVALID = frozenset({401, 403, 429})
_MANY_BUCKETS = 1000
_INVALID_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many requests in so many seconds."""

    limit: int
    window_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the limits say to one request: its headers, and how long to wait if it may not pass."""

    headers: Mapping[str, str]
    retry_after_s: float | None = None
    is_global: bool = False


@dataclass(slots=True, kw_only=True)
class _Bucket:
    rate: Rate
    opened_at: datetime
    used: int = 0

    @property
    def resets_at(self) -> datetime:
        return self.opened_at + timedelta(seconds=self.rate.window_s)


class Limits:
    """Count requests. `default` and `per_second` may be set at any time; `set` gives single routes their own rate."""

    def __init__(self, clock: Clock) -> None:
        self.default = Rate(limit=60, window_s=1.0)
        self.per_second = Rate(limit=50, window_s=1.0)
        self.invalid_requests_before_ban = 10_000
        self._clock = clock
        self._rates: list[tuple[str, re.Pattern[str], Rate]] = []
        self._buckets: dict[tuple[str, ...], _Bucket] = {}
        self._invalid: deque[datetime] = deque()

    def set(self, method: str, path: str, rate: Rate) -> None:
        """Give the routes whose template matches the regular expression `path` a rate of their own."""
        self._rates.insert(0, (method, re.compile(path), rate))
        self._buckets.clear()

    @property
    def invalid_requests(self) -> int:
        """Return how many answers of the last ten minutes were 401, 403 or 429."""
        self._forget_old()
        return len(self._invalid)

    @property
    def is_banned(self) -> bool:
        """Return whether the address is shut out for too many invalid requests."""
        return self.invalid_requests >= self.invalid_requests_before_ban

    def note(self, status: int) -> None:
        """Count an answer that Discord calls an invalid request."""
        if status in _INVALID:
            self._invalid.append(self._clock.now())

    def admit(self, method: str, template: str, parameters: Mapping[str, str], *, counts_globally: bool) -> Verdict:
        """Count one request against its bucket and, unless it is an interaction's, against the global limit."""
        if counts_globally and (wait := self._take(("global",), self.per_second)) is not None:
            return Verdict(headers={"X-RateLimit-Global": "true"}, retry_after_s=wait, is_global=True)
        major = tuple(parameters[one] for one in _MAJOR if one in parameters)
        key = (method, template, *major)
        wait = self._take(key, self._rate(method, template))
        return Verdict(headers=self._headers(key), retry_after_s=wait)

    def _rate(self, method: str, template: str) -> Rate:
        for wanted, path, rate in self._rates:
            if wanted == method and path.fullmatch(template):
                return rate
        return self.default

    def _take(self, key: tuple[str, ...], rate: Rate) -> float | None:
        now = self._clock.now()
        bucket = self._buckets.get(key)
        if bucket is None or now >= bucket.resets_at or bucket.rate != rate:
            self._forget_idle(now)
            bucket = self._buckets[key] = _Bucket(rate=rate, opened_at=now)
        if bucket.used >= rate.limit:
            return (bucket.resets_at - now).total_seconds()
        bucket.used += 1
        return None

    def _headers(self, key: tuple[str, ...]) -> Mapping[str, str]:
        bucket = self._buckets[key]
        name = hashlib.sha256("|".join(key[:2]).encode()).hexdigest()[:32]
        return {
            "X-RateLimit-Limit": str(bucket.rate.limit),
            "X-RateLimit-Remaining": str(bucket.rate.limit - bucket.used),
            "X-RateLimit-Reset": f"{bucket.resets_at.timestamp():.3f}",
            "X-RateLimit-Reset-After": f"{max(0.0, (bucket.resets_at - self._clock.now()).total_seconds()):.3f}",
            "X-RateLimit-Bucket": name,
        }

    def _forget_idle(self, now: datetime) -> None:
        """Drop buckets that are full again, once there are many: every interaction has its own."""
        if len(self._buckets) >= _MANY_BUCKETS:
            self._buckets = {key: one for key, one in self._buckets.items() if now < one.resets_at}

    def _forget_old(self) -> None:
        while self._invalid and self._clock.now() - self._invalid[0] > _INVALID_WINDOW:
            self._invalid.popleft()
