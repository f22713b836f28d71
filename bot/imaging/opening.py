"""The decode boundary: from bytes nobody trusts to a decoded picture, or one typed refusal."""

import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image, ImageFile, UnidentifiedImageError

from bot.errors import PictureRejected
from bot.imaging.formats import BY_PILLOW_NAME, Format
from bot.imaging.limits import Limits
from bot.model import Reason

_OPENERS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_SNIFF_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A picture whose header passed; its pixels are decoded by `load`, and only then."""

    image: ImageFile.ImageFile
    format: Format
    limits: Limits
    size_bytes: int

    def load(self) -> None:
        """Decode the first frame whole; raises `PictureRejected` where it cannot be."""
        with decode_boundary(self.limits):
            self.image.load()
            _check_size(self.image, self.limits)  # a GIF's first frame may reach beyond its screen

    def is_animated(self) -> bool:
        """Tell whether frames follow the first one, without decoding any of them."""
        if not self.format.may_move:
            return False
        with decode_boundary(self.limits):
            return bool(getattr(self.image, "is_animated", False))


@contextmanager
def decode_boundary(limits: Limits) -> Generator[None]:
    """Turn whatever a decoder raises into `PictureRejected`, the one exception that leaves this room.

    The net is this wide on purpose: mutated files were seen to raise ten classes, `SyntaxError`,
    `struct.error`, `TypeError` and `RuntimeError` among them.
    """
    try:
        yield
    except PictureRejected:
        raise
    except MemoryError as error:
        raise PictureRejected(Reason.DECODER_OUT_OF_MEMORY, limit_bytes=limits.memory_bytes) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureRejected(
            Reason.TOO_MANY_PIXELS, pixels=_pixels_named_in(error), limit_pixels=limits.max_pixels
        ) from error
    except Exception as error:
        raise PictureRejected(Reason.DAMAGED, error=type(error).__name__) from error


@contextmanager
def opened(path: Path, limits: Limits) -> Generator[Opened]:
    """Open a file and check its size, format and pixel count; nothing is decoded yet.

    The format is what the bytes say; the file's name is not looked at. Raises `PictureRejected`, and
    `OSError` where the file itself cannot be read.
    """
    with path.open("rb") as stream:
        size_bytes = os.fstat(stream.fileno()).st_size
        if size_bytes > limits.max_file_bytes:
            raise PictureRejected(Reason.FILE_TOO_BIG, size_bytes=size_bytes, limit_bytes=limits.max_file_bytes)
        with decode_boundary(limits):
            image = _identify(stream)
            _check_size(image, limits)
        yield Opened(
            image=image,
            format=BY_PILLOW_NAME[image.format or ""],
            limits=limits,
            size_bytes=size_bytes,
        )


def _identify(stream: IO[bytes]) -> ImageFile.ImageFile:
    openers = (*_OPENERS, "HEIF") if "HEIF" in Image.OPEN else _OPENERS
    try:
        return Image.open(stream, formats=openers)
    except UnidentifiedImageError as error:
        stream.seek(0)
        raise PictureRejected(_why_unidentified(stream.read(_SNIFF_BYTES))) from error


def _why_unidentified(head: bytes) -> Reason:
    """Tell a broken picture of a known kind, and a HEIC, from something that is no picture of ours."""
    brands = {head[at : at + 4] for at in range(8, len(head), 4)} if head[4:8] == b"ftyp" else set[bytes]()
    is_ours = head.startswith(_MAGIC) or head[8:12] == b"WEBP" or brands & _AVIF_BRANDS
    if is_ours or not head:
        return Reason.DAMAGED
    if brands & _HEIC_BRANDS:
        return Reason.HEIC_UNSUPPORTED
    return Reason.FORMAT_UNSUPPORTED


def _check_size(image: Image.Image, limits: Limits) -> None:
    width_px, height_px = image.size
    if min(image.size) < 1:
        raise PictureRejected(Reason.DAMAGED, width_px=width_px, height_px=height_px)
    if max(image.size) > limits.max_side_px:
        raise PictureRejected(Reason.SIDE_TOO_LONG, width_px=width_px, height_px=height_px, limit_px=limits.max_side_px)
    if width_px * height_px > limits.max_pixels:
        raise PictureRejected(Reason.TOO_MANY_PIXELS, pixels=width_px * height_px, limit_pixels=limits.max_pixels)


def _pixels_named_in(error: Exception | Warning) -> int | None:
    """Read the pixel count out of Pillow's sentence, the only place where a refused header leaves it."""
    number = re.search(r"\((\d+) pixels\)", str(error))
    return int(number[1]) if number else None
