"""Finds what a picture is about, so that its background can be taken away; it looks at colours only."""

from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from playground.images.painting.pixels import mapped, resized

_WORK_PX: Final = 200
_BORDER: Final = 0.05
_HALF: Final = 128
_CERTAIN: Final = (0.04, 0.8)  # the share of the picture that a believable subject covers


def subject_mask(picture: Image.Image) -> Image.Image:
    """Return a mask (L) of the subject: what differs from the colours at the left and right end of its own row.

    A picture where that finds next to nothing, or nearly everything, gets a soft oval around its middle instead.
    """
    share = _WORK_PX / max(picture.size)
    size = max(8, round(picture.width * share)), max(8, round(picture.height * share))
    small = resized(picture.convert("RGB"), size, Image.Resampling.BOX)
    unlike = ImageChops.difference(small.filter(ImageFilter.GaussianBlur(1)), _expected(small))
    strongest = mapped(_brightest(unlike), lambda value: value * 3.2)
    middle = mapped(resized(Image.radial_gradient("L"), size), lambda value: 420 - value * 2.1)
    found = mapped(ImageChops.multiply(strongest, middle), lambda value: (value - 56) * 10)
    found = found.filter(ImageFilter.MaxFilter(7)).filter(ImageFilter.MinFilter(7)).filter(ImageFilter.MedianFilter(5))
    found = _middle_piece(mapped(found, lambda value: 255 if value > _HALF else 0))
    covered = sum(found.histogram()[128:]) / (size[0] * size[1])
    if not _CERTAIN[0] <= covered <= _CERTAIN[1]:
        found = mapped(resized(Image.radial_gradient("L"), size), lambda value: (168 - value) * 7)
    large = resized(found.filter(ImageFilter.GaussianBlur(1)), picture.size, Image.Resampling.BICUBIC)
    return mapped(large, lambda value: (value - 96) * 4)


def _expected(small: Image.Image) -> Image.Image:
    """Return the background as its left and right borders foretell it, blended across."""
    rim = max(2, round(small.width * _BORDER))
    left = resized(resized(small.crop((0, 0, rim, small.height)), (1, small.height)), small.size)
    right = resized(
        resized(small.crop((small.width - rim, 0, small.width, small.height)), (1, small.height)), small.size
    )
    across = resized(Image.linear_gradient("L").rotate(90), small.size)
    return Image.composite(right, left, across)


def _middle_piece(found: Image.Image) -> Image.Image:
    """Return only the piece nearest below the middle, without its holes: clouds and bystanders go."""
    x = found.width // 2
    heights = [round(found.height * share) for share in (0.55, 0.65, 0.5, 0.75, 0.4, 0.85)]
    start = next((y for y in heights if found.getpixel((x, y))), None)
    if start is None:
        return found
    ImageDraw.floodfill(found, (x, start), _HALF)
    piece = ImageOps.expand(mapped(found, lambda value: 255 if value == _HALF else 0), border=1)
    ImageDraw.floodfill(piece, (0, 0), _HALF)
    whole = mapped(piece, lambda value: 0 if value == _HALF else 255)
    return whole.crop((1, 1, whole.width - 1, whole.height - 1))


def _brightest(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)
