"""Resolving options: which value of each option counts, and whose it is."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace

from bot.model import Options, Scalar, Scope

QUALITIES = ("low", "medium", "high", "xhigh", "max")  # from the least to the best, over all model families
ONE_TIME = ("count", "draft", "minimum", "once")
"""Options that speak of one order and never stick to a thread."""


def resolve(layers: Iterable[tuple[Scope, Options]]) -> tuple[Options, Mapping[str, Scope]]:
    """Merge options given from the weakest scope to the strongest; says which scope each value came from."""
    merged, origin = Options(), dict[str, Scope]()
    for scope, options in layers:
        given = given_in(options)
        merged = replace(merged, **given)
        origin.update(dict.fromkeys(given, scope))
    return merged, origin


def given_in(options: Options) -> dict[str, str | int | bool]:
    """Return the options that were given, by name."""
    values = {field.name: getattr(options, field.name) for field in fields(options)}
    return {name: value for name, value in values.items() if value is not None}


def sticky(asked: Options) -> Options:
    """Return what of an order's own options stays with its thread."""
    model = None if asked.once else asked.model
    return replace(asked, **dict.fromkeys(ONE_TIME), model=model)


def quality_rank(quality: Scalar) -> int:
    """Return a quality's place among all of them, -1 for none of them; a gateway left to choose takes medium."""
    named = quality or "medium"
    return QUALITIES.index(named) if isinstance(named, str) and named in QUALITIES else -1
