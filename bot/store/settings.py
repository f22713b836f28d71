"""Settings by scope, one row a value."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import select

from bot.model import Options, Scalar, Scope, UserId
from bot.store.columns import check
from bot.store.connection import Connection
from bot.store.insert import insert_or_replace
from bot.store.tables import settings
from bot.store.transactions import Transactions


class Settings:
    """Settings, as `SettingRows` describes them, and single values that are no options."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def options(self, scope: Scope, scope_id: int) -> Options:
        """Return the options set at this scope; all None where none are."""
        names = [field.name for field in fields(Options)]
        here = select(settings.c.key, settings.c.value).where(
            settings.c.scope == scope, settings.c.scope_id == scope_id, settings.c.key.in_(names)
        )
        async with self._transactions.read() as connection:
            found = {row.key: row.value for row in await connection.execute(here)}
        return check(Options, found)

    async def set_options(self, scope: Scope, scope_id: int, options: Options, who: UserId, now: datetime) -> None:
        """Write the options that are not None; the others stay as they are."""
        async with self._transactions.write() as connection:
            for field in fields(Options):
                value = getattr(options, field.name)
                if value is not None:
                    await _write(connection, (scope, scope_id, field.name), value, who, now)

    async def value(self, scope: Scope, scope_id: int, key: str) -> Scalar:
        """Return one value, or None where it is not set."""
        here = select(settings.c.value).where(
            settings.c.scope == scope, settings.c.scope_id == scope_id, settings.c.key == key
        )
        async with self._transactions.read() as connection:
            return await connection.scalar(here)

    async def set_value(
        self, scope: Scope, scope_id: int, key: str, value: str | float, who: UserId, now: datetime
    ) -> None:
        """Write one value."""
        async with self._transactions.write() as connection:
            await _write(connection, (scope, scope_id, key), value, who, now)


async def _write(connection: Connection, at: tuple[Scope, int, str], value: Scalar, who: UserId, now: datetime) -> None:
    names = ("scope", "scope_id", "key")
    row = {**dict(zip(names, at, strict=True)), "value": value, "who": who, "at": now}
    await insert_or_replace(connection, settings, row, key=names)
