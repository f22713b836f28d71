"""A gate for reading large answers: a few at once, so that many at once neither stall the loop nor fill the memory."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager
from typing import Final

BODIES_AT_ONCE: Final = 2
"""With two, the loop is late by 3 ms (p99) while 64 pictures arrive at once, with four by 9 (make bench)."""

PATIENCE_S: Final = 0.5
"""How long a body may hold its place without having brought `QUICK_BYTES` in that time."""

QUICK_BYTES: Final = 8_000_000
"""128 Mbit/s: what comes more slowly takes a fortieth of a core, and waiting for a place would only cost time."""


class ReadingGate:
    """Hands out places to bodies that are about to be read; streams of events never ask for one.

    A body that the network brings slowly gives its place up and is read on without one: it costs next to no work.
    """

    def __init__(
        self, places: int = BODIES_AT_ONCE, *, patience_s: float = PATIENCE_S, quick_bytes: int = QUICK_BYTES
    ) -> None:
        self._places = asyncio.Semaphore(places)
        self._patience_s = patience_s
        self._quick_bytes = quick_bytes

    @asynccontextmanager
    async def place(self, received_bytes: Callable[[], int]) -> AsyncGenerator[None]:
        """Hold a place until the block ends or the body, of which so much is here, turns out to be slow."""
        await self._places.acquire()
        with ExitStack() as giving_back:  # closing it twice gives back once
            giving_back.callback(self._places.release)
            watch = asyncio.create_task(self._watch(received_bytes, giving_back))
            try:
                yield
            finally:
                watch.cancel()

    async def _watch(self, received_bytes: Callable[[], int], giving_back: ExitStack) -> None:
        before = -self._quick_bytes
        while (now := received_bytes()) - before >= self._quick_bytes:
            before = now
            await asyncio.sleep(self._patience_s)
        giving_back.close()
