"""Jobs of a gateway's check-up, as they run inside a worker: pictures to try it with, and what an edit left alone."""

from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from bot.imaging.encoding import LOSSLESS, write
from bot.imaging.limits import Limits
from bot.imaging.pixels import develop
from bot.model import CleanPicture

TOLERANCE = 16
"""Steps of 256 by which a channel may move unseen: what JPEG at quality 95 costs, and a little more."""

_EDGE_PX = 8
"""A painter blends the hole's edge into the rest, which is no change of the rest."""

_OPAQUE = 255


def sample(output: Path, size_px: tuple[int, int]) -> CleanPicture:
    """Write a picture of stripes in a gradient: easy to describe, and no two parts of it are alike."""
    gradient = Image.linear_gradient("L")
    down, up = _resized(gradient, size_px), _resized(gradient.transpose(Image.Transpose.FLIP_TOP_BOTTOM), size_px)
    sixteen = _resized(gradient.transpose(Image.Transpose.ROTATE_90), (16, 1))
    across = _resized(sixteen, size_px, Image.Resampling.NEAREST)
    picture = Image.merge("RGB", (down, across, up))
    return CleanPicture(path=output, blob=write(picture, output, LOSSLESS))


def hole(output: Path, size_px: tuple[int, int]) -> CleanPicture:
    """Write a mask: opaque black with a clear middle, half as wide and high as the whole."""
    width_px, height_px = size_px
    mask = Image.new("RGBA", size_px, (0, 0, 0, _OPAQUE))
    mask.paste((0, 0, 0, 0), (width_px // 4, height_px // 4, width_px * 3 // 4, height_px * 3 // 4))
    return CleanPicture(path=output, blob=write(mask, output, LOSSLESS))


def changed_outside(before: Path, after: Path, mask: Path, limits: Limits) -> float:
    """Return which share (0 to 1) of the pixels outside a mask's hole differ by more than `TOLERANCE`.

    A result of another size is brought to that of `before`; the mask must have it. A rim around the hole counts as
    the hole.
    """
    original = develop(before, limits).image.convert("RGB")
    result = develop(after, limits).image.convert("RGB")
    if result.size != original.size:
        result = _resized(result, original.size)
    red, green, blue = ImageChops.difference(original, result).split()
    furthest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    kept = develop(mask, limits).image.convert("RGBA").getchannel("A").filter(ImageFilter.BoxBlur(_EDGE_PX))
    outside = _at_least(kept, _OPAQUE)
    changed = ImageChops.multiply(_at_least(furthest, TOLERANCE + 1), outside)
    looked_at = outside.histogram()[_OPAQUE]
    return changed.histogram()[_OPAQUE] / looked_at if looked_at else 0.0


def _at_least(grey: Image.Image, least: int) -> Image.Image:
    """Return white where a value is at least so much, black elsewhere."""
    point = grey.point  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # as in `_resized`
    return point([_OPAQUE if value >= least else 0 for value in range(_OPAQUE + 1)])


def _resized(
    image: Image.Image, size_px: tuple[int, int], how: Image.Resampling = Image.Resampling.BILINEAR
) -> Image.Image:
    resize = image.resize  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # its signature names numpy's types, and numpy is not installed
    return resize(size_px, how)
