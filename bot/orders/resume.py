"""After a restart: every order that was under way is classified before new ones are taken."""

from collections.abc import Collection
from pathlib import Path

from bot.errors import NotFound
from bot.model import (
    Billed,
    Billing,
    Failure,
    OrderId,
    OrderState,
    Reason,
    Stage,
)
from bot.orders.ports import CallEnd, Clock, Store

INTERACTION = "i:"
WHOLE = ".part"
"""How a call names a picture that came whole; see `PaintCall.folder`."""


async def resume(store: Store, clock: Clock, gateways: Collection[str]) -> list[OrderId]:
    """Classify what the last process left and return the accepted orders to place, oldest first.

    `sending` becomes `unknown`: a paid call may have left, and only its person may press Again. `accepted` goes on
    if its person saw an answer; an interaction that was never acknowledged showed "failed" already, and ends.
    `queued` waits on, unless its gateway is not among the configured ones any more: then it is refused. `received`
    needs nothing: the delivery loop reads it from its row.
    """
    for order in await store.orders.in_state(OrderState.SENDING):
        failure = Failure(reason=Reason.INTERRUPTED, billed=Billed.UNKNOWN)
        calls = await store.orders.calls(order.id)
        last = calls[-1].number if calls else 0
        end = CallEnd(outcome=Reason.INTERRUPTED, billed=Billed.UNKNOWN, request_id=None)
        call = (last, end) if calls else None
        await store.orders.end(order.id, OrderState.UNKNOWN, failure, Billing.HELD, clock(), call=call)
    for order in await store.orders.in_state(OrderState.QUEUED):
        if order.plan is not None and order.plan.gateway not in gateways:
            failure = Failure(reason=Reason.MODEL_UNKNOWN, facts={"model": order.plan.model})
            await store.orders.end(order.id, OrderState.REFUSED, failure, Billing.NONE, clock())
    await _sweep(store)
    to_place: list[OrderId] = []
    for order in await store.orders.in_state(OrderState.ACCEPTED):
        if order.response_message_id is None and order.request.source_id.startswith(INTERACTION):
            failure = Failure(reason=Reason.INTERRUPTED, billed=Billed.NO)
            await store.orders.end(order.id, OrderState.CANCELLED, failure, Billing.NONE, clock())
            await store.orders.notified(order.id, clock())
        elif order.stage is not Stage.ASKING:
            to_place.append(order.id)
    return to_place


async def _sweep(store: Store) -> None:
    """Remove what the last process left half-written, but keep what came of calls nobody knows the outcome of."""
    left = list[Path]()
    for path in await store.files.orphans():
        if not await _may_be_paid_for(store, path):
            left.append(path)
    await store.files.discard(left)


async def _may_be_paid_for(store: Store, path: Path) -> bool:
    """Say whether the file is a whole picture of a call that ended `unknown`; its name begins with the order's id."""
    if path.suffix != WHOLE:
        return False
    try:
        order = await store.orders.load(OrderId(path.name.partition("-")[0]))
    except NotFound:
        return False
    return order.state is OrderState.UNKNOWN
