"""Composes a picture: paints a scene from the sky to the foreground and stands its things in it."""

from dataclasses import replace
from random import Random
from typing import Final

from PIL import Image

from playground.images.painting import abstract
from playground.images.painting.backdrops import SAND, water
from playground.images.painting.palette import Fade, mix, shade
from playground.images.painting.scene import Scene, scene_of
from playground.images.painting.scenery import Land, clouds, hill, sky
from playground.images.painting.stage import Actor, actors, put
from playground.images.painting.subjects import Place
from playground.images.painting.weather import WEATHERS
from playground.images.painting.words import Mention, Reading

_ANY: Final = 100.0  # as large as there is room
_SPOTS: Final = (0.74, 0.24, 0.5, 0.86, 0.12, 0.38)


def compose(size_px: tuple[int, int], reading: Reading, chance: Random, detail: float = 1.0) -> Image.Image:
    """Paint the scene a prompt describes, or an abstract where it describes none.

    Units:  `detail` multiplies how many small things there are: stars, grass, windows.
    """
    canvas = Image.new("RGBA", size_px)
    if not (reading.mentions or reading.backdrops or reading.times or reading.weathers):
        abstract.paint(canvas, reading.mood, chance)
        return canvas
    scene = scene_of(reading, chance)
    horizon = scene.backdrop.horizon if not scene.has_water else min(scene.backdrop.horizon, 0.6)
    land = Land(canvas=canvas, light=scene.light, chance=chance, horizon_px=size_px[1] * horizon, detail=detail)
    sky(land)
    if not scene.is_plain:
        _heavens(land, scene)
        clouds(land, scene.backdrop.clouds)
    scene.backdrop.paint(land)
    if scene.has_water:
        _coast(land, scene)
    _people(land, scene)
    for name in reading.weathers:
        WEATHERS[name](land)
    return canvas


def sticker(size_px: tuple[int, int], reading: Reading, chance: Random, detail: float = 1.0) -> Image.Image:
    """Paint only the things the prompt names, on nothing; a cut stone where it names none."""
    del detail
    canvas = Image.new("RGBA", size_px)
    named = reading.mentions or (Mention(subject="crystal", color=reading.mood),)
    cast = actors(named, chance)
    scene = replace(scene_of(replace(reading, mentions=named), chance), is_plain=True, cast=cast)
    _row(
        Land(canvas=canvas, light=scene.light, chance=chance, horizon_px=0),
        scene,
        list(cast),
        foot=0.5,
        scale=_ANY,
        tallest=0.84,
    )
    return canvas


def _heavens(land: Land, scene: Scene) -> None:
    """Hang what belongs in the sky, so that land and clouds come before it."""
    first = land.chance.randrange(2)
    for index, actor in enumerate(scene.at(Place.SKY)):
        height = land.short * actor.subject.size * (1.0 if index == 0 else 0.8)
        x = land.width * (_SPOTS[(index + first) % len(_SPOTS)] + land.chance.uniform(-0.04, 0.04))
        y = land.horizon_px * (0.16 + 0.1 * (index % 3) + land.chance.uniform(0, 0.1)) + height
        if actor.name == "rainbow":
            x, y, height = land.width * 0.5, land.horizon_px * 1.02, min(land.horizon_px * 0.88, land.width * 0.5)
        actor.subject.draw(land.brush(x, y, height), actor.coat)


def _coast(land: Land, scene: Scene) -> None:
    """Lay the water, and a strip of shore where someone has to stand."""
    water(land)
    if not scene.has_shore:
        return
    sand = mix(SAND, scene.light.land[-1], 0.25 + scene.light.dimming)
    wet = mix(sand, scene.light.water[1], 0.4)
    room = land.height - land.horizon_px
    hill(land, land.horizon_px + room * 0.56, land.short * 0.012, Fade(wet, wet))
    hill(
        land, land.horizon_px + room * 0.6, land.short * 0.012, Fade(mix(sand, (255, 255, 255), 0.16), shade(sand, 0.1))
    )


def _people(land: Land, scene: Scene) -> None:
    """Stand everyone in the scene, the farthest first."""
    behind, ground = scene.at(Place.BEHIND), scene.at(Place.GROUND, Place.WORN)
    afloat, flying = scene.at(Place.WATER), scene.at(Place.AIR)
    if scene.is_plain or scene.backdrop.is_floating:
        everyone = [actor for actor in scene.cast if scene.is_plain or actor.subject.place is not Place.SKY]
        tallest = 0.78 if any(actor.subject.is_cropped for actor in everyone) else 0.64
        _row(land, scene, everyone, foot=0.5, scale=_ANY if scene.is_plain else 1.18, tallest=tallest)
        return
    room = (land.height - land.horizon_px) / land.height
    left, right = ((0.0, 0.62), (0.4, 1.0)) if land.chance.random() < 0.5 else ((0.38, 1.0), (0.0, 0.6))  # noqa: PLR2004 - heads or tails
    if not (behind and (ground or afloat)):
        left = right = (0.0, 1.0)
    back = 1 - room * (0.56 if ground or scene.has_water else 0.4)
    _row(land, scene, behind, foot=min(back, 0.86), scale=0.88 if ground else 1.05, span=left)
    _row(
        land,
        scene,
        afloat,
        foot=1 - room * (0.62 if scene.has_shore else 0.4),
        scale=0.6 if scene.has_shore else 1.0,
        span=right,
    )
    _row(land, scene, ground, foot=0.93, scale=0.92 if behind else 1.0, span=right)
    crowded = bool(ground or behind or afloat)
    _row(land, scene, flying, foot=0.25 if crowded else 0.5, scale=0.7 if crowded else 1.0, floating=True)


def _row(  # noqa: PLR0913 - where a row stands is named at each call
    land: Land,
    scene: Scene,
    cast: list[Actor],
    *,
    foot: float,
    scale: float,
    span: tuple[float, float] = (0.0, 1.0),
    floating: bool = False,
    tallest: float = 0.84,
) -> None:
    """Stand some side by side within a span of the width; floating ones are centred on `foot` instead.

    Units:  `foot` and `tallest` are shares of the canvas's height; `scale` multiplies each thing's own size as far as
            the span and `tallest` allow.
    """
    if not cast:
        return
    floating = floating or scene.is_plain or scene.backdrop.is_floating
    room = (span[1] - span[0]) * land.width
    widths = [land.short * actor.subject.size * actor.subject.ratio * scale for actor in cast]
    heights = [land.short * actor.subject.size * scale * (1 + actor.room_above) for actor in cast]
    fit = min(1.0, 0.95 * room / sum(widths), tallest * land.height / max(heights))
    gap = (room - sum(widths) * fit) / (len(cast) + 1)
    lean = 0.0 if scene.is_plain else land.chance.uniform(-0.5, 0.5) * gap * 0.7
    x = span[0] * land.width + gap + lean
    for actor, width in zip(cast, widths, strict=True):
        height = width * fit / actor.subject.ratio
        sway = land.chance.uniform(-0.02, 0.02) * land.height * (len(cast) > 1)
        y = land.height * foot + sway + (height * 0.5 if floating else 0)
        if actor.subject.is_cropped and land.horizon_px:
            y = land.height + height * 0.02
        put(land.canvas, actor, (x + width * fit / 2, y), height, None if scene.is_plain else scene.light)
        x += width * fit + gap
