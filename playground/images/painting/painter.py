"""From a request to an encoded picture, and from a picture to its previews; pure, so that any pool may run it."""

import io
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from playground.images.endpoint import ImageRequest
from playground.images.painting.composition import compose, sticker
from playground.images.painting.cutout import subject_mask
from playground.images.painting.encode import encode, label
from playground.images.painting.pixels import resized
from playground.images.painting.retouch import retouch
from playground.images.painting.styles import STYLES
from playground.images.painting.words import Reading, chance, read

_SMOOTH_BY_ITSELF: Final = 1.2  # below this multiple averaging alone leaves steps on the edges
_PREVIEW_PX: Final = 384  # a preview holds no more detail than this along its longer side


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """How much work a quality is worth.

    Units:  shapes are drawn at up to `overdraw` times the size, within `drawn_pixels`, and averaged down, which
            makes their edges smooth; `detail` multiplies how many small things there are.
    """

    overdraw: float
    drawn_pixels: int
    detail: float


_CARE: Final = MappingProxyType(
    {
        "low": Care(overdraw=1.25, drawn_pixels=2_500_000, detail=0.6),
        "medium": Care(overdraw=1.5, drawn_pixels=4_200_000, detail=1.0),
        "high": Care(overdraw=2.0, drawn_pixels=6_000_000, detail=1.5),
        "xhigh": Care(overdraw=2.0, drawn_pixels=7_000_000, detail=1.8),
        "max": Care(overdraw=2.0, drawn_pixels=8_300_000, detail=2.1),
    }
)


def paint(request: ImageRequest, seed: int, index: int) -> bytes:
    """Paint one picture of a request: the same for the same prompt, seed, index and inputs, every time."""
    reading = read(request.prompt)
    luck = chance(request.prompt, seed, index)
    picture = _edited(request, reading, luck) if request.inputs else _invented(request, reading, luck)
    if request.background != "transparent":
        backed = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(backed, picture).convert("RGB")
    return encode(picture, request.output_format, request.compression_pct, prompt=request.prompt)


def blur(picture: bytes, count: int) -> tuple[bytes, ...]:
    """Return so many previews of an encoded picture in its own format and size, the least clear first."""
    with Image.open(io.BytesIO(picture)) as opened:
        whole, kind = opened.copy(), opened.format or "PNG"
    share = min(1.0, _PREVIEW_PX / max(whole.size))
    small = resized(whole, (round(whole.width * share), round(whole.height * share)), Image.Resampling.BOX)
    reach = min(small.size) / 24
    previews: list[bytes] = []
    for step in range(count):
        softened = small.filter(ImageFilter.GaussianBlur(reach * 0.35**step))
        buffer = io.BytesIO()
        resized(softened, whole.size, Image.Resampling.BILINEAR).save(buffer, format=kind, compress_level=1)
        previews.append(buffer.getvalue())
    return tuple(previews)


def _edited(request: ImageRequest, reading: Reading, luck: Random) -> Image.Image:
    size_px = request.width_px, request.height_px
    picture = retouch(request.inputs, request.mask, size_px, reading, luck)
    alpha = picture.getchannel("A")
    if request.background == "transparent" and alpha.getextrema() == (255, 255):
        picture.putalpha(ImageChops.multiply(alpha, subject_mask(picture)))
    return picture


def _invented(request: ImageRequest, reading: Reading, luck: Random) -> Image.Image:
    size_px = request.width_px, request.height_px
    care = _CARE[request.quality]
    scale = min(care.overdraw, (care.drawn_pixels / (size_px[0] * size_px[1])) ** 0.5)
    drawn_px = round(size_px[0] * scale), round(size_px[1] * scale)
    draw = sticker if request.background == "transparent" else compose
    drawn = draw(drawn_px, reading, luck, care.detail)
    if draw is compose:
        drawn = drawn.convert("RGB")  # it hides nothing, and three bands are averaged faster than four
    if scale < _SMOOTH_BY_ITSELF:
        drawn = drawn.filter(ImageFilter.SMOOTH)
    picture = resized(drawn, size_px, Image.Resampling.BOX if scale > 1 else Image.Resampling.BICUBIC)
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    for name in reading.styles:
        picture = STYLES[name](picture.convert("RGB"), luck)
    picture = picture.convert("RGBA")
    if alpha is not None:
        picture.putalpha(alpha)
    label(picture)
    return picture
