"""discord.py against the local Discord with nothing patched: names resolve to this machine, and it speaks TLS."""

import asyncio
import io
import socket
import ssl

import aiohttp
import discord
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from bot.discord_endpoints import point
from playground.discord import Address, LocalDiscord
from tests.contract.stock_bot import StockBot, png

HOSTS = ("discord.com", "gateway.discord.gg", "cdn.discordapp.com")


class EverythingIsHere(AbstractResolver):
    """Resolve every name to one port of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self._port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    @override
    async def close(self) -> None:
        return


async def test_an_unpatched_client_logs_in_resumes_and_downloads_over_tls() -> None:
    point(None, None)
    authority = trustme.CA()
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*HOSTS).configure_cert(served)  # pyright: ignore[reportUnknownMemberType]  # of pyOpenSSL, absent
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)  # pyright: ignore[reportUnknownMemberType]  # of pyOpenSSL, absent
    address = Address(tls=served, cdn_origin="https://cdn.discordapp.com", gateway_url="wss://gateway.discord.gg")
    async with LocalDiscord(address=address) as local:
        bot = StockBot(connector=aiohttp.TCPConnector(resolver=EverythingIsHere(local.port), ssl=trusted))
        running = asyncio.create_task(bot.start(local.token))
        try:
            await local.connected()
            await bot.wait_until_ready()
            channel = bot.text_channel(local.guild("Atelier").channel("gallery").id)
            sent = await channel.send(file=discord.File(io.BytesIO(png()), filename="x.png"))
            assert sent.attachments[0].url.startswith("https://cdn.discordapp.com/attachments/")
            assert await sent.attachments[0].read() == png()
            local.gateway.op7()
            await local.until(lambda: local.gateway.resumed == 1)
        finally:
            await bot.close()
            await asyncio.gather(running, return_exceptions=True)
        assert not local.violations, local.transcript()
