"""The line before the gateways: who is next, who waits for a time, and how long it may take."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import heapify, heapreplace
from statistics import median
from typing import Any

from sqlalchemy import RowMapping, Select, func, or_, select

from bot.model import CallState, Order, OrderState, Position
from bot.store.connection import Connection
from bot.store.tables import calls, gateway_slots, orders

SERVED_WITHIN = timedelta(hours=1)
RECENT_CALLS = 20
"""Calls of a gateway that its speed is told from."""


async def next_in_line(connection: Connection, now: datetime) -> RowMapping | None:
    """Return `id` and `gateway` of the order to claim, or None."""
    return (await connection.execute(claimable(now))).mappings().one_or_none()


def claimable(now: datetime) -> Select[Any, Any]:
    """Select the order to claim: heads of threads, the least-served person's first, then the oldest."""
    other, served = orders.alias("other"), orders.alias("served")
    blocked = (
        select(other.c.id)
        .where(
            other.c.thread_key == orders.c.thread_key,
            other.c.state.in_((OrderState.QUEUED, OrderState.SENDING)),
            or_(other.c.state == OrderState.SENDING, other.c.ticket < orders.c.ticket),
        )
        .exists()
    )
    times_served = (
        select(func.count())
        .select_from(served)
        .where(served.c.user_id == orders.c.user_id, served.c.sending_at > now - SERVED_WITHIN)
        .scalar_subquery()
    )
    return (
        select(orders.c.id, orders.c.gateway)
        .join(gateway_slots, gateway_slots.c.gateway == orders.c.gateway)
        .where(
            orders.c.state == OrderState.QUEUED,
            gateway_slots.c.running < gateway_slots.c.slot_limit,
            or_(orders.c.not_before.is_(None), orders.c.not_before <= now),
            ~blocked,
        )
        .order_by(times_served, orders.c.ticket)
        .limit(1)
    )


async def next_due_at(connection: Connection, now: datetime) -> datetime | None:
    """Return the earliest instant after `now` at which a queued order stops waiting for a time."""
    waiting = select(func.min(orders.c.not_before)).where(
        orders.c.state == OrderState.QUEUED, orders.c.not_before > now
    )
    return await connection.scalar(waiting)


async def next_ticket(connection: Connection) -> int:
    """Return the number of the next place in the line."""
    last = await connection.scalar(select(func.max(orders.c.ticket)))
    return (last or 0) + 1


async def position(connection: Connection, order: Order, now: datetime) -> Position | None:
    """Return a queued order's place in its gateway's line.

    By age alone: fairness between people and blocked threads may change who is next, never by much. The ETA lets
    the gateway's recent median pass for every order ahead, over the slots it has; None where no speed is known.
    """
    if order.state is not OrderState.QUEUED or order.plan is None:
        return None
    gateway = order.plan.gateway
    own = select(orders.c.ticket).where(orders.c.id == order.id).scalar_subquery()
    before = select(func.count()).select_from(orders)
    before = before.where(orders.c.state == OrderState.QUEUED, orders.c.gateway == gateway, orders.c.ticket < own)
    ahead = await connection.scalar(before) or 0
    usual_s = await recent_s(connection, gateway) or order.plan.usual_s
    slots = await connection.scalar(select(gateway_slots.c.slot_limit).where(gateway_slots.c.gateway == gateway))
    if usual_s is None or not slots:
        return Position(position=ahead + 1, eta_s=None)
    elapsed_s = await _elapsed_s(connection, gateway, now)
    return Position(position=ahead + 1, eta_s=_wait_s(usual_s, elapsed_s, slots, ahead) + usual_s * order.plan.calls)


async def recent_s(connection: Connection, gateway: str) -> float | None:
    """Return the median seconds of a gateway's newest calls that brought pictures, None without any."""
    recent = (
        select(calls.c.started_at, calls.c.ended_at)
        .where(calls.c.gateway == gateway, calls.c.state == CallState.RECEIVED)
        .order_by(calls.c.ended_at.desc())
        .limit(RECENT_CALLS)
    )
    took_s = [(ended - started).total_seconds() for started, ended in await connection.execute(recent)]
    return median(took_s) if took_s else None


async def _elapsed_s(connection: Connection, gateway: str, now: datetime) -> list[float]:
    running = select(calls.c.started_at).where(calls.c.gateway == gateway, calls.c.state == CallState.SENDING)
    return [(now - started).total_seconds() for started in await connection.scalars(running)]


def _wait_s(usual_s: float, elapsed_s: Sequence[float], slots: int, ahead: int) -> float:
    """Return when a slot is free for us: running calls end first, then everyone ahead takes the next free one."""
    free_in_s = [max(0.0, usual_s - elapsed) for elapsed in elapsed_s]
    free_in_s = sorted(free_in_s + [0.0] * (slots - len(free_in_s)))[:slots]
    heapify(free_in_s)
    for _ in range(ahead):
        heapreplace(free_in_s, free_in_s[0] + usual_s)
    return free_in_s[0]
