"""Redoes a finished picture in the manner of a medium: watercolour, pixels, pencil, neon; RGB in, RGB out."""

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from playground.images.painting.palette import INK, Color
from playground.images.painting.pixels import mapped, resized

Style = Callable[[Image.Image, Random], Image.Image]
_PAPER: Final[Color] = (252, 248, 238)
_WORK_PX: Final = 720  # media with coarse strokes are worked at this short side and enlarged


def watercolor(picture: Image.Image, chance: Random) -> Image.Image:
    """Let the colours run and dry darker at their edges, on rough paper with a ragged white margin."""
    small = _small(picture)
    runs = small.filter(ImageFilter.ModeFilter(7)).filter(ImageFilter.GaussianBlur(0.8))
    rims = mapped(_edges(runs), lambda value: 255 - min(96, value * 1.3)).filter(ImageFilter.GaussianBlur(0.7))
    washed = ImageChops.multiply(runs, Image.merge("RGB", [rims] * 3))
    blooms = ImageChops.add(noise(small.size, chance, 7), noise(small.size, chance, 26), scale=2)
    clouded = mapped(blooms, lambda value: 206 + value * 0.26)
    light = ImageChops.screen(washed, Image.new("RGB", small.size, (46, 44, 40)))
    pale = ImageChops.multiply(light, Image.merge("RGB", [clouded] * 3))
    rough = ImageChops.add(noise(small.size, chance, 24), noise(small.size, chance, 90), scale=2)
    ragged = ImageChops.add(_margin(small.size, 0.035), mapped(rough, lambda value: value * 0.35))
    margin = mapped(ragged, lambda value: (value - 150) * 6).filter(ImageFilter.GaussianBlur(0.8))
    sheet = Image.composite(pale, Image.new("RGB", small.size, _PAPER), margin)
    return _grained(resized(sheet, picture.size, Image.Resampling.BICUBIC), chance, 0.16)


def pixel(picture: Image.Image, chance: Random) -> Image.Image:
    """Make it of large squares in few colours."""
    del chance
    share = 104 / min(picture.size)
    small = resized(picture, (round(picture.width * share), round(picture.height * share)), Image.Resampling.BOX)
    few = ImageEnhance.Color(small).enhance(1.2).quantize(28, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return resized(few.convert("RGB"), picture.size, Image.Resampling.NEAREST)


def sketch(picture: Image.Image, chance: Random) -> Image.Image:
    """Draw it in pencil: lines where it changes, hatching where it is dark."""
    gray = picture.convert("L")
    reach = min(picture.size) / 220
    lines = mapped(_edges(gray.filter(ImageFilter.GaussianBlur(reach * 0.5))), lambda value: 255 - value * 7)
    hatch = _hatching(picture.size, chance)
    dark = mapped(ImageOps.autocontrast(gray, cutoff=2), lambda value: (150 - value) * 2)
    strokes = mapped(ImageChops.multiply(dark, ImageChops.invert(hatch)), lambda value: 255 - value * 0.62)
    wash = mapped(gray.filter(ImageFilter.GaussianBlur(reach * 2)), lambda value: 214 + value * 0.2)
    pencil = ImageChops.multiply(ImageChops.multiply(lines, strokes), wash)
    return _grained(ImageOps.colorize(pencil, black=(44, 42, 50), white=_PAPER), chance, 0.12)


def neon(picture: Image.Image, chance: Random) -> Image.Image:
    """Let its outlines glow in the dark."""
    del chance
    small = _small(picture)
    ground = ImageChops.multiply(small, Image.new("RGB", small.size, (78, 52, 120)))
    vivid = ImageEnhance.Color(ImageEnhance.Brightness(small).enhance(1.7)).enhance(2.4)
    strength = mapped(_edges(small.filter(ImageFilter.GaussianBlur(0.8))), lambda value: value * 5)
    tubes = Image.composite(vivid, Image.new("RGB", small.size), strength.filter(ImageFilter.MaxFilter(3)))
    shine = tubes.filter(ImageFilter.GaussianBlur(7))
    lit = ImageChops.screen(ImageChops.screen(ground, shine), ImageChops.screen(shine, tubes))
    return resized(lit, picture.size, Image.Resampling.BICUBIC)


def vintage(picture: Image.Image, chance: Random) -> Image.Image:
    """Age it: sepia, soft corners, grain."""
    gray = picture.convert("L")
    sepia = ImageOps.colorize(gray, black=(52, 32, 24), mid=(158, 116, 80), white=(252, 236, 204))
    aged = Image.blend(picture, sepia, 0.82)
    corners = mapped(resized(Image.radial_gradient("L"), picture.size), lambda value: 262 - value**2 / 330)
    return _grained(ImageChops.multiply(aged, Image.merge("RGB", [corners] * 3)), chance, 0.14)


def minimal(picture: Image.Image, chance: Random) -> Image.Image:
    """Reduce it to a few calm colours."""
    del chance
    small = _small(picture).filter(ImageFilter.ModeFilter(7))
    few = small.quantize(9, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    return Image.blend(picture, resized(few.filter(ImageFilter.SMOOTH_MORE), picture.size), 0.72)


def oil(picture: Image.Image, chance: Random) -> Image.Image:
    """Lay it on in thick strokes."""
    small = ImageEnhance.Color(_small(picture)).enhance(1.25)
    strokes = noise(small.size, chance, 110).filter(ImageFilter.GaussianBlur(1.1))
    moved = ImageChops.offset(small, 5, 2)
    dabs = Image.composite(small, moved, mapped(strokes, lambda value: (value - 118) * 14))
    thick = dabs.filter(ImageFilter.ModeFilter(9)).filter(ImageFilter.SMOOTH)
    relief = thick.convert("L").filter(ImageFilter.EMBOSS)
    grain = ImageChops.add(relief, strokes.filter(ImageFilter.EMBOSS), scale=2)
    lit = ImageChops.overlay(thick, Image.merge("RGB", [mapped(grain, lambda value: 128 + (value - 128) * 0.9)] * 3))
    return resized(lit, picture.size, Image.Resampling.BICUBIC)


def mono(picture: Image.Image, chance: Random) -> Image.Image:
    """Take the colour out and keep the contrast."""
    gray = ImageEnhance.Contrast(ImageOps.autocontrast(picture.convert("L"), cutoff=1)).enhance(1.15)
    return _grained(gray.convert("RGB"), chance, 0.1)


def ink(picture: Image.Image, chance: Random) -> Image.Image:
    """Wash it in thinned black ink on warm paper."""
    washed = watercolor(ImageEnhance.Contrast(picture.convert("L")).enhance(1.35).convert("RGB"), chance)
    return ImageOps.colorize(washed.convert("L"), black=(22, 26, 36), mid=(122, 128, 132), white=_PAPER)


def comic(picture: Image.Image, chance: Random) -> Image.Image:
    """Outline it and fill it flatly, with printer's dots in the shadows."""
    del chance
    smooth = ImageEnhance.Color(ImageOps.autocontrast(picture.filter(ImageFilter.ModeFilter(5)))).enhance(1.3)
    flat = smooth.quantize(20, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    dots = Image.composite(flat, ImageEnhance.Brightness(flat).enhance(0.82), _dots(picture))
    strength = _edges(picture.convert("L").filter(ImageFilter.GaussianBlur(min(picture.size) / 500)))
    lines = mapped(strength, lambda value: (value - 22) * 6).filter(ImageFilter.MaxFilter(3))
    return Image.composite(Image.new("RGB", picture.size, INK), dots, lines.filter(ImageFilter.SMOOTH))


def mosaic(picture: Image.Image, chance: Random) -> Image.Image:
    """Cut it into facets of one colour each."""
    side = min(picture.size) / 44
    columns, rows = round(picture.width / side), round(picture.height / side)
    colors = resized(picture, (columns * 2, rows * 2), Image.Resampling.BOX)
    corners = _corners(picture.size, (columns, rows), chance)
    facets = Image.new("RGB", picture.size)
    pen = ImageDraw.Draw(facets)
    for row in range(rows):
        for column in range(columns):
            a, b = corners[row][column], corners[row][column + 1]
            c, d = corners[row + 1][column + 1], corners[row + 1][column]
            pen.polygon((a, b, d), fill=colors.getpixel((column * 2, row * 2)))
            pen.polygon((b, c, d), fill=colors.getpixel((column * 2 + 1, row * 2 + 1)))
    return facets


def noise(size_px: tuple[int, int], chance: Random, cells: int) -> Image.Image:
    """Return soft noise (L) with so many spots along the short side."""
    share = cells / min(size_px)
    grid = max(2, round(size_px[0] * share)), max(2, round(size_px[1] * share))
    spots = Image.frombytes("L", grid, chance.randbytes(grid[0] * grid[1]))
    return resized(spots, size_px, Image.Resampling.BICUBIC)


def _small(picture: Image.Image) -> Image.Image:
    share = min(1.0, _WORK_PX / min(picture.size))
    return resized(picture, (round(picture.width * share), round(picture.height * share)), Image.Resampling.BOX)


def _edges(picture: Image.Image) -> Image.Image:
    """Return how fast the picture changes at each point (L), with nothing along its border."""
    found = picture.convert("L").filter(ImageFilter.FIND_EDGES)
    inner = Image.new("L", found.size)
    inner.paste(found.crop((2, 2, found.width - 2, found.height - 2)), (2, 2))
    return inner


def _margin(size_px: tuple[int, int], share: float) -> Image.Image:
    rim = round(min(size_px) * share)
    mask = Image.new("L", size_px)
    mask.paste(255, (rim, rim, size_px[0] - rim, size_px[1] - rim))
    return mask.filter(ImageFilter.GaussianBlur(rim * 0.6))


def _grained(picture: Image.Image, chance: Random, strength: float) -> Image.Image:
    """Return it on rough paper; the grain repeats every 256 px, which nobody sees."""
    tile = Image.frombytes("L", (256, 256), chance.randbytes(65536)).filter(ImageFilter.GaussianBlur(0.7))
    tile = mapped(tile, lambda value: 255 - (255 - value) * strength)
    grain = Image.new("L", picture.size)
    for x in range(0, picture.width, 256):
        for y in range(0, picture.height, 256):
            grain.paste(tile, (x, y))
    return ImageChops.multiply(picture, Image.merge("RGB", [grain] * 3))


def _hatching(size_px: tuple[int, int], chance: Random) -> Image.Image:
    step = max(5, min(size_px) // 130)
    lines = Image.new("L", size_px, 255)
    pen = ImageDraw.Draw(lines)
    for start in range(-size_px[1], size_px[0], step):
        wobble = chance.randint(-1, 1)
        pen.line(
            (start + wobble, 0, start + size_px[1], size_px[1]), fill=chance.randint(30, 90), width=max(1, step // 4)
        )
    return lines.filter(ImageFilter.GaussianBlur(0.7))


def _dots(picture: Image.Image) -> Image.Image:
    step = max(6, min(picture.size) // 110)
    tile = Image.new("L", (step * 2, step * 2), 255)
    pen = ImageDraw.Draw(tile)
    for x, y in ((0, 0), (step, step)):
        pen.ellipse((x, y, x + step * 0.8, y + step * 0.8), fill=0)
    dots = Image.new("L", picture.size)
    for x in range(0, picture.width, step * 2):
        for y in range(0, picture.height, step * 2):
            dots.paste(tile, (x, y))
    bright = mapped(picture.convert("L"), lambda value: 255 if value > 118 else 0)  # noqa: PLR2004 - a mid grey
    return ImageChops.lighter(dots, bright)


def _corners(size_px: tuple[int, int], cells: tuple[int, int], chance: Random) -> list[list[tuple[float, float]]]:
    columns, rows = cells
    wide, high = size_px[0] / columns, size_px[1] / rows
    grid: list[list[tuple[float, float]]] = []
    for row in range(rows + 1):
        line: list[tuple[float, float]] = []
        for column in range(columns + 1):
            free_x, free_y = 0 < column < columns, 0 < row < rows
            x = (column + free_x * chance.uniform(-0.34, 0.34)) * wide
            y = (row + free_y * chance.uniform(-0.34, 0.34)) * high
            line.append((x, y))
        grid.append(line)
    return grid


STYLES: Final[Mapping[str, Style]] = MappingProxyType(
    {
        "watercolor": watercolor,
        "pixel": pixel,
        "sketch": sketch,
        "neon": neon,
        "vintage": vintage,
        "minimal": minimal,
        "oil": oil,
        "mono": mono,
        "ink": ink,
        "comic": comic,
        "mosaic": mosaic,
    }
)
