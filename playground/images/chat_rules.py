"""Which chat completions paint here and what is said to the others; what is answered lives in `chat`.

Source: image-api facts, sections 1.4, 1.5 and 4; openrouter.ai/docs image generation, and OpenRouter's own refusal of
        modalities in HKUDS/DeepTutor#1348 (read 2026-11-21).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from playground.images.endpoint import Endpoint, ImageRequest
from playground.images.fields import Fields, boolean, choice, integer, listed, mapped, needed_text, only, text
from playground.images.models import Model
from playground.images.posts import UploadedFile
from playground.images.references import data_url_file
from playground.images.refusal import REQUEST_ERROR, Refusal, unknown_parameter, wrong_type, wrong_value
from playground.images.uploads import INPUTS_MAX, check_inputs

Fetch = Callable[[str], tuple[bytes, str] | None]

_FIELDS: Final = frozenset(
    {
        "model", "messages", "modalities", "image_config", "stream", "stream_options", "temperature", "top_p",
        "max_tokens", "max_completion_tokens", "seed", "user", "safety_identifier",
    }
)  # fmt: skip
_ROLES: Final = ("system", "developer", "user", "assistant")
_MESSAGE_FIELDS: Final = ("role", "content", "name", "images", "refusal", "reasoning_details")
# Google's table of what each ratio is in pixels at "1K", ai.google.dev/gemini-api/docs/image-generation (2026-11-21).
_RATIOS_PX: Final = {
    "1:1": (1024, 1024), "2:3": (832, 1248), "3:2": (1248, 832), "3:4": (864, 1184), "4:3": (1184, 864),
    "4:5": (896, 1152), "5:4": (1152, 896), "9:16": (768, 1344), "16:9": (1344, 768), "21:9": (1536, 672),
}  # fmt: skip
_SCALES: Final = {"1K": 1, "2K": 2, "4K": 4}
_SCALED_PX: Final = 3_840  # the painter's longest edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A chat request that passed every rule: what is to be painted, and the pictures it was told to look at."""

    request: ImageRequest
    files: tuple[UploadedFile, ...]
    inputs_px: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Said:
    """What one message holds."""

    role: str
    texts: list[str] = field(default_factory=list[str])
    urls: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def check_chat(fields: Fields, models: Mapping[str, Model], fetch: Fetch, *, takes_modalities: bool) -> Talk:
    """Return what a chat completion asks for.

    Shape:  only the last user message counts, its texts and its `image_url` parts, as with the reverse routes that
            ignore pictures in the history; the history is checked all the same. `fetch` gives a file of this server
            by its URL, or None.
    Errors: Refusal.
    """
    model = _model(fields, models)
    only(fields, _FIELDS if takes_modalities else _FIELDS - {"modalities"})
    _modalities(fields, model)
    stream = boolean(fields, "stream")
    _stream_options(fields, stream=stream)
    _sampling(fields)
    last = _last_user(listed(fields.get("messages"), "messages"))
    prompt = "\n".join(last.texts)
    if not prompt.strip():
        raise Refusal("The last user message holds no text.", code="empty_string", param="messages")
    files = tuple(_file(url, param, fetch) for url, param in last.urls)
    if len(files) > INPUTS_MAX:
        raise Refusal(f"At most {INPUTS_MAX} pictures are allowed in a message.", param="messages")
    inputs_px = check_inputs(files)
    width_px, height_px = _size(fields, inputs_px)
    request = ImageRequest(
        endpoint=Endpoint.CHAT,
        model=model.id,
        prompt=prompt,
        n=1,
        width_px=width_px,
        height_px=height_px,
        quality="medium",
        background="opaque",
        output_format="png",
        compression_pct=100,
        stream=stream,
        partial_images=0,
        inputs=tuple(file.content for file in files),
    )
    return Talk(request=request, files=files, inputs_px=inputs_px)


def no_endpoint(modalities: Sequence[str]) -> Refusal:
    """Refuse kinds of output that the model does not have, in OpenRouter's words and its own shape."""
    said = f"No endpoints found that support the requested output modalities: {', '.join(modalities)}"
    refusal = Refusal(said, status=404)
    refusal.body = {"error": {"message": said, "code": 404}}
    return refusal


def _model(fields: Fields, models: Mapping[str, Model]) -> Model:
    name = needed_text(fields, "model")
    if name not in models:
        raise Refusal(
            f"The model '{name}' does not exist or is no chat model.",
            status=404,
            code="model_not_found",
            param="model",
        )
    return models[name]


def _modalities(fields: Fields, model: Model) -> None:
    if fields.get("modalities") is None:
        if model.needs_modalities:
            raise no_endpoint(["text"])  # what is not said is text
        return
    asked = listed(fields["modalities"], "modalities")
    for index, one in enumerate(asked):
        if one not in ("text", "image"):
            raise wrong_value(f"modalities[{index}]", one, ("text", "image"), kind=REQUEST_ERROR)
    if "image" not in asked or not set(asked) <= set(model.modalities):
        raise no_endpoint(asked)


def _stream_options(fields: Fields, *, stream: bool) -> None:
    if fields.get("stream_options") is None:
        return
    options = mapped(fields["stream_options"], "stream_options")
    only(options, {"include_usage"}, "stream_options.")
    boolean(options, "include_usage")
    if not stream:
        raise Refusal(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param="stream_options"
        )


def _sampling(fields: Fields) -> None:
    for name in ("temperature", "top_p"):
        value = fields.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise wrong_type(name, "a decimal", value)
    for name in ("max_tokens", "max_completion_tokens"):
        integer(fields, name, 1, 1_000_000)
    integer(fields, "seed", -(2**63), 2**63 - 1)
    for name in ("user", "safety_identifier"):
        text(fields, name)


def _last_user(messages: list[Any]) -> _Said:
    said = [_message(message, f"messages[{index}]") for index, message in enumerate(messages)]
    of_user = [one for one in said if one.role == "user"]
    if not of_user:
        raise Refusal("There is no message of a user.", code="invalid_value", param="messages")
    return of_user[-1]


def _message(entry: object, where: str) -> _Said:
    message = mapped(entry, where)
    only(message, _MESSAGE_FIELDS, f"{where}.")
    role = needed_text(message, "role", f"{where}.")
    if role not in _ROLES:
        raise wrong_value(f"{where}.role", role, _ROLES, kind=REQUEST_ERROR)
    for name in ("images", "refusal", "reasoning_details"):
        if name in message and role != "assistant":
            raise unknown_parameter(f"{where}.{name}")
    said = _Said(role)
    content = message.get("content")
    if content is None and role == "assistant":
        return said
    if isinstance(content, str):
        said.texts.append(content)
        return said
    for index, part in enumerate(listed(content, f"{where}.content", "a string or an array")):
        _part(part, f"{where}.content[{index}]", said)
    return said


def _part(entry: object, where: str, said: _Said) -> None:
    part = mapped(entry, where)
    kinds = ("text", "image_url") if said.role == "user" else ("text",)
    kind = needed_text(part, "type", f"{where}.")
    if kind not in kinds:
        raise wrong_value(f"{where}.type", kind, kinds, kind=REQUEST_ERROR)
    only(part, ("type", kind), f"{where}.")
    if kind == "text":
        said.texts.append(needed_text(part, "text", f"{where}."))
        return
    image = mapped(part.get("image_url"), f"{where}.image_url")
    only(image, ("url", "detail"), f"{where}.image_url.")
    choice(image, "detail", ("auto", "low", "high"), f"{where}.image_url.")
    url = needed_text(image, "url", f"{where}.image_url.")
    said.urls.append((url, f"{where}.image_url.url"))


def _file(url: str, param: str, fetch: Fetch) -> UploadedFile:
    """Return the picture a part names: inside a data URL, or at an address of this very server."""
    if not url.lower().startswith(("http://", "https://")):
        return data_url_file(param, param, url)
    found = fetch(url)
    if found is None:
        raise Refusal(f"Error while downloading {url[:200]}.", code="invalid_image_url", param=param)
    content, content_type = found
    return UploadedFile.of(param, "", content_type, content)


def _size(fields: Fields, inputs_px: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    given = fields.get("image_config")
    config = mapped({} if given is None else given, "image_config")
    only(config, ("aspect_ratio", "image_size"), "image_config.")
    ratio = choice(config, "aspect_ratio", tuple(_RATIOS_PX), "image_config.") or _nearest_ratio(inputs_px)
    scale = _SCALES[choice(config, "image_size", tuple(_SCALES), "image_config.") or "1K"]
    width_px, height_px = (edge * scale for edge in _RATIOS_PX[ratio])
    share = min(1.0, _SCALED_PX / max(width_px, height_px))
    return round(width_px * share), round(height_px * share)


def _nearest_ratio(inputs_px: tuple[tuple[int, int], ...]) -> str:
    """Return the ratio of the first input, or a square where there is none."""
    width_px, height_px = inputs_px[0] if inputs_px else (1, 1)
    wanted = width_px / height_px
    return min(_RATIOS_PX, key=lambda ratio: abs(_RATIOS_PX[ratio][0] / _RATIOS_PX[ratio][1] - wanted))
