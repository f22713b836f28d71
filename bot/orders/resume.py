"""After a restart: every order that was under way is classified before new ones are taken."""

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


async def resume(store: Store, clock: Clock) -> list[OrderId]:
    """Classify what the last process left and return the accepted orders to place, oldest first.

    `sending` becomes `unknown`: a paid call may have left, and only its person may press Again. `accepted` goes on
    if its person saw an answer; an interaction that was never acknowledged showed "failed" already, and ends.
    `queued` and `received` need nothing: the queue and the delivery loop read them from the rows.
    """
    for order in await store.orders.in_state(OrderState.SENDING):
        failure = Failure(reason=Reason.INTERRUPTED, billed=Billed.UNKNOWN)
        calls = await store.orders.calls(order.id)
        last = calls[-1].number if calls else 0
        end = CallEnd(outcome=Reason.INTERRUPTED, billed=Billed.UNKNOWN, request_id=None)
        call = (last, end) if calls else None
        await store.orders.end(order.id, OrderState.UNKNOWN, failure, Billing.HELD, clock(), call=call)
    to_place: list[OrderId] = []
    for order in await store.orders.in_state(OrderState.ACCEPTED):
        if order.response_message_id is None and order.request.source_id.startswith(INTERACTION):
            failure = Failure(reason=Reason.INTERRUPTED, billed=Billed.NO)
            await store.orders.end(order.id, OrderState.CANCELLED, failure, Billing.NONE, clock())
            await store.orders.notified(order.id, clock())
        elif order.stage is not Stage.ASKING:
            to_place.append(order.id)
    return to_place
