"""People talk on the page: messages, replies, files, threads, several people and places."""

import re
from pathlib import Path

from playwright.async_api import expect

from playground.discord import Address, LocalDiscord, Permission, Upload
from playground.discord.page import Page
from tests.browser.page_person import IN_THE_BROWSER, Sits, refusal_expected
from tests.browser.workbench_bot import Workbench, png

pytestmark = IN_THE_BROWSER

MIB = 1 << 20


async def test_what_one_person_says_another_one_sees(sits: Sits, bot: Workbench) -> None:
    ana, ben = await sits("ana"), await sits("ben")
    await ana.says("good morning, **Ben**")
    await expect(ben.message("good morning").locator("strong", has_text="Ben")).to_be_visible()
    await expect(ben.message("good morning").locator(".author")).to_have_text("Ana")
    await expect(ana.box).to_have_value("")
    await expect(ben.tab.locator("#live")).to_contain_text("Ana: good morning, Ben")


async def test_the_root_address_leads_to_the_page(sits: Sits, local: LocalDiscord) -> None:
    ana = await sits("ana")
    await ana.tab.goto(local.origin)
    await ana.tab.wait_for_selector("html[data-ready]")
    assert ana.tab.url.startswith(f"{local.origin}/play")


async def test_a_reply_quotes_and_pings_unless_told_not_to(sits: Sits, local: LocalDiscord, bot: Workbench) -> None:
    ana = await sits("ana")
    channel = local.guild("Atelier").channel("general")
    pinging = await local.user("ben").say(channel, "who paints?")
    await ana.message("who paints?").hover()
    await ana.message("who paints?").get_by_role("button", name="Reply").click()
    await expect(ana.tab.locator(".reply-bar")).to_contain_text("Replying to Ben")
    await ana.says("I do")
    await expect(ana.message("I do").locator(".origin")).to_contain_text("who paints?")

    await ana.message("who paints?").hover()
    await ana.message("who paints?").get_by_role("button", name="Reply").click()
    await ana.tab.get_by_role("button", name="@ on").click()
    await ana.says("quietly")
    await expect(ana.message("quietly").locator(".origin")).to_be_visible()
    loud, quiet = channel.messages.values().__iter__(), list(channel.messages.values())[-1]
    assert next(loud) is pinging
    assert [one.mentions for one in channel.messages.values() if one.content == "I do"] == [[local.user("ben").user]]
    assert quiet.mentions == []
    assert quiet.referenced is pinging


async def test_the_quote_of_a_reply_leads_to_the_message(sits: Sits, local: LocalDiscord) -> None:
    channel = local.guild("Atelier").channel("general")
    ben = local.user("ben")
    first = await ben.say(channel, "the first one")
    for number in range(40):
        await ben.say(channel, f"line {number}")
    await ben.say(channel, "an answer", reply_to=first)
    ana = await sits("ana")
    await expect(ana.message("the first one")).not_to_be_in_viewport()
    await ana.message("an answer").locator(".origin-jump").click()
    await expect(ana.tab.locator(f"#message-{first.id}")).to_be_in_viewport()
    await expect(ana.tab.locator(f"#message-{first.id}")).to_be_focused()


async def test_older_messages_come_on_request(sits: Sits, local: LocalDiscord) -> None:
    channel = local.guild("Atelier").channel("general")
    for number in range(70):
        await local.user("ben").say(channel, f"line {number}.")
    ana = await sits("ana")
    await expect(ana.message("line 69.")).to_be_in_viewport()
    await expect(ana.message("line 3.")).to_have_count(0)
    await ana.tab.get_by_role("button", name="Show older messages").click()
    await expect(ana.message("line 3.")).to_have_count(1)
    await expect(ana.message("line 0.")).to_have_count(1)


async def test_files_are_chosen_dropped_and_pasted(sits: Sits, local: LocalDiscord, tmp_path: Path) -> None:
    ana = await sits("ana")
    chosen = tmp_path / "chosen.png"
    chosen.write_bytes(png("tomato"))
    async with ana.tab.expect_file_chooser() as chooser:
        await ana.tab.get_by_role("button", name="Attach files").click()
    await (await chooser.value).set_files(chosen)
    give = """(node, [type, name, bytes]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
        const options = { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data };
        node.dispatchEvent(type === "paste" ? new ClipboardEvent("paste", options) : new DragEvent(type, options));
    }"""
    await ana.box.evaluate(give, ["drop", "dropped.png", list(png("gold"))])
    await ana.box.evaluate(give, ["paste", "pasted.png", list(png("navy"))])
    await expect(ana.tab.locator(".tray .file-chip")).to_have_count(3)
    await ana.tab.get_by_role("button", name="Remove dropped.png").click()
    await ana.says("two pictures")
    await expect(ana.message("two pictures").locator(".picture img")).to_have_count(2)
    posted = list(local.guild("Atelier").channel("general").messages.values())[-1]
    assert [(one.filename, one.data) for one in posted.files] == [
        ("chosen.png", png("tomato")),
        ("pasted.png", png("navy")),
    ]


async def test_a_refusal_is_said_and_the_draft_stays(sits: Sits, local: LocalDiscord) -> None:
    ana = await sits("ana")
    channel = local.guild("Atelier").channel("general")
    local.permit(channel, ana.actor.user, deny=Permission.SEND_MESSAGES)
    with refusal_expected(ana):
        await ana.says("may I?")
        await expect(ana.tab.get_by_role("alert")).to_contain_text("may not write")
        await expect(ana.box).to_have_value("may I?")
    assert not channel.messages


async def test_a_file_over_the_limit_is_refused_in_words(sits: Sits, local: LocalDiscord, tmp_path: Path) -> None:
    ana = await sits("ana")
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(11 * MIB))
    await ana.tab.locator(".writing input[type=file]").set_input_files(large)
    with refusal_expected(ana):
        await ana.says("too much")
        await expect(ana.tab.get_by_role("alert")).to_contain_text("the limit is")
    await expect(ana.tab.locator(".tray .file-chip")).to_have_count(1)


async def test_another_channel_shows_that_it_is_unread(sits: Sits, local: LocalDiscord) -> None:
    ana = await sits("ana")
    gallery = local.guild("Atelier").channel("gallery")
    await local.user("ben").say(gallery, "look here")
    button = ana.tab.get_by_role("button", name="gallery, unread messages")
    await button.click()
    await expect(ana.message("look here")).to_be_visible()
    await expect(ana.tab.get_by_role("button", name="gallery", exact=True)).to_have_attribute("aria-current", "page")


async def test_everyone_sees_only_their_own_places(sits: Sits, local: LocalDiscord) -> None:
    ana = await sits("ana")
    await expect(ana.tab.get_by_role("button", name="Atelier")).to_be_visible()
    await expect(ana.tab.get_by_role("button", name="Print Room")).to_have_count(0)
    hidden = local.guild("Atelier").channel("gallery")
    local.permit(hidden, ana.actor.user, deny=Permission.VIEW_CHANNEL)
    await expect(ana.tab.get_by_role("button", name="gallery")).to_have_count(0)


async def test_a_direct_message_goes_to_the_bot(sits: Sits, local: LocalDiscord, bot: Workbench) -> None:
    ana = await sits("ana")
    await ana.tab.get_by_role("button", name="Direct messages").click()
    await ana.says("just us")
    await local.until(lambda: [one.content for one in bot.heard.messages] == ["just us"])


async def test_one_can_be_someone_else(sits: Sits, local: LocalDiscord) -> None:
    ana = await sits("ana")
    await ana.tab.get_by_role("button", name="You are Ana").click()
    await expect(ana.tab.get_by_role("menuitemradio", name="Ana")).to_be_focused()
    await ana.tab.get_by_role("menuitemradio", name=re.compile("陈")).click()
    await expect(ana.tab.get_by_role("button", name="You are 陈")).to_be_visible()
    await ana.says("你好")
    await expect(ana.message("你好").locator(".author")).to_have_text("陈")


async def test_a_thread_is_started_shown_and_opened(sits: Sits, local: LocalDiscord) -> None:
    ana = await sits("ana")
    channel = local.guild("Atelier").channel("general")
    message = await ana.actor.say(channel, "harbour poster", files=[Upload(name="h.png", data=png("olive"))])
    await ana.message("harbour poster").click(button="right", position={"x": 500, "y": 10})
    await ana.tab.get_by_role("menuitem", name="Start a thread").click()
    await expect(ana.tab.get_by_role("dialog").get_by_label("Name")).to_have_value("harbour poster")
    await ana.tab.get_by_role("dialog").get_by_role("button", name="Submit").click()
    await expect(ana.tab.get_by_role("heading", name="#general / harbour poster")).to_be_visible()
    await expect(ana.message("harbour poster").locator("img")).to_have_count(1)
    await ana.says("bluer")
    await expect(ana.message("bluer")).to_be_visible()
    await ana.tab.get_by_role("button", name="general", exact=True).click()
    chip = ana.tab.locator(f"#message-{message.id} .thread-chip")
    await expect(chip).to_contain_text("2 messages")
    await chip.click()
    await expect(ana.message("bluer")).to_be_visible()
    assert message.thread is not None


async def test_one_deletes_ones_own_message_only(sits: Sits, local: LocalDiscord) -> None:
    ana = await sits("ana")
    channel = local.guild("Atelier").channel("general")
    await local.user("chen").say(channel, "not yours")
    await ana.says("mine")
    await ana.message("not yours").click(button="right", position={"x": 500, "y": 10})
    await expect(ana.tab.get_by_role("menu")).to_be_visible()
    await expect(ana.tab.get_by_role("menuitem", name="Delete message")).to_have_count(0)
    await ana.tab.keyboard.press("Escape")
    await ana.message("mine").click(button="right", position={"x": 500, "y": 10})
    await ana.tab.get_by_role("menuitem", name="Delete message").click()
    await expect(ana.message("mine")).to_have_count(0)
    assert [one.content for one in channel.messages.values()] == ["not yours"]


async def test_others_see_that_one_types(sits: Sits) -> None:
    ana, ben = await sits("ana"), await sits("ben")
    await ana.box.press_sequentially("hm")
    await expect(ben.tab.locator(".typing")).to_have_text("Ana is typing…")
    await ana.box.press("Enter")
    await expect(ben.tab.locator(".typing")).to_have_text("")


async def test_a_cut_connection_is_said_and_mended(sits: Sits, local: LocalDiscord) -> None:
    local.core.commands.replace(None, [{"name": "sleep", "type": 1, "description": "Never answer"}])
    ana = await sits("ana")
    banner = ana.tab.locator("#banner")
    await ana.types("sleep")
    await ana.tab.keyboard.press("Enter")
    await expect(ana.tab.locator(".pending")).to_have_count(1)
    with refusal_expected(ana):
        port = local.port
        await local.__aexit__(None, None, None)
        await expect(banner).to_contain_text("connection to the playground was cut")
        again = LocalDiscord(address=Address(port=port))
        again.mount("/play", Page(again).application())
        async with again:
            await again.user("ben").say(again.guild("Atelier").channel("general"), "back again")
            await expect(ana.message("back again")).to_be_visible()
            await expect(banner).not_to_contain_text("cut")
            await expect(ana.tab.locator(".pending")).to_have_count(0)
            await ana.tab.context.close()
    ana.complaints[:] = [one for one in ana.complaints if "WebSocket" not in one]
