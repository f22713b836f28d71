"""A gateway that keeps failing is left alone, says so at once, and is asked something free before it is paid."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.images.server import LocalImages
from playground.stage import Stage
from tests.flow.gateways import Time, a_stage, configured, ended, refuses
from tests.flow.pictures import is_result, painted

SAYS_SO_S = 2.0
"""How soon the person hears of a gateway that is left alone (reliability facts, fault 36)."""


@pytest.fixture(name="time")
def _time() -> Time:
    return Time()


@pytest.fixture(name="stage")
async def _stage(tmp_path: Path, time: Time) -> AsyncIterator[Stage]:
    async with a_stage(tmp_path, clock=time) as stage:
        yield stage


async def test_after_a_few_failures_nothing_is_sent_and_people_hear_until_when(stage: Stage) -> None:
    stage.images.script.add(refuses(500, "The server had an error."))
    ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
    for _ in range(3):
        assert "may have been billed" in (await ended(ana, gallery)).content
    async with asyncio.timeout(SAYS_SO_S):
        message = await ended(ana, gallery)
    assert "left alone until <t:" in message.content
    assert "It cost nothing" in message.content
    assert len(stage.images.posts) == 3


async def test_a_key_without_money_parks_the_gateway_at_once(stage: Stage) -> None:
    stage.images.script.add(refuses(402, "insufficient balance"))
    ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
    assert "run out of money" in (await ended(ana, gallery)).content
    assert "left alone" in (await ended(ana, gallery)).content
    assert len(stage.images.posts) == 1


async def test_after_the_rest_a_free_question_comes_before_a_paid_call(stage: Stage, time: Time) -> None:
    stage.images.script.add(refuses(500, "The server had an error.", times=3))
    ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
    for _ in range(3):
        await ended(ana, gallery)
    time.ahead_s = 31
    await painted(ana, gallery, "it is back")
    await painted(ana, gallery, "and stays")
    assert len(stage.images.posts) == 5


async def test_a_gateway_that_is_gone_gets_no_paid_call_after_its_rest(
    tmp_path: Path, time: Time, unused_tcp_port: int
) -> None:
    address = f"http://127.0.0.1:{unused_tcp_port}/v1"
    async with a_stage(tmp_path, clock=time, images_base_url=address) as stage:
        ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
        assert "could not be reached" in (await ended(ana, gallery)).content  # three tries of one order
        assert "left alone" in (await ended(ana, gallery)).content
        time.ahead_s = 31
        async with asyncio.timeout(SAYS_SO_S):
            assert "left alone" in (await ended(ana, gallery)).content  # the free question found nobody
        assert len(stage.images.posts) == 0


async def test_orders_that_wait_in_line_end_as_soon_as_the_gateway_rests(stage: Stage) -> None:
    hold = stage.images.script.hold(refuses(500, "The server had an error.", times=4))
    for _ in range(3):
        stage.images.script.hold(refuses(500, "The server had an error.", times=1))
    ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
    running = [await ana.slash(gallery, "imagine", prompt=f"fox {number}") for number in range(4)]
    await stage.images.arrived(4)
    waiting = await ana.slash(gallery, "imagine", prompt="the fifth fox")
    await waiting.waits_for(lambda one: "Queued" in one.content)
    stage.images.script.clear()
    hold.release()
    await waiting.waits_for(lambda one: "left alone" in one.content)
    for run in running:
        await run.waits_for(lambda one: "billed" in one.content)
    assert len(stage.images.posts) == 4


async def test_a_resting_gateway_hands_its_orders_to_one_that_costs_no_more(tmp_path: Path, time: Time) -> None:
    async with (
        LocalImages() as second,
        a_stage(tmp_path, configured(second, "second"), clock=time) as stage,
    ):
        stage.images.script.add(refuses(500, "The server had an error."))
        ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
        for _ in range(3):
            await ended(ana, gallery)
        message = await painted(ana, gallery)
        assert "`Second` was asked" in message.content
        assert (len(stage.images.posts), len(second.posts)) == (3, 1)


async def test_when_every_gateway_is_down_that_is_said_at_once(tmp_path: Path, time: Time) -> None:
    async with (
        LocalImages() as second,
        a_stage(tmp_path, configured(second, "second"), clock=time) as stage,
    ):
        for images in (stage.images, second):
            images.script.add(refuses(402, "insufficient balance"))
        ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
        await ended(ana, gallery)
        async with asyncio.timeout(SAYS_SO_S):
            assert "left alone" in (await ended(ana, gallery)).content
        assert (len(stage.images.posts), len(second.posts)) == (1, 1)


async def test_a_rate_limit_is_waited_for_by_those_who_come_after(stage: Stage) -> None:
    stage.images.script.add(refuses(429, "Slow down.", times=1, retry_after="1"))
    ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
    runs = [await ana.slash(gallery, "imagine", prompt="a fox")]
    await stage.images.answered(1)
    runs.append(await ana.slash(gallery, "imagine", prompt="an owl"))
    for run in runs:
        await run.waits_for(is_result)
    assert sorted(post.status or 0 for post in stage.images.posts) == [200, 200, 429]


async def test_no_more_calls_leave_in_a_minute_than_the_host_allows(tmp_path: Path) -> None:
    async with (
        LocalImages() as second,
        a_stage(tmp_path, configured(second, "second", model="gpt-image-1.5", per_minute=2)) as stage,
    ):
        ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
        for number in range(3):
            await ana.slash(gallery, "imagine", prompt=f"fox {number}", model="second/gpt-image-1.5")
        await second.answered(2)
        third = await ana.slash(gallery, "imagine", prompt="elsewhere")
        await third.waits_for(is_result)
        assert len(second.posts) == 2
        await stage.kill_bot()
