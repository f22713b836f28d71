"""The card behind Details and /show: what was asked, sent and delivered, and what it cost. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace

from bot.capability import ModelOffer
from bot.delivery.cards import Card, TextFile, host_hint, lines
from bot.delivery.quoting import length, plain, quoted
from bot.delivery.results import changes_of, cost_of, missing
from bot.delivery.sentences import Say
from bot.delivery.words import Raw, Words, timestamp
from bot.model import Billed, Call, Options, Order, Picture, Price, Scalar
from bot.orders.gallery import Details

_PROMPT_CHARS = 700
_VALUE_CHARS = 60
_SOURCES = {
    "list": Say.PRICE_LIST,
    "flat": Say.PRICE_FLAT,
    "usage": Say.PRICE_USAGE,
    "estimate": Say.PRICE_ESTIMATED,
}


def details_card(words: Words, details: Details, *, for_host: bool = False) -> Card:
    """Return the card that says everything about an order, for one person's eyes; a host reads what to do, too."""
    order = details.order
    heading = [f"**{words.say(Say.DETAILS_ORDER, id=order.id)}**"]
    if details.picture:
        heading.append(f"**{words.say(Say.DETAILS_PICTURE, id=details.picture.id)}**")
    rows = (
        (Say.DETAILS_STATE, f"{words.state(order.state)}, {timestamp(order.created_at)}, <@{_asker(order)}>"),
        (Say.DETAILS_ASKED, _asked(words, order)),
        (Say.DETAILS_SENT, _sent(order)),
        (Say.DETAILS_DELIVERED, _delivered(words, details.pictures)),
        (Say.DETAILS_COST, _cost(words, details)),
        (Say.DETAILS_MADE_FROM, _parents(details.picture)),
        (Say.DETAILS_REVISED, _revised(order)),
        (Say.DETAILS_REQUEST_ID, _request_ids(details.calls)),
    )
    told = [f"**{words.say(label)}**: {value}" for label, value in rows if value]
    changed = [f"- {words.change(change)}" for change in changes_of(order)]
    failed = [words.failure(order.failure)] if order.failure else []
    if order.failure and for_host:
        failed += host_hint(words, order.failure)
    failed += missing(words, order, for_host=for_host)
    content = lines(
        [" \N{MIDDLE DOT} ".join(heading), quoted(order.request.prompt, _PROMPT_CHARS), *told, *failed, *changed]
    )
    return Card(content=content, files=_prompt(order))


def _asker(order: Order) -> int:
    return order.request.actor.user_id


def _asked(words: Words, order: Order) -> str:
    return _pairs(given(replace(order.request.asked, once=None))) or words.say(Say.DETAILS_NOTHING_CHOSEN)


def given(options: Options) -> dict[str, Scalar]:
    """Return the options a person chose, by name."""
    values: dict[str, Scalar] = {field.name: getattr(options, field.name) for field in fields(options)}
    return {name: value for name, value in values.items() if value is not None}


def _sent(order: Order) -> str:
    if order.plan is None:
        return ""
    named = " \N{MIDDLE DOT} ".join(quoted(part, _VALUE_CHARS) for part in (order.plan.gateway, order.plan.model))
    return " \N{MIDDLE DOT} ".join(part for part in (named, _pairs(order.plan.parameters)) if part)


def _delivered(words: Words, pictures: Iterable[Picture]) -> str:
    return ", ".join(_picture(words, picture) for picture in pictures)


def _picture(words: Words, picture: Picture) -> str:
    blob = picture.blob
    pixels = f"{blob.width_px}\N{MULTIPLICATION SIGN}{blob.height_px}"
    return f"`{picture.id}` {blob.format} {pixels} {words.size(blob.size_bytes)}"


def _cost(words: Words, details: Details) -> str:
    order = details.order
    if order.failure is not None and order.failure.billed is Billed.NO:
        return ""  # its sentence says that it cost nothing
    price = (_paid(details.calls) if order.failure else None) or cost_of(order)
    if price is None:
        return words.say(Say.UNPRICED)
    return words.say(_SOURCES[price.source], price=Raw(words.price(price)))


def _paid(calls: Iterable[Call]) -> Price | None:
    """Add up what calls cost; those of one order that were billed are all of one gateway, and so of one currency."""
    costs = [call.cost for call in calls if call.cost]
    return replace(costs[0], micros=sum(cost.micros for cost in costs)) if costs else None


def _parents(picture: Picture | None) -> str:
    return ", ".join(f"`{parent.picture_id}` ({parent.role})" for parent in picture.parents) if picture else ""


def _revised(order: Order) -> str:
    revised = order.receipt.revised_prompt if order.receipt else None
    return quoted(revised, _PROMPT_CHARS // 2) if revised else ""


def _request_ids(calls: Iterable[Call]) -> str:
    return ", ".join(quoted(call.request_id, _VALUE_CHARS) for call in calls if call.request_id)


def _pairs(values: Mapping[str, Scalar]) -> str:
    return ", ".join(f"{name} {quoted(str(value), _VALUE_CHARS)}" for name, value in values.items())


def _prompt(order: Order) -> tuple[TextFile, ...]:
    if length(plain(order.request.prompt)) <= _PROMPT_CHARS:
        return ()
    return (TextFile(name=f"prompt-{order.id}.txt", text=order.request.prompt),)


def help_card(words: Words, offers: Sequence[ModelOffer]) -> Card:
    """Return the card that says what Easel can do, and who paints here."""
    models = ", ".join(dict.fromkeys(quoted(offer.model, _VALUE_CHARS) for offer in offers))
    return Card(content=lines([words.say(Say.HELP), words.say(Say.HELP_MODELS, models=Raw(models))]))
