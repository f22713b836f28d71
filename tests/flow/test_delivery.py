"""How results reach people: limits, expired tokens, restarts, and who is pinged."""

from playground.discord import Actor, Channel, LocalDiscord, Permission, Upload
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from playground.stage import Stage
from tests.flow.pictures import is_result, noise_png, opened, painted, png, replied


async def test_a_picture_over_the_limit_is_fitted_said_and_kept_whole(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    big = noise_png(2400, 2400)
    assert len(big) > 10 * 1024 * 1024
    images.script.add(Behaviour(picture_bytes=big))
    message = await painted(ana, gallery)
    posted = discord.downloads(message.attachments[0])
    assert len(posted) <= 10 * 1024 * 1024
    assert "re-encoded" in message.content
    await replied(ana, discord, message, "make it red")
    assert images.posts[1].files[0].size_bytes == len(big)


async def test_a_boosted_server_takes_it_as_it_is(discord: LocalDiscord, images: LocalImages, ben: Actor) -> None:
    big = noise_png(2400, 2400)
    images.script.add(Behaviour(picture_bytes=big))
    message = await painted(ben, discord.guild("Print Room").channel("posters"))
    assert discord.downloads(message.attachments[0]) == big
    assert "re-encoded" not in message.content


async def test_when_the_token_has_expired_the_message_is_edited_and_the_asker_pinged(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel, stage: Stage
) -> None:
    hold = images.script.hold()
    run = await ana.slash(gallery, "imagine", prompt="a slow fox")
    await images.arrived(1)
    discord.advance(16 * 60)
    hold.release()
    message = await run.waits_for(is_result)
    ping = await ana.waits_for(gallery, lambda one: bool(one.mentions))
    assert [user.id for user in ping.mentions] == [ana.id]
    assert message.id != ping.id
    assert len(images.posts) == 1


async def test_nobody_is_pinged_by_prompts(discord: LocalDiscord, ana: Actor, gallery: Channel) -> None:
    ben = discord.user("ben")
    message = await painted(ana, gallery, f"@everyone {ben.mention} **bold** `code` ](http://x) \u202edrawkcab")
    assert message.mentions == []
    assert not message.mention_everyone
    assert "\u202e" not in message.content
    bodies = [request.body for request in discord.requests if isinstance(request.body, dict)]
    sent = [body["allowed_mentions"] for body in bodies if "allowed_mentions" in body]
    assert sent
    assert all(one.get("parse") == [] and not one.get("users") for one in sent)


async def test_an_order_that_waited_through_a_restart_is_painted_and_posted_once(
    stage: Stage, discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    holds = [images.script.hold() for _ in range(4)]
    for number in range(4):
        await ana.slash(gallery, "imagine", prompt=f"fox {number}")
    await images.arrived(4)
    waiting = await ana.slash(gallery, "imagine", prompt="the one that waits")
    await waiting.waits_for(lambda one: "Queued" in one.content)
    await stage.kill_bot()
    for hold in holds:
        hold.release()
    await stage.start_bot()
    message = await waiting.waits_for(is_result, timeout_s=15)
    assert message.attachments[0].description == "the one that waits"
    assert [post.fields["prompt"] for post in images.posts].count("the one that waits") == 1


async def test_a_call_cut_off_by_a_crash_is_unknown_and_never_repeated(
    stage: Stage, discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    hold = images.script.hold()
    run = await ana.slash(gallery, "imagine", prompt="a fox")
    await images.arrived(1)
    await stage.kill_bot()
    hold.release()
    await stage.start_bot()
    message = await run.waits_for(lambda one: "may have been billed" in one.content or "may cost" in one.content)
    assert len(images.posts) == 1
    again = await ana.click(message, "Again")
    await again.waits_for(is_result)
    assert len(images.posts) == 2


async def test_a_start_sweeps_what_a_crash_left_but_keeps_what_may_be_paid_for(
    stage: Stage, discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    hold = images.script.hold()
    run = await ana.slash(gallery, "imagine", prompt="a fox")
    await images.arrived(1)
    await stage.kill_bot()
    incoming = next(path for path in stage.data_dir.rglob("incoming") if path.is_dir())
    (incoming / "0123456789-1-1.part").write_bytes(b"of no order")
    half = incoming / "half.arriving"
    half.write_bytes(b"half a picture")
    hold.release()
    await stage.start_bot()
    message = await run.waits_for(lambda one: "may have been billed" in one.content or "may cost" in one.content)
    assert list(incoming.iterdir()) == []
    order_id = str(message.components[0]["components"][0]["custom_id"])[-10:]
    whole = incoming / f"{order_id}-1-1.part"
    whole.write_bytes(b"what came late of that very call")
    await stage.restart_bot()
    assert list(incoming.iterdir()) == [whole]


async def test_stopping_lets_a_running_call_finish_and_posts_it(
    stage: Stage, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    hold = images.script.hold()
    run = await ana.slash(gallery, "imagine", prompt="a fox")
    await images.arrived(1)
    stage.begin_stop()
    hold.release()
    await stage.stop_bot()
    assert any(is_result(message) for message in run.messages)


async def test_a_place_the_bot_may_not_write_to_any_more_keeps_the_picture(
    stage: Stage, discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery)
    hold = images.script.hold()
    await ana.say(gallery, "make it night", reply_to=first)
    await images.arrived(2)
    discord.permit(gallery, discord.bot_user, deny=Permission.SEND_MESSAGES | Permission.VIEW_CHANNEL)
    hold.release()
    await discord.until(lambda: images.posts[1].answered)
    await discord.until(lambda: len([p for p in stage.data_dir.glob("pictures/**/*") if p.is_file()]) == 2)


async def test_age_restricted_pictures_stay_where_they_are(discord: LocalDiscord, ana: Actor, gallery: Channel) -> None:
    message = await painted(ana, discord.guild("Atelier").channel("after-dark"))
    answer = await (await ana.slash(gallery, "show", id=message.attachments[0].filename)).message()
    assert not answer.attachments
    assert "a red fox" not in answer.content


async def test_an_upload_loses_its_metadata(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    run = await ana.slash(gallery, "imagine", prompt="red", image=Upload(name="a.png", data=png() + b"PK\x03\x04zip"))
    await run.waits_for(is_result)
    content = images.posts[0].files[0].content
    assert b"PK\x03\x04" not in content
    assert opened(content).size == (320, 240)
