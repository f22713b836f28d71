"""The list of models while somebody types: what each line says, and that every model can be chosen."""

from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given, strategies as st

from bot.capability import Capabilities, ModelOffer, Quote, offer_named
from bot.delivery.choices import MAX_CHOICES, NAME_CHARS, models
from bot.delivery.quoting import length
from bot.delivery.words import Words
from bot.model import Price

WORDS = Words("en-US")
ALL = Capabilities(backgrounds=("auto", "transparent"), stream=True, max_n=4)
NONE = Capabilities(edit=False, max_n=1)
UNKNOWN = Quote(price=None, usual_s=None)


def offer(
    gateway: str = "g", model: str = "m", *, title: str = "G", able: Capabilities = ALL, good_for: str = ""
) -> ModelOffer:
    return ModelOffer(
        gateway=gateway, gateway_title=title, model=model, dialect="images", capabilities=able, good_for=good_for
    )


def costing(micros: int, source: Literal["flat", "estimate"] = "estimate") -> Quote:
    return Quote(price=Price(micros=micros, currency="USD", source=source), usual_s=None)


def line(one: ModelOffer, quote: Quote = UNKNOWN) -> list[str]:
    (choice,) = models(WORDS, [(one, quote)], "")
    return choice.name.split(" \N{MIDDLE DOT} ")


@pytest.mark.parametrize(
    ("able", "said"),
    [
        (ALL, "edits, masks, transparent, up to 4, streams"),
        (replace(ALL, mask=False), "edits, transparent, up to 4, streams"),
        (replace(ALL, mask_polarity="white"), "edits, masks, transparent, up to 4, streams"),
        (replace(ALL, edit=False), "transparent, up to 4, streams"),
        (replace(ALL, max_n=1, stream=False), "edits, masks, transparent"),
    ],
)
def test_a_model_says_what_it_can_do(able: Capabilities, said: str) -> None:
    assert line(offer(able=able)) == ["m", "G", said]


def test_what_is_not_known_or_not_there_takes_no_room() -> None:
    assert line(offer(able=NONE)) == ["m", "G"]
    assert line(offer(able=NONE, good_for="owls"), costing(52_700)) == ["m", "G", "about $0.0527", "owls"]
    assert line(offer(able=NONE), costing(30_000, "flat"))[2] == "$0.03"
    assert line(offer(able=NONE), costing(0, "flat"))[2] == "free"


def test_the_same_model_at_two_gateways_is_two_choices_and_both_can_be_found() -> None:
    offers = [offer("one", title="One"), offer("two", title="Two"), offer("two", "only")]
    choices = models(WORDS, [(one, UNKNOWN) for one in offers], "")
    assert [choice.value for choice in choices] == ["one/m", "two/m", "two/only"]
    assert len({choice.name for choice in choices}) == 3
    assert [choice.value for choice in models(WORDS, [(one, UNKNOWN) for one in offers], "TWO/m")] == ["two/m"]


def test_a_long_name_leaves_room_for_the_price() -> None:
    one = offer(model="m" * 80, title="t" * 40, good_for="g" * 100)
    assert "about $0.0527" in line(one, costing(52_700))


names = st.text(min_size=1, max_size=80)


@given(st.lists(st.builds(offer, st.just("g"), names, title=names, good_for=st.text(max_size=100)), max_size=30))
def test_no_list_is_over_discords_limits(offers: list[ModelOffer]) -> None:
    choices = models(WORDS, [(one, costing(52_700)) for one in offers], "")
    assert len(choices) <= MAX_CHOICES
    assert all(1 <= length(choice.name) <= NAME_CHARS for choice in choices)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("a/x", "a/x"),
        ("b/x", "b/x"),
        ("x", "b/x"),
        ("only", "a/only"),
        ("openai/x", "openai/x"),  # not the model of that name at the gateway before it
        ("router/openai/x", "router/openai/x"),
        ("nobody", None),
    ],
)
def test_a_model_is_named_with_its_gateway_or_alone(model: str, expected: str | None) -> None:
    offers = [
        offer("router", "openai/x"), offer("b", "x"), offer("a", "x"), offer("a", "only"), offer("openai", "x"),
    ]  # fmt: skip
    found = offer_named(offers, model)
    assert (found.name if found else None) == expected
