"""A stage for each flow test: local Discord, local gateway, the real bot between them; violations fail the test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.discord import Actor, Channel, LocalDiscord
from playground.images.server import LocalImages
from playground.stage import Stage, StageOptions


@pytest.fixture(name="stage")
async def _stage(tmp_path: Path, discord_spec: Path | None, images_spec: Path | None) -> AsyncIterator[Stage]:
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec, images_spec=images_spec)
    async with Stage(options, log_level="warning") as stage:
        await stage.start_bot()
        yield stage
        stage.images.script.clear()
    assert not stage.discord.violations, stage.discord.transcript()
    assert not stage.images.violations


@pytest.fixture(name="discord")
def _discord(stage: Stage) -> LocalDiscord:
    return stage.discord


@pytest.fixture(name="images")
def _images(stage: Stage) -> LocalImages:
    return stage.images


@pytest.fixture(name="ana")
def _ana(discord: LocalDiscord) -> Actor:
    return discord.user("ana")


@pytest.fixture(name="ben")
def _ben(discord: LocalDiscord) -> Actor:
    return discord.user("ben")


@pytest.fixture(name="gallery")
def _gallery(discord: LocalDiscord) -> Channel:
    return discord.guild("Atelier").channel("gallery")
