"""Quoting: nothing a person or a gateway writes may act on the message around it."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from bot.delivery.quoting import (
    ALT_TEXT_CHARS,
    ELLIPSIS,
    alt_text,
    cut,
    file_name,
    length,
    one_line,
    plain,
    quoted,
    thread_name,
)

PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
"""Needs its zero-width non-joiner."""

NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "`*_~|>#[]()<@!&:/\\\n\r\t \u202e\u2066\u200b\u200d\u200c\ufeff\u00ad\u2028\U000e0041\u0301\u20dd\ufe0f"
        ),
        st.characters(),
    )
)


@given(NASTY, st.integers(1, 400))
def test_a_quotation_is_one_code_span_on_one_line(text: str, limit: int) -> None:
    span = quoted(text, limit)
    assert span.startswith("`")
    assert span.endswith("`")
    inside = span[1:-1]
    assert inside.strip(), "an empty span would show its backticks"
    assert "`" not in inside
    assert len(inside.splitlines()) == 1
    assert length(inside) <= limit


@given(NASTY)
def test_nothing_invisible_and_no_override_survives(text: str) -> None:
    for at, char in enumerate(shown := plain(text)):
        if char in "\u200c\u200d":
            assert 0 < at < len(shown) - 1, "a joiner joins two characters"
        elif char not in "\n\t":
            assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@given(NASTY)
def test_marks_never_pile_up(text: str) -> None:
    run = 0
    for char in plain(text):
        if char in "\u200c\u200d" or "\ufe00" <= char <= "\ufe0f":
            continue
        run = run + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        assert run <= 3


@given(NASTY)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(NASTY, st.integers(1, 60))
def test_a_cut_keeps_the_beginning_and_whole_characters(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert length(short) <= limit
    if short != text:
        assert short.endswith(ELLIPSIS)
        kept = short.removesuffix(ELLIPSIS)
        assert text.startswith(kept)
        short.encode("utf-16-le", "surrogatepass")


def test_a_cut_never_halves_a_family_or_strips_an_accent() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert cut(f"ab{family}cd", 8) == f"ab{ELLIPSIS}"
    assert cut(f"ab{family}cd", 11) == f"ab{family}{ELLIPSIS}"
    assert cut("cafe\u0301s", 5) == f"caf{ELLIPSIS}"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a **red** fox", "`a **red** fox`"),
        ("`x` ```y```", "`\u02cbx\u02cb \u02cb\u02cb\u02cby\u02cb\u02cb\u02cb`"),
        ("@everyone <@1> https://evil.example", "`@everyone <@1> https://evil.example`"),
        ("one\r\ntwo\u2028three", "`one two three`"),
        ("\u202egnp.exe\u202c", "`gnp.exe`"),
        ("p\u200ba\u200by", "`pay`"),
        ("\u200b\ufeff", f"`{ELLIPSIS}`"),
        ("", f"`{ELLIPSIS}`"),
        ("z\u0300\u0301\u0302\u0303\u0304\u0305a", "`z\u0300\u0301\u0302a`"),
        ("红色的狐狸\uff0c雪地", "`红色的狐狸\uff0c雪地`"),
        (PERSIAN, f"`{PERSIAN}`"),
        ("\U0001fae8 is newer than some tables", "`\U0001fae8 is newer than some tables`"),
        ("\U0001f469\u200d\U0001f3a8 paints", "`\U0001f469\u200d\U0001f3a8 paints`"),
    ],
)
def test_what_people_write_and_what_is_shown(written: str, shown: str) -> None:
    assert quoted(written, 100) == shown


def test_alt_text_is_whole_up_to_discords_limit() -> None:
    prompt = "雪地里的红狐狸。" * 128
    assert len(prompt) == ALT_TEXT_CHARS
    assert alt_text(prompt) == prompt
    assert alt_text(prompt + "夜")[-1] == ELLIPSIS
    assert length(alt_text("\U0001f98a" * 2000)) <= ALT_TEXT_CHARS


def test_file_names_are_ascii_and_carry_the_id() -> None:
    assert file_name("0123456789", ".png") == "easel-0123456789.png"
    assert file_name("0123456789", ".png").isascii()


@given(NASTY)
def test_a_thread_always_gets_a_name_discord_takes(text: str) -> None:
    name = thread_name(text)
    assert name.strip()
    assert length(name) <= 100
    assert "\n" not in name


def test_one_line_folds_white_space() -> None:
    assert one_line("  a \n\n b\tc ", 50) == "a b c"
