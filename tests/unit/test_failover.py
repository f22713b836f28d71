"""Where else an order may be painted: prices, models, and what another gateway would take away."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.gateways.configuration import GatewayConfig, ModelConfig
from bot.gateways.endpoints import understand
from bot.gateways.fetch import open_downloader
from bot.gateways.gateway import open_gateway
from bot.gateways.profiles import profile_for
from bot.model import Billed, Change, CleanNote, Failure, Options, OrderKind, Plan, Price, Reason, Wish
from bot.orders.failover import (
    OF_THE_GATEWAY,
    Way,
    becomes_dearer,
    is_dearer,
    is_not_dearer,
    is_same_model,
    may_go_elsewhere,
    ways,
)
from bot.orders.ports import Gateway

WISH = Wish(kind=OrderKind.GENERATE, options=Options(), prompt_chars=5)


def a_price(micros: int, currency: str = "USD") -> Price:
    return Price(micros=micros, currency=currency, source="estimate")


def flat(micros: int, currency: str = "USD") -> Price:
    return Price(micros=micros, currency=currency, source="flat")


@pytest.mark.parametrize(
    ("other", "known", "expected"),
    [
        (a_price(10), a_price(10), True),
        (a_price(9), a_price(10), True),
        (a_price(11), a_price(10), False),
        (a_price(9, "CNY"), a_price(10), False),
        (a_price(0), a_price(0), True),
        (flat(0, "CNY"), a_price(10), True),
        (flat(9), flat(10), True),
        (flat(11), flat(10), False),
        (a_price(9), flat(10), False),  # where the gateway chooses the quality, it may be four times as much
        (flat(9), a_price(10), False),
        (a_price(0, "CNY"), a_price(10), False),
        (a_price(1), a_price(0), False),
        (None, a_price(10), False),
        (a_price(10), None, False),
        (a_price(0), None, False),
        (None, None, False),
    ],
)
def test_only_a_known_price_in_one_currency_is_not_dearer(
    other: Price | None,
    known: Price | None,
    expected: bool,  # noqa: FBT001
) -> None:
    assert is_not_dearer(other, known) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("gpt-image-2", "gpt-image-2", True),
        ("openai/gpt-image-2", "gpt-image-2", True),
        ("openai/gpt-image-2", "azure/openai/GPT-image-2", True),
        ("gpt-image-2", "gpt-image-2.5-flare", False),
        ("gpt-image-2-all", "gpt-image-2", False),
    ],
)
def test_a_vendors_prefix_does_not_make_another_model(one: str, other: str, expected: bool) -> None:  # noqa: FBT001
    assert is_same_model(one, other) is expected


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("billed", list(Billed))
def test_nothing_goes_elsewhere_that_may_be_billed_or_speaks_of_the_order(reason: Reason, billed: Billed) -> None:
    expected = billed is Billed.NO and reason in OF_THE_GATEWAY
    assert may_go_elsewhere(Failure(reason=reason, billed=billed)) is expected


# -- over real gateways, which are never asked ------------------------------------------------------------------------


@asynccontextmanager
async def opened(**profiles: str) -> AsyncGenerator[dict[str, Gateway]]:
    """Open gateways by slug and profile; behind it may stand `chat`, `ask` (to ask first) or a model id."""
    async with AsyncExitStack() as stack:
        downloader = await stack.enter_async_context(open_downloader(frozenset()))
        gateways = dict[str, Gateway]()
        for slug, profile in profiles.items():
            gateways[slug] = await stack.enter_async_context(open_gateway(configured(slug, profile), downloader))
        yield gateways


def configured(slug: str, profile: str) -> GatewayConfig:
    name, *more = profile.split()
    endpoints = understand("http://127.0.0.1:9/v1")
    model = next((word for word in more if word not in {"ask", "chat"}), "gpt-image-2")
    return GatewayConfig(
        slug=slug,
        title=slug.title(),
        endpoints=endpoints,
        key=SecretStr("sk-canary-of-failover"),
        models=(ModelConfig(id=model, dialect="chat" if "chat" in more else "images"),),
        profile=profile_for(endpoints.generations, name),
        ask_first="ask" in more,
    )


async def found(wish: Wish = WISH, *visited: str, **profiles: str) -> list[Way]:
    """Return the ways of an order that the first of these gateways planned."""
    async with opened(**profiles) as gateways:
        plan = next(iter(gateways.values())).plan(wish)
        return ways(gateways, plan, wish, visited=visited)


@pytest.mark.parametrize(
    ("other", "known", "expected"),
    [
        (flat(40), flat(10), True),
        (a_price(125), a_price(100), False),
        (a_price(126), a_price(100), True),
        (a_price(100, "CNY"), a_price(100), True),
        (None, a_price(100), True),
        (a_price(100), None, False),
        (None, None, False),
        (flat(0), flat(0), False),
    ],
)
def test_what_is_dearer_is_more_than_a_quarter_above_or_unknown(
    other: Price | None,
    known: Price | None,
    expected: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    assert is_dearer(other, known) is expected


@pytest.mark.parametrize(("options", "expected"), [(("size",), False), (("size", "quality"), True), (("count",), True)])
def test_a_size_that_nobody_chose_is_not_asked_about(options: tuple[str, ...], expected: bool) -> None:  # noqa: FBT001
    before = Plan(gateway="a", dialect="images", model="m", parameters={}, estimate=a_price(100))
    changes = tuple(Change(option=option, asked="x", used="y", why="refused_used") for option in options)
    after = replace(before, changes=changes, estimate=a_price(200))
    assert becomes_dearer(before, after, a_price(100)) is expected


def named(found: list[Way]) -> list[tuple[str, bool]]:
    return [(way.offer.gateway, way.is_free_to_take) for way in found]


async def test_the_cheapest_comes_first_and_unknown_prices_last() -> None:
    listed = await found(a="openai", b="unknown", c="openai openai/gpt-image-2", d="local")
    assert named(listed) == [("d", True), ("c", True), ("b", False)]


async def test_what_was_visited_is_not_offered_again() -> None:
    assert named(await found(WISH, "b", a="local", b="local", c="local")) == [("c", True)]


async def test_a_dearer_gateway_needs_a_person() -> None:
    assert named(await found(a="local", b="openai")) == [("b", False)]


async def test_a_gateway_that_asks_first_and_chat_need_a_person() -> None:
    assert named(await found(a="local", b="local ask", c="local chat")) == [("b", False), ("c", False)]


async def test_a_gateway_that_would_change_the_order_is_none() -> None:
    wanted = replace(WISH, options=Options(background="transparent"))
    assert named(await found(wanted, a="local", b="unknown", c="openai")) == [("c", False)]
    edit = replace(WISH, kind=OrderKind.EDIT, input_count=1)
    assert named(await found(edit, a="local", b="aicentos", c="local")) == [("c", True)]


async def test_the_way_says_where_it_leads_and_keeps_what_is_still_true() -> None:
    (way,) = await found(a="local", b="local")
    assert way.plan.gateway == "b"
    assert way.plan.changes[-1] == Change(option="gateway", asked="A", used="B", why="failed_over")


async def test_notes_about_the_pictures_travel_with_the_order_and_refusals_do_not() -> None:
    async with opened(a="local", b="local") as gateways:
        turned = Change(option="image 1", asked=None, used=None, why=CleanNote.ROTATED.value)
        left_out = Change(option="quality", asked="max", used=None, why="refused_left_out")
        plan = replace(gateways["a"].plan(WISH), changes=(turned, left_out))
        (way,) = ways(gateways, plan, WISH, visited=())
    assert [change.why for change in way.plan.changes] == ["rotated", "failed_over"]
