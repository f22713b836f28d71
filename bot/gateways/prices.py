"""What a call costs and how long it takes: the token formula, list prices, and usage turned into money. Pure."""

import math
from dataclasses import dataclass
from typing import Final

from bot.gateways.families import Family, TokenPrices
from bot.gateways.profiles import Profile
from bot.model import Price, Usage

_CURRENCY: Final = "USD"
_FREE: Final = Price(micros=0, currency=_CURRENCY, source="flat")
_PREVIEW_TOKENS: Final = 100  # output tokens of one preview (OpenAI's image generation guide, read 2026-11-20)

_FIRST_S: Final = 10.0
_S_PER_TOKEN: Final = 0.017
"""10 s and 17 ms a token: 40 s for a medium square, 70 s at 2048x2048, 4 minutes for high 4K. Guides say 30-60 s,
1-2 minutes and 3-5 minutes (Clauddy's and APIYI's, read 2026-11-20)."""
_FURTHER: Final = 0.25
"""What each further picture of one call adds to its time: a guess; no source says how many are painted at once."""

_PATCH_PX: Final = 32
_MOST_TEXT_TOKENS_PER_CHAR: Final = 0.35
_TILE_BASE_TOKENS: Final = 65
_TILE_TOKENS: Final = 129
_FIDELITY_TOKENS: Final = (4160, 6240)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What one call is paid for; `quality` is None where the gateway chooses."""

    pictures: int = 1
    quality: str | None = None
    size_px: tuple[int, int] = (1024, 1024)
    previews: int = 0
    prompt_chars: int = 0
    inputs_px: tuple[tuple[int, int], ...] = ()
    has_high_fidelity: bool = False


def output_tokens(family: Family, quality: str | None, width_px: int, height_px: int) -> int | None:
    """Return the output tokens of one picture; None where nobody published them. No quality counts as medium."""
    wanted = quality or "medium"
    if flat := family.flat_tokens.get(wanted):
        return flat[width_px != height_px]
    factor = family.axis.get(wanted)
    if factor is None:
        return None
    short, long = sorted((width_px, height_px))
    side = (2 * factor * short + long) // (2 * long)  # rounds a half up, as the published code does
    return -(-factor * side * (2_000_000 + width_px * height_px) // 4_000_000)


def input_tokens(family: Family, width_px: int, height_px: int, *, has_high_fidelity: bool = False) -> int:
    """Return the tokens of one input picture.

    Families with flat prices count tiles of 512 pixels on a picture scaled to that shortest side, and a surcharge
    for high fidelity (OpenAI's images and vision guide, read 2026-11-20). For the others no rule is published: one
    token for each patch of 32 pixels agrees with fal.ai's table, where an edit of 1024x1024 costs 0.8 cents more.
    """
    if not family.flat_tokens:
        return math.ceil(width_px / _PATCH_PX) * math.ceil(height_px / _PATCH_PX)
    short, long = sorted((width_px, height_px))
    tiles = math.ceil(long / short)
    extra = _FIDELITY_TOKENS[width_px != height_px] if has_high_fidelity else 0
    return _TILE_BASE_TOKENS + _TILE_TOKENS * tiles + extra


def estimate(family: Family, profile: Profile, paid: Paid, *, calls: int = 1) -> Price | None:
    """Say what `calls` equal calls will cost; None where the price is the gateway's secret or nobody published it."""
    if profile.pricing == "free":
        return _FREE
    tokens = output_tokens(family, paid.quality, *paid.size_px)
    prices = family.prices
    if profile.pricing != "list" or prices is None or tokens is None:
        return None
    made = (tokens + _PREVIEW_TOKENS * paid.previews) * paid.pictures * prices.image_out
    sent = prices.image_in * sum(
        input_tokens(family, *size, has_high_fidelity=paid.has_high_fidelity) for size in paid.inputs_px
    )
    said = paid.prompt_chars * _MOST_TEXT_TOKENS_PER_CHAR * prices.text_in
    return Price(micros=round((made + sent + said) * calls), currency=_CURRENCY, source="estimate")


def usual_s(family: Family, profile: Profile, paid: Paid) -> float | None:
    """Say how long one call usually takes, in seconds; None where nothing is known of the model."""
    tokens = output_tokens(family, paid.quality, *paid.size_px)
    if profile.usual_s is None and tokens is None:
        return None
    one = profile.usual_s if profile.usual_s is not None else _FIRST_S + _S_PER_TOKEN * (tokens or 0)
    return float(round(one * (1 + _FURTHER * (paid.pictures - 1))))


def cost_of(usage: Usage, prices: TokenPrices) -> Price:
    """Turn reported usage into money at list prices."""
    micros = usage.text_in * prices.text_in + usage.image_in * prices.image_in + usage.image_out * prices.image_out
    return Price(micros=round(micros), currency=_CURRENCY, source="usage")
