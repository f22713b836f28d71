"""What hangs in the sky, and weather in the air; each function draws around or above the brush's foot."""

import math

from playground.images.painting.brush import Brush, ring, smooth
from playground.images.painting.palette import INK, WHITE, Coat, Color, Fade, mix, shade
from playground.images.painting.scenery import cloud as cloud_shape


def sun(brush: Brush, coat: Coat) -> None:
    """Draw the sun with its halo; the disc is the whole height."""
    brush.glow(0, 0.5, 1.1, mix(coat.main, WHITE, 0.3), 0.7)
    brush.ellipse(0, 0.5, 0.5, 0.5, Fade(mix(coat.main, WHITE, 0.4), coat.main))


def moon(brush: Brush, coat: Coat) -> None:
    """Draw a full moon with its craters."""
    brush.glow(0, 0.5, 1.0, mix(coat.main, WHITE, 0.3), 0.55)
    disc = ring(0, 0.5, 0.5, 0.5)
    brush.ellipse(0, 0.5, 0.5, 0.5, Fade(mix(coat.main, WHITE, 0.45), coat.main))
    for x, y, size in (
        (-0.16, 0.66, 0.11),
        (0.18, 0.42, 0.14),
        (-0.1, 0.28, 0.08),
        (0.14, 0.76, 0.06),
        (-0.3, 0.46, 0.06),
    ):
        brush.ellipse(x, y, size, size * 0.92, shade(coat.main, 0.12))
        brush.ellipse(x + size * 0.1, y - size * 0.12, size * 0.84, size * 0.76, mix(coat.main, WHITE, 0.1))
    brush.inside(disc, ring(0.34, 0.3, 0.62, 0.62), shade(coat.main, 0.3), opacity=0.18)


def star(brush: Brush, coat: Coat) -> None:
    """Draw a five-pointed star with soft corners."""
    brush.glow(0, 0.5, 0.9, coat.light, 0.5)
    points = [_polar(0, 0.48, 0.5 if step % 2 == 0 else 0.23, 90 + step * 36) for step in range(10)]
    brush.polygon(points, Fade(coat.light, coat.main))
    for step in range(10):
        brush.ellipse(*points[step], 0.02, 0.02, coat.light if step < 5 else coat.main)  # noqa: PLR2004 - the upper half
    for step in range(0, 10, 2):
        brush.polygon([points[step], points[step - 1], (0, 0.48)], coat.dark, opacity=0.16)


def cloud(brush: Brush, coat: Coat) -> None:
    """Draw one cloud."""
    cloud_shape(brush.at(0, 0.1, 0.9), coat.main, 1.0)


def rainbow(brush: Brush, coat: Coat) -> None:
    """Draw a rainbow that stands on the ground; its own colours are the point of it."""
    bands: list[Color] = [
        (226, 84, 84),
        (242, 150, 72),
        (250, 216, 96),
        (112, 190, 120),
        (84, 150, 220),
        (142, 108, 200),
    ]
    for index, color in enumerate(bands):
        outer, inner = 0.98 - index * 0.055, 0.98 - (index + 1) * 0.055
        arch = [_polar(0, 0, outer, angle) for angle in range(0, 181, 3)]
        arch += [_polar(0, 0, inner, angle) for angle in range(180, -1, -3)]
        brush.polygon(arch, mix(color, coat.accent, 0.05), opacity=0.72)


def planet(brush: Brush, coat: Coat) -> None:
    """Draw a planet with a ring."""
    brush.glow(0, 0.5, 0.9, coat.light, 0.4)
    front, back = list[tuple[float, float]](), list[tuple[float, float]]()
    for step in range(33):
        angle = math.pi * step / 32
        back.append((0.78 * math.cos(angle), 0.5 + 0.2 * math.sin(angle) - 0.12 * math.cos(angle)))
        front.append((0.78 * math.cos(angle), 0.5 - 0.2 * math.sin(angle) - 0.12 * math.cos(angle)))
    brush.line(back, 0.06, mix(coat.accent, coat.dark, 0.4))
    disc = ring(0, 0.5, 0.42, 0.42)
    brush.ellipse(0, 0.5, 0.42, 0.42, coat.body)
    for y, thick in ((0.7, 0.05), (0.5, 0.07), (0.3, 0.04)):
        brush.inside(disc, ring(0, y, 0.6, thick, turn=-9), coat.light, opacity=0.5)
    brush.inside(disc, ring(0.32, 0.3, 0.5, 0.5), coat.dark, opacity=0.35)
    brush.line(front, 0.06, coat.accent)


def balloon(brush: Brush, coat: Coat) -> None:
    """Draw a hot-air balloon with its basket."""
    hull = [
        (0, 1.0),
        (-0.25, 0.93),
        (-0.36, 0.7),
        (-0.24, 0.44),
        (-0.09, 0.28),
        (0.09, 0.28),
        (0.24, 0.44),
        (0.36, 0.7),
        (0.25, 0.93),
    ]
    brush.blob(hull, coat.body)
    for x in (-0.24, 0.0, 0.24):
        brush.inside(smooth(hull), ring(x, 0.64, 0.065, 0.5), coat.accent, opacity=0.9)
    brush.inside(smooth(hull), ring(0.36, 0.6, 0.22, 0.5), coat.dark, opacity=0.3)
    for side in (-1, 1):
        brush.line([(side * 0.08, 0.28), (side * 0.06, 0.14)], 0.01, INK)
    brush.polygon([(-0.08, 0.15), (0.08, 0.15), (0.065, 0.0), (-0.065, 0.0)], Fade((176, 122, 76), (122, 80, 52)))
    brush.line([(-0.08, 0.15), (0.08, 0.15)], 0.025, (206, 150, 96))


def _polar(x: float, y: float, radius: float, degrees: float) -> tuple[float, float]:
    return x + radius * math.cos(math.radians(degrees)), y + radius * math.sin(math.radians(degrees))
