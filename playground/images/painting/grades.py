"""Changes the light and colour of a finished picture: tints, times of day, brightness; RGB in, RGB out."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from playground.images.painting.palette import WHITE, Color, mix, shade
from playground.images.painting.pixels import mapped, resized


def tint(picture: Image.Image, color: Color, strength: float = 0.72) -> Image.Image:
    """Return the picture in shades of one colour, by so much."""
    gray = ImageOps.autocontrast(picture.convert("L"), cutoff=1)
    toned = ImageOps.colorize(gray, black=shade(color, 0.78), mid=color, white=mix(color, WHITE, 0.82))
    return Image.blend(picture, toned, strength)


def night(picture: Image.Image) -> Image.Image:
    """Return the picture as by moonlight; who hangs the moon is not decided here."""
    dark = ImageEnhance.Color(picture).enhance(0.7)
    return ImageChops.multiply(dark, _sheet(picture, ((64, 78, 150), (124, 136, 202))))


def sunset(picture: Image.Image) -> Image.Image:
    """Return the picture in the last light of the day."""
    warm = ImageChops.multiply(picture, _sheet(picture, ((200, 116, 170), (255, 190, 120))))
    return ImageChops.screen(warm, _sheet(picture, ((48, 10, 40), (70, 34, 6))))


def dawn(picture: Image.Image) -> Image.Image:
    """Return the picture in pale morning light."""
    soft = ImageEnhance.Contrast(picture).enhance(0.86)
    return Image.blend(soft, ImageChops.screen(soft, _sheet(picture, ((120, 110, 160), (150, 110, 100)))), 0.6)


def day(picture: Image.Image) -> Image.Image:
    """Return the picture in full light."""
    return ImageEnhance.Color(mapped(picture, lambda value: 255 * (value / 255) ** 0.78)).enhance(1.12)


def overcast(picture: Image.Image) -> Image.Image:
    """Return the picture under clouds."""
    gray = ImageEnhance.Color(picture).enhance(0.45)
    return ImageChops.multiply(gray, _sheet(picture, ((168, 180, 196), (206, 214, 222))))


def brighter(picture: Image.Image) -> Image.Image:
    """Return it lighter, most in the shadows."""
    return mapped(picture, lambda value: 255 * (value / 255) ** 0.66)


def darker(picture: Image.Image) -> Image.Image:
    """Return it darker, least in the lights."""
    return mapped(picture, lambda value: 255 * (value / 255) ** 1.55)


def vivid(picture: Image.Image) -> Image.Image:
    """Return it with stronger colours."""
    return ImageEnhance.Color(picture).enhance(1.7)


def faded(picture: Image.Image) -> Image.Image:
    """Return it with weaker colours and softer blacks."""
    return Image.blend(ImageEnhance.Color(picture).enhance(0.45), _sheet(picture, (WHITE, WHITE)), 0.16)


def blurred(picture: Image.Image) -> Image.Image:
    """Return it out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(min(picture.size) / 64))


def finer(picture: Image.Image) -> Image.Image:
    """Return it a little crisper and nothing else."""
    return picture.filter(ImageFilter.UnsharpMask(radius=2, percent=90, threshold=2))


def framed(picture: Image.Image) -> Image.Image:
    """Return it smaller on a white mount with a thin line around it."""
    side = min(picture.size)
    mount, line = round(side * 0.07), max(1, round(side * 0.004))
    inner = resized(picture, (picture.width - 2 * mount, picture.height - 2 * mount))
    board = Image.new("RGB", picture.size, (252, 249, 243))
    board.paste(
        shade((220, 210, 196), 0.1),
        (mount - line, mount - line, mount + inner.width + line, mount + inner.height + line),
    )
    board.paste(inner, (mount, mount))
    return board


def closer(picture: Image.Image) -> Image.Image:
    """Return its middle, larger."""
    side_x, side_y = round(picture.width * 0.17), round(picture.height * 0.17)
    return resized(picture.crop((side_x, side_y, picture.width - side_x, picture.height - side_y)), picture.size)


def farther(picture: Image.Image) -> Image.Image:
    """Return it smaller, in the midst of its own blurred surroundings."""
    around = picture.filter(ImageFilter.GaussianBlur(min(picture.size) / 20))
    inner = resized(picture, (round(picture.width * 0.68), round(picture.height * 0.68)))
    around.paste(
        inner, ((picture.width - inner.width) // 2, (picture.height - inner.height) // 2), soft_edges(inner.size)
    )
    return around


def soft_edges(size_px: tuple[int, int], share: float = 0.05) -> Image.Image:
    """Return a mask (L) that is white inside and fades out along the edges."""
    rim = max(2, round(min(size_px) * share))
    mask = Image.new("L", size_px)
    mask.paste(255, (rim, rim, size_px[0] - rim, size_px[1] - rim))
    return mask.filter(ImageFilter.GaussianBlur(rim / 2))


def repainted(picture: Image.Image, model: Image.Image) -> Image.Image:
    """Return the picture in the colours of another: each channel takes over the other's distribution."""
    bands = [_matched(own, other) for own, other in zip(picture.split(), model.convert("RGB").split(), strict=True)]
    return Image.blend(picture, Image.merge("RGB", bands), 0.9)


def _matched(own: Image.Image, other: Image.Image) -> Image.Image:
    goals = _shares(other)
    table: list[int] = []
    level = 0
    for share in _shares(own):
        while level < 255 and goals[level] < share:  # noqa: PLR2004 - the last level of a band
            level += 1
        table.append(level)
    return mapped(own, lambda value: table[value])


def _shares(band: Image.Image) -> list[float]:
    total, seen, shares = band.width * band.height, 0, list[float]()
    for count in band.histogram():
        seen += count
        shares.append(seen / total)
    return shares


def _sheet(picture: Image.Image, ends: tuple[Color, Color]) -> Image.Image:
    """Return a sheet of the picture's size that runs from one colour at the top to another at the bottom."""
    ramp = resized(Image.linear_gradient("L"), picture.size, Image.Resampling.BILINEAR)
    return ImageOps.colorize(ramp, black=ends[0], white=ends[1])


TIMES: Final[Mapping[str, Callable[[Image.Image], Image.Image]]] = MappingProxyType(
    {"night": night, "sunset": sunset, "dawn": dawn, "day": day, "overcast": overcast}
)
CHANGES: Final[Mapping[str, Callable[[Image.Image], Image.Image]]] = MappingProxyType(
    {
        "brighter": brighter,
        "darker": darker,
        "vivid": vivid,
        "faded": faded,
        "blur": blurred,
        "mirror": ImageOps.mirror,
        "upside_down": ImageOps.flip,
        "closer": closer,
        "farther": farther,
        "frame": framed,
        "keep": finer,
    }
)
