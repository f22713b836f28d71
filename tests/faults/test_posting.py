"""Posting once, whatever Discord does: the real bot between the local Discord and the local gateway."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import Seams
from playground.discord import Actor, CallbackKind, Channel, Fault, LocalDiscord, Message, Permission, Upload
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from playground.stage import Stage, StageOptions
from tests.flow.pictures import is_result, noise_png, painted

ANSWER = r"/webhooks/.*/messages/"


class MovableClock:
    """The bot's clock: real time, moved forward on demand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture(name="clock")
def _clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(name="stage")
async def _stage(tmp_path: Path, discord_spec: Path | None, clock: MovableClock) -> AsyncIterator[Stage]:
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec, seams=Seams(clock=clock))
    async with Stage(options, log_level="error") as stage:
        await stage.start_bot()
        yield stage
        stage.images.script.clear()
    assert not stage.discord.violations, stage.discord.transcript()


def results(discord: LocalDiscord) -> list[Message]:
    return [message for message in discord.messages() if is_result(message) and not message.deleted]


def thread_on(discord: LocalDiscord, message: Message) -> Channel | None:
    return discord.core.world.channels.get(message.id)


async def thread_of(discord: LocalDiscord, message: Message) -> Channel:
    thread = await discord.until(lambda: thread_on(discord, message))
    assert thread
    return thread


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path="/callback", status=500, drop="after"),
        Fault(path="/callback", drop="after"),
        Fault(path="/callback", drop="before"),
    ],
    ids=["500 after it was done", "cut after it was done", "cut before"],
)
async def test_an_acknowledgement_we_did_not_hear_of_is_one(
    stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel, fault: Fault
) -> None:
    discord.faults.add(fault)
    await painted(ana, gallery)
    assert len(results(discord)) == 1
    assert len(stage.images.posts) == 1


async def test_a_dead_token_leaves_the_message_to_the_bot_and_the_asker_is_told(
    discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    discord.faults.add(Fault(path=ANSWER, method="PATCH", status=401, code=50027, times=20))
    message = await painted(ana, gallery)
    ping = await ana.waits_for(gallery, lambda one: "picture is ready" in one.content)
    assert [user.id for user in ping.mentions] == [ana.id]
    assert results(discord) == [message]


@pytest.mark.parametrize("refusals", [1, 2])
async def test_a_place_that_takes_less_than_it_said_gets_a_smaller_copy(
    stage: Stage, discord: LocalDiscord, refusals: int
) -> None:
    boosted = discord.guild("Print Room").channel("posters")
    hold = stage.images.script.hold(Behaviour(picture_bytes=noise_png(2000, 2000)))
    run = await discord.user("ben").slash(boosted, "imagine", prompt="a fox")
    await run.waits_for(lambda one: "Painting" in one.content)
    discord.faults.add(Fault(path=ANSWER, method="PATCH", status=413, code=40005, times=refusals))
    hold.release()
    message = await run.waits_for(is_result)
    assert results(discord) == [message]
    assert len(message.attachments[0].data) <= 10 * 1024 * 1024 // (1 if refusals == 1 else 10)


async def test_a_deleted_answer_is_posted_anew_and_names_the_asker(
    stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    hold = stage.images.script.hold()
    run = await ana.slash(gallery, "imagine", prompt="a fox")
    status = await run.waits_for(lambda one: "Painting" in one.content)
    discord.core.posting.delete(status)
    hold.release()
    message = await ana.waits_for(gallery, is_result)
    assert [user.id for user in message.mentions] == [ana.id]
    assert results(discord) == [message]


async def test_a_post_cut_off_after_it_arrived_is_found_again_by_its_nonce(
    discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    discord.faults.add(Fault(path=f"/channels/{first.id}/messages", method="POST", drop="after"))
    await ana.say(gallery, "make it blue", reply_to=first)
    thread = await thread_of(discord, first)
    await ana.waits_for(gallery, lambda one: "is ready in" in one.content)
    assert [message.channel for message in results(discord)] == [gallery, thread]


async def test_a_post_from_before_a_crash_is_found_again_by_its_buttons(
    stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel, clock: MovableClock
) -> None:
    first = await painted(ana, gallery)
    discord.faults.add(Fault(path=f"/channels/{first.id}/messages", method="POST", drop="after", times=9))
    await ana.say(gallery, "make it blue", reply_to=first)
    await discord.until(lambda: len(results(discord)) == 2)
    await stage.kill_bot()
    discord.faults.clear()
    discord.advance(5 * 60)  # Discord has forgotten the nonce
    clock.ahead = timedelta(minutes=5)
    await stage.start_bot()
    await ana.waits_for(gallery, lambda one: "is ready in" in one.content)
    assert len(results(discord)) == 2


async def test_the_status_of_a_reply_is_sent_once(discord: LocalDiscord, ana: Actor, gallery: Channel) -> None:
    first = await painted(ana, gallery)
    discord.faults.add(Fault(path=f"/channels/{gallery.id}/messages", method="POST", drop="after"))
    before = len(gallery.messages)
    await ana.say(gallery, "make it blue", reply_to=first)
    await ana.waits_for(gallery, lambda one: "is ready in" in one.content)
    assert len(gallery.messages) == before + 2


async def test_a_reply_we_may_not_answer_costs_nothing(
    stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    discord.permit(gallery, discord.bot_user, deny=Permission.SEND_MESSAGES)
    await ana.say(gallery, "make it blue", reply_to=first)
    await discord.until(lambda: any(one.status == 403 for one in discord.requested("POST", "/messages")))
    discord.permit(gallery, discord.bot_user)
    await ana.say(gallery, "make it red", reply_to=first)
    await ana.waits_for(gallery, lambda one: "is ready in" in one.content)
    assert [post.fields["prompt"] for post in stage.images.posts][1:] == ["make it red"]


async def test_a_result_kept_from_its_place_is_posted_at_the_next_start(
    stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    hold = stage.images.script.hold()
    await ana.say(gallery, "make it blue", reply_to=first)
    await stage.images.arrived(2)
    discord.permit(gallery, discord.bot_user, deny=Permission.VIEW_CHANNEL)
    hold.release()
    await discord.until(lambda: any(request.status == 403 for request in discord.requests))
    discord.permit(gallery, discord.bot_user)
    await stage.restart_bot()
    await discord.until(lambda: len(results(discord)) == 2)
    assert len(stage.images.posts) == 2


async def test_two_clicks_cancel_once(stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel) -> None:
    holds = [stage.images.script.hold() for _ in range(4)]
    for number in range(4):
        await ana.slash(gallery, "imagine", prompt=f"fox {number}")
    await stage.images.arrived(4)
    run = await ana.slash(gallery, "imagine", prompt="the fifth")
    queued = await run.waits_for(lambda one: "Queued" in one.content)
    first, second = await ana.click(queued, "Cancel"), await ana.click(queued, "Cancel")
    kinds = {await first.acknowledged(), await second.acknowledged()}
    assert kinds == {CallbackKind.DEFERRED_UPDATE, CallbackKind.MESSAGE}
    whispered = await discord.until(
        lambda: next((one for click in (first, second) for one in click.messages if one.ephemeral), None)
    )
    assert whispered is not None
    assert "too late" in whispered.content
    for hold in holds:
        hold.release()
    await discord.until(lambda: len(results(discord)) == 4)


@pytest.mark.parametrize("prompt", ["雪" * 1100, "a fox " * 300])
async def test_a_prompt_longer_than_alt_text_comes_as_a_file(
    discord: LocalDiscord, ana: Actor, gallery: Channel, prompt: str
) -> None:
    message = await painted(ana, gallery, prompt)
    text = next(file for file in message.attachments if file.filename.endswith(".txt"))
    assert discord.downloads(text).decode().strip() == prompt.strip()
    assert len(message.attachments[0].description or "") <= 1024


async def test_a_prompt_too_long_for_a_message_is_read_from_its_file(
    stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    prompt = "a very long story about a fox. " * 200
    file = Upload(name="message.txt", data=prompt.encode())
    await ana.say(gallery, f"{discord.bot_user.mention}", files=[file])
    await ana.waits_for(gallery, is_result)
    assert stage.images.posts[0].fields["prompt"] == prompt.strip()


async def test_an_original_over_the_limit_is_a_copy_and_says_so(
    stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    stage.images.script.add(Behaviour(picture_bytes=noise_png(2000, 2000)))
    message = await painted(ana, gallery)
    answer = await (await ana.click(message, "Original")).waits_for(lambda one: bool(one.attachments))
    assert "this is a copy" in answer.content
    assert answer.ephemeral
    assert len(discord.downloads(answer.attachments[0])) <= 10 * 1024 * 1024


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="PATCH", path="/messages/", status=500, times=2),
        Fault(method="PATCH", path="/messages/", status=500, times=1, drop="after"),
        Fault(method="PATCH", path="/messages/", times=1, drop="before"),
        Fault(method="PATCH", path="/messages/", times=1, drop="after"),
    ],
    ids=["500 twice", "500 after it was done", "cut before", "cut after it was done"],
)
@pytest.mark.timeout(40)
async def test_discords_troubles_while_posting_end_in_one_message(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel, fault: Fault
) -> None:
    hold = images.script.hold()
    run = await ana.slash(gallery, "imagine", prompt="a fox")
    await images.arrived(1)
    await run.waits_for(lambda one: "Painting" in one.content)
    discord.faults.add(fault)
    hold.release()
    message = await run.waits_for(is_result, timeout_s=30)
    assert len(message.attachments) == 1
    assert len([one for one in discord.messages() if is_result(one)]) == 1
    assert len(images.posts) == 1
