"""Asked against delivered: what is told, and what is the same after all."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.model import Blob, Change, Dialect, Options, Plan, Scalar
from bot.orders.comparing import differences

BLOB = Blob(sha256="0" * 64, size_bytes=9, format="png", width_px=1024, height_px=1024, has_alpha=False)
CLEAR = replace(BLOB, has_alpha=True)


def told(
    *blobs: Blob,
    echoed: Mapping[str, Scalar] | None = None,
    options: Options | None = None,
    dialect: Dialect = "images",
    changes: tuple[Change, ...] = (),
    words: str = "",
    **sent: Scalar,
) -> list[tuple[str, Scalar, str]]:
    plan = Plan(gateway="g", dialect=dialect, model="gpt-image-2", parameters=sent, words=words, changes=changes)
    found = differences(plan, options or Options(), blobs or (BLOB,), echoed or {})
    return [(change.option, change.used, change.why) for change in found]


@pytest.mark.parametrize("size", [None, "auto", "1024x1024"])
def test_a_size_that_is_right_or_was_left_open_is_not_told(size: Scalar) -> None:
    assert told(size=size) == []


def test_another_size_is_told_once_however_many_pictures_have_it() -> None:
    small = replace(BLOB, width_px=512)
    assert told(small, small, BLOB, size="1024x1024", options=Options(count=3)) == [
        ("size", "512x1024", "gateway_changed")
    ]


def test_a_size_that_was_wished_for_in_words_is_compared_too() -> None:
    words = "\n\nAspect ratio 3:2, about 1536x1024 pixels."
    assert told(words=words, dialect="chat") == [("size", "1024x1024", "gateway_changed")]
    wide = replace(BLOB, width_px=1536)
    assert told(wide, words=words, dialect="chat") == []


def test_another_format_is_told() -> None:
    assert told(output_format="webp") == [("format", "png", "gateway_changed")]
    assert told(output_format="png") == []


@pytest.mark.parametrize(
    ("sent", "blob", "expected"),
    [
        ("transparent", BLOB, [("background", "opaque", "not_transparent")]),
        ("transparent", CLEAR, []),
        ("opaque", CLEAR, [("background", "transparent", "gateway_changed")]),
        ("opaque", BLOB, []),
        (None, CLEAR, []),
    ],
)
def test_transparency_is_looked_for(sent: Scalar, blob: Blob, expected: list[object]) -> None:
    assert told(blob, background=sent) == expected


def test_a_transparency_that_was_refused_before_is_not_told_twice() -> None:
    assert told(CLEAR, background="opaque", options=Options(background="transparent")) == []


def test_too_few_pictures_are_told_also_of_several_calls() -> None:
    fan_out = Change(option="count", asked=4, used=4, why="fan_out")
    clamped = Change(option="count", asked=12, used=10, why="not_offered")
    assert told(options=Options(count=4), changes=(fan_out,)) == [("count", 1, "gateway_count")]
    assert told(options=Options(count=12), changes=(clamped,)) == []
    assert told() == []


@pytest.mark.parametrize(
    ("model", "dialect", "is_told"),
    [
        ("gpt-image-2", "images", False),
        ("openai/gpt-image-2-2026-04-21", "images", False),
        ("gpt-image-1-mini", "images", True),
        ("gpt-5", "responses", False),
        ("", "images", False),
        (None, "images", False),
    ],
)
def test_another_model_is_told(model: Scalar, dialect: Dialect, is_told: bool) -> None:  # noqa: FBT001
    expected = [("model", model, "gateway_changed")] if is_told else []
    assert told(echoed={"model": model}, dialect=dialect) == expected


@pytest.mark.parametrize(("echo", "is_told"), [("medium", True), ("high", False), ("auto", False), (None, False)])
def test_another_quality_is_told(echo: Scalar, is_told: bool) -> None:  # noqa: FBT001
    expected = [("quality", echo, "gateway_changed")] if is_told else []
    assert told(echoed={"quality": echo}, quality="high") == expected
