"""Where else an order may be painted when its gateway cannot: never twice at one, never dearer unasked. Pure.

Only what speaks of the gateway, and provably cost nothing, sends an order elsewhere.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bot.capability import ModelOffer
from bot.errors import CallFailed, OptionRefused
from bot.model import Billed, Change, CleanNote, Failure, Plan, Price, Reason, Wish
from bot.orders.ports import Gateway

OF_THE_GATEWAY = frozenset(
    {
        Reason.BAD_KEY,
        Reason.NO_PERMISSION,
        Reason.NO_MONEY,
        Reason.OVERLOADED,
        Reason.RATE_LIMITED,
        Reason.NOT_SENT,
        Reason.WRONG_URL,
        Reason.MODEL_UNKNOWN,
        Reason.RESTING,
    }
)
"""What another gateway may do better."""

_HARMLESS = frozenset({"fan_out", "fits_delivery", "draft", "failed_over"})
"""Changes that take nothing from what was asked for."""

_NEARLY = 1.25
"""An estimate is no more exact than that; a gateway that paints by the call or in another quality differs by more."""

_KEPT = frozenset({*CleanNote, "failed_over"})
"""Changes that are still true at another gateway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Another gateway that can paint an order; `is_free_to_take` where nobody needs to be asked."""

    offer: ModelOffer
    plan: Plan
    is_free_to_take: bool


def may_go_elsewhere(failure: Failure) -> bool:
    """Say whether another gateway may be asked for the same pictures after this failure."""
    return failure.billed is Billed.NO and failure.reason in OF_THE_GATEWAY


def ways(
    gateways: Mapping[str, Gateway],
    plan: Plan,
    wish: Wish,
    *,
    visited: Collection[str],
    has_agreed: bool = False,
) -> list[Way]:
    """List where else a planned order can be painted, the cheapest first, unknown prices last.

    A gateway counts if it offers the same model, was not tried by this order, does not rest, and takes everything
    the plan holds. `has_agreed` says that the person already said yes to a price.
    """
    here = next((offer for offer in _offers(gateways) if offer.gateway == plan.gateway), None)
    found = list[Way]()
    for offer in _offers(gateways):
        if offer.gateway in {plan.gateway, *visited} or not is_same_model(offer.model, plan.model):
            continue
        gateway = gateways[offer.gateway]
        other = None if gateway.resting() else _planned(gateway, offer, wish)
        if other is None or _takes_away(other, plan):
            continue
        told = Change(
            option="gateway",
            asked=here.gateway_title if here else plan.gateway,
            used=offer.gateway_title,
            why="failed_over",
        )
        kept = tuple(change for change in plan.changes if change.why in _KEPT)
        # What chat makes of an order is nobody's guess, so only a person may choose it.
        is_chat = other.dialect == "chat" and plan.dialect != "chat"
        asks = is_chat or (offer.ask_first and not has_agreed)
        is_free_to_take = is_not_dearer(other.estimate, plan.estimate) and not asks
        moved = replace(other, changes=(*other.changes, *kept, told))
        found.append(Way(offer=offer, plan=moved, is_free_to_take=is_free_to_take))
    return sorted(found, key=lambda way: (not way.is_free_to_take, *_by_price(way.plan.estimate)))


def is_same_model(one: str, other: str) -> bool:
    """Say whether two ids name one model; a vendor's prefix such as `openai/` does not count."""
    return one.rpartition("/")[2].lower() == other.rpartition("/")[2].lower()


def is_not_dearer(other: Price | None, known: Price | None) -> bool:
    """Say whether a price is provably no higher than another.

    What is free is never dearer, and a flat price is what will be paid. An estimate is no proof against one: where
    the gateway chooses the quality, it may be four times as much.
    """
    if other is None or known is None:
        return False
    if other.source == "flat" and other.micros == 0:
        return True
    is_alike = (other.source, other.currency) == (known.source, known.currency)
    return is_alike and other.micros <= known.micros


def is_dearer(other: Price | None, known: Price | None) -> bool:
    """Say whether a price is higher than a known one by more than an estimate's error, or nobody can tell."""
    if known is None:
        return False
    if other is None or other.currency != known.currency:
        return True
    return other.micros > known.micros * _NEARLY


def becomes_dearer(before: Plan, after: Plan, told: Price | None) -> bool:
    """Say whether an adapted plan costs more than its person was told. A size that nobody chose is not asked about."""
    changed = {change.option for change in after.changes[len(before.changes) :]}
    return changed != {"size"} and is_dearer(after.estimate, told)


def left_to_ask(failed: CallFailed, adapted: Plan) -> CallFailed:
    """Leave it to the person to go on at a higher price: with what was learned, or with the bare minimum."""
    is_bare = any(change.why == "bare_minimum" for change in adapted.changes)
    facts = {**failed.failure.facts, "dearer": "minimum" if is_bare else "again"}
    return CallFailed(replace(failed.failure, facts=facts))


def _offers(gateways: Mapping[str, Gateway]) -> list[ModelOffer]:
    return [offer for gateway in gateways.values() for offer in gateway.offers()]


def _planned(gateway: Gateway, offer: ModelOffer, wish: Wish) -> Plan | None:
    try:
        return gateway.plan(replace(wish, options=replace(wish.options, model=offer.model)))
    except OptionRefused:
        return None


def _takes_away(other: Plan, plan: Plan) -> bool:
    """Say whether the other plan adapts something that this one sends as it was asked for."""
    here = {(change.option, change.used) for change in plan.changes}
    changes = [change for change in other.changes if change.why not in _HARMLESS]
    return any((change.option, change.used) not in here for change in changes)


def _by_price(price: Price | None) -> tuple[bool, int]:
    return price is None, price.micros if price else 0
