"""What the size, quality and model options of a command offer while somebody types. Pure."""

import re
from math import gcd

from discord import app_commands

from bot.capability import ModelOffer, Quote, SizeRule
from bot.delivery.quoting import one_line
from bot.delivery.sentences import Say
from bot.delivery.words import Raw, Words
from bot.model import Price

MAX_CHOICES = 25  # https://discord.com/developers/docs/interactions/application-commands (read 2026-11-20)
NAME_CHARS = 100  # same page
_TYPED_SIZE = re.compile(r"\s*(\d{1,5})\s*[x\u00d7*, ]\s*(\d{1,5})\s*", re.IGNORECASE)
_MAX_EDGE = 20_000

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


def models(offers: tuple[ModelOffer, ...], typed: str) -> Choices:
    """Offer the models of every gateway, the default first."""
    wanted = typed.strip().lower()
    named = [(offer, " \N{MIDDLE DOT} ".join(filter(None, _model(offer)))) for offer in offers]
    return [
        app_commands.Choice(name=one_line(name, NAME_CHARS), value=f"{offer.gateway}/{offer.model}")
        for offer, name in named
        if wanted in f"{name} {offer.gateway}/{offer.model}".lower()
    ][:MAX_CHOICES]


def listed(values: tuple[str, ...], typed: str) -> Choices:
    """Offer plain values that match what was typed."""
    wanted = typed.strip().lower()
    return [app_commands.Choice(name=value, value=value) for value in values if wanted in value.lower()][:MAX_CHOICES]


def _model(offer: ModelOffer) -> tuple[str, str, str]:
    return offer.model, offer.gateway_title, offer.good_for


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


def _price(words: Words, price: Price) -> str:
    return words.say(Say.CHOICE_PRICE, price=Raw(words.price(price))) if price.micros else words.say(Say.CHOICE_FREE)


def _quality(words: Words, quality: str, quote: Quote) -> str:
    price = _price(words, quote.price) if quote.price else ""
    usual = words.say(Say.CHOICE_SECONDS, usual_s=quote.usual_s) if quote.usual_s is not None else ""
    return " \N{MIDDLE DOT} ".join(filter(None, (quality, price, usual)))
