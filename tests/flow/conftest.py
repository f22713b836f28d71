"""A stage for each flow test: local Discord, local gateway, the real bot between them; violations fail the test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
