"""/gateway check and /gateway list as a host uses them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from playground.discord import Actor, Channel, LocalDiscord, Message
from playground.images.server import LocalImages
from playground.stage import Stage, StageOptions


@pytest.fixture(name="odile")
def _odile(discord: LocalDiscord) -> Actor:
    return discord.user("odile")


def is_over(message: Message) -> bool:
    return "Pictures:" in message.content


async def test_a_host_sees_the_price_says_yes_and_gets_the_table(
    stage: Stage, images: LocalImages, odile: Actor, gallery: Channel
) -> None:
    run = await odile.slash(gallery, "gateway check", everything=True)
    asked = await run.message()
    print(asked.content)
    pressed = await odile.click(asked, "Start the check-up")
    over = await run.waits_for(is_over, timeout_s=60)
    print(over.content)
    (folder,) = (stage.data_dir / "check").iterdir()
    print((folder / "report.txt").read_text())
    print(sorted(path.name for path in folder.iterdir()))
    assert 0
