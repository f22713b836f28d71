"""Trees, flowers and what else grows; each function draws one thing of height 1 that stands at the brush's foot."""

import math

from playground.images.painting.brush import Brush, ring
from playground.images.painting.palette import WHITE, Coat, Color, Fade, mix, shade

_TRUNK: Color = (124, 86, 62)
_LEAF: Color = (74, 156, 92)


def pine(brush: Brush, color: Color) -> None:
    """Draw a slim pine in one colour, for the distance."""
    brush.box(-0.03, 0, 0.03, 0.16, shade(color, 0.35))
    for low, high, half in ((0.1, 0.5, 0.2), (0.32, 0.74, 0.155), (0.56, 1.0, 0.11)):
        brush.polygon([(-half, low), (0, high), (half, low)], color)
        brush.polygon([(0, high), (half, low), (half * 0.15, low)], shade(color, 0.12))


def pine_tree(brush: Brush, coat: Coat) -> None:
    """Draw a pine near by, with a star's worth of boughs."""
    brush.box(-0.035, 0, 0.035, 0.2, Fade(_TRUNK, shade(_TRUNK, 0.3)))
    for low, high, half in ((0.1, 0.46, 0.27), (0.28, 0.64, 0.22), (0.47, 0.82, 0.165), (0.66, 1.0, 0.11)):
        bough = [
            (-half, low),
            (-half * 0.55, low + 0.05),
            (0, high),
            (half * 0.55, low + 0.05),
            (half, low),
            (0, low - 0.03),
        ]
        brush.polygon(bough, Fade(coat.light, coat.main))
        brush.inside(bough, [(0, high), (half, low - 0.05), (half * 0.1, low - 0.05)], coat.dark, opacity=0.4)


def tree(brush: Brush, coat: Coat) -> None:
    """Draw a broad tree with a round crown."""
    brush.taper([(0.0, 0.0), (0.01, 0.25), (0.0, 0.5)], (0.12, 0.06), Fade(_TRUNK, shade(_TRUNK, 0.3)))
    brush.taper([(0.0, 0.34), (0.08, 0.45), (0.15, 0.55)], (0.05, 0.02), _TRUNK)
    brush.taper([(0.0, 0.3), (-0.09, 0.43), (-0.14, 0.52)], (0.05, 0.02), _TRUNK)
    crown = [
        (-0.38, 0.56),
        (-0.3, 0.8),
        (-0.1, 0.97),
        (0.14, 0.98),
        (0.33, 0.82),
        (0.4, 0.58),
        (0.24, 0.4),
        (0, 0.44),
        (-0.24, 0.4),
    ]
    brush.blob(crown, coat.body)
    for x, y, size in ((-0.17, 0.74, 0.15), (0.08, 0.83, 0.13), (0.2, 0.62, 0.15), (-0.05, 0.57, 0.13)):
        brush.ellipse(x, y, size, size * 0.9, Fade(coat.light, coat.main))
    for x, y in ((-0.25, 0.6), (-0.1, 0.86), (0.1, 0.66), (0.27, 0.74), (0.0, 0.5)):
        brush.ellipse(x, y, 0.024, 0.024, coat.accent)


def flower(brush: Brush, coat: Coat) -> None:
    """Draw one big blossom on its stem."""
    brush.taper([(0.0, 0.0), (0.03, 0.3), (0.0, 0.6)], (0.035, 0.025), (66, 142, 84))
    for side in (-1, 1):
        leaf = [(0.01, 0.14), (side * 0.12, 0.3), (side * 0.27, 0.34), (side * 0.2, 0.2), (side * 0.08, 0.12)]
        brush.blob(leaf, Fade(_LEAF, shade(_LEAF, 0.25)))
    for petal in range(8):
        part = brush.at(0, 0.68)
        _petal(part, petal * 45, 0.32, coat.dark)
    for petal in range(8):
        _petal(brush.at(0, 0.68), petal * 45 + 22, 0.27, coat.light if petal % 2 else coat.main)
    brush.ellipse(0, 0.68, 0.1, 0.1, Fade(mix(coat.accent, WHITE, 0.3), shade(coat.accent, 0.15)))
    brush.ellipse(-0.02, 0.7, 0.045, 0.045, mix(coat.accent, WHITE, 0.35))


def _petal(brush: Brush, degrees: float, reach: float, color: Color) -> None:
    angle = math.radians(degrees)
    x, y = math.cos(angle) * reach * 0.56, math.sin(angle) * reach * 0.56
    brush.ellipse(x, y, reach * 0.46, reach * 0.25, color, turn=degrees)


def mushroom(brush: Brush, coat: Coat) -> None:
    """Draw a mushroom with a spotted cap."""
    brush.blob(
        [(-0.14, 0), (-0.11, 0.3), (-0.13, 0.55), (0.13, 0.55), (0.11, 0.3), (0.15, 0)],
        Fade((252, 240, 220), (220, 198, 172)),
    )
    cap = [
        (-0.5, 0.5),
        (-0.42, 0.74),
        (-0.2, 0.95),
        (0.0, 1.0),
        (0.2, 0.95),
        (0.42, 0.74),
        (0.5, 0.5),
        (0.25, 0.44),
        (-0.25, 0.44),
    ]
    brush.blob(cap, coat.body)
    for x, y, size in ((-0.25, 0.66, 0.075), (0.03, 0.83, 0.085), (0.28, 0.62, 0.065), (0.02, 0.58, 0.05)):
        brush.ellipse(x, y, size, size * 0.85, mix(WHITE, coat.main, 0.08))


def cactus(brush: Brush, coat: Coat) -> None:
    """Draw a cactus with two arms and a flower on top."""
    for path in ([(0.0, 0.34), (-0.22, 0.36), (-0.24, 0.62)], [(0.0, 0.46), (0.2, 0.48), (0.22, 0.76)]):
        brush.line(path, 0.13, coat.dark)
    brush.line([(0, 0.02), (0, 0.86)], 0.24, coat.main)
    for x in (-0.055, 0.055):
        brush.line([(x, 0.04), (x, 0.86)], 0.014, coat.light)
    brush.at(0, 0.94).ellipse(0, 0, 0.07, 0.05, coat.accent)


def apple(brush: Brush, coat: Coat) -> None:
    """Draw an apple with its leaf."""
    body = [
        (0, 0.03),
        (-0.2, 0.0),
        (-0.4, 0.22),
        (-0.42, 0.52),
        (-0.24, 0.78),
        (0, 0.7),
        (0.24, 0.78),
        (0.42, 0.52),
        (0.4, 0.22),
        (0.2, 0.0),
    ]
    brush.blob(body, coat.body)
    brush.ellipse(-0.2, 0.55, 0.08, 0.13, coat.light, turn=-20)
    brush.curve([(0, 0.68), (0.02, 0.84), (0.08, 0.95)], 0.045, _TRUNK)
    brush.blob([(0.05, 0.82), (0.16, 0.96), (0.34, 0.95), (0.22, 0.82)], Fade(_LEAF, shade(_LEAF, 0.25)))
    brush.inside(body, ring(0.28, 0.1, 0.3, 0.5), coat.dark, opacity=0.25)
