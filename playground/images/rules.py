"""Which scalar fields the Images API and its tool take, and what is said to the wrong ones; for files see `uploads`.

Source: openai-openapi 2.3.0 and openai-python 3.52.0 (read 2026-11-20). Where no answer of OpenAI to a wrong
value was recorded, the answer follows the shape of its recorded ones.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from playground.images.endpoint import Endpoint, ImageRequest
from playground.images.fields import boolean, choice, integer, text
from playground.images.models import Model
from playground.images.painting.words import read
from playground.images.refusal import (
    USER_ERROR,
    Refusal,
    missing,
    unknown_parameter,
    wrong_value,
)

PROMPT_MAX_CHARS: Final = 32_000
EDGE_MULTIPLE_PX: Final = 16
EDGE_MAX_PX: Final = 3_840
PIXELS_MIN: Final = 655_360
PIXELS_MAX: Final = 8_294_400
RATIO_MAX: Final = 3

_SHARED: Final = frozenset(
    {
        "prompt", "model", "n", "size", "quality", "background", "output_format", "output_compression",
        "stream", "partial_images", "user", "safety_identifier", "complexity",
    }
)  # fmt: skip
_ALLOWED: Final = {
    Endpoint.GENERATIONS: _SHARED | {"moderation"},
    Endpoint.EDITS: _SHARED | {"input_fidelity"},
    Endpoint.RESPONSES: _SHARED - {"n", "user", "safety_identifier"} | {"moderation", "input_fidelity"},
}
_FORMATS: Final = ("png", "jpeg", "webp")


def check_fields(
    endpoint: Endpoint,
    fields: Mapping[str, Any],
    models: Mapping[str, Model],
    *,
    canvas_px: tuple[int, int] | None = None,
    also: frozenset[str] = frozenset(),
) -> ImageRequest:
    """Return the request these fields ask for, without its files.

    Shape:  `fields` as JSON has them, so the caller turns form text into numbers first; `canvas_px` is the size
            of the first input, which "auto" follows; `also` names fields that only this form of request has.
    Errors: Refusal, with the answer OpenAI gives.
    """
    prompt = text(fields, "prompt")
    if prompt is None:
        raise missing("prompt")
    model = _model(fields, models)
    _refuse_unknown(_ALLOWED[endpoint] | also, fields, model)
    _length(prompt)
    output_format = choice(fields, "output_format", _FORMATS) or "png"
    stream = boolean(fields, "stream")
    width_px, height_px = _size(fields, model, canvas_px)
    choice(fields, "moderation", ("low", "auto"))
    choice(fields, "complexity", ("low", "medium", "high"))
    for name in ("user", "safety_identifier"):
        text(fields, name)
    return ImageRequest(
        endpoint=endpoint,
        model=model.id,
        prompt=prompt,
        n=integer(fields, "n", 1, 10) or 1,
        width_px=width_px,
        height_px=height_px,
        quality=_quality(fields, model),
        background=_background(fields, prompt, output_format),
        output_format=output_format,
        compression_pct=_compression(fields, output_format),
        stream=stream,
        partial_images=_partials(fields, stream=stream),
        input_fidelity=_fidelity(fields, model),
    )


def _model(fields: Mapping[str, Any], models: Mapping[str, Model]) -> Model:
    name = text(fields, "model")
    if name is None:
        raise missing("model")
    if name not in models:
        raise Refusal(f"The model '{name}' does not exist.", status=404, code="model_not_found", param="model")
    return models[name]


def _refuse_unknown(allowed: frozenset[str], fields: Mapping[str, Any], model: Model) -> None:
    for name in fields:
        if name not in allowed or (name == "complexity" and not model.has_complexity):
            raise unknown_parameter(name)


def _length(prompt: str) -> None:
    if not prompt.strip():
        raise Refusal(
            "Invalid 'prompt': empty string. Expected a string with minimum length 1, but got an empty string.",
            code="empty_string",
            param="prompt",
        )
    if len(prompt) > PROMPT_MAX_CHARS:
        raise Refusal(
            f"Invalid 'prompt': string too long. Expected a string with maximum length {PROMPT_MAX_CHARS}, "
            f"but got a string with length {len(prompt)} instead.",
            code="string_above_max_length",
            param="prompt",
        )


def _size(fields: Mapping[str, Any], model: Model, canvas_px: tuple[int, int] | None) -> tuple[int, int]:
    asked = text(fields, "size") or "auto"
    if asked == "auto":
        return auto_size(model, canvas_px or (1024, 1024))
    if model.sizes and asked not in model.sizes:
        raise wrong_value("size", asked, (*model.sizes, "auto"))
    match = re.fullmatch(r"([1-9][0-9]{1,3})x([1-9][0-9]{1,3})", asked)
    if match is None:
        raise wrong_value("size", asked, ("WIDTHxHEIGHT", "auto"))
    width_px, height_px = int(match[1]), int(match[2])
    if complaint := size_complaint(width_px, height_px):
        raise Refusal(f"Invalid size '{asked}'. {complaint}", kind=USER_ERROR, code="invalid_value", param="size")
    return width_px, height_px


def size_complaint(width_px: int, height_px: int) -> str | None:
    """Return what is wrong with a size, or None.

    Source: the first sentence is OpenAI's own, the limits are those of Azure's documentation of gpt-image-2
            (read 2026-11-20); the wording of the other sentences is ours.
    """
    if width_px % EDGE_MULTIPLE_PX or height_px % EDGE_MULTIPLE_PX:
        return f"Width and height must both be divisible by {EDGE_MULTIPLE_PX}."
    if max(width_px, height_px) > EDGE_MAX_PX:
        return f"The longest edge must be at most {EDGE_MAX_PX} pixels."
    if max(width_px, height_px) > RATIO_MAX * min(width_px, height_px):
        return f"The aspect ratio must be between 1:{RATIO_MAX} and {RATIO_MAX}:1."
    if not PIXELS_MIN <= width_px * height_px <= PIXELS_MAX:
        return f"The number of pixels must be between {PIXELS_MIN} and {PIXELS_MAX}."
    return None


def auto_size(model: Model, canvas_px: tuple[int, int]) -> tuple[int, int]:
    """Return the size "auto" stands for: the canvas itself where it is valid, else its ratio at about 1 MP."""
    width_px, height_px = canvas_px
    if model.sizes:
        ratio = width_px / height_px
        sizes = ((1024, 1024), (1536, 1024), (1024, 1536))
        return min(sizes, key=lambda size: abs(size[0] / size[1] - ratio))
    if size_complaint(width_px, height_px) is None:
        return canvas_px
    ratio = min(max(width_px / height_px, 1 / 2.9), 2.9)
    side_px = 1024 * ratio**0.5
    return _multiple(side_px), _multiple(side_px / ratio)


def _multiple(edge_px: float) -> int:
    return round(edge_px / EDGE_MULTIPLE_PX) * EDGE_MULTIPLE_PX


def _quality(fields: Mapping[str, Any], model: Model) -> str:
    asked = choice(fields, "quality", (*model.qualities, "auto")) or "auto"
    return "medium" if asked == "auto" else asked


def _background(fields: Mapping[str, Any], prompt: str, output_format: str) -> str:
    """Return "transparent" or "opaque"; "auto" is whichever the prompt asks for."""
    asked = choice(fields, "background", ("transparent", "opaque", "auto")) or "auto"
    if asked == "transparent" and output_format == "jpeg":
        raise Refusal(
            "Transparent background is not supported for output format 'jpeg'.",
            kind=USER_ERROR,
            code="invalid_value",
            param="background",
        )
    if asked == "auto":
        return "transparent" if output_format != "jpeg" and "cutout" in read(prompt).changes else "opaque"
    return asked


def _compression(fields: Mapping[str, Any], output_format: str) -> int:
    asked = integer(fields, "output_compression", 0, 100)
    if asked is not None and asked < 100 and output_format == "png":  # noqa: PLR2004 - 100 % is "not compressed"
        raise Refusal(
            "Compression less than 100 is not supported for PNG output format.",
            kind=USER_ERROR,
            code="invalid_value",
            param="output_compression",
        )
    return 100 if asked is None else asked


def _partials(fields: Mapping[str, Any], *, stream: bool) -> int:
    asked = integer(fields, "partial_images", 0, 3)
    if asked and not stream:
        raise Refusal(
            "'partial_images' is only supported when 'stream' is true.",
            code="invalid_value",
            param="partial_images",
        )
    return asked or 0


def _fidelity(fields: Mapping[str, Any], model: Model) -> str | None:
    if "input_fidelity" not in fields:
        return None
    if not model.fidelities:
        raise Refusal(
            f"The model '{model.id}' does not support the 'input_fidelity' parameter.",
            code="invalid_input_fidelity_model",
            param="input_fidelity",
        )
    return choice(fields, "input_fidelity", model.fidelities)
