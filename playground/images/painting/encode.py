"""Turns a finished painting into the file asked for, marked as an offline preview."""

import io
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from playground.images.painting.pixels import resized

LABEL: Final = "offline preview"


def label(picture: Image.Image) -> None:
    """Write a small note into the lower right corner of an RGBA picture."""
    text_px = max(11, round(min(picture.size) * 0.017))
    font = ImageFont.load_default(size=text_px)
    left, top, right, bottom = font.getbbox(LABEL)
    pad_x, pad_y = round(text_px * 0.75), round(text_px * 0.42)
    width, height = round(right - left) + 2 * pad_x, round(bottom - top) + 2 * pad_y
    pill = Image.new("RGBA", (width * 2, height * 2))
    ImageDraw.Draw(pill).rounded_rectangle((0, 0, width * 2 - 1, height * 2 - 1), height, fill=(24, 20, 36, 96))
    pill = resized(pill, (width, height))
    ImageDraw.Draw(pill).text((pad_x - left, pad_y - top), LABEL, font=font, fill=(255, 255, 255, 232))
    margin = round(text_px * 0.9)
    picture.alpha_composite(pill, (picture.width - width - margin, picture.height - height - margin))


def encode(picture: Image.Image, output_format: str, compression_pct: int, *, prompt: str) -> bytes:
    """Return the file: PNG (with a note in its text), JPEG or WebP; `compression_pct` is the quality of the latter."""
    buffer = io.BytesIO()
    picture.save(buffer, format=output_format, **_options(output_format, compression_pct, prompt))
    return buffer.getvalue()


def _options(output_format: str, compression_pct: int, prompt: str) -> dict[str, Any]:
    quality = max(1, min(compression_pct, 95))
    match output_format:
        case "jpeg":
            return {"quality": quality}
        case "webp":
            return {"quality": quality, "method": 2}
        case _:
            return {"compress_level": 2, "pnginfo": _note(prompt)}


def _note(prompt: str) -> PngInfo:
    note = PngInfo()
    note.add_text("Software", "Easel's local image gateway")
    note.add_text("Comment", f"{LABEL}: painted on this machine, by no image model")
    note.add_itxt("Description", prompt)
    return note
