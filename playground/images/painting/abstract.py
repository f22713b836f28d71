"""Composes an abstract where a prompt names nothing that can be painted: the same words, the same composition."""

import math
from collections.abc import Callable
from random import Random
from typing import Final

from PIL import Image

from playground.images.painting.brush import Brush, Point, ring, smooth
from playground.images.painting.palette import WHITE, Color, Fade, from_hue, mix, shade

_HARMONIES: Final = ((0.0, 0.08, 0.5), (0.0, 0.06, 0.12), (0.0, 0.33, 0.42), (0.0, 0.5, 0.56), (0.0, 0.92, 0.14))


def paint(canvas: Image.Image, mood: Color | None, chance: Random) -> None:
    """Fill the canvas with one of four compositions in a harmony of colours."""
    colors = _harmony(mood, chance)
    side = min(canvas.size)
    pen = Brush(canvas=canvas, x_px=0, y_px=canvas.height, unit_px=side)
    wide, high = canvas.width / side, canvas.height / side
    pen.box(-0.01, -0.01, wide + 0.01, high + 0.01, Fade(mix(colors[0], WHITE, 0.78), mix(colors[1], WHITE, 0.6)))
    chance.choice(_COMPOSITIONS)(pen, (wide, high), colors, chance)


def _harmony(mood: Color | None, chance: Random) -> tuple[Color, ...]:
    start, steps = chance.random(), chance.choice(_HARMONIES)
    if mood is not None:
        return _family(mood)
    colors = [from_hue(start + step, 0.56, 0.62) for step in steps]
    colors += [shade(from_hue(start + steps[1], 0.34, 0.5), 0.1), from_hue(start + steps[2], 0.72, 0.7)]
    return tuple(colors)


def _family(mood: Color) -> tuple[Color, ...]:
    """Return five colours that all are kin of one."""
    return (mood, mix(mood, (255, 190, 120), 0.35), mix(mood, WHITE, 0.35), shade(mood, 0.45), mix(mood, WHITE, 0.68))


def _waves(pen: Brush, size: Point, colors: tuple[Color, ...], chance: Random) -> None:
    """Stack soft waves under a disc."""
    wide, high = size
    pen.glow(wide * 0.62, high * 0.7, 0.5, mix(colors[4], WHITE, 0.5), 0.8)
    pen.ellipse(wide * 0.62, high * 0.7, 0.19, 0.19, Fade(mix(colors[4], WHITE, 0.35), colors[2]))
    for layer in range(7):
        base = high * (0.62 - layer * 0.09)
        shift, swing = chance.uniform(0, math.tau), chance.uniform(0.04, 0.09)
        crest = [(wide * step / 6, base + swing * math.sin(step * 1.35 + shift)) for step in range(-1, 8)]
        color = mix(colors[layer % 3], colors[3], layer / 8)
        outline = [*smooth(crest, closed=False), (wide * 1.2, -0.1), (-wide * 0.2, -0.1)]
        pen.polygon(outline, Fade(mix(color, WHITE, 0.22), color))


def _discs(pen: Brush, size: Point, colors: tuple[Color, ...], chance: Random) -> None:
    """Lay translucent discs over each other along a curve."""
    wide, high = size
    for index in range(11):
        along = index / 10
        x = wide * (0.12 + 0.76 * along)
        y = high * (0.5 + 0.26 * math.sin(along * math.tau * 0.8 + chance.uniform(0, 0.6)))
        radius = chance.uniform(0.08, 0.24)
        color = colors[index % len(colors)]
        pen.polygon(ring(x, y, radius, radius), Fade(mix(color, WHITE, 0.25), color), opacity=0.72)
        if index % 3 == 0:
            pen.line([*ring(x, y, radius * 1.22, radius * 1.22), (x + radius * 1.22, y)], 0.006, colors[3])


def _petals(pen: Brush, size: Point, colors: tuple[Color, ...], chance: Random) -> None:
    """Open a rosette of petals from the middle."""
    center = pen.at(size[0] / 2, size[1] / 2)
    turn = chance.uniform(0, 360)
    for circle in range(4):
        reach, count = 0.46 - circle * 0.105, 14 - circle * 2
        for petal in range(count):
            angle = turn + petal * 360 / count + circle * 13
            x, y = (math.cos(math.radians(angle)) * reach * 0.55, math.sin(math.radians(angle)) * reach * 0.55)
            color = mix(colors[(circle + petal % 2) % 3], WHITE, 0.1 * circle)
            outline = ring(x, y, reach * 0.48, reach * 0.15, turn=angle)
            center.polygon(outline, Fade(mix(color, WHITE, 0.2), color), opacity=0.82)
    center.ellipse(0, 0, 0.055, 0.055, colors[4])


def _arches(pen: Brush, size: Point, colors: tuple[Color, ...], chance: Random) -> None:
    """Stand arches of many colours side by side."""
    wide, high = size
    count = max(3, round(wide * 3))
    span = wide / count
    for column in range(count):
        x, top = span * (column + 0.5), high * chance.uniform(0.42, 0.86)
        for layer in range(5):
            half = span * (0.5 - layer * 0.095)
            color = colors[(column * 2 + layer) % len(colors)]
            crown = [
                (x + half * math.cos(math.radians(a)), top - layer * span * 0.1 + half * math.sin(math.radians(a)))
                for a in range(0, 181, 4)
            ]
            pen.polygon([(x + half, -0.02), *crown, (x - half, -0.02)], Fade(mix(color, WHITE, 0.24), color))


_COMPOSITIONS: Final[tuple[Callable[[Brush, Point, tuple[Color, ...], Random], None], ...]] = (
    _waves,
    _discs,
    _petals,
    _arches,
)
