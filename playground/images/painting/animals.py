"""Animals that sit and look at you; each function draws one of height 1 on the brush's foot."""

from playground.images.painting.brush import Brush, Point, ring, smooth
from playground.images.painting.palette import INK, WHITE, Coat, Color, Fade, is_dark, mix, shade

_BLUSH: Color = (240, 140, 140)
_AMBER: Color = (250, 214, 110)
_JADE: Color = (96, 170, 120)


def cat(brush: Brush, coat: Coat) -> None:
    """Draw a cat with a striped forehead, its tail around to the side."""
    brush.taper([(0.16, 0.06), (0.4, 0.05), (0.46, 0.24), (0.36, 0.4)], (0.1, 0.07), coat.dark)
    _sitting(brush, coat, belly=coat.accent)
    for side in (-1, 1):
        _ear(brush, side, ((0.08, 0.8), (0.235, 1.0), (0.27, 0.66)), coat, mix(_BLUSH, coat.main, 0.25))
    head = [
        (-0.29, 0.62),
        (-0.24, 0.78),
        (-0.1, 0.86),
        (0.1, 0.86),
        (0.24, 0.78),
        (0.29, 0.62),
        (0.17, 0.49),
        (0, 0.46),
        (-0.17, 0.49),
    ]
    brush.blob(head, coat.body)
    for x, low in ((-0.07, 0.75), (0, 0.71), (0.07, 0.75)):
        brush.taper([(x, low), (x, 0.845)], (0.012, 0.034), coat.dark)
    brush.ellipse(0, 0.545, 0.13, 0.075, coat.accent)
    _eyes(brush, 0.125, 0.645, 0.05, iris=_AMBER if is_dark(coat.main) else _JADE)
    _snout(brush, 0.577, 0.03)
    for side in (-1, 1):
        for rise in (-0.025, 0.015):
            brush.line(
                [(side * 0.16, 0.56 + rise * 0.4), (side * 0.4, 0.57 + rise * 2)], 0.006, mix(coat.main, WHITE, 0.65)
            )


def dog(brush: Brush, coat: Coat) -> None:
    """Draw a dog with hanging ears and its tongue out."""
    brush.taper([(0.18, 0.12), (0.36, 0.2), (0.42, 0.4)], (0.09, 0.05), coat.dark)
    _sitting(brush, coat, belly=coat.accent)
    head = [(-0.25, 0.68), (-0.19, 0.86), (0, 0.92), (0.19, 0.86), (0.25, 0.68), (0.17, 0.5), (0, 0.44), (-0.17, 0.5)]
    brush.blob(head, coat.body)
    brush.inside(smooth(head), ring(0.15, 0.7, 0.13, 0.16), coat.dark, opacity=0.55)
    for side in (-1, 1):
        ear = [
            (side * 0.16, 0.86),
            (side * 0.3, 0.84),
            (side * 0.37, 0.62),
            (side * 0.32, 0.48),
            (side * 0.24, 0.56),
            (side * 0.22, 0.74),
        ]
        brush.blob(ear, Fade(coat.dark, shade(coat.dark, 0.2)))
    brush.blob([(-0.14, 0.56), (-0.08, 0.64), (0.08, 0.64), (0.14, 0.56), (0.08, 0.46), (-0.08, 0.46)], coat.accent)
    brush.blob([(-0.045, 0.5), (0.045, 0.5), (0.04, 0.42), (0, 0.39), (-0.04, 0.42)], (236, 110, 120))
    _eyes(brush, 0.105, 0.7, 0.04, iris=(92, 60, 44))
    brush.blob([(-0.065, 0.6), (0, 0.625), (0.065, 0.6), (0.03, 0.555), (-0.03, 0.555)], INK)
    brush.curve([(-0.09, 0.51), (-0.04, 0.49), (0, 0.545)], 0.014, INK)
    brush.curve([(0.09, 0.51), (0.04, 0.49), (0, 0.545)], 0.014, INK)
    brush.line([(-0.15, 0.425), (0.15, 0.425)], 0.045, (206, 70, 74))
    brush.ellipse(0, 0.385, 0.035, 0.035, (244, 198, 92))


def fox(brush: Brush, coat: Coat) -> None:
    """Draw a fox with white cheeks and a great tail."""
    tail = [(0.14, 0.02), (0.36, 0.0), (0.56, 0.14), (0.6, 0.38), (0.5, 0.58), (0.42, 0.4), (0.3, 0.24)]
    brush.blob(tail, coat.body)
    brush.inside(smooth(tail), ring(0.53, 0.52, 0.13, 0.17, turn=-20), mix(coat.accent, WHITE, 0.5))
    _sitting(brush, coat, belly=mix(coat.accent, WHITE, 0.5))
    for side in (-1, 1):
        brush.ellipse(side * 0.085, 0.03, 0.075, 0.036, shade(coat.dark, 0.55))
        _ear(brush, side, ((0.07, 0.82), (0.23, 1.0), (0.27, 0.7)), coat, shade(coat.dark, 0.55))
    head = [(-0.32, 0.6), (-0.24, 0.8), (0, 0.87), (0.24, 0.8), (0.32, 0.6), (0.14, 0.48), (0, 0.41), (-0.14, 0.48)]
    brush.blob(head, coat.body)
    for side in (-1, 1):
        cheek = [(side * 0.03, 0.43), (side * 0.05, 0.56), (side * 0.15, 0.63), (side * 0.34, 0.6), (side * 0.16, 0.48)]
        brush.inside(smooth(head), smooth(cheek), mix(coat.accent, WHITE, 0.6))
    _eyes(brush, 0.115, 0.665, 0.038, iris=(70, 44, 30))
    brush.ellipse(0, 0.447, 0.042, 0.032, INK)


def bear(brush: Brush, coat: Coat) -> None:
    """Draw a bear with round ears."""
    _sitting(brush, coat, belly=coat.light, wide=1.35)
    for side in (-1, 1):
        brush.ellipse(side * 0.22, 0.86, 0.1, 0.1, coat.dark)
        brush.ellipse(side * 0.22, 0.86, 0.055, 0.055, coat.accent)
    brush.ellipse(0, 0.69, 0.3, 0.255, coat.body)
    brush.ellipse(0, 0.6, 0.135, 0.1, coat.accent)
    _eyes(brush, 0.12, 0.735, 0.034, iris=INK)
    _snout(brush, 0.64, 0.046)


def rabbit(brush: Brush, coat: Coat) -> None:
    """Draw a rabbit with tall ears."""
    brush.ellipse(0.25, 0.1, 0.09, 0.09, mix(coat.accent, WHITE, 0.5))
    _sitting(brush, coat, belly=coat.accent, tall=0.84)
    for side in (-1, 1):
        brush.ellipse(side * 0.11, 0.83, 0.062, 0.2, coat.body, turn=-side * 9)
        brush.ellipse(side * 0.112, 0.83, 0.032, 0.15, mix(_BLUSH, coat.main, 0.4), turn=-side * 9)
    brush.ellipse(0, 0.53, 0.21, 0.18, coat.body)
    brush.ellipse(0, 0.46, 0.1, 0.065, mix(coat.accent, WHITE, 0.4))
    for side in (-1, 1):
        brush.ellipse(side * 0.15, 0.475, 0.035, 0.024, mix(_BLUSH, coat.main, 0.4))
    _eyes(brush, 0.095, 0.56, 0.036, iris=(74, 46, 52))
    _snout(brush, 0.495, 0.024)


def owl(brush: Brush, coat: Coat) -> None:
    """Draw an owl on its branch."""
    brush.line([(-0.42, 0.05), (0.42, 0.03)], 0.07, (112, 78, 58))
    body = [
        (-0.32, 0.34),
        (-0.33, 0.68),
        (-0.25, 0.98),
        (-0.1, 0.9),
        (0.1, 0.9),
        (0.25, 0.98),
        (0.33, 0.68),
        (0.32, 0.34),
        (0.14, 0.09),
        (-0.14, 0.09),
    ]
    brush.blob(body, coat.body)
    brush.inside(smooth(body), ring(0, 0.3, 0.2, 0.27), coat.accent)
    for row in range(3):
        for column in range(-1, 2):
            brush.curve(
                [
                    (column * 0.1 - 0.04, 0.44 - row * 0.1),
                    (column * 0.1, 0.41 - row * 0.1),
                    (column * 0.1 + 0.04, 0.44 - row * 0.1),
                ],
                0.014,
                coat.dark,
            )
    for side in (-1, 1):
        brush.blob([(side * 0.33, 0.66), (side * 0.4, 0.4), (side * 0.28, 0.16), (side * 0.21, 0.4)], coat.dark)
        brush.ellipse(side * 0.135, 0.7, 0.145, 0.145, coat.accent)
        brush.line([(side * 0.08, 0.09), (side * 0.08, 0.05)], 0.04, (236, 168, 72))
    _eyes(brush, 0.135, 0.7, 0.09, iris=(250, 196, 70))
    brush.polygon([(-0.05, 0.64), (0.05, 0.64), (0, 0.54)], (236, 160, 60))


def penguin(brush: Brush, coat: Coat) -> None:
    """Draw a penguin with its scarf."""
    for side in (-1, 1):
        brush.ellipse(side * 0.13, 0.03, 0.12, 0.04, (244, 166, 66))
        brush.blob([(side * 0.27, 0.6), (side * 0.43, 0.36), (side * 0.38, 0.25), (side * 0.25, 0.38)], coat.dark)
    body = [
        (-0.31, 0.28),
        (-0.28, 0.62),
        (-0.2, 0.9),
        (0, 1.0),
        (0.2, 0.9),
        (0.28, 0.62),
        (0.31, 0.28),
        (0.17, 0.02),
        (-0.17, 0.02),
    ]
    brush.blob(body, coat.body)
    brush.inside(smooth(body), ring(0, 0.3, 0.22, 0.33), WHITE)
    for side in (-1, 1):
        brush.ellipse(side * 0.085, 0.73, 0.115, 0.13, WHITE)
    _eyes(brush, 0.085, 0.76, 0.032, iris=INK)
    brush.polygon([(-0.06, 0.7), (0.06, 0.7), (0, 0.62)], (244, 166, 66))
    brush.line([(-0.23, 0.56), (0, 0.52), (0.23, 0.56)], 0.085, coat.accent)
    brush.blob([(0.1, 0.55), (0.2, 0.54), (0.22, 0.33), (0.11, 0.34)], shade(coat.accent, 0.12))


def _sitting(brush: Brush, coat: Coat, *, belly: Color, wide: float = 1.0, tall: float = 1.0) -> None:
    """Draw a body that sits upright: back, chest, hind legs and front paws."""
    outline = [
        (-0.27, 0.1),
        (-0.22, 0.34),
        (-0.13, 0.56),
        (0.13, 0.56),
        (0.22, 0.34),
        (0.27, 0.1),
        (0.18, 0.0),
        (-0.18, 0.0),
    ]
    body = [(x * wide, y * tall) for x, y in outline]
    brush.blob(body, coat.body)
    brush.inside(smooth(body), ring(0, 0.33 * tall, 0.12 * wide, 0.2 * tall), belly)
    for side in (-1, 1):
        brush.ellipse(side * 0.205 * wide, 0.12, 0.1, 0.12, coat.main)
        brush.ellipse(side * 0.22 * wide, 0.035, 0.085, 0.038, coat.light)
        brush.taper([(side * 0.085, 0.34 * tall), (side * 0.08, 0.04)], (0.085, 0.1), coat.light)
        brush.ellipse(side * 0.085, 0.03, 0.07, 0.034, mix(coat.light, WHITE, 0.25))


def _ear(brush: Brush, side: int, corners: tuple[Point, Point, Point], coat: Coat, inner: Color) -> None:
    points = [(side * x, y) for x, y in corners]
    brush.polygon(points, Fade(coat.dark, coat.main))
    middle = (sum(x for x, _ in points) / 3, sum(y for _, y in points) / 3)
    brush.polygon([(middle[0] + (x - middle[0]) * 0.55, middle[1] + (y - middle[1]) * 0.55) for x, y in points], inner)


def _eyes(brush: Brush, apart: float, y: float, size: float, *, iris: Color) -> None:
    for side in (-1, 1):
        x = side * apart
        brush.ellipse(x, y, size, size * 1.12, shade(iris, 0.45))
        brush.ellipse(x, y - size * 0.08, size * 0.88, size * 0.96, iris)
        brush.ellipse(x, y, size * 0.5, size * 0.82, INK)
        brush.ellipse(x + size * 0.28, y + size * 0.42, size * 0.27, size * 0.27, WHITE)


def _snout(brush: Brush, y: float, size: float) -> None:
    brush.blob([(-size, y), (0, y + size * 0.35), (size, y), (0, y - size * 0.75)], mix(INK, _BLUSH, 0.35))
    for side in (-1, 1):
        brush.curve(
            [(0, y - size * 0.7), (side * size * 0.5, y - size * 1.7), (side * size * 1.6, y - size * 1.5)], 0.011, INK
        )
