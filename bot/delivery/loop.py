"""The posting loop: follows every order whose row changes, from its first progress to its result or ending."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import discord
import structlog

from bot.delivery.post import TRANSIENT
from bot.delivery.present import Presenter
from bot.delivery.services import Services
from bot.model import FINAL_STATES, Order, OrderId, OrderState
from bot.orders.gallery import Result

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often messages are touched.

    A progress line changes at most once in `progress_s`, and is looked at again every `refresh_s` while nothing
    happens, as positions and estimates move; less often for orders far back in the line. A try that failed for a
    passing reason is repeated after `retry_s`, twice as long each time up to `retry_most_s`, for `give_up_s` in all;
    after that the next start tries again.
    """

    progress_s: float = 3.0
    refresh_s: float = 10.0
    retry_s: float = 1.0
    retry_most_s: float = 60.0
    give_up_s: float = 24 * 3600.0


@dataclass(slots=True)
class _Follower:
    """The task that shows one order, and what wakes it."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None


class Delivery:
    """Shows orders in Discord.

    Args:
        ready: Returns once the client can send and knows its servers.
    """

    def __init__(
        self,
        *,
        client: discord.Client,
        services: Services,
        ready: Callable[[], Awaitable[object]],
        pace: Pace | None = None,
    ) -> None:
        self._services = services
        self._desk = services.desk
        self._ready = ready
        self._pace = pace or Pace()
        self._presenter = Presenter(client, services)
        self._followers: dict[OrderId, _Follower] = {}
        # Progress is told to one order at a time, so that a long line never gets in the way of answers and results.
        self._progress_turn = asyncio.Semaphore(1)
        self._is_open = True

    async def run(self) -> None:
        """Follow changes until cancelled; first whatever an earlier process left unshown."""
        await self._ready()
        listening = asyncio.create_task(self._listen(), name="delivery-changes")
        try:
            for order_id in await self._desk.unshown():
                self._follow(order_id)
            await listening
        finally:
            self._is_open = False
            tasks = [listening, *(follower.task for follower in self._followers.values() if follower.task)]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def settle(self, timeout_s: float) -> None:
        """Post what was received until now; returns when it hangs or the time is over."""
        order_ids = await self._desk.unshown()
        for order_id in order_ids:
            self._follow(order_id)
        tasks = [self._followers[order_id].task for order_id in order_ids if order_id in self._followers]
        running = [task for task in tasks if task]
        if running:
            await asyncio.wait(running, timeout=timeout_s)

    async def _listen(self) -> None:
        async for order_id in self._desk.changes():
            self._follow(order_id)

    def _follow(self, order_id: OrderId) -> None:
        """Wake the order's follower, or start one; nothing once `run` has ended."""
        if not self._is_open:
            return
        follower = self._followers.get(order_id)
        if follower is not None and follower.task is not None and not follower.task.done():
            follower.wake.set()
            return
        follower = self._followers[order_id] = _Follower()
        follower.task = asyncio.create_task(self._show(order_id, follower.wake), name=f"show-{order_id}")
        follower.task.add_done_callback(lambda task: self._ended(order_id, task))

    def _ended(self, order_id: OrderId, task: "asyncio.Task[None]") -> None:
        if self._followers[order_id].task is task:
            del self._followers[order_id]
        if task.cancelled() or (error := task.exception()) is None:
            return
        _log.error("an order could not be shown; it is tried again", order=order_id, exc_info=error)
        if self._is_open:
            task.get_loop().call_later(self._pace.retry_most_s, self._follow, order_id)

    async def _show(self, order_id: OrderId, wake: asyncio.Event) -> None:
        """Show one order as its row changes, until it is posted, ended or cannot be shown here."""
        loop = asyncio.get_running_loop()
        failing_since_s, retry_s = None, self._pace.retry_s
        shown, edit_at_s = None, 0.0
        while True:
            wake.clear()
            result = await self._desk.gallery.result(order_id)
            try:
                if _is_settled(result.order):
                    await self._presenter.settle(result)
                    if not wake.is_set():
                        return
                    continue
                wait_s = edit_at_s - loop.time()
                if wait_s <= 0:
                    async with self._progress_turn:
                        shown = await self._presenter.progress(result, shown)
                    edit_at_s = loop.time() + self._pace.progress_s
                    wait_s = self._refresh_s(result)
            except TRANSIENT as error:
                _log.warning("Discord is out of reach", order=order_id, error=str(error))
                failing_since_s = failing_since_s or loop.time()
                if loop.time() - failing_since_s > self._pace.give_up_s:
                    return
                wait_s, retry_s = retry_s, min(retry_s * 2, self._pace.retry_most_s)
            else:
                failing_since_s, retry_s = None, self._pace.retry_s
            await _woken(wake, wait_s)

    def _refresh_s(self, result: Result) -> float:
        """Return when to look at a running order again: the further back in the line, the later."""
        ahead = result.position.position if result.position else 0
        return self._pace.refresh_s * (1 + ahead // 4)


async def _woken(wake: asyncio.Event, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await wake.wait()
    except TimeoutError:
        return


def _is_settled(order: Order) -> bool:
    return order.state is OrderState.RECEIVED or order.state in FINAL_STATES
