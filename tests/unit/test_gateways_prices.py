import json
from typing import Final

import pytest
from hypothesis import assume, given, strategies as st

from bot.gateways.families import FREE_SIZES, TokenPrices, family_of
from bot.gateways.prices import Paid, Tariff, cost_of, estimate, input_tokens, listed, output_tokens, usual_s
from bot.gateways.profiles import PROFILES, UNKNOWN, Profile
from bot.gateways.usage import usage_in
from bot.model import Plan, Price, Usage
from playground.images.models import Model, known_models
from playground.images.usage import output_tokens as painted_tokens

BY_NAME: Final = {profile.name: profile for profile in (*PROFILES, UNKNOWN)}
OPENAI: Final = BY_NAME["openai"]
TWO: Final = family_of("gpt-image-2")
LIST: Final = Tariff(tokens=TWO.prices)
VALID_SIZES: Final = st.builds(FREE_SIZES.nearest, st.integers(1, 5000), st.integers(1, 5000))


@pytest.mark.parametrize(
    ("size", "low", "medium", "high"),
    [
        ((1024, 1024), 196, 1756, 7024),
        ((1536, 1024), 158, 1372, 5488),
        ((1024, 1536), 158, 1372, 5488),
        ((2048, 2048), 397, 3568, 14272),
        ((3840, 2160), 371, 3336, 13342),
    ],
)
def test_output_tokens_of_gpt_image_2_agree_with_the_published_ones(
    size: tuple[int, int], low: int, medium: int, high: int
) -> None:
    assert [output_tokens(TWO, quality, *size) for quality in ("low", "medium", "high")] == [low, medium, high]
    assert output_tokens(TWO, None, *size) == medium


@pytest.mark.parametrize(
    ("model", "quality", "size", "micros"),
    [
        # OpenAI's list, USD a picture: gpt-image-2 .0059/.0527/.2107, 4K high .40
        ("gpt-image-2", "low", (1024, 1024), 5_880),
        ("gpt-image-2", "medium", (1024, 1024), 52_680),
        ("gpt-image-2", "high", (1024, 1024), 210_720),
        ("gpt-image-2", "high", (3840, 2160), 400_260),
        # fal.ai's table of 2.5: low .0059, medium .013, high .053, xhigh .094, max .211
        ("gpt-image-2.5-sunburst", "medium", (1024, 1024), 13_170),
        ("gpt-image-2.5-sunburst", "high", (1024, 1024), 52_680),
        ("gpt-image-2.5-sunburst", "xhigh", (1024, 1024), 93_660),
        ("gpt-image-2.5-sunburst", "max", (1024, 1024), 210_720),
        # 1.5: .009/.034/.133, portrait .013/.05/.2
        ("gpt-image-1.5", "low", (1024, 1024), 8_704),
        ("gpt-image-1.5", "medium", (1024, 1024), 33_792),
        ("gpt-image-1.5", "high", (1024, 1024), 133_120),
        ("gpt-image-1.5", "high", (1024, 1536), 199_680),
        # 1-mini: .005/.011/.036
        ("gpt-image-1-mini", "low", (1024, 1024), 5_000),
        ("gpt-image-1-mini", "medium", (1024, 1024), 11_000),
        ("gpt-image-1-mini", "high", (1024, 1024), 36_000),
        # 1: .011/.042/.167
        ("gpt-image-1", "low", (1024, 1024), 10_880),
        ("gpt-image-1", "high", (1024, 1024), 166_400),
    ],
)
def test_a_picture_at_openai_is_estimated_at_list_price(
    model: str, quality: str, size: tuple[int, int], micros: int
) -> None:
    family = family_of(model)
    price = estimate(family, listed(OPENAI, family), Paid(quality=quality, size_px=size))
    assert price == Price(micros=micros, currency="USD", source="estimate")


@pytest.mark.parametrize("name", [name for name, one in BY_NAME.items() if one.pricing == "unknown"])
def test_a_resellers_price_is_not_known(name: str) -> None:
    assert listed(BY_NAME[name], TWO) is None
    assert estimate(TWO, None, Paid(quality="high")) is None


def test_the_local_gateway_is_free_whatever_is_asked() -> None:
    free = Price(micros=0, currency="USD", source="flat")
    tariff = listed(BY_NAME["local"], TWO)
    assert estimate(TWO, tariff, Paid(quality="high", pictures=10), calls=3) == free
    assert estimate(family_of("flux-pro"), listed(BY_NAME["local"], family_of("flux-pro")), Paid()) == free


def test_halves_are_rounded_up_as_in_the_published_code() -> None:
    assert output_tokens(TWO, "low", 2048, 1344) == -(-16 * 11 * (2_000_000 + 2048 * 1344) // 4_000_000)


@pytest.mark.parametrize(("model", "quality"), [("flux-pro", "high"), ("dall-e-3", "hd"), ("gpt-image-2", "max")])
def test_what_nobody_published_has_no_price_and_no_time(model: str, quality: str) -> None:
    assert estimate(family_of(model), LIST, Paid(quality=quality)) is None
    assert usual_s(family_of(model), OPENAI, Paid(quality=quality)) is None


def test_previews_prompt_inputs_count_and_calls_all_cost() -> None:
    def micros(paid: Paid, calls: int = 1) -> int:
        price = estimate(TWO, LIST, paid, calls=calls)
        assert price is not None
        return price.micros

    plain = micros(Paid(quality="medium"))
    assert micros(Paid(quality="medium", previews=2)) == plain + 200 * 30
    assert micros(Paid(quality="medium", pictures=4)) == 4 * plain
    assert micros(Paid(quality="medium"), calls=3) == 3 * plain
    # fal.ai's table: an edit costs .008 to .013 more for its input
    assert micros(Paid(quality="medium", inputs_px=((1024, 1024),))) == plain + 1024 * 8
    assert micros(Paid(quality="medium", prompt_chars=1000)) == plain + 350 * 5


@pytest.mark.parametrize(
    ("size", "low", "high"),
    [
        ((1024, 1024), 194, 4354),  # as billed for gpt-image-1: 65 + 129 (community.openai.com/t/1281361)
        ((512, 512), 194, 4354),
        ((1024, 1536), 323, 6563),
        ((480, 1408), 452, 6692),
    ],
)
def test_inputs_of_the_first_family_count_tiles_and_pay_for_fidelity(
    size: tuple[int, int], low: int, high: int
) -> None:
    family = family_of("gpt-image-1.5")
    assert input_tokens(family, *size) == low
    assert input_tokens(family, *size, has_high_fidelity=True) == high


@pytest.mark.parametrize("model", [model for model in known_models() if not model.sizes], ids=lambda model: model.id)
@given(size=VALID_SIZES, data=st.data())
def test_the_local_gateway_reports_the_tokens_that_were_estimated(
    model: Model, size: tuple[int, int], data: st.DataObject
) -> None:
    quality = data.draw(st.sampled_from(model.qualities))
    doubled, rest = divmod(2 * model.axis[quality] * min(size), max(size))
    assume(rest or doubled % 2 == 0)  # exact halves: the published code rounds them up, Python's `round` to even
    assert output_tokens(family_of(model.id), quality, *size) == painted_tokens(model.axis[quality], *size)


@pytest.mark.parametrize(
    ("quality", "size", "least", "most"),
    [
        ("medium", (1024, 1024), 30, 60),  # Clauddy: 30-60 s at 1K
        ("medium", (2048, 2048), 60, 120),  # Clauddy: 1-2 minutes at 2K
        ("high", (3840, 2160), 180, 300),  # APIYI: 3-5 minutes for high and 4K
        ("low", (1024, 1024), 5, 30),
    ],
)
def test_usual_seconds_lie_where_the_guides_say(quality: str, size: tuple[int, int], least: int, most: int) -> None:
    seconds = usual_s(TWO, BY_NAME["clauddy"], Paid(quality=quality, size_px=size))
    assert seconds is not None
    assert least <= seconds <= most


def test_more_pictures_in_one_call_take_longer_but_not_as_long_as_one_by_one() -> None:
    one, four = (usual_s(TWO, OPENAI, Paid(quality="medium", pictures=n)) for n in (1, 4))
    assert one is not None
    assert four is not None
    assert one < four < 4 * one


def test_the_local_gateway_says_its_own_seconds() -> None:
    assert usual_s(TWO, BY_NAME["local"], Paid(quality="high", size_px=(3840, 2160))) == 2
    assert usual_s(family_of("flux-pro"), BY_NAME["local"], Paid()) == 2


@given(
    quality=st.sampled_from([None, "low", "medium", "high"]),
    size=VALID_SIZES,
    pictures=st.integers(1, 10),
    inputs=st.integers(0, 16),
)
def test_nothing_paid_is_estimated_at_nothing_and_twice_as_many_calls_cost_twice_as_much(
    quality: str | None, size: tuple[int, int], pictures: int, inputs: int
) -> None:
    paid = Paid(quality=quality, size_px=size, pictures=pictures, inputs_px=((640, 480),) * inputs)
    once, twice = (estimate(TWO, LIST, paid, calls=calls) for calls in (1, 2))
    assert once is not None
    assert twice is not None
    assert twice.micros == 2 * once.micros > 0


# -- the host's prices ------------------------------------------------------------------------------------------------


def planned(estimated: Price | None = None, *, calls: int = 1) -> Plan:
    return Plan(gateway="g", dialect="images", model="m", parameters={}, calls=calls, estimate=estimated)


def test_reported_usage_becomes_money() -> None:
    usage = Usage(text_in=100, image_in=1000, image_out=7024, total=8124)
    assert cost_of(usage, LIST, planned(), pictures=1) == Price(micros=219_220, currency="USD", source="usage")


def test_every_kind_of_token_has_its_price() -> None:
    prices = TokenPrices(text_in=1, image_in=10, image_out=100, text_out=1e3, text_model_in=1e4, text_model_out=1e5)
    usage = Usage(text_in=1, image_in=1, image_out=1, total=6, text_out=1, text_model_in=1, text_model_out=1)
    tariff = Tariff(currency="CNY", tokens=prices)
    assert cost_of(usage, tariff, planned(), pictures=1) == Price(micros=111_111, currency="CNY", source="usage")


@pytest.mark.parametrize(
    ("tariff", "before", "after"),
    [
        (Tariff(currency="CNY", per_call=0.3), 3 * 300_000, 300_000),
        (Tariff(currency="CNY", per_picture=0.2), 3 * 4 * 200_000, 2 * 200_000),
        (Tariff(currency="CNY", per_call=1.5, per_picture=0.001), 3 * 1_500_000 + 12_000, 1_502_000),
        (Tariff(currency="CNY", per_call=0.0), 0, 0),
    ],
)
def test_a_flat_price_stays_flat_whatever_the_usage_says(tariff: Tariff, before: int, after: int) -> None:
    """Three calls for four pictures each, of which this one brought two."""
    expected = estimate(TWO, tariff, Paid(pictures=4), calls=3)
    assert expected == Price(micros=before, currency="CNY", source="flat")
    plan, usage = planned(expected, calls=3), Usage(text_in=1, image_in=0, image_out=10**6, total=10**6 + 1)
    for said in (usage, None):
        assert cost_of(said, tariff, plan, pictures=2) == Price(micros=after, currency="CNY", source="flat")


def test_the_hosts_prices_for_tokens_are_in_estimate_and_cost() -> None:
    tariff = Tariff(currency="EUR", tokens=TokenPrices(text_in=0, image_in=0, image_out=60))
    assert estimate(TWO, tariff, Paid(quality="low")) == Price(micros=196 * 60, currency="EUR", source="estimate")
    usage = Usage(text_in=9, image_in=9, image_out=100, total=118)
    assert cost_of(usage, tariff, planned(), pictures=1) == Price(micros=6000, currency="EUR", source="usage")


NONSENSE: Final = (
    "null", "{}", "[]", "7", '""', '{"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}',
    '{"input_tokens": 5, "output_tokens": -7000}', '{"output_tokens": NaN}', '{"output_tokens": 1e999}',
    '{"output_tokens": -1e999}', '{"output_tokens": 99999999999}', '{"output_tokens": "1756"}',
    '{"input_tokens": 1e999, "output_tokens": 1756}', '{"output_tokens": 1.5}', '{"input_tokens": 12}',
    '{"input_tokens": 12, "output_tokens": 40, "output_tokens_details": {"text_tokens": 40}}', '{"total_tokens": 5}',
)  # fmt: skip


@pytest.mark.parametrize("said", NONSENSE)
def test_usage_that_is_missing_or_nonsense_leaves_the_formula_marked_as_an_estimate(said: str) -> None:
    usage = usage_in({"usage": json.loads(said)})
    expected = estimate(TWO, LIST, Paid(quality="medium"), calls=3)
    assert expected is not None
    cost = cost_of(usage, LIST, planned(expected, calls=3), pictures=1)
    assert cost == Price(micros=1756 * 30, currency="USD", source="estimate")
    assert cost_of(usage, LIST, planned(None), pictures=1) is None


def test_no_cost_is_in_another_currency_than_the_host_pays_in_now() -> None:
    before = Price(micros=5, currency="USD", source="estimate")
    tariff = Tariff(currency="CNY", tokens=TokenPrices(text_in=1, image_in=1, image_out=1))
    assert cost_of(None, tariff, planned(before), pictures=1) is None


def test_only_openai_itself_is_paid_by_list() -> None:
    by_list: list[Profile] = [profile for profile in BY_NAME.values() if profile.pricing == "list"]
    assert by_list == [OPENAI]
