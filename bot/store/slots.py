"""Gateway slots inside somebody's transaction: how many calls may run at once, and which orders hold a place."""

from collections.abc import Mapping

from sqlalchemy import update

from bot.errors import Conflict
from bot.model import OrderId
from bot.store.connection import Connection
from bot.store.insert import insert_or_replace
from bot.store.tables import gateway_slots, orders


async def open_slots(connection: Connection, limits: Mapping[str, int]) -> None:
    """Write each gateway's limit with nothing running; a gateway that is not named keeps no slot."""
    await connection.execute(update(orders).where(orders.c.holds_slot).values(holds_slot=False))
    await connection.execute(update(gateway_slots).values(running=0, slot_limit=0))
    for gateway, limit in limits.items():
        row = {"gateway": gateway, "running": 0, "slot_limit": limit}
        await insert_or_replace(connection, gateway_slots, row, key=("gateway",))


async def take(connection: Connection, gateway: str) -> None:
    """Take a slot of the gateway; `Conflict` where none is free.

    The limit is part of the UPDATE: counting first lets more run than may.
    """
    free = gateway_slots.c.running < gateway_slots.c.slot_limit
    statement = update(gateway_slots).where(gateway_slots.c.gateway == gateway, free)
    taken = await connection.execute(statement.values(running=gateway_slots.c.running + 1))
    if taken.rowcount != 1:
        raise Conflict(f"gateway {gateway} has no free slot")


async def leave(connection: Connection, gateway: str) -> None:
    """Give back a slot that belongs to no order."""
    busy = update(gateway_slots).where(gateway_slots.c.gateway == gateway, gateway_slots.c.running > 0)
    await connection.execute(busy.values(running=gateway_slots.c.running - 1))


async def give_back(connection: Connection, order_id: OrderId) -> None:
    """Give back the slot an order holds; no effect if it holds none, so that a slot never comes back twice."""
    held = update(orders).where(orders.c.id == order_id, orders.c.holds_slot).values(holds_slot=False)
    gateway = (await connection.execute(held.returning(orders.c.gateway))).scalar_one_or_none()
    if gateway is None:
        return
    await leave(connection, gateway)
