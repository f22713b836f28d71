"""The models the local image gateway speaks for and what each accepts; no painting differs by model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_CLASSIC_SIZES: Final = ("1024x1024", "1536x1024", "1024x1536")
_AXIS: Final = {"low": 16, "medium": 48, "high": 96}
# fal.ai's price table for 2.5 divides into these axes (read 2026-11-20).
_AXIS_25: Final = {"low": 16, "medium": 24, "high": 48, "xhigh": 64, "max": 96}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What one model takes.

    Shape:  `sizes` empty means any size the general rule allows; `axis` maps each quality to its token factor;
            `modalities` is what its chat answers can hold, and a model that needs them said is refused without.
    """

    id: str
    created_at: int
    sizes: tuple[str, ...] = ()
    axis: Mapping[str, int] = field(default_factory=lambda: _AXIS)
    fidelities: tuple[str, ...] = ()
    has_complexity: bool = False
    modalities: tuple[str, ...] = ("image", "text")
    needs_modalities: bool = False

    @property
    def qualities(self) -> tuple[str, ...]:
        """The qualities that may be asked for, without "auto"."""
        return tuple(self.axis)

    @property
    def card(self) -> dict[str, Any]:
        """The model as `GET /v1/models` lists it."""
        return {"id": self.id, "object": "model", "created": self.created_at, "owned_by": "offline-preview"}


def known_models() -> tuple[Model, ...]:
    """Return the image models OpenAI serves.

    Source: openai-python 3.52.0 `types/image_model.py` and developers.openai.com model pages (read 2026-11-20);
            `fidelities` follows the `input_fidelity` text of the same source.
    """
    return (
        Model(id="gpt-image-2", created_at=1776729600),
        Model(id="gpt-image-2-2026-04-21", created_at=1776729600),
        Model(id="gpt-image-2.5-sunburst", created_at=1788825600, axis=_AXIS_25),
        Model(id="gpt-image-2.5-flare", created_at=1788825600, axis=_AXIS_25),
        Model(id="gpt-image-2.6-sunburst", created_at=1793750400, axis=_AXIS_25, has_complexity=True),
        Model(id="gpt-image-2.6-flare", created_at=1793750400, axis=_AXIS_25, has_complexity=True),
        Model(id="gpt-image-1.5", created_at=1765843200, sizes=_CLASSIC_SIZES, fidelities=("high", "low")),
        Model(id="gpt-image-1-mini", created_at=1759449600, sizes=_CLASSIC_SIZES, fidelities=("low",)),
    )


def chat_models() -> tuple[Model, ...]:
    """Return the models that paint in chat completions: Google's, two as OpenRouter names them, and OpenAI's.

    Source: image-api facts, sections 1.4, 1.5 and 4: gpt-image-2 is how aicentos is spoken to, OpenAI itself refuses it
            there; openrouter.ai/docs image generation: an image-only model wants `["image"]` (read 2026-11-21).
    """
    return (
        Model(id="gemini-2.5-flash-image", created_at=1759363200),
        Model(id="gemini-3-pro-image-preview", created_at=1763596800),
        Model(id="gemini-3.1-flash-image-preview", created_at=1772064000),
        Model(id="google/gemini-2.5-flash-image", created_at=1759363200, needs_modalities=True),
        Model(id="black-forest-labs/flux.2-pro", created_at=1764028800, modalities=("image",), needs_modalities=True),
        Model(id="gpt-image-2", created_at=1776729600),
    )


def text_models() -> tuple[Model, ...]:
    """Return the models that may stand on top of a Responses request; what they say here is one fixed sentence."""
    return (
        Model(id="gpt-4.1", created_at=1744243200),
        Model(id="gpt-5", created_at=1754524800),
        Model(id="gpt-5-mini", created_at=1754524800),
    )
