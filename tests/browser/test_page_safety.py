"""What the page does with words that want to be more than words, and with visitors from elsewhere."""

import asyncio
import json

import aiohttp
import pytest
from playwright.async_api import expect

from playground.discord import LocalDiscord, Upload
from tests.browser.page_person import IN_THE_BROWSER, Sits
from tests.browser.workbench_bot import Workbench

pytestmark = IN_THE_BROWSER

HOSTILE = (
    "<script>window.hurt = 1</script>",
    '<img src="x" onerror="window.hurt = 1">',
    '<svg onload="window.hurt = 1"></svg>',
    "[press me](javascript:window.hurt=1)",
    '<a href="javascript:window.hurt=1">press</a>',
    '[a](https://x.example/" onmouseover="window.hurt=1)',
    "`<script>window.hurt = 1</script>`",
    "```html\n<img src=x onerror=window.hurt=1>\n```",
    "||<iframe src='javascript:window.hurt=1'></iframe>||",
    "\u202egnp.exe \U0001f608 {{7*7}} ${7*7}",
)
SECTION = """async () => {
    const blocked = new Promise((resolve) => document.addEventListener("securitypolicyviolation", () => resolve(true)));
    const script = document.createElement("script");
    script.textContent = "window.hurt = 1";
    document.body.append(script);
    return { blocked: await blocked, hurt: "hurt" in window };
}"""


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_words_stay_words(words: str, sits: Sits, local: LocalDiscord, bot: Workbench) -> None:
    channel = local.guild("Atelier").channel("general")
    ana = await sits("ana")
    await local.user("ben").say(channel, words)
    run = await local.user("ben").slash(channel, "echo", words=words)
    await run.message()
    await expect(ana.tab.locator("#timeline .message .markdown")).to_have_count(2)
    tags = "nodes => nodes.flatMap(n => [...n.querySelectorAll('script, iframe, object, img, svg')]).length"
    assert await ana.tab.locator(".message .markdown").evaluate_all(tags) == 0
    links = "nodes => nodes.map(n => n.protocol).filter(one => !/^https?:$/.test(one))"
    assert await ana.tab.locator(".message a").evaluate_all(links) == []
    handlers = "nodes => nodes.filter(n => [...n.attributes].some(a => a.name.startsWith('on'))).length"
    assert await ana.tab.locator(".message *").evaluate_all(handlers) == 0
    await ana.last.hover()
    assert not await ana.tab.evaluate("'hurt' in window")


async def test_hostile_names_of_files_and_options_stay_words(sits: Sits, local: LocalDiscord) -> None:
    name = '"><img src=x onerror=window.hurt=1>.txt'
    await local.user("ben").say(
        local.guild("Atelier").channel("general"), "file", files=[Upload(name=name, data=b"x", description=name)]
    )
    ana = await sits("ana")
    await expect(ana.message("file").locator(".file-name")).to_have_text('"><img_src=x_onerror=window.hurt=1>.txt')
    assert not await ana.tab.evaluate("'hurt' in window")


async def test_the_policy_stops_a_script_that_got_in(sits: Sits) -> None:
    ana = await sits("ana")
    assert await ana.tab.evaluate(SECTION) == {"hurt": False, "blocked": True}
    assert [one for one in ana.complaints if "Content Security Policy" in one]
    ana.complaints.clear()


async def test_every_answer_carries_the_policy(local: LocalDiscord) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/play", "/play/state", "/play/page/main.js", "/play/page/style/base.css", "/play/nowhere"):
            async with session.get(local.origin + path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Referrer-Policy"] == "no-referrer"


FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Host": "evil.example"},
    {"Host": "127.0.0.1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_visitors_from_elsewhere_are_turned_away(headers: dict[str, str], local: LocalDiscord) -> None:
    channel = local.guild("Atelier").channel("general")
    form = aiohttp.FormData({"json": json.dumps({"channel": str(channel.id), "content": "forged"})})
    form.add_field("files", b"", filename="x")
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{local.origin}/play/say", data=form, headers=headers) as answer:
            assert answer.status == 403
        async with session.get(f"{local.origin}/play/state", headers=headers) as answer:
            assert answer.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await session.ws_connect(f"{local.origin}/play/ws", headers=headers)
        assert refusal.value.status == 403
    assert not channel.messages


async def test_a_link_from_another_site_leads_to_the_page_but_reads_nothing(local: LocalDiscord) -> None:
    visit = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    framed = {**visit, "Sec-Fetch-Dest": "iframe"}
    async with aiohttp.ClientSession() as session:
        for headers, status in ((visit, 200), (framed, 403), ({**visit, "Sec-Fetch-Mode": "cors"}, 403)):
            async with session.get(f"{local.origin}/play", headers=headers) as answer:
                assert answer.status == status


async def test_own_names_of_this_machine_are_let_in(local: LocalDiscord) -> None:
    async with aiohttp.ClientSession() as session:
        for name in ("127.0.0.1", "localhost"):
            host = f"{name}:{local.port}"
            headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
            async with session.get(f"{local.origin}/play/state", headers=headers) as answer:
                assert answer.status == 200


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("say", "no json"),
        ("say", "{}"),
        ("say", '{"channel": "1", "content": "x"}'),
        ("slash", '{"channel": [], "name": null}'),
        ("click", '{"channel": "1", "message": "2"}'),
        ("modal", '{"interaction_id": "3", "values": {}}'),
        ("nothing", "{}"),
    ],
)
async def test_senseless_acts_are_refused_in_words(act: str, body: str, local: LocalDiscord) -> None:
    form = aiohttp.FormData({"json": body})
    form.add_field("files", b"", filename="x")
    async with aiohttp.ClientSession() as session, session.post(f"{local.origin}/play/{act}", data=form) as answer:
        assert 400 <= answer.status < 500
        assert act == "nothing" or (await answer.json())["message"].endswith(".")


async def test_an_uploaded_page_does_not_run(sits: Sits, local: LocalDiscord) -> None:
    page = b"<script>document.title = 'hurt'; fetch('/play/state')</script>"
    channel = local.guild("Atelier").channel("general")
    message = await local.user("ben").say(channel, "open me", files=[Upload(name="evil.html", data=page)])
    ana = await sits("ana")
    await ana.tab.goto(local.link(message.files[0]))
    assert await ana.tab.title() == ""
    ana.complaints[:] = [one for one in ana.complaints if "sandboxed" not in one and "Security Policy" not in one]


async def test_one_person_does_not_hear_what_is_for_another(local: LocalDiscord, bot: Workbench) -> None:
    channel = local.guild("Atelier").channel("general")
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(f"{local.origin}/play/ws?as={local.user('ben').id}")
        run = await local.user("ana").slash(channel, "whisper")
        await run.message()
        await local.user("ana").say(channel, "the end")
        heard: list[str] = []
        async with asyncio.timeout(8):
            while "the end" not in "".join(heard):
                heard.append(await socket.receive_str())
        assert "for your eyes alone" not in "".join(heard)
        async with session.get(
            f"{local.origin}/play/messages", params={"as": str(local.user("ben").id), "channel": str(channel.id)}
        ) as answer:
            assert [one["content"] for one in await answer.json()] == ["the end"]
