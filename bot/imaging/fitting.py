"""Make a picture small enough for a place's upload limit, losing as little as that takes."""

import math
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image

from bot.errors import PictureRejected
from bot.imaging.encoding import FINE_JPEG, FINE_WEBP, PLAIN_JPEG, PLAIN_WEBP, Encoding, encode
from bot.imaging.limits import Limits
from bot.imaging.opening import opened
from bot.imaging.pixels import develop
from bot.model import Reason

_WEBP_MAX_SIDE_PX = 16_383  # https://developers.google.com/speed/webp/faq, "maximum size" (read 2026-11-20)
_WEBP_MAX_PIXELS = 1 << 24
"""Above this a WebP starts smaller: libwebp maps about 28 bytes for each pixel it encodes."""
_SMALLER = 0.9
"""The most of a side that a further try keeps; each try must win something."""
_AIM = 0.95
"""Part of the limit a smaller try aims at: bytes do not shrink quite as fast as pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A file that fits, and what was done for it.

    Where the original fitted, `path` is the original, `quality` is None, and width and height are as stored,
    whatever its orientation. `scale` is the part of each side that is left (1.0 is all of it).
    """

    path: Path
    format: str
    size_bytes: int
    width_px: int
    height_px: int
    quality: int | None = None
    scale: float = 1.0

    @property
    def is_original(self) -> bool:
        """Whether these are the original's own bytes."""
        return self.quality is None


def fit(source: Path, output: Path, limits: Limits, limit_bytes: int) -> Fitted:
    """Return the original where it fits `limit_bytes`, else write the best smaller copy into `output`.

    Without alpha: JPEG q95 4:4:4, then q92 4:2:0, then fewer pixels. With alpha the same in WebP, as JPEG
    has none. Raises `PictureRejected`; its `FILE_TOO_BIG` means that not even one pixel fits.
    """
    original = _original(source, limits)
    if original.size_bytes <= limit_bytes:
        return original
    image = develop(source, limits).image
    with output.open("r+b") as stream:
        return _first_that_fits(_copies(image, stream, limit_bytes), limit_bytes).fitted(output)


def _original(source: Path, limits: Limits) -> Fitted:
    with opened(source, limits) as picture:
        return Fitted(
            path=source,
            format=picture.format.name,
            size_bytes=picture.size_bytes,
            width_px=picture.image.width,
            height_px=picture.image.height,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """One try: what was encoded, how, and how big it came out."""

    image: Image.Image
    encoding: Encoding
    size_bytes: int
    scale: float

    def fitted(self, path: Path) -> Fitted:
        return Fitted(
            path=path,
            format=self.encoding.format.name,
            size_bytes=self.size_bytes,
            width_px=self.image.width,
            height_px=self.image.height,
            quality=self.encoding.quality,
            scale=self.scale,
        )


def _first_that_fits(copies: Iterable[_Copy], limit_bytes: int) -> _Copy:
    size_bytes = 0
    for copy in copies:
        if copy.size_bytes <= limit_bytes:
            return copy
        size_bytes = copy.size_bytes
    raise PictureRejected(Reason.FILE_TOO_BIG, size_bytes=size_bytes, limit_bytes=limit_bytes)


def _copies(image: Image.Image, stream: IO[bytes], limit_bytes: int) -> Generator[_Copy]:
    """Encode ever smaller copies into `stream`, the best first, each over the one before."""
    fine, plain = (FINE_WEBP, PLAIN_WEBP) if image.mode == "RGBA" else (FINE_JPEG, PLAIN_JPEG)
    scale = _largest_webp_scale(image) if fine is FINE_WEBP else 1.0
    yield _copy(image, stream, fine, scale)
    copy = _copy(image, stream, plain, scale)
    yield copy
    while max(copy.image.size) > 1:
        scale *= min(_SMALLER, _AIM * math.sqrt(limit_bytes / copy.size_bytes))
        copy = _copy(image, stream, plain, scale)
        yield copy


def _largest_webp_scale(image: Image.Image) -> float:
    by_pixels = math.sqrt(_WEBP_MAX_PIXELS / (image.width * image.height))
    return min(1.0, by_pixels, _WEBP_MAX_SIDE_PX / max(image.size))


def _copy(image: Image.Image, stream: IO[bytes], encoding: Encoding, scale: float) -> _Copy:
    size_px = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
    small = image
    if size_px != image.size:
        small = image.resize(size_px, Image.Resampling.LANCZOS)  # pyright: ignore[reportUnknownMemberType]  # Pillow's signature names numpy's types, and numpy is not installed
    return _Copy(image=small, encoding=encoding, size_bytes=encode(small, stream, encoding), scale=scale)
