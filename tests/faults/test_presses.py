"""Presses and forms that are old, late, foreign or repeated: everyone who presses is answered."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.discord import Actor, Channel, LocalDiscord, Message, Upload
from playground.discord.drafts import Draft
from playground.discord.gateway_session import Intent
from playground.stage import Stage, StageOptions
from tests.flow.pictures import is_result, opened, painted, png


@pytest.fixture(name="stage")
async def _stage(tmp_path: Path, discord_spec: Path | None) -> AsyncIterator[Stage]:
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec)
    async with Stage(options, log_level="error", message_content=True) as stage:
        stage.discord.allow_intents(Intent.MESSAGE_CONTENT)
        await stage.start_bot()
        yield stage
        stage.images.script.clear()
    assert not stage.discord.violations, stage.discord.transcript()


async def in_a_thread(discord: LocalDiscord, person: Actor, gallery: Channel) -> Message:
    """Return a picture in a thread that the person started."""
    first = await painted(person, gallery)
    await person.say(gallery, "make it blue", reply_to=first)
    thread = await discord.until(lambda: discord.core.world.channels.get(first.id))
    assert thread
    return await person.waits_for(thread, is_result)


@pytest.mark.parametrize("code", ["v0:again:abc", "v1:frobnicate:o0123456789"])
async def test_a_button_of_another_version_is_answered_with_the_way_on(
    discord: LocalDiscord, ana: Actor, gallery: Channel, code: str
) -> None:
    message = await painted(ana, gallery)
    old = {"type": 1, "components": [{"type": 2, "style": 2, "label": "Old", "custom_id": code}]}
    discord.core.posting.edit(message, Draft(body={"components": [old]}, limit_bytes=0))
    answer = await (await ana.click(message, "Old")).message()
    assert answer.ephemeral
    assert "older version" in answer.content
    assert "/show" in answer.content


async def test_a_form_whose_files_a_restart_forgot_asks_to_start_once_more(
    stage: Stage, ana: Actor, gallery: Channel
) -> None:
    theirs = await ana.say(gallery, "look", files=[Upload(name="cat.png", data=png())])
    form = await (await ana.context(theirs, "Edit picture")).modal()
    await stage.restart_bot()
    answer = await (await ana.submit(form, {"prompt": "make it blue"})).message()
    assert answer.ephemeral
    assert "start once more" in answer.content
    assert not stage.images.posts


async def test_two_people_in_the_same_form_get_a_picture_each(
    stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    message, ben = await painted(ana, gallery), discord.user("ben")
    hers = await (await ana.click(message, "Edit")).modal()
    his = await (await ben.click(message, "Edit")).modal()
    blue = await (await ana.submit(hers, {"prompt": "make it blue"})).waits_for(is_result)
    red = await (await ben.submit(his, {"prompt": "make it red"})).waits_for(is_result)
    assert ("make it blue" in blue.content, "make it red" in red.content) == (True, True)
    assert len(stage.images.posts) == 3


async def test_files_of_a_form_travel_in_the_order_they_were_chosen(stage: Stage, ana: Actor, gallery: Channel) -> None:
    message = await painted(ana, gallery)
    form = await (await ana.click(message, "Edit")).modal()
    files = [Upload(name=f"{width}.png", data=png(width, 64)) for width in (300, 100, 200)]
    choices = {"prompt": "a collage", "keep": ["replace"]}
    await (await ana.submit(form, choices, {"pictures": files})).waits_for(is_result)
    sizes = [opened(file.content).size for file in stage.images.posts[1].files]
    assert sizes == [(300, 64), (100, 64), (200, 64)]


async def test_an_empty_form_is_told_so_and_costs_nothing(stage: Stage, ana: Actor, gallery: Channel) -> None:
    message = await painted(ana, gallery)
    form = await (await ana.click(message, "Edit")).modal()
    answer = await (await ana.submit(form, {"prompt": "   "})).message()
    assert "no words" in answer.content
    assert len(stage.images.posts) == 1


async def test_others_may_not_delete_and_are_told_so(discord: LocalDiscord, ana: Actor, gallery: Channel) -> None:
    message = await painted(ana, gallery)
    answer = await (await discord.user("chen").click(message, "Delete")).message()
    assert answer.ephemeral
    assert "may not do that" in answer.content
    assert not message.deleted


async def test_every_message_is_an_edit_while_the_threads_starter_wants_it(
    stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    picture = await in_a_thread(discord, ana, gallery)
    thread, ben = picture.channel, discord.user("ben")
    refused = await (await discord.user("chen").click(picture, "Every message edits")).message()
    assert "may not do that" in refused.content
    told = await (await ana.click(picture, "Every message edits")).message()
    assert "every message in this thread is an edit" in told.content
    await ben.say(thread, "now green")
    await ben.waits_for(thread, lambda one: is_result(one) and "now green" in one.content)
    await (await ana.click(picture, "Every message edits")).message()
    await ben.say(thread, "just talking")
    await ben.say(thread, f"{discord.bot_user.mention} now red")
    await ben.waits_for(thread, lambda one: is_result(one) and "now red" in one.content)
    assert [post.fields["prompt"] for post in stage.images.posts][2:] == ["now green", "now red"]


async def test_small_talk_in_a_thread_costs_nothing_by_default(
    stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    picture = await in_a_thread(discord, ana, gallery)
    await ana.say(picture.channel, "how lovely")
    await ana.say(picture.channel, "now red", reply_to=picture)
    await ana.waits_for(picture.channel, lambda one: is_result(one) and "now red" in one.content)
    assert len(stage.images.posts) == 3


async def test_undo_points_at_the_version_it_goes_back_to(discord: LocalDiscord, ana: Actor, gallery: Channel) -> None:
    picture = await in_a_thread(discord, ana, gallery)
    answer = await (await ana.click(picture, "Undo")).message()
    assert "[v1](<https://discord.com/channels/" in answer.content
    assert f"/{picture.channel.id}>)" in answer.content
    assert answer.mentions == []
