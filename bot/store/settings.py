"""Settings by scope, one row a value."""

from dataclasses import fields
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from bot.errors import Corrupt
from bot.model import Options, Scope, UserId
from bot.store.insert import insert_or_replace
from bot.store.tables import settings
from bot.store.transactions import Transactions


class Settings:
    """Settings, as `SettingRows` describes them."""

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
        try:
            return TypeAdapter(Options).validate_python(found)
        except ValidationError as error:
            raise Corrupt(f"the settings of {scope.value} {scope_id} are no options") from error

    async def set_options(self, scope: Scope, scope_id: int, options: Options, who: UserId, now: datetime) -> None:
        """Write the options that are not None; the others stay as they are."""
        given = {field.name: getattr(options, field.name) for field in fields(Options)}
        async with self._transactions.write() as connection:
            for key, value in given.items():
                if value is None:
                    continue
                row = {"scope": scope, "scope_id": scope_id, "key": key, "value": value, "who": who, "at": now}
                await insert_or_replace(connection, settings, row, key=("scope", "scope_id", "key"))
