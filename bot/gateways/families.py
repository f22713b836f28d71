"""What each family of image models can do at OpenAI itself, as data; gateways differ in `profiles`.

Model ids are matched by pattern only here. A model nobody described is treated with caution: three sizes, one
picture a call, no transparency.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.capability import Capabilities, SizeRule
from bot.model import Dialect

_SQUARE: Final = (1024, 1024)
CLASSIC_SIZES: Final = SizeRule(presets=(_SQUARE, (1536, 1024), (1024, 1536)))

FREE_SIZES: Final = SizeRule(
    presets=(_SQUARE, (1536, 1024), (1024, 1536), (2048, 2048), (2048, 1152), (1152, 2048), (3840, 2160), (2160, 3840)),
    free=True,
)
"""Any size within limits (OpenAI's image guide and Azure's documentation of gpt-image-2, read 2026-11-20)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPrices:
    """What a million tokens cost, which is what one token costs in millionths of the currency.

    OpenAI's own are in USD: developers.openai.com/api/docs/pricing, as copied in LiteLLM 1.106.2 (read 2026-11-20).
    `text_out` are words the painting model writes; `text_model_in` and `text_model_out` are of the text model that
    holds the image tool in the responses dialect.
    """

    text_in: float
    image_in: float
    image_out: float
    text_out: float = 0.0
    text_model_in: float = 0.0
    text_model_out: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family of models; `name` is what profiles call it, `dialect` how it is asked unless they say otherwise.

    `axis` holds the factor of the token formula for each quality (community.openai.com/t/1382699, read 2026-11-20);
    a family without one has `flat_tokens` per quality, for a square and for an oblong picture.
    `transparency_is_preview` says that only gateways that pass OpenAI's preview on offer transparency.
    """

    name: str
    pattern: re.Pattern[str]
    capabilities: Capabilities
    dialect: Dialect = "images"
    prices: TokenPrices | None = None
    axis: Mapping[str, int] = field(default_factory=dict[str, int])
    flat_tokens: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    good_for: str = ""
    transparency_is_preview: bool = False


TRANSPARENT: Final = ("auto", "opaque", "transparent")
_OPAQUE: Final = ("auto", "opaque")
_THREE: Final = ("low", "medium", "high")

_FIRST_TOKENS: Final = {"low": (272, 408), "medium": (1056, 1584), "high": (4160, 6240)}
"""Of gpt-image-1 and 1.5 (community.openai.com/t/1275254, read 2026-11-20); portrait, where landscape is less."""

_GPT: Final = Capabilities(
    sizes=CLASSIC_SIZES,
    qualities=_THREE,
    backgrounds=TRANSPARENT,
    moderation=("auto", "low"),
    stream=True,
    partial_images=3,
    user_field="safety_identifier",
)
"""What all GPT image models take and no other does; how many previews to ask for is the profile's choice."""

FAMILIES: Final = (
    Family(
        name="gpt-image-2.5",
        pattern=re.compile(r"gpt-image-2\.[56]"),
        capabilities=replace(_GPT, sizes=FREE_SIZES, qualities=(*_THREE, "xhigh", "max")),
        prices=TokenPrices(text_in=5, image_in=8, image_out=30),
        # fal.ai's price table for 2.5 divides into these factors (read 2026-11-20)
        axis={"low": 16, "medium": 24, "high": 48, "xhigh": 64, "max": 96},
        good_for="newest; any size, transparency, finest quality steps",
    ),
    Family(
        name="gpt-image-2",
        pattern=re.compile(r"gpt-image-2(?![.\d])"),
        transparency_is_preview=True,  # since 2026-08-20; a 400 before, and at many gateways still
        capabilities=replace(_GPT, sizes=FREE_SIZES, backgrounds=_OPAQUE),
        prices=TokenPrices(text_in=5, image_in=8, image_out=30),
        axis={"low": 16, "medium": 48, "high": 96},
        good_for="text in pictures, any size, edits that keep the rest",
    ),
    Family(
        name="gpt-image-1.5",
        pattern=re.compile(r"gpt-image-1\.5|chatgpt-image-latest"),
        capabilities=replace(_GPT, input_fidelity=("low", "high")),
        prices=TokenPrices(text_in=5, image_in=8, image_out=32, text_out=10),
        flat_tokens=_FIRST_TOKENS,
        good_for="transparency in three sizes",
    ),
    Family(
        name="gpt-image-1-mini",
        pattern=re.compile(r"gpt-image-1-mini"),
        capabilities=replace(_GPT, input_fidelity=("low",)),
        prices=TokenPrices(text_in=2, image_in=2.5, image_out=8),
        flat_tokens={"low": (625, 750), "medium": (1375, 1875), "high": (4500, 6500)},
        good_for="cheap sketches",
    ),
    Family(
        name="gpt-image-1",
        pattern=re.compile(r"gpt-image-1"),
        capabilities=replace(_GPT, input_fidelity=("low", "high")),
        prices=TokenPrices(text_in=5, image_in=10, image_out=40),
        flat_tokens=_FIRST_TOKENS,
    ),
    Family(
        name="dall-e-3",
        pattern=re.compile(r"dall-e-3"),
        capabilities=Capabilities(
            edit=False, mask=False, max_inputs=0, max_n=1, compression=False, formats=(), backgrounds=(),
            sizes=SizeRule(presets=(_SQUARE, (1792, 1024), (1024, 1792)), auto=False),
            qualities=("standard", "hd"), max_prompt_chars=4000,
        ),
    ),
    Family(
        name="dall-e-2",
        pattern=re.compile(r"dall-e-2"),
        capabilities=Capabilities(
            max_inputs=1, compression=False, formats=(), backgrounds=(), qualities=(),
            sizes=SizeRule(presets=((256, 256), (512, 512), _SQUARE), auto=False), max_prompt_chars=1000,
        ),
    ),
    Family(
        # It is asked in a conversation and takes no fields beside it (image-api facts, sections 1.5 and 4); its sizes
        # are what people may wish for in words. Gemini 3 takes up to 14 pictures (Google's guide, read 2026-11-20).
        name="nano-banana",
        pattern=re.compile(r"gemini-[\d.]+-(?:flash|pro)-image|nano-?banana"),
        dialect="chat",
        capabilities=Capabilities(
            max_inputs=14, mask=False, max_n=1, compression=False, formats=(), backgrounds=(), qualities=(),
            sizes=CLASSIC_SIZES,
        ),
        good_for="edits by conversation, several pictures at once",
    ),
    Family(
        name="other",
        pattern=re.compile(r""),
        capabilities=Capabilities(sizes=CLASSIC_SIZES, qualities=_THREE, backgrounds=_OPAQUE, max_n=1),
    ),
)  # fmt: skip


def family_of(model: str) -> Family:
    """Return the family a model id belongs to, also behind a vendor's prefix such as `openai/`."""
    return next(family for family in FAMILIES if family.pattern.search(model.lower()))
