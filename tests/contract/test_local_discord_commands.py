"""Commands as they are registered: what Discord refuses, what it keeps, where it offers them."""

from typing import Any

import discord
import pytest
from discord import app_commands

from playground.discord import LocalDiscord, RefusedError
from tests.contract.stock_bot import StockBot


def command(name: str, description: str = "Does it") -> "app_commands.Command[discord.app_commands.Group, ..., None]":
    async def callback(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(name)

    return app_commands.Command(name=name, description=description, callback=callback)


async def test_a_sync_keeps_the_ids_of_commands_that_stay(local: LocalDiscord, bot: StockBot) -> None:
    bot.tree.add_command(command("one"))
    bot.tree.add_command(command("two"))
    first = {one.name: one.id for one in await bot.tree.sync()}
    bot.tree.remove_command("two")
    bot.tree.add_command(command("three"))
    second = {one.name: one.id for one in await bot.tree.sync()}
    assert second["one"] == first["one"]
    assert set(second) == {"one", "three"}
    assert {one.name for one in await bot.tree.fetch_commands()} == {"one", "three"}
    place = local.guild("Atelier").channel("general")
    assert {one["name"] for one in local.user("ana").commands(place)} == {"one", "three"}


async def test_a_bad_command_is_refused_where_it_is_bad(local: LocalDiscord, bot: StockBot) -> None:
    @bot.tree.command(description="Paint")
    @app_commands.choices(shape=[app_commands.Choice(name="x" * 101, value="round")])
    async def imagine(interaction: discord.Interaction, shape: str) -> None:
        await interaction.response.send_message(shape)

    with pytest.raises(app_commands.CommandSyncFailure, match=r"imagine[\s\S]*shape[\s\S]*choices") as caught:
        await bot.tree.sync()
    assert caught.value.code == 50035
    assert [one.where for one in local.violations] == ["[0].options[0].choices[0].name"]
    local.violations.clear()
    with pytest.raises(RefusedError, match="no command"):
        await local.user("ana").slash(local.guild("Atelier").channel("general"), "imagine", prompt="x")


async def test_a_servers_own_commands_are_offered_there_alone(local: LocalDiscord, bot: StockBot) -> None:
    atelier, print_room = local.guild("Atelier"), local.guild("Print Room")
    bot.tree.add_command(command("here"), guild=discord.Object(atelier.id))
    await bot.tree.sync(guild=discord.Object(atelier.id))
    run = await local.user("ben").slash(atelier.channel("general"), "here")
    assert (await run.message()).content == "here"
    with pytest.raises(RefusedError, match="no command"):
        await local.user("ben").slash(print_room.channel("general"), "here")


async def test_one_command_is_fetched_edited_and_deleted(local: LocalDiscord, bot: StockBot) -> None:
    bot.tree.add_command(command("one"))
    (synced,) = await bot.tree.sync()
    edited = await synced.edit(description="Does it better")
    assert (edited.id, edited.description) == (synced.id, "Does it better")
    assert (await bot.tree.fetch_command(synced.id)).description == "Does it better"
    await edited.delete()
    with pytest.raises(discord.NotFound) as caught:
        await bot.tree.fetch_command(synced.id)
    assert caught.value.code == 10063


async def test_subcommands_are_typed_behind_their_group(local: LocalDiscord, bot: StockBot) -> None:
    easel = app_commands.Group(name="easel", description="For servers")

    @easel.command(description="Set it")
    async def setting(interaction: discord.Interaction, key: str) -> None:
        await interaction.response.send_message(f"set {key}")

    bot.tree.add_command(easel)
    await bot.tree.sync()
    ben, place = local.user("ben"), local.guild("Atelier").channel("general")
    assert (await (await ben.slash(place, "easel setting", key="size")).message()).content == "set size"
    with pytest.raises(RefusedError, match="needs a subcommand"):
        await ben.slash(place, "easel")
    with pytest.raises(RefusedError, match="no subcommand"):
        await ben.slash(place, "easel nothing")


async def test_commands_without_direct_messages_are_not_offered_there(local: LocalDiscord, bot: StockBot) -> None:
    only_servers = command("servers")
    only_servers.guild_only = True
    bot.tree.add_command(only_servers)
    await bot.tree.sync()
    ana = local.user("ana")
    with pytest.raises(RefusedError, match="kind of place"):
        await ana.slash(ana.dm, "servers")


async def test_a_single_command_is_created_or_overwritten_by_name(local: LocalDiscord, bot: StockBot) -> None:
    assert bot.application_id is not None
    payload: Any = {"name": "one", "description": "Does it", "type": 1}
    created = await bot.http.upsert_global_command(bot.application_id, payload)
    payload["description"] = "Does it well"
    again = await bot.http.upsert_global_command(bot.application_id, payload)
    assert created["id"] == again["id"]
    assert [one.status for one in local.requested("POST", "/commands")] == [201, 200]
    assert [one.description for one in await bot.tree.fetch_commands()] == ["Does it well"]
