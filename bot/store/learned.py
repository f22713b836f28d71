"""What was learned of gateways from their answers, per gateway, base URL and model."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select

from bot.model import Learned
from bot.store.insert import insert_or_replace
from bot.store.tables import learned
from bot.store.transactions import Transactions

KEY = ("gateway", "base_url", "model", "capability", "word")


class LearnedFacts:
    """Learned capability values.

    The newest switch or limit of a capability replaces the older one; refused words are kept side by side.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def remember(self, gateway: str, base_url: str, facts: Sequence[Learned], now: datetime) -> None:
        """Write facts down. What a gateway did, it can do: True and a word with + stay; the rest is kept for 7 days."""
        async with self._transactions.write() as connection:
            for fact in (fact.dated(now) for fact in facts):
                row = {
                    "gateway": gateway,
                    "base_url": base_url,
                    "model": fact.model,
                    "capability": fact.capability,
                    "word": fact.value[:64] if isinstance(fact.value, str) else "",
                    "value": fact.value,
                    "reason": fact.reason,
                    "learned_at": now,
                    "expires_at": fact.expires_at,
                }
                await insert_or_replace(connection, learned, row, key=KEY)
            await connection.execute(delete(learned).where(learned.c.expires_at <= now))

    async def load(self, gateway: str, base_url: str, now: datetime) -> Sequence[Learned]:
        """List what still holds, newest last."""
        holds = or_(learned.c.expires_at.is_(None), learned.c.expires_at > now)
        known = select(learned).where(learned.c.gateway == gateway, learned.c.base_url == base_url, holds)
        async with self._transactions.read() as connection:
            rows = await connection.execute(known.order_by(learned.c.learned_at, learned.c.model, learned.c.capability))
            return [
                Learned(
                    model=row.model,
                    capability=row.capability,
                    value=row.value,
                    reason=row.reason,
                    expires_at=row.expires_at,
                )
                for row in rows
            ]
