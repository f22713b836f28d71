"""The worker processes: what dies, what survives, and what is left behind."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.errors import PictureRejected
from bot.imaging import Darkroom, Limits
from bot.model import Reason
from tests.unit import hostile_files as hostile

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's address space")


@pytest.fixture
async def darkroom() -> AsyncIterator[Darkroom]:
    async with Darkroom(workers=2, decode_timeout_s=10) as opened:
        yield opened


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return hostile.write(tmp_path, hostile.saved(hostile.photo(), "PNG"))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "made"
    folder.mkdir()
    return folder


def segfault() -> None:
    ctypes.string_at(0)


def hang(started: Path, *_: object) -> None:
    """Hang as a decoder does: in C, deaf to Python's signal handlers."""
    started.touch()
    ctypes.PyDLL(None).pause()


def take_memory(size_bytes: int) -> int:
    return len(bytearray(size_bytes))


def write_file(path: Path, size_bytes: int) -> int:
    return path.write_bytes(bytes(size_bytes))


def open_files(path: Path, count: int) -> int:
    return len([path.open("rb") for _ in range(count)])


def resident_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def refuse() -> None:
    raise PictureRejected(Reason.DAMAGED, error="the test", pixels=7)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  # another process writes the file; no event tells
        await asyncio.sleep(0.01)


@posix_only
async def test_t11_a_segfault_costs_only_its_own_job(darkroom: Darkroom, picture: Path) -> None:
    crash = asyncio.create_task(darkroom.run(segfault))
    good = [asyncio.create_task(darkroom.inspect(picture)) for _ in range(12)]

    assert len(await asyncio.gather(*good)) == 12
    with pytest.raises(PictureRejected) as refused:
        await crash
    assert refused.value.reason is Reason.DECODER_CRASHED
    assert refused.value.facts == {"exit_code": -signal.SIGSEGV}
    assert (await darkroom.inspect(picture)).format == "png"


@posix_only
async def test_t11_a_hang_ends_at_its_limit_and_costs_only_its_own_job(tmp_path: Path, picture: Path) -> None:
    async with Darkroom(workers=2, decode_timeout_s=2) as darkroom:
        hung = asyncio.create_task(darkroom.run(hang, tmp_path / "started"))
        await until((tmp_path / "started").exists)
        assert [(await darkroom.inspect(picture)).format for _ in range(5)] == ["png"] * 5
        with pytest.raises(PictureRejected) as refused:
            await hung
        assert refused.value.reason is Reason.DECODER_TIMEOUT
        assert refused.value.facts == {"limit_s": 2}
        assert (await darkroom.inspect(picture)).format == "png"


@posix_only
async def test_t11_every_worker_hung_at_once_is_survived(tmp_path: Path, picture: Path) -> None:
    async with Darkroom(workers=2, decode_timeout_s=2) as darkroom:
        hung = [darkroom.run(hang, tmp_path / "started") for _ in range(2)]
        ends = await asyncio.gather(*hung, return_exceptions=True)
        assert [end.reason for end in ends if isinstance(end, PictureRejected)] == [Reason.DECODER_TIMEOUT] * 2
        assert (await darkroom.inspect(picture)).format == "png"


@linux_only
async def test_t11_a_job_beyond_its_memory_is_refused_and_its_worker_lives(picture: Path) -> None:
    limits = Limits(memory_bytes=256 << 20)
    async with Darkroom(workers=1, limits=limits) as darkroom:
        worker = await darkroom.run(os.getpid)
        with pytest.raises(PictureRejected) as refused:
            await darkroom.run(take_memory, 300 << 20)
        assert refused.value.reason is Reason.DECODER_OUT_OF_MEMORY
        assert refused.value.facts == {"limit_bytes": limits.memory_bytes}
        assert (await darkroom.inspect(picture)).format == "png"
        assert await darkroom.run(os.getpid) == worker


@linux_only
async def test_t11_a_picture_too_large_for_the_worker_is_refused_by_memory(tmp_path: Path) -> None:
    largest = hostile.png((8_192, 4_096), hostile.RGBA, hostile.zeros(4_096 * (8_192 * 4 + 1)))
    path = hostile.write(tmp_path, largest)
    async with Darkroom(workers=1, limits=Limits(memory_bytes=128 << 20)) as darkroom:
        with pytest.raises(PictureRejected) as refused:
            await darkroom.inspect(path)
        assert refused.value.reason is Reason.DECODER_OUT_OF_MEMORY


@linux_only
async def test_t11_running_out_of_memory_while_writing_is_refused_too(tmp_path: Path, target: Path) -> None:
    clear = hostile.png((3_000, 2_000), hostile.RGBA, hostile.zeros(2_000 * (3_000 * 4 + 1)))
    path = hostile.write(tmp_path, clear)
    async with Darkroom(workers=1, limits=Limits(memory_bytes=128 << 20)) as darkroom:
        with pytest.raises(PictureRejected) as refused:
            await darkroom.fit(path, target, 1_000)
        assert refused.value.reason is Reason.DECODER_OUT_OF_MEMORY
        assert not hostile.listed(target)


@linux_only
async def test_a_huge_transparent_picture_fits_and_its_memory_is_given_back(tmp_path: Path, target: Path) -> None:
    width_px, height_px = 4_400, 4_000
    rows = zlib.compress(bytes(height_px * (4 * width_px + 1)), level=0)
    path = hostile.write(tmp_path, hostile.png((width_px, height_px), hostile.RGBA, rows))
    async with Darkroom(workers=1, limits=Limits(max_file_bytes=100_000_000)) as darkroom:
        made = await darkroom.fit(path, target, 10_000_000)
        assert (made.format, made.quality) == ("webp", 95)
        assert made.width_px * made.height_px <= 1 << 24
        assert made.scale > 0.97
        assert await darkroom.run(resident_bytes) < 80 << 20


@posix_only
async def test_t11_a_worker_writes_no_file_larger_than_a_picture(tmp_path: Path) -> None:
    limits = Limits(max_pixels=1_000)
    async with Darkroom(workers=1, limits=limits) as darkroom:
        with pytest.raises(OSError, match="File too large"):
            await darkroom.run(write_file, tmp_path / "huge", 5 << 20)


@posix_only
async def test_t11_a_worker_opens_few_files(darkroom: Darkroom, picture: Path) -> None:
    with pytest.raises(OSError, match="Too many open files"):
        await darkroom.run(open_files, picture, 100)


@posix_only
async def test_a_worker_that_dies_between_jobs_is_replaced(picture: Path) -> None:
    async with Darkroom(workers=1) as darkroom:
        for _ in range(4):
            os.kill(await darkroom.run(os.getpid), signal.SIGKILL)
            assert (await darkroom.inspect(picture)).format == "png"


async def test_a_refusal_keeps_its_reason_and_numbers_across_the_pipe(darkroom: Darkroom) -> None:
    with pytest.raises(PictureRejected) as refused:
        await darkroom.run(refuse)
    assert refused.value.reason is Reason.DAMAGED
    assert refused.value.facts == {"error": "the test", "pixels": 7}


async def test_a_missing_file_is_no_fault_of_the_picture(darkroom: Darkroom, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await darkroom.inspect(tmp_path / "gone.png")


@pytest.mark.parametrize("data", [b"", hostile.pixel_bomb(9_000), hostile.saved(hostile.photo(), "PNG")[:120]])
async def test_a_refused_picture_leaves_no_file(darkroom: Darkroom, tmp_path: Path, target: Path, data: bytes) -> None:
    path = hostile.write(tmp_path, data)
    with pytest.raises(PictureRejected):
        await darkroom.clean(path, target)
    assert not hostile.listed(target)


async def test_a_cancelled_job_dies_and_leaves_no_file(tmp_path: Path, picture: Path, target: Path) -> None:
    slow = hostile.write(tmp_path, hostile.saved(hostile.noise((2_500, 2_000)), "PNG", compress_level=1), "slow")
    async with Darkroom(workers=1) as darkroom:
        task = asyncio.create_task(darkroom.clean(slow, target, keep_png=True))
        await until(lambda: any(path.stat().st_size for path in target.iterdir()))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not hostile.listed(target)
        assert (await darkroom.inspect(picture)).format == "png"  # the only worker is free again


@posix_only
async def test_closing_cancels_what_still_runs(tmp_path: Path) -> None:
    darkroom = Darkroom(workers=1)
    async with darkroom:
        hung = asyncio.create_task(darkroom.run(hang, tmp_path / "started"))
        await until((tmp_path / "started").exists)
    with pytest.raises(asyncio.CancelledError):
        await hung
    with pytest.raises(RuntimeError, match="closed"):
        await darkroom.run(os.getpid)


async def test_closing_what_was_never_opened_is_harmless() -> None:
    await Darkroom().aclose()


ORPHAN = """
import asyncio, os
from bot.imaging import Darkroom

async def main():
    async with Darkroom(workers=2) as darkroom:
        await darkroom.run(os.getpid)
        print("ready", flush=True)
        await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""


@posix_only
def test_workers_end_when_their_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE)  # noqa: S603  # our own text
    assert parent.stdout is not None
    with parent.stdout as output:
        assert output.readline() == b"ready\n"
        parent.kill()
        assert output.read() == b""  # the end comes when the last process that holds this pipe is gone
    assert parent.wait() == -signal.SIGKILL


def test_importing_the_room_does_nothing() -> None:
    probe = "import bot.imaging, multiprocessing as m, threading as t; print(t.active_count(), m.active_children())"
    seen = subprocess.run(  # noqa: S603  # our own text
        [sys.executable, "-W", "error", "-c", probe], env={}, capture_output=True, check=True, cwd=ROOT
    )
    assert seen.stdout.split() == [b"1", b"[]"]
    assert seen.stderr == b""


ROOT = Path(__file__).parents[2]
