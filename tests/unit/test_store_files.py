"""The bytes of pictures on a real disk: adopted once, found whole or called corrupt."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.errors import Corrupt, StoreError
from bot.store import Database
from bot.store.files import said_as_store_error
from tests.unit.store_fixtures import Flow, at, opened

CONTENT = b"\x89PNG and so on"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as store:
        await store.orders.open_gateways({"main": 4})
        yield store


def written(store: Database, name: str = "A1-1-0.part", content: bytes = CONTENT) -> Path:
    path = store.files.incoming / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


async def kept(store: Database, content: bytes = CONTENT) -> Path:
    """Store bytes with their row, as an order that received them does."""
    flow = Flow(store)
    picture = flow.picture(content)
    await store.files.adopt(written(store, content=content), picture.blob.sha256)
    await flow.queue(thread=500)
    await flow.receive(await flow.claim(), pictures=[picture])
    return await store.files.open_path(picture.blob.sha256)


async def test_a_file_is_moved_under_its_hash(store: Database, tmp_path: Path) -> None:
    source = written(store)
    await store.files.adopt(source, SHA256)
    path = await store.files.open_path(SHA256)
    assert path == tmp_path / "pictures" / SHA256[:2] / SHA256[2:4] / SHA256
    assert path.read_bytes() == CONTENT
    assert not source.exists()


async def test_an_equal_file_is_dropped(store: Database) -> None:
    for number in range(2):
        await store.files.adopt(written(store, f"{number}.part"), SHA256)
    assert await store.files.orphans() == []
    assert (await store.files.open_path(SHA256)).read_bytes() == CONTENT


async def test_equal_files_may_come_at_once(store: Database) -> None:
    await asyncio.gather(*(store.files.adopt(written(store, f"{n}.part"), SHA256) for n in range(8)))
    assert await store.files.orphans() == []
    await store.files.verify(SHA256)


async def test_a_damaged_file_is_replaced_by_good_bytes(store: Database) -> None:
    path = await kept(store)
    path.write_bytes(CONTENT[:-1])
    await store.files.adopt(written(store), SHA256)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT + b"x", b""])
async def test_a_file_of_another_size_is_never_handed_out(store: Database, content: bytes) -> None:
    path = await kept(store)
    path.write_bytes(content)
    with pytest.raises(Corrupt, match="bytes instead of"):
        await store.files.open_path(SHA256)


async def test_a_missing_file_is_corrupt(store: Database) -> None:
    path = await kept(store)
    path.unlink()
    with pytest.raises(Corrupt, match="missing"):
        await store.files.open_path(SHA256)
    with pytest.raises(Corrupt, match="missing"):
        await store.files.verify(SHA256)


async def test_changed_bytes_of_the_same_size_are_found_by_reading_them(store: Database) -> None:
    path = await kept(store)
    await store.files.verify(SHA256)
    path.write_bytes(CONTENT[:-1] + b"!")
    assert await store.files.open_path(SHA256) == path
    with pytest.raises(Corrupt, match="changed"):
        await store.files.verify(SHA256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA256.upper(), SHA256[:-1], SHA256 + "\n", "/" * 64])
async def test_what_is_no_hash_never_becomes_a_path(store: Database, name: str) -> None:
    source = written(store)
    for attempt in (store.files.adopt(source, name), store.files.open_path(name), store.files.remove([name])):
        with pytest.raises(ValueError, match="no SHA-256"):
            await attempt
    assert source.exists()


async def test_removing_twice_is_no_error(store: Database) -> None:
    path = await kept(store)
    await store.files.remove([SHA256])
    await store.files.remove([SHA256])
    assert not path.exists()


async def test_what_is_no_picture_is_set_aside(store: Database, tmp_path: Path) -> None:
    aside = await store.files.set_aside(written(store, "A1-2-0.part", b"<html>"))
    assert aside == tmp_path / "aside" / "A1-2-0.part"
    assert aside.read_bytes() == b"<html>"
    assert await store.files.orphans() == []


async def test_what_was_set_aside_is_dropped_after_a_day(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        young, old, older = [await store.files.set_aside(written(store, f"{n}.part", b"<html>")) for n in range(3)]
        set_age(young, at(-24 * 3600 + 1))
        set_age(old, at(-24 * 3600 - 1))
        last = await store.files.set_aside(written(store, "last.part", b"<html>"))
        assert sorted(young.parent.iterdir()) == sorted([young, older, last])
        set_age(older, at(-24 * 3600 - 1))
    async with opened(tmp_path):
        assert sorted(young.parent.iterdir()) == sorted([young, last])


def set_age(path: Path, instant: datetime) -> None:
    os.utime(path, (instant.timestamp(), instant.timestamp()))


async def test_orphans_outlive_the_process_until_they_are_discarded(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        left = [written(store, "A1-1-0.part"), written(store, "A2-x/upload.bin"), written(store, "A2-x/y/z.bin")]
    async with opened(tmp_path) as store:
        assert await store.files.orphans() == sorted(left)
        await store.files.discard(left[1:2])
        assert await store.files.orphans() == sorted([left[0], left[2]])
        await store.files.discard(left)
        assert await store.files.orphans() == []
        assert list(store.files.incoming.iterdir()) == [], "emptied folders go too"


async def test_only_files_of_incoming_are_discarded(store: Database) -> None:
    path = await kept(store)
    await store.files.discard([path])
    assert path.exists()


async def test_a_source_that_is_gone_is_a_store_error(store: Database) -> None:
    with pytest.raises(StoreError, match="refused"):
        await store.files.adopt(store.files.incoming / "never.part", SHA256)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
def test_a_full_disk_has_its_own_words() -> None:
    full = Path("/dev/full")
    with pytest.raises(StoreError, match="disk is full") as caught, said_as_store_error():
        full.write_bytes(b"x")
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
async def test_the_folders_are_this_users_alone(store: Database, tmp_path: Path) -> None:
    path = await kept(store)
    folders = [store.files.incoming, tmp_path / "aside", tmp_path / "pictures", path.parent, path.parent.parent]
    assert [oct(folder.stat().st_mode & 0o777) for folder in folders] == [oct(0o700)] * 5
