"""What people build: houses, castles, cars, boats, rockets, robots; each function draws one of height 1."""

from playground.images.painting.brush import Brush, ring, smooth
from playground.images.painting.palette import INK, WHITE, Coat, Color, Fade, mix, shade

_GLASS: Color = (255, 226, 150)
_STEEL: Color = (176, 188, 204)
_WOOD: Color = (150, 102, 70)


def house(brush: Brush, coat: Coat) -> None:
    """Draw a house with a chimney and lit windows."""
    brush.box(0.24, 0.6, 0.36, 0.94, Fade((176, 120, 102), (140, 92, 82)))
    wall = mix((250, 240, 224), coat.main, 0.12)
    brush.box(-0.46, 0, 0.46, 0.56, Fade(wall, shade(wall, 0.12)))
    brush.polygon([(-0.6, 0.52), (0, 1.0), (0.6, 0.52), (0.5, 0.49), (-0.5, 0.49)], coat.body)
    brush.polygon([(0, 1.0), (0.6, 0.52), (0.5, 0.49), (0.1, 0.5)], coat.dark, opacity=0.35)
    brush.ellipse(0, 0.7, 0.085, 0.085, WHITE)
    brush.ellipse(0, 0.7, 0.06, 0.06, _GLASS)
    brush.box(-0.1, 0, 0.1, 0.34, Fade(coat.dark, shade(coat.dark, 0.2)))
    brush.ellipse(0.06, 0.16, 0.014, 0.014, _GLASS)
    for x in (-0.29, 0.29):
        brush.box(x - 0.1, 0.18, x + 0.1, 0.4, WHITE)
        brush.box(x - 0.08, 0.2, x + 0.08, 0.38, Fade(_GLASS, mix(_GLASS, (255, 150, 80), 0.3)))
        brush.box(x - 0.008, 0.2, x + 0.008, 0.38, WHITE)
        brush.box(x - 0.08, 0.284, x + 0.08, 0.298, WHITE)
    for x in (-0.38, -0.2, 0.2, 0.38):
        brush.ellipse(x, 0.015, 0.1, 0.06, (88, 158, 98))


def castle(brush: Brush, coat: Coat) -> None:
    """Draw a castle with three towers and flags."""
    brush = brush.at(0, 0, 0.88)  # the highest flag is the height of the whole
    wall = mix((214, 208, 214), coat.main, 0.3)
    for x, top, half in ((-0.4, 0.6, 0.13), (0.4, 0.6, 0.13), (0, 0.74, 0.17)):
        brush.box(x - half, 0, x + half, top, Fade(mix(wall, WHITE, 0.16), shade(wall, 0.1)))
        brush.box(x + half * 0.35, 0, x + half, top, shade(wall, 0.2))
        roof = [(x - half * 1.28, top), (x, top + half * 1.7), (x + half * 1.28, top)]
        brush.polygon(roof, Fade(coat.light, coat.main))
        brush.polygon([roof[1], roof[2], (x + half * 0.3, top)], coat.dark, opacity=0.5)
        brush.line([roof[1], (x, top + half * 1.7 + 0.1)], 0.014, INK)
        brush.polygon(
            [(x, top + half * 1.7 + 0.1), (x + 0.12, top + half * 1.7 + 0.06), (x, top + half * 1.7 + 0.02)],
            coat.accent,
        )
        brush.blob(
            [
                (x - 0.035, top - 0.18),
                (x - 0.03, top - 0.08),
                (x, top - 0.06),
                (x + 0.03, top - 0.08),
                (x + 0.035, top - 0.18),
            ],
            _GLASS,
        )
    brush.box(-0.42, 0, 0.42, 0.36, Fade(wall, shade(wall, 0.18)))
    for step in range(-3, 4):
        brush.box(step * 0.12 - 0.035, 0.35, step * 0.12 + 0.035, 0.41, wall)
    brush.blob(
        [(-0.12, -0.01), (-0.12, 0.16), (0, 0.26), (0.12, 0.16), (0.12, -0.01)], Fade((110, 72, 56), (74, 48, 44))
    )


def lighthouse(brush: Brush, coat: Coat) -> None:
    """Draw a lighthouse, striped, its light on."""
    tower = [(-0.14, 0.04), (-0.09, 0.76), (0.09, 0.76), (0.14, 0.04)]
    brush.glow(0, 0.84, 0.5, _GLASS, 0.8)
    brush.polygon(tower, Fade(WHITE, (226, 224, 230)))
    for low in (0.12, 0.38, 0.62):
        brush.inside(tower, [(-0.3, low), (0.3, low + 0.03), (0.3, low + 0.15), (-0.3, low + 0.12)], coat.main)
    brush.inside(tower, [(0.03, 0), (0.02, 0.8), (0.2, 0.8), (0.2, 0)], INK, opacity=0.16)
    brush.box(-0.13, 0.75, 0.13, 0.78, INK)
    brush.box(-0.075, 0.78, 0.075, 0.9, _GLASS)
    brush.polygon([(-0.11, 0.9), (0, 1.0), (0.11, 0.9)], coat.dark)
    brush.blob([(-0.34, 0), (-0.22, 0.07), (0, 0.06), (0.24, 0.08), (0.36, 0)], (108, 106, 124))


def car(brush: Brush, coat: Coat) -> None:
    """Draw a small round car."""
    body = [
        (-0.86, 0.2),
        (-0.86, 0.48),
        (-0.62, 0.56),
        (-0.42, 0.92),
        (0.0, 1.0),
        (0.34, 0.9),
        (0.52, 0.58),
        (0.84, 0.48),
        (0.9, 0.22),
        (0.6, 0.14),
        (-0.6, 0.14),
    ]
    brush.blob(body, coat.body)
    for glass in (
        [(-0.46, 0.58), (-0.34, 0.84), (-0.05, 0.9), (-0.05, 0.58)],
        [(0.03, 0.58), (0.03, 0.9), (0.28, 0.82), (0.4, 0.58)],
    ):
        brush.polygon(glass, Fade((206, 234, 246), (150, 196, 224)))
    brush.inside(smooth(body), [(-1, 0.1), (1, 0.1), (1, 0.3), (-1, 0.3)], coat.dark, opacity=0.5)
    brush.line([(-0.01, 0.56), (-0.01, 0.24)], 0.014, coat.dark)
    brush.line([(0.08, 0.48), (0.18, 0.48)], 0.028, WHITE)
    brush.ellipse(0.82, 0.4, 0.06, 0.07, _GLASS)
    brush.ellipse(-0.85, 0.4, 0.035, 0.06, (226, 70, 70))
    for x in (-0.5, 0.5):
        brush.ellipse(x, 0.17, 0.2, 0.2, INK)
        brush.ellipse(x, 0.17, 0.1, 0.1, _STEEL)
        brush.ellipse(x, 0.17, 0.04, 0.04, INK)


def boat(brush: Brush, coat: Coat) -> None:
    """Draw a sailing boat with two sails."""
    brush.line([(0.02, 0.18), (0.02, 1.0)], 0.022, _WOOD)
    main = [(0.05, 0.97), (0.16, 0.62), (0.5, 0.3), (0.05, 0.27)]
    brush.polygon([*smooth(main[:3], closed=False), main[3]], Fade(WHITE, mix(WHITE, coat.accent, 0.3)))
    fore = [(-0.01, 0.9), (-0.16, 0.6), (-0.42, 0.3), (-0.01, 0.27)]
    brush.polygon([*smooth(fore[:3], closed=False), fore[3]], Fade(coat.accent, mix(coat.accent, WHITE, 0.25)))
    brush.polygon([(0.02, 1.0), (0.18, 0.96), (0.02, 0.92)], coat.main)
    hull = [(-0.56, 0.22), (0.6, 0.22), (0.42, 0.0), (-0.38, 0.0)]
    brush.polygon(hull, Fade(coat.light, coat.dark))
    brush.line([(-0.55, 0.21), (0.59, 0.21)], 0.028, mix(WHITE, coat.main, 0.12))
    for x in (-0.2, 0.02, 0.24):
        brush.ellipse(x, 0.12, 0.028, 0.028, _GLASS)


def rocket(brush: Brush, coat: Coat) -> None:
    """Draw a rocket on its flame."""
    brush.glow(0, 0.1, 0.34, (255, 190, 90), 0.8)
    brush.blob(
        [(-0.11, 0.24), (-0.07, 0.08), (0, -0.02), (0.07, 0.08), (0.11, 0.24)], Fade((255, 170, 70), (250, 96, 70))
    )
    brush.blob([(-0.06, 0.24), (0, 0.08), (0.06, 0.24)], (255, 236, 160))
    for side in (-1, 1):
        brush.polygon(
            [(side * 0.13, 0.46), (side * 0.3, 0.26), (side * 0.28, 0.16), (side * 0.1, 0.25)],
            Fade(coat.main, coat.dark),
        )
    hull = [(0, 1.02), (-0.13, 0.82), (-0.175, 0.55), (-0.12, 0.24), (0.12, 0.24), (0.175, 0.55), (0.13, 0.82)]
    shell = (244, 244, 250)
    brush.blob(hull, Fade(WHITE, shade(shell, 0.12)))
    brush.inside(smooth(hull), [(-0.4, 0.8), (0.4, 0.8), (0.4, 1.1), (-0.4, 1.1)], coat.main)
    brush.inside(smooth(hull), [(-0.4, 0.2), (0.4, 0.2), (0.4, 0.32), (-0.4, 0.32)], coat.main)
    brush.inside(smooth(hull), ring(0.2, 0.6, 0.13, 0.5), INK, opacity=0.14)
    brush.ellipse(0, 0.62, 0.09, 0.09, coat.dark)
    brush.ellipse(0, 0.62, 0.068, 0.068, Fade((190, 230, 246), (96, 160, 214)))
    brush.ellipse(-0.02, 0.645, 0.022, 0.018, WHITE)


def robot(brush: Brush, coat: Coat) -> None:
    """Draw a friendly robot that waves."""
    for side in (-1, 1):
        brush.line([(side * 0.11, 0.22), (side * 0.11, 0.06)], 0.075, shade(_STEEL, 0.25))
        brush.blob([(side * 0.03, 0), (side * 0.04, 0.08), (side * 0.19, 0.08), (side * 0.21, 0)], coat.dark)
    brush.line([(-0.2, 0.46), (-0.32, 0.36), (-0.3, 0.24)], 0.065, _STEEL)
    brush.line([(0.2, 0.46), (0.34, 0.5), (0.4, 0.66)], 0.065, _STEEL)
    for x, y in ((-0.3, 0.21), (0.41, 0.7)):
        brush.ellipse(x, y, 0.055, 0.055, coat.accent)
    body = [(-0.2, 0.2), (-0.23, 0.36), (-0.2, 0.52), (0.2, 0.52), (0.23, 0.36), (0.2, 0.2)]
    brush.blob(body, coat.body)
    brush.box(-0.1, 0.28, 0.1, 0.42, mix(coat.dark, INK, 0.35))
    for index, x in enumerate((-0.055, 0.0, 0.055)):
        brush.box(x - 0.015, 0.3, x + 0.015, 0.34 + 0.03 * index, (126, 236, 196))
    brush.line([(0, 0.88), (0, 0.96)], 0.022, _STEEL)
    brush.glow(0, 0.97, 0.12, coat.accent, 0.8)
    brush.ellipse(0, 0.97, 0.034, 0.034, coat.accent)
    head = [(-0.25, 0.58), (-0.27, 0.73), (-0.24, 0.87), (0.24, 0.87), (0.27, 0.73), (0.25, 0.58)]
    brush.blob(head, Fade(coat.light, coat.main))
    brush.blob(
        [(-0.19, 0.63), (-0.2, 0.73), (-0.18, 0.82), (0.18, 0.82), (0.2, 0.73), (0.19, 0.63)], mix(INK, coat.dark, 0.25)
    )
    for x in (-0.09, 0.09):
        brush.glow(x, 0.745, 0.09, (120, 236, 255), 0.7)
        brush.ellipse(x, 0.745, 0.036, 0.044, (150, 244, 255))
    brush.curve([(-0.06, 0.675), (0, 0.655), (0.06, 0.675)], 0.016, (150, 244, 255))


def cup(brush: Brush, coat: Coat) -> None:
    """Draw a steaming cup."""
    for x in (-0.16, 0.04, 0.22):
        brush.curve(
            [(x, 0.66), (x + 0.06, 0.76), (x - 0.03, 0.86), (x + 0.04, 0.98)], 0.03, mix(WHITE, coat.main, 0.12)
        )
    brush.ellipse(0, 0.05, 0.6, 0.075, Fade(coat.light, coat.dark))
    handle = ring(0.42, 0.36, 0.17, 0.15)
    brush.line([*handle, handle[0]], 0.065, coat.main)
    bowl = [(-0.42, 0.58), (-0.38, 0.28), (-0.2, 0.06), (0.2, 0.06), (0.38, 0.28), (0.42, 0.58)]
    brush.polygon(smooth(bowl, closed=False), coat.body)
    brush.ellipse(0, 0.58, 0.42, 0.085, coat.light)
    brush.ellipse(0, 0.575, 0.36, 0.06, (112, 70, 46))
    brush.blob([(-0.08, 0.3), (0, 0.36), (0.08, 0.3), (0, 0.2)], coat.accent)


def book(brush: Brush, coat: Coat) -> None:
    """Draw an open book."""
    for side in (-1, 1):
        brush.polygon([(0, 0.1), (side * 0.82, 0.2), (side * 0.82, 0.84), (0, 0.74)], coat.dark)
        page = [(0, 0.16), (side * 0.4, 0.3), (side * 0.76, 0.26), (side * 0.76, 0.88), (side * 0.4, 0.94), (0, 0.8)]
        brush.polygon(page, Fade(WHITE, (232, 224, 208)))
        for row in range(5):
            y = 0.74 - row * 0.1
            brush.line(
                [(side * 0.1, y), (side * 0.38, y + 0.08), (side * 0.66, y + 0.05)], 0.018, mix(coat.main, WHITE, 0.5)
            )
