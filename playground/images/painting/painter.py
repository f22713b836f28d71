"""From a request to an encoded picture, and from a picture to its previews; pure, so that any pool may run it."""

import io
from random import Random
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

_DRAWN_PIXELS: Final = 4_200_000
_OVERDRAW: Final = 2.0  # shapes are drawn at up to this multiple of the size and averaged down: smooth edges


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
    """Return so many previews of an encoded picture in its own format, the least clear first."""
    with Image.open(io.BytesIO(picture)) as opened:
        whole, kind = opened.copy(), opened.format or "PNG"
    reach = min(whole.size) / 24
    previews: list[bytes] = []
    for step in range(count):
        softened = whole.filter(ImageFilter.GaussianBlur(reach * 0.35**step))
        buffer = io.BytesIO()
        softened.save(buffer, format=kind)
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
    scale = min(_OVERDRAW, (_DRAWN_PIXELS / (size_px[0] * size_px[1])) ** 0.5)
    drawn_px = round(size_px[0] * scale), round(size_px[1] * scale)
    draw = sticker if request.background == "transparent" else compose
    drawn = draw(drawn_px, reading, luck)
    picture = resized(drawn, size_px, Image.Resampling.BOX if scale >= _OVERDRAW else None)
    for name in reading.styles:
        alpha = picture.getchannel("A")
        picture = STYLES[name](picture.convert("RGB"), luck).convert("RGBA")
        picture.putalpha(alpha)
    label(picture)
    return picture
