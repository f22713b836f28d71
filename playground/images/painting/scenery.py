"""Paints what lies behind: sky, ridges, water, woods, towns; things that stand in it come from the subjects."""

import math
from dataclasses import dataclass
from random import Random
from typing import Final

from PIL import Image

from playground.images.painting.brush import Brush, smooth
from playground.images.painting.lights import Light
from playground.images.painting.palette import WHITE, Color, Fade, mix
from playground.images.painting.pixels import resized

_SKY_ROWS: Final = 768


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """A canvas and the light on it.

    Units:  `horizon_px` is the height of the horizon measured from the top; `detail` multiplies what is small.
    """

    canvas: Image.Image
    light: Light
    chance: Random
    horizon_px: float
    detail: float = 1.0

    @property
    def width(self) -> int:
        """The canvas's width in px."""
        return self.canvas.width

    @property
    def height(self) -> int:
        """The canvas's height in px."""
        return self.canvas.height

    @property
    def short(self) -> int:
        """The shorter side in px."""
        return min(self.canvas.size)

    def brush(self, x_px: float, y_px: float, unit_px: float) -> Brush:
        """Return a brush whose foot stands at this pixel."""
        return Brush(canvas=self.canvas, x_px=x_px, y_px=y_px, unit_px=unit_px)


def sky(land: Land) -> None:
    """Fill the canvas with the sky, its lightest colour at the horizon."""
    steps = Image.new("RGBA", (1, _SKY_ROWS))
    stops = land.light.sky
    for row in range(_SKY_ROWS):
        place = row / (_SKY_ROWS - 1) * (len(stops) - 1)
        index = min(int(place), len(stops) - 2)
        steps.putpixel((0, row), (*mix(stops[index], stops[index + 1], place - index), 255))
    band = resized(steps, (land.width, max(1, round(land.horizon_px))), Image.Resampling.NEAREST)
    land.canvas.paste((*stops[-1], 255), (0, 0, land.width, land.height))
    land.canvas.paste(band, (0, 0))
    if land.light.has_stars:
        stars(land, round(150 * land.detail))


def stars(land: Land, count: int) -> None:
    """Scatter stars over the sky, the brighter ones with a halo."""
    pen = land.brush(0, 0, land.short)
    for _ in range(count):
        x = land.chance.uniform(0, land.width / land.short)
        y = -(land.chance.random() ** 1.4) * land.horizon_px / land.short
        bright = land.chance.random()
        color = mix(land.light.sky[0], (255, 250, 232), 0.35 + 0.65 * bright)
        radius = 0.0010 + 0.0022 * bright**3
        if bright > 0.9:  # noqa: PLR2004 - one star in ten
            pen.glow(x, y, 0.02, (255, 246, 214), 0.5)
        pen.ellipse(x, y, radius, radius, color)


def clouds(land: Land, count: int) -> None:
    """Let some clouds drift, long and flat."""
    for _ in range(count):
        unit = land.short * land.chance.uniform(0.10, 0.2)
        x, y = land.chance.uniform(0, land.width), land.chance.uniform(0.08, 0.62) * land.horizon_px
        far = y / land.horizon_px
        cloud(land.brush(x, y, unit), mix(land.light.cloud, land.light.sky[-2], 0.15 + 0.45 * far), 0.9)


def cloud(brush: Brush, color: Color, opacity: float) -> None:
    """Draw one cloud whose flat base lies on the brush's foot."""
    puffs = [(-0.95, 0.0), (-0.82, 0.22), (-0.5, 0.26), (-0.3, 0.54), (0.08, 0.62), (0.36, 0.42), (0.58, 0.46)]
    outline = [*puffs, (0.82, 0.26), (1.05, 0.1), (1.0, 0.0), (0.4, -0.03), (-0.5, -0.03)]
    brush.blob(outline, Fade(mix(color, WHITE, 0.3), color), opacity=opacity)


def hill(land: Land, base_px: float, rise_px: float, fill: Fade, *, waves: int = 3) -> None:
    """Draw one soft ridge across the canvas; `base_px` is its mean height from the top."""
    _ridge(land, _tops(land, base_px, rise_px, waves + 2), fill, soft=True)


def peaks(land: Land, base_px: float, rise_px: float, fill: Fade, snow: Color) -> None:
    """Draw a jagged range with snow on its summits."""
    count = land.chance.randint(3, 4)
    tops: list[tuple[float, float]] = [(-land.width * 0.1, base_px)]
    for index in range(count):
        middle = (index + land.chance.uniform(0.3, 0.7)) / count * land.width
        height = rise_px * land.chance.uniform(0.62, 1.0)
        half = land.width / count * land.chance.uniform(0.62, 0.8)
        _peak(land, middle, base_px, (half, height), fill, snow)
        tops.append((middle, base_px))
    _ridge(land, [*tops, (land.width * 1.1, base_px)], Fade(fill.bottom, fill.bottom), soft=False)


def _peak(land: Land, x_px: float, base_px: float, size_px: tuple[float, float], fill: Fade, snow: Color) -> None:
    half, height = size_px
    pen = land.brush(x_px, base_px, 1)
    lean = land.chance.uniform(-0.18, 0.18) * half
    mountain = [(-half, 0.0), (lean - half * 0.42, height * 0.52), (lean, height), (lean + half * 0.5, height * 0.5)]
    mountain.append((half, 0.0))
    pen.polygon(mountain, fill)
    cap = [(lean - half * 0.34, height * 0.66), (lean - half * 0.17, height * 0.58), (lean - half * 0.04, height * 0.7)]
    cap += [
        (lean + half * 0.12, height * 0.56),
        (lean + half * 0.24, height * 0.68),
        (lean + half * 0.4, height * 0.62),
    ]
    pen.inside(mountain, [(lean - half, height * 1.1), *cap, (lean + half, height * 1.1)], snow)
    shadow = [(lean, height), (lean + half * 0.1, height * 0.55), (lean - half * 0.06, height * 0.3), (half * 0.12, 0)]
    pen.inside(mountain, [*shadow, (half, 0), (lean + half * 0.5, height * 0.5)], fill.bottom, opacity=0.45)


def _tops(land: Land, base_px: float, rise_px: float, count: int) -> list[tuple[float, float]]:
    shift = land.chance.uniform(0, math.tau)
    tops: list[tuple[float, float]] = []
    for index in range(-1, count + 1):
        wave = math.sin(index * 1.4 + shift) * 0.6 + land.chance.uniform(-0.4, 0.4)
        tops.append((index / (count - 1) * land.width, base_px - rise_px * wave))
    return tops


def _ridge(land: Land, tops: list[tuple[float, float]], fill: Fade, *, soft: bool) -> None:
    line = smooth(tops, closed=False) if soft else tops
    pen = Brush(canvas=land.canvas, x_px=0, y_px=0, unit_px=1)
    below = land.height + 4.0
    outline = [*line, (line[-1][0], below), (line[0][0], below)]
    pen.polygon([(x, -y) for x, y in outline], fill)
