"""Picture workers that die while a paid picture is in their hands."""

import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.discord import Actor, Channel, LocalDiscord
from playground.images.server import LocalImages
from playground.stage import Stage, StageOptions
from tests.flow.pictures import is_result

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the workers through /proc")


@pytest.fixture(name="stage")
async def _stage(tmp_path: Path, discord_spec: Path | None) -> AsyncIterator[Stage]:
    async with Stage(StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec), log_level="error") as stage:
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


async def test_a_paid_picture_survives_the_death_of_those_who_look_at_it(
    stage: Stage, discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    hold = images.script.hold()
    run = await ana.slash(gallery, "imagine", prompt="a red fox")
    await images.arrived(1)
    stopped = workers()
    assert stopped
    for worker in stopped:
        os.kill(worker, signal.SIGSTOP)
    hold.release()
    await discord.until(lambda: any((stage.data_dir / "incoming").rglob("*-1-1.part")))
    for worker in stopped:
        os.kill(worker, signal.SIGKILL)
    message = await run.waits_for(is_result)
    assert message.attachments
    assert len(images.posts) == 1
