"""Pictures on the page: the grid, descriptions, the large view, spoilers, saving."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from playground.discord import LocalDiscord, Upload
from tests.browser.page_person import IN_THE_BROWSER, Sits
from tests.browser.workbench_bot import Workbench, png

pytestmark = IN_THE_BROWSER


@pytest.mark.parametrize(("count", "rows"), [(1, [1]), (2, [2]), (3, [3]), (4, [2, 2]), (10, [3, 3, 3, 1])])
async def test_pictures_lie_in_a_grid(count: int, rows: list[int], sits: Sits, local: LocalDiscord) -> None:
    files = [Upload(name=f"{number}.png", data=png("olive")) for number in range(count)]
    await local.user("ben").say(local.guild("Atelier").channel("general"), "sheets", files=files)
    ana = await sits("ana")
    await expect(ana.message("sheets").locator(".picture img")).to_have_count(count)
    boxes = [await one.bounding_box() for one in await ana.message("sheets").locator(".picture").all()]
    tops = [box["y"] for box in boxes if box is not None]
    assert [tops.count(top) for top in dict.fromkeys(tops)] == rows
    for box in boxes:
        assert box is not None
        assert box["width"] / box["height"] == pytest.approx(96 / 64, rel=0.05)


async def test_the_description_is_shown_on_request(sits: Sits, local: LocalDiscord) -> None:
    words = "a lighthouse <b>at dusk</b>, " + "with many words " * 40
    file = Upload(name="light.png", data=png("navy", 768, 512), description=words)
    await local.user("ben").say(local.guild("Atelier").channel("general"), "look", files=[file])
    ana = await sits("ana")
    picture = ana.message("look").locator(".picture")
    await expect(picture.locator("img")).to_have_attribute("alt", words)
    await picture.hover()
    await picture.get_by_role("button", name="ALT").click()
    await expect(picture.locator(".picture-alt")).to_have_text(words)
    await expect(picture.locator(".picture-alt b")).to_have_count(0)
    await picture.get_by_role("button", name="ALT").click()
    await expect(picture.locator(".picture-alt")).to_be_hidden()


async def test_the_large_view_walks_through_the_pictures(sits: Sits, local: LocalDiscord) -> None:
    names = ("first", "second", "third")
    files = [Upload(name=f"{one}.png", data=png("gold"), description=f"the {one}") for one in names]
    await local.user("ben").say(local.guild("Atelier").channel("general"), "three", files=files)
    ana = await sits("ana")
    await ana.message("three").get_by_role("button", name="Open the picture: the second").click()
    large = ana.tab.get_by_role("dialog", name="Picture")
    await expect(large.get_by_role("img")).to_have_attribute("alt", "the second")
    await expect(large).to_contain_text("2 of 3")
    await ana.tab.keyboard.press("ArrowRight")
    await expect(large.get_by_role("img")).to_have_attribute("alt", "the third")
    await ana.tab.keyboard.press("ArrowRight")
    await expect(large.get_by_role("img")).to_have_attribute("alt", "the first")
    await large.get_by_role("button", name="Previous picture").click()
    await expect(large).to_contain_text("3 of 3")
    await ana.tab.keyboard.press("Escape")
    await expect(large).to_have_count(0)
    await expect(ana.tab.get_by_role("button", name="Open the picture: the second")).to_be_focused()


@pytest.mark.parametrize("way", ["tool", "menu", "large view"])
async def test_saving_gives_the_very_bytes(way: str, sits: Sits, local: LocalDiscord, tmp_path: Path) -> None:
    data = png("purple", 300, 200)
    file = Upload(name="easel-0123456789.png", data=data, description="a plum")
    await local.user("ben").say(local.guild("Atelier").channel("general"), "plum", files=[file])
    ana = await sits("ana")
    picture = ana.message("plum").locator(".picture")
    async with ana.tab.expect_download() as saving:
        if way == "tool":
            await picture.hover()
            await picture.get_by_role("link", name="Save the picture").click()
        elif way == "menu":
            await picture.click(button="right")
            await ana.tab.get_by_role("menuitem", name="Save picture").click()
        else:
            await picture.get_by_role("button", name="Open the picture").click()
            await ana.tab.get_by_role("dialog").get_by_role("link", name="Save").click()
    saved = await saving.value
    assert saved.suggested_filename == "easel-0123456789.png"
    await saved.save_as(tmp_path / "saved.png")
    assert (tmp_path / "saved.png").read_bytes() == data


async def test_a_spoiler_is_hidden_until_pressed(sits: Sits, local: LocalDiscord, bot: Workbench) -> None:
    bot.heard.half_way.set()
    bot.heard.go_on.set()
    channel = local.guild("Atelier").channel("general")
    run = await local.user("ana").slash(channel, "paint", prompt="a ghost", spoiler=True)
    await run.waits_for(lambda message: bool(message.attachments))
    ana = await sits("ana")
    picture = ana.message("a ghost").locator(".picture")
    blurred = "node => getComputedStyle(node).filter.includes('blur')"
    assert await picture.locator("img").evaluate(blurred)
    await picture.get_by_role("button", name="Spoiler: show the picture").click()
    assert not await picture.locator("img").evaluate(blurred)
    await expect(picture.get_by_role("button", name="Open the picture")).to_be_focused()


async def test_other_files_are_cards_to_save(sits: Sits, local: LocalDiscord) -> None:
    file = Upload(name="prompt.txt", data=b"a fox " * 400)
    await local.user("ben").say(local.guild("Atelier").channel("general"), "the whole prompt", files=[file])
    ana = await sits("ana")
    await expect(ana.message("the whole prompt").locator(".file-card")).to_contain_text("prompt.txt")
    await expect(ana.message("the whole prompt").locator(".file-card")).to_contain_text("2 KiB")
    async with ana.tab.expect_download() as saving:
        await ana.tab.get_by_role("link", name="Save prompt.txt").click()
    assert (await saving.value).suggested_filename == "prompt.txt"


async def test_a_picture_stays_on_the_page_through_an_edit(sits: Sits, local: LocalDiscord) -> None:
    channel = local.guild("Atelier").channel("general")
    await local.user("ben").say(channel, "soon")
    message = await local.user("ben").say(channel, "draft", files=[Upload(name="d.png", data=png("teal"))])
    ana = await sits("ana")
    image = await ana.message("draft").locator("img").element_handle()
    await local.user("ben").edit(message, "final")
    await expect(ana.message("final")).to_contain_text("(edited)")
    assert image is not None
    assert await image.evaluate("node => node.isConnected")
