"""Draws shapes on a canvas in a thing's own coordinates: x to the right, y upwards from its foot, 1 = its height."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from PIL import Image, ImageChops, ImageDraw

from playground.images.painting.palette import Color, Fade, Fill, mix
from playground.images.painting.pixels import mapped, resized

Point = tuple[float, float]

_CURVE_STEPS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Brush:
    """Paints on `canvas` (RGBA).

    Units:  the point (0, 0) of the thing lies at (`x_px`, `y_px`), and its height is `unit_px`.
    """

    canvas: Image.Image
    x_px: float
    y_px: float
    unit_px: float
    mirrored: bool = False

    def at(self, x: float, y: float, size: float = 1.0, *, mirrored: bool = False) -> "Brush":
        """Return a brush whose foot stands at this point, for a part of this size."""
        x_px, y_px = self._px((x, y))
        return replace(self, x_px=x_px, y_px=y_px, unit_px=self.unit_px * size, mirrored=self.mirrored != mirrored)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Fill, *, turn: float = 0.0) -> None:
        """Fill an ellipse around a point, turned by so many degrees counter-clockwise."""
        self.polygon(_ellipse(x, y, rx, ry, turn), fill)

    def polygon(self, points: Sequence[Point], fill: Fill, *, opacity: float = 1.0) -> None:
        """Fill a polygon."""
        self._fill([self._px(point) for point in points], fill, opacity)

    def blob(self, points: Sequence[Point], fill: Fill, *, opacity: float = 1.0) -> None:
        """Fill the smooth shape through these points."""
        self.polygon(smooth(points), fill, opacity=opacity)

    def box(self, left: float, bottom: float, right: float, top: float, fill: Fill) -> None:
        """Fill a rectangle."""
        self.polygon([(left, bottom), (left, top), (right, top), (right, bottom)], fill)

    def line(self, points: Sequence[Point], width: float, color: Color) -> None:
        """Draw a line with round ends and joints."""
        pixels = [self._px(point) for point in points]
        thick = max(1, round(width * self.unit_px))
        pen = ImageDraw.Draw(self.canvas)
        pen.line(pixels, fill=(*color, 255), width=thick, joint="curve")
        if thick > 5:  # noqa: PLR2004 - thinner lines have no visible ends
            for x, y in (pixels[0], pixels[-1]):
                pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=(*color, 255))

    def curve(self, points: Sequence[Point], width: float, color: Color) -> None:
        """Draw a smooth line through these points."""
        self.line(smooth(points, closed=False), width, color)

    def taper(self, points: Sequence[Point], widths: tuple[float, float], fill: Fill) -> None:
        """Draw a smooth tail through these points that changes from the first width to the second."""
        path = smooth(points, closed=False)
        left, right = list[Point](), list[Point]()
        for index, (x, y) in enumerate(path):
            before, behind = path[max(index - 1, 0)], path[min(index + 1, len(path) - 1)]
            angle = math.atan2(behind[1] - before[1], behind[0] - before[0]) + math.pi / 2
            half = (widths[0] + (widths[1] - widths[0]) * index / (len(path) - 1)) / 2
            left.append((x + half * math.cos(angle), y + half * math.sin(angle)))
            right.append((x - half * math.cos(angle), y - half * math.sin(angle)))
        self.polygon(left + right[::-1], fill)
        for (x, y), width in zip((path[0], path[-1]), widths, strict=True):
            end = fill if not isinstance(fill, Fade) else (fill.bottom if (x, y) == path[0] else fill.top)
            self.ellipse(x, y, width / 2, width / 2, end)

    def inside(self, shape: Sequence[Point], mark: Sequence[Point], fill: Fill, *, opacity: float = 1.0) -> None:
        """Fill the mark only where it lies inside the shape: shadows, stripes, bellies."""
        self._fill([self._px(point) for point in mark], fill, opacity, [self._px(point) for point in shape])

    def glow(self, x: float, y: float, radius: float, color: Color, strength: float, *, flat: float = 1.0) -> None:
        """Let light (or, in a dark colour, shadow) fade out around a point; `flat` is its height to its width."""
        center_x, center_y = self._px((x, y))
        radius_px = max(1, round(radius * self.unit_px))
        rise_px = max(1, round(radius * self.unit_px * flat))
        light = resized(Image.radial_gradient("L"), (128, 128))
        alpha = mapped(light, lambda value: max(0.0, 1 - value / 181) ** 2 * 255 * strength)
        alpha = resized(alpha, (radius_px * 2, rise_px * 2), Image.Resampling.BILINEAR)
        layer = Image.new("RGBA", alpha.size, (*color, 0))
        layer.putalpha(alpha)
        _composite(self.canvas, layer, round(center_x) - radius_px, round(center_y) - rise_px)

    def _px(self, point: Point) -> Point:
        x = -point[0] if self.mirrored else point[0]
        return self.x_px + x * self.unit_px, self.y_px - point[1] * self.unit_px

    def _fill(self, pixels: Sequence[Point], fill: Fill, opacity: float, clip: Sequence[Point] | None = None) -> None:
        if not isinstance(fill, Fade) and opacity >= 1 and clip is None:
            ImageDraw.Draw(self.canvas).polygon(pixels, fill=(*fill, 255))
            return
        box = _bounds(pixels, self.canvas.size)
        if box is None:
            return
        mask = _mask(pixels, box)
        if clip is not None:
            mask = ImageChops.multiply(mask, _mask(clip, box))
        layer = _filled(mask.size, fill)
        if opacity >= 1:
            self.canvas.paste(layer, box[:2], mask)
            return
        layer.putalpha(mapped(mask, lambda value: value * opacity))
        self.canvas.alpha_composite(layer, box[:2])


def ring(x: float, y: float, rx: float, ry: float, *, turn: float = 0.0) -> list[Point]:
    """Return the outline of an ellipse, for `Brush.inside`."""
    return _ellipse(x, y, rx, ry, turn)


def smooth(points: Sequence[Point], *, closed: bool = True) -> list[Point]:
    """Return the Catmull-Rom curve through these points."""
    count = len(points)
    path: list[Point] = []
    for index in range(count if closed else count - 1):
        near = [index - 1, index, index + 1, index + 2]
        picks = [step % count if closed else min(max(step, 0), count - 1) for step in near]
        path += [_between([points[pick] for pick in picks], step / _CURVE_STEPS) for step in range(_CURVE_STEPS)]
    return path if closed else [*path, points[-1]]


def _between(near: Sequence[Point], t: float) -> Point:
    weights = (
        -0.5 * t + t * t - 0.5 * t**3,
        1 - 2.5 * t * t + 1.5 * t**3,
        0.5 * t + 2 * t * t - 1.5 * t**3,
        -0.5 * t * t + 0.5 * t**3,
    )
    return (
        sum(weight * point[0] for weight, point in zip(weights, near, strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, near, strict=True)),
    )


def _ellipse(x: float, y: float, rx: float, ry: float, turn: float) -> list[Point]:
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    points: list[Point] = []
    for step in range(64):
        angle = step * math.tau / 64
        dx, dy = rx * math.cos(angle), ry * math.sin(angle)
        points.append((x + dx * cos - dy * sin, y + dx * sin + dy * cos))
    return points


def _bounds(pixels: Sequence[Point], size_px: tuple[int, int]) -> tuple[int, int, int, int] | None:
    left = max(0, math.floor(min(x for x, _ in pixels)))
    top = max(0, math.floor(min(y for _, y in pixels)))
    right = min(size_px[0], math.ceil(max(x for x, _ in pixels)) + 1)
    bottom = min(size_px[1], math.ceil(max(y for _, y in pixels)) + 1)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _mask(pixels: Sequence[Point], box: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
    ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in pixels], fill=255)
    return mask


def _filled(size_px: tuple[int, int], fill: Fill) -> Image.Image:
    if not isinstance(fill, Fade):
        return Image.new("RGBA", size_px, (*fill, 255))
    rows = min(size_px[1], 256)  # more than there are values between two colours
    column = Image.new("RGBA", (1, rows))
    for row in range(rows):
        column.putpixel((0, row), (*mix(fill.top, fill.bottom, row / max(1, rows - 1)), 255))
    return resized(column, size_px, Image.Resampling.NEAREST)


def _composite(canvas: Image.Image, layer: Image.Image, left: int, top: int) -> None:
    """Composite a layer that may hang over the edges."""
    x, y = max(left, 0), max(top, 0)
    right, bottom = min(left + layer.width, canvas.width), min(top + layer.height, canvas.height)
    if x < right and y < bottom:
        canvas.alpha_composite(layer.crop((x - left, y - top, right - left, bottom - top)), (x, y))
