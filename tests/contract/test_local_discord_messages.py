"""Messages by the bot token: files kept and replaced, nonces, replies, mentions, listings, links that expire."""

import io
from datetime import timedelta

import aiohttp
import discord
import pytest
from discord import ui

from playground.discord import LocalDiscord, Permission, Upload
from tests.contract.stock_bot import StockBot, png


def picture(name: str, shade: int = 200, **more: str) -> discord.File:
    return discord.File(io.BytesIO(png(shade=shade)), filename=name, **more)  # pyright: ignore[reportArgumentType]  # str only


def gallery(local: LocalDiscord, bot: StockBot) -> discord.TextChannel:
    return bot.text_channel(local.guild("Atelier").channel("gallery").id)


async def test_an_edit_keeps_listed_files_and_drops_the_others(local: LocalDiscord, bot: StockBot) -> None:
    sent = await gallery(local, bot).send("two", files=[picture("a.png"), picture("b.png", 90, description="B")])
    kept = sent.attachments[1]
    edited = await sent.edit(attachments=[kept, picture("c.png", 30)])
    assert [one.filename for one in edited.attachments] == ["b.png", "c.png"]
    assert edited.attachments[0].description == "B"
    assert await edited.attachments[1].read() == png(shade=30)
    plain = await edited.edit(content="only words changed")
    assert [one.filename for one in plain.attachments] == ["b.png", "c.png"]
    bare = await plain.edit(attachments=[])
    assert (bare.content, bare.attachments) == ("only words changed", [])


async def test_spoilers_and_alt_text_are_kept(local: LocalDiscord, bot: StockBot) -> None:
    file = discord.File(io.BytesIO(png()), filename="x.png", spoiler=True, description="狐狸 " * 250)
    sent = await gallery(local, bot).send(file=file)
    (seen,) = local.user("ana").sees(local.guild("Atelier").channel("gallery"))
    assert sent.attachments[0].is_spoiler()
    assert seen.attachments[0].spoiler
    assert seen.attachments[0].description == "狐狸 " * 250


async def test_a_retried_send_makes_one_message_while_the_nonce_is_remembered(
    local: LocalDiscord, bot: StockBot
) -> None:
    channel = gallery(local, bot)
    first = await channel.send("once", nonce=77)
    again = await channel.send("once", nonce=77)
    assert again.id == first.id
    local.advance(3 * 60 + 1)
    later = await channel.send("once", nonce=77)
    assert later.id != first.id


async def test_files_shown_by_an_embed_or_a_gallery_are_no_attachments(local: LocalDiscord, bot: StockBot) -> None:
    channel = gallery(local, bot)
    embed = discord.Embed(title="Fox").set_image(url="attachment://fox.png")
    with_embed = await channel.send(embed=embed, file=picture("fox.png"))
    layout = ui.LayoutView(timeout=None)
    layout.add_item(ui.TextDisplay("A fox"))
    layout.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://v2.png", description="alt")))
    with_gallery = await channel.send(view=layout, file=picture("v2.png", 10))
    assert (with_embed.attachments, with_gallery.attachments) == ([], [])
    async with aiohttp.ClientSession() as session:
        url = str(with_embed.embeds[0].image.url)
        async with session.get(url) as answer:
            assert await answer.read() == png()
    gallery_component = with_gallery.components[1]
    assert isinstance(gallery_component, discord.MediaGalleryComponent)
    assert gallery_component.items[0].media.width == 3
    assert gallery_component.items[0].description == "alt"


async def test_a_reference_to_a_file_that_is_not_there_is_refused(local: LocalDiscord, bot: StockBot) -> None:
    embed = discord.Embed().set_image(url="attachment://gone.png")
    sent = await gallery(local, bot).send("kept", file=picture("there.png"))
    with pytest.raises(discord.HTTPException) as caught:
        await sent.edit(embed=embed)
    assert caught.value.code == 50035
    (message,) = local.user("ana").sees(local.guild("Atelier").channel("gallery"))
    assert message.embeds == []
    local.violations.clear()


async def test_links_expire_after_a_day_and_a_refetched_message_has_fresh_ones(
    local: LocalDiscord, bot: StockBot
) -> None:
    sent = await gallery(local, bot).send(file=picture("x.png"))
    old = sent.attachments[0]
    assert await old.read() == png()
    local.advance(timedelta(hours=24, seconds=1).total_seconds())
    with pytest.raises(discord.NotFound):
        await old.read()
    fresh = await sent.channel.fetch_message(sent.id)
    assert await fresh.attachments[0].read() == png()
    async with aiohttp.ClientSession() as session, session.get(fresh.attachments[0].url[:-8] + "00000000&") as forged:
        assert forged.status == 404


async def test_a_reply_pings_as_allowed_and_may_outlive_its_target(local: LocalDiscord, bot: StockBot) -> None:
    channel, place, ana = gallery(local, bot), local.guild("Atelier").channel("gallery"), local.user("ana")
    said = await ana.say(place, f"hello {local.bot_user.mention}")
    heard = await local.until(lambda: next((one for one in bot.messages if one.id == said.id), None))
    assert heard is not None
    quiet = await heard.reply("quietly", mention_author=False)
    loud = await heard.reply(f"{ana.mention} and {local.user('ben').mention}", mention_author=True)
    just_ana = await channel.send(
        f"{ana.mention} {local.user('ben').mention} @everyone",
        allowed_mentions=discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(ana.id)]),
    )
    assert [one.name for one in quiet.mentions] == []
    assert {one.name for one in loud.mentions} == {"ana", "ben"}
    assert ([one.name for one in just_ana.mentions], just_ana.mention_everyone) == (["ana"], False)
    await ana.delete(said)
    with pytest.raises(discord.HTTPException) as caught:
        await channel.send("to nobody", reference=heard.to_reference(fail_if_not_exists=True))
    assert caught.value.code == 50035
    orphan = await channel.send("anyway", reference=heard.to_reference(fail_if_not_exists=False))
    assert orphan.reference is None
    refetched = await channel.fetch_message(quiet.id)
    assert refetched.reference is not None
    assert isinstance(refetched.reference.resolved, discord.DeletedReferencedMessage)


async def test_history_is_listed_before_after_and_around(local: LocalDiscord, bot: StockBot) -> None:
    channel = gallery(local, bot)
    sent = [await channel.send(str(number)) for number in range(7)]

    async def texts(**where: object) -> list[str]:
        return [one.content async for one in channel.history(**where)]  # pyright: ignore[reportArgumentType]  # keyword tests

    assert await texts() == list("6543210")
    assert await texts(limit=2) == list("65")
    assert await texts(before=sent[3]) == list("210")
    assert await texts(after=sent[3]) == list("456")
    assert await texts(around=sent[3], limit=3) == list("432")


async def test_messages_are_deleted_one_by_one_and_in_bulk(local: LocalDiscord, bot: StockBot) -> None:
    channel, place, ana = gallery(local, bot), local.guild("Atelier").channel("gallery"), local.user("ana")
    sent = [await channel.send(str(number)) for number in range(4)]
    theirs = await ana.say(place, "mine")
    with pytest.raises(discord.Forbidden) as lacking:
        await channel.get_partial_message(theirs.id).delete()
    assert lacking.value.code == 50013
    local.permit(place, local.bot_user, allow=Permission.MANAGE_MESSAGES)
    await sent[0].delete()
    await channel.delete_messages(sent[1:3])
    await channel.get_partial_message(theirs.id).delete()
    assert [one.content for one in ana.sees(place)] == ["3"]
    with pytest.raises(discord.NotFound) as caught:
        await sent[0].edit(content="gone")
    assert caught.value.code == 10008
    with pytest.raises(discord.HTTPException) as refused:
        await channel.get_partial_message(theirs.id).edit(content="not mine")
    assert refused.value.code == 10008


async def test_reactions_come_and_go(local: LocalDiscord, bot: StockBot) -> None:
    channel, place, ana = gallery(local, bot), local.guild("Atelier").channel("gallery"), local.user("ana")
    sent = await channel.send("like it?")
    (message,) = ana.sees(place)
    await sent.add_reaction("👍")
    await ana.react(message, "👍")
    fetched = await channel.fetch_message(sent.id)
    (reaction,) = fetched.reactions
    assert (str(reaction), reaction.count, reaction.me) == ("👍", 2, True)
    assert {one.name async for one in reaction.users()} == {"Easel", "ana"}
    await sent.remove_reaction("👍", channel.guild.me)
    local.permit(place, local.bot_user, allow=Permission.MANAGE_MESSAGES)
    await sent.clear_reactions()
    assert message.reactions == {}


async def test_another_persons_message_is_not_edited(local: LocalDiscord, bot: StockBot) -> None:
    theirs = await local.user("ana").say(local.guild("Atelier").channel("gallery"), "mine")
    with pytest.raises(discord.Forbidden) as caught:
        await gallery(local, bot).get_partial_message(theirs.id).edit(content="not mine")
    assert caught.value.code == 50005


async def test_upload_limits_follow_the_servers_boosts(local: LocalDiscord, bot: StockBot) -> None:
    big = bytes((10 << 20) + 1)
    posters = bot.text_channel(local.guild("Print Room").channel("posters").id)
    assert posters.guild.filesize_limit == 50 << 20
    taken = await posters.send(file=discord.File(io.BytesIO(big), filename="big.bin"))
    assert taken.attachments[0].size == len(big)
    with pytest.raises(discord.HTTPException) as caught:
        await gallery(local, bot).send(file=discord.File(io.BytesIO(big), filename="big.bin"))
    assert (caught.value.status, caught.value.code) == (413, 40005)


async def test_direct_messages_open_and_may_be_closed(local: LocalDiscord, bot: StockBot) -> None:
    ana = local.user("ana")
    user = await bot.fetch_user(ana.id)
    sent = await user.send("hello", file=picture("x.png"))
    assert [one.content for one in ana.sees(ana.dm)] == ["hello"]
    said = await ana.say(ana.dm, "an answer", files=[Upload(name="y.png", data=png())])
    heard = await local.until(lambda: next((one for one in bot.messages if one.id == said.id), None))
    assert heard is not None
    assert (heard.content, heard.channel.id, len(heard.attachments)) == ("an answer", sent.channel.id, 1)
    ana.user.dms_open = False
    with pytest.raises(discord.Forbidden) as caught:
        await user.send("closed")
    assert caught.value.code == 50007


async def test_pins_are_listed(local: LocalDiscord, bot: StockBot) -> None:
    channel, place = gallery(local, bot), local.guild("Atelier").channel("gallery")
    sent = await channel.send("pin me")
    with pytest.raises(discord.Forbidden):
        await sent.pin()
    local.permit(place, local.bot_user, allow=Permission.PIN_MESSAGES)
    await sent.pin()
    assert [one.id async for one in channel.pins()] == [sent.id]
    await sent.unpin()
    assert [one.id async for one in channel.pins()] == []


async def test_an_unknown_route_is_loud(local: LocalDiscord, bot: StockBot) -> None:
    with pytest.raises(discord.NotFound):
        await bot.fetch_invite("nothing")
    (violation,) = local.violations
    assert (violation.rule, violation.where) == ("unknown_route", "GET /invites/nothing")
    local.violations.clear()


async def test_bad_bodies_are_refused_where_they_are_bad_and_recorded(local: LocalDiscord, bot: StockBot) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await gallery(local, bot).send("x" * 2001)
    assert caught.value.code == 50035
    assert "content" in caught.value.text
    assert [one.where for one in local.violations] == ["content"]
    local.violations.clear()


async def test_typing_is_seen(local: LocalDiscord, bot: StockBot) -> None:
    watch = local.watch(local.user("ana"))
    await gallery(local, bot).typing()
    name, payload = await anext(watch)
    watch.close()
    assert (name, payload["user_id"]) == ("TYPING_START", str(local.bot_user.id))


async def test_components_v2_take_no_text_beside_them_and_stay(local: LocalDiscord, bot: StockBot) -> None:
    layout = ui.LayoutView(timeout=None)
    layout.add_item(ui.TextDisplay("A fox"))
    sent = await gallery(local, bot).send("plain")
    with pytest.raises(discord.HTTPException) as caught:
        await sent.edit(view=layout)
    assert (caught.value.code, "content" in caught.value.text) == (50035, True)
    edited = await sent.edit(content=None, view=layout)
    assert edited.flags.components_v2
    with pytest.raises(discord.HTTPException) as refused:
        await edited.edit(content="plain again")
    assert refused.value.code == 50035
    local.violations.clear()


async def test_an_edit_may_not_leave_nothing(local: LocalDiscord, bot: StockBot) -> None:
    sent = await gallery(local, bot).send("something")
    with pytest.raises(discord.HTTPException) as caught:
        await sent.edit(content="")
    assert caught.value.code == 50006


async def test_every_kind_of_component_and_embed_comes_back_as_discord_describes_it(
    local: LocalDiscord, bot: StockBot
) -> None:
    channel = gallery(local, bot)
    inside = ui.Container[ui.LayoutView](accent_colour=discord.Colour.red())
    inside.add_item(
        ui.Section[ui.LayoutView](
            "words", accessory=ui.Thumbnail[ui.LayoutView]("attachment://a.png", description="small")
        )
    )
    inside.add_item(ui.Separator())
    inside.add_item(ui.File("attachment://notes.txt"))
    inside.add_item(ui.MediaGallery(discord.MediaGalleryItem("https://example.com/far.png")))
    buttons = ui.ActionRow[ui.LayoutView]()
    buttons.add_item(ui.Button(emoji="🎨", custom_id="paint"))
    selects = ui.ActionRow[ui.LayoutView]()
    selects.add_item(ui.RoleSelect(custom_id="role", min_values=0, max_values=3))
    layout = ui.LayoutView(timeout=None)
    for part in (inside, buttons, selects):
        layout.add_item(part)
    notes = discord.File(io.BytesIO(b"notes"), filename="notes.txt")
    sent = await channel.send(view=layout, files=[picture("a.png"), notes])
    fetched = await channel.fetch_message(sent.id)
    container, row, select_row = fetched.components
    assert isinstance(container, discord.Container)
    assert isinstance(row, discord.ActionRow)
    assert isinstance(select_row, discord.ActionRow)
    assert [one.type.name for one in container.children] == ["section", "separator", "file", "media_gallery"]
    assert (row.children[0].custom_id, select_row.children[0].custom_id) == ("paint", "role")
    embed = discord.Embed(title="T", description="D", colour=1, url="https://example.com", timestamp=fetched.created_at)
    embed.add_field(name="n", value="v").set_footer(text="f", icon_url="attachment://a.png").set_author(name="a")
    embed.set_thumbnail(url="https://example.com/far.png")
    plain = await channel.send(embed=embed, file=picture("a.png"))
    seen = (await channel.fetch_message(plain.id)).embeds[0]
    assert (seen.title, seen.fields[0].inline, seen.author.name) == ("T", True, "a")
    assert str(seen.footer.icon_url).startswith(local.origin)
