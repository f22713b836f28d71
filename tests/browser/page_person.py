"""Somebody at a tab of the page, and what a test has them do there."""

import contextlib
from collections.abc import Awaitable, Callable, Generator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import discord
import pytest
from playwright.async_api import ConsoleMessage, Locator, Page as Tab, ViewportSize, expect

from playground.discord import Actor, Channel

PHONE = ViewportSize(width=360, height=740)
DESK = ViewportSize(width=1280, height=860)
IN_THE_BROWSER = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),  # one Chromium for all tests lives in one loop
    pytest.mark.timeout(60),
]
_LOGGED_FOR_4XX = "Failed to load resource"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a tab of the page."""

    actor: Actor
    tab: Tab
    complaints: list[str] = field(default_factory=list[str])

    @property
    def box(self) -> Locator:
        return self.tab.locator(".box")

    @property
    def last(self) -> Locator:
        """The newest message."""
        return self.tab.locator("#timeline ol:not(.pendings) > .message").last

    def message(self, words: str) -> Locator:
        """The newest message with these words."""
        return (
            self.tab.locator("#timeline ol:not(.pendings) > .message")
            .filter(has=self.tab.locator(".message-body > .markdown", has_text=words))
            .last
        )

    @property
    def suggestions(self) -> Locator:
        """What the open list offers, for commands or for an option."""
        return self.tab.locator(".suggestion")

    def option(self, name: str) -> Locator:
        """The control of one option in the form of a command."""
        return self.tab.locator(f"[data-option={name}]").locator(".field").first

    async def goes(self, channel: Channel) -> None:
        """Open a channel by its address and wait until it is there."""
        await self.tab.evaluate("id => { location.hash = id }", str(channel.id))
        await expect(self.tab.locator(f".channel[aria-current=page][data-focus='{channel.id}']")).to_have_count(1)

    async def says(self, words: str) -> None:
        """Write a message and send it with Enter."""
        await self.box.fill(words)
        await self.box.press("Enter")

    async def types(self, command: str) -> None:
        """Choose a command from the picker, with the keyboard alone."""
        await self.box.press_sequentially(f"/{command}")
        await expect(self.suggestions.first).to_contain_text(f"/{command}")
        await self.box.press("Enter")
        await expect(self.tab.get_by_role("form", name=f"/{command}")).to_be_visible()


Sits = Callable[..., Awaitable[Person]]
Connect = Callable[[discord.Client], AbstractAsyncContextManager[None]]


def listen(tab: Tab, complaints: list[str]) -> None:
    """Write down every console error, CSP violation and uncaught exception of a tab."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.type}: {message.text}")

    tab.on("console", on_console)
    tab.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))


@contextlib.contextmanager
def refusal_expected(person: Person) -> Generator[None, None, None]:
    """Chromium logs every 4xx answer; take those of this block off the complaints."""
    before = len(person.complaints)
    yield
    person.complaints[before:] = [one for one in person.complaints[before:] if _LOGGED_FOR_4XX not in one]
