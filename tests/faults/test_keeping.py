"""What was paid for is kept, whatever dies or fails on this machine meanwhile."""

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.discord import Actor, Channel
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from playground.stage import Stage, StageOptions
from tests.flow.pictures import is_result, noise_png


@pytest.fixture(name="stage")
async def _stage(tmp_path: Path, discord_spec: Path | None) -> AsyncIterator[Stage]:
    async with Stage(
        StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec), log_level="error", drain_s=1
    ) as stage:
        await stage.start_bot()
        yield stage
        stage.images.script.clear()
    assert not stage.discord.violations, stage.discord.transcript()


def children(pid: int) -> list[int]:
    listed = (file.read_text(encoding="ascii") for file in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for line in listed for child in line.split()]


def workers() -> list[int]:
    """Return this process's picture workers; they are children of the process that forks them."""
    return [worker for child in children(os.getpid()) for worker in children(child)]


def has_open(pid: int, ending: str) -> bool:
    try:
        return any(file.readlink().name.endswith(ending) for file in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:  # it ended, or closed the file meanwhile
        return False


async def worker_at(ending: str) -> int:
    """Wait until a worker has a file with this ending open, and return the worker."""
    while True:
        for worker in workers():
            if has_open(worker, ending):
                return worker
        await asyncio.sleep(0.001)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers through /proc")
async def test_a_paid_picture_survives_the_death_of_the_one_who_looks_at_it(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    images.script.add(Behaviour(picture_bytes=noise_png(3840, 2160)))
    run = await ana.slash(gallery, "imagine", prompt="a red fox", size="3840x2160")
    os.kill(await worker_at("-1-1.part"), signal.SIGKILL)
    message = await run.waits_for(is_result)
    assert message.attachments
    assert len(images.posts) == 1


async def test_a_paid_picture_waits_until_the_disk_takes_it(
    stage: Stage, images: LocalImages, ana: Actor, gallery: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    picture = noise_png(1024, 1024)
    sha256 = hashlib.sha256(picture).hexdigest()
    in_the_way = stage.data_dir / "pictures" / sha256[:2]
    in_the_way.write_bytes(b"")
    images.script.add(Behaviour(picture_bytes=picture))
    run = await ana.slash(gallery, "imagine", prompt="a red fox", size="1024x1024")
    while "could not be written" not in caplog.text:  # noqa: ASYNC110  # a log record sets no event
        await asyncio.sleep(0.01)
    in_the_way.unlink()
    message = await run.waits_for(is_result)
    assert message.attachments
    assert len(images.posts) == 1
