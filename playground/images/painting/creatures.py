"""What flies and swims, and the dragon; each function draws one of height 1 on the brush's foot."""

from playground.images.painting.brush import Brush, ring, smooth
from playground.images.painting.palette import INK, WHITE, Coat, Fade, mix, shade


def bird(brush: Brush, coat: Coat) -> None:
    """Draw a bird in flight, its wings up."""
    brush.polygon([(-0.42, 0.42), (-0.82, 0.5), (-0.78, 0.36), (-0.84, 0.26), (-0.4, 0.3)], coat.dark)
    brush.blob([(0.1, 0.44), (-0.1, 0.8), (-0.42, 1.0), (-0.5, 0.8), (-0.34, 0.44)], coat.dark)
    body = [(-0.5, 0.36), (-0.2, 0.5), (0.2, 0.54), (0.46, 0.6), (0.62, 0.48), (0.5, 0.3), (0.16, 0.16), (-0.24, 0.22)]
    brush.blob(body, coat.body)
    brush.inside(smooth(body), ring(0.16, 0.18, 0.36, 0.16), coat.accent)
    brush.blob(
        [(0.16, 0.42), (0.04, 0.74), (-0.16, 0.98), (-0.36, 0.92), (-0.32, 0.66), (-0.22, 0.36)],
        Fade(coat.light, coat.main),
    )
    brush.polygon([(0.59, 0.52), (0.8, 0.44), (0.59, 0.4)], (246, 170, 60))
    brush.ellipse(0.46, 0.49, 0.036, 0.036, INK)
    brush.ellipse(0.472, 0.502, 0.012, 0.012, WHITE)


def fish(brush: Brush, coat: Coat) -> None:
    """Draw a fish with long fins."""
    tail = [(-0.5, 0.5), (-0.94, 0.9), (-0.82, 0.5), (-0.96, 0.12)]
    brush.blob(tail, Fade(coat.light, coat.dark))
    brush.blob([(-0.2, 0.76), (0.04, 1.0), (0.34, 0.86), (0.3, 0.72)], coat.dark)
    brush.blob([(-0.06, 0.26), (-0.14, 0.02), (0.2, 0.12), (0.24, 0.26)], coat.dark)
    body = [
        (-0.6, 0.5),
        (-0.22, 0.76),
        (0.24, 0.8),
        (0.6, 0.62),
        (0.68, 0.5),
        (0.58, 0.38),
        (0.22, 0.22),
        (-0.22, 0.25),
    ]
    brush.blob(body, coat.body)
    for x in (-0.26, 0.0, 0.24):
        stripe = [(x, 0.95), (x + 0.1, 0.95), (x + 0.06, 0.5), (x + 0.1, 0.1), (x, 0.1), (x - 0.04, 0.5)]
        brush.inside(smooth(body), smooth(stripe), coat.accent, opacity=0.85)
    brush.blob([(0.08, 0.5), (-0.16, 0.56), (-0.22, 0.42), (-0.02, 0.36)], coat.light)
    brush.ellipse(0.47, 0.57, 0.075, 0.075, WHITE)
    brush.ellipse(0.485, 0.57, 0.042, 0.042, INK)
    brush.curve([(0.66, 0.45), (0.58, 0.42), (0.54, 0.45)], 0.018, shade(coat.main, 0.45))


def whale(brush: Brush, coat: Coat) -> None:
    """Draw a whale that blows."""
    for side in (-1, 1):
        brush.curve(
            [(0.3, 0.66), (0.3 + side * 0.06, 0.9), (0.3 + side * 0.18, 0.96), (0.3 + side * 0.24, 0.84)],
            0.035,
            (196, 232, 246),
        )
    brush.blob([(-0.7, 0.36), (-1.0, 0.74), (-0.86, 0.76), (-0.78, 0.62), (-0.62, 0.78), (-0.5, 0.74)], coat.dark)
    body = [
        (-0.86, 0.5),
        (-0.5, 0.34),
        (-0.2, 0.56),
        (0.3, 0.66),
        (0.72, 0.52),
        (0.82, 0.28),
        (0.62, 0.06),
        (0.1, 0.0),
        (-0.44, 0.06),
        (-0.76, 0.28),
    ]
    brush.blob(body, coat.body)
    brush.inside(
        smooth(body), [(-0.6, -0.1), (-0.2, 0.12), (0.4, 0.18), (0.9, 0.22), (0.9, -0.2), (-0.6, -0.2)], coat.accent
    )
    for step in range(4):
        brush.line([(0.18 + step * 0.13, 0.04), (0.22 + step * 0.13, 0.15)], 0.012, shade(coat.accent, 0.2))
    brush.blob([(0.14, 0.16), (-0.02, -0.06), (-0.16, -0.06), (-0.06, 0.16)], coat.dark)
    brush.ellipse(0.58, 0.32, 0.03, 0.034, INK)
    brush.ellipse(0.588, 0.332, 0.01, 0.01, WHITE)
    brush.curve([(0.8, 0.26), (0.68, 0.2), (0.56, 0.24)], 0.014, coat.dark)


def butterfly(brush: Brush, coat: Coat) -> None:
    """Draw a butterfly, its wings open."""
    for side in (-1, 1):
        upper = [(side * 0.04, 0.5), (side * 0.2, 0.9), (side * 0.6, 1.0), (side * 0.68, 0.7), (side * 0.42, 0.46)]
        lower = [(side * 0.04, 0.48), (side * 0.44, 0.44), (side * 0.52, 0.16), (side * 0.28, 0.0), (side * 0.08, 0.26)]
        brush.blob(upper, Fade(coat.dark, coat.main))
        brush.blob(lower, Fade(coat.main, coat.dark))
        brush.blob([(side * (0.1 + (abs(x) - 0.1) * 0.76), 0.53 + (y - 0.53) * 0.76) for x, y in upper], coat.body)
        brush.ellipse(side * 0.44, 0.78, 0.085, 0.075, coat.accent)
        brush.ellipse(side * 0.3, 0.2, 0.07, 0.08, coat.accent)
        brush.curve([(side * 0.01, 0.74), (side * 0.07, 0.9), (side * 0.16, 0.96)], 0.014, INK)
    brush.taper([(0, 0.18), (0, 0.5), (0, 0.74)], (0.03, 0.07), INK)


def dragon(brush: Brush, coat: Coat) -> None:
    """Draw a small dragon that spreads its wings."""
    for side in (-1, 1):
        _wing(brush, side, coat)
    brush.taper([(0.1, 0.06), (0.38, 0.04), (0.52, 0.16), (0.44, 0.26)], (0.16, 0.03), coat.main)
    brush.polygon([(0.38, 0.22), (0.46, 0.38), (0.52, 0.24)], coat.accent)
    body = [
        (-0.22, 0.12),
        (-0.17, 0.4),
        (-0.08, 0.56),
        (0.08, 0.56),
        (0.17, 0.4),
        (0.22, 0.12),
        (0.14, 0.0),
        (-0.14, 0.0),
    ]
    brush.blob(body, coat.body)
    brush.inside(smooth(body), ring(0, 0.22, 0.12, 0.24), mix(coat.light, WHITE, 0.35))
    for row in range(4):
        brush.curve([(-0.08, 0.14 + row * 0.08), (0, 0.125 + row * 0.08), (0.08, 0.14 + row * 0.08)], 0.01, coat.main)
    for side in (-1, 1):
        brush.ellipse(side * 0.13, 0.04, 0.09, 0.045, coat.light)
        brush.polygon([(side * 0.08, 0.84), (side * 0.15, 1.0), (side * 0.18, 0.82)], coat.accent)
    head = [
        (-0.21, 0.72),
        (-0.14, 0.86),
        (0.14, 0.86),
        (0.21, 0.72),
        (0.16, 0.58),
        (0.09, 0.5),
        (-0.09, 0.5),
        (-0.16, 0.58),
    ]
    brush.blob(head, coat.body)
    for side in (-1, 1):
        brush.ellipse(side * 0.1, 0.74, 0.05, 0.058, (252, 226, 120))
        brush.ellipse(side * 0.1, 0.735, 0.018, 0.048, INK)
        brush.ellipse(side * 0.045, 0.575, 0.014, 0.018, coat.dark)
    brush.curve([(-0.1, 0.54), (0, 0.515), (0.1, 0.54)], 0.014, coat.dark)


def _wing(brush: Brush, side: int, coat: Coat) -> None:
    """Draw a wing of skin between three fingers."""
    outline = ((0.1, 0.5), (0.34, 0.94), (0.62, 0.98), (0.58, 0.74), (0.68, 0.56), (0.46, 0.52), (0.36, 0.36))
    skin = Fade(coat.accent, mix(coat.accent, coat.dark, 0.5))
    brush.polygon([(side * x, y) for x, y in (*outline, (0.22, 0.42))], skin)
    for x, y in ((0.62, 0.98), (0.68, 0.56), (0.36, 0.36)):
        brush.line([(side * 0.1, 0.5), (side * x, y)], 0.018, coat.dark)
