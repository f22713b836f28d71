"""Edits: the first input is the canvas, the words say what changes on it, a mask says where."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from playground.images.painting import grades
from playground.images.painting.brush import Brush, smooth
from playground.images.painting.composition import compose
from playground.images.painting.cutout import subject_mask
from playground.images.painting.encode import label
from playground.images.painting.lights import LIGHTS
from playground.images.painting.palette import WHITE, Coat, Color, from_hue, mix
from playground.images.painting.pixels import mapped, resized
from playground.images.painting.scenery import Land, stars
from playground.images.painting.stage import Actor, actors, put
from playground.images.painting.styles import STYLES
from playground.images.painting.subjects import SUBJECTS, Place
from playground.images.painting.weather import WEATHERS
from playground.images.painting.words import Reading

Box = tuple[int, int, int, int]
Step = Callable[[Image.Image], Image.Image]

_SAME_RATIO: Final = 0.03
_CERTAINLY: Final = 128
_HEAD: Final = 0.34
# Where something to wear begins, as a share of the wearer's height from above, and its width against the head's.
_FITS: Final = {"glasses": (0.2, 0.72), "scarf": (0.38, 0.8), "hat": (0.0, 1.05), "crown": (0.0, 0.75)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What is to be done to a picture.

    Shape:  `area` is where new things go: the hole of the mask, or the whole canvas; `others` are the further inputs.
    """

    reading: Reading
    chance: Random
    area: Box
    has_hole: bool
    others: tuple[Image.Image, ...]


def retouch(
    inputs: tuple[bytes, ...], mask: bytes | None, size_px: tuple[int, int], reading: Reading, chance: Random
) -> Image.Image:
    """Return the first input at this size (RGBA) with the change on it; with a mask, its hole alone is touched."""
    pictures = tuple(opened(content) for content in inputs)
    canvas = fitted(pictures[0], size_px)
    keep = None if mask is None else _kept(opened(mask), size_px)
    hole = None if keep is None else mapped(keep, lambda value: 255 - value).getbbox()
    edit = Edit(
        reading=reading,
        chance=chance,
        area=hole or (0, 0, *size_px),
        has_hole=keep is not None,
        others=pictures[1:],
    )
    changed = canvas
    for step in _steps(edit):
        changed = step(changed)
    label(changed := changed.copy())
    return changed if keep is None else Image.composite(canvas, changed, keep)


def opened(content: bytes) -> Image.Image:
    """Return an encoded picture as RGBA."""
    with Image.open(io.BytesIO(content)) as picture:
        return picture.convert("RGBA")


def fitted(picture: Image.Image, size_px: tuple[int, int]) -> Image.Image:
    """Return the whole picture at this size; what a different ratio leaves free goes on as its edges do."""
    if picture.size == size_px:
        return picture
    ratio, wanted = picture.width / picture.height, size_px[0] / size_px[1]
    if abs(ratio / wanted - 1) < _SAME_RATIO:
        return resized(picture, size_px)
    inner = _scaled(picture, min(size_px[0] / picture.width, size_px[1] / picture.height))
    left, top = (size_px[0] - inner.width) // 2, (size_px[1] - inner.height) // 2
    around = Image.new("RGBA", size_px)
    for edge, place in _margins(inner, (left, top), size_px):
        strip = resized(inner.crop(edge), (place[2] - place[0], place[3] - place[1]), Image.Resampling.BILINEAR)
        around.paste(strip, place[:2])
    around.paste(inner, (left, top))  # so that the blur mixes the margins with it, not with nothing
    around = around.filter(ImageFilter.GaussianBlur(min(size_px) / 90))
    around.paste(inner, (left, top))
    return around


def _margins(inner: Image.Image, spot: tuple[int, int], size_px: tuple[int, int]) -> Iterator[tuple[Box, Box]]:
    """Yield what is to be stretched to where: the outermost strip of the picture, on each side that has room."""
    (left, top), (wide, high) = spot, inner.size
    thin = max(1, min(inner.size) // 200)
    if left > 0:
        yield (0, 0, thin, high), (0, 0, left + 1, size_px[1])
        yield (wide - thin, 0, wide, high), (left + wide - 1, 0, size_px[0], size_px[1])
    if top > 0:
        yield (0, 0, wide, thin), (0, 0, size_px[0], top + 1)
        yield (0, high - thin, wide, high), (0, top + high - 1, size_px[0], size_px[1])


def _scaled(picture: Image.Image, share: float) -> Image.Image:
    return resized(picture, (max(1, round(picture.width * share)), max(1, round(picture.height * share))))


def _kept(mask: Image.Image, size_px: tuple[int, int]) -> Image.Image:
    alpha = mask.getchannel("A")
    return alpha if alpha.size == size_px else resized(alpha, size_px, Image.Resampling.NEAREST)


def _steps(edit: Edit) -> Iterator[Step]:
    """Yield what is to be done, in the order in which a painter would; an ornament where no word was understood."""
    planned = [*_on_the_whole(edit), *_on_top(edit)]
    if edit.has_hole:
        yield lambda canvas: _emptied(canvas, edit)
    yield from planned or [lambda canvas: _ornament(canvas, edit)]


def _on_the_whole(edit: Edit) -> Iterator[Step]:
    reading, others = edit.reading, edit.others
    if "restyle" in reading.changes and others:
        yield _colors(lambda picture: grades.repainted(picture, others[0]))
    if reading.backdrops and not edit.has_hole:
        yield lambda canvas: _moved(canvas, edit)
    elif reading.times:
        yield _colors(grades.TIMES[reading.times[0]])
        if reading.times[0] == "night":
            yield lambda canvas: _night_sky(canvas, edit)
    for color in _tints(reading):
        yield _colors(lambda picture, color=color: grades.tint(picture, color))
    for change in reading.changes:
        if change in grades.CHANGES and (change != "keep" or reading.changes == ("keep",)):
            yield _colors(grades.CHANGES[change])


def _on_top(edit: Edit) -> Iterator[Step]:
    new = tuple(mention for mention in edit.reading.mentions if not mention.is_known)
    if new:
        yield lambda canvas: _joined(canvas, actors(new, edit.chance), edit)
    for name in edit.reading.weathers:
        yield lambda canvas, name=name: _under_weather(canvas, name, edit)
    for name in edit.reading.styles:
        yield _colors(lambda picture, name=name: STYLES[name](picture, edit.chance))
    if edit.others and "restyle" not in edit.reading.changes:
        yield lambda canvas: _with_insets(canvas, edit)


def _tints(reading: Reading) -> tuple[Color, ...]:
    known = tuple(mention.color for mention in reading.mentions if mention.is_known and mention.color)
    return known[:1] or ((reading.mood,) if reading.mood else ())


def _colors(change: Step) -> Step:
    """Let a change of colours leave the alpha alone."""

    def step(canvas: Image.Image) -> Image.Image:
        changed = change(canvas.convert("RGB")).convert("RGBA")
        changed.putalpha(canvas.getchannel("A"))
        return changed

    return step


def _land(canvas: Image.Image, edit: Edit) -> Land:
    light = LIGHTS[edit.reading.times[0]] if edit.reading.times else LIGHTS["day"]
    return Land(canvas=canvas, light=light, chance=edit.chance, horizon_px=canvas.height * 0.6)


def _emptied(canvas: Image.Image, edit: Edit) -> Image.Image:
    """Wash the hole out with its surroundings, so that what is painted there replaces what was."""
    reach = max(edit.area[2] - edit.area[0], edit.area[3] - edit.area[1])
    return canvas.filter(ImageFilter.GaussianBlur(reach / 6))


def _night_sky(canvas: Image.Image, edit: Edit) -> Image.Image:
    """Put stars and a moon where the picture is likely to have its sky."""
    layer = Image.new("RGBA", canvas.size)
    land = replace(_land(layer, edit), horizon_px=canvas.height * 0.42)
    stars(land, 60)
    moon = SUBJECTS["moon"]
    size = min(canvas.size) * 0.13
    moon.draw(land.brush(canvas.width * 0.84, size * 1.7, size), Coat(main=moon.coats[0][0], accent=WHITE))
    return Image.alpha_composite(canvas, layer)


def _moved(canvas: Image.Image, edit: Edit) -> Image.Image:
    """Put what the picture is about into another place."""
    scenery = replace(edit.reading, mentions=(), weathers=(), changes=(), styles=(), mood=None)
    place = compose(canvas.size, scenery, edit.chance)
    mask = ImageChops.multiply(subject_mask(canvas), canvas.getchannel("A"))
    return Image.composite(canvas, place, mask)


def _joined(canvas: Image.Image, cast: tuple[Actor, ...], edit: Edit) -> Image.Image:
    """Draw new things on the picture, each where such a thing is likely to be."""
    joined = canvas.copy()
    left, top, right, bottom = edit.area
    wide, high = right - left, bottom - top
    side = edit.chance.choice((-1, 1))
    light = _land(canvas, edit).light
    for index, actor in enumerate(cast):
        if actor.subject.place is Place.WORN and not edit.has_hole:
            _dress(joined, actor, canvas)
            continue
        x, foot, height = _spot(actor, edit, side * (-1) ** index, index // 2)
        fit = min(1.0, wide * 0.96 / (actor.subject.ratio * height * min(wide, high)))
        size = height * min(wide, high) * fit
        put(joined, actor, (left + x * wide, top + foot * high), size, light, overdraw=2)
    return joined


def _spot(actor: Actor, edit: Edit, side: int, ring: int) -> tuple[float, float, float]:
    """Return where a thing goes: x and foot as shares of the area, its height as a share of the area's short side."""
    if edit.has_hole:
        return 0.5, 0.94, 0.86
    size = actor.subject.size
    match actor.subject.place:
        case Place.SKY:
            return 0.5 + side * (0.3 - 0.1 * ring), 0.13 + size, size
        case Place.AIR:
            return 0.5 + side * (0.28 - 0.08 * ring), 0.16 + size * 0.75, size * 0.75
        case Place.GROUND | Place.BEHIND | Place.WATER | Place.WORN:
            return 0.5 + side * (0.29 - 0.09 * ring), 0.95, size * 0.72


def _dress(joined: Image.Image, actor: Actor, canvas: Image.Image) -> None:
    """Put something to wear on whatever the picture is about, as if its upper part were a head."""
    found = mapped(subject_mask(canvas), lambda value: 255 if value > _CERTAINLY else 0)
    left, top, right, bottom = found.getbbox() or (0, 0, *canvas.size)
    tall = bottom - top
    head = found.crop((left, top, right, top + max(1, round(tall * _HEAD)))).getbbox() or (0, 0, right - left, tall)
    width = head[2] - head[0]
    begin, wide = _FITS[actor.name]
    height = width * wide / actor.subject.ratio
    foot = max(top + tall * begin + (height if begin else tall * 0.07), height * 1.03)
    put(joined, actor, (left + (head[0] + head[2]) / 2, foot), height, None, overdraw=2)


def _under_weather(canvas: Image.Image, name: str, edit: Edit) -> Image.Image:
    layer = canvas.copy()
    WEATHERS[name](_land(layer, edit))
    return layer


def _with_insets(canvas: Image.Image, edit: Edit) -> Image.Image:
    """Lay the further inputs on the picture as small prints, along its lower edge."""
    laid = canvas.copy()
    count = len(edit.others)
    per_row = min(count, 5)
    side = min(canvas.height * 0.26, canvas.width * 0.86 / per_row)
    for index, other in enumerate(edit.others):
        row, column = divmod(index, per_row)
        card = _print(other, round(side * 0.9)).rotate(
            edit.chance.uniform(-5, 5), Image.Resampling.BICUBIC, expand=True
        )
        x = canvas.width * 0.06 + side * (column + 0.5)
        y = canvas.height * 0.95 - side * (row + 0.5)
        spot = max(0, round(x - card.width / 2)), max(0, round(y - card.height / 2))
        shadow = Image.new("RGBA", card.size, (20, 16, 32, 0))
        shadow.putalpha(mapped(card.getchannel("A").filter(ImageFilter.GaussianBlur(5)), lambda value: value * 0.4))
        laid.alpha_composite(shadow, (spot[0], spot[1] + 4))
        laid.alpha_composite(card, spot)
    return laid


def _print(picture: Image.Image, side_px: int) -> Image.Image:
    """Return the whole picture as a print with a white border and a little room around it for turning."""
    share = side_px * 0.86 / max(picture.size)
    inner = _scaled(picture, share)
    rim = max(2, round(side_px * 0.035))
    card = Image.new("RGBA", (inner.width + 6 * rim, inner.height + 6 * rim))
    ImageDraw.Draw(card).rounded_rectangle(
        (2 * rim, 2 * rim, card.width - 2 * rim, card.height - 2 * rim), rim, fill=(255, 255, 255, 255)
    )
    card.alpha_composite(inner, (3 * rim, 3 * rim))
    return card


def _ornament(canvas: Image.Image, edit: Edit) -> Image.Image:
    """Answer words that mean nothing here with a ribbon of light across the picture, in a colour of its own."""
    layer = Image.new("RGBA", canvas.size)
    left, top, right, bottom = edit.area
    unit = min(right - left, bottom - top)
    pen = Brush(canvas=layer, x_px=left, y_px=bottom, unit_px=unit)
    wide, high = (right - left) / unit, (bottom - top) / unit
    hue = edit.chance.random()
    base, swing = high * edit.chance.uniform(0.08, 0.2), edit.chance.uniform(0.05, 0.1)
    for band in range(4):
        color = mix(from_hue(hue + band * 0.05, 0.6, 0.75), WHITE, 0.12)
        low = base + band * 0.055
        path = [(wide * step / 5, low + swing * (-1) ** step * (1 - band * 0.12)) for step in range(-1, 7)]
        upper = smooth(path, closed=False)
        lower = [(x, y - 0.075) for x, y in reversed(upper)]
        pen.polygon([*upper, *lower], color, opacity=0.36)
    for _ in range(7):
        spot = edit.chance.uniform(0.05, wide), edit.chance.uniform(0.2, high)
        pen.glow(*spot, edit.chance.uniform(0.03, 0.07), mix(from_hue(hue, 0.7, 0.8), WHITE, 0.5), 0.9)
    return Image.alpha_composite(canvas, layer)
