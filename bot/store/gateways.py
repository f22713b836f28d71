"""What the rows tell of gateways: speed, failures and spend; and slots for calls that belong to no order."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.errors import Conflict
from bot.model import Billed, GatewayRecord, Price, Reason
from bot.store.connection import Connection
from bot.store.line import recent_s
from bot.store.slots import leave, take
from bot.store.tables import calls
from bot.store.transactions import Transactions

DAY = timedelta(hours=24)
MONTH = timedelta(days=30)


class Gateways:
    """Reads of the calls table by gateway, and the slots."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def record(self, gateway: str, now: datetime) -> GatewayRecord:
        """Return what the gateway's calls tell of it."""
        async with self._transactions.read() as connection:
            outcomes = await _outcomes(connection, gateway, now - DAY)
            return GatewayRecord(
                usual_s=await recent_s(connection, gateway),
                calls=sum(outcomes.values()),
                failures={reason: count for reason, count in outcomes.items() if reason is not None},
                spent_day=await _spent(connection, gateway, now - DAY),
                spent_month=await _spent(connection, gateway, now - MONTH),
                unsure_day=await _unsure(connection, gateway, now - DAY),
                unsure_month=await _unsure(connection, gateway, now - MONTH),
            )

    async def take_slot(self, gateway: str) -> bool:
        """Take one of the gateway's slots; False where none is free."""
        try:
            async with self._transactions.write() as connection:
                await take(connection, gateway)
        except Conflict:
            return False
        return True

    async def give_slot(self, gateway: str) -> None:
        """Give a slot back that `take_slot` took."""
        async with self._transactions.write() as connection:
            await leave(connection, gateway)


async def _outcomes(connection: Connection, gateway: str, since: datetime) -> dict[Reason | None, int]:
    """Count the calls that ended since then by outcome, None for those that brought pictures."""
    ended = select(calls.c.outcome, func.count()).where(calls.c.gateway == gateway, calls.c.ended_at > since)
    rows = await connection.execute(ended.group_by(calls.c.outcome).order_by(func.count().desc(), calls.c.outcome))
    return {Reason(outcome) if outcome else None: count for outcome, count in rows}


async def _unsure(connection: Connection, gateway: str, since: datetime) -> int:
    """Count the calls that ended since then and of which nobody knows whether they were billed."""
    unknown = (calls.c.gateway == gateway, calls.c.ended_at > since, calls.c.billed == Billed.UNKNOWN)
    return await connection.scalar(select(func.count()).select_from(calls).where(*unknown)) or 0


async def _spent(connection: Connection, gateway: str, since: datetime) -> tuple[Price, ...]:
    """Add up what was surely billed since then, by currency; an estimate among it makes the sum one."""
    known = select(calls.c.cost_currency, calls.c.cost_source, func.sum(calls.c.cost_micros)).where(
        calls.c.gateway == gateway,
        calls.c.ended_at > since,
        calls.c.billed == Billed.YES,
        calls.c.cost_micros.is_not(None),
    )
    rows = await connection.execute(known.group_by(calls.c.cost_currency, calls.c.cost_source))
    sums, estimated = dict[str, int](), set[str]()
    for currency, source, micros in rows:
        sums[currency] = sums.get(currency, 0) + int(micros)
        estimated |= {currency} if source == "estimate" else set()
    return tuple(
        Price(micros=micros, currency=currency, source="estimate" if currency in estimated else "usage")
        for currency, micros in sorted(sums.items())
    )
