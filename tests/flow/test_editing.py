import asyncio
import hashlib
from pathlib import Path

import pytest

from playground.discord import Actor, Channel, LocalDiscord, Message
from playground.images.server import LocalImages
from playground.stage import Stage
from tests.flow.gateways import Time, a_stage
from tests.flow.pictures import is_result, mask, opened, painted, replied, upload


def _sha256(discord: LocalDiscord, message: Message, position: int = 0) -> str:
    return hashlib.sha256(discord.downloads(message.attachments[position])).hexdigest()


async def _next(discord: LocalDiscord, channel: Channel, person: Actor, after: Message) -> Message:
    return await person.waits_for(channel, lambda one: is_result(one) and one.id > after.id)


async def test_a_reply_edits_the_stored_bytes_in_a_thread_of_its_own(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery, "a lighthouse")
    second = await replied(ana, discord, first, "make it night")
    assert first.thread is not None
    assert second.channel is first.thread
    assert second.channel.id == first.id
    edit = images.posts[1]
    assert edit.path.endswith("/images/edits")
    assert edit.fields["prompt"] == "make it night"
    assert [file.sha256 for file in edit.files] == [_sha256(discord, first)]
    assert [file.part for file in edit.files] == ["image"]
    assert "v2" in second.content


async def test_the_edit_does_not_need_the_posted_file(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    sha256 = _sha256(discord, first)
    discord.advance(3 * 24 * 3600)  # its signed link has expired
    await replied(ana, discord, first, "make it blue")
    assert [file.sha256 for file in images.posts[1].files] == [sha256]


async def test_in_the_thread_a_mention_edits_the_head_and_a_reply_branches(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    second = await replied(ana, discord, first, "make it night")
    thread = second.channel
    await ana.say(thread, f"<@{discord.bot_user.id}> add snow")
    third = await _next(discord, thread, ana, second)
    assert images.posts[2].files[0].sha256 == _sha256(discord, second)
    await ana.say(thread, "add a boat", reply_to=second)
    fourth = await _next(discord, thread, ana, third)
    assert images.posts[3].files[0].sha256 == _sha256(discord, second)
    assert ["v3" in third.content, "v4" in fourth.content] == [True, True]


async def test_somebody_else_may_edit_there_too(
    discord: LocalDiscord, images: LocalImages, ana: Actor, ben: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    await replied(ben, discord, first, "make it red")
    assert len(images.posts) == 2


async def test_of_several_pictures_a_number_picks_one(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery, "owls", count=3)
    await replied(ana, discord, first, "2: make it red")
    assert images.posts[1].files[0].sha256 == _sha256(discord, first, 1)
    assert images.posts[1].fields["prompt"] == "make it red"


async def test_of_several_pictures_without_a_number_the_head_is_used_and_said(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery, "owls", count=2)
    second = await replied(ana, discord, first, "make it red")
    assert images.posts[1].files[0].sha256 == _sha256(discord, first, 0)
    assert "picture 1 of 2" in second.content


async def test_the_head_of_several_can_be_chosen(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery, "owls", count=2)
    row = next(part for row in first.components for part in row["components"] if part["type"] == 3)
    await (await ana.select(first, row["custom_id"], [row["options"][1]["value"]])).acknowledged()
    await replied(ana, discord, first, "make it red")
    assert images.posts[1].files[0].sha256 == _sha256(discord, first, 1)


async def test_attachments_of_a_reply_join_behind_the_picture(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    await replied(ana, discord, first, "in the style of image 2", files=(upload(width_px=50, height_px=60),))
    files = images.posts[1].files
    assert [file.part for file in files] == ["image[]", "image[]"]
    assert files[0].sha256 == _sha256(discord, first)
    assert opened(files[1].content).size == (50, 60)


async def test_a_reply_with_its_ping_off_is_answered_with_a_hint_that_works(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    await ana.say(gallery, "make it night", reply_to=first, ping=False)
    hint = await ana.waits_for(gallery, lambda one: one.author.id == discord.bot_user.id and "ping" in one.content)
    form = await (await ana.click(hint, "Edit")).modal()
    sent = await ana.submit(form, {"What should change?": "make it night"})
    edited = await sent.waits_for(is_result)
    assert is_result(edited)
    assert len(images.posts) == 2


async def test_where_no_thread_can_be_editing_goes_on_in_place(
    discord: LocalDiscord, images: LocalImages, ana: Actor
) -> None:
    channel = discord.guild("Atelier").channel("no-threads")
    first = await painted(ana, channel)
    second = await replied(ana, discord, first, "make it night")
    assert second.channel is channel
    assert "v2" in second.content
    assert images.posts[1].files[0].sha256 == _sha256(discord, first)


async def test_edit_command_changes_the_threads_head_or_what_is_attached(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    second = await replied(ana, discord, first, "make it night")
    run = await ana.slash(second.channel, "edit", prompt="add stars")
    await run.waits_for(is_result)
    assert images.posts[2].files[0].sha256 == _sha256(discord, second)
    run = await ana.slash(gallery, "edit", prompt="make it red", image=upload(width_px=70, height_px=80))
    await run.waits_for(is_result)
    assert opened(images.posts[3].files[0].content).size == (70, 80)


async def test_edit_command_without_a_picture_says_what_to_do(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    run = await ana.slash(gallery, "edit", prompt="make it red")
    answer = await run.waits_for(lambda one: "picture" in one.content.lower() and not one.loading)
    assert not answer.attachments
    assert len(images.posts) == 0


async def test_edit_picture_on_anybodys_message(
    discord: LocalDiscord, images: LocalImages, ana: Actor, ben: Actor, gallery: Channel
) -> None:
    photo = await ben.say(gallery, "my holiday", files=(upload("holiday.png", width_px=90, height_px=60),))
    form = await (await ana.context(photo, "Edit picture")).modal()
    sent = await ana.submit(form, {"What should change?": "make it red"})
    await sent.waits_for(is_result)
    assert opened(images.posts[0].files[0].content).size == (90, 60)


async def test_edit_picture_form_adds_a_file_and_a_mask(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery, size="1024x1024")
    form = await (await ana.click(first, "Edit")).modal()
    sent = await ana.submit(
        form,
        {"What should change?": "put image 2 into the hole"},
        {"Further pictures": [upload(width_px=40, height_px=40)], "Mask": [mask(1024, 1024)]},
    )
    await sent.waits_for(is_result)
    assert [file.part for file in images.posts[1].files] == ["image[]", "image[]", "mask"]
    assert images.posts[1].files[0].sha256 == _sha256(discord, first)


async def test_paint_this_takes_the_words_of_a_message(
    images: LocalImages, ana: Actor, ben: Actor, gallery: Channel
) -> None:
    words = await ben.say(gallery, "a castle in the clouds")
    form = await (await ana.context(words, "Paint this")).modal()
    sent = await ana.submit(form, {})
    await sent.waits_for(is_result)
    assert images.posts[0].fields["prompt"] == "a castle in the clouds"


@pytest.mark.parametrize("restart", [False, True], ids=["at once", "after a restart"])
async def test_again_paints_the_same_once_more_for_whoever_presses(
    stage: Stage, discord: LocalDiscord, images: LocalImages, ana: Actor, ben: Actor, gallery: Channel, *, restart: bool
) -> None:
    first = await painted(ana, gallery, "a fox", quality="low")
    if restart:
        await stage.restart_bot()
    run = await ben.click(first, "Again")
    second = await run.waits_for(is_result)
    assert images.posts[1].fields["prompt"] == "a fox"
    assert images.posts[1].fields["quality"] == "low"
    assert str(ben.id) in second.content


@pytest.mark.parametrize("restart", [False, True], ids=["at once", "after a restart"])
async def test_a_form_is_taken_also_after_a_restart(
    stage: Stage, discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel, *, restart: bool
) -> None:
    first = await painted(ana, gallery)
    form = await (await ana.click(first, "Edit")).modal()
    if restart:
        await stage.restart_bot()
    sent = await ana.submit(form, {"What should change?": "make it night"})
    await sent.waits_for(is_result)
    assert images.posts[1].files[0].sha256 == _sha256(discord, first)


async def test_remix_paints_with_other_words(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    first = await painted(ana, gallery, "a fox", size="1536x1024")
    form = await (await ana.click(first, "Remix")).modal()
    sent = await ana.submit(form, {"What should be painted?": "a wolf"})
    await sent.waits_for(is_result)
    assert images.posts[1].fields["prompt"] == "a wolf"
    assert images.posts[1].fields["size"] == "1536x1024"
    assert images.posts[1].path.endswith("/images/generations")


async def test_variations_are_four_edits(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    first = await painted(ana, gallery)
    run = await ana.click(first, "Variations")
    second = await run.waits_for(is_result)
    assert len(second.attachments) == 4
    assert images.posts[1].fields["n"] in {4, "4"}


@pytest.mark.parametrize("button", ["Again", "Variations", "HD"])
async def test_a_double_click_is_one_order_and_two_people_are_two(
    ana: Actor, ben: Actor, gallery: Channel, button: str
) -> None:
    first = await painted(ana, gallery, size="1024x1024")
    runs = await asyncio.gather(*(person.click(first, button) for person in (ana, ana, ben)))
    answers = [await run.message() for run in runs]
    assert [answer.ephemeral for answer in answers] == [False, True, False]
    assert "one order" in answers[1].content
    for run in (runs[0], runs[2]):
        await run.waits_for(lambda one: is_result(one) or "Paint it?" in one.content)


async def test_the_same_button_pressed_a_moment_later_is_another_order(tmp_path: Path) -> None:
    time = Time()
    async with a_stage(tmp_path, clock=time) as stage:
        ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
        first = await painted(ana, gallery)
        await (await ana.click(first, "Again")).waits_for(is_result)
        time.ahead_s += 4.0
        await (await ana.click(first, "Again")).waits_for(is_result)
        assert len(stage.images.posts) == 3


async def test_hd_asks_before_it_paints(images: LocalImages, ana: Actor, ben: Actor, gallery: Channel) -> None:
    first = await painted(ana, gallery, size="1024x1024")
    run = await ana.click(first, "HD")
    question = await run.waits_for(lambda one: "Paint it?" in one.content)
    assert len(images.posts) == 1
    refused = await ben.click(question, "Paint it")
    answer = await refused.message()
    assert answer.ephemeral
    assert len(images.posts) == 1
    await ana.click(question, "Paint it")
    hd = await run.waits_for(is_result)
    assert (hd.attachments[0].width, hd.attachments[0].height) == (2880, 2880)
    assert images.posts[1].fields["quality"] == "high"
    again = await ben.click(hd, "Again")  # he pays for it, so he is asked too
    await again.waits_for(lambda one: "Paint it?" in one.content)
    assert len(images.posts) == 2


async def test_of_cancel_and_paint_it_pressed_at_once_one_wins(
    discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery, size="1024x1024")
    run = await ana.click(first, "HD")
    question = await run.waits_for(lambda one: "Paint it?" in one.content)
    presses = await asyncio.gather(ana.click(question, "Cancel"), ana.click(question, "Paint it"))
    await asyncio.gather(*(press.acknowledged() for press in presses))
    await run.waits_for(lambda one: is_result(one) or "ancelled" in one.content)
    assert "Something broke" not in discord.transcript()


@pytest.mark.parametrize("text", ["1.5 times brighter", "2:1 aspect ratio please"])
async def test_a_number_that_belongs_to_the_words_picks_nothing(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel, text: str
) -> None:
    first = await painted(ana, gallery, count=2)
    await replied(ana, discord, first, text)
    assert images.posts[-1].fields["prompt"] == text


async def test_undo_goes_back_and_costs_nothing(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    second = await replied(ana, discord, first, "make it night")
    await (await ana.click(second, "Undo")).acknowledged()
    await ana.say(second.channel, f"<@{discord.bot_user.id}> add snow")
    await _next(discord, second.channel, ana, second)
    assert images.posts[2].files[0].sha256 == _sha256(discord, first)
    assert len(images.posts) == 3


async def test_undo_is_for_the_asker_or_the_threads_starter(
    discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    second = await replied(ana, discord, first, "make it night")
    run = await discord.user("chen").click(second, "Undo")
    answer = await run.message()
    assert answer.ephemeral


async def test_a_reference_joins_the_next_order_once(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    second = await replied(ana, discord, first, "make it night")
    thread = second.channel
    await (await ana.click(second, "Use as reference")).acknowledged()
    run = await ana.slash(thread, "imagine", prompt="a wolf in this style")
    third = await run.waits_for(is_result)
    assert [file.sha256 for file in images.posts[2].files] == [_sha256(discord, second)]
    run = await ana.slash(thread, "imagine", prompt="a bear")
    await run.waits_for(is_result)
    assert images.posts[3].path.endswith("/images/generations")
    assert is_result(third)


async def test_original_and_details_are_for_the_presser_only(
    discord: LocalDiscord, images: LocalImages, ana: Actor, ben: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery, "a fox", quality="low")
    original = await (await ben.click(first, "Original")).waits_for(lambda one: bool(one.attachments))
    assert original.ephemeral
    assert discord.downloads(original.attachments[0]) == discord.downloads(first.attachments[0])
    details = await (await ben.click(first, "Details")).message()
    assert details.ephemeral
    for words in ("low", "gpt-image-2", first.attachments[0].filename[6:16]):
        assert words in details.content
    assert len(images.posts) == 1


async def test_delete_takes_message_and_bytes_away(
    stage: Stage, discord: LocalDiscord, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    refused = await discord.user("chen").click(first, "Delete")
    assert (await refused.message()).ephemeral
    assert not first.deleted
    question = await (await ana.click(first, "Delete")).message()
    assert question.ephemeral
    assert not first.deleted
    await ana.click(question, "Delete for good")
    await discord.until(lambda: first.deleted)
    await discord.until(lambda: not [path for path in stage.data_dir.glob("pictures/**/*") if path.is_file()])


async def test_show_finds_a_picture_by_its_id_but_not_from_elsewhere(
    discord: LocalDiscord, ana: Actor, ben: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    name = first.attachments[0].filename
    here = await (await ben.slash(gallery, "show", id=name)).message()
    assert "a red fox" in here.content
    elsewhere = await (await ben.slash(discord.guild("Print Room").channel("general"), "show", id=name)).message()
    assert "a red fox" not in elsewhere.content
    assert elsewhere.ephemeral


async def test_help_is_for_the_asker_only(ana: Actor, gallery: Channel) -> None:
    answer = await (await ana.slash(gallery, "help")).message()
    assert answer.ephemeral
    for words in ("/imagine", "reply"):
        assert words in answer.content
