"""What browser tests get: Chromium, the page on a local Discord, a small real bot, and people at their tabs."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from page_person import DESK, Person, Sits, listen
from playwright.async_api import Browser, ViewportSize, async_playwright
from workbench_bot import Workbench

from bot.discord_endpoints import point
from playground.discord import LocalDiscord
from playground.discord.page import Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            item.add_marker(pytest.mark.timeout(60))


def find_chromium() -> str | None:
    """The browser to drive: EASEL_CHROMIUM, or the first one installed here."""
    return os.getenv("EASEL_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: install one, or name it in EASEL_CHROMIUM")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=[*ARGUMENTS, *(["--no-sandbox"] if root else [])]
        )
        yield browser
        await browser.close()


@pytest.fixture
async def local(discord_spec: Path | None) -> AsyncIterator[LocalDiscord]:
    """A started local Discord with its page; any violation left in it fails the test."""
    server = LocalDiscord(discord_spec)
    server.mount("/play", Page(server, ["Pictures are painted by a test"]).application())
    async with server:
        yield server
        assert not server.violations, server.transcript()


@pytest.fixture
async def bot(local: LocalDiscord) -> AsyncIterator[Workbench]:
    """The small bot, connected and with its commands synced."""
    point(local.api_url, local.gateway_url)
    client = Workbench()
    running = asyncio.create_task(client.start(local.token))
    try:
        await local.connected()
        await client.wait_until_ready()
        yield client
    finally:
        await client.close()
        await asyncio.gather(running, return_exceptions=True)
        point(None, None)


@pytest.fixture
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
