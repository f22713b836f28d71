"""The darkroom's jobs, as they run inside a worker: paths in, paths and facts out."""

from pathlib import Path

from PIL import Image, ImageChops

from bot.errors import PictureRejected
from bot.imaging.encoding import FINE_JPEG, LOSSLESS, write
from bot.imaging.limits import Limits
from bot.imaging.opening import opened
from bot.imaging.pixels import alpha_of, develop, extremes, orientation_of, size_as_seen
from bot.model import CleanPicture, MaskPolarity, PictureFacts, Reason

MASK_MAX_BYTES = 4_000_000
"""A mask must stay below this ("less than 4MB", OpenAI API reference, images/createEdit, read 2026-11-20)."""

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_OPAQUE = 255


def clean(source: Path, output: Path, limits: Limits, *, keep_png: bool) -> CleanPicture:
    """Rewrite an upload from its pixels into `output`: PNG if transparent or asked for, else JPEG."""
    developed = develop(source, limits)
    encoding = LOSSLESS if keep_png or developed.has_alpha else FINE_JPEG
    blob = write(developed.image, output, encoding)
    if blob.size_bytes > limits.max_file_bytes:
        raise PictureRejected(Reason.FILE_TOO_BIG, size_bytes=blob.size_bytes, limit_bytes=limits.max_file_bytes)
    return CleanPicture(path=output, blob=blob, notes=developed.notes)


def inspect(source: Path, limits: Limits) -> PictureFacts:
    """Decode a picture whole and say what it is; nothing is written."""
    with opened(source, limits) as picture:
        picture.load()
        width_px, height_px = size_as_seen(picture.image, orientation_of(picture.image, limits))
        alpha = alpha_of(picture.image)
        return PictureFacts(
            format=picture.format.name,
            width_px=width_px,
            height_px=height_px,
            has_alpha=alpha is not None,
            is_transparent=alpha is not None and extremes(alpha)[0] < _OPAQUE,
        )


def check_mask(source: Path, output: Path, limits: Limits, first_px: tuple[int, int]) -> CleanPicture:
    """Rewrite a mask into `output` as a black PNG with the same alpha, once it fits the first input.

    Only alpha says where to paint ("alpha 0 = edit here"), so nothing else of the file travels on.
    """
    _check_mask_file(source)
    developed = develop(source, limits)
    mask = developed.image
    if not developed.had_alpha:
        raise PictureRejected(Reason.MASK_NO_ALPHA)
    if mask.size != first_px:
        raise PictureRejected(
            Reason.MASK_SIZE_DIFFERS,
            width_px=mask.width,
            height_px=mask.height,
            wanted_width_px=first_px[0],
            wanted_height_px=first_px[1],
        )
    alpha = mask.convert("RGBA").getchannel("A")
    lowest_alpha, _ = extremes(alpha)
    if lowest_alpha > 0:
        raise PictureRejected(Reason.MASK_NO_HOLE, lowest_alpha=lowest_alpha)
    black = Image.new("RGBA", mask.size)
    black.putalpha(alpha)
    blob = write(black, output, LOSSLESS)
    _check_mask_bytes(blob.size_bytes)
    return CleanPicture(path=output, blob=blob, notes=developed.notes)


def recoloured(source: Path, output: Path, limits: Limits, polarity: MaskPolarity) -> CleanPicture:
    """Rewrite a mask into `output` so that `polarity` marks what its alpha left open; half-open stays grey."""
    developed = develop(source, limits)
    alpha = developed.image.convert("RGBA").getchannel("A")
    match polarity:
        case "alpha":
            image = developed.image
        case "black":
            image = alpha.convert("RGB")
        case "white":
            image = ImageChops.invert(alpha).convert("RGB")
    return CleanPicture(path=output, blob=write(image, output, LOSSLESS), notes=developed.notes)


def _check_mask_file(source: Path) -> None:
    _check_mask_bytes(source.stat().st_size)
    with source.open("rb") as stream:
        if stream.read(len(_PNG_SIGNATURE)) != _PNG_SIGNATURE:
            raise PictureRejected(Reason.MASK_NOT_PNG)


def _check_mask_bytes(size_bytes: int) -> None:
    if size_bytes >= MASK_MAX_BYTES:
        raise PictureRejected(Reason.MASK_TOO_BIG, size_bytes=size_bytes, limit_bytes=MASK_MAX_BYTES)
