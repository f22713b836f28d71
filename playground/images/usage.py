"""How many tokens a picture counts; nothing here knows what a token costs."""

import math
from collections.abc import Mapping
from typing import Any, Final

from playground.images.endpoint import ImageRequest

PARTIAL_TOKENS: Final = 100  # each partial image, OpenAI's image guide (read 2026-11-20)
_PATCH_PX: Final = 32
_BYTES_PER_TOKEN: Final = 4


def output_tokens(axis: int, width_px: int, height_px: int) -> int:
    """Return the output tokens of one picture.

    Source: community.openai.com/t/1382699 (read 2026-11-20); 1024x1024 gives 196, 1756 and 7024 tokens for the
            axis factors 16, 48 and 96 of gpt-image-2.
    """
    short, long = sorted((width_px, height_px))
    return math.ceil(axis * round(axis * short / long) * (2e6 + width_px * height_px) / 4e6)


def input_image_tokens(sizes_px: tuple[tuple[int, int], ...]) -> int:
    """Return the input tokens of the pictures sent along: one for each patch of 32 pixels.

    Source: a 1024x1024 input adds about 0.008 USD to an edit in fal.ai's table, 1,024 tokens at 8 USD a million
            (read 2026-11-20); OpenAI's own rule is not published.
    """
    return sum(math.ceil(width / _PATCH_PX) * math.ceil(height / _PATCH_PX) for width, height in sizes_px)


def usage_of(
    request: ImageRequest, axis: Mapping[str, int], inputs_px: tuple[tuple[int, int], ...], *, pictures: int
) -> dict[str, Any]:
    """Return the `usage` object of an answer with this many pictures, partial images included."""
    text = math.ceil(len(request.prompt.encode()) / _BYTES_PER_TOKEN)
    image = input_image_tokens(inputs_px)
    each = output_tokens(axis[request.quality], request.width_px, request.height_px)
    made = (each + PARTIAL_TOKENS * request.partial_images) * pictures
    return {
        "input_tokens": text + image,
        "input_tokens_details": {"text_tokens": text, "image_tokens": image},
        "output_tokens": made,
        "output_tokens_details": {"image_tokens": made, "text_tokens": 0},
        "total_tokens": text + image + made,
    }
