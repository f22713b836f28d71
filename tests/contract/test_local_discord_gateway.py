"""The gateway as stock discord.py and a bare socket meet it: identify, resume, replay, lost and silent connections."""

import asyncio
import json
import zlib
from typing import Any

import aiohttp
import discord
import pytest

from bot.discord_endpoints import point
from playground.discord import LocalDiscord
from tests.contract.conftest import Connect
from tests.contract.stock_bot import ORDINARY_INTENTS, StockBot

DOES_RESUME = (1000, 1001, 4000, 4008)


async def test_a_bot_is_told_of_its_servers_channels_and_itself(local: LocalDiscord, bot: StockBot) -> None:
    assert {one.name for one in bot.guilds} == {"Atelier", "Print Room"}
    atelier = bot.get_guild(local.guild("Atelier").id)
    assert atelier is not None
    assert {one.name for one in atelier.text_channels} >= {"general", "gallery"}
    assert atelier.me.guild_permissions.send_messages_in_threads
    assert not atelier.me.guild_permissions.manage_messages
    assert bot.user is not None
    assert (bot.user.id, bot.application_id) == (local.bot_user.id, local.application_id)


@pytest.mark.parametrize("code", DOES_RESUME)
async def test_a_closed_socket_is_resumed_and_what_was_missed_is_told(
    local: LocalDiscord, bot: StockBot, code: int
) -> None:
    ana, place = local.user("ana"), local.guild("Atelier").channel("gallery")
    local.gateway.drop(code)
    said = [await ana.say(place, f"{local.bot_user.mention} {number}") for number in range(3)]
    await local.until(lambda: len(bot.messages) == 3)
    assert [one.id for one in bot.messages] == [one.id for one in said]
    assert (local.gateway.identified, local.gateway.resumed) == (1, 1)


async def test_a_cut_connection_is_resumed(local: LocalDiscord, bot: StockBot) -> None:
    local.gateway.cut()
    said = await local.user("ana").say(local.guild("Atelier").channel("gallery"), "missed")
    await local.until(lambda: [one.id for one in bot.messages] == [said.id])
    assert local.gateway.identified == 1


async def test_op_7_makes_the_bot_resume(local: LocalDiscord, bot: StockBot) -> None:
    local.gateway.op7()
    await local.until(lambda: "RESUMED" in bot.events)
    assert (local.gateway.identified, local.gateway.resumed) == (1, 1)


async def test_op_9_true_makes_the_bot_resume(local: LocalDiscord, bot: StockBot) -> None:
    local.gateway.op9(resumable=True)
    await local.until(lambda: local.gateway.resumed == 1)
    assert bot.is_ready()


async def test_op_9_false_makes_the_bot_identify_anew_and_events_are_lost(local: LocalDiscord, bot: StockBot) -> None:
    local.gateway.op9(resumable=False)
    await local.until(lambda: not local.gateway.is_connected)
    lost = await local.user("ana").say(local.guild("Atelier").channel("gallery"), "lost")
    await local.until(lambda: local.gateway.identified == 2)
    assert lost.id not in [one.id for one in bot.messages]


@pytest.mark.timeout(40)  # discord.py itself waits five seconds after a refused RESUME
@pytest.mark.parametrize("code", [4007, 4009])
async def test_a_session_that_is_gone_is_refused_on_resume_and_identified_anew(
    local: LocalDiscord, bot: StockBot, code: int
) -> None:
    local.gateway.drop(code)
    await local.until(lambda: local.gateway.identified == 2, timeout_s=20)
    assert local.gateway.resumed == 0
    assert bot.is_ready()


async def test_a_silent_gateway_is_noticed_and_resumed(local: LocalDiscord, connect: Connect) -> None:
    local.gateway.heartbeat_interval_ms = 200
    bot = StockBot(heartbeat_timeout=0.6)
    async with connect(bot):
        local.gateway.mute()
        said = await local.user("ana").say(local.guild("Atelier").channel("gallery"), "unheard")
        await local.until(lambda: not local.gateway.is_connected)
        await local.until(lambda: [one.id for one in bot.messages] == [said.id])
        assert (local.gateway.identified, local.gateway.resumed) == (1, 1)


async def test_a_wrong_token_is_refused(local: LocalDiscord) -> None:
    point(local.api_url, local.gateway_url)
    bot = StockBot()
    with pytest.raises(discord.LoginFailure):
        await bot.start("not the token")
    await bot.close()


async def test_an_intent_that_is_off_is_refused(local: LocalDiscord) -> None:
    point(local.api_url, local.gateway_url)
    bot = StockBot(discord.Intents(ORDINARY_INTENTS.value | discord.Intents.message_content.flag))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.start(local.token)
    await bot.close()


async def test_a_bot_hears_only_what_its_intents_cover(local: LocalDiscord, connect: Connect) -> None:
    bot = StockBot(discord.Intents(guilds=True, dm_messages=True))
    async with connect(bot):
        ana = local.user("ana")
        await ana.say(local.guild("Atelier").channel("gallery"), "in the server")
        private = await ana.say(ana.dm, "in private")
        await local.until(lambda: [one.id for one in bot.messages] == [private.id])


async def test_members_are_sent_on_request(local: LocalDiscord, bot: StockBot) -> None:
    guild = bot.get_guild(local.guild("Atelier").id)
    assert guild is not None
    found = await guild.query_members("be", limit=5)
    assert [one.name for one in found] == ["ben"]
    by_id = await guild.query_members(user_ids=[local.user("ana").id, 1])
    assert [one.name for one in by_id] == ["ana"]


async def test_a_server_goes_away_and_comes_back(local: LocalDiscord, bot: StockBot) -> None:
    atelier = local.guild("Atelier")
    local.gateway.lose(atelier)
    await local.until(lambda: bot.get_guild(atelier.id) is not None and bot.get_guild(atelier.id).unavailable)  # pyright: ignore[reportOptionalMemberAccess]  # asked just before
    local.gateway.restore(atelier)
    await local.until(lambda: not bot.get_guild(atelier.id).unavailable)  # pyright: ignore[reportOptionalMemberAccess]  # it is known


async def test_a_bot_is_thrown_out_and_invited_again(local: LocalDiscord, bot: StockBot) -> None:
    atelier = local.guild("Atelier")
    local.membership.leave(atelier, local.bot_user)
    await local.until(lambda: bot.get_guild(atelier.id) is None)
    local.membership.join(atelier, local.bot_user)
    await local.until(lambda: bot.get_guild(atelier.id) is not None)


async def test_shards_share_the_servers(local: LocalDiscord) -> None:
    point(local.api_url, local.gateway_url)
    heard: set[int] = set()
    for number in (0, 1):
        bot = discord.Client(intents=ORDINARY_INTENTS, shard_id=number, shard_count=2, guild_ready_timeout=0.05)
        async with bot:
            await bot.login(local.token)
            running = asyncio.create_task(bot.connect())
            await bot.wait_until_ready()
            heard |= {one.id for one in bot.guilds}
            assert {(one.id >> 22) % 2 for one in bot.guilds} <= {number}
        await asyncio.gather(running, return_exceptions=True)
    assert heard == {one.id for one in local.guilds}


class BareSocket:
    """A gateway client without discord.py, to break rules with."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, compressed: bool = False) -> None:
        self.socket = socket
        self.inflate = zlib.decompressobj() if compressed else None

    async def hear(self) -> dict[str, Any]:
        frame = await self.socket.receive(timeout=5)
        if self.inflate is not None and frame.type is aiohttp.WSMsgType.BINARY:
            assert frame.data.endswith(b"\x00\x00\xff\xff")
            return json.loads(self.inflate.decompress(frame.data))
        assert frame.type is aiohttp.WSMsgType.TEXT, self.socket.close_code
        return json.loads(frame.data)

    async def closed(self) -> int | None:
        while not (await self.socket.receive(timeout=5)).type & 0x100:
            continue
        return self.socket.close_code

    async def say(self, opcode: int, data: object) -> None:
        await self.socket.send_json({"op": opcode, "d": data})


IDENTIFY: dict[str, object] = {"token": "local.discord.token", "intents": 1, "properties": {}}


@pytest.mark.parametrize(
    ("opcode", "data", "code"),
    [
        (99, None, 4001),
        (3, {}, 4003),
        (2, {**IDENTIFY, "token": "wrong"}, 4004),
        (2, {**IDENTIFY, "shard": [2, 2]}, 4010),
        (2, {**IDENTIFY, "intents": 1 << 40}, 4013),
        (2, {**IDENTIFY, "intents": 1 << 15}, 4014),
        (6, {"token": "wrong", "session_id": "x", "seq": 0}, 4004),
    ],
)
async def test_a_broken_rule_closes_the_socket_with_its_code(
    local: LocalDiscord, opcode: int, data: object, code: int
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{local.gateway_url}?v=10&encoding=json") as socket,
    ):
        bare = BareSocket(socket)
        assert (await bare.hear())["op"] == 10
        await bare.say(opcode, data)
        assert await bare.closed() == code


async def test_text_that_is_no_json_identifying_twice_and_an_old_version_are_refused(local: LocalDiscord) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{local.gateway_url}?v=10&encoding=json") as socket:
            await socket.send_str("{")
            assert await BareSocket(socket).closed() == 4002
        async with session.ws_connect(f"{local.gateway_url}?v=10&encoding=json") as socket:
            bare = BareSocket(socket)
            await bare.say(2, IDENTIFY)
            await bare.say(2, IDENTIFY)
            assert await bare.closed() == 4005
        async with session.ws_connect(f"{local.gateway_url}?v=9&encoding=json") as socket:
            assert await BareSocket(socket).closed() == 4012


async def test_more_than_120_messages_a_minute_are_too_many(local: LocalDiscord) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{local.gateway_url}?v=10&encoding=json") as socket,
    ):
        bare = BareSocket(socket)
        for _ in range(121):
            await bare.say(1, None)
        assert await bare.closed() == 4008


async def test_events_are_numbered_and_share_one_compression_context(local: LocalDiscord) -> None:
    url = f"{local.gateway_url}?v=10&encoding=json&compress=zlib-stream"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        bare = BareSocket(socket, compressed=True)
        assert (await bare.hear())["d"]["heartbeat_interval"] == local.gateway.heartbeat_interval_ms
        await bare.say(1, None)
        assert (await bare.hear())["op"] == 11
        await bare.say(2, IDENTIFY)
        told = [await bare.hear() for _ in range(3)]
        assert [(one["t"], one["s"]) for one in told] == [("READY", 1), ("GUILD_CREATE", 2), ("GUILD_CREATE", 3)]
        assert told[0]["d"]["resume_gateway_url"] == local.gateway_url


@pytest.mark.parametrize(
    ("away_s", "seq", "told"),
    [(0, 3, "RESUMED"), (299, 3, "RESUMED"), (301, 3, None), (0, 999, None)],
)
async def test_a_session_is_kept_for_five_minutes(
    local: LocalDiscord, away_s: float, seq: int, told: str | None
) -> None:
    url = f"{local.gateway_url}?v=10&encoding=json"
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            bare = BareSocket(socket)
            await bare.hear()
            await bare.say(2, IDENTIFY)
            session_id = (await bare.hear())["d"]["session_id"]
            local.gateway.cut()
            await local.until(lambda: not local.gateway.is_connected)
        local.advance(away_s)
        async with session.ws_connect(url) as socket:
            bare = BareSocket(socket)
            await bare.hear()
            await bare.say(6, {"token": local.token, "session_id": session_id, "seq": seq})
            answer = await bare.hear()
            assert (answer["t"], answer["op"]) == (told, 0 if told else 9)


async def test_a_bot_that_shards_by_itself_is_told_how_many(local: LocalDiscord) -> None:
    point(local.api_url, local.gateway_url)
    bot = discord.AutoShardedClient(intents=ORDINARY_INTENTS, guild_ready_timeout=0.05)
    running = asyncio.create_task(bot.start(local.token))
    try:
        await local.connected()
        await bot.wait_until_ready()
        assert (bot.shard_count, len(bot.guilds)) == (1, 2)
        local.gateway.op7()
        await local.until(lambda: local.gateway.resumed == 1)
    finally:
        await bot.close()
        await asyncio.gather(running, return_exceptions=True)
