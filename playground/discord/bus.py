"""Events as they happen, for whoever listens: the gateway sockets, the page, a waiting test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from typing_extensions import override

from playground.discord.wire import Payload
from playground.discord.world import Channel, Guild

Listener = Callable[["Event"], None]
T = TypeVar("T")
_RECHECK_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened.

    `payload` is what an entitled person sees. `only` names the one user it is for, None for everyone who may see
    the channel. Events whose name starts with `APP_` are the client app's own (a modal opens, an interaction
    failed) and never leave through the gateway.
    """

    name: str
    payload: Payload
    guild: Guild | None = None
    channel: Channel | None = None
    only: int | None = None


class Bus:
    """Hand each event to every listener, in order, at once."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._beat = asyncio.Event()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` for each event from now on; return the function that ends it."""
        self._listeners.append(listener)

        def end() -> None:
            with suppress(ValueError):
                self._listeners.remove(listener)

        return end

    def publish(self, event: Event) -> None:
        """Tell all listeners and wake all who wait."""
        for listener in tuple(self._listeners):
            listener(event)
        self.beat()

    def beat(self) -> None:
        """Wake all who wait for a condition, so that they look again."""
        self._beat.set()
        self._beat = asyncio.Event()

    async def until(self, predicate: Callable[[], T], *, timeout_s: float) -> T:
        """Return the first true answer of `predicate`; raise TimeoutError after `timeout_s`.

        It is asked again after each event, and at short intervals because it may ask about the bot's own
        process, which sends none.
        """
        async with asyncio.timeout(timeout_s):
            while not (answer := predicate()):
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._beat.wait(), timeout=_RECHECK_S)
        return answer


class Watch(AsyncIterator[tuple[str, Payload]]):
    """What one person's client app is told, as (event name, payload), from the moment of creation."""

    def __init__(self, bus: Bus, is_visible: Callable[[Event], bool]) -> None:
        self._queue: asyncio.Queue[tuple[str, Payload]] = asyncio.Queue()
        self._is_visible = is_visible
        self._end = bus.listen(self._take)

    def _take(self, event: Event) -> None:
        if self._is_visible(event):
            self._queue.put_nowait((event.name, event.payload))

    @override
    async def __anext__(self) -> tuple[str, Payload]:
        return await self._queue.get()

    def close(self) -> None:
        """Stop listening; what was queued stays readable."""
        self._end()
