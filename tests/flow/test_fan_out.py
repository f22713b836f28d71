"""Orders of several calls of which a later one fails: what can be waited for is, and the rest is told."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.gateways.configuration import ModelConfig
from bot.gateways.prices import Tariff
from playground.discord import Actor, Message
from playground.images.catalogue import catalogue
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from playground.stage import Stage
from tests.flow.gateways import a_stage, configured, refuses
from tests.flow.pictures import is_result

MODEL = ModelConfig(id="gpt-image-2", capabilities={"max_n": 1, "stream": False}, prices=Tariff(per_picture=0.1))


def limited(wait_s: int, times: int | None = None) -> Behaviour:
    code = "rate_limit_exceeded"
    return refuses(429, "Rate limit reached.", code=code, times=times, retry_after=str(wait_s))


def busy(times: int | None = None) -> Behaviour:
    return refuses(503, "overloaded", times=times, retry_after="1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    """A stage with a gateway that paints one picture a call, for $0.10."""

    stage: Stage
    images: LocalImages

    @property
    def ana(self) -> Actor:
        return self.stage.discord.user("ana")

    async def three(self) -> Message:
        """Order three pictures and return what is posted in the end."""
        gallery = self.stage.discord.guild("Atelier").channel("gallery")
        run = await self.ana.slash(gallery, "imagine", prompt="a red fox", count=3, model="fan/gpt-image-2")
        return await run.waits_for(is_result)

    def calls(self) -> list[tuple[int, str | None, str, int | None]]:
        """What the database holds of each call: number, outcome, whether it was billed, cost."""
        with sqlite3.connect(f"file:{self.stage.data_dir / 'easel.sqlite3'}?mode=ro", uri=True) as database:
            return list(database.execute("SELECT number, outcome, billed, cost_micros FROM calls ORDER BY number"))


@pytest.fixture
async def fan(tmp_path: Path) -> AsyncIterator[Fan]:
    async with LocalImages() as images:
        config = replace(configured(images, "fan"), models=(MODEL,))
        async with a_stage(tmp_path, config, show_cost=True) as stage:
            yield Fan(stage=stage, images=images)


@pytest.mark.parametrize(
    ("refusal", "reason"), [(limited(1, times=1), "rate_limited"), (busy(times=1), "overloaded")], ids=["429", "503"]
)
async def test_a_later_call_that_was_free_is_made_again_in_its_turn(fan: Fan, refusal: Behaviour, reason: str) -> None:
    fan.images.script.add(Behaviour(), refusal)
    message = await fan.three()
    assert len(message.attachments) == 3
    assert "did not come" not in message.content
    paid = (None, "yes", 100_000)
    assert fan.calls() == [(1, *paid), (2, reason, "no", None), (3, *paid), (4, *paid)]


@pytest.mark.parametrize(
    ("behaviour", "said", "cost", "row"),
    [
        (refuses(402, "insufficient balance"), ("run out of money", "cost nothing"), "$0.10", ("no_money", "no", None)),
        (
            refuses(500, "boom"),
            ("answered with an error instead of a picture (HTTP status 500): `boom`", "may have been billed"),
            "$0.10",
            ("unknown_outcome", "unknown", None),
        ),
        (catalogue()["dead_url"].behaviour, ("was billed",), "$0.20", ("link_failed", "yes", 100_000)),
        (
            limited(90),
            ("no further orders", "cost nothing"),
            "$0.10",
            ("rate_limited", "no", None),
        ),
        (busy(), ("overloaded", "cost nothing"), "$0.10", ("overloaded", "no", None)),
    ],
    ids=["402", "500", "billed", "a long wait", "503 for ever"],
)
async def test_why_the_rest_did_not_come_is_said_with_its_cost(
    fan: Fan, behaviour: Behaviour, said: tuple[str, ...], cost: str, row: tuple[str, str, int | None]
) -> None:
    fan.images.script.add(Behaviour(), behaviour)
    message = await fan.three()
    assert len(message.attachments) == 1
    details = await (await fan.ana.click(message, "Details")).message()
    for text in (message.content, details.content):
        assert "The rest did not come." in text
        assert all(words in text for words in said)
        assert cost in text
    assert fan.calls()[-1][1:] == row


async def test_the_host_reads_what_to_do_about_the_rest(fan: Fan) -> None:
    fan.images.script.add(Behaviour(), refuses(402, "insufficient balance"))
    message = await fan.three()
    details = await (await fan.stage.discord.user("odile").click(message, "Details")).message()
    assert "For the host:" in details.content


async def test_a_stop_ends_the_wait_and_what_came_is_delivered(fan: Fan) -> None:
    fan.images.script.add(Behaviour(), limited(50))
    gallery = fan.stage.discord.guild("Atelier").channel("gallery")
    run = await fan.ana.slash(gallery, "imagine", prompt="a red fox", count=3, model="fan/gpt-image-2")
    await fan.images.answered(2)
    await fan.stage.restart_bot()
    message = await run.waits_for(is_result)
    assert len(message.attachments) == 1
    assert "The rest did not come." in message.content
