"""What a call costs and how long it takes: tariffs, the token formula, and usage turned into money. Pure."""

import math
from dataclasses import dataclass, replace
from typing import Final

from bot.gateways.families import Family, TokenPrices
from bot.gateways.profiles import Profile
from bot.model import Plan, Price, Usage

_MICROS: Final = 1_000_000
_PREVIEW_TOKENS: Final = 100  # output tokens of one preview (OpenAI's image generation guide, read 2026-11-20)

_FIRST_S: Final = 10.0
_S_PER_TOKEN: Final = 0.017
"""10 s and 17 ms a token: 40 s for a medium square, 70 s at 2048x2048, 4 minutes for high 4K. Guides say 30-60 s,
1-2 minutes and 3-5 minutes (Clauddy's and APIYI's, read 2026-11-20)."""
_FURTHER: Final = 0.25
"""What each further picture of one call adds to its time: a guess; no source says how many are painted at once."""

_ALIKE: Final = {"auto": "medium", "standard": "medium", "hd": "high"}
"""Older words for a quality, and the one that leaves it to the gateway."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What is paid in one currency (ISO 4217): so much for each call, for each picture, or for each token."""

    currency: str = "USD"
    per_call: float | None = None
    per_picture: float | None = None
    tokens: TokenPrices | None = None

    def flat(self, *, calls: int, pictures: int) -> Price | None:
        """Return what so much costs where the price does not hang on tokens, else None."""
        if self.per_call is None and self.per_picture is None:
            return None
        amount = (self.per_call or 0.0) * calls + (self.per_picture or 0.0) * pictures
        return Price(micros=round(amount * _MICROS), currency=self.currency, source="flat")


_FREE: Final = Tariff(per_call=0.0)


def listed(profile: Profile, family: Family) -> Tariff | None:
    """Return the prices that are known without the host's help; None where they are the gateway's secret."""
    if profile.pricing == "free":
        return _FREE
    return Tariff(tokens=family.prices) if profile.pricing == "list" and family.prices else None


def output_tokens(family: Family, quality: str | None, width_px: int, height_px: int) -> int | None:
    """Return the output tokens of one picture; None where nobody published them. No quality counts as medium."""
    wanted = _ALIKE.get(quality or "medium", quality or "medium")
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


def estimate(family: Family, tariff: Tariff | None, paid: Paid, *, calls: int = 1) -> Price | None:
    """Say what `calls` equal calls will cost; None where no price or no number of tokens is known."""
    if tariff is None:
        return None
    if flat := tariff.flat(calls=calls, pictures=calls * paid.pictures):
        return flat
    tokens, prices = output_tokens(family, paid.quality, *paid.size_px), tariff.tokens
    if prices is None or tokens is None:
        return None
    made = (tokens + _PREVIEW_TOKENS * paid.previews) * paid.pictures * prices.image_out
    sent = prices.image_in * sum(
        input_tokens(family, *size, has_high_fidelity=paid.has_high_fidelity) for size in paid.inputs_px
    )
    said = paid.prompt_chars * _MOST_TEXT_TOKENS_PER_CHAR * prices.text_in
    return Price(micros=round((made + sent + said) * calls), currency=tariff.currency, source="estimate")


def usual_s(family: Family, profile: Profile, paid: Paid) -> float | None:
    """Say how long one call usually takes, in seconds; None where nothing is known of the model."""
    tokens = output_tokens(family, paid.quality, *paid.size_px)
    if profile.usual_s is None and tokens is None:
        return None
    one = profile.usual_s if profile.usual_s is not None else _FIRST_S + _S_PER_TOKEN * (tokens or 0)
    return float(round(one * (1 + _FURTHER * (paid.pictures - 1))))


def cost_of(
    usage: Usage | None, tariff: Tariff | None, plan: Plan, *, pictures: int, has_painted: bool = True
) -> Price | None:
    """Say what one call of a plan cost that brought so many pictures; None where no price is known.

    A flat price stays as it is. A price by tokens is that of the usage, where it counts tokens of a picture or none
    was painted, else this call's part of the estimate. An estimate of other times, in another currency, is none:
    one order is paid in one currency.
    """
    if tariff is None:
        return None
    if flat := tariff.flat(calls=1, pictures=pictures):
        return flat
    if usage is not None and (usage.image_out or not has_painted) and (prices := tariff.tokens):
        return Price(micros=round(_micros(usage, prices)), currency=tariff.currency, source="usage")
    planned = plan.estimate
    if planned is None or planned.currency != tariff.currency:
        return None
    return replace(planned, micros=round(planned.micros / plan.calls), source="estimate")


def _micros(usage: Usage, prices: TokenPrices) -> float:
    return (
        usage.text_in * prices.text_in
        + usage.image_in * prices.image_in
        + usage.image_out * prices.image_out
        + usage.text_out * prices.text_out
        + usage.text_model_in * prices.text_model_in
        + usage.text_model_out * prices.text_model_out
    )
