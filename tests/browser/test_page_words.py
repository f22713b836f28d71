"""The page's subset of Discord's markdown, rendered by the page itself."""

import pytest

from tests.browser.page_person import IN_THE_BROWSER, Sits

pytestmark = IN_THE_BROWSER

RENDER = """async (texts) => {
    const { renderMarkdown } = await import("/play/page/markdown.js");
    const names = { user: (id) => "u" + id, channel: (id) => "c" + id, role: (id) => "r" + id };
    return texts.map((text) => {
        const holder = document.createElement("div");
        holder.append(renderMarkdown(text, names));
        return holder.innerHTML;
    });
}"""

WORDS = {
    "plain <b>": "<p>plain &lt;b&gt;</p>",
    "**a** *b* _c_ __d__ ~~e~~": "<p><strong>a</strong> <em>b</em> <em>c</em> <u>d</u> <s>e</s></p>",
    "***both***": "<p><strong><em>both</em></strong></p>",
    "**a *b* c**": "<p><strong>a <em>b</em> c</strong></p>",
    "snake_case_name and 2 * 3 * 4": "<p>snake_case_name and 2 * 3 * 4</p>",
    r"\*not\* \_this\_ \`nor\` \|\|that\|\|": "<p>*not* _this_ `nor` ||that||</p>",
    "**open": "<p>**open</p>",
    "`a **b** <i>`": "<p><code>a **b** &lt;i&gt;</code></p>",
    "``a ` b``": "<p><code>a ` b</code></p>",
    "```py\nx = 1\n```after": '<pre><code data-language="py">x = 1</code></pre><p>after</p>',
    "```one line```": "<pre><code>one line</code></pre>",
    "> a\n> b\nc": "<blockquote><p>a\nb</p></blockquote><p>c</p>",
    ">>> a\nb": "<blockquote><p>a\nb</p></blockquote>",
    "# T\n-# small": '<h3 class="md-block">T</h3><small class="md-block">small</small>',
    "- a\n- b": "<ul><li>a</li><li>b</li></ul>",
    "1. a\n2. b": "<ol><li>a</li><li>b</li></ol>",
    "<@1> <@!2> <@&3> <#4> @everyone": (
        '<p><span class="mention">@u1</span> <span class="mention">@u2</span> <span class="mention">@r3</span> '
        '<a class="mention" href="#4">#c4</a> <span class="mention">@everyone</span></p>'
    ),
    "</imagine:12> <:easel:34>": '<p><span class="mention">/imagine</span> <span>:easel:</span></p>',
    "see https://x.example/a_b_c, now": (
        '<p>see <a href="https://x.example/a_b_c" target="_blank" rel="noopener noreferrer nofollow">'
        "https://x.example/a_b_c</a>, now</p>"
    ),
    "[the **docs**](https://x.example/)": (
        '<p><a href="https://x.example/" target="_blank" rel="noopener noreferrer nofollow">'
        "the <strong>docs</strong></a></p>"
    ),
    "[no](javascript:alert(1))": "<p>[no](javascript:alert(1))</p>",
    "a\n\nb": "<p>a\n\nb</p>",
    "": "",
    "你好 **世界**": "<p>你好 <strong>世界</strong></p>",
}


async def test_each_mark_becomes_its_element(sits: Sits) -> None:
    ana = await sits("ana")
    rendered: list[str] = await ana.tab.evaluate(RENDER, list(WORDS))
    assert dict(zip(WORDS, rendered, strict=True)) == WORDS


async def test_a_spoiler_opens_by_key(sits: Sits) -> None:
    ana = await sits("ana")
    await ana.says("it was ||the gull||")
    spoiler = ana.message("it was").get_by_role("button", name="Spoiler, press to show")
    await spoiler.focus()
    hidden = "node => getComputedStyle(node.querySelector('.spoiler-text')).visibility"
    element = await spoiler.element_handle()
    assert element is not None
    assert await element.evaluate(hidden) == "hidden"
    await ana.tab.keyboard.press("Enter")
    assert await element.evaluate(hidden) == "visible"


async def test_a_relative_time_is_written_out(sits: Sits) -> None:
    ana = await sits("ana")
    rendered: list[str] = await ana.tab.evaluate(RENDER, ["<t:0:R>", "<t:0:d>", "<t:99999999999999:R>"])
    assert "years ago" in rendered[0]
    assert 'datetime="1970-01-01T00:00:00.000Z"' in rendered[1]
    assert rendered[2] == "<p>&lt;t:99999999999999:R&gt;</p>"


@pytest.mark.parametrize(
    "text", ["*_" * 1000, "||" * 1000, "`" * 2000, "> " * 1000, "[" * 2000, "<@" * 1000, "**a" * 660]
)
async def test_knotted_marks_are_rendered_at_once(text: str, sits: Sits) -> None:
    ana = await sits("ana")
    rendered: list[str] = await ana.tab.evaluate(RENDER, [text])
    assert rendered[0]
