"""Inserts that meet a row which is already there, in the one spelling SQLite and PostgreSQL share."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.connection import Connection


async def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert the row unless one with its key (any unique one) exists; says whether it was inserted."""
    statement = _insert(connection, table).values(dict(row)).on_conflict_do_nothing()
    return (await connection.execute(statement)).rowcount == 1


async def insert_or_replace(
    connection: Connection, table: Table, row: Mapping[str, Any], *, key: Sequence[str]
) -> None:
    """Insert the row, or write its other columns over the one with the same key."""
    rest = {name: value for name, value in row.items() if name not in key}
    statement = _insert(connection, table).values(dict(row))
    await connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=rest))


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
