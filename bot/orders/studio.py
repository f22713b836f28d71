"""The studio: one process's orders at work, from taking them to having their pictures stored."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from bot.errors import StoreError
from bot.model import Billing, Failure, OrderId, OrderState, Reason, UserId
from bot.orders.checkups import Checkups
from bot.orders.desk import Desk
from bot.orders.fence import fenced
from bot.orders.place import HostDefaults, Placer
from bot.orders.ports import Changes, Clock, Darkroom, Fetcher, Gateway, NewId, Store
from bot.orders.resume import resume
from bot.orders.run import Runner

log = structlog.stdlib.get_logger(__name__)

PLACING_AT_ONCE = 8
"""Orders whose uploads are fetched and cleaned at the same time; the darkroom's workers set the real pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the studio works with; every part comes from another room.

    `first_backoff_s` is the wait before an unbilled call is made once more, doubled each time.
    """

    store: Store
    gateways: Mapping[str, Gateway]
    fetcher: Fetcher
    darkroom: Darkroom
    changes: Changes
    clock: Clock
    new_id: NewId
    jitter: random.Random
    hash_user: Callable[[UserId], str]
    defaults: HostDefaults
    first_backoff_s: float
    check_folder: Path


class Studio:
    """Wires desk, placer and runner; `run` is the process's work."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._to_place = asyncio.Queue[OrderId | None]()
        self.desk = Desk(
            store=tools.store,
            gateways=tools.gateways,
            changes=tools.changes,
            clock=tools.clock,
            new_id=tools.new_id,
            start_placing=self._to_place.put_nowait,
        )
        self._placer = Placer(
            store=tools.store,
            gateways=tools.gateways,
            fetcher=tools.fetcher,
            darkroom=tools.darkroom,
            changes=tools.changes,
            clock=tools.clock,
            new_id=tools.new_id,
            defaults=tools.defaults,
        )
        self._runner = Runner(
            store=tools.store,
            gateways=tools.gateways,
            darkroom=tools.darkroom,
            changes=tools.changes,
            clock=tools.clock,
            new_id=tools.new_id,
            jitter=tools.jitter,
            hash_user=tools.hash_user,
            first_backoff_s=tools.first_backoff_s,
        )
        self.checkups = Checkups(
            store=tools.store,
            gateways=tools.gateways,
            darkroom=tools.darkroom,
            clock=tools.clock,
            new_id=tools.new_id,
            folder=tools.check_folder,
            released=self._runner.wake,
        )

    async def resume(self) -> None:
        """Classify what the last process left; call once, before `run` and before Discord is listened to."""
        limits = {slug: gateway.concurrency for slug, gateway in self._tools.gateways.items()}
        left = await resume(self._tools.store, self._tools.clock, limits.keys())
        await self._tools.store.orders.open_gateways(limits)
        for order_id in left:
            self._to_place.put_nowait(order_id)

    async def run(self) -> None:
        """Place and carry out orders until `close`; then finish what is running and return."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(PLACING_AT_ONCE):
                tasks.create_task(self._place_orders(), name="placing")
            tasks.create_task(self._runner.run(), name="running")

    def close(self) -> None:
        """Take and claim nothing further; `run` returns when the running calls have ended."""
        self.desk.close()
        self.checkups.close()
        for _ in range(PLACING_AT_ONCE):
            self._to_place.put_nowait(None)
        self._runner.close()

    @property
    def running(self) -> int:
        """Return how many orders are being carried out now."""
        return self._runner.running

    async def _place_orders(self) -> None:
        while (order_id := await self._to_place.get()) is not None:
            queued = await fenced(self._placer.place(order_id), order_id, partial(self._broken, order_id))
            if queued:
                self._runner.wake()

    async def _broken(self, order_id: OrderId) -> None:
        failure = Failure(reason=Reason.INTERNAL)
        tools = self._tools
        try:
            end = tools.store.orders.end
            await end(order_id, OrderState.FAILED, failure, Billing.NONE, tools.clock(), is_unclaimed=True)
        except StoreError:
            log.exception("an order's ending could not be written", order=order_id)  # the next start places it again
        tools.changes.publish(order_id)
