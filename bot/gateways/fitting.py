"""Fitting each option to what a model offers: the valid value nearest to what was asked, and what was changed.

Pure; `plan` puts the pieces together. A word that means nothing is refused, a word that is not offered is adapted.
Options are named as people choose them: `format` and `compression`, not the fields of a request.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from bot.capability import Capabilities, SizeRule
from bot.errors import OptionRefused
from bot.model import Change, OrderKind, Reason, Scalar, Wish

_SIZE: Final = re.compile(r"\s*(\d{1,5})\s*[x\u00d7*]\s*(\d{1,5})\s*\Z", re.ASCII | re.IGNORECASE)
RANKS: Final = {"low": 0, "standard": 1, "medium": 1, "hd": 2, "high": 2, "xhigh": 3, "max": 4}
"""Qualities from the least to the dearest, over all families."""

_BACKGROUNDS: Final = ("auto", "opaque", "transparent")
_FORMATS: Final = {"png": "png", "jpeg": "jpeg", "jpg": "jpeg", "webp": "webp"}
_WITH_ALPHA: Final = ("png", "webp")
_COMPRESSIBLE: Final = ("jpeg", "webp")
_PERCENT: Final = range(101)
_MOST_SHOWN_CHARS: Final = 40

MOST_PICTURES: Final = 10
"""What one message holds, and the most that `n` may be (openai-openapi 2.3.0, read 2026-11-20)."""

_EDIT_AREA_PX: Final = (1024 * 1024, 1920 * 1088)
"""Least and most pixels of an edit whose input has no valid size of its own: a phone's 12 megapixels would cost
three times as much and take minutes, a thumbnail would stay one."""

_LARGE_EDGE_PX: Final = 2048
_SMALL_LIMIT_BYTES: Final = 10 * 1024 * 1024  # a server without boosts (Discord docs, Uploading Files, read 2026-11-20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A value as it may be sent (None: leave it out), and the change if it is not what was asked."""

    value: Scalar = None
    change: Change | None = None


def fit_size(wish: Wish, sizes: SizeRule) -> Fitted:
    """Choose the size.

    An edit always names one, since gateways differ in their default: its first input's own where that is valid,
    else the nearest of that shape.
    """
    asked = wish.options.size
    if asked is None or asked.strip().lower() == "auto":
        if wish.kind is OrderKind.EDIT:
            return Fitted(value=_written(_size_of_edit(wish.first_input_px or (1024, 1024), sizes)))
        return Fitted(value="auto" if asked and sizes.auto else None)
    wanted = size_px(asked)
    if wanted is None or 0 in wanted:
        raise _refused("size", asked, (_written(size) for size in sizes.presets))
    used = _written(sizes.nearest(*wanted))
    return _changed("size", asked, used, "nearest_size") if used != _written(wanted) else Fitted(value=used)


def size_px(size: object) -> tuple[int, int] | None:
    """Read `WxH`, also with the multiplication sign, which gateways refuse; None for anything else."""
    found = _SIZE.match(size) if isinstance(size, str) else None
    return (int(found[1]), int(found[2])) if found else None


def fit_quality(asked: str | None, capabilities: Capabilities) -> Fitted:
    """Choose the quality; one the model does not have becomes the next lower, or its lowest, never a dearer one."""
    offered = capabilities.qualities
    if asked is None or asked == "auto":
        return Fitted()
    if asked in offered:
        return Fitted(value=asked)
    if asked not in RANKS:
        raise _refused("quality", asked, ("auto", *offered))
    ranked = sorted((quality for quality in offered if quality in RANKS), key=RANKS.__getitem__)
    lower = [quality for quality in ranked if RANKS[quality] <= RANKS[asked]]
    return _not_offered("quality", asked, (lower[-1:] or ranked[:1] or [None])[0])


def fit_background(asked: str | None, capabilities: Capabilities) -> Fitted:
    """Choose the background: transparent becomes opaque, and is said, where it is not offered."""
    if asked is None or asked in capabilities.backgrounds:
        return Fitted(value=asked)
    if asked not in _BACKGROUNDS:
        raise _refused("background", asked, capabilities.backgrounds or _BACKGROUNDS[:2])
    if asked != "transparent":  # a model without the field paints what it likes, which is what these words mean
        return Fitted()
    fitted = _not_offered("background", asked, "opaque")
    return fitted if "opaque" in capabilities.backgrounds else replace(fitted, value=None)


def is_too_large_as_png(size: tuple[int, int], limit_bytes: int | None) -> bool:
    """Tell whether a PNG of this size may not fit a place's limit: one of 3840x2160 has 18 MB."""
    return max(size) >= _LARGE_EDGE_PX and limit_bytes is not None and limit_bytes <= _SMALL_LIMIT_BYTES


def fit_format(
    asked: str | None, capabilities: Capabilities, *, is_transparent: bool, is_draft: bool, is_large: bool
) -> Fitted:
    """Choose the file format.

    JPEG cannot be transparent. Where nobody chose one, a draft takes JPEG because it is faster, and a large picture
    because it fits its place without being encoded once more; only the latter is worth saying.
    """
    offered = capabilities.formats
    if asked is None:
        if is_transparent or "jpeg" not in offered or not (is_draft or is_large):
            return Fitted()
        return Fitted(value="jpeg") if is_draft else _changed("format", None, "jpeg", "fits_delivery")
    wanted = _FORMATS.get(asked.lower())
    if wanted is None:
        raise _refused("format", asked, offered or ("png",))
    if wanted in offered and (wanted in _WITH_ALPHA or not is_transparent):
        return Fitted(value=wanted)
    if not offered:  # a model without the field sends PNG
        return Fitted() if wanted == "png" else replace(_not_offered("format", asked, "png"), value=None)
    if is_transparent and wanted not in _WITH_ALPHA:
        used = next((one for one in _WITH_ALPHA if one in offered), None)
        return _changed("format", asked, used, "png_for_alpha")
    return _not_offered("format", asked, "png" if "png" in offered else offered[0])


def fit_compression(asked: int | None, capabilities: Capabilities, output_format: Scalar) -> Fitted:
    """Keep the compression only where the format can be compressed (JPEG and WebP) and the model takes it."""
    if asked is None:
        return Fitted()
    if asked not in _PERCENT:
        raise _refused("compression", asked, ("0-100",))
    if output_format not in _COMPRESSIBLE:
        return _changed("compression", asked, None, "no_compression")
    return Fitted(value=asked) if capabilities.compression else _not_offered("compression", asked, None)


def fit_count(asked: int | None) -> Fitted:
    """Clamp the count to what one message holds."""
    if asked is None:
        return Fitted(value=1)
    if asked < 1:
        raise _refused("count", asked, (f"1-{MOST_PICTURES}",))
    return Fitted(value=asked) if asked <= MOST_PICTURES else _not_offered("count", asked, MOST_PICTURES)


def pictures_per_call(count: int, max_n: int) -> int:
    """Return how many pictures each call makes, so that all calls are alike and none makes more than `max_n`."""
    return next(n for n in range(max(1, min(count, max_n)), 0, -1) if count % n == 0)


def _size_of_edit(input_px: tuple[int, int], sizes: SizeRule) -> tuple[int, int]:
    if sizes.allows(*input_px):
        return input_px
    least, most = _EDIT_AREA_PX
    area = input_px[0] * input_px[1]
    scale = (min(max(area, least), most) / area) ** 0.5
    return sizes.nearest(max(1, round(input_px[0] * scale)), max(1, round(input_px[1] * scale)))


def _written(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _not_offered(option: str, asked: Scalar, used: Scalar) -> Fitted:
    return _changed(option, asked, used, "left_out" if used is None else "not_offered")


def _changed(option: str, asked: Scalar, used: Scalar, why: str) -> Fitted:
    return Fitted(value=used, change=Change(option=option, asked=asked, used=used, why=why))


def _refused(option: str, asked: str | int, offered: Iterable[str]) -> OptionRefused:
    shown = asked[:_MOST_SHOWN_CHARS] if isinstance(asked, str) else asked
    return OptionRefused(Reason.OPTION_REFUSED, option=option, asked=shown, example=", ".join(offered))
