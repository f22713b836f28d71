"""Waiting for what should come to pass, and saying what did when it does not."""

from collections.abc import Callable
from typing import TypeVar

from playground.discord.bus import Bus

T = TypeVar("T")
PATIENCE_S = 15.0


class Patience:
    """Wait for conditions; on a timeout raise AssertionError with a transcript of everything."""

    def __init__(self, bus: Bus, transcript: Callable[[], str], *, default_s: float = PATIENCE_S) -> None:
        self._bus = bus
        self._transcript = transcript
        self._default_s = default_s

    async def until(self, predicate: Callable[[], T], what: str, timeout_s: float | None = None) -> T:
        """Return the first true answer of `predicate`, or raise AssertionError that names `what`."""
        wait_s = self._default_s if timeout_s is None else timeout_s
        try:
            return await self._bus.until(predicate, timeout_s=wait_s)
        except TimeoutError:
            raise self.failure(f"after {wait_s} s still not so: {what}") from None

    def failure(self, what: str) -> AssertionError:
        """Return an AssertionError that says `what` and shows the transcript."""
        return AssertionError(f"{what}\n{self._transcript()}")
