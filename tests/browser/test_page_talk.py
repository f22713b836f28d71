"""People talk on the page: messages, replies, files, several people, places."""

from page_person import Sits
from playwright.async_api import expect
from workbench_bot import Workbench

from playground.discord import LocalDiscord


async def test_what_one_person_says_another_one_sees(sits: Sits, local: LocalDiscord, bot: Workbench) -> None:
    ana, ben = await sits("ana"), await sits("ben")
    await ana.says("good morning, **Ben**")
    await expect(ben.message("good morning").locator("strong", has_text="Ben")).to_be_visible()
    await expect(ben.message("good morning").locator(".author")).to_have_text("Ana")
    await expect(ana.box).to_have_value("")
