"""What the bot may read, do and open: message content, permissions, threads."""

import discord
import pytest

from playground.discord import Intent, LocalDiscord, Permission, RefusedError, Upload
from tests.contract.conftest import Connect
from tests.contract.stock_bot import ORDINARY_INTENTS, StockBot, png


async def heard(local: LocalDiscord, bot: StockBot, message_id: int) -> discord.Message:
    message = await local.until(lambda: next((one for one in bot.messages if one.id == message_id), None))
    assert message is not None
    return message


async def archived_now(bot: StockBot, thread_id: int) -> bool:
    thread = await bot.fetch_channel(thread_id)
    assert isinstance(thread, discord.Thread)
    return thread.archived


async def test_without_the_intent_only_what_is_meant_for_the_bot_is_readable(
    local: LocalDiscord, bot: StockBot
) -> None:
    ana, place = local.user("ana"), local.guild("Atelier").channel("gallery")
    channel = bot.text_channel(place.id)
    own = await channel.send("my own")
    (own_here,) = ana.sees(place)
    small_talk = await ana.say(place, "small talk", files=[Upload(name="x.png", data=png())])
    mention = await ana.say(place, f"hello {local.bot_user.mention}")
    reply = await ana.say(place, "make it red", reply_to=own_here)
    quiet = await ana.say(place, "make it blue", reply_to=own_here, ping=False)
    private = await ana.say(ana.dm, "in private")
    assert (await heard(local, bot, small_talk.id)).content == ""
    assert (await heard(local, bot, small_talk.id)).attachments == []
    assert (await heard(local, bot, mention.id)).content == mention.content
    assert (await heard(local, bot, reply.id)).content == "make it red"
    assert (await heard(local, bot, private.id)).content == "in private"
    silent = await heard(local, bot, quiet.id)
    assert silent.content == ""
    assert silent.reference is not None
    assert isinstance(silent.reference.resolved, discord.Message)
    assert silent.reference.resolved.content == own.content
    assert (await channel.fetch_message(small_talk.id)).content == ""
    assert [one.content async for one in channel.history(limit=3)] == ["", "make it red", mention.content]


async def test_with_the_intent_everything_is_readable(local: LocalDiscord, connect: Connect) -> None:
    local.allow_intents(Intent.MESSAGE_CONTENT)
    bot = StockBot(discord.Intents(ORDINARY_INTENTS.value | discord.Intents.message_content.flag))
    async with connect(bot):
        place = local.guild("Atelier").channel("gallery")
        said = await local.user("ana").say(place, "small talk")
        assert (await heard(local, bot, said.id)).content == "small talk"
        assert (await bot.text_channel(place.id).fetch_message(said.id)).content == "small talk"
        assert bot.application_flags.gateway_message_content_limited


async def test_permissions_are_computed_with_overwrites_as_discord_does(local: LocalDiscord, bot: StockBot) -> None:
    guild = local.guild("Atelier")
    place, ana, world = guild.channel("gallery"), local.user("ana"), local.core.world
    painter = guild.role("Painter")
    both = Permission.SEND_MESSAGES | Permission.ATTACH_FILES

    def able() -> bool:
        return world.allows(place, ana.user, both)

    assert able()
    local.permit(place, guild.everyone, deny=both)
    assert not able()
    local.permit(place, painter, allow=both)
    assert able()
    local.permit(place, ana.user, deny=Permission.SEND_MESSAGES)
    assert not world.allows(place, ana.user, Permission.ATTACH_FILES)
    assert world.allows(place, local.owner.user, both)
    with pytest.raises(RefusedError, match="may not write"):
        await ana.say(place, "hello")
    local.permit(place, ana.user, deny=Permission.VIEW_CHANNEL)
    assert world.permissions(place, ana.user) == 0
    seen = bot.text_channel(place.id)
    member = await seen.guild.fetch_member(ana.id)
    await local.until(lambda: not seen.permissions_for(member).view_channel)


async def test_what_the_bot_lacks_is_refused_with_discords_codes(local: LocalDiscord, bot: StockBot) -> None:
    atelier = local.guild("Atelier")
    read_only, no_threads, general = (atelier.channel(name) for name in ("read-only", "no-threads", "general"))
    with pytest.raises(discord.Forbidden) as cannot_send:
        await bot.text_channel(read_only.id).send("hello")
    sent = await bot.text_channel(no_threads.id).send("hello")
    with pytest.raises(discord.Forbidden) as cannot_thread:
        await sent.create_thread(name="no")
    local.permit(general, local.bot_user, deny=Permission.VIEW_CHANNEL)
    with pytest.raises(discord.Forbidden) as cannot_see:
        await bot.text_channel(general.id).send("hello")
    with pytest.raises(discord.NotFound) as no_channel:
        await bot.fetch_channel(1)
    codes = [one.value.code for one in (cannot_send, cannot_thread, cannot_see, no_channel)]
    assert codes == [50013, 50013, 50001, 10003]


async def test_a_thread_hangs_on_its_message_once(local: LocalDiscord, bot: StockBot) -> None:
    place, ana = local.guild("Atelier").channel("gallery"), local.user("ana")
    sent = await bot.text_channel(place.id).send("a picture")
    thread = await sent.create_thread(name="Fox", auto_archive_duration=60)
    assert (thread.id, thread.parent_id, thread.owner_id) == (sent.id, place.id, local.bot_user.id)
    with pytest.raises(discord.HTTPException) as caught:
        await sent.create_thread(name="Again")
    assert caught.value.code == 160004
    (message, *_) = ana.sees(place)
    assert message.thread is not None
    said = await ana.say(message.thread, f"{local.bot_user.mention} hello")
    inside = await heard(local, bot, said.id)
    assert isinstance(inside.channel, discord.Thread)
    assert {one.id for one in await thread.fetch_members()} == {local.bot_user.id, ana.id}
    assert (await bot.text_channel(place.id).fetch_message(sent.id)).thread is not None


async def test_an_idle_thread_is_archived_and_wakes_when_someone_writes(local: LocalDiscord, bot: StockBot) -> None:
    place, ana = local.guild("Atelier").channel("gallery"), local.user("ana")
    sent = await bot.text_channel(place.id).send("a picture")
    thread = await sent.create_thread(name="Fox", auto_archive_duration=60)
    inside = await thread.send("in here")
    local.advance(61 * 60)
    await local.until(lambda: "THREAD_UPDATE" in bot.events)
    assert (await archived_now(bot, thread.id)) is True
    with pytest.raises(discord.HTTPException) as caught:
        await inside.edit(content="too late")
    assert caught.value.code == 50083
    assert [one.id async for one in bot.text_channel(place.id).archived_threads()] == [thread.id]
    here = local.core.world.channel(thread.id)
    await ana.say(here, "wake up")
    assert (await archived_now(bot, thread.id)) is False
    with pytest.raises(discord.Forbidden):
        await thread.edit(locked=True)
    local.permit(place, local.bot_user, allow=Permission.MANAGE_THREADS)
    await thread.edit(archived=True, locked=True)
    local.permit(place, local.bot_user)
    with pytest.raises(RefusedError, match="locked"):
        await ana.say(here, "hello?")
    with pytest.raises(discord.HTTPException) as locked:
        await thread.send("hello?")
    assert locked.value.code == 50083


async def test_a_thread_without_a_message_is_announced(local: LocalDiscord, bot: StockBot) -> None:
    place = local.guild("Atelier").channel("gallery")
    channel = bot.text_channel(place.id)
    thread = await channel.create_thread(name="Loose", type=discord.ChannelType.public_thread)
    (announced,) = local.user("ana").sees(place)
    assert (announced.kind.name, announced.content) == ("THREAD_CREATED", "Loose")
    active = await channel.guild.active_threads()
    assert [one.id for one in active] == [thread.id]
    local.permit(place, local.bot_user, allow=Permission.MANAGE_THREADS)
    await thread.delete()
    assert await channel.guild.active_threads() == []


async def test_servers_channels_roles_and_members_are_read(local: LocalDiscord, bot: StockBot) -> None:
    guild = await bot.fetch_guild(local.guild("Atelier").id)
    assert (guild.name, guild.owner_id) == ("Atelier", local.owner_id)
    assert {one.name for one in await guild.fetch_channels()} == {
        "general",
        "gallery",
        "after-dark",
        "no-threads",
        "read-only",
    }
    assert {"Painter", "Moderator", "@everyone"} <= {one.name for one in await guild.fetch_roles()}
    member = await guild.fetch_member(local.user("ben").id)
    assert [one.name for one in member.roles[1:]] == ["Moderator"]
    application = await bot.application_info()
    assert (application.id, application.owner.id) == (local.application_id, local.owner_id)
    with pytest.raises(discord.NotFound) as caught:
        await bot.get_guild(local.guild("Print Room").id).fetch_member(local.user("ana").id)  # pyright: ignore[reportOptionalMemberAccess]  # it is in the cache
    assert caught.value.code == 10007


async def test_a_timed_out_member_only_reads(local: LocalDiscord) -> None:
    guild, ana = local.guild("Atelier"), local.user("ana")
    place = guild.channel("gallery")
    local.membership.time_out(guild, ana.user, seconds=60)
    with pytest.raises(RefusedError, match="may not write"):
        await ana.say(place, "hello")
    local.advance(61)
    await ana.say(place, "hello again")


async def test_a_thread_is_joined_and_left(local: LocalDiscord, bot: StockBot) -> None:
    ana, ben, place = local.user("ana"), local.user("ben"), local.guild("Atelier").channel("gallery")
    hers = await ana.open_thread(await ana.say(place, "a cat"), "Cats")
    thread = await bot.fetch_channel(hers.id)
    assert isinstance(thread, discord.Thread)
    await thread.join()
    await thread.add_user(discord.Object(ben.id))
    assert {one.id for one in await thread.fetch_members()} == {ana.id, ben.id, local.bot_user.id}
    await thread.leave()
    with pytest.raises(discord.Forbidden):
        await thread.remove_user(discord.Object(ben.id))
    assert hers.thread is not None
    assert set(hers.thread.joined_at) == {ana.id, ben.id}


async def test_a_new_channel_and_a_boost_are_told(local: LocalDiscord, bot: StockBot) -> None:
    atelier = local.guild("Atelier")
    sketches = local.open_channel(atelier, "sketches")
    await local.until(lambda: bot.get_channel(sketches.id))
    local.membership.boost(atelier, 3)
    await local.until(lambda: bot.text_channel(sketches.id).guild.filesize_limit == 100 << 20)
    await bot.text_channel(sketches.id).send("first here")
    assert [one.content for one in local.user("ana").sees(sketches)] == ["first here"]
