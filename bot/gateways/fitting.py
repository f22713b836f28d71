"""Fitting each option to what a model offers: the valid value nearest to what was asked, and what was changed.

Pure; `plan` puts the pieces together. A word that means nothing is refused, a word that is not offered is adapted.
"""

import math
import re
from dataclasses import dataclass, replace
from typing import Final

from bot.capability import Capabilities, SizeRule
from bot.errors import OptionRefused
from bot.model import Change, OrderKind, Reason, Scalar, Wish

_SIZE: Final = re.compile(r"\s*(\d{1,5})\s*[x\u00d7*]\s*(\d{1,5})\s*\Z", re.IGNORECASE)
_RANKS: Final = {"low": 0, "standard": 1, "medium": 1, "hd": 2, "high": 2, "xhigh": 3, "max": 4}
_BACKGROUNDS: Final = ("auto", "opaque", "transparent")
_FORMATS: Final = {"png": "png", "jpeg": "jpeg", "jpg": "jpeg", "webp": "webp"}
_COMPRESSIBLE: Final = ("jpeg", "webp")
_USUAL_EDIT_PX: Final = 1536 * 1024
"""Pixels of an edit whose input has no valid size: a phone's 12 megapixels would cost four times as much."""

_LARGE_EDGE_PX: Final = 2048
_SMALL_LIMIT_BYTES: Final = 10 * 1024 * 1024  # what Discord takes without boosts (Discord docs, Uploading Files)

MOST_PICTURES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A value as it may be sent (None: leave it out), and the change if it is not what was asked."""

    value: Scalar = None
    change: Change | None = None


def fit_size(wish: Wish, sizes: SizeRule) -> Fitted:
    """Choose the size; an edit always names one, by default its first input's or the nearest to that."""
    asked = wish.options.size
    if asked is None or asked.strip().lower() == "auto":
        if wish.kind is OrderKind.EDIT:
            return Fitted(value=_written(_size_of_edit(wish.first_input_px or (1024, 1024), sizes)))
        return Fitted(value="auto" if asked and sizes.auto else None)
    wanted = size_px(asked)
    if wanted is None or 0 in wanted:
        raise OptionRefused(Reason.OPTION_REFUSED, option="size", value=asked[:40])
    used = _written(sizes.nearest(*wanted))
    return _changed("size", asked, used, "nearest_size") if used != _written(wanted) else Fitted(value=used)


def size_px(size: object) -> tuple[int, int] | None:
    """Read `WxH`, also with the multiplication sign, which gateways refuse; None for anything else."""
    found = _SIZE.match(size) if isinstance(size, str) else None
    return (int(found[1]), int(found[2])) if found else None


def fit_quality(asked: str | None, capabilities: Capabilities) -> Fitted:
    """Choose the quality; one the model does not have becomes the nearest it has, none the model's own."""
    offered = capabilities.qualities
    if asked is None or asked in offered:
        return Fitted(value=asked)
    if asked == "auto":
        return Fitted()
    if asked not in _RANKS:
        raise OptionRefused(Reason.OPTION_REFUSED, option="quality", value=asked[:40], offered=", ".join(offered))
    ranked = [quality for quality in offered if quality in _RANKS]
    nearest = min(ranked, key=lambda quality: abs(_RANKS[quality] - _RANKS[asked]), default=None)
    return _changed("quality", asked, nearest, "not_offered")


def fit_background(asked: str | None, capabilities: Capabilities) -> Fitted:
    """Choose the background: transparent becomes opaque, and is said, where it is not offered."""
    if asked is None or asked in capabilities.backgrounds:
        return Fitted(value=asked)
    if asked not in _BACKGROUNDS:
        raise OptionRefused(
            Reason.OPTION_REFUSED, option="background", value=asked[:40], offered=", ".join(_BACKGROUNDS)
        )
    if asked == "auto":
        return Fitted()
    fitted = _changed("background", asked, "opaque", "not_offered")
    return fitted if "opaque" in capabilities.backgrounds else replace(fitted, value=None)


def fit_format(
    asked: str | None,
    capabilities: Capabilities,
    *,
    is_transparent: bool,
    size: tuple[int, int],
    limit_bytes: int | None,
) -> Fitted:
    """Choose the file format.

    JPEG cannot be transparent. Where nobody chose one and the picture is large, a small upload limit asks for a
    format that fits it: a 4K PNG has 18 MB, and would have to be encoded once more.
    """
    offered = capabilities.formats
    if asked is None:
        is_large = max(size) >= _LARGE_EDGE_PX and limit_bytes is not None and limit_bytes <= _SMALL_LIMIT_BYTES
        compact = "webp" if is_transparent else "jpeg"
        return (
            _changed("output_format", None, compact, "fits_delivery") if is_large and compact in offered else Fitted()
        )
    wanted = _FORMATS.get(asked.lower())
    if wanted is None:
        raise OptionRefused(Reason.OPTION_REFUSED, option="output_format", value=asked[:40], offered=", ".join(offered))
    if wanted == "jpeg" and is_transparent:
        used = next((one for one in ("png", "webp") if one in offered), None)
        return _changed("output_format", asked, used, "png_for_alpha")
    if wanted in offered:
        return Fitted(value=wanted)
    return _changed("output_format", asked, "png", "not_offered")


def fit_compression(asked: int | None, capabilities: Capabilities, output_format: Scalar) -> Fitted:
    """Keep the compression only where the format can be compressed (JPEG and WebP) and the model takes it."""
    if asked is None:
        return Fitted()
    if not 0 <= asked <= 100:  # noqa: PLR2004  # percent
        raise OptionRefused(Reason.OPTION_REFUSED, option="compression", value=asked, offered="0-100")
    if output_format not in _COMPRESSIBLE:
        return _changed("compression", asked, None, "only_jpeg_webp")
    return Fitted(value=asked) if capabilities.compression else _changed("compression", asked, None, "not_offered")


def fit_count(asked: int | None) -> Fitted:
    """Clamp the count to what one message holds."""
    if asked is None:
        return Fitted(value=1)
    if asked < 1:
        raise OptionRefused(Reason.OPTION_REFUSED, option="count", value=asked, offered=f"1-{MOST_PICTURES}")
    return Fitted(value=asked) if asked <= MOST_PICTURES else _changed("count", asked, MOST_PICTURES, "at_most")


def pictures_per_call(count: int, max_n: int) -> int:
    """Return how many pictures each call makes, so that all calls are alike and none makes more than `max_n`."""
    return next(n for n in range(max(1, min(count, max_n)), 0, -1) if count % n == 0)


def _size_of_edit(input_px: tuple[int, int], sizes: SizeRule) -> tuple[int, int]:
    if sizes.allows(*input_px):
        return input_px
    scale = min(1.0, math.sqrt(_USUAL_EDIT_PX / (input_px[0] * input_px[1])))
    return sizes.nearest(max(1, round(input_px[0] * scale)), max(1, round(input_px[1] * scale)))


def _written(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _changed(option: str, asked: Scalar, used: Scalar, why: str) -> Fitted:
    return Fitted(value=used, change=Change(option=option, asked=asked, used=used, why=why))
