"""The page for everyone: keyboard alone, screen readers, phones, dark and light, less motion."""

import pytest
from playwright.async_api import expect

from playground.discord import LocalDiscord, Upload, Violation
from tests.browser.page_person import IN_THE_BROWSER, PHONE, Person, Sits
from tests.browser.workbench_bot import Workbench, png

pytestmark = IN_THE_BROWSER

WIDE = "body, header, #scroll, .message, #composer, form, form div, dialog, .menu, .suggestions"
SIDEWAYS = f"""() => [...document.querySelectorAll("{WIDE}")]
    .filter((node) => node.checkVisibility() && !node.classList.contains("visually-hidden"))
    .filter((node) => node.scrollWidth > node.clientWidth + 1 || node.getBoundingClientRect().right > screen.width + 1)
    .map((node) => node.id || node.className || node.tagName)"""
NAMELESS = """() => [...document.querySelectorAll("button, a[href], input:not([type=file]), textarea, select, img")]
    .filter((node) => node.checkVisibility())
    .filter((node) => node.tagName === "IMG" ? !node.hasAttribute("alt") :
        !(node.ariaLabel || node.labels?.length || node.textContent.trim() || node.getAttribute("aria-labelledby")
          || node.getAttribute("placeholder")))
    .map((node) => node.outerHTML)"""
CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgb = (colour, under) => {
        canvas.fillStyle = under; canvas.fillRect(0, 0, 1, 1);
        canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (parts) => parts.map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const ground = (node) => {
        const layers = [];
        for (let at = node; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
        return layers.reduce((under, layer) => `rgb(${rgb(layer, under)})`, "white");
    };
    const ratio = (node) => {
        const under = ground(node);
        const two = [light(rgb(getComputedStyle(node).color, under)), light(rgb(under, under))].sort();
        return (two[1] + 0.05) / (two[0] + 0.05);
    };
    const shown = (node) => node.checkVisibility({ opacityProperty: true });
    const texts = [...document.querySelectorAll("body *")].filter((node) => shown(node)
        && [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim())
        && !node.closest(".example, .face, .spoiler, .picture, [disabled], .visually-hidden, .skip-link"));
    const about = (node) => `${node.className || node.tagName}: ${node.textContent.slice(0, 30)}`;
    return texts.map((node) => [Math.round(ratio(node) * 100) / 100, about(node)])
        .filter(([found]) => found < 4.5);
}"""


async def furnish(local: LocalDiscord, bot: Workbench) -> None:
    """Put one of everything into #general."""
    bot.heard.half_way.set()
    bot.heard.go_on.set()
    general = local.guild("Atelier").channel("general")
    ben = local.user("ben")
    first = await ben.say(general, "# Poster\n> a gull\n`code`, <@1>, ||gull||, https://x.example and " + "long" * 60)
    await ben.say(general, "an answer", reply_to=first, files=[Upload(name="a.txt", data=b"x")])
    run = await local.user("ana").slash(general, "paint", prompt="a fox " * 30, count=4)
    await run.waits_for(lambda message: bool(message.components))
    await (await local.user("ana").slash(general, "whisper")).message()
    await ben.open_thread(first, "A long name of a thread about the poster of the harbour")


async def overlays(person: Person) -> list[str]:
    """Open one overlay after the other; return those that make the page scroll sideways or have nameless controls."""
    flaws: list[str] = []

    async def look(where: str) -> None:
        flaws.extend(f"{where}: too wide: {one}" for one in await person.tab.evaluate(SIDEWAYS))
        flaws.extend(f"{where}: nameless {one}" for one in await person.tab.evaluate(NAMELESS))
        flaws.extend(f"{where}: contrast {one}" for one in await person.tab.evaluate(CONTRAST))

    await look("timeline")
    await person.tab.locator(".thread-chip").dispatch_event("click")
    await expect(person.message("Poster")).to_be_visible()
    await look("thread")
    await person.tab.go_back()
    await expect(person.message("done:")).to_be_visible()
    await person.message("an answer").get_by_role("button", name="More: message menu").dispatch_event("click")
    await expect(person.tab.get_by_role("menu")).to_be_visible()
    await look("menu")
    await person.tab.keyboard.press("Escape")
    await person.message("done:").get_by_role("button", name="Edit").click()
    await expect(person.tab.get_by_role("dialog")).to_be_visible()
    await look("form")
    await person.tab.keyboard.press("Escape")
    await person.message("done:").get_by_role("button", name="Open the picture").first.click()
    await look("large view")
    await person.tab.keyboard.press("Escape")
    await person.tab.locator(".check-button").click()
    await look("violations")
    await person.tab.keyboard.press("Escape")
    await person.box.fill("/")
    await expect(person.suggestions.first).to_be_visible()
    await look("picker")
    await person.box.press("Enter")
    for name in ("size", "quality", "image", "strength"):
        await person.tab.locator(".option-chip", has_text=name).click()
    await look("command")
    return flaws


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("touch", [False, True], ids=["desk", "phone"])
async def test_everything_fits_has_a_name_and_can_be_read(
    dark: bool,  # noqa: FBT001  # pytest hands parameters over by name
    touch: bool,  # noqa: FBT001  # the same
    sits: Sits,
    local: LocalDiscord,
    bot: Workbench,
) -> None:
    await furnish(local, bot)
    extra = {"viewport": PHONE, "touch": True} if touch else {}
    ana = await sits("ana", dark=dark, **extra)
    await expect(ana.message("done:")).to_be_visible()
    assert await overlays(ana) == []


async def test_a_phone_reaches_the_channels_through_a_drawer(sits: Sits, local: LocalDiscord) -> None:
    ana = await sits("ana", viewport=PHONE, touch=True)
    drawer = ana.tab.locator("#drawer")
    await expect(drawer).not_to_be_in_viewport()
    await ana.tab.get_by_role("button", name="Channels", exact=True).click()
    await expect(drawer).to_be_in_viewport()
    await expect(ana.tab.get_by_role("button", name="general", exact=True)).to_be_focused()
    await ana.tab.keyboard.press("Escape")
    await expect(drawer).not_to_be_in_viewport()
    await ana.tab.get_by_role("button", name="Channels", exact=True).click()
    await ana.tab.get_by_role("button", name="gallery").click()
    await expect(drawer).not_to_be_in_viewport()
    await expect(ana.tab.get_by_role("heading", name="gallery").first).to_be_visible()
    await ana.says("from the phone")
    await expect(ana.message("from the phone")).to_be_visible()
    assert [one.content for one in local.guild("Atelier").channel("gallery").messages.values()] == ["from the phone"]


async def test_arrow_keys_walk_through_places_and_messages(sits: Sits, local: LocalDiscord) -> None:
    general = local.guild("Atelier").channel("general")
    for words in ("one", "two", "three"):
        await local.user("ben").say(general, words)
    ana = await sits("ana")
    await ana.tab.get_by_role("button", name="general", exact=True).focus()
    await ana.tab.keyboard.press("ArrowDown")
    await expect(ana.tab.get_by_role("button", name="gallery")).to_be_focused()
    await ana.tab.keyboard.press("ArrowUp")
    await ana.tab.keyboard.press("Enter")
    await expect(ana.tab.get_by_role("button", name="general", exact=True)).to_be_focused()
    await ana.box.focus()
    await ana.tab.keyboard.press("ArrowUp")
    await expect(ana.message("three")).to_be_focused()
    await ana.tab.keyboard.press("Home")
    await expect(ana.message("one")).to_be_focused()
    await ana.tab.keyboard.press("ArrowDown")
    await expect(ana.message("two")).to_be_focused()


async def test_the_tab_key_visits_every_part_once(sits: Sits) -> None:
    ana = await sits("ana")
    await ana.tab.locator(".skip-link").focus()
    visited = ["Skip to the message box"]
    for _ in range(14):
        await ana.tab.keyboard.press("Tab")
        visited.append(
            await ana.tab.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()")
        )
    wanted = ["Skip to the message box", "Atelier", "general", "You are Ana", "0 violations", "Dark colours"]
    wanted += ["Attach files", "Message #general", "Commands", "Send"]
    found = [next((one for one in visited if one.startswith(part)), None) for part in wanted]
    assert None not in found, visited
    assert [visited.index(one) for one in found if one] == sorted(visited.index(one) for one in found if one)


async def test_the_chosen_colours_are_kept(sits: Sits) -> None:
    ana = await sits("ana")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = await ana.tab.evaluate(paper)
    await ana.tab.get_by_role("button", name="Dark colours").click()
    dark = await ana.tab.evaluate(paper)
    assert dark != light
    await ana.tab.reload()
    await ana.tab.wait_for_selector("html[data-ready]")
    assert await ana.tab.evaluate(paper) == dark
    await ana.tab.get_by_role("button", name="Light colours").click()
    assert await ana.tab.evaluate(paper) == light


async def test_nothing_moves_for_those_who_asked_for_stillness(sits: Sits, local: LocalDiscord, bot: Workbench) -> None:
    ana = await sits("ana")
    await ana.tab.emulate_media(reduced_motion="reduce")
    await local.user("ana").slash(local.guild("Atelier").channel("general"), "paint", prompt="a fox")
    await expect(ana.last).to_contain_text("thinking")
    running = "document.getAnimations().filter(one => one.playState === 'running').length"
    await ana.tab.wait_for_function(f"() => {running} === 0")


async def test_violations_are_counted_and_named(sits: Sits, local: LocalDiscord) -> None:
    ana = await sits("ana")
    local.violations.append(Violation(where="components[0].label", rule="schema.maxLength", detail="is <b>long</b>"))
    await ana.tab.get_by_role("button", name="1 violation").click()
    panel = ana.tab.get_by_role("dialog", name="Violations")
    for words in ("components[0].label", "schema.maxLength", "is <b>long</b>"):
        await expect(panel).to_contain_text(words)
    local.violations.clear()
    await ana.tab.keyboard.press("Escape")
    await expect(ana.tab.get_by_role("button", name="0 violations")).to_be_visible()


async def test_pictures_stay_at_the_end_while_they_load(sits: Sits, local: LocalDiscord) -> None:
    ana = await sits("ana")
    general = local.guild("Atelier").channel("general")
    for number in range(6):
        await local.user("ben").say(
            general, f"sheet {number}", files=[Upload(name="s.png", data=png("navy", 600, 600))]
        )
    await expect(ana.message("sheet 5").locator("img")).to_be_in_viewport()
    gap = "document.getElementById('scroll')"
    await ana.tab.wait_for_function(f"() => {gap}.scrollHeight - {gap}.scrollTop - {gap}.clientHeight < 4")
