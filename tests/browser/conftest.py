"""What browser tests get: Chromium, the page on a local Discord, a small real bot, and people at their tabs."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import discord
import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, async_playwright

from bot.discord_endpoints import point
from playground.discord import LocalDiscord
from playground.discord.page import Page
from tests.browser.page_person import DESK, Connect, Person, Sits, listen
from tests.browser.workbench_bot import Workbench

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str | None:
    """The browser to drive: EASEL_CHROMIUM, or the first one installed here."""
    return os.getenv("EASEL_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    path = find_chromium()
    if path is None and os.getenv("EASEL_REQUIRE_BROWSER"):
        pytest.fail("no Chromium on this machine, and this run must not skip the browser tests")
    if path is None:
        pytest.skip("no Chromium on this machine: install one, or name it in EASEL_CHROMIUM")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=[*ARGUMENTS, *(["--no-sandbox"] if root else [])]
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def local(discord_spec: Path | None) -> AsyncIterator[LocalDiscord]:
    """A started local Discord with its page; any violation left in it fails the test."""
    server = LocalDiscord(discord_spec)
    server.mount("/play", Page(server, ["Pictures are painted by a test"]).application())
    async with server:
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
            await local.connected()
            await client.wait_until_ready()
            yield
        finally:
            await client.close()
            await asyncio.gather(running, return_exceptions=True)
            point(None, None)

    return connected


@pytest_asyncio.fixture(loop_scope="session")
async def bot(connect: Connect) -> AsyncIterator[Workbench]:
    """The small bot, connected and with its commands synced."""
    client = Workbench()
    async with connect(client):
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def sits(chromium: Browser, local: LocalDiscord) -> AsyncIterator[Sits]:
    """Sit somebody down at a tab of their own; console errors and CSP violations fail the test."""
    people: list[Person] = []

    async def sit(
        username: str = "ana", *, viewport: ViewportSize = DESK, touch: bool = False, dark: bool = False
    ) -> Person:
        scheme = "dark" if dark else "light"
        context = await chromium.new_context(viewport=viewport, has_touch=touch, is_mobile=touch, color_scheme=scheme)
        tab = await context.new_page()
        person = Person(local.user(username), tab)
        people.append(person)
        listen(tab, person.complaints)
        await tab.goto(f"{local.origin}/play?as={person.actor.id}")
        await tab.wait_for_selector("html[data-ready]")
        return person

    yield sit
    for person in people:
        await person.tab.context.close()
        assert person.complaints == []
