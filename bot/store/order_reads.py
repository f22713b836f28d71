"""What is read of orders; what is written to them is in `order_intake.py` and `orders.py`."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from bot.model import Call, InteractionToken, Order, OrderId, OrderState, Position, UserId
from bot.store import line, moves
from bot.store.calls import list_calls
from bot.store.moves import ENDINGS, WAITING
from bot.store.rows import order_of
from bot.store.tables import interactions, orders
from bot.store.transactions import Transactions


class OrderReads:
    """The questions of `OrderRows`; each reads one state of the database."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def load(self, order_id: OrderId) -> Order:
        """Return the order as it stands."""
        async with self._transactions.read() as connection:
            return await moves.load(connection, order_id)

    async def token(self, order_id: OrderId, now: datetime) -> InteractionToken | None:
        """Return the order's interaction token while it lives."""
        living = select(interactions.c.token, interactions.c.expires_at).where(
            interactions.c.order_id == order_id, interactions.c.expires_at > now
        )
        async with self._transactions.read() as connection:
            row = (await connection.execute(living)).one_or_none()
        return InteractionToken(token=row.token, expires_at=row.expires_at) if row else None

    async def next_due_at(self, now: datetime) -> datetime | None:
        """Return when the next queued order that waits for a time may be claimed."""
        async with self._transactions.read() as connection:
            return await line.next_due_at(connection, now)

    async def unnotified(self) -> Sequence[OrderId]:
        """List orders whose result or ending still waits to be shown, oldest first."""
        unshown_ending = and_(orders.c.state.in_(ENDINGS), orders.c.notified_at.is_(None))
        waiting = select(orders.c.id).where(or_(orders.c.state == OrderState.RECEIVED, unshown_ending))
        async with self._transactions.read() as connection:
            found = await connection.scalars(waiting.order_by(orders.c.created_at, orders.c.id))
            return [OrderId(order_id) for order_id in found]

    async def in_state(self, *states: OrderState) -> Sequence[Order]:
        """List the orders in these states, oldest first."""
        wanted = select(orders).where(orders.c.state.in_(states)).order_by(orders.c.created_at, orders.c.id)
        async with self._transactions.read() as connection:
            return [order_of(row) for row in (await connection.execute(wanted)).mappings()]

    async def position(self, order_id: OrderId, now: datetime) -> Position | None:
        """Return a queued order's place in line and its ETA, else None."""
        async with self._transactions.read() as connection:
            return await line.position(connection, await moves.load(connection, order_id), now)

    async def waiting_count(self, user_id: UserId) -> int:
        """Count a person's orders that are accepted, queued or sending."""
        waiting = select(func.count()).select_from(orders)
        waiting = waiting.where(orders.c.user_id == user_id, orders.c.state.in_(WAITING))
        async with self._transactions.read() as connection:
            return await connection.scalar(waiting) or 0

    async def count_by_state(self) -> Mapping[OrderState, int]:
        """Count all orders by state; states without orders are left out."""
        counted = select(orders.c.state, func.count()).group_by(orders.c.state)
        async with self._transactions.read() as connection:
            return {OrderState(state): number for state, number in await connection.execute(counted)}

    async def calls(self, order_id: OrderId) -> Sequence[Call]:
        """List an order's calls by number."""
        async with self._transactions.read() as connection:
            await moves.load(connection, order_id)
            return await list_calls(connection, order_id)
