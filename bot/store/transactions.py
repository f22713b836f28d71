"""The SQLite file: opened, locked and migrated, with transactions that write one at a time."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import URL, Connection as SyncConnection, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.event import listen
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import ConfigurationError, Conflict, Corrupt, StartupError, StoreError
from bot.store.connection import Connection, transaction, uninterrupted
from bot.store.lock import held
from bot.store.migrate import upgrade
from bot.store.turns import Turns

READERS = 4
BUSY_MS = 30_000
"""How long a statement waits for a lock that another program holds on the file, such as a backup."""

WRITER = {"foreign_keys": "ON", "secure_delete": "ON"}
"""What is deleted is also overwritten: erased words and expired tokens are not to be read from free space."""


class Transactions:
    """A SQLite file in WAL mode: one connection writes, a few read, and what is committed is on the disk."""

    def __init__(self, writer: AsyncEngine, readers: AsyncEngine, path: Path, sqlite_version: str) -> None:
        self._writer = writer
        self._readers = readers
        # Turns are taken here and not in the pools: first come, first served, and without a timeout.
        self._write_turn = Turns()
        self._read_turn = asyncio.Semaphore(READERS)
        self.path = path
        self.sqlite_version = sqlite_version

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, clock: Callable[[], datetime]) -> AsyncGenerator[Self]:
        """Open, lock and migrate the database of a SQLAlchemy URL until the context ends; errors as `Database.open`."""
        path = _path_of(url)
        async with AsyncExitStack() as stack:
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                stack.enter_context(held(path, clock))
                await uninterrupted(_migrate(path))
                writer = _engine(path, "BEGIN IMMEDIATE", WRITER, pool_size=1)
                stack.push_async_callback(_dispose, writer)
                # Readers close first: only the writer ever moves the log into the database.
                readers = _engine(path, "BEGIN", {"query_only": "ON"}, pool_size=READERS)
                stack.push_async_callback(_dispose, readers)
                version = await uninterrupted(_sqlite_version(writer))
            except (OSError, StoreError) as error:
                raise StartupError(f"The database {path} cannot be opened: {error}.") from error
            yield cls(writer, readers, path, version)

    @asynccontextmanager
    async def write(self, *, urgent: bool = False) -> AsyncGenerator[Connection]:
        """Yield the writer in a transaction of its own, committed at the end and rolled back by any error.

        An urgent one goes before all that wait: somebody's acknowledgement hangs on it, or a picture that is painted.

        Errors: `Conflict` where a row breaks a rule of the tables, `Corrupt` for a damaged file, else `StoreError`
        (a full disk, a file that another program keeps locked).
        """
        with translated():
            async with self._write_turn.taken(urgent=urgent), transaction(self._writer) as connection:
                yield connection
                await connection.commit()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Connection]:
        """Yield a reader that sees one state of the database throughout. Errors as for `write`."""
        with translated():
            async with self._read_turn, transaction(self._readers) as connection:
                yield connection


@contextmanager
def translated() -> Generator[None]:
    """Raise what the driver raises as a `StoreError`."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(f"the database refused a row: {error.orig}") from error
    except DBAPIError as error:
        said = str(error.orig)
        kind = Corrupt if "malformed" in said or "not a database" in said else StoreError
        raise kind(f"the database failed: {said}") from error


def _path_of(url: str) -> Path:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(
            "DATABASE_URL: this is no database URL. Leave it empty, or write sqlite:///path/to/easel.sqlite3."
        ) from None
    if parsed.get_backend_name() == "postgresql":
        raise ConfigurationError(
            "DATABASE_URL: PostgreSQL comes with a later release. Leave it empty, or name a SQLite file."
        )
    if parsed.get_backend_name() != "sqlite":
        raise ConfigurationError(
            f"DATABASE_URL: {parsed.get_backend_name()} is not supported. Leave it empty, or name a SQLite file."
        )
    if not parsed.database or parsed.database.startswith((":memory:", "file:")):
        raise ConfigurationError(
            "DATABASE_URL: the database must be a file, since orders outlive the process. "
            "Leave it empty, or write sqlite:///path/to/easel.sqlite3."
        )
    return Path(parsed.database).expanduser().resolve()


def _engine(path: Path, begin: str, pragmas: Mapping[str, str], *, pool_size: int) -> AsyncEngine:
    url = URL.create("sqlite+aiosqlite", database=str(path))
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0)
    every = {"busy_timeout": str(BUSY_MS), "journal_mode": "WAL", "synchronous": "FULL", **pragmas}

    def connected(connection: DBAPIConnection, _record: object) -> None:
        # The driver would begin transactions by guessing at statements; `began` does it by rule.
        connection.isolation_level = None
        cursor = connection.cursor()
        for name, value in every.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    def began(connection: SyncConnection) -> None:
        connection.exec_driver_sql(begin)

    listen(engine.sync_engine, "connect", connected)
    listen(engine.sync_engine, "begin", began)
    return engine


async def _migrate(path: Path) -> None:
    # On its own connection: SQLite rewrites tables only with foreign keys off.
    engine = _engine(path, "BEGIN IMMEDIATE", {"foreign_keys": "OFF"}, pool_size=1)
    try:
        with translated():
            async with engine.begin() as connection:
                await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


async def _dispose(engine: AsyncEngine) -> None:
    await uninterrupted(engine.dispose())


async def _sqlite_version(engine: AsyncEngine) -> str:
    with translated():
        async with engine.connect() as connection:
            mode = await connection.scalar(text("PRAGMA journal_mode"))
            if mode != "wal":
                raise StoreError(f"its disk does not carry SQLite's write-ahead log (mode {mode}); use a local disk")
            return str(await connection.scalar(text("SELECT sqlite_version()")))
