"""Letting calls to one gateway pass: none while it rests, and no more a minute than its host allows."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

import structlog
from aiolimiter import AsyncLimiter

from bot.errors import CallFailed
from bot.gateways.breaker import Breaker
from bot.gateways.outcomes import Namer
from bot.model import Failure

log = structlog.stdlib.get_logger(__name__)

MINUTE_S = 60.0


class Admission:
    """Stands before one gateway's calls.

    Args:
        knock: Asks the gateway something free; returns why it should be left alone still, None if it is well.
        per_minute: How many calls may leave in a minute; None for as many as there are.
    """

    def __init__(
        self,
        *,
        breaker: Breaker,
        namer: Namer,
        knock: Callable[[], Awaitable[Failure | None]],
        per_minute: int | None,
    ) -> None:
        self._breaker = breaker
        self._namer = namer
        self._knock = knock
        self._limiter = AsyncLimiter(per_minute, MINUTE_S) if per_minute else None
        self._knocking = asyncio.Lock()

    def resting(self) -> CallFailed | None:
        """Return what a call would end in if it were made now, None where it would be made."""
        rest = self._breaker.rest()
        return self._namer.of_rest(rest.because, rest.left_s, is_short=rest.is_short) if rest else None

    @contextmanager
    def watched(self) -> Generator[None]:
        """Note how the call that is made within ends."""
        try:
            yield
        except CallFailed as failed:
            was_open = self._breaker.rest() is not None
            self._breaker.failed(failed.failure, failed.retry_after_s)
            if not was_open and (rest := self._breaker.rest()):
                reason = failed.failure.reason.value
                log.warning("the gateway is left alone", gateway=self._namer.gateway, reason=reason, for_s=rest.left_s)
            raise
        self._breaker.succeeded()

    async def admit(self) -> None:
        """Wait until a call may leave. Errors: `CallFailed` with `RESTING`; nothing was sent. Asks what is free."""
        self._refuse_while_resting()
        if self._limiter is not None:
            await self._limiter.acquire()
        async with self._knocking:
            self._refuse_while_resting()
            if self._breaker.wants_probe:
                refused = await self._knock()
                if refused is None:
                    self._breaker.answered()
                else:
                    self._breaker.refused(refused)
        self._refuse_while_resting()

    def _refuse_while_resting(self) -> None:
        if failed := self.resting():
            raise failed
