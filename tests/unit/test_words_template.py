"""The translators' template: complete, up to date, and a translation made from it works."""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.delivery.sentences import LABELS, PLURALS, Counted, Press, all_messages
from bot.delivery.template import TEMPLATE, template
from bot.delivery.words import Words


def texts_in(po: bytes) -> list[str | tuple[str, ...] | list[str]]:
    return [message.id for message in read_po(BytesIO(po)) if message.id]


def test_the_template_is_up_to_date() -> None:
    assert texts_in(TEMPLATE.read_bytes()) == texts_in(template()), "run python -m bot.delivery.template"


def test_the_template_holds_every_text_once() -> None:
    texts = texts_in(template())
    assert [text for text in texts if isinstance(text, str)] == list(all_messages())
    assert [text for text in texts if not isinstance(text, str)] == list(PLURALS.values())


def test_a_translation_made_from_the_template_is_spoken(tmp_path: Path) -> None:
    catalogue = read_po(BytesIO(template()), locale="zh_CN")
    for message in catalogue:
        if message.id == LABELS[Press.AGAIN]:
            message.string = "再来一张"
        if message.id == PLURALS[Counted.MESSAGES_LEFT]:
            message.string = ("{n} 条消息未能删除",)
    target = tmp_path / "zh_CN" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "easel.mo").open("wb") as file:
        write_mo(file, catalogue)
    words = Words("zh-CN", tmp_path)
    assert words.label(Press.AGAIN) == "再来一张"
    assert words.count(Counted.MESSAGES_LEFT, 1) == "1 条消息未能删除"
    assert words.label(Press.EDIT) == LABELS[Press.EDIT]
