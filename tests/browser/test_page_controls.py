"""What the bot offers on a message: buttons, selects, forms, menus, words for one pair of eyes."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from playground.discord import LocalDiscord, Message
from tests.browser.page_person import IN_THE_BROWSER, Person, Sits, refusal_expected
from tests.browser.workbench_bot import Workbench, png

pytestmark = IN_THE_BROWSER

Paints = Callable[[int], Awaitable[Message]]


@pytest.fixture
def paints(local: LocalDiscord, bot: Workbench) -> Paints:
    """Have ana's /paint done, with its buttons."""

    async def paint(count: int = 1) -> Message:
        bot.heard.half_way.set()
        bot.heard.go_on.set()
        run = await local.user("ana").slash(
            local.guild("Atelier").channel("general"), "paint", prompt="a fox", count=count
        )
        return await run.waits_for(lambda message: bool(message.components))

    return paint


async def opens_the_form(person: Person) -> None:
    await person.last.get_by_role("button", name="Edit").click()
    await expect(person.tab.get_by_role("dialog", name="Change the picture")).to_be_visible()


async def test_a_button_answers_one_person_alone(sits: Sits, paints: Paints, bot: Workbench) -> None:
    await paints(1)
    ana, ben = await sits("ana"), await sits("ben")
    await ana.last.get_by_role("button", name="Again").click()
    await expect(ana.last).to_contain_text("once more")
    await expect(ana.last).to_contain_text("Only you can see this")
    await ana.last.get_by_role("button", name="Dismiss").click()
    await expect(ana.message("once more")).to_have_count(0)
    await ana.tab.reload()
    await expect(ana.message("done: a fox")).to_be_visible()
    await expect(ana.message("once more")).to_have_count(0)
    await expect(ben.message("once more")).to_have_count(0)
    assert bot.heard.presses == [("again", [])]


async def test_a_button_that_is_not_answered_says_so(
    sits: Sits, paints: Paints, local: LocalDiscord, bot: Workbench
) -> None:
    await paints(1)
    ana = await sits("ana")
    button = ana.last.get_by_role("button", name="Silent")
    await button.click()
    await local.until(lambda: bool(bot.heard.presses))
    await expect(button).to_have_attribute("aria-busy", "true")
    local.advance(4)
    await expect(ana.last.get_by_role("alert")).to_have_text("This interaction failed.")
    await expect(ana.last.get_by_role("button", name="Silent")).not_to_have_attribute("aria-busy", "true")


async def test_a_disabled_button_stays_so_and_delete_deletes(sits: Sits, paints: Paints) -> None:
    await paints(1)
    ana = await sits("ana")
    await expect(ana.last.get_by_role("button", name="Later")).to_be_disabled()
    await ana.last.get_by_role("button", name="Delete").click()
    await expect(ana.message("done: a fox")).to_have_count(0)


async def test_selects_take_one_or_several(sits: Sits, paints: Paints, local: LocalDiscord, bot: Workbench) -> None:
    await paints(1)
    ana = await sits("ana")
    await ana.last.get_by_role("button", name="Which picture goes on?").click()
    await expect(ana.tab.get_by_role("option", name="The first")).to_be_focused()
    await ana.tab.keyboard.press("ArrowDown")
    await ana.tab.keyboard.press("Enter")
    await expect(ana.last).to_contain_text("goes on with 2")
    await expect(ana.last).to_contain_text("(edited)")

    await ana.last.get_by_role("button", name="Which to keep?").click()
    done = ana.tab.get_by_role("button", name="Done")
    await expect(done).to_be_disabled()
    for name in ("Sheet a", "Sheet c", "Sheet b"):
        await ana.tab.get_by_role("option", name=name).click()
    await expect(done).to_be_disabled()
    await ana.tab.get_by_role("option", name="Sheet b").click()
    await done.click()
    await local.until(lambda: len(bot.heard.presses) == 2)
    assert bot.heard.presses == [("which", ["2"]), ("several", ["a", "c"])]


async def test_a_form_with_every_kind_of_field_reaches_the_bot(
    sits: Sits, paints: Paints, bot: Workbench, tmp_path: Path
) -> None:
    await paints(1)
    ana = await sits("ana")
    await opens_the_form(ana)
    form = ana.tab.get_by_role("dialog")
    await expect(form.get_by_label("What should change")).to_be_focused()
    await ana.tab.keyboard.type("warmer\nlight")
    for name in ("one.png", "two.png"):
        (tmp_path / name).write_bytes(png("gold"))
    await form.locator("input[type=file]").set_input_files([tmp_path / "one.png", tmp_path / "two.png"])
    await form.get_by_role("button", name="Model").click()
    await ana.tab.get_by_role("option", name="Large").click()
    await form.get_by_role("radio", name="Let it vary").check()
    await form.get_by_role("checkbox", name="Signature").check()
    await form.get_by_role("button", name="Submit").click()
    await expect(ana.last).to_contain_text("changed: warmer")
    await expect(form).to_have_count(0)
    size = len(png("gold"))
    assert bot.heard.forms == [
        {
            "words": "warmer\nlight",
            "more": [("one.png", size), ("two.png", size)],
            "model": ["large"],
            "keep": "vary",
            "extras": ["signature"],
        }
    ]


async def test_a_form_marks_what_is_missing_and_escape_leaves_it(sits: Sits, paints: Paints, bot: Workbench) -> None:
    await paints(1)
    ana = await sits("ana")
    await opens_the_form(ana)
    form = ana.tab.get_by_role("dialog")
    await form.get_by_role("button", name="Submit").click()
    await expect(form.get_by_role("alert").first).to_have_text("Please fill this in.")
    await ana.tab.keyboard.type("no")
    await ana.tab.keyboard.press("Control+Enter")
    await expect(form.get_by_role("alert").first).to_have_text("At least 3 characters.")
    await ana.tab.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    await expect(ana.last.get_by_role("button", name="Edit")).to_be_focused()
    assert bot.heard.forms == []


async def test_a_form_that_nobody_takes_keeps_its_words(
    sits: Sits, paints: Paints, local: LocalDiscord, bot: Workbench
) -> None:
    await paints(1)
    ana = await sits("ana")
    await opens_the_form(ana)
    form = ana.tab.get_by_role("dialog")
    await ana.tab.keyboard.type("warmer light")
    await bot.close()
    await form.get_by_role("button", name="Submit").click()
    await expect(form.get_by_role("button", name="Submit")).to_be_disabled()
    local.advance(4)
    await expect(form.get_by_role("alert").last).to_contain_text("Something went wrong")
    await expect(form.get_by_label("What should change")).to_have_value("warmer light")
    await expect(form.get_by_role("button", name="Submit")).to_be_enabled()


async def test_the_menu_of_a_message_runs_the_apps_commands(sits: Sits, local: LocalDiscord, bot: Workbench) -> None:
    ana = await sits("ana")
    await local.user("ben").say(local.guild("Atelier").channel("general"), "a boat in the fog")
    await ana.message("a boat").click(button="right", position={"x": 500, "y": 10})
    await ana.tab.get_by_role("menuitem", name="Paint this").click()
    await expect(ana.last).to_contain_text("painting “a boat in the fog”")
    await expect(ana.last.locator(".origin")).to_have_text("Ana used Paint this")


async def test_the_menu_opens_by_keyboard_and_by_its_button(sits: Sits, local: LocalDiscord, bot: Workbench) -> None:
    ana = await sits("ana")
    await local.user("ben").say(local.guild("Atelier").channel("general"), "a boat in the fog")
    await expect(ana.message("a boat")).to_be_visible()
    await ana.box.press("ArrowUp")
    await expect(ana.message("a boat")).to_be_focused()
    await ana.tab.keyboard.press("Shift+F10")
    await expect(ana.tab.get_by_role("menuitem", name="Reply")).to_be_focused()
    await ana.tab.keyboard.press("Escape")
    await expect(ana.tab.get_by_role("menu")).to_have_count(0)
    await expect(ana.message("a boat")).to_be_focused()
    await ana.message("a boat").get_by_role("button", name="More: message menu").click()
    await ana.tab.keyboard.press("End")
    await ana.tab.keyboard.press("ArrowDown")
    await expect(ana.tab.get_by_role("menuitem", name="Reply")).to_be_focused()
    await ana.tab.get_by_role("menuitem", name="Edit picture").click()
    form = ana.tab.get_by_role("dialog", name="Give it a title")
    await form.get_by_label("Title").fill("Fog")
    await form.get_by_label("With a frame").check()
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_have_count(0)
    assert bot.heard.forms == [{"line": "Fog", "framed": True}]


async def test_a_reply_to_the_bot_is_answered_with_a_picture(sits: Sits, paints: Paints) -> None:
    await paints(1)
    ana = await sits("ana")
    await ana.last.hover()
    await ana.last.get_by_role("button", name="Reply").click()
    await ana.says("make it red")
    await expect(ana.last.get_by_role("img", name="make it red")).to_be_visible()
    await expect(ana.last.locator(".origin")).to_contain_text("make it red")


async def test_a_press_on_a_message_that_is_gone_is_said(sits: Sits, paints: Paints, local: LocalDiscord) -> None:
    message = await paints(1)
    ana = await sits("ana")
    await expect(ana.last).to_contain_text("done")
    message.deleted = True
    with refusal_expected(ana):
        await ana.last.get_by_role("button", name="Again").click()
        await expect(ana.tab.locator(".toast")).to_contain_text("does not see that message")
