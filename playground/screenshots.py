"""Takes the README's pictures from the running playground: `python -m playground.screenshots` (needs a Chromium)."""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page as Tab, ViewportSize, async_playwright, expect

from playground.discord import Actor, Channel, Message
from playground.open import discord_spec
from playground.stage import Stage, StageOptions

FOLDER = Path(__file__).parent / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")
DESK = ViewportSize(width=1240, height=860)
PHONE = ViewportSize(width=390, height=844)
PATIENCE_S = 60.0


async def take(folder: Path) -> list[Path]:
    """Paint in a fresh playground and photograph the page; returns the files written."""
    browser_path = os.getenv("EASEL_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        raise SystemExit("No Chromium on this machine: install one, or name it in EASEL_CHROMIUM.")
    sandbox = [] if not hasattr(os, "geteuid") or os.geteuid() else ["--no-sandbox"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        options = StageOptions(data_dir=Path(data), discord_spec=discord_spec())
        async with Stage(options, log_level="warning") as stage, async_playwright() as runner:
            await stage.start_bot()
            browser = await runner.chromium.launch(executable_path=browser_path, args=[*ARGUMENTS, *sandbox])
            try:
                return await _story(stage, browser, folder)
            finally:
                await browser.close()


async def _story(stage: Stage, browser: Browser, folder: Path) -> list[Path]:
    discord = stage.discord
    ana, ben = discord.user("ana"), discord.user("ben")
    gallery = discord.guild("Atelier").channel("gallery")
    first = await _painted(ana, gallery, "a lighthouse by the sea at dusk, watercolor", size="1536x1024")
    tab = await _open(browser, stage, ana, gallery, DESK, dark=False)
    shots = [await _shoot(tab, folder / "imagine.png")]
    await ben.say(gallery, "make it night, with stars", reply_to=first)
    thread = await discord.until(lambda: first.thread, timeout_s=PATIENCE_S)
    assert thread is not None  # noqa: S101  # `until` returns what is true
    await ben.waits_for(thread, _has_buttons, timeout_s=PATIENCE_S)
    tab = await _open(browser, stage, ben, thread, DESK, dark=True)
    shots.append(await _shoot(tab, folder / "edit.png"))
    tab = await _open(browser, stage, ana, gallery, DESK, dark=False)
    shots.append(await _form(tab, folder / "form.png"))
    tab = await _open(browser, stage, ana, gallery, PHONE, dark=True)
    shots.append(await _shoot(tab, folder / "phone.png"))
    return shots


async def _painted(person: Actor, channel: Channel, prompt: str, **options: object) -> Message:
    run = await person.slash(channel, "imagine", prompt=prompt, **options)
    return await run.waits_for(_has_buttons, timeout_s=PATIENCE_S)


def _has_buttons(message: Message) -> bool:
    return bool(message.attachments and message.components)


async def _open(
    browser: Browser, stage: Stage, person: Actor, channel: Channel, viewport: ViewportSize, *, dark: bool
) -> Tab:
    context = await browser.new_context(viewport=viewport, color_scheme="dark" if dark else "light")
    tab = await context.new_page()
    await tab.goto(f"{stage.discord.origin}/play?as={person.id}#{channel.id}")
    await expect(tab.locator("#timeline .message").last).to_be_visible()
    await tab.wait_for_function("[...document.images].every(image => image.complete)")
    return tab


async def _shoot(tab: Tab, path: Path) -> Path:
    await tab.screenshot(path=path)
    await tab.context.close()
    return path


async def _form(tab: Tab, path: Path) -> Path:
    """Photograph the form of /imagine, filled in."""
    box = tab.locator(".box")
    await box.press_sequentially("/imagine")
    await expect(tab.locator(".suggestion").first).to_contain_text("/imagine")
    await box.press("Enter")
    await tab.locator("[data-option=prompt]").locator(".field").first.fill("a paper boat on a quiet lake, pixel art")
    return await _shoot(tab, path)


def main() -> int:
    """Take the pictures and say where they lie."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder: Path = parser.parse_args().folder
    folder.mkdir(exist_ok=True)
    for path in asyncio.run(take(folder)):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
