"""Slash commands on the page: the picker, the form of options, suggestions, waiting, and what reaches the bot."""

from pathlib import Path

from playwright.async_api import expect

from playground.discord import LocalDiscord, Permission
from tests.browser.page_person import IN_THE_BROWSER, Connect, Sits, refusal_expected
from tests.browser.workbench_bot import SIZES, Workbench, png

pytestmark = IN_THE_BROWSER


async def test_a_command_is_typed_with_every_kind_of_option(
    sits: Sits, local: LocalDiscord, bot: Workbench, tmp_path: Path
) -> None:
    ana = await sits("ana")
    await ana.types("paint")
    await expect(ana.option("prompt")).to_be_focused()
    await ana.tab.keyboard.type("a lighthouse")
    await ana.tab.keyboard.press("Shift+Enter")
    await ana.tab.keyboard.type("at dusk")
    for name, value in (("count", "3"), ("strength", "0.5")):
        await ana.tab.locator(".option-chip", has_text=name).click()
        await expect(ana.option(name)).to_be_focused()
        await ana.tab.keyboard.type(value)
    await ana.tab.locator(".option-chip", has_text="quality").click()
    await ana.option("quality").select_option("High")
    await ana.tab.locator(".option-chip", has_text="spoiler").click()
    await ana.option("spoiler").select_option("False")
    start = tmp_path / "start.png"
    start.write_bytes(png("pink"))
    await ana.tab.locator(".option-chip", has_text="image").click()
    await ana.tab.locator("[data-option=image] input[type=file]").set_input_files(start)
    await ana.tab.locator(".option-chip", has_text="size").click()
    await ana.tab.keyboard.type("1536")
    await expect(ana.suggestions).to_have_text(["1536x1024 pixels", "1024x1536 pixels"])
    await ana.tab.keyboard.press("ArrowDown")
    await ana.tab.keyboard.press("Enter")
    await expect(ana.option("size")).to_have_value("1024x1536 pixels")
    await ana.tab.keyboard.press("Enter")
    await local.until(lambda: bool(bot.heard.uploads))
    assert bot.heard.paints == [
        {
            "prompt": "a lighthouse\nat dusk",
            "count": 3,
            "size": "1024x1536",
            "strength": 0.5,
            "quality": "high",
            "spoiler": False,
        }
    ]
    assert bot.heard.uploads == [("start.png", len(png("pink")))]
    await expect(ana.box).to_be_focused()


async def test_one_sees_thinking_then_progress_then_the_pictures(
    sits: Sits, local: LocalDiscord, bot: Workbench
) -> None:
    ana, ben = await sits("ana"), await sits("ben")
    await ana.types("paint")
    await ana.tab.keyboard.type("a fox")
    await ana.tab.keyboard.press("Enter")
    for person in (ana, ben):
        await expect(person.last).to_contain_text("Easel is thinking…")
        await expect(person.last.locator(".origin")).to_have_text("Ana used /paint")
    bot.heard.half_way.set()
    await expect(ben.last).to_contain_text("half done")
    bot.heard.go_on.set()
    picture = ben.message("done: a fox").get_by_role("img", name="a fox")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 96
    await expect(ben.message("done: a fox").get_by_role("button", name="Again")).to_be_enabled()
    await expect(ana.tab.locator(".pending")).to_have_count(0)


async def test_wrong_values_are_marked_before_anything_is_sent(sits: Sits, bot: Workbench) -> None:
    ana = await sits("ana")
    await ana.types("paint")
    await ana.tab.keyboard.press("Enter")
    await expect(ana.tab.locator("[data-option=prompt] .field-error")).to_have_text("This option is required.")
    await ana.tab.keyboard.type("a fox")
    await ana.tab.locator(".option-chip", has_text="count").click()
    for typed, complaint in (
        ("12", "Not above 10."),
        ("1.5", "A whole number, please."),
        ("x", "A whole number, please."),
    ):
        await ana.option("count").fill(typed)
        await ana.tab.keyboard.press("Enter")
        await expect(ana.tab.locator("[data-option=count] .field-error")).to_have_text(complaint)
        await expect(ana.option("count")).to_be_focused()
    await ana.tab.get_by_role("button", name="Remove count").click()
    await expect(ana.tab.locator(".option-chip", has_text="count")).to_be_visible()
    assert bot.heard.paints == []


async def test_a_command_written_in_one_go_fills_the_form(sits: Sits, bot: Workbench) -> None:
    ana = await sits("ana")
    await ana.box.fill("/paint a fox in the snow")
    await ana.box.press("Enter")
    await expect(ana.option("prompt")).to_have_value("a fox in the snow")
    await ana.tab.keyboard.press("Escape")
    await expect(ana.box).to_be_focused()
    await expect(ana.tab.get_by_role("form")).to_have_count(0)


async def test_an_emptied_suggestion_box_offers_everything_again(sits: Sits, bot: Workbench) -> None:
    ana = await sits("ana")
    await ana.types("paint")
    await ana.tab.locator(".option-chip", has_text="size").click()
    await expect(ana.suggestions).to_have_count(len(SIZES))
    await ana.tab.keyboard.type("2048")
    await expect(ana.suggestions).to_have_text(["2048x1152 pixels"])
    await ana.tab.keyboard.press("Escape")
    await expect(ana.suggestions).to_have_count(0)
    await expect(ana.tab.get_by_role("form")).to_be_visible()


async def test_commands_are_offered_to_those_who_may_use_them(sits: Sits, bot: Workbench) -> None:
    ana, odile = await sits("ana"), await sits("odile")
    await ana.box.press_sequentially("/")
    await expect(ana.suggestions).to_contain_text(["/paint", "/whisper", "/echo", "/sleep"])
    await expect(ana.suggestions.filter(has_text="/easel status")).to_have_count(0)
    await odile.box.press_sequentially("/st")
    await expect(odile.suggestions.first).to_contain_text("/easel status")
    await odile.box.press("Tab")
    await odile.tab.get_by_role("button", name="Send").click()
    await expect(odile.last).to_contain_text("all is well")


async def test_silence_of_the_bot_is_said_after_three_seconds(sits: Sits, local: LocalDiscord, bot: Workbench) -> None:
    ana, ben = await sits("ana"), await sits("ben")
    await ana.types("sleep")
    await ana.tab.keyboard.press("Enter")
    await local.until(lambda: bool(bot.heard.presses))
    await expect(ana.tab.locator(".pending")).to_contain_text("/sleep")
    local.advance(4)
    await expect(ana.tab.locator(".pending.failed")).to_contain_text("This interaction failed.")
    await expect(ana.tab.locator(".pending.failed")).to_contain_text("Only you can see this")
    await expect(ben.tab.locator(".pending")).to_have_count(0)
    await ana.tab.get_by_role("button", name="Dismiss").click()
    await expect(ana.tab.locator(".pending")).to_have_count(0)


async def test_a_refused_command_keeps_its_form(sits: Sits, local: LocalDiscord, bot: Workbench) -> None:
    ana = await sits("ana")
    await ana.types("paint")
    await ana.tab.keyboard.type("a fox")
    channel = local.guild("Atelier").channel("general")
    local.permit(channel, ana.actor.user, deny=Permission.USE_APPLICATION_COMMANDS)
    with refusal_expected(ana):
        await ana.tab.keyboard.press("Enter")
        await expect(ana.tab.get_by_role("alert").first).to_contain_text("may not use application commands")
    await expect(ana.option("prompt")).to_have_value("a fox")


async def test_commands_appear_when_the_bot_brings_them(sits: Sits, connect: Connect) -> None:
    ana = await sits("ana")
    await expect(ana.tab.locator("#banner")).to_contain_text("Easel is not connected")
    await expect(ana.tab.get_by_text("Easel is getting ready")).to_be_visible()
    async with connect(Workbench("imagine")):
        await expect(ana.tab.locator("#banner")).to_be_hidden()
        await ana.tab.get_by_role("button", name="a lighthouse at dusk, watercolor").click()
        await expect(ana.option("prompt")).to_have_value("a lighthouse at dusk, watercolor")
        await expect(ana.tab.get_by_role("form", name="/imagine")).to_be_visible()
