"""The line before the gateways: who is claimed, when, and how many at once, on a real SQLite file."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import sqlite

from bot.errors import Conflict
from bot.model import Billed, Billing, CallState, Delivered, OrderId, OrderState, Position, Stage
from bot.orders.ports import CallEnd
from bot.store import Database
from bot.store.line import claimable
from bot.store.slots import take
from bot.store.tables import gateway_slots
from tests.unit.store_fixtures import CANCELLED, LOST, PAID, START, UNBILLED, UNKNOWN, Flow, a_plan, at, opened


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as store:
        yield store


@pytest.fixture
def flow(store: Database) -> Flow:
    return Flow(store)


async def running(store: Database, gateway: str = "main") -> int:
    async with store.transactions.read() as connection:
        found = await connection.scalar(select(gateway_slots.c.running).where(gateway_slots.c.gateway == gateway))
    assert found is not None
    return found


async def claim_all(store: Database, seconds: float = 0) -> list[OrderId]:
    """Claim and at once fail whatever may run, and return it in the order of claiming."""
    claimed: list[OrderId] = []
    while found := await store.orders.claim(at(seconds)):
        claimed.append(found.order.id)
        await store.orders.end(found.order.id, OrderState.FAILED, CANCELLED, Billing.NONE, at(seconds))
    return claimed


# -- another plan ------------------------------------------------------------------------------------------------


async def test_an_order_that_goes_elsewhere_frees_one_slot_and_waits_for_the_other(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1, "other": 1})
    order = await flow.queue(1)
    claimed = await flow.claim()
    moved = await store.orders.requeue(order.id, claimed.call_number, UNBILLED, START, START, a_plan("other"))
    assert (moved.state, moved.plan) == (OrderState.QUEUED, a_plan("other"))
    assert (await running(store), await running(store, "other")) == (0, 0)
    again = await flow.claim()
    assert (again.order.id, again.call_number) == (order.id, 2)
    assert (await running(store), await running(store, "other")) == (0, 1)
    assert [call.gateway for call in await store.orders.calls(order.id)] == ["main", "other"]
    await flow.receive(again)
    assert (await running(store), await running(store, "other")) == (0, 0)


async def test_an_adapted_plan_is_written_with_the_next_call_and_the_slot_stays(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1})
    order = await flow.queue(1)
    claimed = await flow.claim()
    adapted = replace(a_plan(), parameters={"size": "1024x1024"})
    number = await store.orders.next_call(order.id, claimed.call_number, UNBILLED, START, adapted)
    assert (await store.orders.load(order.id)).plan == adapted
    first, second = await store.orders.calls(order.id)
    assert (first.parameters, second.parameters) == (a_plan().parameters, adapted.parameters)
    assert (second.number, await running(store)) == (number, 1)


@pytest.mark.parametrize("end", [PAID, LOST])
async def test_nothing_is_asked_for_again_that_may_have_been_billed(store: Database, flow: Flow, end: CallEnd) -> None:
    await store.orders.open_gateways({"main": 1, "other": 1})
    order = await flow.queue(1)
    claimed = await flow.claim()
    with pytest.raises(ValueError, match="unbilled"):
        await store.orders.next_call(order.id, claimed.call_number, end, START, a_plan())
    with pytest.raises(ValueError, match="unbilled"):
        await store.orders.requeue(order.id, claimed.call_number, end, START, START, a_plan("other"))
    assert (await store.orders.load(order.id)).state is OrderState.SENDING


# -- slots -------------------------------------------------------------------------------------------------------


async def test_never_more_run_than_the_gateway_has_slots(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 4})
    most = 0
    threads = count(500)
    for _ in range(20):
        for _ in range(8 - len(await store.orders.in_state(OrderState.QUEUED))):
            await flow.queue(thread=next(threads))
        claims = await asyncio.gather(*(store.orders.claim(START) for _ in range(8)))
        sending = await store.orders.in_state(OrderState.SENDING)
        most = max(most, len(sending))
        assert await running(store) == len(sending) == sum(claim is not None for claim in claims)
        await asyncio.gather(*(flow.receive(claim) for claim in claims if claim))
    assert most == 4
    assert await running(store) == 0


async def test_a_slot_that_is_not_there_cannot_be_taken(store: Database) -> None:
    await store.orders.open_gateways({"main": 1})
    async with store.transactions.write() as connection:
        await take(connection, "main")
    for gateway in ("main", "unheard of"):
        with pytest.raises(Conflict, match="no free slot"):
            async with store.transactions.write() as connection:
                await take(connection, gateway)


async def test_a_full_gateway_holds_up_nobody_elses(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1, "other": 1})
    first = await flow.queue(thread=500)
    await flow.queue(thread=501)
    elsewhere = await flow.queue(thread=502, plan=a_plan("other"))
    assert (await flow.claim()).order.id == first.id
    assert (await flow.claim()).order.id == elsewhere.id
    assert await store.orders.claim(START) is None


async def test_a_gateway_that_is_not_configured_claims_nothing(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1})
    order = await flow.queue(thread=500, plan=a_plan("gone"))
    assert await store.orders.claim(START) is None
    assert await store.orders.position(order.id, START) == Position(position=1, eta_s=None)
    await store.orders.open_gateways({"gone": 1})
    assert (await flow.claim()).order.id == order.id


async def test_a_slot_comes_back_by_every_way_out_and_only_once(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 2})
    await flow.queue(thread=400)
    await flow.claim()  # keeps one slot taken throughout, so that a slot given back twice would show
    for number in range(4):
        order = await flow.queue(thread=500 + number)
        claimed = await flow.claim()
        assert await running(store) == 2
        match number:
            case 0:
                await flow.receive(claimed)
            case 1:
                await store.orders.requeue(order.id, claimed.call_number, UNBILLED, at(3600), START)
            case 2:
                await store.orders.end(order.id, OrderState.FAILED, CANCELLED, Billing.NONE, START)
            case _:
                await store.orders.end(
                    order.id, OrderState.UNKNOWN, UNKNOWN, Billing.HELD, START, call=(claimed.call_number, LOST)
                )
                assert await running(store) == 1
                await flow.receive(claimed)
        assert await running(store) == 1
    posted = (await store.orders.in_state(OrderState.RECEIVED))[0]
    await store.orders.posted(posted.id, [], START)
    assert await running(store) == 1


async def test_a_fan_out_keeps_its_one_slot(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1})
    order = await flow.queue(thread=500, plan=replace(a_plan(), calls=2))
    claimed = await flow.claim()
    number = await store.orders.next_call(order.id, claimed.call_number, PAID, START)
    assert await running(store) == 1
    await store.orders.receive(order.id, number, [flow.picture()], Delivered(count=1), PAID, START)
    assert await running(store) == 0


async def test_a_restart_frees_all_slots_and_takes_none_back_later(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.orders.open_gateways({"main": 2})
        flow = Flow(store)
        first, second = await flow.queue(thread=500), await flow.queue(thread=501)
        await flow.claim()
        await flow.claim()
        third = await flow.queue(thread=502)
    async with opened(tmp_path) as store:
        await store.orders.open_gateways({"main": 1})
        left = await store.orders.in_state(OrderState.SENDING)
        assert [order.id for order in left] == [first.id, second.id]
        claimed = await store.orders.claim(START)
        assert claimed is not None
        assert claimed.order.id == third.id
        for order in left:
            await store.orders.end(order.id, OrderState.UNKNOWN, UNKNOWN, Billing.HELD, START, call=(1, LOST))
        assert await running(store) == 1, "orders of the last process hold no slot of this one"


# -- order -------------------------------------------------------------------------------------------------------


async def test_a_thread_paints_one_after_the_other(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 4, "other": 4})
    first = await flow.queue(thread=500, user_id=1)
    second = await flow.queue(thread=500, user_id=2, plan=a_plan("other"))
    claimed = await flow.claim()
    assert claimed.order.id == first.id
    assert await store.orders.claim(START) is None, "its thread is busy, whatever its gateway"
    await flow.receive(claimed)
    assert (await flow.claim()).order.id == second.id


@pytest.mark.parametrize("state", [OrderState.ACCEPTED, OrderState.RECEIVED, OrderState.UNKNOWN])
async def test_only_queued_and_sending_orders_block_their_thread(
    store: Database, flow: Flow, state: OrderState
) -> None:
    await store.orders.open_gateways({"main": 4})
    older = await flow.accept()
    if state is not OrderState.ACCEPTED:
        await store.orders.place(older.id, flow.placed(500), START)
        claimed = await flow.claim()
        if state is OrderState.RECEIVED:
            await flow.receive(claimed)
        else:
            await store.orders.end(older.id, state, UNKNOWN, Billing.HELD, START, call=(1, LOST))
    newer = await flow.queue(thread=500)
    assert (await flow.claim()).order.id == newer.id


async def test_the_oldest_is_first_even_when_the_clock_jumps_back(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 9})
    queued = [await flow.queue(thread=500 + n, now=at(-3600 * n)) for n in range(4)]
    assert await claim_all(store) == [order.id for order in queued]


async def test_a_busy_person_delays_nobody_elses_first_by_more_than_one(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1})
    many = [await flow.queue(thread=500 + n, user_id=1) for n in range(50)]
    other = await flow.queue(thread=900, user_id=2)
    claimed = await claim_all(store)
    assert claimed[:2] == [many[0].id, other.id]
    assert claimed[2:] == [order.id for order in many[1:]]


async def test_service_is_forgotten_after_an_hour(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1})
    await flow.queue(thread=500, user_id=1)
    await claim_all(store, seconds=0)
    busy = await flow.queue(thread=501, user_id=1)
    fresh = await flow.queue(thread=502, user_id=2)
    within = await flow.claim(at(3599))
    assert within.order.id == fresh.id
    await store.orders.requeue(fresh.id, 1, UNBILLED, START, START)
    assert (await flow.claim(at(3600))).order.id == busy.id


async def test_claiming_looks_rows_up_however_many_orders_ended(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1})
    await flow.paint(thread=500)
    chosen = claimable(START).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    async with store.transactions.read() as connection:
        plan = [row.detail for row in await connection.execute(text(f"EXPLAIN QUERY PLAN {chosen}"))]
    assert not [step for step in plan if step.startswith("SCAN")]
    assert [step for step in plan if "other" in step and "(thread_key=? AND state=?)" in step]


# -- waiting for a time ------------------------------------------------------------------------------------------


async def test_an_unbilled_order_keeps_its_place_and_waits_its_time(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1})
    first, second = await flow.queue(thread=500), await flow.queue(thread=500)
    claimed = await flow.claim(at(1))
    back = await store.orders.requeue(first.id, claimed.call_number, UNBILLED, at(60), at(2))
    assert (back.state, back.stage, back.sending_at) == (OrderState.QUEUED, Stage.BACKING_OFF, None)
    assert back.queued_at == first.queued_at
    assert await store.orders.claim(at(59)) is None, "it still blocks its thread"
    assert await store.orders.next_due_at(at(59)) == at(60)
    again = await flow.claim(at(60))
    assert (again.order.id, again.call_number) == (first.id, 2)
    assert await store.orders.next_due_at(at(60)) is None
    states = [(call.state, call.billed) for call in await store.orders.calls(first.id)]
    assert states == [(CallState.FAILED, Billed.NO), (CallState.SENDING, Billed.UNKNOWN)]
    await flow.receive(again)
    assert (await flow.claim(at(61))).order.id == second.id


@pytest.mark.parametrize("end", [LOST, PAID])
async def test_what_may_have_been_billed_is_never_sent_again(store: Database, flow: Flow, end: CallEnd) -> None:
    await store.orders.open_gateways({"main": 1})
    order = await flow.queue(thread=500)
    claimed = await flow.claim()
    with pytest.raises(ValueError, match="provably unbilled"):
        await store.orders.requeue(order.id, claimed.call_number, end, START, START)
    assert (await store.orders.load(order.id)).state is OrderState.SENDING


async def test_a_backed_off_call_is_not_ended_twice(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1})
    order = await flow.queue(thread=500)
    claimed = await flow.claim()
    await store.orders.requeue(order.id, claimed.call_number, UNBILLED, START, START)
    again = await flow.claim()
    with pytest.raises(Conflict):
        await store.orders.end(
            order.id, OrderState.FAILED, CANCELLED, Billing.NONE, START, call=(claimed.call_number, UNBILLED)
        )
    assert (await store.orders.load(order.id)).state is OrderState.SENDING
    assert (await flow.receive(again)).state is OrderState.RECEIVED


# -- position ----------------------------------------------------------------------------------------------------


async def test_the_position_counts_who_is_ahead_at_the_same_gateway(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1, "other": 1})
    await flow.queue(thread=499, plan=a_plan("other"))
    queued = [await flow.queue(thread=500 + n) for n in range(3)]
    places = [await store.orders.position(order.id, START) for order in queued]
    assert [place.position for place in places if place] == [1, 2, 3]
    assert [place.eta_s for place in places if place] == [None, None, None], "nothing is known of the speed"
    cancelled = await store.orders.cancel_queued(queued[0].id, CANCELLED, START)
    assert cancelled is not None
    moved_up = await store.orders.position(queued[2].id, START)
    assert moved_up is not None
    assert moved_up.position == 2


async def test_only_a_queued_order_has_a_position(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1})
    accepted = await flow.accept()
    queued = await flow.queue(thread=500)
    await flow.claim()
    assert await store.orders.position(accepted.id, START) is None
    assert await store.orders.position(queued.id, START) is None


async def test_before_any_call_the_plan_says_how_long_it_takes(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 1})
    order = await flow.queue(thread=500, plan=replace(a_plan(), usual_s=12.5, calls=2))
    assert await store.orders.position(order.id, START) == Position(position=1, eta_s=25.0)


async def test_the_eta_follows_the_recent_median_running_calls_and_slots(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 2})
    older, newest = [1000] * 21, [*[10, 20, 30] * 6, 19, 21]
    for number, took_s in enumerate([*older, *newest]):
        await flow.queue(thread=300)
        await flow.receive(await flow.claim(at(2000 * number)), at(2000 * number + took_s))
    now = 100_000.0
    await flow.queue(thread=400)
    await flow.queue(thread=401)
    await flow.claim(at(now - 15))  # has 5 s left
    await flow.claim(at(now - 50))  # overdue: may end any moment
    waiting = [await flow.queue(thread=500 + n) for n in range(4)]
    places = [await store.orders.position(order.id, at(now)) for order in waiting]
    assert [place.eta_s for place in places if place] == [20.0, 25.0, 40.0, 45.0]


async def test_a_free_slot_means_no_wait(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 2})
    await flow.queue(thread=400)
    await flow.claim(at(0))
    order = await flow.queue(thread=500, plan=replace(a_plan(), usual_s=30.0))
    assert await store.orders.position(order.id, at(1)) == Position(position=1, eta_s=30.0)


# -- many --------------------------------------------------------------------------------------------------------


async def test_many_people_and_threads_are_served_whole_and_once(store: Database, flow: Flow) -> None:
    await store.orders.open_gateways({"main": 4})
    for number in range(60):
        await flow.queue(thread=500 + number % 11, user_id=1 + number % 7)
    seen: list[OrderId] = []

    async def work() -> None:
        while await store.orders.in_state(OrderState.QUEUED):
            claimed = await store.orders.claim(START)
            if claimed is None:
                await asyncio.sleep(0)  # gives way to the workers whose orders block the rest
                continue
            seen.append(claimed.order.id)
            await flow.receive(claimed)

    await asyncio.gather(*(work() for _ in range(6)))
    received = await store.orders.in_state(OrderState.RECEIVED)
    assert sorted(seen) == sorted(order.id for order in received)
    assert len(set(seen)) == 60
    for thread in range(500, 511):
        painted = [order for order in received if order.thread_key == thread]
        by_claim = sorted(painted, key=lambda order: seen.index(order.id))
        assert [order.version for order in by_claim] == list(range(1, len(painted) + 1))
        assert [order.id for order in by_claim] == sorted(order.id for order in painted), "oldest first"
