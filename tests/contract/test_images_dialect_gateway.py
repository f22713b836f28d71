"""The door of the room: what a configured gateway offers, what its check finds, and what it makes of settings."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import CallFailed, ConfigurationError, OptionRefused
from bot.gateways.configuration import config_from
from bot.gateways.exchange import Clocks
from bot.gateways.fetch import open_downloader
from bot.gateways.gateway import ImagesGateway, open_gateway
from bot.gateways.probe import Finding
from bot.model import Billed, Learned, Options, OrderKind, Reason, Receipt, Wish
from bot.settings import Settings, load
from playground.images.server import LocalImages
from tests.contract.image_calls import Caller, calling_local

KEY = "sk-canary-0123456789"


def settings(**values: object) -> Settings:
    return load(None, **values)


@pytest.fixture
async def images() -> AsyncIterator[LocalImages]:
    async with LocalImages(api_key=KEY) as opened:
        yield opened


async def findings(given: Settings) -> list[Finding]:
    async with open_downloader(frozenset()) as downloader, open_gateway(config_from(given), downloader) as gateway:
        return await gateway.probe()


# -- the free check ---------------------------------------------------------------------------------------------------


async def test_a_good_gateway_is_said_to_be_good_and_nothing_is_paid(images: LocalImages) -> None:
    found = await findings(settings(images_base_url=images.base_url, images_api_key=KEY))
    assert [finding.level for finding in found] == ["ok"]
    assert "gpt-image-2" in found[0].text
    assert len(images.posts) == 0


async def test_a_wrong_key_is_a_problem_with_a_hint_and_is_not_repeated(images: LocalImages) -> None:
    (found,) = await findings(settings(images_base_url=images.base_url, images_api_key="sk-wrong-key-123456"))
    assert found.level == "problem"
    assert "401" in found.text
    assert "sk-wrong" not in found.text


@pytest.mark.parametrize("status", [401, 403])
async def test_where_no_key_is_set_it_is_missed_and_not_called_wrong(status: int) -> None:
    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(status=status, text=json.dumps({"error": {"message": "No api key passed in."}}))

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        found = await findings(settings(images_base_url=address, images_profile="local-server"))
    finally:
        await runner.cleanup()
    assert found[-1].level == "problem"
    assert f"wants a key (status {status}), and none is set. Set IMAGES_API_KEY, or key_env in" in found[-1].text
    assert "group" not in found[-1].text


async def test_a_model_that_is_not_listed_is_named_with_those_that_are(images: LocalImages) -> None:
    given = settings(images_base_url=images.base_url, images_api_key=KEY, images_model="gpt-image-9")
    (found,) = await findings(given)
    assert found.level == "warning"
    assert "gpt-image-9" in found.text
    assert "gpt-image-2" in found.text


async def test_an_address_nobody_listens_at_is_a_problem(unused_tcp_port: int) -> None:
    (found,) = await findings(settings(images_base_url=f"http://127.0.0.1:{unused_tcp_port}/v1", images_api_key=KEY))
    assert found.level == "problem"
    assert "IMAGES_BASE_URL" in found.text


async def test_what_was_assumed_of_the_address_and_a_short_clock_are_said(images: LocalImages) -> None:
    given = settings(images_base_url=images.origin, images_api_key=KEY, images_total_timeout_s=100)
    found = await findings(given)
    assert [finding.level for finding in found] == ["warning", "warning", "ok"]
    assert "/v1" in found[0].text
    assert "360" in found[1].text
    assert all(finding.text.startswith("the gateway 127.0.0.1: ") for finding in found[:2])


@pytest.mark.parametrize(
    ("status", "body", "level", "says"),
    [
        (200, json.dumps({"data": [{"id": "gpt-image-2", "shutdown_date": "2026-12-01"}]}), "warning", "2026-12-01"),
        (200, json.dumps({"data": []}), "warning", "does not list"),
        (200, "<!doctype html><title>Console</title>", "problem", "web page"),
        (404, json.dumps({"error": {"message": "no such page"}}), "warning", "404"),
        (403, json.dumps({"error": {"message": "用户额度不足", "code": "insufficient_user_quota"}}), "problem", "403"),
        (500, "", "warning", "500"),
        (200, "[" * 100_000, "warning", "does not list"),
        (200, json.dumps({"data": [None, {"id": 7}, "x"]}), "warning", "does not list"),
    ],
)
async def test_other_answers_of_the_models_endpoint(status: int, body: str, level: str, says: str) -> None:
    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(status=status, text=body)

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        (found,) = await findings(settings(images_base_url=address, images_api_key=KEY))
    finally:
        await runner.cleanup()
    assert (found.level, says in found.text) == (level, True), found


@pytest.mark.parametrize(
    "listed",
    [
        [{"id": f"\x1b[2J\x9b31mimage\nok      gateway  all is well, {KEY}"}],
        [{"id": "gpt-image-2", "shutdown_date": "\x1b[31m\n2026-12-01\nok"}],
        [{"id": "image" * 10_000}],
    ],
)
async def test_what_a_gateway_lists_cannot_write_to_the_terminal(listed: list[dict[str, str]]) -> None:
    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(text=json.dumps({"data": listed}))

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        (found,) = await findings(settings(images_base_url=address, images_api_key=KEY))
    finally:
        await runner.cleanup()
    assert found.level == "warning"
    assert found.text.isprintable()
    assert KEY not in found.text
    assert len(found.text) < 1000


# -- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "", "  ", "sk with space", "sk-ключ", "sk-\nline"])
def test_a_key_that_cannot_be_one_is_refused_without_repeating_it(key: str | None) -> None:
    with pytest.raises(ConfigurationError) as caught:
        config_from(settings(images_base_url="https://api.openai.com/v1", images_api_key=key))
    assert "IMAGES_API_KEY" in str(caught.value)
    assert "ключ" not in str(caught.value)


@pytest.mark.parametrize("profile", ["auto", "local-server"])
async def test_a_server_nearby_may_want_no_key_and_is_sent_none(profile: str) -> None:
    seen = list[str | None]()

    async def answer(request: web.BaseRequest) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        return web.Response(text=json.dumps({"data": [{"id": "gpt-image-2"}]}))

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        found = await findings(settings(images_base_url=address, images_profile=profile))
    finally:
        await runner.cleanup()
    assert seen == [None]
    assert found[-1].level == "ok"
    assert found[-1].text.endswith(" answers without a key and offers gpt-image-2.")
    assert ["IMAGES_API_KEY is empty, so no key is sent" in one.text for one in found] == (
        [True, False] if profile == "auto" else [False]
    )


@pytest.mark.parametrize(("profile", "wants_key"), [("local-server", False), ("auto", True), ("clauddy", True)])
def test_a_gateway_far_away_wants_a_key_unless_its_profile_is_a_server_of_ones_own(
    profile: str, *, wants_key: bool
) -> None:
    given = settings(images_base_url="https://paint.example/v1", images_profile=profile)
    if not wants_key:
        assert config_from(given).key.get_secret_value() == ""
        return
    with pytest.raises(ConfigurationError, match="IMAGES_API_KEY is missing"):
        config_from(given)


def test_a_profile_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="clauddy"):
        config_from(settings(images_api_key=KEY, images_profile="acme"))


def test_everything_of_the_settings_arrives() -> None:
    config = config_from(
        settings(
            images_base_url="https://clauddy.com/v1",
            images_api_key=f" {KEY} ",
            images_model="gpt-image-2-2026-04-21",
            images_concurrency=7,
            images_total_timeout_s=400,
            images_moderation="low",
        )
    )
    assert (config.slug, config.title) == ("clauddy", "Clauddy")
    assert config.key.get_secret_value() == KEY
    assert KEY not in repr(config)
    assert "clauddy.com" not in config.address  # a path may hold a secret, and this is written down
    assert [model.id for model in config.models] == ["gpt-image-2-2026-04-21"]
    assert (config.concurrency, config.clocks.total_s, config.moderation) == (7, 400, "low")


# -- offers and plans -------------------------------------------------------------------------------------------------


async def test_moderation_is_the_hosts_and_only_for_generations(images: LocalImages, tmp_path: Path) -> None:
    given = settings(images_base_url=images.base_url, images_api_key=KEY, images_moderation="low")
    async with open_downloader(frozenset()) as downloader, open_gateway(config_from(given), downloader) as gateway:
        caller = Caller(gateway=gateway, folder=tmp_path)
        for kind in OrderKind:
            assert isinstance(await caller.paint(caller.call(kind)), Receipt)
    assert [post.fields.get("moderation") for post in images.posts] == ["low", None]


async def test_a_model_that_is_not_configured_is_refused_before_and_after_planning(
    images: LocalImages, tmp_path: Path
) -> None:
    async with calling_local(tmp_path, images) as caller:
        wish = Wish(kind=OrderKind.GENERATE, options=Options(model="dall-e-3"), prompt_chars=1)
        with pytest.raises(OptionRefused) as refused:
            caller.gateway.plan(wish)
        assert refused.value.reason is Reason.MODEL_UNKNOWN
        call = caller.call(OrderKind.GENERATE)
        outcome = await caller.paint(replace(call, plan=replace(call.plan, model="dall-e-3")))
        assert isinstance(outcome, CallFailed)
        assert (outcome.failure.reason, outcome.failure.billed) == (Reason.MODEL_UNKNOWN, Billed.NO)
    assert len(images.posts) == 0


async def test_what_was_learned_narrows_what_is_offered(images: LocalImages) -> None:
    given = config_from(settings(images_base_url=images.base_url, images_api_key=KEY))
    fact = Learned(model="gpt-image-2", capability="backgrounds", value="transparent", reason="refused by name")
    async with (
        open_downloader(frozenset()) as downloader,
        open_gateway(replace(given, learned=(fact,)), downloader) as gateway,
    ):
        (offer,) = gateway.offers()
        wish = Wish(kind=OrderKind.GENERATE, options=Options(background="transparent"), prompt_chars=1)
        (change,) = gateway.plan(wish).changes
    assert "transparent" not in offer.capabilities.backgrounds
    assert (change.option, change.used, change.why) == ("background", "opaque", "not_offered")


async def test_a_refusal_is_believed_for_seven_days_and_what_was_seen_to_work_for_good(images: LocalImages) -> None:
    given = config_from(settings(images_base_url=images.base_url, images_api_key=KEY, images_profile="unknown"))
    now = [datetime(2026, 11, 20, tzinfo=UTC)]
    facts = [
        Learned(model="gpt-image-2", capability="qualities", value="high", reason="refused by name"),
        Learned(model="gpt-image-2", capability="backgrounds", value="+transparent", reason="it was transparent"),
    ]

    def known(gateway: ImagesGateway) -> tuple[bool, bool]:
        able = gateway.offers()[0].capabilities
        return "high" in able.qualities, "transparent" in able.backgrounds

    async with (
        open_downloader(frozenset()) as downloader,
        open_gateway(given, downloader, clock=lambda: now[0]) as gateway,
    ):
        assert known(gateway) == (True, False)
        gateway.learn(facts)
        assert known(gateway) == (False, True)
        now[0] += timedelta(days=6, hours=23)
        assert known(gateway) == (False, True)
        now[0] += timedelta(hours=2)
        assert known(gateway) == (True, True)


async def test_the_clock_of_the_whole_call_counts_the_upload_and_the_wait(images: LocalImages, tmp_path: Path) -> None:
    hold = images.script.hold()
    async with calling_local(tmp_path, images, clocks=Clocks(total_s=0.3)) as caller:
        painting = asyncio.create_task(caller.paint(caller.call(OrderKind.EDIT)))
        await images.arrived(1)
        outcome = await painting
        hold.release()
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN)
    assert len(images.posts) == 1
