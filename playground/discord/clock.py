"""The local Discord's clock: real time plus an offset that a test may move forward."""

import asyncio
from datetime import UTC, datetime, timedelta


class Clock:
    """Tell the time; every deadline, signature and nonce of the local Discord asks here."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def advance(self, seconds: float) -> None:
        """Move the time forward by `seconds`; whoever sleeps until a passed instant wakes at once."""
        self._offset += timedelta(seconds=seconds)
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep_until(self, at: datetime) -> None:
        """Return when `at` has come, by itself or because the clock was moved."""
        while (left := (at - self.now()).total_seconds()) > 0:
            moved = self._moved
            try:
                await asyncio.wait_for(moved.wait(), timeout=left)
            except TimeoutError:
                continue
