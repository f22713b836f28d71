"""The playground offers every dialect of its local gateway beside one another."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.discord import Actor, Channel, LocalDiscord
from playground.images.server import LocalImages
from playground.open import other_dialects
from playground.stage import Stage, StageOptions
from tests.flow.pictures import painted, replied


@pytest.fixture(name="stage")
async def _stage(tmp_path: Path, discord_spec: Path | None, images_spec: Path | None) -> AsyncIterator[Stage]:
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec, images_spec=images_spec)
    async with Stage(options, log_level="warning") as stage:
        stage.offer(*other_dialects(stage))
        await stage.start_bot()
        yield stage
    assert not stage.discord.violations, stage.discord.transcript()
    assert not stage.images.violations


async def test_each_dialect_has_a_model_to_choose(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    choices = await ana.autocomplete(gallery, "imagine", "model", "", prompt="a fox")
    models = [choice.value for choice in choices]
    assert models == [
        "local/gpt-image-2",
        "local-chat/gemini-2.5-flash-image",
        "local-responses/gpt-image-2.5-flare",
    ]
    for model in models:
        first = await painted(ana, gallery, "a red fox", model=model)
        await replied(ana, discord, first, "make it blue")
    assert [post.path.removeprefix("/v1/") for post in images.posts] == [
        "images/generations", "images/edits", "chat/completions", "chat/completions", "responses", "responses",
    ]  # fmt: skip
    assert images.posts[-1].fields["previous_response_id"]
