"""People, and what one wears or carries; each function draws one thing of height 1 on the brush's foot."""

from playground.images.painting.brush import Brush, ring, smooth
from playground.images.painting.palette import INK, WHITE, Coat, Color, Fade, mix, shade

_HAIRS: tuple[Color, ...] = ((66, 44, 40), (44, 40, 56), (122, 72, 46), (196, 140, 78), (150, 66, 48))
_SKINS: tuple[Color, ...] = ((252, 220, 196), (240, 194, 158), (206, 150, 110), (150, 100, 72))


def person(brush: Brush, coat: Coat) -> None:
    """Draw a person from the chest up; the colour is that of the clothes."""
    skin = _SKINS[sum(coat.accent) % len(_SKINS)]
    hair = _HAIRS[sum(coat.main) % len(_HAIRS)]
    brush.blob(
        [
            (-0.32, 0.4),
            (-0.36, 0.72),
            (-0.24, 0.96),
            (0, 1.02),
            (0.24, 0.96),
            (0.36, 0.72),
            (0.32, 0.38),
            (0.16, 0.3),
            (-0.16, 0.3),
        ],
        Fade(hair, shade(hair, 0.3)),
    )
    shoulders = [(-0.56, -0.02), (-0.5, 0.2), (-0.26, 0.32), (0, 0.34), (0.26, 0.32), (0.5, 0.2), (0.56, -0.02)]
    brush.polygon(smooth(shoulders, closed=False), coat.body)
    brush.polygon([(-0.1, 0.48), (0.1, 0.48), (0.13, 0.3), (0, 0.2), (-0.13, 0.3)], shade(skin, 0.12))
    face = [(-0.23, 0.66), (-0.18, 0.86), (0, 0.93), (0.18, 0.86), (0.23, 0.66), (0.14, 0.46), (0, 0.39), (-0.14, 0.46)]
    brush.blob(face, Fade(mix(skin, WHITE, 0.12), skin))
    for side in (-1, 1):
        brush.ellipse(side * 0.235, 0.64, 0.035, 0.05, shade(skin, 0.06))
        brush.ellipse(side * 0.14, 0.545, 0.045, 0.028, mix(skin, (240, 110, 110), 0.35))
        brush.ellipse(side * 0.095, 0.645, 0.03, 0.036, INK)
        brush.ellipse(side * 0.095 + 0.01, 0.66, 0.009, 0.01, WHITE)
        brush.curve([(side * 0.055, 0.722), (side * 0.1, 0.738), (side * 0.148, 0.716)], 0.012, hair)
    brush.curve([(-0.018, 0.568), (0, 0.56), (0.018, 0.568)], 0.012, shade(skin, 0.28))
    brush.blob([(-0.075, 0.505), (0, 0.492), (0.075, 0.505), (0.04, 0.468), (-0.04, 0.468)], (206, 92, 96))
    fringe = [
        (-0.27, 0.66),
        (-0.27, 0.88),
        (-0.1, 1.0),
        (0.14, 0.99),
        (0.28, 0.86),
        (0.27, 0.66),
        (0.2, 0.8),
        (0.02, 0.86),
        (-0.14, 0.8),
    ]
    brush.blob(fringe, Fade(mix(hair, WHITE, 0.1), hair))
    brush.polygon([(-0.14, 0.31), (0, 0.18), (0.14, 0.31), (0.2, 0.33), (0, 0.1), (-0.2, 0.33)], coat.accent)


def heart(brush: Brush, coat: Coat) -> None:
    """Draw a heart with a light on it."""
    shape = [
        (0, 0.02),
        (-0.3, 0.28),
        (-0.5, 0.56),
        (-0.47, 0.84),
        (-0.26, 0.97),
        (-0.06, 0.88),
        (0, 0.76),
        (0.06, 0.88),
        (0.26, 0.97),
        (0.47, 0.84),
        (0.5, 0.56),
        (0.3, 0.28),
    ]
    brush.blob(shape, coat.body)
    brush.inside(smooth(shape), ring(0.36, 0.3, 0.4, 0.5, turn=30), coat.dark, opacity=0.3)
    brush.ellipse(-0.27, 0.78, 0.1, 0.065, mix(coat.light, WHITE, 0.45), turn=35)


def cake(brush: Brush, coat: Coat) -> None:
    """Draw a cake with icing and three candles."""
    brush.ellipse(0, 0.05, 0.66, 0.06, (226, 226, 236))
    for bottom, top, half in ((0.05, 0.36, 0.52), (0.36, 0.62, 0.36)):
        brush.box(-half, bottom, half, top, Fade(mix(coat.main, WHITE, 0.35), coat.main))
        drip = [(-half, top - 0.05)]
        steps = 7
        for step in range(steps):
            x = -half + (step + 0.5) * 2 * half / steps
            drip += [(x - half / steps * 0.5, top - 0.1 - 0.03 * (step % 2)), (x + half / steps * 0.5, top - 0.05)]
        brush.polygon(
            [(-half, top + 0.025), *smooth(drip, closed=False), (half, top - 0.05), (half, top + 0.025)],
            mix(WHITE, coat.accent, 0.14),
        )
    for x in (-0.2, 0, 0.2):
        brush.line([(x, 0.65), (x, 0.8)], 0.035, coat.accent)
        brush.glow(x, 0.87, 0.13, (255, 206, 110), 0.8)
        brush.blob([(x, 0.82), (x - 0.03, 0.86), (x, 0.95), (x + 0.03, 0.86)], (255, 212, 110))


def crystal(brush: Brush, coat: Coat) -> None:
    """Draw a cut stone."""
    brush.glow(0, 0.5, 0.7, coat.light, 0.4)
    crown = [(-0.5, 0.66), (-0.26, 0.94), (0.26, 0.94), (0.5, 0.66)]
    brush.polygon([*crown, (0, 0.02)], coat.body)
    facets = (
        ((-0.5, 0.66), (-0.2, 0.66), (0, 0.02)),
        ((0.2, 0.66), (0.5, 0.66), (0, 0.02)),
        ((-0.26, 0.94), (0, 0.94), (-0.2, 0.66)),
        ((0.26, 0.94), (0.5, 0.66), (0.2, 0.66)),
    )
    for facet, color in zip(facets, (coat.light, coat.dark, mix(coat.light, WHITE, 0.4), coat.light), strict=True):
        brush.polygon(list(facet), color)
    brush.polygon([(-0.2, 0.66), (0, 0.94), (0.2, 0.66)], mix(coat.light, WHITE, 0.6))


def hat(brush: Brush, coat: Coat) -> None:
    """Draw a hat with a ribbon; its brim lies on the foot."""
    brush.polygon(
        smooth([(-0.38, 0.14), (-0.34, 0.62), (-0.26, 0.94), (0, 0.98), (0.26, 0.94), (0.34, 0.62), (0.38, 0.14)]),
        coat.body,
    )
    brush.polygon([(-0.4, 0.16), (-0.37, 0.4), (0.37, 0.4), (0.4, 0.16)], coat.accent)
    brush.blob(
        [(-0.82, 0.1), (-0.5, 0.22), (0, 0.16), (0.5, 0.22), (0.82, 0.1), (0.4, 0.0), (-0.4, 0.0)],
        Fade(coat.light, coat.dark),
    )


def crown(brush: Brush, coat: Coat) -> None:
    """Draw a crown with three stones."""
    points = [(-0.72, 0.1), (-0.84, 0.78), (-0.42, 0.5), (0, 1.0), (0.42, 0.5), (0.84, 0.78), (0.72, 0.1)]
    brush.polygon(points, Fade(coat.light, coat.main))
    brush.box(-0.72, 0, 0.72, 0.2, coat.dark)
    for x, y in ((-0.84, 0.8), (0, 0.98), (0.84, 0.8)):
        brush.ellipse(x, y, 0.075, 0.075, coat.light)
    for x, color in ((-0.42, (74, 150, 220)), (0.0, (214, 62, 84)), (0.42, (82, 184, 128))):
        brush.ellipse(x, 0.1, 0.075, 0.065, color)


def glasses(brush: Brush, coat: Coat) -> None:
    """Draw a pair of sunglasses."""
    brush.line([(-0.34, 0.7), (0.34, 0.7)], 0.12, coat.dark)
    for side in (-1, 1):
        lens = [(side * 0.2, 0.8), (side * 1.1, 0.86), (side * 1.08, 0.34), (side * 0.72, 0.04), (side * 0.36, 0.16)]
        brush.blob(lens, coat.dark)
        brush.blob(
            [(side * 0.66 + (x - side * 0.66) * 0.84, 0.46 + (y - 0.46) * 0.84) for x, y in lens],
            Fade(mix(INK, coat.main, 0.3), INK),
        )
        brush.polygon(
            [(side * 0.5 - 0.1, 0.72), (side * 0.5 + 0.08, 0.74), (side * 0.5 - 0.1, 0.36), (side * 0.5 - 0.22, 0.36)],
            WHITE,
            opacity=0.35,
        )


def scarf(brush: Brush, coat: Coat) -> None:
    """Draw a knotted scarf."""
    brush.blob([(0.2, 0.6), (0.46, 0.56), (0.56, 0.04), (0.26, 0.0)], Fade(coat.main, coat.dark))
    for row in range(2):
        brush.line([(0.26, 0.2 + row * 0.18), (0.52, 0.2 + row * 0.18)], 0.06, coat.accent)
    brush.blob(
        [(-0.9, 0.86), (-0.4, 0.7), (0.3, 0.7), (0.9, 0.9), (0.8, 0.62), (0.3, 0.44), (-0.4, 0.44), (-0.84, 0.6)],
        coat.body,
    )
    brush.ellipse(0.34, 0.58, 0.17, 0.17, coat.light)


def umbrella(brush: Brush, coat: Coat) -> None:
    """Draw an open umbrella."""
    brush.curve([(0, 0.9), (0, 0.12), (0.05, 0.02), (0.13, 0.06)], 0.03, (120, 86, 66))
    canopy = [
        (-0.62, 0.5),
        (-0.5, 0.76),
        (-0.2, 0.93),
        (0, 0.96),
        (0.2, 0.93),
        (0.5, 0.76),
        (0.62, 0.5),
        (0.42, 0.56),
        (0.21, 0.5),
        (0, 0.56),
        (-0.21, 0.5),
        (-0.42, 0.56),
    ]
    brush.polygon(canopy, coat.body)
    for side in (-1, 1):
        brush.polygon(
            [(0, 0.96), (side * 0.21, 0.5), (side * 0.42, 0.56), (side * 0.62, 0.5), (side * 0.45, 0.8)],
            coat.accent,
            opacity=0.55,
        )
    brush.line([(0, 0.95), (0, 1.0)], 0.03, coat.dark)
