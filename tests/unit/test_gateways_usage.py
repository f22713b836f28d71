"""Usage as gateways report it, believed only where every stated figure is a count."""

import json

import pytest
from hypothesis import given, strategies as st

from bot.gateways.usage import summed, usage_of
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
