"""What stock discord.py does under each fault, and what the server has done by then."""

import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import discord
import pytest
from discord import app_commands

from playground.discord import Fault, LocalDiscord, Rate
from tests.contract.stock_bot import StockBot, png

Act = Callable[[discord.TextChannel], Awaitable[object]]
MESSAGES = r"^/channels/\d+/messages$"


async def send(channel: discord.TextChannel) -> object:
    return await channel.send("hello")


async def send_file(channel: discord.TextChannel) -> object:
    return await channel.send(file=discord.File(io.BytesIO(png()), filename="x.png"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: the fault, what the client raises (None: nothing), and how many messages there are."""

    name: str
    fault: Fault
    raised: type[BaseException] | None = None
    status: int | None = None
    code: int | None = None
    messages: int = 0
    requests: int = 1


AT_ONCE = (
    Row(
        name="429 with retry_after is waited for",
        fault=Fault(path=MESSAGES, status=429, body={"message": "slow", "retry_after": 0.05, "global": False}),
        messages=1,
        requests=2,
    ),
    Row(
        name="a global 429 is waited for",
        fault=Fault(path=MESSAGES, status=429, body={"message": "slow", "retry_after": 0.05, "global": True}),
        messages=1,
        requests=2,
    ),
    Row(
        name="429 beyond the longest wait raises at once",
        fault=Fault(path=MESSAGES, status=429, body={"message": "slow", "retry_after": 31.0, "global": False}),
        raised=discord.RateLimited,
    ),
    Row(
        name="429 from Cloudflare, without Via, raises",
        fault=Fault(path=MESSAGES, status=429, body="<html>1015</html>", via=False),
        raised=discord.HTTPException,
        status=429,
    ),
    Row(
        name="503 on a bot route raises at once",
        fault=Fault(path=MESSAGES, status=503),
        raised=discord.DiscordServerError,
        status=503,
    ),
    Row(
        name="cut before the server acted",
        fault=Fault(path=MESSAGES, drop="before"),
        raised=aiohttp.ServerDisconnectedError,
    ),
    Row(
        name="cut after the server acted",
        fault=Fault(path=MESSAGES, drop="after"),
        raised=aiohttp.ServerDisconnectedError,
        messages=1,
    ),
    Row(
        name="an answer that breaks off",
        fault=Fault(path=MESSAGES, raw=b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"),
        raised=aiohttp.ClientPayloadError,
    ),
    *(
        Row(
            name=f"{code}",
            fault=Fault(path=MESSAGES, status=status, code=code),
            raised=kind,
            status=status,
            code=code,
        )
        for status, code, kind in (
            (413, 40005, discord.HTTPException),
            (400, 50035, discord.HTTPException),
            (403, 50013, discord.Forbidden),
            (404, 10008, discord.NotFound),
        )
    ),
)

AFTER_A_SECOND = (
    Row(
        name="502 with an HTML page is retried",
        fault=Fault(path=MESSAGES, status=502, body="<html>bad gateway</html>"),
        messages=1,
        requests=2,
    ),
    Row(
        name="500 after the server acted makes one message, because of the nonce",
        fault=Fault(path=MESSAGES, status=500, drop="after"),
        messages=1,
        requests=2,
    ),
)


async def check(local: LocalDiscord, bot: StockBot, row: Row, act: Act = send) -> None:
    place = local.guild("Atelier").channel("gallery")
    local.faults.add(row.fault)
    caught: BaseException | None = None
    try:
        await act(bot.text_channel(place.id))
    except (discord.DiscordException, aiohttp.ClientError) as error:
        caught = error
    assert type(caught) is (row.raised or type(None)), caught
    assert getattr(caught, "status", None) == row.status
    assert row.code is None or getattr(caught, "code", None) == row.code
    assert len(place.messages) == row.messages
    assert len(local.requested("POST", "/messages")) == row.requests
    assert local.faults.struck == [row.fault]


@pytest.mark.parametrize("row", AT_ONCE, ids=lambda row: row.name)
async def test_what_discord_py_does_at_once(local: LocalDiscord, bot: StockBot, row: Row) -> None:
    await check(local, bot, row)


@pytest.mark.timeout(40)  # discord.py itself waits a second before its first retry
@pytest.mark.parametrize("row", AFTER_A_SECOND, ids=lambda row: row.name)
async def test_what_discord_py_does_after_a_second(local: LocalDiscord, bot: StockBot, row: Row) -> None:
    await check(local, bot, row)


@pytest.mark.timeout(40)  # discord.py itself waits one and three seconds
async def test_a_file_is_whole_after_two_failures(local: LocalDiscord, bot: StockBot) -> None:
    row = Row(name="", fault=Fault(path=MESSAGES, status=500, times=2), messages=1, requests=3)
    place = local.guild("Atelier").channel("gallery")
    local.faults.add(row.fault)
    await send_file(bot.text_channel(place.id))
    (message,) = place.messages.values()
    assert local.downloads(message.files[0]) == png()
    assert len(local.requested("POST", "/messages")) == 3


async def test_a_fault_spares_the_first_requests_it_is_told_to(local: LocalDiscord, bot: StockBot) -> None:
    channel = bot.text_channel(local.guild("Atelier").channel("gallery").id)
    local.faults.add(Fault(path=MESSAGES, method="POST", skip=1, status=403, code=50013))
    await channel.send("spared")
    with pytest.raises(discord.Forbidden):
        await channel.send("struck")
    await channel.send("spared again")


async def test_a_delayed_answer_comes_all_the_same(local: LocalDiscord, bot: StockBot) -> None:
    place = local.guild("Atelier").channel("gallery")
    local.faults.add(Fault(path=MESSAGES, delay_s=0.05))
    await bot.text_channel(place.id).send("late")
    assert [one.content for one in place.messages.values()] == ["late"]


async def test_a_slow_upload_arrives_whole(local: LocalDiscord, bot: StockBot) -> None:
    place, data = local.guild("Atelier").channel("gallery"), png() + bytes(1 << 20)
    local.faults.add(Fault(path=MESSAGES, slow_upload_bytes_per_s=float(20 << 20)))
    await bot.text_channel(place.id).send(file=discord.File(io.BytesIO(data), filename="big.bin"))
    (message,) = place.messages.values()
    assert local.downloads(message.files[0]) == data


async def run(
    local: LocalDiscord, bot: StockBot, steps: list[Callable[[discord.Interaction], Awaitable[object]]]
) -> None:
    """Let ana use a command that takes these steps, and wait until it is over."""
    over: list[bool] = []

    async def go(interaction: discord.Interaction) -> None:
        try:
            for step in steps:
                await step(interaction)
        finally:
            over.append(True)

    bot.tree.add_command(app_commands.Command(name="go", description="Go", callback=go))
    await bot.tree.sync()
    await local.user("ana").slash(local.guild("Atelier").channel("gallery"), "go")
    await local.until(lambda: over, timeout_s=15)


@pytest.mark.timeout(40)  # discord.py itself waits a second
async def test_a_webhook_503_is_retried(local: LocalDiscord, bot: StockBot) -> None:
    local.faults.add(Fault(path="@original", status=503))
    await run(local, bot, [lambda one: one.response.defer(), lambda one: one.edit_original_response(content="done")])
    (message,) = local.guild("Atelier").channel("gallery").messages.values()
    assert message.content == "done"


@pytest.mark.timeout(40)  # discord.py itself waits a second
async def test_a_callback_that_acted_and_failed_is_refused_as_a_second_answer(
    local: LocalDiscord, bot: StockBot
) -> None:
    local.faults.add(Fault(path="callback", status=500, drop="after"))
    await run(local, bot, [lambda one: one.response.defer()])
    await local.until(lambda: bot.errors)
    (error,) = bot.errors
    assert isinstance(error, app_commands.CommandInvokeError)
    assert isinstance(error.original, discord.HTTPException)
    assert error.original.code == 40060


@pytest.mark.timeout(40)  # discord.py itself waits a second
async def test_a_follow_up_that_acted_and_failed_is_posted_twice(local: LocalDiscord, bot: StockBot) -> None:
    local.faults.add(Fault(path=r"^/webhooks/\d+/\w+$", status=500, drop="after", skip=1))
    await run(
        local,
        bot,
        [
            lambda one: one.response.defer(),
            lambda one: one.followup.send("fills the deferred message"),
            lambda one: one.followup.send("again"),
        ],
    )
    contents = [one.content for one in local.guild("Atelier").channel("gallery").messages.values()]
    assert contents == ["fills the deferred message", "again", "again"]


@pytest.mark.timeout(40)  # discord.py itself waits a second
async def test_an_edit_of_the_original_that_acted_and_failed_stays_one_message_with_one_file(
    local: LocalDiscord, bot: StockBot
) -> None:
    local.faults.add(Fault(path="@original", method="PATCH", status=500, drop="after"))
    await run(
        local,
        bot,
        [
            lambda one: one.response.defer(),
            lambda one: one.edit_original_response(attachments=[discord.File(io.BytesIO(png()), filename="x.png")]),
        ],
    )
    (message,) = local.guild("Atelier").channel("gallery").messages.values()
    assert [local.downloads(one) for one in message.files] == [png()]


async def test_a_file_object_sent_twice_is_empty_the_second_time(local: LocalDiscord, bot: StockBot) -> None:
    place = local.guild("Atelier").channel("gallery")
    file = discord.File(io.BytesIO(png()), filename="x.png")
    await bot.text_channel(place.id).send(file=file)
    await bot.text_channel(place.id).send(file=file)
    sizes = [one.files[0].size for one in place.messages.values()]
    assert sizes == [len(png()), 0]


async def test_a_full_bucket_answers_429_and_the_client_waits(local: LocalDiscord, bot: StockBot) -> None:
    place = local.guild("Atelier").channel("gallery")
    local.limits.set("POST", r"/channels/\{channel_id\}/messages", Rate(limit=2, window_s=0.2))
    for number in range(4):
        await bot.text_channel(place.id).send(str(number))
    assert [one.content for one in place.messages.values()] == ["0", "1", "2", "3"]


async def test_every_429_says_how_long_and_counts_as_invalid(local: LocalDiscord) -> None:
    local.limits.set("GET", "/users/@me", Rate(limit=1, window_s=60))
    headers = {"Authorization": f"Bot {local.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(f"{local.api_url}/users/@me") as first:
            assert first.headers["X-RateLimit-Remaining"] == "0"
        async with session.get(f"{local.api_url}/users/@me") as second:
            body = await second.json()
            assert (second.status, body["global"]) == (429, False)
            assert 59 < body["retry_after"] <= 60
            assert second.headers["X-RateLimit-Scope"] == "user"
        local.limits.per_second = Rate(limit=0, window_s=60)
        async with session.get(f"{local.api_url}/gateway") as third:
            assert (third.status, (await third.json())["global"]) == (429, True)
        local.advance(60)
        async with session.get(f"{local.api_url}/users/@me", headers={"Authorization": "Bot wrong"}) as wrong:
            assert wrong.status == 401
    assert local.limits.invalid_requests == 3


async def test_ten_thousand_invalid_requests_shut_the_address_out_for_a_while(local: LocalDiscord) -> None:
    for _ in range(local.limits.invalid_requests_before_ban):
        local.limits.note(403)
    headers = {"Authorization": f"Bot {local.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(f"{local.api_url}/users/@me") as banned:
            assert (banned.status, banned.content_type) == (429, "text/html")
            assert "1015" in await banned.text()
        local.advance(601)
        async with session.get(f"{local.api_url}/users/@me") as again:
            assert again.status == 200


async def test_answers_carry_via_and_exactly_application_json(local: LocalDiscord) -> None:
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bot {local.token}"}) as session,
        session.get(f"{local.api_url}/users/@me") as answer,
    ):
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Via"]


async def test_downloads_fail_as_scripted(local: LocalDiscord, bot: StockBot) -> None:
    sent = await bot.text_channel(local.guild("Atelier").channel("gallery").id).send(
        file=discord.File(io.BytesIO(png()), filename="x.png")
    )
    (picture,) = sent.attachments
    # aiohttp itself asks once more when a kept connection breaks off under a GET, so one cut would go unnoticed.
    cuts = Fault(path="^/attachments/", drop="before", times=2)
    local.faults.add(Fault(path="^/attachments/", status=503), cuts)
    with pytest.raises(discord.HTTPException) as caught:
        await picture.read()
    assert caught.value.status == 503
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await picture.read()
    assert await picture.read() == png()


async def test_a_body_that_is_no_json_is_refused(local: LocalDiscord) -> None:
    place = local.guild("Atelier").channel("gallery")
    headers = {"Authorization": f"Bot {local.token}", "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{local.api_url}/channels/{place.id}/messages", data=b"{") as answer,
    ):
        assert (answer.status, (await answer.json())["code"]) == (400, 50109)
