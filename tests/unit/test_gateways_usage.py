"""Usage as gateways report it, believed only where every stated figure is a count."""

import json

import pytest
from hypothesis import given, strategies as st

from bot.gateways.usage import MOST_TOKENS, summed, usage_in, usage_of
from bot.model import Usage


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            {
                "input_tokens": 50,
                "output_tokens": 1756,
                "total_tokens": 1806,
                "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
                "output_tokens_details": {"image_tokens": 1756, "text_tokens": 0},
            },
            Usage(text_in=10, image_in=40, image_out=1756, total=1806),
        ),
        ({"input_tokens": 50, "output_tokens": 1756}, Usage(text_in=50, image_in=0, image_out=1756, total=1806)),
        ({"prompt_tokens": 50, "completion_tokens": 1756}, Usage(text_in=50, image_in=0, image_out=1756, total=1806)),
        ({"input_tokens": 3.0, "output_tokens": 4.0}, Usage(text_in=3, image_in=0, image_out=4, total=7)),
        ({"output_tokens": 9}, Usage(text_in=0, image_in=0, image_out=9, total=9)),
        (
            {"input_tokens": None, "prompt_tokens": 5, "output_tokens": 6},
            Usage(text_in=5, image_in=0, image_out=6, total=11),
        ),
        (  # a detail larger than its sum is cut to it
            {"input_tokens": 5, "output_tokens": 6, "input_tokens_details": {"image_tokens": 900}},
            Usage(text_in=0, image_in=5, image_out=6, total=11),
        ),
        (  # as chat counts them
            {
                "prompt_tokens": 300,
                "completion_tokens": 1400,
                "prompt_tokens_details": {"image_tokens": 258},
                "completion_tokens_details": {"image_tokens": 1290, "reasoning_tokens": 80},
            },
            Usage(text_in=42, image_in=258, image_out=1290, text_out=110, total=1700),
        ),
        (
            {"output_tokens": 100, "output_tokens_details": {"text_tokens": 30}},
            Usage(text_in=0, image_in=0, image_out=70, text_out=30, total=100),
        ),
        (  # a detail of zeros beside a sum says nothing
            {"output_tokens": 100, "output_tokens_details": {"text_tokens": 0, "image_tokens": 0}},
            Usage(text_in=0, image_in=0, image_out=100, total=100),
        ),
        ({"output_tokens": MOST_TOKENS}, Usage(text_in=0, image_in=0, image_out=MOST_TOKENS, total=MOST_TOKENS)),
        ({"output_tokens": MOST_TOKENS + 1}, None),
        ({"input_tokens": float("nan"), "output_tokens": 5}, None),
        ({"input_tokens": 5, "output_tokens": float("inf")}, None),
        ({"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}, None),
        ({"input_tokens": 5, "output_tokens": -7000}, None),
        ({"input_tokens": 5, "output_tokens": "1756"}, None),
        ({"input_tokens": 5, "output_tokens": 10**13}, None),
        ({"input_tokens": 5, "output_tokens": 1.5}, None),
        ({"input_tokens": True, "output_tokens": 5}, None),
        ({"total_tokens": 5}, None),
        ({}, None),
        (None, None),
        ("1756", None),
        ([1], None),
    ],
)
def test_usage_is_read_or_left(said: object, expected: Usage | None) -> None:
    assert usage_of(said) == expected


TEXT_MODEL = {"input_tokens": 2000, "output_tokens": 90, "input_tokens_details": {"image_tokens": 500}}
TOOL = {"input_tokens": 60, "output_tokens": 1756, "input_tokens_details": {"text_tokens": 10, "image_tokens": 50}}
HELD = {"text_model_in": 2000, "text_model_out": 90}
PAINTED = {"text_in": 10, "image_in": 50, "image_out": 1756}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"data": [], "usage": TOOL}, {**PAINTED, "total": 1816}),
        ({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 6}}, {"text_in": 5, "image_out": 6}),
        ({"object": "response", "usage": TEXT_MODEL, "tool_usage": {"image_gen": TOOL}}, {**HELD, **PAINTED}),
        ({"object": "response", "usage": None, "tool_usage": {"image_gen": TOOL}}, PAINTED),
        ({"object": "response", "usage": TEXT_MODEL, "tool_usage": {"image_gen": None}}, HELD),
        ({"object": "response", "usage": TEXT_MODEL, "tool_usage": {"image_gen": {"output_tokens": -1}}}, HELD),
        ({"output": [], "usage": TEXT_MODEL}, HELD),
        ({"object": "response"}, None),
        ({"usage": "many"}, None),
        ({}, None),
    ],
)
def test_an_answer_of_any_dialect_is_counted(said: dict[str, object], expected: dict[str, int] | None) -> None:
    usage = usage_in(said)
    if expected is None:
        assert usage is None
        return
    assert usage is not None
    counts = {"text_in": 0, "image_in": 0, "image_out": 0, "text_out": 0, "text_model_in": 0, "text_model_out": 0}
    counts |= {name: figure for name, figure in expected.items() if name != "total"}
    assert {name: getattr(usage, name) for name in counts} == counts
    assert usage.total == sum(counts.values())


figures = st.none() | st.integers() | st.floats() | st.text(max_size=3)


@given(
    st.dictionaries(
        st.sampled_from(["input_tokens", "output_tokens", "prompt_tokens", "input_tokens_details", "total_tokens"]),
        figures | st.dictionaries(st.just("image_tokens"), figures),
    )
)
def test_no_usage_is_negative_infinite_or_more_than_its_sum(said: object) -> None:
    usage = usage_of(said)
    if usage is not None:
        parts = (usage.text_in, usage.image_in, usage.image_out)
        assert all(isinstance(part, int) and part >= 0 for part in parts)
        assert sum(parts) <= usage.total
        assert json.dumps(parts)


def test_shares_are_added_up() -> None:
    share = Usage(text_in=1, image_in=2, image_out=3, total=6)
    assert summed([share, share]) == Usage(text_in=2, image_in=4, image_out=6, total=12)
    assert summed([]) is None
