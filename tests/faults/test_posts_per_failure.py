"""For every failure the catalogue knows: how many POSTs left, counted at the gateway, and what the person was told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from playground.discord import Actor, Channel
from playground.images.breakages import breakages
from playground.images.cases import Billed, Case
from playground.images.errors import errors, refused
from playground.images.refusal import error_body
from playground.images.script import Answer, Behaviour
from playground.images.server import LocalImages
from playground.stage import Stage
from tests.flow.gateways import Time, a_stage, ended

OFTEN = 1_000.0
"""Seconds that pass between two cases: longer than any rest."""

BARE = {"only_detail", "only_message", "code_is_number", "code_is_status", "empty_400", "long_error"}
"""Refused without a name: a second call brings model, words and size only."""

CASES = {
    name: case
    for name, case in {**errors(), **{one: breakages()[one] for one in ("reset", "cut_at_once", "cut_midway")}}.items()
    if not case.is_retry_safe
}
"""Whatever may be repeated has a test of its own, with waiting times that a test can wait for."""

NO_WAIT = {"retry_after": "0"}
CLOUDFLARE = {"server": "cloudflare", "cf-ray": "9a1b2c3d4e5f6789-FRA", **NO_WAIT}


@pytest.fixture(name="time")
def _time() -> Time:
    return Time()


@pytest.fixture(name="stage")
async def _stage(tmp_path: Path, time: Time) -> AsyncIterator[Stage]:
    async with a_stage(tmp_path, clock=time) as stage:
        yield stage


@pytest.mark.timeout(120)
async def test_every_failure_leaves_as_many_posts_as_it_may_and_says_what_it_cost(
    images: LocalImages, ana: Actor, gallery: Channel, time: Time
) -> None:
    sent = dict[str, int]()
    for name, case in CASES.items():
        before = len(images.posts)
        images.script.add(replace(case.behaviour, times=None))
        message = await ended(ana, gallery, name)
        images.script.clear()
        sent[name] = len(images.posts) - before
        assert_costs_are_told(case, message.content)
        time.ahead_s += OFTEN
    assert sent == {name: 2 if name in BARE else 1 for name in CASES}
    assert len(sent) > 50


def assert_costs_are_told(case: Case, content: str) -> None:
    """The catalogue says what a careful client may believe; ours may believe less, never more."""
    if "It cost nothing." in content:
        assert case.billed is Billed.NO, case.name
    else:
        assert "It may have been billed." in content, case.name


@pytest.mark.parametrize(
    ("answer", "posts", "says"),
    [
        (refused(429, error_body("Slow down.", code="slow_down"), **NO_WAIT), 4, "takes no further orders"),
        (refused(429, error_body("您已达到请求数限制", code="")), 4, "takes no further orders"),
        (refused(503, error_body("overloaded", code="server_is_overloaded"), **NO_WAIT), 2, "overloaded"),
        (refused(503, error_body("No available channel", code="model_not_found"), **NO_WAIT), 2, "overloaded"),
        (refused(503, error_body("No available compatible accounts"), **NO_WAIT), 2, "overloaded"),
        (refused(521, "", content_type="text/html", **CLOUDFLARE), 3, "could not be reached"),
        (refused(522, "", content_type="text/html", **CLOUDFLARE), 3, "could not be reached"),
        (refused(523, "", content_type="text/html", **CLOUDFLARE), 3, "could not be reached"),
    ],
    ids=["rate", "rate of new-api", "overloaded", "no channel", "no account", "521", "522", "523"],
)
async def test_what_may_be_repeated_is_repeated_so_often_and_no_more(
    images: LocalImages, ana: Actor, gallery: Channel, answer: Answer, posts: int, says: str
) -> None:
    images.script.add(Behaviour(answer=answer, times=None))
    message = await ended(ana, gallery)
    assert says in message.content
    assert "It cost nothing." in message.content
    assert len(images.posts) == posts


async def test_a_repeated_call_that_works_brings_its_picture_once(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    limited = refused(429, error_body("Slow down.", code="slow_down"), **NO_WAIT)
    images.script.add(Behaviour(answer=limited, times=2))
    run = await ana.slash(gallery, "imagine", prompt="a fox")
    message = await run.waits_for(lambda one: bool(one.attachments and one.components))
    assert len(message.attachments) == 1
    assert [post.status for post in images.posts] == [429, 429, 200]


async def test_a_rate_limit_too_long_to_wait_for_says_until_when(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    limited = refused(429, error_body("Come back later.", code="rate_limit_exceeded"), retry_after="3600")
    images.script.add(Behaviour(answer=limited, times=None))
    message = await ended(ana, gallery)
    assert "takes no further orders until <t:" in message.content
    assert len(images.posts) == 1
