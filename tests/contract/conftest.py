"""Fixtures for the contract tests: a started local Discord, and stock discord.py clients connected to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import discord
import pytest
from discord import app_commands

from bot.discord_endpoints import point
from playground.discord import LocalDiscord

Connect = Callable[[discord.Client], AbstractAsyncContextManager[None]]


class SampleBot(discord.Client):
    """A stock discord.py client with a command tree; each test hangs its own handlers on it."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(
            intents=intents or discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            guild_ready_timeout=0.05,
            max_ratelimit_timeout=30.0,
        )
        self.tree: app_commands.CommandTree[SampleBot] = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)


@pytest.fixture
async def local(discord_spec: Path | None) -> AsyncIterator[LocalDiscord]:
    """A started local Discord; any violation left in it fails the test."""
    async with LocalDiscord(discord_spec) as server:
        yield server
        assert not server.violations, server.transcript()


@pytest.fixture
def connect(local: LocalDiscord) -> Connect:
    """Return a context manager that logs a client in, keeps it running, and closes it."""

    @contextlib.asynccontextmanager
    async def connected(client: discord.Client) -> AsyncIterator[None]:
        point(local.api_url, local.gateway_url)
        running = asyncio.create_task(client.start(local.token))
        try:
            await asyncio.wait({running, asyncio.create_task(local.connected())}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await running
            await client.wait_until_ready()
            yield
        finally:
            await client.close()
            await asyncio.gather(running, return_exceptions=True)
            point(None, None)

    return connected


@pytest.fixture
async def bot(connect: Connect) -> AsyncIterator[SampleBot]:
    """A connected bot without commands."""
    client = SampleBot()
    async with connect(client):
        yield client
