"""Any sequence of moves, restarts included: the promises of the queue hold after each of them."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from typing_extensions import override

from bot.model import Billed, Billing, CallState, Order, OrderId, OrderState, ThreadKey
from bot.orders.ports import CallEnd, Claimed
from bot.store import Database
from bot.store.tables import gateway_slots
from tests.effort import EFFORT
from tests.unit.store_fixtures import CANCELLED, LOST, UNBILLED, UNKNOWN, Flow, a_plan, at, opened

T = TypeVar("T")
LIMITS = {"main": 2, "other": 1}
THREADS = (500, 501, 502)
PICK = st.integers(0, 50)


def take_one(items: list[T], pick: int) -> T:
    return items.pop(pick % len(items))


class Queue(RuleBasedStateMachine):
    """Orders of three people in three threads at two gateways, on a SQLite file that is closed and reopened."""

    store: Database
    flow: Flow

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = tempfile.TemporaryDirectory()
        self.now_s = 0
        self.accepted: list[OrderId] = []
        self.placed: list[OrderId] = []
        self.sending: list[Claimed] = []
        self.lost: list[Claimed] = []
        self.received: list[OrderId] = []
        self.sent: set[tuple[OrderId, int]] = set()

    @initialize()
    def start(self) -> None:
        self.do(self.open())
        self.flow = Flow(self.store)

    async def open(self) -> None:
        self.store = await self.stack.enter_async_context(opened(Path(self.folder.name)))
        await self.store.orders.open_gateways(LIMITS)

    @override
    def teardown(self) -> None:
        try:
            self.at_the_end()
        finally:
            self.do(self.stack.aclose())
            self.runner.close()
            self.folder.cleanup()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    # -- moves -------------------------------------------------------------------------------------------------

    @rule(user_id=st.integers(1, 3))
    def accept(self, user_id: int) -> None:
        self.accepted.append(self.do(self.flow.accept(user_id, at(self.now_s))).id)

    @precondition(lambda self: self.accepted)
    @rule(pick=PICK, thread=st.sampled_from(THREADS), gateway=st.sampled_from(sorted(LIMITS)))
    def place(self, pick: int, thread: int, gateway: str) -> None:
        order_id = take_one(self.accepted, pick)
        self.do(self.store.orders.place(order_id, self.flow.placed(thread, plan=a_plan(gateway)), at(self.now_s)))
        self.placed.append(order_id)

    @rule()
    def claim(self) -> None:
        claimed = self.do(self.store.orders.claim(at(self.now_s)))
        if claimed is not None:
            call = (claimed.order.id, claimed.call_number)
            assert call not in self.sent, "a call leaves at most once"
            self.sent.add(call)
            self.placed.remove(claimed.order.id)
            self.sending.append(claimed)

    @precondition(lambda self: self.sending)
    @rule(pick=PICK)
    def receive(self, pick: int) -> None:
        self.received.append(self.do(self.flow.receive(take_one(self.sending, pick), at(self.now_s))).id)

    @precondition(lambda self: self.lost)
    @rule(pick=PICK)
    def receive_late(self, pick: int) -> None:
        self.received.append(self.do(self.flow.receive(take_one(self.lost, pick), at(self.now_s))).id)

    @precondition(lambda self: self.sending)
    @rule(pick=PICK, wait_s=st.integers(0, 5))
    def requeue(self, pick: int, wait_s: int) -> None:
        claimed, now = take_one(self.sending, pick), at(self.now_s)
        due_at = at(self.now_s + wait_s)
        self.do(self.store.orders.requeue(claimed.order.id, claimed.call_number, UNBILLED, due_at, now))
        self.placed.append(claimed.order.id)

    @precondition(lambda self: self.sending)
    @rule(pick=PICK)
    def lose(self, pick: int) -> None:
        claimed = take_one(self.sending, pick)
        self.end(claimed, OrderState.UNKNOWN, LOST)
        self.lost.append(claimed)

    @precondition(lambda self: self.sending)
    @rule(pick=PICK)
    def fail(self, pick: int) -> None:
        self.end(take_one(self.sending, pick), OrderState.FAILED, UNBILLED)

    def end(self, claimed: Claimed, state: OrderState, call: CallEnd) -> None:
        ended = (claimed.call_number, call)
        self.do(self.store.orders.end(claimed.order.id, state, UNKNOWN, Billing.HELD, at(self.now_s), call=ended))

    @precondition(lambda self: self.received)
    @rule(pick=PICK)
    def post(self, pick: int) -> None:
        self.do(self.store.orders.posted(take_one(self.received, pick), [], at(self.now_s)))

    @precondition(lambda self: self.placed)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        cancelled = self.do(self.store.orders.cancel_queued(take_one(self.placed, pick), CANCELLED, at(self.now_s)))
        assert cancelled is not None

    @precondition(lambda self: self.sending)
    @rule(pick=PICK)
    def cancel_too_late(self, pick: int) -> None:
        order_id = self.sending[pick % len(self.sending)].order.id
        assert self.do(self.store.orders.cancel_queued(order_id, CANCELLED, at(self.now_s))) is None

    @rule(seconds=st.integers(-3600, 3600))
    def let_the_clock_jump(self, seconds: int) -> None:
        self.now_s += seconds

    @rule()
    def restart(self) -> None:
        """Close and reopen; what was sending becomes unknown, as at any start."""
        self.do(self.stack.aclose())
        self.do(self.open())
        self.flow.store = self.store
        while self.sending:
            self.lose(0)

    # -- promises ----------------------------------------------------------------------------------------------

    @invariant()
    def every_order_stands_where_its_moves_left_it(self) -> None:
        standing = {
            OrderState.ACCEPTED: self.accepted,
            OrderState.QUEUED: self.placed,
            OrderState.SENDING: [claimed.order.id for claimed in self.sending],
            OrderState.UNKNOWN: [claimed.order.id for claimed in self.lost],
            OrderState.RECEIVED: self.received,
        }
        for state, wanted in standing.items():
            assert sorted(order.id for order in self.in_state(state)) == sorted(wanted)

    @invariant()
    def slots_are_taken_by_what_is_sent_and_no_more_than_there_are(self) -> None:
        sending = Counter(claimed.order.plan.gateway for claimed in self.sending if claimed.order.plan)
        for gateway, running in self.do(self.running()).items():
            assert running == sending[gateway] <= LIMITS[gateway]

    @invariant()
    def a_thread_sends_one_order_at_a_time(self) -> None:
        threads = Counter(claimed.order.thread_key for claimed in self.sending)
        assert all(count == 1 for count in threads.values())

    def at_the_end(self) -> None:
        painted = self.in_state(OrderState.RECEIVED, OrderState.POSTED)
        self.versions_are_numbered_without_gaps_or_doubles(painted)
        for order in painted:
            assert len(self.do(self.store.pictures.of_order(order.id))) == 1
        for order_id in {order_id for order_id, _ in self.sent}:
            calls = self.do(self.store.orders.calls(order_id))
            assert [call.number for call in calls] == list(range(1, len(calls) + 1))
            assert all(call.billed is Billed.NO for call in calls[:-1]), "a further call follows an unbilled one only"
            is_paid = (calls[-1].state, calls[-1].billed) == (CallState.RECEIVED, Billed.YES)
            assert is_paid is (order_id in {order.id for order in painted})

    def versions_are_numbered_without_gaps_or_doubles(self, painted: list[Order]) -> None:
        for key in THREADS:
            versions = sorted(order.version or 0 for order in painted if order.thread_key == key)
            assert versions == list(range(1, len(versions) + 1))
            thread = self.do(self.store.threads.load(ThreadKey(key)))
            assert thread is None or thread.next_version == len(versions) + 1

    def in_state(self, *states: OrderState) -> list[Order]:
        return list(self.do(self.store.orders.in_state(*states)))

    async def running(self) -> dict[str, int]:
        async with self.store.transactions.read() as connection:
            rows = await connection.execute(select(gateway_slots.c.gateway, gateway_slots.c.running))
            return {row.gateway: row.running for row in rows}


Queue.TestCase.settings = settings(max_examples=5 * EFFORT, stateful_step_count=25)
TestQueue = pytest.mark.timeout(120 * EFFORT)(Queue.TestCase)
