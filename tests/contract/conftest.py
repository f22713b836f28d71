"""Fixtures for the contract tests: a started local Discord, and stock discord.py clients connected to it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import discord
import pytest

from bot.discord_endpoints import point
from playground.discord import LocalDiscord
from tests.contract.stock_bot import StockBot

Connect = Callable[[discord.Client], AbstractAsyncContextManager[None]]


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
    async def connected(client: discord.Client) -> AsyncGenerator[None]:
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
async def bot(connect: Connect) -> AsyncIterator[StockBot]:
    """A connected bot without commands."""
    client = StockBot()
    async with connect(client):
        yield client
