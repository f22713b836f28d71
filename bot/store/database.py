"""Opens everything that lasts and holds it together."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import select

from bot.errors import StartupError, StoreError
from bot.store.erasure import Erasure
from bot.store.files import Files, SizeOf
from bot.store.gateways import Gateways
from bot.store.learned import LearnedFacts
from bot.store.orders import Orders
from bot.store.pictures import Pictures
from bot.store.settings import Settings
from bot.store.tables import blobs
from bot.store.threads import Threads
from bot.store.transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Everything that lasts, as the Protocol `Store` of `bot/orders/ports.py` describes it and more."""

    transactions: Transactions
    orders: Orders
    pictures: Pictures
    threads: Threads
    settings: Settings
    learned: LearnedFacts
    gateways: Gateways
    files: Files
    erasure: Erasure

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, data_dir: Path, clock: Callable[[], datetime]) -> AsyncGenerator[Self]:
        """Open the database of a SQLAlchemy URL and the picture files below `data_dir`, until the context ends.

        Locks the file for this process and brings it to the newest revision. The clock dates the lock's note and
        tells when what was set aside may go.

        Errors: `ConfigurationError` for a URL that cannot be served, `AlreadyRunning` naming the holder,
        `StartupError` for a database that is newer than this code or cannot be read, and for an unusable folder.
        """
        async with Transactions.open(url, clock) as transactions:
            files = Files(data_dir, _sizes(transactions), clock)
            try:
                await files.prepare()
            except StoreError as error:
                raise StartupError(f"DATA_DIR: {data_dir} cannot be used ({error}).") from error
            yield cls(
                transactions=transactions,
                orders=Orders(transactions),
                pictures=Pictures(transactions),
                threads=Threads(transactions),
                settings=Settings(transactions),
                learned=LearnedFacts(transactions),
                gateways=Gateways(transactions),
                files=files,
                erasure=Erasure(transactions),
            )


def _sizes(transactions: Transactions) -> SizeOf:
    async def size_of(sha256: str) -> int | None:
        async with transactions.read() as connection:
            return await connection.scalar(select(blobs.c.size_bytes).where(blobs.c.sha256 == sha256))

    return size_of
