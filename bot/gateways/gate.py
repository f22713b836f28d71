"""A gate for reading large answers: a few at once, so that many at once neither stall the loop nor fill the memory."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from typing import Final

BODIES_AT_ONCE: Final = 4
PATIENCE_S: Final = 0.5
"""How long a body may hold its place; a slower one is read on without one."""


class ReadingGate:
    """Hands out places to bodies that are about to be read; streams of events never ask for one."""

    def __init__(self, places: int = BODIES_AT_ONCE, patience_s: float = PATIENCE_S) -> None:
        self._places = asyncio.Semaphore(places)
        self._patience_s = patience_s

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None]:
        """Hold a place until the block ends or the patience does, whichever comes first."""
        await self._places.acquire()
        giving_back = ExitStack()  # closing it twice gives back once
        giving_back.callback(self._places.release)
        timer = asyncio.get_running_loop().call_later(self._patience_s, giving_back.close)
        try:
            yield
        finally:
            timer.cancel()
            giving_back.close()
