"""The stream of changed orders within one process."""

import asyncio
from collections.abc import AsyncGenerator

from bot.model import OrderId


class LocalChanges:
    """Order ids whose rows changed, for every subscriber; an id waits once however often it was published."""

    def __init__(self) -> None:
        self._subscribers: set[_Subscriber] = set()

    def publish(self, order_id: OrderId) -> None:
        """Say that the order's row changed; never waits."""
        for subscriber in self._subscribers:
            subscriber.add(order_id)

    async def subscribe(self) -> AsyncGenerator[OrderId]:
        """Yield changed ids from the first iteration on, oldest first, until closed."""
        subscriber = _Subscriber()
        self._subscribers.add(subscriber)
        try:
            while True:
                yield await subscriber.next()
        finally:
            self._subscribers.discard(subscriber)


class _Subscriber:
    def __init__(self) -> None:
        self._waiting: dict[OrderId, None] = {}
        self._some = asyncio.Event()

    def add(self, order_id: OrderId) -> None:
        self._waiting[order_id] = None
        self._some.set()

    async def next(self) -> OrderId:
        await self._some.wait()
        order_id = next(iter(self._waiting))
        del self._waiting[order_id]
        if not self._waiting:
            self._some.clear()
        return order_id
