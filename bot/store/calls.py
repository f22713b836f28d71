"""Rows of numbered calls inside somebody's transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from bot.errors import Conflict
from bot.model import Billed, Call, CallState, OrderId, Plan, Reason
from bot.store.connection import Connection
from bot.store.rows import call_of, row_of_cost
from bot.store.tables import calls

if TYPE_CHECKING:
    from bot.orders.ports import CallEnd

RUNNING = (CallState.SENDING,)
OPEN = (CallState.SENDING, CallState.UNKNOWN)
"""States in which bytes of a call may still come."""


async def write_call(connection: Connection, order_id: OrderId, plan: Plan, now: datetime) -> int:
    """Write the order's next call as `sending` and return its number; the first is 1."""
    last = await connection.scalar(select(func.max(calls.c.number)).where(calls.c.order_id == order_id))
    number = (last or 0) + 1
    row = {
        "order_id": order_id,
        "number": number,
        "gateway": plan.gateway,
        "dialect": plan.dialect,
        "model": plan.model,
        "parameters": plan.parameters,
        "state": CallState.SENDING,
        "billed": Billed.UNKNOWN,
        "started_at": now,
    }
    await connection.execute(insert(calls).values(row))
    return number


async def end_call(  # noqa: PLR0913  # one row, whole
    connection: Connection,
    order_id: OrderId,
    number: int,
    end: "CallEnd",
    state: CallState,
    now: datetime,
    *,
    starts: Collection[CallState] = RUNNING,
) -> None:
    """Write how a call ended; `Conflict` if it is in none of the states `starts`."""
    statement = update(calls).where(calls.c.order_id == order_id, calls.c.number == number, calls.c.state.in_(starts))
    ended = await connection.execute(
        statement.values(
            state=state,
            outcome=end.outcome,
            billed=end.billed,
            request_id=end.request_id,
            ended_at=now,
            **row_of_cost(end.cost),
        )
    )
    if ended.rowcount != 1:
        raise Conflict(f"call {number} of order {order_id} has already ended, or never was")


async def abandon_calls(connection: Connection, order_id: OrderId, outcome: Reason, now: datetime) -> None:
    """Write `unknown` to what of an order still runs: nobody reported how it ended."""
    running = update(calls).where(calls.c.order_id == order_id, calls.c.state.in_(RUNNING))
    await connection.execute(
        running.values(state=CallState.UNKNOWN, outcome=outcome, billed=Billed.UNKNOWN, ended_at=now)
    )


async def list_calls(connection: Connection, order_id: OrderId) -> Sequence[Call]:
    """List an order's calls by number."""
    rows = await connection.execute(select(calls).where(calls.c.order_id == order_id).order_by(calls.c.number))
    return [call_of(row) for row in rows.mappings()]
