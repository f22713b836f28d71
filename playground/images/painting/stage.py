"""Puts things into a scene: how large, where, in which light, with which shadow; what they look like is theirs."""

from dataclasses import dataclass
from random import Random
from typing import Final

from PIL import Image, ImageChops

from playground.images.painting.brush import Brush
from playground.images.painting.lights import Light
from playground.images.painting.palette import WHITE, Coat, Color, mix, shade
from playground.images.painting.pixels import resized
from playground.images.painting.subjects import SUBJECTS, Place, Subject
from playground.images.painting.words import Mention

_WORN_AT: Final = {"hat": "top", "crown": "top", "glasses": "eyes", "scarf": "neck"}
_SHADOW: Final[Color] = (24, 20, 48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One thing that takes part: what, in which colours, and what it wears."""

    name: str
    subject: Subject
    coat: Coat
    wears: tuple["Actor", ...] = ()

    @property
    def room_above(self) -> float:
        """How much room it needs above itself, in its heights, for its light or for what it wears."""
        return self.subject.halo + 0.2 * len(self.wears[:1])


def actors(mentions: tuple[Mention, ...], chance: Random) -> tuple[Actor, ...]:
    """Return everyone who takes part, the worn things on the first who has a head to wear them."""
    cast = [actor for mention in mentions for actor in _of(mention, chance)]
    worn = tuple(actor for actor in cast if actor.subject.place is Place.WORN)
    others = [actor for actor in cast if actor.subject.place is not Place.WORN]
    for index, actor in enumerate(others):
        if worn and actor.subject.head is not None:
            others[index] = Actor(name=actor.name, subject=actor.subject, coat=actor.coat, wears=worn)
            return tuple(others)
    return tuple(others) + worn


def _of(mention: Mention, chance: Random) -> list[Actor]:
    subject = SUBJECTS[mention.subject]
    first = chance.randrange(len(subject.coats))
    cast: list[Actor] = []
    for number in range(mention.count):
        main, accent = subject.coats[(first + number) % len(subject.coats)]
        main = mention.color or main
        cast.append(Actor(name=mention.subject, subject=subject, coat=Coat(main=main, accent=accent)))
    return cast


def draw(brush: Brush, actor: Actor) -> None:
    """Draw the thing and what it wears at the brush's foot."""
    actor.subject.draw(brush, actor.coat)
    head = actor.subject.head
    if head is None:
        return
    for worn in actor.wears:
        spot = _WORN_AT.get(worn.name, "top")
        wide = {"top": 1.25, "eyes": 0.92, "neck": 0.95}[spot] * head.width
        size = wide / (worn.subject.ratio or 1)
        y = {"top": head.top - size * 0.2, "eyes": head.eyes - size * 0.5, "neck": head.neck - size * 0.62}[spot]
        worn.subject.draw(brush.at(0, y, size), worn.coat)


def put(
    canvas: Image.Image,
    actor: Actor,
    foot_px: tuple[float, float],
    height_px: float,
    light: Light | None,
    *,
    overdraw: int = 1,
) -> None:
    """Stand the thing on the canvas; without a light it keeps its own colours and casts no shadow.

    Units:  `overdraw` is the multiple at which it is drawn before it is averaged down, for a canvas at final size.
    """
    reach = height_px * (actor.subject.ratio * 0.5 + 0.35 + actor.subject.halo)
    head = height_px * (0.45 + actor.subject.halo)
    layer = Image.new("RGBA", (round(reach * 2 * overdraw), round((height_px + head * 2) * overdraw)))
    foot = Brush(canvas=layer, x_px=reach * overdraw, y_px=(height_px + head) * overdraw, unit_px=height_px * overdraw)
    draw(foot, actor)
    if overdraw > 1:
        layer = resized(layer, (round(reach * 2), round(height_px + head * 2)), Image.Resampling.BOX)
    if light is not None:
        layer = _lit(layer, light)
        if actor.subject.place in (Place.GROUND, Place.BEHIND):
            ground = Brush(canvas=canvas, x_px=foot_px[0], y_px=foot_px[1], unit_px=height_px)
            ground.glow(0, 0.0, actor.subject.ratio * 0.62, _SHADOW, 0.62, flat=0.16)
        if actor.subject.place is Place.WATER:
            water = Brush(canvas=canvas, x_px=foot_px[0], y_px=foot_px[1], unit_px=height_px)
            water.glow(0, -0.01, actor.subject.ratio * 0.6, shade(light.water[1], 0.3), 0.7, flat=0.13)
    _over(canvas, layer, round(foot_px[0] - reach), round(foot_px[1] - height_px - head))
    if light is not None and actor.subject.place is Place.WATER:
        _ripple(canvas, foot_px, height_px * actor.subject.ratio, light)


def _ripple(canvas: Image.Image, foot_px: tuple[float, float], width_px: float, light: Light) -> None:
    """Let the water close over the foot of what floats in it."""
    pen = Brush(canvas=canvas, x_px=foot_px[0], y_px=foot_px[1], unit_px=width_px)
    foam = mix(light.water[0], WHITE, 0.45)
    for x, y, half in (
        (-0.2, 0.012, 0.24),
        (0.22, 0.002, 0.28),
        (0.0, -0.022, 0.4),
        (-0.3, -0.045, 0.14),
        (0.34, -0.05, 0.12),
    ):
        pen.polygon([(x - half, y), (x, y + 0.011), (x + half, y), (x, y - 0.011)], foam, opacity=0.6)


def _lit(layer: Image.Image, light: Light) -> Image.Image:
    """Return it in that light: multiplied, so that colours stay colours in the dark."""
    color = mix(WHITE, light.ambient, min(1.0, light.dimming * 1.5))
    return ImageChops.multiply(layer, Image.new("RGBA", layer.size, (*color, 255)))


def _over(canvas: Image.Image, layer: Image.Image, left: int, top: int) -> None:
    x, y = max(left, 0), max(top, 0)
    right, bottom = min(left + layer.width, canvas.width), min(top + layer.height, canvas.height)
    if x < right and y < bottom:
        canvas.alpha_composite(layer.crop((x - left, y - top, right - left, bottom - top)), (x, y))
