"""What people see and are told: their own view, the event stream behind the page, and the transcript of a failure."""

import io
from datetime import UTC, datetime

import discord
import pytest
from discord import ui

from playground.discord import Intent, LocalDiscord, Message, Permission, RefusedError, Upload
from playground.discord.media import look_at
from playground.discord.permissions import ALL_PERMISSIONS
from playground.discord.snowflakes import snowflake_at, snowflake_time
from tests.contract.conftest import Connect
from tests.contract.stock_bot import ORDINARY_INTENTS, StockBot, png


async def answered(local: LocalDiscord, bot: StockBot, *, ephemeral: bool) -> Message:
    """Return the bot's answer to ana, with one button of each kind."""
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label="Live", custom_id="live"))
    view.add_item(ui.Button(label="Off", custom_id="off", disabled=True))
    view.add_item(ui.Button(label="Site", url="https://example.com"))

    @bot.tree.command(description="Answer")
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("an answer", view=view, ephemeral=ephemeral)

    await bot.tree.sync()
    return await (await local.user("ana").slash(local.guild("Atelier").channel("gallery"), "answer")).message()


async def test_a_person_is_told_what_they_may_see_in_the_order_it_happens(local: LocalDiscord, bot: StockBot) -> None:
    ana, ben = local.user("ana"), local.user("ben")
    hers, his = local.watch(ana), local.watch(ben)
    secret = await answered(local, bot, ephemeral=True)
    said = await ana.say(secret.channel, "hello")
    told = [await anext(hers) for _ in range(3)]
    assert [name for name, _ in told] == ["MESSAGE_CREATE", "APP_INTERACTION_ANSWERED", "MESSAGE_CREATE"]
    assert told[0][1]["id"] == str(secret.id)
    name, payload = await anext(his)
    assert (name, payload["id"]) == ("MESSAGE_CREATE", str(said.id))
    hers.close()
    his.close()


async def test_a_person_is_told_of_a_form_and_of_a_failure(local: LocalDiscord, bot: StockBot) -> None:
    message = await answered(local, bot, ephemeral=False)
    watch = local.watch(local.user("ben"))
    await local.user("ben").click(message, "Live")
    local.advance(3.1)
    name, payload = await anext(watch)
    assert (name, payload["message_id"]) == ("APP_INTERACTION_FAILED", str(message.id))
    watch.close()


async def test_the_client_app_refuses_what_cannot_be_done(local: LocalDiscord, bot: StockBot) -> None:
    ana, ben, chen = local.user("ana"), local.user("ben"), local.user("chen")
    secret = await answered(local, bot, ephemeral=True)
    for button, reason in (("Off", "disabled"), ("Site", "link"), ("Nothing", "shows no")):
        with pytest.raises(RefusedError, match=reason):
            await ana.click(secret, button)
    with pytest.raises(RefusedError, match="does not see"):
        await ben.click(secret, "Live")
    said = await ana.say(secret.channel, "mine")
    for attempt, reason in (
        (chen.edit(said, "not mine"), "own messages"),
        (chen.delete(said), "Manage Messages"),
        (ana.say(secret.channel), "1 to 2000"),
        (ana.say(secret.channel, "x" * 2001), "1 to 2000"),
        (ana.say(secret.channel, files=[Upload(name="big", data=bytes((10 << 20) + 1))]), "limit"),
        (ana.say(secret.channel, files=[Upload(name="x", data=b"x")] * 11), "10 files"),
        (ana.say(local.guild("Print Room").channel("posters"), "hello"), "may not write"),
    ):
        with pytest.raises(RefusedError, match=reason):
            await attempt
    await ana.edit(said, "mine, better")
    assert (said.content, said.revisions) == ("mine, better", ["mine"])
    await ben.delete(said)
    with pytest.raises(RefusedError, match="does not see"):
        await ana.react(said, "👍")


async def test_a_person_opens_a_thread_where_they_may(local: LocalDiscord, bot: StockBot) -> None:
    ana, place = local.user("ana"), local.guild("Atelier").channel("gallery")
    said = await ana.say(place, "a cat")
    thread = await ana.open_thread(said, "Cats")
    await local.until(lambda: bot.get_channel(thread.id))
    local.permit(place, local.guild("Atelier").everyone, deny=Permission.CREATE_PUBLIC_THREADS)
    with pytest.raises(RefusedError, match="open threads"):
        await ana.open_thread(await ana.say(place, "a dog"), "Dogs")


async def test_a_wait_in_vain_shows_everything(local: LocalDiscord, bot: StockBot) -> None:
    ana, place = local.user("ana"), local.guild("Atelier").channel("gallery")
    message = await answered(local, bot, ephemeral=False)
    await bot.text_channel(place.id).send(file=discord.File(io.BytesIO(png()), filename="x.png", description="a fox"))
    said = await ana.say(place, "first words", reply_to=message)
    await ana.edit(said, "better words")
    await ana.react(said, "👍")
    with pytest.raises(AssertionError) as caught:
        await ana.waits_for(place, lambda one: one.content == "never said", timeout_s=0.05)
    text = str(caught.value)
    for part in (
        "#gallery (Atelier)",
        "(to ana's answer)",
        "[Live] live",
        "[Off] (off) off",
        "file x.png (image/png",
        "alt 'a fox'",
        "in reply to Easel: 'an answer'; edited): better words",
        "before the edit: 'first words'",
        "👍 by ana",
        "violations: 0",
        "POST /channels/",
    ):
        assert part in text


async def test_members_come_and_go_and_change(local: LocalDiscord, connect: Connect) -> None:
    local.allow_intents(Intent.GUILD_MEMBERS)
    bot = StockBot(discord.Intents(ORDINARY_INTENTS.value | discord.Intents.members.flag))
    async with connect(bot):
        atelier = local.guild("Atelier")
        seen = bot.get_guild(atelier.id)
        assert seen is not None
        dora = local.membership.arrive("dora", locale="de")
        local.membership.join(atelier, dora)
        await local.until(lambda: seen.get_member(dora.id))
        local.membership.give_roles(atelier, dora, atelier.role("Painter"))
        await local.until(lambda: [one.name for one in member(seen, dora.id).roles] == ["@everyone", "Painter"])
        assert {one.name async for one in seen.fetch_members()} >= {"ana", "ben", "dora"}
        local.membership.leave(atelier, dora)
        await local.until(lambda: seen.get_member(dora.id) is None)


def member(guild: discord.Guild, user_id: int) -> discord.Member:
    found = guild.get_member(user_id)
    assert found is not None
    return found


async def test_the_owner_may_everything_and_an_administrator_too(local: LocalDiscord) -> None:
    guild, world = local.guild("Atelier"), local.core.world
    place, painter = guild.channel("gallery"), guild.role("Painter")
    assert world.permissions(place, local.owner.user) == ALL_PERMISSIONS
    local.permit(place, painter, deny=Permission.VIEW_CHANNEL)
    assert not world.sees(place, local.user("ana").user)
    painter.permissions = int(Permission.ADMINISTRATOR)
    assert world.permissions(place, local.user("ana").user) == ALL_PERMISSIONS
    assert world.permissions(local.guild("Print Room").channel("posters"), local.user("ana").user) == 0


def test_snowflakes_carry_their_instant() -> None:
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert snowflake_time(snowflake_at(at)) == at
    assert snowflake_time(175928847299117063) == datetime(2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.bin", png(7, 5), ("image/png", 7, 5)),
        ("a", b"GIF89a\x07\x00\x05\x00", ("image/gif", 7, 5)),
        ("a", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x05\x00\x07\x03", ("image/jpeg", 7, 5)),
        ("a", b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\x06\0\0\x04\0\0", ("image/webp", 7, 5)),
        ("a", b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x06\0\x01\0" + bytes(6), ("image/webp", 7, 5)),
        ("a", b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x07\0\x05\0", ("image/webp", 7, 5)),
        ("lying.png", b"no picture at all", ("image/png", None, None)),
        ("cut.png", png()[:18], ("image/png", None, None)),
        ("words.txt", b"words", ("text/plain; charset=utf-8", None, None)),
        ("unknown", b"?", (None, None, None)),
    ],
)
def test_a_files_header_tells_its_type_and_size(
    name: str, data: bytes, expected: tuple[str | None, int | None, int | None]
) -> None:
    media = look_at(name, data)
    assert (media.content_type, media.width, media.height) == expected
