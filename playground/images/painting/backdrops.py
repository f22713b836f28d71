"""The kinds of land a scene can lie in, each painted from the horizon to the foreground by the tools of `scenery`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from playground.images.painting.palette import WHITE, Color, Fade, from_hue, mix, shade, toned
from playground.images.painting.plants import pine
from playground.images.painting.scenery import Land, hill, peaks

SAND: Final[Color] = (236, 200, 146)
SNOW: Final[Color] = (244, 248, 255)


def meadow(land: Land) -> None:
    """Soft hills one behind the other, with a few trees far off."""
    _hills(land, land.light.land)
    _tufts(land, mix(land.light.land[-1], land.light.sun, 0.25))


def mountain(land: Land) -> None:
    """Two ranges with snow on them, and hills before."""
    haze, snow = land.light.sky[-1], mix(SNOW, land.light.ambient, land.light.dimming)
    far, near = (mix(toned(color, (96, 112, 160), 0.5), haze, 0.3) for color in land.light.land[1:3])
    rise = min(land.horizon_px * 0.62, land.width * 0.42)
    peaks(land, land.horizon_px, rise, Fade(far, mix(far, haze, 0.55)), mix(snow, haze, 0.25))
    peaks(land, land.horizon_px * 1.06, rise * 0.72, Fade(shade(near, 0.12), mix(near, haze, 0.35)), snow)
    _hills(land, land.light.land[1:])
    _tufts(land, mix(land.light.land[-1], land.light.sun, 0.25))


def sea(land: Land) -> None:
    """Nothing before the horizon: the water itself is laid by whoever composes."""
    del land


def water(land: Land) -> None:
    """Lay water from the horizon to the foreground, with the light on it."""
    far, near = land.light.water
    pen = land.brush(0, land.horizon_px, land.short)
    wide, deep = land.width / land.short, (land.height - land.horizon_px) / land.short
    pen.box(0, -deep - 0.01, wide, 0, Fade(far, near))
    glint = mix(land.light.sun, WHITE, 0.3)
    for row in range(16):
        y = -deep * (row / 16) ** 1.5 - 0.004
        for _ in range(round((3 + row // 4) * land.detail)):
            x, half = land.chance.uniform(0, wide), land.chance.uniform(0.01, 0.05) * (0.5 + row / 9)
            thick = 0.0012 + 0.0003 * row
            pen.polygon([(x - half, y), (x, y + thick), (x + half, y), (x, y - thick)], glint, opacity=0.5)


def forest(land: Land) -> None:
    """Rows of pines that lose themselves in the haze."""
    haze = land.light.sky[-1]
    for row in range(4):
        color = mix(land.light.land[row], haze, 0.42 - 0.12 * row)
        base = land.horizon_px * (0.92 + 0.07 * row)
        hill(land, base, land.short * 0.015, Fade(color, mix(color, haze, 0.25)))
        _grove(land, base, land.short * (0.16 + 0.09 * row), color)
    ground = land.light.land[-1]
    hill(land, land.horizon_px * 1.19, land.short * 0.02, Fade(mix(ground, land.light.sun, 0.2), ground))
    _tufts(land, mix(ground, land.light.sun, 0.3))


def city(land: Land) -> None:
    """Three rows of houses with lit windows, and a street before them."""
    haze = land.light.sky[-1]
    for row in range(3):
        color = mix(toned(land.light.land[row + 1], (72, 84, 140), 0.55), haze, 0.45 - 0.2 * row)
        _skyline(land, row, color)
    road = shade(toned(land.light.land[2], (92, 92, 116), 0.75), 0.1)
    pen = land.brush(0, land.height, land.short)
    wide, high = land.width / land.short, (land.height - land.horizon_px * 1.1) / land.short
    pen.box(0, -0.01, wide, high, Fade(mix(road, haze, 0.2), road))
    pen.box(0, high, wide, high + 0.016, mix(road, WHITE, 0.34))
    for dash in range(int(wide * 4) + 1):
        pen.box(dash / 4 + 0.03, high * 0.34, dash / 4 + 0.15, high * 0.34 + 0.012, mix(road, SAND, 0.7))


def desert(land: Land) -> None:
    """Dunes, lit on one side."""
    sand = mix(SAND, land.light.ambient, land.light.dimming)
    for row in range(4):
        color = mix(shade(sand, 0.07 * row), land.light.land[row], 0.1 + 0.5 * land.light.dimming)
        base = land.horizon_px + (land.height - land.horizon_px) * 0.26 * row
        hill(land, base, land.short * (0.03 + 0.016 * row), Fade(mix(color, WHITE, 0.4), shade(color, 0.2)), waves=2)


def space(land: Land) -> None:
    """Stars and coloured clouds of gas."""
    pen = land.brush(0, land.height, land.short)
    wide, high = land.width / land.short, land.height / land.short
    for _ in range(7):
        gas = from_hue(land.chance.uniform(0.55, 0.95), 0.55, 0.6)
        pen.glow(land.chance.uniform(0, wide), land.chance.uniform(0.1, high), land.chance.uniform(0.25, 0.6), gas, 0.4)


def deep(land: Land) -> None:
    """The sea from within: rays of light, weed on the ground, bubbles."""
    pen = land.brush(0, land.height, land.short)
    wide, high = land.width / land.short, land.height / land.short
    for _ in range(6):
        x, spread = land.chance.uniform(-0.1, wide), land.chance.uniform(0.04, 0.12)
        shaft = [(x, high), (x + spread, high), (x + spread * 3 + 0.3, 0), (x + 0.3 - spread, 0)]
        pen.polygon(shaft, WHITE, opacity=0.055)
    for row in range(1, 4):
        color = land.light.land[row]
        hill(land, land.height * (0.8 + 0.055 * row), land.short * 0.03, Fade(mix(color, WHITE, 0.08), color))
    for _ in range(9):
        _weed(land, land.chance.uniform(0, wide), land.chance.uniform(0.1, 0.26))
    for _ in range(round(22 * land.detail)):
        size = land.chance.uniform(0.004, 0.014)
        place = land.chance.uniform(0, wide), land.chance.uniform(0.1, high)
        pen.ellipse(*place, size, size, mix(land.light.sky[1], WHITE, 0.5))
        pen.ellipse(*place, size * 0.74, size * 0.74, mix(land.light.sky[2], WHITE, 0.12))


def plain(land: Land) -> None:
    """A quiet wall with a disc of light, as behind a sticker or a portrait."""
    top, bottom = mix(land.light.sky[1], WHITE, 0.45), mix(land.light.sky[-1], WHITE, 0.3)
    pen = land.brush(land.width / 2, land.height, land.short)
    half, high = land.width / land.short / 2, land.height / land.short
    pen.box(-half - 0.01, -0.01, half + 0.01, high + 0.01, Fade(top, bottom))
    pen.ellipse(0, high / 2 + 0.02, 0.42, 0.42, Fade(mix(land.light.sky[0], WHITE, 0.3), mix(top, bottom, 0.5)))


def _hills(land: Land, colors: tuple[Color, ...]) -> None:
    room = land.height - land.horizon_px
    for row, color in enumerate(colors):
        place = row / max(1, len(colors) - 1)
        base = land.horizon_px + room * (0.02 + 0.52 * place)
        rise = land.short * (0.05 - 0.02 * place)
        hill(land, base, rise, Fade(color, mix(color, land.light.sky[-1], 0.3 * (1 - place))), waves=4 - round(place))
        if place in (0, 1):
            continue
        for _ in range(round(land.chance.randint(2, 4) * land.detail)):
            x, size = land.chance.uniform(0, land.width), land.short * land.chance.uniform(0.05, 0.085)
            pine(land.brush(x, base + rise * 0.75, size), mix(color, colors[-1], 0.55))


def _grove(land: Land, base_px: float, size_px: float, color: Color) -> None:
    x = -size_px * 0.2
    while x < land.width + size_px * 0.2:
        height = size_px * land.chance.uniform(0.7, 1.15)
        pine(land.brush(x, base_px + size_px * 0.1, height), shade(color, land.chance.uniform(0, 0.1)))
        x += size_px * land.chance.uniform(0.24, 0.5)


def _skyline(land: Land, row: int, color: Color) -> None:
    pen = land.brush(0, land.horizon_px * 1.12, land.short)
    x, wide = -0.03, land.width / land.short
    lit, dull = mix(land.light.sun, color, 0.15), mix(color, WHITE, 0.16)
    share = 0.55 if land.light.has_stars else 0.24
    while x < wide:
        width = land.chance.uniform(0.08, 0.15)
        height = land.chance.uniform(0.26, 0.6) * (1.12 - 0.26 * row)
        pen.box(x, -0.02, x + width, height, Fade(shade(color, 0.05), mix(color, land.light.sky[-1], 0.2)))
        columns, rows = max(2, round(width / 0.032)), int(height / 0.042)
        for column in range(columns):
            for floor in range(rows if row else 0):
                left, bottom = x + (column + 0.3) * width / columns, floor * 0.042 + 0.016
                glass = lit if land.chance.random() < share else dull
                pen.box(left, bottom, left + width / columns * 0.42, bottom + 0.02, glass)
        x += width + land.chance.uniform(0.0, 0.02)


def _tufts(land: Land, color: Color) -> None:
    for _ in range(round(26 * land.detail)):
        y = land.height - land.chance.random() * (land.height - land.horizon_px) * 0.28
        pen = land.brush(land.chance.uniform(0, land.width), y, land.short * land.chance.uniform(0.012, 0.024))
        for lean in (-0.5, 0.0, 0.5):
            pen.polygon([(lean * 0.3 - 0.1, 0), (lean, 1 - abs(lean) * 0.4), (lean * 0.3 + 0.1, 0)], color)


def _weed(land: Land, x: float, height: float) -> None:
    pen = land.brush(x * land.short, land.height, land.short)
    sway = land.chance.uniform(-0.05, 0.05)
    color = from_hue(land.chance.uniform(0.28, 0.46), 0.32, 0.5)
    path = [(0.0, -0.02), (sway, height * 0.4), (-sway * 0.6, height * 0.72), (sway * 0.8, height)]
    pen.taper(path, (0.02, 0.004), mix(color, land.light.ambient, 0.3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Backdrop:
    """One kind of land.

    Units:  `horizon` is its height as a share of the canvas, from the top; `clouds` is how many drift above it;
            `is_floating` is true where nothing has weight.
    """

    paint: Callable[[Land], None]
    horizon: float = 0.66
    clouds: int = 4
    is_floating: bool = False


BACKDROPS: Final[Mapping[str, Backdrop]] = MappingProxyType(
    {
        "meadow": Backdrop(paint=meadow),
        "mountain": Backdrop(paint=mountain, horizon=0.68, clouds=3),
        "sea": Backdrop(paint=sea, horizon=0.58, clouds=5),
        "forest": Backdrop(paint=forest, horizon=0.7, clouds=0),
        "city": Backdrop(paint=city, horizon=0.72, clouds=3),
        "desert": Backdrop(paint=desert, horizon=0.62, clouds=0),
        "space": Backdrop(paint=space, horizon=1.0, clouds=0, is_floating=True),
        "deep": Backdrop(paint=deep, horizon=1.0, clouds=0, is_floating=True),
        "plain": Backdrop(paint=plain, horizon=0.8, clouds=0),
    }
)
