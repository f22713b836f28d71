"""Whose turn it is to write: one at a time, the urgent before the others, each in the order they came."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Turns:
    """A lock with two lines.

    Behind an urgent write somebody waits for an answer, and Discord gives us 3 s for it, or a gateway's slot stands
    empty. Behind the others stands what was accepted and is still to be placed.
    """

    def __init__(self) -> None:
        self._is_taken = False
        self._urgent = deque[asyncio.Future[None]]()
        self._ordinary = deque[asyncio.Future[None]]()

    @asynccontextmanager
    async def taken(self, *, urgent: bool) -> AsyncGenerator[None]:
        """Wait for the turn and hold it until left; a cancelled wait leaves the line."""
        if self._is_taken:
            await self._wait(self._urgent if urgent else self._ordinary)
        self._is_taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, line: deque[asyncio.Future[None]]) -> None:
        place = asyncio.get_running_loop().create_future()
        line.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place in line:
                line.remove(place)
            elif not place.cancelled():  # the turn came at the very moment of the cancellation
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """Hand the turn to the next in line; it stays taken, so that nobody slips in between."""
        for line in (self._urgent, self._ordinary):
            while line:
                place = line.popleft()
                if not place.done():
                    place.set_result(None)
                    return
        self._is_taken = False
