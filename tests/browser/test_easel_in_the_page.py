"""Easel itself, unmodified, as a person meets it in the browser: from /imagine to the edit of an edit."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Locator, expect

from playground.discord import LocalDiscord, Upload
from playground.stage import Stage, StageOptions
from tests.browser.page_person import IN_THE_BROWSER, PHONE, Person, Sits
from tests.browser.workbench_bot import png

pytestmark = [*IN_THE_BROWSER, pytest.mark.timeout(120)]
PAINTED_MS = 30_000


@pytest_asyncio.fixture(loop_scope="session")
async def stage(tmp_path: Path, discord_spec: Path | None, images_spec: Path | None) -> AsyncIterator[Stage]:
    """A stage with the real bot on it."""
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec, images_spec=images_spec)
    async with Stage(options, log_level="warning") as opened:
        await opened.start_bot()
        yield opened
    assert not opened.discord.violations, opened.discord.transcript()


@pytest.fixture
def local(stage: Stage) -> LocalDiscord:
    """The stage's Discord, which the people of these tests sit down at."""
    return stage.discord


async def imagines(person: Person, prompt: str) -> Locator:
    """Type /imagine and return the message with the pictures."""
    await person.types("imagine")
    await person.option("prompt").fill(prompt)
    await person.option("prompt").press("Enter")
    return await painted(person, "v1")


async def painted(person: Person, version: str) -> Locator:
    """Wait for the pictures of a version, decoded and before one's eyes."""
    message = person.message(f"{version} ·")
    await expect(message.locator(".picture img")).not_to_have_count(0, timeout=PAINTED_MS)
    width = await message.locator(".picture img").first.evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    assert width > 0
    return message


async def test_a_person_paints_replies_edits_and_paints_again(sits: Sits) -> None:
    ana = await sits("ana")
    first = await imagines(ana, "a lighthouse at dusk, watercolor")
    await expect(first.get_by_role("img", name="a lighthouse at dusk, watercolor")).to_be_visible()
    await first.hover()
    await first.get_by_role("button", name="Reply").click()
    await ana.says("warmer sky, and a small boat")
    chip = ana.tab.locator(".thread-chip")
    await chip.click(timeout=PAINTED_MS)
    await expect(ana.tab.get_by_role("heading", name="#general /")).to_be_visible()
    second = await painted(ana, "v2")

    await second.get_by_role("button", name="Again").click()
    await painted(ana, "v3")

    await second.get_by_role("button", name="Edit").click()
    form = ana.tab.get_by_role("dialog")
    await form.get_by_label("What should change?").fill("at night")
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_have_count(0)
    await painted(ana, "v4")
    await expect(ana.tab.get_by_role("button", name="0 violations")).to_be_visible()


async def test_an_uploaded_picture_is_edited_from_its_menu(sits: Sits, local: LocalDiscord) -> None:
    ana = await sits("ana")
    upload = Upload(name="harbour.png", data=png("teal", 512, 512))
    await local.user("ben").say(local.guild("Atelier").channel("general"), "our harbour", files=[upload])
    await ana.message("our harbour").locator(".picture").click(button="right")
    await ana.tab.get_by_role("menuitem", name="Edit picture").click()
    form = ana.tab.get_by_role("dialog")
    await form.get_by_label("What should change?").fill("add a red boat")
    await form.get_by_role("button", name="Submit").click()
    picture = ana.tab.get_by_role("img", name="add a red boat").first
    await expect(picture).to_be_visible(timeout=PAINTED_MS)


async def test_the_buttons_work_after_the_bot_was_restarted(sits: Sits, stage: Stage) -> None:
    ana = await sits("ana")
    first = await imagines(ana, "a paper boat")
    await stage.restart_bot()
    await expect(ana.tab.locator("#banner")).to_be_hidden()
    await first.get_by_role("button", name="Details").click()
    await expect(ana.last).to_contain_text("Only you can see this")
    await first.get_by_role("button", name="Edit").click()
    await expect(ana.tab.get_by_role("dialog")).to_be_visible()


async def test_hostile_prompts_do_nothing(sits: Sits) -> None:
    ana = await sits("ana")
    prompt = '<img src=x onerror="window.hurt=1"> `` **bold** <@1> https://x.example ||\u202egnp||'
    await imagines(ana, prompt)
    assert not await ana.tab.evaluate("'hurt' in window")
    await expect(ana.last.locator(".markdown :is(img, script, strong em, .spoiler, a[href*=example])")).to_have_count(0)


async def test_a_person_with_a_phone_chooses_a_size_and_keeps_the_picture(sits: Sits, tmp_path: Path) -> None:
    ana = await sits("ana", viewport=PHONE, touch=True)
    await ana.types("imagine")
    await ana.option("prompt").fill("一只在灯塔下看书的狐狸")
    await ana.tab.locator(".option-chip", has_text="size").tap()
    await expect(ana.suggestions.first).to_be_visible()
    await ana.option("size").fill("1536x1024")
    await ana.suggestions.filter(has_text=re.compile("1536")).first.tap()
    await ana.tab.get_by_role("button", name="Send").tap()
    message = await painted(ana, "v1")
    await expect(message.get_by_role("img", name="一只在灯塔下看书的狐狸")).to_be_visible()
    async with ana.tab.expect_download() as saving:
        await message.get_by_role("link", name="Save the picture").tap()
    saved = await saving.value
    assert re.fullmatch(r"easel-[0-9a-z]{10}\.(png|jpg|webp)", saved.suggested_filename)
    await saved.save_as(tmp_path / "saved")
    assert Image.open(io.BytesIO((tmp_path / "saved").read_bytes())).size == (1536, 1024)
