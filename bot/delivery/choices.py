"""What the size, quality and model options of a command offer while somebody types. Pure."""

import re
from collections.abc import Iterator, Sequence
from math import gcd

from discord import app_commands

from bot.capability import Capabilities, ModelOffer, Quote, SizeRule
from bot.delivery.quoting import one_line
from bot.delivery.sentences import Say
from bot.delivery.words import Raw, Words

MAX_CHOICES = 25  # https://discord.com/developers/docs/interactions/application-commands (read 2026-11-20)
NAME_CHARS = 100  # same page
_TYPED_SIZE = re.compile(r"\s*(\d{1,5})\s*[x\u00d7*, ]\s*(\d{1,5})\s*", re.IGNORECASE)
_MAX_EDGE = 20_000
_MODEL_CHARS = 48  # leaves room for the price, whatever a model is called
_TITLE_CHARS = 24

Choices = list[app_commands.Choice[str]]


def sizes(words: Words, rule: SizeRule, typed: str) -> Choices:
    """Offer the presets that match what was typed; for a WxH itself, or the nearest size that is valid."""
    found = _TYPED_SIZE.fullmatch(typed)
    if found:
        asked = min(int(found[1]), _MAX_EDGE), min(int(found[2]), _MAX_EDGE)
        if all(asked):
            return [_typed(words, rule, asked)]
    auto = [app_commands.Choice(name=words.say(Say.SIZE_AUTO), value="auto")] if rule.auto else []
    presets = [app_commands.Choice(name=_preset(words, size), value=f"{size[0]}x{size[1]}") for size in rule.presets]
    wanted = typed.strip().lower()
    return [choice for choice in (*auto, *presets) if wanted in f"{choice.value} {choice.name.lower()}"][:MAX_CHOICES]


def qualities(words: Words, quoted: dict[str, Quote], typed: str) -> Choices:
    """Offer the qualities with what a picture usually costs and takes, as far as that is known."""
    wanted = typed.strip().lower()
    named = ((quality, _quality(words, quality, quote)) for quality, quote in quoted.items())
    choices = [app_commands.Choice(name=one_line(name, NAME_CHARS), value=quality) for quality, name in named]
    return [choice for choice in choices if wanted in choice.name.lower()][:MAX_CHOICES]


def models(words: Words, quoted: Sequence[tuple[ModelOffer, Quote]], typed: str) -> Choices:
    """Offer the models of every gateway, the default first: price, what each can do, and what it is good for.

    The same model at two gateways is two choices; what does not fit Discord's limit is cut from the end.
    """
    wanted = typed.strip().lower()
    named = [(offer, " \N{MIDDLE DOT} ".join(filter(None, _model(words, offer, quote)))) for offer, quote in quoted]
    return [
        app_commands.Choice(name=one_line(name, NAME_CHARS), value=offer.name)
        for offer, name in named
        if wanted in f"{name} {offer.name}".lower()
    ][:MAX_CHOICES]


def listed(values: tuple[str, ...], typed: str) -> Choices:
    """Offer plain values that match what was typed."""
    wanted = typed.strip().lower()
    return [app_commands.Choice(name=value, value=value) for value in values if wanted in value.lower()][:MAX_CHOICES]


def _model(words: Words, offer: ModelOffer, quote: Quote) -> tuple[str, ...]:
    model, title = one_line(offer.model, _MODEL_CHARS), one_line(offer.gateway_title, _TITLE_CHARS)
    price = words.cost(quote.price) if quote.price else ""
    return model, title, price, ", ".join(_abilities(words, offer.capabilities)), offer.good_for


def _abilities(words: Words, able: Capabilities) -> Iterator[str]:
    if able.edit:
        yield words.say(Say.CHOICE_EDITS)
    if able.edit and able.mask:
        yield words.say(Say.CHOICE_MASKS)
    if "transparent" in able.backgrounds:
        yield words.say(Say.CHOICE_TRANSPARENT)
    if able.max_n > 1:
        yield words.say(Say.CHOICE_SEVERAL, count=able.max_n)
    if able.stream:
        yield words.say(Say.CHOICE_STREAMS)


def _typed(words: Words, rule: SizeRule, asked: tuple[int, int]) -> app_commands.Choice[str]:
    width_px, height_px = rule.nearest(*asked)
    sentence = Say.SIZE_VALID if (width_px, height_px) == asked else Say.SIZE_NEAREST
    name = words.say(sentence, size=Raw(f"{width_px}\N{MULTIPLICATION SIGN}{height_px}"))
    return app_commands.Choice(name=name, value=f"{width_px}x{height_px}")


def _preset(words: Words, size: tuple[int, int]) -> str:
    width_px, height_px = size
    shape = Say.SHAPE_SQUARE
    if width_px != height_px:
        shape = Say.SHAPE_LANDSCAPE if width_px > height_px else Say.SHAPE_PORTRAIT
    divisor = gcd(width_px, height_px)
    shaped = Raw(f"{words.say(shape)} {width_px // divisor}:{height_px // divisor}")
    return words.say(Say.SIZE_PRESET, size=Raw(f"{width_px}\N{MULTIPLICATION SIGN}{height_px}"), shape=shaped)


def _quality(words: Words, quality: str, quote: Quote) -> str:
    price = words.cost(quote.price) if quote.price else ""
    usual = words.say(Say.CHOICE_SECONDS, usual_s=quote.usual_s) if quote.usual_s is not None else ""
    return " \N{MIDDLE DOT} ".join(filter(None, (quality, price, usual)))
