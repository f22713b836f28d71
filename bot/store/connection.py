"""One connection inside a transaction, whose work is never cut off half-way."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Dialect, Executable, ScalarResult
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")


class Connection:
    """A connection inside a transaction; a cancellation waits for the statement that runs."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def commit(self) -> None:
        """Make what was written last."""
        await uninterrupted(self._connection.commit())

    @property
    def dialect(self) -> Dialect:
        """The database's own way of saying things."""
        return self._connection.dialect

    async def execute(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Carry a statement out, once for each of `rows` where they are given."""
        return await uninterrupted(self._connection.execute(statement, rows))

    async def scalars(self, statement: Executable) -> ScalarResult[Any]:
        """Return the first column of a query's rows."""
        return (await self.execute(statement)).scalars()

    async def scalar(self, statement: Executable) -> Any:  # noqa: ANN401  # whatever the query selects
        """Return the first column of a query's first row, None where there is none."""
        return (await self.execute(statement)).scalar()


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncGenerator[Connection]:
    """Begin a transaction and yield it; at the end, whatever was not committed is rolled back."""
    connection = engine.connect()
    try:
        await uninterrupted(_begin(connection))
        yield Connection(connection)
    finally:
        if connection.sync_connection is not None:
            await uninterrupted(connection.close())


async def _begin(connection: AsyncConnection) -> None:
    await connection.start()
    await connection.begin()


async def uninterrupted(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end and return its result; a cancellation that comes meanwhile is raised after it.

    A statement is carried out in a thread that knows of no cancellation: a connection that is dropped while its
    BEGIN runs keeps the database locked for ever.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        task.exception()  # looked at, so that asyncio does not call it forgotten
        raise cancelled
    return task.result()
