"""From a request to an encoded picture, and from a picture to its previews; pure, so that any pool may run it."""

import io
from typing import Final

from PIL import Image, ImageFilter

from playground.images.endpoint import ImageRequest
from playground.images.painting.encode import encode, label
from playground.images.painting.lights import LIGHTS
from playground.images.painting.palette import Fade, mix
from playground.images.painting.pixels import resized
from playground.images.painting.scenery import Land, clouds, hill, sky
from playground.images.painting.words import chance, read

_DRAWN_PIXELS: Final = 4_400_000


def paint(request: ImageRequest, seed: int, index: int) -> bytes:
    """Paint one picture of a request: the same for the same prompt, seed, index and inputs, every time."""
    reading = read(request.prompt)
    luck = chance(request.prompt, seed, index)
    scale = min(2.0, (_DRAWN_PIXELS / (request.width_px * request.height_px)) ** 0.5)
    size = round(request.width_px * scale), round(request.height_px * scale)
    canvas = Image.new("RGBA", size)
    light = LIGHTS[(reading.times or ("day",))[0]]
    land = Land(canvas=canvas, light=light, chance=luck, horizon_px=size[1] * 0.66)
    sky(land)
    clouds(land, 4)
    for step, color in enumerate(light.land):
        hill(land, size[1] * (0.6 + 0.1 * step), size[1] * 0.05, Fade(color, mix(color, light.sky[-1], 0.2)))
    picture = resized(canvas, (request.width_px, request.height_px))
    label(picture)
    return encode(picture.convert("RGB"), request.output_format, request.compression_pct, prompt=request.prompt)


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
