"""How pixels become files again: three encodings, none of which carries anything but pixels."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from PIL import Image

from bot.imaging.formats import JPEG, PNG, WEBP, Format
from bot.model import Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """One way to write a picture. `quality` is 0 to 100, None where nothing is lost."""

    format: Format
    quality: int | None = None
    subsampling: Literal["4:4:4", "4:2:0"] | None = None

    def options(self) -> dict[str, Any]:
        """Return what Pillow wants to hear.

        Nothing here optimises or goes progressive: either holds the picture twice and stalls longest
        (167 ms measured for 4K), for a few per cent.
        """
        match self.format.name:
            case "jpeg":
                return {"quality": self.quality, "subsampling": self.subsampling}
            case "webp":
                return {"quality": self.quality, "method": 0}
            case _:
                return {}


_WEBP_OUT_OF_MEMORY = "encoding error 1"  # libwebp's VP8_ENC_ERROR_OUT_OF_MEMORY, in Pillow's words

LOSSLESS = Encoding(format=PNG)
FINE_JPEG = Encoding(format=JPEG, quality=95, subsampling="4:4:4")
PLAIN_JPEG = Encoding(format=JPEG, quality=92, subsampling="4:2:0")
FINE_WEBP = Encoding(format=WEBP, quality=95)
PLAIN_WEBP = Encoding(format=WEBP, quality=90)


def write(image: Image.Image, output: Path, encoding: Encoding) -> Blob:
    """Write a picture over the existing file `output` and describe the bytes written.

    The file must exist: a worker never creates one, so that what its caller removed stays removed.
    Raises `OSError` where it cannot be written.
    """
    with output.open("r+b") as stream:
        size_bytes = encode(image, stream, encoding)
        stream.seek(0)
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return Blob(
        sha256=sha256,
        size_bytes=size_bytes,
        format=encoding.format.name,
        width_px=image.width,
        height_px=image.height,
        has_alpha=image.mode == "RGBA",
    )


def encode(image: Image.Image, stream: IO[bytes], encoding: Encoding) -> int:
    """Encode a picture over whatever `stream` holds; returns the size in bytes."""
    stream.seek(0)
    stream.truncate()
    try:
        image.save(stream, encoding.format.name, **encoding.options())
    except ValueError as error:
        if str(error) != _WEBP_OUT_OF_MEMORY:
            raise
        raise MemoryError from error
    return stream.seek(0, os.SEEK_END)
