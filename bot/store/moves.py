"""One order's row inside somebody's transaction: read it, or move it on if it is where the move starts."""

from collections.abc import Collection

from sqlalchemy import select, update

from bot.errors import Conflict, NotFound
from bot.model import FINAL_STATES, Order, OrderId, OrderState, Reason
from bot.store.connection import Connection
from bot.store.rows import order_of
from bot.store.tables import orders

ENDINGS = FINAL_STATES - {OrderState.POSTED}
"""Final states without pictures."""

LIVE = frozenset(OrderState) - FINAL_STATES

UNCLAIMED = frozenset({OrderState.ACCEPTED, OrderState.QUEUED})
"""States of an order that no gateway was asked for yet."""

WAITING = LIVE - {OrderState.RECEIVED}
"""States of an order that has no pictures yet and may still get some."""


async def load(connection: Connection, order_id: OrderId) -> Order:
    """Return the order as it stands; `NotFound` if there is none."""
    row = (await connection.execute(select(orders).where(orders.c.id == order_id))).mappings().one_or_none()
    if row is None:
        raise NotFound(Reason.NOT_FOUND, id=order_id)
    return order_of(row)


async def move(connection: Connection, order_id: OrderId, states: Collection[OrderState], **values: object) -> Order:
    """Write values to an order that is in one of these states and return it.

    The state is part of the UPDATE, never read before it: of two that race, one gets `Conflict`.
    """
    statement = update(orders).where(orders.c.id == order_id, orders.c.state.in_(states)).values(**values)
    row = (await connection.execute(statement.returning(orders))).mappings().one_or_none()
    if row is None:
        found = await load(connection, order_id)
        wanted = " or ".join(sorted(states))
        raise Conflict(f"order {order_id} is {found.state.value}, not {wanted}")
    return order_of(row)
