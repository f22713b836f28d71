"""The SQLite file: opened, locked, migrated and written, with real processes that are killed."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text

from bot.errors import AlreadyRunning, ConfigurationError, Corrupt, StartupError, StoreError
from bot.model import OrderId, OrderState
from bot.store import Database
from bot.store.migrate import configuration, upgrade
from bot.store.tables import metadata
from tests.unit.store_fixtures import START, Flow, a_request, identifier, opened

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as store:
        await store.orders.open_gateways({"main": 4})
        yield store


def database_of(folder: Path) -> Path:
    return folder / "easel.sqlite3"


# -- opening -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://easel:hunter2@db/easel", "PostgreSQL comes with a later release"),
        ("postgresql+psycopg://easel:hunter2@db/easel", "PostgreSQL comes with a later release"),
        ("mysql://easel:hunter2@db/easel", "mysql is not supported"),
        ("no url at all: hunter2", "no database URL"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("sqlite:///file:x?mode=memory&uri=true", "must be a file"),
    ],
)
async def test_a_url_that_cannot_be_served_is_named_without_its_secrets(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        async with Database.open(url, tmp_path, lambda: START):
            pass
    assert "DATABASE_URL" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"])
async def test_every_spelling_of_sqlite_opens_the_file(tmp_path: Path, scheme: str) -> None:
    path = tmp_path / "new folder" / "ease%l.sqlite3"
    async with Database.open(f"{scheme}:///{path.as_posix()}", tmp_path / "data", lambda: START) as store:
        assert store.transactions.path == path
        assert store.transactions.sqlite_version == sqlite3.sqlite_version
    assert path.exists()


@pytest.mark.parametrize(
    "content", [b"this is no database at all, only text " * 100, b"SQLite format 3\0" + b"\xff" * 8192]
)
async def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    database_of(tmp_path).write_bytes(content)
    with pytest.raises(StartupError, match="cannot be opened"):
        async with opened(tmp_path):
            pass
    assert database_of(tmp_path).read_bytes() == content


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file stands where the folder should be")
    with pytest.raises(StartupError, match="DATA_DIR"):
        async with Database.open(f"sqlite:///{database_of(tmp_path).as_posix()}", tmp_path / "data", lambda: START):
            pass
    async with opened(tmp_path):
        pass  # the failed start gave its lock back


async def test_connections_are_as_durable_and_as_strict_as_designed(store: Database) -> None:
    async with store.transactions.write() as connection:
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await connection.scalar(text("PRAGMA synchronous")) == 2  # FULL
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1
    with pytest.raises(StoreError, match="readonly"):
        async with store.transactions.read() as connection:
            await connection.execute(text("DELETE FROM orders"))


# -- one process -------------------------------------------------------------------------------------------------

HOLDER = """
import asyncio, sys
from datetime import datetime, UTC
from pathlib import Path
from tests.unit.store_fixtures import Flow, opened

async def main():
    async with opened(Path(sys.argv[1])) as store:
        print("open", flush=True)
        flow = Flow(store)
        while True:
            order = await flow.accept()
            print(order.id, flush=True)

asyncio.run(main())
"""


@asynccontextmanager
async def another_process(script: str, folder: Path) -> AsyncGenerator[Process]:
    code = f"import sys\nsys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests' / 'unit')!r}]\n{script}"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(folder), stdout=PIPE, stderr=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_a_second_process_is_refused_and_told_who_holds_the_database(tmp_path: Path) -> None:
    async with another_process(HOLDER, tmp_path) as holder:
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"open\n"
        with pytest.raises(AlreadyRunning, match=f"process {holder.pid} on .+, since 2026-11-20T12:00:00") as caught:
            async with opened(tmp_path):
                pass
        assert caught.value.exit_code == 75


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
async def test_what_was_accepted_survives_kill_9_and_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    async with another_process(HOLDER, tmp_path) as holder:
        assert holder.stdout is not None
        await holder.stdout.readline()
        said = [await holder.stdout.readline() for _ in range(50)]
        holder.send_signal(signal.SIGKILL)
        rest, _ = await holder.communicate()
    acknowledged = {line.decode().strip() for line in (*said, *rest.splitlines(keepends=True)) if line.endswith(b"\n")}
    async with opened(tmp_path) as store:
        stored = {order.id for order in await store.orders.in_state(OrderState.ACCEPTED)}
    assert len(acknowledged) >= 50
    assert acknowledged <= stored


async def test_the_same_process_cannot_open_it_twice_either(tmp_path: Path) -> None:
    async with opened(tmp_path):
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
            async with opened(tmp_path):
                pass
        note = json.loads((tmp_path / "easel.sqlite3.holder").read_text(encoding="utf-8"))
        assert note["since"] == START.isoformat()
    async with opened(tmp_path):
        pass


async def test_another_path_to_the_same_file_meets_the_same_lock(tmp_path: Path) -> None:
    link = tmp_path / "link"
    try:
        link.symlink_to(tmp_path, target_is_directory=True)
    except OSError as error:
        pytest.skip(f"this user may not make links: {error}")
    async with opened(tmp_path):
        with pytest.raises(AlreadyRunning):
            async with opened(link):
                pass


async def test_a_lock_whose_note_is_unreadable_still_refuses(tmp_path: Path) -> None:
    async with opened(tmp_path):
        (tmp_path / "easel.sqlite3.holder").write_text("[]")
        with pytest.raises(AlreadyRunning, match="no note of who it is"):
            async with opened(tmp_path):
                pass


# -- transactions ------------------------------------------------------------------------------------------------


async def test_an_error_rolls_the_whole_transaction_back(store: Database) -> None:
    async def half_way() -> None:
        async with store.transactions.write() as connection:
            await connection.execute(text("INSERT INTO gateway_slots VALUES ('other', 0, 1)"))
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await half_way()
    async with store.transactions.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM gateway_slots")) == 1


async def test_a_reader_sees_one_state_throughout(store: Database) -> None:
    flow = Flow(store)
    counted = text("SELECT count(*) FROM orders")
    async with store.transactions.read() as connection:
        assert await connection.scalar(counted) == 0
        await flow.accept()
        assert await connection.scalar(counted) == 0
    async with store.transactions.read() as connection:
        assert await connection.scalar(counted) == 1


async def test_cancelling_at_any_moment_leaves_whole_orders_and_a_working_store(store: Database) -> None:
    first = await Flow(store).accept()
    for moment in range(60):
        order_id = OrderId(identifier("C", moment))
        task = asyncio.create_task(store.orders.accept(order_id, a_request(f"i:c{moment}"), None, START))
        for _ in range(moment % 10):
            await asyncio.sleep(0)
        for _ in range(moment // 10):  # lets the writer's thread get further
            await store.orders.load(first.id)
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            assert (await store.orders.load(order_id)).id == order_id
    _, fresh = await store.orders.accept(OrderId("LAST"), a_request("i:last"), None, START)
    assert fresh


async def test_a_write_waits_for_another_programs_lock_while_reads_go_on(store: Database) -> None:
    order = await Flow(store).accept()
    with closing(sqlite3.connect(store.transactions.path, isolation_level=None)) as backup:
        backup.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(store.orders.accept(OrderId("B1"), a_request("i:b"), None, START))
        for _ in range(20):
            assert await store.orders.load(order.id) == order
        assert not waiting.done()
        backup.execute("COMMIT")
        _, fresh = await waiting
    assert fresh


async def test_a_full_disk_refuses_and_recovers_by_itself(store: Database) -> None:
    async with store.transactions.write() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    written: list[OrderId] = []

    async def fill() -> None:
        flow = Flow(store)
        while True:
            written.append((await flow.accept()).id)

    with pytest.raises(StoreError, match="full"):
        await fill()
    assert [order.id for order in await store.orders.in_state(OrderState.ACCEPTED)] == written
    async with store.transactions.write() as connection:
        await connection.execute(text("PRAGMA max_page_count = 100000"))
    _, fresh = await store.orders.accept(OrderId("AGAIN"), a_request("i:again"), None, START)
    assert fresh


async def test_a_row_that_makes_no_sense_is_called_corrupt(store: Database) -> None:
    order = await Flow(store).accept()
    async with store.transactions.write() as connection:
        await connection.execute(text("""UPDATE orders SET inputs = '[{"type": "martian"}]'"""))
    with pytest.raises(Corrupt):
        await store.orders.load(order.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE orders SET state = 'lost'",
        "UPDATE orders SET billing = 'maybe'",
        "UPDATE orders SET state = 'queued', ticket = NULL",
        "UPDATE gateway_slots SET running = slot_limit + 1",
        "UPDATE gateway_slots SET running = -1",
        "DELETE FROM orders",
    ],
)
async def test_the_tables_themselves_refuse_nonsense(store: Database, statement: str) -> None:
    await Flow(store).paint(thread=500)
    with pytest.raises(StoreError, match="refused a row"):
        async with store.transactions.write() as connection:
            await connection.execute(text(statement))


# -- migrations --------------------------------------------------------------------------------------------------


def described(connection: Connection) -> dict[str, object]:
    """Describe every table of a database, CHECKs included, which autogenerate does not compare."""
    found = inspect(connection)
    return {
        name: {
            "columns": [{**column, "type": str(column["type"])} for column in found.get_columns(name)],
            "key": found.get_pk_constraint(name),
            "foreign": sorted(found.get_foreign_keys(name), key=str),
            "unique": sorted(found.get_unique_constraints(name), key=str),
            "checks": sorted(found.get_check_constraints(name), key=str),
            "indexes": sorted(found.get_indexes(name), key=str),
        }
        for name in sorted(set(found.get_table_names()) - {"alembic_version"})
    }


def test_the_migrations_lead_to_the_tables() -> None:
    migrated, created = create_engine("sqlite://"), create_engine("sqlite://")
    with migrated.begin() as one, created.begin() as other:
        upgrade(one)
        metadata.create_all(other)
        assert compare_metadata(MigrationContext.configure(one), metadata) == []
        assert described(one) == described(other)
    migrated.dispose()
    created.dispose()


def test_every_migration_can_be_taken_back() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        command.downgrade(configuration(connection), "base")
        assert described(connection) == {}
    engine.dispose()


async def test_a_database_of_a_newer_release_is_refused_and_left_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        order = await Flow(store).accept()
    with closing(sqlite3.connect(database_of(tmp_path))) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with pytest.raises(StartupError, match=r"revision 9999.*newer release"):
        async with opened(tmp_path):
            pass
    with closing(sqlite3.connect(database_of(tmp_path))) as still:
        assert still.execute("SELECT id FROM orders").fetchall() == [(order.id,)]


async def test_rows_that_refer_to_nothing_stop_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await Flow(store).accept()
    with closing(sqlite3.connect(database_of(tmp_path))) as careless:
        careless.execute("INSERT INTO interactions VALUES ('GONE', 'token', '2026-11-20 12:00:00.000000')")
        careless.commit()
    with pytest.raises(StartupError, match=r"1 rows that refer to rows which do not exist \(first in interactions\)"):
        async with opened(tmp_path):
            pass


KILLED_WHILE_MIGRATING = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import create_engine, event
from bot.store.migrate import upgrade

engine = create_engine(f"sqlite:///{Path(sys.argv[1]).as_posix()}/easel.sqlite3")

@event.listens_for(engine, "connect")
def connected(connection, record):
    connection.isolation_level = None

@event.listens_for(engine, "begin")
def began(connection):
    connection.exec_driver_sql("BEGIN IMMEDIATE")

@event.listens_for(engine, "before_cursor_execute")
def before(connection, cursor, statement, parameters, context, many):
    if "CREATE TABLE pictures" in statement:
        os.kill(os.getpid(), signal.SIGKILL)

with engine.begin() as connection:
    upgrade(connection)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
async def test_a_migration_that_was_killed_half_way_runs_again(tmp_path: Path) -> None:
    async with another_process(KILLED_WHILE_MIGRATING, tmp_path) as process:
        await process.communicate()
        assert process.returncode == -signal.SIGKILL
    async with opened(tmp_path) as store:
        assert (await Flow(store).accept()).state is OrderState.ACCEPTED
