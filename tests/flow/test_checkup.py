"""/gateway check and /gateway list as hosts use them, and as others do not."""

import asyncio
import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from playground.discord import Actor, Channel, LocalDiscord, Message
from playground.discord.errors import RefusedError
from playground.images.breakages import reset_after_painting
from playground.images.catalogue import catalogue
from playground.images.endpoint import Endpoint
from playground.images.errors import errors
from playground.images.exchange import Exchange
from playground.images.honest import images_body
from playground.images.personas import personas
from playground.images.replies import Reply, whole
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from playground.stage import Stage, StageOptions
from tests.flow.pictures import opened, painted

pytestmark = pytest.mark.timeout(90)  # a check-up is up to twenty calls, each painted

BAD_KEY = errors()["wrong_key"].behaviour
START, STOP = "Start the check-up", "Stop after this step"
PAID_STEPS = 16
"""Of gpt-image-2 at the local gateway: all but input_fidelity, which it does not offer."""


@pytest.fixture(name="odile")
def _odile(discord: LocalDiscord) -> Actor:
    """The owner of the application, and so the host."""
    return discord.user("odile")


def is_over(message: Message) -> bool:
    return "Pictures:" in message.content


def folder_of(stage: Stage) -> Path:
    (folder,) = (stage.data_dir / "check").iterdir()
    return folder


def report_of(stage: Stage) -> str:
    return (folder_of(stage) / "report.txt").read_text(encoding="utf-8")


def row(report: str, step: str) -> str:
    (found,) = [line for line in report.splitlines() if line.startswith(f"{step}  ")]
    return found.removeprefix(step).strip()


def learned(stage: Stage) -> set[tuple[str, object]]:
    with sqlite3.connect(stage.data_dir / "easel.sqlite3") as database:
        return set(database.execute("SELECT capability, value FROM learned"))


async def checked(host: Actor, channel: Channel, **options: object) -> Message:
    """Order a check-up, agree to it, and return the message with its table."""
    run = await host.slash(channel, "gateway check", **options)
    await host.click(await run.message(), START)
    return await run.waits_for(is_over, timeout_s=60)


@pytest.mark.timeout(120)
async def test_a_host_sees_the_price_agrees_and_gets_the_table(
    stage: Stage, discord: LocalDiscord, images: LocalImages, odile: Actor, gallery: Channel
) -> None:
    hold = images.script.hold()
    run = await odile.slash(gallery, "gateway check")
    asked = await run.message()
    assert asked.visible_to == odile.id
    assert f"Paid calls: {PAID_STEPS}" in asked.content
    assert "Price: about $0.00" in asked.content
    assert "size 3840x2160" in asked.content
    assert len(images.posts) == 0
    began = monotonic()
    await odile.click(asked, START)
    await images.arrived(1)
    await run.waits_for(lambda one: "step 2 of 17, small picture" in one.content)
    hold.release()
    over = await run.waits_for(is_over, timeout_s=60)
    edits = [one for one in discord.requests if one.method == "PATCH" and one.path.endswith("/messages/@original")]
    assert len(edits) <= (monotonic() - began) / 3 + 1
    assert "17 of 17 steps, 15 work, 2 accepted" in over.content
    assert "Spent: $0.00" in over.content
    assert "```" in over.content
    (attached,) = over.attachments
    report = report_of(stage)
    assert discord.downloads(attached).decode() == report
    assert len(images.posts) == PAID_STEPS
    assert "Everything is as profile and configuration say." in report
    for step, seen in (
        ("key and models", "takes the key and offers gpt-image-2"),
        ("small picture", "png 1024x1024"),
        ("n=2", "2 of 2 pictures"),
        ("mask", "0 % changed outside the hole"),
        ("transparent", "really transparent"),
        ("format webp", "webp 1024x1024"),
        ("compression 30", "without it"),
        ("stream", "2 previews; image_generation.completed"),
        ("size 3840x2160", "png 3840x2160"),
    ):
        assert row(report, step).startswith("works"), report
        assert seen in row(report, step), report
    assert learned(stage) == set()
    _look_at_what_was_sent(stage, images)


def _look_at_what_was_sent(stage: Stage, images: LocalImages) -> None:
    """Every step sent the least that shows its point, and kept its picture."""
    folder = folder_of(stage)
    small, edit, two, count, mask = images.posts[:5]
    assert small.fields == {
        "prompt": small.fields["prompt"], "model": "gpt-image-2", "size": "1024x1024", "quality": "low"
    }  # fmt: skip
    assert [len(post.files) for post in (edit, two, mask)] == [1, 2, 2]
    assert count.fields["n"] == 2
    assert edit.files[0].content == (folder / "02-small.png").read_bytes()
    assert opened((folder / "10-format-webp.webp").read_bytes()).format == "WEBP"
    assert opened((folder / "16-size-3840x2160.png").read_bytes()).size == (3840, 2160)
    assert {path.suffix for path in folder.iterdir()} == {".png", ".jpeg", ".webp", ".txt"}
    assert all(post.fields["quality"] == "low" for post in images.posts)


async def test_what_is_not_offered_is_tried_on_demand_and_what_it_teaches_is_remembered(
    stage: Stage, images: LocalImages, odile: Actor, gallery: Channel
) -> None:
    await checked(odile, gallery, everything=True)
    assert len(images.posts) == PAID_STEPS + 1
    report = report_of(stage)
    assert row(report, "input fidelity high").startswith("refused")
    assert "nothing" in row(report, "input fidelity high")
    assert learned(stage) == {("input_fidelity", "false")}
    assert "input_fidelity is false" in report
    assert "Everything is as profile" in report
    assert "Hint:" not in report


async def test_a_gateway_that_refuses_differs_and_is_known_for_it_afterwards(
    stage: Stage, images: LocalImages, odile: Actor, gallery: Channel
) -> None:
    known = errors()
    small = images.script.hold()
    run = await odile.slash(gallery, "gateway check")
    await odile.click(await run.message(), START)
    await images.arrived(1)
    images.script.add(
        replace(known["wrong_url"].behaviour, endpoint=Endpoint.EDITS),
        replace(known["transparent_refused"].behaviour, prompt="fully transparent"),
        Behaviour(answer=reset_after_painting, endpoint=Endpoint.GENERATIONS),
    )
    small.release()
    over = await run.waits_for(is_over, timeout_s=60)
    report = report_of(stage)
    assert row(report, "edit").startswith("refused")
    assert row(report, "two inputs").startswith("skipped")
    assert "needs what did not work: edit" in row(report, "mask")
    assert row(report, "n=2").startswith("outcome unknown")
    assert "maybe" in row(report, "n=2")
    assert row(report, "transparent").startswith("refused")
    assert row(report, "size 1280x768").startswith("works")
    assert "Calls that may have been billed: 1" in over.content
    assert "edit (edit): known as offered, but refused" in report
    assert len(images.posts) == PAID_STEPS - 2  # two skipped, none repeated
    assert learned(stage) == {("backgrounds", '"transparent"'), ("edit", "false")}
    assert "base URL" not in report
    await stage.restart_bot()
    later = await painted(odile, gallery, "a fox", background="transparent")
    assert "transparent" in later.content
    assert images.posts[-1].fields["background"] == "opaque"


async def test_a_gateway_whose_streams_are_lost_is_asked_for_no_further_one(
    tmp_path: Path, discord_spec: Path | None, images_spec: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "gateways.toml"
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec, images_spec=images_spec)
    async with (
        Stage(options, log_level="warning", gateways_file=file) as stage,
        LocalImages(persona=personas()["litellm"]) as lossy,
    ):
        monkeypatch.setenv("CHECKED_KEY", lossy.api_key)
        file.write_text(LOSSY.format(base_url=lossy.base_url), encoding="utf-8")
        await stage.start_bot()
        odile, gallery = stage.discord.user("odile"), stage.discord.guild("Atelier").channel("gallery")
        await checked(odile, gallery)
        report = report_of(stage)
        assert row(report, "stream").startswith("outcome unknown")
        assert "Everything is as profile" not in report
        assert "stream (stream): known as offered, but nobody knows what became of it" in report
        assert "gpt-image-2: stream is false" in report
        assert ("stream", "false") in learned(stage)
        await painted(odile, gallery, "a fox")
        assert "stream" not in lossy.posts[-1].fields
    assert not stage.discord.violations, stage.discord.transcript()


LOSSY = """
[[gateway]]
slug = "lossy"
profile = "openai"
base_url = "{base_url}"
key_env = "CHECKED_KEY"

[[gateway.model]]
id = "gpt-image-2"
"""


async def _with_one_torn(exchange: Exchange) -> Reply:
    """Send the pictures, the last only in half."""
    *good, last = await exchange.paint()
    return whole(json.dumps(images_body(exchange, (*good, last[: len(last) // 2]))).encode())


async def test_a_picture_that_cannot_be_decoded_was_sent_all_the_same(
    stage: Stage, images: LocalImages, odile: Actor, gallery: Channel
) -> None:
    painting, editing = Behaviour(endpoint=Endpoint.GENERATIONS), Behaviour(endpoint=Endpoint.EDITS, times=2)
    images.script.add(painting, editing, replace(painting, answer=_with_one_torn), BAD_KEY)
    await checked(odile, gallery)
    assert "1 of 2 pictures" in row(report_of(stage), "n=2")
    assert (folder_of(stage) / "05-count-2-2.bin").exists()
    assert learned(stage) == set()


async def test_what_a_billed_failure_cost_is_in_the_sum(
    tmp_path: Path, discord_spec: Path | None, images_spec: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "gateways.toml"
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec, images_spec=images_spec)
    async with Stage(options, log_level="error", gateways_file=file) as stage:
        monkeypatch.setenv("CHECKED_KEY", stage.images.api_key)
        file.write_text(PRICED.format(base_url=stage.images.base_url), encoding="utf-8")
        await stage.start_bot()
        odile, gallery = stage.discord.user("odile"), stage.discord.guild("Atelier").channel("gallery")
        stage.images.script.add(catalogue()["dead_url"].behaviour)
        over = await checked(odile, gallery)
        assert row(report_of(stage), "small picture").startswith("failed")
        assert "Spent: $0.10." in over.content
        assert "no price is known" not in over.content
        assert len(stage.images.posts) == 1


async def test_a_picture_that_cannot_be_kept_ends_it_with_what_was_spent(
    tmp_path: Path, discord_spec: Path | None, images_spec: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "gateways.toml"
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec, images_spec=images_spec)
    async with Stage(options, log_level="error", gateways_file=file) as stage:
        monkeypatch.setenv("CHECKED_KEY", stage.images.api_key)
        file.write_text(PRICED.format(base_url=stage.images.base_url), encoding="utf-8")
        await stage.start_bot()
        odile, gallery = stage.discord.user("odile"), stage.discord.guild("Atelier").channel("gallery")
        small = stage.images.script.hold()
        run = await odile.slash(gallery, "gateway check")
        await odile.click(await run.message(), START)
        await stage.images.arrived(1)
        for taken in ("03-edit.png", "report.txt"):  # nothing can be written in the place of a folder
            (folder_of(stage) / taken).mkdir()
        small.release()
        over = await run.waits_for(is_over, timeout_s=60)
        assert "3 of 17 steps, 2 work. It was ended early: no further step can work." in over.content
        assert "The bot's disk is full" in over.content
        assert "Spent: $0.20." in over.content
        assert "known as offered" not in over.content
        assert len(stage.images.posts) == 2
        assert not learned(stage)


PRICED = LOSSY.replace('"openai"', '"local"') + "prices = {{ per_picture = 0.1 }}\n"


async def test_a_bad_key_ends_it_at_once(stage: Stage, images: LocalImages, odile: Actor, gallery: Channel) -> None:
    images.script.add(BAD_KEY)
    over = await checked(odile, gallery)
    assert "no further step can work" in over.content
    assert "Nothing was billed" in over.content
    assert len(images.posts) == 1


async def test_chat_and_responses_are_tried_each_in_its_own_way(
    tmp_path: Path, discord_spec: Path | None, images_spec: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "gateways.toml"
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec, images_spec=images_spec)
    async with Stage(options, log_level="warning", gateways_file=file) as stage:
        monkeypatch.setenv("CHECKED_KEY", stage.images.api_key)
        file.write_text(MIXED.format(base_url=stage.images.base_url), encoding="utf-8")
        await stage.start_bot()
        odile, gallery = stage.discord.user("odile"), stage.discord.guild("Atelier").channel("gallery")
        run = await odile.slash(gallery, "gateway check", gateway="mixed", model="gpt-image-2")
        asked = await run.message()
        assert "chat small picture" in asked.content
        assert "responses second turn" in asked.content
        await checked(odile, gallery, gateway="mixed", model="gpt-image-2.6-sunburst")
        report = report_of(stage)
        assert row(report, "responses small picture").startswith("works")
        assert "the first picture was not sent again" in row(report, "responses second turn")
        assert row(report, "responses second turn").startswith("works")
        first, second = stage.images.posts[:2]
        assert first.fields["store"] is True
        assert second.fields["previous_response_id"]
        assert isinstance(second.fields["input"], str)  # no picture travels in it
        assert ("keeps_responses", "true") in learned(stage)
        assert row(report, "responses stream").startswith("works"), report
        before = len(stage.images.posts)
        over = await checked(odile, gallery, gateway="mixed", model="gemini-2.5-flash-image")
        for step in ("chat small picture", "chat edit", "chat two inputs"):
            assert f"{step}  " in over.content
        assert "4 of 4 steps, 3 work, 1 accepted" in over.content or "5 of 5 steps, 4 work, 1" in over.content
        assert {post.path for post in stage.images.posts[before:]} == {"/v1/chat/completions"}
    assert not stage.discord.violations, stage.discord.transcript()
    assert not stage.images.violations


MIXED = """
[[gateway]]
slug = "mixed"
profile = "local"
base_url = "{base_url}"
key_env = "CHECKED_KEY"

[[gateway.model]]
id = "gpt-image-2"

[[gateway.model]]
id = "gemini-2.5-flash-image"
dialect = "chat"

[[gateway.model]]
id = "gpt-image-2.6-sunburst"
dialect = "responses"
text_model = "gpt-5"
"""


# -- who may, and how often -------------------------------------------------------------------------------------------


async def test_ordinary_members_do_not_see_the_commands_and_whoever_is_no_host_is_refused(
    discord: LocalDiscord, images: LocalImages, ana: Actor, ben: Actor, gallery: Channel
) -> None:
    with pytest.raises(RefusedError, match="permission"):
        await ana.slash(gallery, "gateway check")
    posters = discord.guild("Print Room").channel("posters")  # ben's own server: Discord shows him the commands
    for command in ("gateway check", "gateway list"):
        said = await (await ben.slash(posters, command)).message()
        assert "You may not do that here" in said.content
        assert said.visible_to == ben.id
    assert await ben.autocomplete(posters, "gateway check", "gateway", "") == []
    assert len(images.posts) == 0


async def test_hosts_are_offered_what_is_configured(odile: Actor, gallery: Channel) -> None:
    gateways = await odile.autocomplete(gallery, "gateway check", "gateway", "lo")
    models = await odile.autocomplete(gallery, "gateway check", "model", "", gateway="local")
    assert ([one.value for one in gateways], [one.value for one in models]) == (["local"], ["gpt-image-2"])
    unknown = await (await odile.slash(gallery, "gateway check", gateway="nowhere")).message()
    assert "no gateway `nowhere` here; there is `local`" in unknown.content
    model = await (await odile.slash(gallery, "gateway check", model="painter")).message()
    assert "`painter`" in model.content


async def test_a_gateway_is_checked_by_one_at_a_time_and_can_be_left_alone(
    images: LocalImages, odile: Actor, gallery: Channel
) -> None:
    hold = images.script.hold()
    run = await odile.slash(gallery, "gateway check")
    await odile.click(await run.message(), START)
    await images.arrived(1)
    other = await odile.slash(gallery, "gateway check")
    asked = await other.message()
    pressed = await odile.click(asked, START)
    assert "is being checked already" in (await pressed.message()).content
    dropped = await odile.click(asked, "Leave it")
    assert (await dropped.message()).content == "Nothing was sent."
    said = await (await odile.slash(gallery, "gateway list")).message()
    assert "being checked" in said.content
    stopping = await odile.click(await run.message(), STOP)
    assert "after the running step" in (await stopping.message()).content
    hold.release()
    over = await run.waits_for(is_over)
    assert "2 of 17 steps, 2 work. It was ended early." in over.content
    assert len(images.posts) == 1
    images.script.add(BAD_KEY)
    pressed = await odile.click(await (await odile.slash(gallery, "gateway check")).message(), START)
    await pressed.waits_for(is_over)
    assert len(images.posts) == 2


async def test_buttons_of_an_earlier_process_are_answered(
    stage: Stage, images: LocalImages, odile: Actor, gallery: Channel
) -> None:
    asked = await (await odile.slash(gallery, "gateway check")).message()
    await stage.restart_bot()
    pressed = await odile.click(asked, START)
    assert "no longer valid" in (await pressed.message()).content
    assert len(images.posts) == 0


async def test_a_checked_gateway_takes_no_more_calls_than_its_slots(
    tmp_path: Path, discord_spec: Path | None, images_spec: Path | None
) -> None:
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec, images_spec=images_spec)
    async with Stage(options, log_level="warning", images_concurrency=1) as stage:
        await stage.start_bot()
        odile, gallery = stage.discord.user("odile"), stage.discord.guild("Atelier").channel("gallery")
        hold = stage.images.script.hold()
        run = await odile.slash(gallery, "gateway check")
        await odile.click(await run.message(), START)
        await stage.images.arrived(1)
        order = await odile.slash(gallery, "imagine", prompt="a patient fox")
        await order.waits_for(lambda one: "Queued" in one.content)
        assert len(stage.images.posts) == 1
        hold.release()
        await order.waits_for(lambda one: bool(one.attachments), timeout_s=60)
        stage.images.script.add(BAD_KEY)
        await run.waits_for(is_over, timeout_s=60)
    assert not stage.discord.violations, stage.discord.transcript()


# -- when time runs out -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_open_dms", [True, False], ids=["direct message", "channel"])
async def test_after_fifteen_minutes_the_table_comes_another_way(
    discord: LocalDiscord, images: LocalImages, odile: Actor, gallery: Channel, *, has_open_dms: bool
) -> None:
    hold = images.script.hold()
    run = await odile.slash(gallery, "gateway check")
    await odile.click(await run.message(), START)
    await images.arrived(1)
    discord.advance(16 * 60)
    odile.user.dms_open = has_open_dms
    images.script.add(BAD_KEY)
    hold.release()
    over = await odile.waits_for(odile.dm if has_open_dms else gallery, is_over, timeout_s=60)
    assert "3 of 17 steps" in over.content
    assert [user.id for user in over.mentions] == ([] if has_open_dms else [odile.id])
    assert len(images.posts) == 2


async def test_a_bot_that_stops_finishes_the_running_step_and_says_that_it_ended_early(
    stage: Stage, images: LocalImages, odile: Actor, gallery: Channel
) -> None:
    hold = images.script.hold()
    run = await odile.slash(gallery, "gateway check")
    await odile.click(await run.message(), START)
    await images.arrived(1)
    stage.begin_stop()
    hold.release()
    over = await run.waits_for(is_over)
    assert "2 of 17 steps, 2 work. It was ended early." in over.content
    assert len(images.posts) == 1
    await stage.stop_bot()
    assert (folder_of(stage) / "02-small.png").exists()


async def test_a_bot_that_cannot_wait_says_that_the_running_call_may_be_billed(
    tmp_path: Path, discord_spec: Path | None, images_spec: Path | None
) -> None:
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec, images_spec=images_spec)
    async with Stage(options, log_level="error", drain_s=0.2) as stage:
        await stage.start_bot()
        odile, gallery = stage.discord.user("odile"), stage.discord.guild("Atelier").channel("gallery")
        hold = stage.images.script.hold()
        run = await odile.slash(gallery, "gateway check")
        await odile.click(await run.message(), START)
        await stage.images.arrived(1)
        stage.begin_stop()
        over = await run.waits_for(is_over)
        assert "cut off: the running call may be billed" in over.content
        assert "Calls that may have been billed: 1" in over.content
        await stage.stop_bot()
        hold.release()
    assert not stage.discord.violations, stage.discord.transcript()


# -- how the gateways are doing ---------------------------------------------------------------------------------------


async def test_a_host_sees_state_models_speed_failures_and_spend(
    images: LocalImages, odile: Actor, gallery: Channel
) -> None:
    said = await (await odile.slash(gallery, "gateway list")).message()
    assert "No call has brought a picture yet" in said.content
    await painted(odile, gallery, "a fox")
    images.script.add(errors()["moderation"].behaviour)
    run = await odile.slash(gallery, "imagine", prompt="a bad fox")
    await run.waits_for(lambda one: "safety rules" in one.content)
    said = await (await odile.slash(gallery, "gateway list")).message()
    assert said.visible_to == odile.id
    for words in (
        "(`local`): ready",
        "Models: `gpt-image-2` (images)",
        "Usually 1 s a call",
        "Calls in 24 hours: 2, of which failed: `moderation` 1",
        "Spent: $0.00 in 24 hours, $0.00 in 30 days",
    ):
        assert words in said.content


async def test_a_gateway_that_is_left_alone_is_said_to_be_and_not_asked(
    stage: Stage, images: LocalImages, odile: Actor, gallery: Channel
) -> None:
    images.script.add(BAD_KEY)
    run = await odile.slash(gallery, "imagine", prompt="a fox")
    await run.waits_for(lambda one: "key" in one.content)
    said = await (await odile.slash(gallery, "gateway list")).message()
    assert "left alone until <t:" in said.content
    over = await checked(odile, gallery)
    assert "no further step can work" in over.content
    assert "UTC" in row(report_of(stage), "small picture")
    assert len(images.posts) == 1


async def test_a_slot_that_the_database_does_not_take_back_at_once_is_given_back_all_the_same(
    stage: Stage, odile: Actor, gallery: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    condition = "BEFORE UPDATE ON gateway_slots WHEN NEW.running < OLD.running"
    with sqlite3.connect(stage.data_dir / "easel.sqlite3") as database:
        database.execute(f"CREATE TRIGGER keeps {condition} BEGIN SELECT RAISE(ABORT, 'kept'); END")
    run = await odile.slash(gallery, "gateway check")
    await odile.click(await run.message(), START)
    while "could not be given back" not in caplog.text:  # noqa: ASYNC110  # a log record sets no event
        await asyncio.sleep(0.01)
    with sqlite3.connect(stage.data_dir / "easel.sqlite3") as database:
        database.execute("DROP TRIGGER keeps")
    await run.waits_for(is_over, timeout_s=60)
    with sqlite3.connect(stage.data_dir / "easel.sqlite3") as database:
        assert database.execute("SELECT running FROM gateway_slots").fetchall() == [(0,)]
