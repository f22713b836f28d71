"""Reads a prompt: which things, where, when and how; which words mean what stands in `vocabulary`."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from playground.images.painting.palette import NAMED, Color
from playground.images.painting.vocabulary import (
    BACKDROPS,
    CHANGES,
    COLORS,
    COUNTS,
    STYLES,
    SUBJECTS,
    TIMES,
    WEATHERS,
)

THINGS_MAX: Final = 6
_LINKED: Final = re.compile(
    r"[的色只个朵颗条辆座棵]{0,3} ?|(?:[ -]+(?!and\b|with\b|in\b|on\b|under\b)[a-z]+){0,2}[ -]+"
)
_COLORED_AFTER: Final = re.compile(r" (?:to |into |)(?:in |wearing )?(?:an? )?|(?:变成|变|改成|是|为|换成|穿着?)了?")
_KNOWN_THING: Final = re.compile(r"(?:\b(?:the|this|that|its|his|her|their|of)(?: [a-z]+)? |把|将|这)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One thing the prompt names, how many of it, and in which colour if it says.

    Shape:  `is_known` is true for "the cat", which an edit already shows, and false for "a cat".
    """

    subject: str
    color: Color | None = None
    count: int = 1
    is_known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a prompt says.

    Shape:  `mood` is a colour that belongs to no thing; each tuple is in the order of the words.
    """

    mentions: tuple[Mention, ...] = ()
    backdrops: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    weathers: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    mood: Color | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether no word was understood."""
        return self == Reading()


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    start: int
    end: int


def read(prompt: str) -> Reading:
    """Read a prompt in English, Chinese or both; words that mean nothing here are passed over."""
    text = prompt.lower()
    colors = list(_find(text, COLORS))
    counts = list(_find(text, COUNTS))
    subjects = list(_find(text, SUBJECTS))
    owned = {subject: _color_of(text, subject, colors, subjects) for subject in subjects}
    mentions = [
        Mention(
            subject=subject.name,
            color=None if (color := owned[subject]) is None else NAMED[color.name],
            count=_count_of(text, subject, counts),
            is_known=_KNOWN_THING.search(text[: subject.start]) is not None,
        )
        for subject in subjects
    ]
    free = [color for color in colors if color not in owned.values()]
    return Reading(
        mentions=_once_each(mentions),
        backdrops=_names(text, BACKDROPS),
        times=_names(text, TIMES),
        weathers=_names(text, WEATHERS),
        styles=_names(text, STYLES),
        changes=_names(text, CHANGES),
        mood=NAMED[free[0].name] if free else None,
    )


def chance(*parts: object) -> Random:
    """Return a source of chance that depends on nothing but these parts."""
    return Random(hashlib.sha256(repr(parts).encode()).digest())  # noqa: S311 - it paints, it keeps no secret


def _find(text: str, words: Mapping[str, str]) -> Iterator[_Found]:
    names, pattern = _pattern(tuple(words.items()))
    for match in pattern.finditer(text):
        yield _Found(names[match.lastgroup or ""], match.start(), match.end())


@cache
def _pattern(words: tuple[tuple[str, str], ...]) -> tuple[dict[str, str], re.Pattern[str]]:
    names: dict[str, str] = {}
    pairs = [(word.replace("_", " "), name) for name, listed in words for word in listed.split()]
    pairs.sort(key=lambda pair: -len(pair[0]))
    alternatives: list[str] = []
    for index, (word, name) in enumerate(pairs):
        names[f"w{index}"] = name
        whole = rf"\b{re.escape(word)}(?:e?s)?\b" if word.isascii() else re.escape(word)
        alternatives.append(f"(?P<w{index}>{whole})")
    return names, re.compile("|".join(alternatives))


def _names(text: str, words: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.name for found in _find(text, words)))


def _color_of(text: str, subject: _Found, colors: Iterable[_Found], subjects: list[_Found]) -> _Found | None:
    for color in colors:
        between = text[color.end : subject.start]
        nearer = any(color.end <= other.start < subject.start for other in subjects)
        if color.end <= subject.start and not nearer and _LINKED.fullmatch(between):
            return color
    for color in colors:
        after = text[subject.end : color.start]
        claimed = any(_LINKED.fullmatch(text[color.end : other.start]) for other in subjects if other != subject)
        if subject.end <= color.start and not claimed and _COLORED_AFTER.fullmatch(after):
            return color
    return None


def _count_of(text: str, subject: _Found, counts: Iterable[_Found]) -> int:
    for count in counts:
        if count.end <= subject.start and _LINKED.fullmatch(text[count.end : subject.start]):
            return int(count.name)
    return 1


def _once_each(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    first: dict[str, Mention] = {}
    for mention in mentions:
        known = first.setdefault(mention.subject, mention)
        if known.color is None and mention.color is not None:
            first[mention.subject] = mention
    return tuple(first.values())[:THINGS_MAX]
