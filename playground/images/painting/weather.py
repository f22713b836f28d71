"""What falls through the air of a scene: rain, snow, petals, leaves."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from playground.images.painting.palette import WHITE, Color, mix
from playground.images.painting.scenery import Land

_LEAVES: Final[tuple[Color, ...]] = ((226, 120, 56), (206, 84, 52), (240, 176, 72))
_PETALS: Final[tuple[Color, ...]] = ((252, 200, 214), (246, 172, 194), (255, 228, 234))


def rain(land: Land) -> None:
    """Let it rain at a slant."""
    pen = land.brush(0, land.height, land.short)
    color = mix(land.light.sky[-1], WHITE, 0.4)
    for _ in range(round(260 * land.detail)):
        x, y = _anywhere(land)
        long = land.chance.uniform(0.02, 0.05)
        pen.polygon(
            [(x, y), (x + 0.002, y), (x - long * 0.2, y - long), (x - long * 0.2 - 0.0015, y - long)],
            color,
            opacity=0.55,
        )


def snowfall(land: Land) -> None:
    """Let it snow, near flakes large and far ones small."""
    pen = land.brush(0, land.height, land.short)
    for _ in range(round(200 * land.detail)):
        size = 0.0016 + 0.0055 * land.chance.random() ** 3
        pen.ellipse(*_anywhere(land), size, size, mix(WHITE, land.light.ambient, land.light.dimming * 0.4))


def petals(land: Land) -> None:
    """Let petals drift."""
    _drifting(land, _PETALS, 70)


def leaves(land: Land) -> None:
    """Let leaves fall."""
    _drifting(land, _LEAVES, 55)


def _drifting(land: Land, colors: tuple[Color, ...], count: int) -> None:
    pen = land.brush(0, land.height, land.short)
    for _ in range(count):
        size = 0.004 + 0.01 * land.chance.random() ** 2
        color = mix(land.chance.choice(colors), land.light.ambient, land.light.dimming)
        pen.ellipse(*_anywhere(land), size, size * 0.5, color, turn=land.chance.uniform(0, 180))


def _anywhere(land: Land) -> tuple[float, float]:
    wide, high = land.width / land.short, land.height / land.short
    return land.chance.uniform(0, wide), land.chance.uniform(0, high)


WEATHERS: Final[Mapping[str, Callable[[Land], None]]] = MappingProxyType(
    {"rain": rain, "snowfall": snowfall, "petals": petals, "leaves": leaves}
)
