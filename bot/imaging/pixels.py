"""What happens to decoded pixels: upright, sRGB, RGB or RGBA, and free of everything that is no pixel."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageChops, ImageCms, ImageMath

from bot.errors import PictureRejected
from bot.imaging.limits import Limits
from bot.imaging.opening import Opened, decode_boundary, opened
from bot.model import CleanNote

_UPRIGHT = 1
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to set upright what each EXIF orientation says (CIPA DC-008, tag 0x0112)."""

_SWAPS_SIDES = frozenset({5, 6, 7, 8})
_OPAQUE = 255
_UNSEEN = 2
"""Steps of 256 that rounding in a colour transform may cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Developed:
    """A fresh picture: mode RGB, or RGBA where some pixel really is transparent.

    `had_alpha` says whether the file kept transparency at all, used or not.
    """

    image: Image.Image
    notes: tuple[CleanNote, ...]
    had_alpha: bool

    @property
    def has_alpha(self) -> bool:
        """Whether some pixel is not opaque."""
        return self.image.mode == "RGBA"


def develop(source: Path, limits: Limits) -> Developed:
    """Decode a picture and make a new one of nothing but its pixels.

    The first frame is used, set upright, brought to sRGB where it carries a colour profile, and to 8 bits
    a channel. Takes up to five times the picture's RGBA size in memory while it runs, once afterwards.
    Raises `PictureRejected`, and `OSError` where the file itself cannot be read.
    """
    with opened(source, limits) as picture:
        return _develop(picture)


def _develop(picture: Opened) -> Developed:
    is_animated = picture.is_animated()
    is_deep = _has_deep_channels(picture.image)
    picture.load()
    turn = _TURNS.get(orientation_of(picture.image, picture.limits))
    with decode_boundary(picture.limits):
        had_alpha = picture.image.has_transparency_data
        image, is_converted = _to_srgb(picture.image)
        if turn is not None:
            image = image.transpose(turn)
        fresh = _without_idle_alpha(image)
    said = {
        CleanNote.ANIMATED_FIRST_FRAME: is_animated,
        CleanNote.ROTATED: turn is not None,
        CleanNote.COLOURS_CONVERTED: is_converted or is_deep,
    }
    notes = tuple(note for note, holds in said.items() if holds)
    return Developed(image=fresh, notes=notes, had_alpha=had_alpha)


def orientation_of(image: Image.Image, limits: Limits) -> int:
    """Return the EXIF orientation, 1 to 8; a picture with broken tags counts as upright.

    A PNG is decoded for this, because its tags may stand behind its pixels.
    """
    try:
        with decode_boundary(limits):
            orientation: object = image.getexif().get(ExifTags.Base.Orientation)
    except PictureRejected:  # broken tags do not make the pixels unreadable
        return _UPRIGHT
    return orientation if isinstance(orientation, int) and orientation in _TURNS else _UPRIGHT


def size_as_seen(image: Image.Image, orientation: int) -> tuple[int, int]:
    """Return width and height in px as a viewer that honours the orientation shows them."""
    width_px, height_px = image.size
    return (height_px, width_px) if orientation in _SWAPS_SIDES else (width_px, height_px)


def alpha_of(image: Image.Image) -> Image.Image | None:
    """Return the alpha channel as an L picture, whatever way the file keeps it; None where it has none."""
    if not image.has_transparency_data:
        return None
    if image.mode.startswith("I"):
        clear = int(image.info["transparency"])  # the one transparent value, which Pillow's conversion misreads
        return _calculated(image, lambda value: (value != clear) * _OPAQUE)
    return (image if image.mode in {"RGBA", "LA"} else image.convert("RGBA")).getchannel("A")


def extremes(channel: Image.Image) -> tuple[int, int]:
    """Return the smallest and the largest value of an L picture."""
    lowest, highest = channel.getextrema()
    assert isinstance(lowest, (int, float))  # noqa: S101  # one channel has two numbers, not two pairs
    assert isinstance(highest, (int, float))  # noqa: S101  # the same
    return int(lowest), int(highest)


def _has_deep_channels(image: Image.Image) -> bool:
    """Tell whether a PNG not yet decoded has 16 bits a channel, which decoding cuts to 8 in silence."""
    return image.format == "PNG" and any("16" in str(tile.args) for tile in getattr(image, "tile", ()))


def _to_srgb(image: Image.Image) -> tuple[Image.Image, bool]:
    """Return an RGB or RGBA picture, and whether its colours had to be recomputed for that."""
    alpha = alpha_of(image)
    base = _without_alpha(image)
    managed = _through_profile(base, image.info.get("icc_profile"))
    colours = managed or _as_rgb(base)
    colours.info.clear()  # a transparent colour named in `info` is in `alpha` by now
    if alpha is not None:
        colours.putalpha(alpha)
    return colours, managed is not None or image.mode == "CMYK"


def _without_alpha(image: Image.Image) -> Image.Image:
    """Return the colours alone in a mode that a colour profile can speak of: RGB, L or CMYK."""
    match image.mode:
        case "RGB" | "L" | "CMYK":
            return image
        case "1" | "LA":
            return image.convert("L")
        case mode if mode.startswith("I"):  # Pillow's own conversion clips 16 bits to white
            return _calculated(image, lambda value: (value + 128) / 257)
        case _:
            return image.convert("RGB")


def _calculated(image: Image.Image, formula: Callable[[Any], Any]) -> Image.Image:
    """Return the L picture that `formula` makes of each value of a 16-bit grey one."""
    return ImageMath.lambda_eval(lambda of: formula(of["image"]), image=image.convert("I")).convert("L")


def _through_profile(image: Image.Image, profile: object) -> Image.Image | None:
    """Return the picture in sRGB, or None where there is no profile, a broken one, or one that changes nothing."""
    if not isinstance(profile, bytes):
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # Pillow leaves its C types unnamed
        transform = ImageCms.buildTransform(source, srgb, image.mode, "RGB")
        return _applied(transform, image) if _is_seen(transform, image.mode) else None
    except (OSError, ImageCms.PyCMSError):  # a profile for other channels, or no profile at all
        return None


def _is_seen(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Tell whether a profile differs from sRGB in effect, whatever it calls itself, by trying 216 colours."""
    steps = range(0, 256, 51)
    colours = bytes(part for red in steps for green in steps for blue in steps for part in (red, green, blue))
    probe = Image.frombytes("RGB", (36, 6), colours).convert(mode)
    change = ImageChops.difference(_applied(transform, probe), probe.convert("RGB"))
    return any(extremes(band)[1] > _UNSEEN for band in change.split())


def _applied(transform: ImageCms.ImageCmsTransform, image: Image.Image) -> Image.Image:
    made = ImageCms.applyTransform(image, transform)
    assert made is not None  # noqa: S101  # nothing comes back only where the picture is changed in place
    return made


def _without_idle_alpha(image: Image.Image) -> Image.Image:
    """Return a new picture that shares nothing with `image` but pixels, opaque alpha left behind."""
    is_transparent = image.mode == "RGBA" and extremes(image.getchannel("A"))[0] < _OPAQUE
    fresh = Image.new("RGBA" if is_transparent else "RGB", image.size)
    fresh.paste(image if is_transparent else _as_rgb(image))
    return fresh


def _as_rgb(image: Image.Image) -> Image.Image:
    """Spare the copy that `convert` makes of what is RGB already."""
    return image if image.mode == "RGB" else image.convert("RGB")
