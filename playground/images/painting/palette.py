"""Colours and what is done to them; which colours a scene takes is chosen in `lights`."""

import colorsys
from dataclasses import dataclass
from typing import Final

Color = tuple[int, int, int]

WHITE: Final[Color] = (255, 255, 255)
INK: Final[Color] = (38, 33, 52)

NAMED: Final[dict[str, Color]] = {
    "red": (214, 58, 56),
    "crimson": (176, 28, 54),
    "orange": (240, 132, 48),
    "amber": (242, 170, 60),
    "gold": (226, 176, 62),
    "yellow": (250, 208, 72),
    "lime": (150, 206, 72),
    "green": (70, 158, 92),
    "emerald": (28, 140, 104),
    "teal": (36, 148, 152),
    "turquoise": (68, 200, 196),
    "cyan": (64, 190, 220),
    "blue": (58, 112, 214),
    "navy": (34, 52, 112),
    "indigo": (78, 70, 176),
    "purple": (136, 82, 190),
    "violet": (158, 108, 220),
    "pink": (242, 138, 172),
    "magenta": (212, 66, 150),
    "brown": (136, 92, 62),
    "beige": (226, 208, 176),
    "white": (246, 244, 240),
    "gray": (142, 148, 158),
    "silver": (190, 198, 208),
    "black": (44, 42, 52),
}


@dataclass(frozen=True, slots=True)
class Fade:
    """A fill that runs from one colour at the top of a shape to another at its bottom."""

    top: Color
    bottom: Color


Fill = Color | Fade


@dataclass(frozen=True, slots=True, kw_only=True)
class Coat:
    """The colours one thing is painted in."""

    main: Color
    accent: Color

    @property
    def light(self) -> Color:
        """Where the light falls."""
        return mix(self.main, WHITE, 0.28)

    @property
    def dark(self) -> Color:
        """Where it does not."""
        return shade(self.main, 0.26)

    @property
    def body(self) -> Fade:
        """The main colour, lit from above."""
        return Fade(mix(self.main, WHITE, 0.1), shade(self.main, 0.12))


def mix(one: Color, other: Color, amount: float) -> Color:
    """Return the colour so far (0..1) from one to the other."""
    red, green, blue = (round(a + (b - a) * amount) for a, b in zip(one, other, strict=True))
    return red, green, blue


def is_dark(color: Color) -> bool:
    """Tell whether light marks show better on this colour than dark ones."""
    red, green, blue = color
    return 0.3 * red + 0.59 * green + 0.11 * blue < 132  # noqa: PLR2004 - a little above mid grey


def shade(color: Color, amount: float) -> Color:
    """Return it darker, and cooler, as shadows are."""
    return mix(color, mix((0, 0, 0), INK, 0.8), amount)


def toned(color: Color, mood: Color, amount: float) -> Color:
    """Return it in the hue of the mood, as light or dark as it was."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(value / 255 for value in mood))
    own = colorsys.rgb_to_hls(*(value / 255 for value in color))
    depth = own[1] * 0.8 + lightness * 0.2
    red, green, blue = (round(value * 255) for value in colorsys.hls_to_rgb(hue, depth, saturation))
    return mix(color, (red, green, blue), amount)


def from_hue(hue: float, lightness: float, saturation: float) -> Color:
    """Return a colour by its hue in turns, its lightness and saturation in 0..1."""
    red, green, blue = (round(value * 255) for value in colorsys.hls_to_rgb(hue % 1.0, lightness, saturation))
    return red, green, blue
