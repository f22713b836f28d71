"""What the rows tell of gateways, and slots for calls that belong to no order, on a real SQLite file."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import Billed, Billing, Delivered, Learned, OrderState, Price, Reason
from bot.orders.ports import CallEnd
from bot.store import Database
from tests.unit.store_fixtures import CANCELLED, START, Flow, a_plan, at, opened

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as store:
        await store.orders.open_gateways({"main": 2, "other": 1})
        yield store


@pytest.fixture
def flow(store: Database) -> Flow:
    return Flow(store)


def paid(micros: int, currency: str = "USD", *, is_estimate: bool = False) -> CallEnd:
    cost = Price(micros=micros, currency=currency, source="estimate" if is_estimate else "usage")
    return CallEnd(outcome=None, billed=Billed.YES, request_id=None, cost=cost)


async def call(flow: Flow, end: CallEnd, began_s: float, took_s: float, gateway: str = "main") -> None:
    """Carry one order through one call that ends like this."""
    await flow.queue(thread=int(began_s) + 100_000_000, now=at(began_s), plan=a_plan(gateway))
    claimed = await flow.claim(at(began_s))
    order, number, now = claimed.order, claimed.call_number, at(began_s + took_s)
    if end.outcome is None:
        await flow.store.orders.receive(order.id, number, [flow.picture()], Delivered(count=1), end, now)
    else:
        await flow.store.orders.end(order.id, OrderState.FAILED, CANCELLED, Billing.NONE, now, call=(number, end))


async def test_a_gateway_without_calls_has_an_empty_record(store: Database) -> None:
    record = await store.gateways.record("main", START)
    assert (record.usual_s, record.calls, record.failures) == (None, 0, {})
    assert (record.spent_day, record.spent_month) == ((), ())


async def test_speed_failures_and_spend_are_those_of_their_time_and_gateway(store: Database, flow: Flow) -> None:
    await call(flow, paid(900_000), -40 * DAY, 10)
    await call(flow, paid(100_000), -29 * DAY, 20)
    await call(flow, paid(50_000), -23 * HOUR, 60)
    await call(flow, paid(7_000, "CNY"), -2 * HOUR, 30)
    await call(flow, paid(5_000, is_estimate=True), -HOUR, 30)
    await call(flow, paid(1, "CNY"), -HOUR + 100, 1, "other")
    for reason, billed, began_s in (
        (Reason.RATE_LIMITED, Billed.NO, -3000.0),
        (Reason.RATE_LIMITED, Billed.NO, -2000.0),
        (Reason.MODERATION, Billed.NO, -1000.0),
        (Reason.OVERLOADED, Billed.NO, -25 * HOUR),
    ):
        await call(flow, CallEnd(outcome=reason, billed=billed, request_id=None), began_s, 5)
    unsure = Price(micros=1_000_000, currency="USD", source="estimate")
    lost = CallEnd(outcome=Reason.UNKNOWN_OUTCOME, billed=Billed.UNKNOWN, request_id=None, cost=unsure)
    await call(flow, lost, -500.0, 5)
    await call(flow, lost, -28 * DAY, 5)
    await call(flow, lost, -31 * DAY, 5)
    record = await store.gateways.record("main", START)
    assert record.usual_s == 30
    assert record.calls == 3 + 4
    assert record.failures == {Reason.RATE_LIMITED: 2, Reason.MODERATION: 1, Reason.UNKNOWN_OUTCOME: 1}
    assert next(iter(record.failures)) is Reason.RATE_LIMITED
    assert (record.unsure_day, record.unsure_month) == (1, 2)
    assert [(price.currency, price.micros, price.source) for price in record.spent_day] == [
        ("CNY", 7_000, "usage"), ("USD", 55_000, "estimate")
    ]  # fmt: skip
    assert [(price.currency, price.micros) for price in record.spent_month] == [("CNY", 7_000), ("USD", 155_000)]


async def test_a_slot_of_no_order_counts_like_any_other(store: Database, flow: Flow) -> None:
    assert await store.gateways.take_slot("main")
    await flow.queue(thread=1)
    await flow.queue(thread=2)
    await flow.claim()
    assert not await store.gateways.take_slot("main")
    assert await store.orders.claim(START) is None
    await store.gateways.give_slot("main")
    assert await store.orders.claim(START) is not None
    assert not await store.gateways.take_slot("nowhere")


async def test_what_a_word_with_a_plus_taught_stays_and_a_refused_one_expires(store: Database) -> None:
    facts = [
        Learned(model="m", capability="backgrounds", value="+transparent", reason="tried"),
        Learned(model="m", capability="formats", value="webp", reason="refused"),
        Learned(model="m", capability="edit", value=True, reason="tried"),
    ]
    await store.learned.remember("main", "http://127.0.0.1/v1", facts, START)
    later = START + timedelta(days=8)
    known = await store.learned.load("main", "http://127.0.0.1/v1", later)
    assert {(fact.capability, fact.value) for fact in known} == {("backgrounds", "+transparent"), ("edit", True)}
