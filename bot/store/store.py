"""Opens everything that lasts and holds it together."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from bot.errors import StartupError, StoreError
from bot.store.database import Database
from bot.store.files import Files, SizeOf
from bot.store.orders import Orders
from bot.store.pictures import Pictures
from bot.store.settings import Settings
from bot.store.tables import blobs
from bot.store.threads import Threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Everything that lasts, as the Protocol `Store` of `bot/orders/ports.py` describes it."""

    database: Database
    orders: Orders
    pictures: Pictures
    threads: Threads
    settings: Settings
    files: Files


@asynccontextmanager
async def open_store(url: str, data_dir: Path, clock: Callable[[], datetime]) -> AsyncGenerator[Store]:
    """Open the database and the picture files; both are closed when the context ends.

    Errors: `StartupError` and its kinds, as `Database.open` says.
    """
    async with Database.open(url, clock) as database:
        files = Files(data_dir, _sizes(database))
        try:
            await files.prepare()
        except StoreError as error:
            raise StartupError(f"The data folder {data_dir} cannot be used: {error}.") from error
        yield Store(
            database=database,
            orders=Orders(database),
            pictures=Pictures(database),
            threads=Threads(database),
            settings=Settings(database),
            files=files,
        )


def _sizes(database: Database) -> SizeOf:
    async def size_of(sha256: str) -> int | None:
        async with database.read() as connection:
            return await connection.scalar(select(blobs.c.size_bytes).where(blobs.c.sha256 == sha256))

    return size_of
