"""What a picture costs and how long it takes: the token formula, list prices, and usage turned into money."""

import math
from typing import Final

from bot.capability import Quote
from bot.gateways.families import Family, TokenPrices
from bot.model import Price, Usage

_PATCH_PX: Final = 32
PARTIAL_TOKENS: Final = 100  # each preview costs as many output tokens (OpenAI's image guide, read 2026-11-20)
_FIRST_S: Final = 10.0
_S_PER_TOKEN: Final = 0.017
"""10 s and 17 ms a token: 40 s for a medium square, 70 s at 2048x2048, 4 minutes for high 4K. Guides say 30-60 s,
1-2 minutes and 3-5 minutes (Clauddy's and APIYI's, read 2026-11-20)."""

_MOST_TEXT_TOKENS_PER_CHAR: Final = 0.35


def output_tokens(family: Family, quality: str | None, width_px: int, height_px: int) -> int | None:
    """Return the output tokens of one picture; None where nobody published them. No quality counts as medium."""
    wanted = quality or "medium"
    if flat := family.flat_tokens.get(wanted):
        return flat[width_px != height_px]
    factor = family.axis.get(wanted)
    if factor is None:
        return None
    short, long = sorted((width_px, height_px))
    return math.ceil(factor * round(factor * short / long) * (2e6 + width_px * height_px) / 4e6)


def quote(
    family: Family, *, quality: str | None, size_px: tuple[int, int], has_list_prices: bool, extra_tokens: int = 0
) -> Quote:
    """Say what one picture usually costs and takes, `extra_tokens` being those of its previews."""
    tokens = output_tokens(family, quality, *size_px)
    if tokens is None:
        return Quote(price=None, usual_s=None)
    price = None
    if has_list_prices and family.prices is not None:
        micros = round((tokens + extra_tokens) * family.prices.image_out)
        price = Price(micros=micros, currency="USD", source="estimate")
    return Quote(price=price, usual_s=round(_FIRST_S + _S_PER_TOKEN * tokens))


def input_micros(prices: TokenPrices, *, prompt_chars: int, inputs_px: tuple[tuple[int, int], ...]) -> int:
    """Estimate what prompt and input pictures of one call cost, in millionths of a dollar.

    One token for each patch of 32 pixels agrees with fal.ai's table (an edit of 1024x1024 costs 0.8 cents more);
    OpenAI's own rule is not published.
    """
    patches = sum(math.ceil(width / _PATCH_PX) * math.ceil(height / _PATCH_PX) for width, height in inputs_px)
    return round(patches * prices.image_in + prompt_chars * _MOST_TEXT_TOKENS_PER_CHAR * prices.text_in)


def cost_of(usage: Usage, prices: TokenPrices) -> Price:
    """Turn reported usage into money at list prices."""
    micros = usage.text_in * prices.text_in + usage.image_in * prices.image_in + usage.image_out * prices.image_out
    return Price(micros=round(micros), currency="USD", source="usage")
