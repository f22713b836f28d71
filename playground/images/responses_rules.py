"""Which Responses requests paint here and what is said to the others; what is answered lives in `responses`.

Source: openai-openapi 2.3.0, openai-python 3.52.0 and image-api facts section 5; recorded refusals: new-api#1234 (a
        stream without partial images), proxypal#226 (an unknown model in the tool), CLIProxyAPI#2954 (an unknown
        previous response), cockpit-tools#665 (a choice without its tool); all read 2026-11-21. The wording to an image
        model on top is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from playground.images.chat_rules import Fetch
from playground.images.endpoint import Endpoint, ImageRequest
from playground.images.fields import Fields, boolean, choice, integer, listed, mapped, needed_text, only, text
from playground.images.memory import Memory
from playground.images.models import Model
from playground.images.posts import UploadedFile
from playground.images.references import data_url_file, decoded
from playground.images.refusal import (
    REQUEST_ERROR,
    USER_ERROR,
    Refusal,
    missing,
    unknown_parameter,
    wrong_value,
)
from playground.images.rules import check_fields
from playground.images.turn import Turn
from playground.images.uploads import INPUTS_MAX, check_inputs, check_mask

TOOL_MODEL: Final = "gpt-image-2.6-sunburst"  # what the tool paints with when it names none, openai-python 3.52.0
_FIELDS: Final = frozenset(
    {
        "model", "input", "instructions", "tools", "tool_choice", "previous_response_id", "stream", "store",
        "max_output_tokens", "temperature", "top_p", "truncation", "include", "reasoning", "text", "service_tier",
        "parallel_tool_calls", "metadata", "user", "safety_identifier", "prompt_cache_key",
    }
)  # fmt: skip
_OWN_TOOL_FIELDS: Final = ("type", "action", "input_image_mask")
_IN_TOOL: Final = "tools[0]."
_ROLES: Final = ("user", "assistant", "system", "developer")
_STATUSES: Final = ("in_progress", "completed", "generating", "failed")
_CALL_FIELDS: Final = frozenset(
    {
        "type", "id", "status", "result", "revised_prompt", "action", "size", "quality", "background", "output_format",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRequest:
    """A Responses request that passed every rule."""

    request: ImageRequest
    turn: Turn
    files: tuple[UploadedFile, ...]
    inputs_px: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Context:
    """What the items so far left to look at, and the last words of the user.

    Shape:  a generated picture takes the place of all before it: it was made from them.
    """

    fetch: Fetch
    files: list[UploadedFile] = field(default_factory=list[UploadedFile])
    prompt: str = ""


def check_response(
    fields: Fields,
    *,
    images: Mapping[str, Model],
    texts: Mapping[str, Model],
    memory: Memory,
    fetch: Fetch,
) -> TurnRequest:
    """Return what a Responses request asks for.

    Shape:  the newest generated picture comes first, be it of the previous response or an item of the input, then the
            pictures the user sent after it.
    Errors: Refusal.
    """
    only(fields, _FIELDS)
    model = _text_model(fields, images, texts)
    stream = boolean(fields, "stream")
    _plain_fields(fields)
    tool = _tool(fields)
    chosen = _tool_choice(fields)
    context = _Context(fetch)
    previous = _recall(fields, memory, context)
    _read_input(fields.get("input"), context)
    if not context.prompt.strip():
        raise Refusal("The input holds no text of a user.", code="empty_string", param="input")
    files, inputs_px = _inputs(tool, context)
    request = _painting(tool, context.prompt, images, stream=stream, canvas_px=inputs_px[0] if inputs_px else None)
    mask = _mask(tool, inputs_px)
    turn = Turn(
        model=model,
        tool=tool,
        tool_choice=chosen,
        action="edit" if files else "generate",
        previous=previous,
        instructions=text(fields, "instructions"),
        is_stored=boolean(fields, "store", default=True),
    )
    contents = tuple(file.content for file in files)
    request = replace(request, inputs=contents, mask=mask.content if mask else None)
    return TurnRequest(request=request, turn=turn, files=(*files, *((mask,) if mask else ())), inputs_px=inputs_px)


def _text_model(fields: Fields, images: Mapping[str, Model], texts: Mapping[str, Model]) -> str:
    name = needed_text(fields, "model")
    if name in images:
        raise Refusal(
            f"The requested model '{name}' cannot be used with the Responses API. Name it in the image_generation tool",
            code="unsupported_value",
            param="model",
        )
    if name not in texts:
        raise Refusal(f"The requested model '{name}' does not exist.", code="model_not_found", param="model")
    return name


def _plain_fields(fields: Fields) -> None:
    for name in ("user", "safety_identifier", "prompt_cache_key", "service_tier", "truncation"):
        text(fields, name)
    for name in ("metadata", "reasoning", "text"):
        if fields.get(name) is not None:
            mapped(fields[name], name)
    boolean(fields, "parallel_tool_calls")
    integer(fields, "max_output_tokens", 16, 1_000_000)


def _tool(fields: Fields) -> Fields:
    if fields.get("tools") is None and fields.get("tool_choice") is not None:
        raise _choice_without_tool()
    tools = listed(fields.get("tools"), "tools")
    tool = mapped(tools[0], "tools[0]")
    kind = needed_text(tool, "type", _IN_TOOL)
    if kind != "image_generation":
        raise wrong_value("tools[0].type", kind, ("image_generation",), kind=REQUEST_ERROR)
    if len(tools) > 1:
        raise Refusal("This gateway takes exactly one tool, image_generation.", code="invalid_value", param="tools")
    choice(tool, "action", ("generate", "edit", "auto"), _IN_TOOL)
    return tool


def _tool_choice(fields: Fields) -> str | Mapping[str, Any]:
    asked = fields.get("tool_choice")
    if asked is not None and not isinstance(asked, str):
        chosen = mapped(asked, "tool_choice")
        only(chosen, ("type",), "tool_choice.")
        if needed_text(chosen, "type", "tool_choice.") != "image_generation":
            raise _choice_without_tool(str(chosen["type"]))
        return chosen
    if asked == "none":
        raise Refusal("This gateway only paints: 'tool_choice' must not be 'none'.", param="tool_choice")
    return choice(fields, "tool_choice", ("auto", "required")) or "auto"


def _choice_without_tool(name: str = "image_generation") -> Refusal:
    return Refusal(f"Tool choice '{name}' not found in 'tools' parameter.", param="tool_choice")


def _recall(fields: Fields, memory: Memory, context: _Context) -> str | None:
    name = text(fields, "previous_response_id")
    if name is None:
        return None
    pictures = memory.recall(name)
    if pictures is None:
        raise Refusal(
            f"Previous response with id '{name[:100]}' not found.",
            code="previous_response_not_found",
            param="previous_response_id",
        )
    for picture in pictures[-1:]:
        context.files.append(_generated(picture, "previous_response_id"))
    return name


def _read_input(given: object, context: _Context) -> None:
    if isinstance(given, str):
        context.prompt = given
        return
    for index, entry in enumerate(listed(given, "input", "a string or an array")):
        item = mapped(entry, f"input[{index}]")
        kind = text(item, "type", f"input[{index}].") or "message"
        match kind:
            case "message":
                _message(item, f"input[{index}]", context)
            case "image_generation_call":
                _call(item, f"input[{index}].", context)
            case "reasoning":
                continue
            case _:
                known = ("message", "image_generation_call", "reasoning")
                raise wrong_value(f"input[{index}].type", kind, known, kind=REQUEST_ERROR)


def _message(item: Fields, where: str, context: _Context) -> None:
    only(item, ("type", "role", "content", "id", "status"), f"{where}.")
    role = needed_text(item, "role", f"{where}.")
    if role not in _ROLES:
        raise wrong_value(f"{where}.role", role, _ROLES, kind=REQUEST_ERROR)
    content = item.get("content")
    if isinstance(content, str):
        texts = [content]
    else:
        parts = listed(content, f"{where}.content", "a string or an array")
        texts = [
            words
            for index, part in enumerate(parts)
            if (words := _part(part, f"{where}.content[{index}]", role, context)) is not None
        ]
    if role == "user":
        context.prompt = "\n".join(texts)


def _part(entry: object, where: str, role: str, context: _Context) -> str | None:
    """Return the words of a part, or take its picture into the context."""
    part = mapped(entry, where)
    kinds = ("output_text", "refusal") if role == "assistant" else ("input_text", "input_image")
    kind = needed_text(part, "type", f"{where}.")
    if kind not in kinds:
        raise wrong_value(f"{where}.type", kind, kinds, kind=REQUEST_ERROR)
    if kind == "refusal":
        return needed_text(part, "refusal", f"{where}.")
    if kind != "input_image":
        return needed_text(part, "text", f"{where}.")
    only(part, ("type", "image_url", "file_id", "detail"), f"{where}.")
    choice(part, "detail", ("auto", "low", "high", "original"), f"{where}.")
    context.files.append(_file(part, f"{where}.", context.fetch))
    return None


def _call(item: Fields, where: str, context: _Context) -> None:
    """Take an earlier call of the tool: its picture is what the conversation is about from here on."""
    only(item, _CALL_FIELDS, where)
    needed_text(item, "id", where)
    status = needed_text(item, "status", where)
    if status not in _STATUSES:
        raise wrong_value(f"{where}status", status, _STATUSES, kind=REQUEST_ERROR)
    if "result" not in item:
        raise missing(f"{where}result")
    result = text(item, "result", where)
    if result:
        context.files[:] = [_generated(decoded(result, f"{where}result"), f"{where}result")]


def _generated(content: bytes, part: str) -> UploadedFile:
    """Return a picture of this gateway's own as a file; only its bytes tell the type."""
    kinds = {b"\xff\xd8": "image/jpeg", b"RI": "image/webp"}
    return UploadedFile.of(part, "", kinds.get(content[:2], "image/png"), content)


def _file(holder: Fields, where: str, fetch: Fetch) -> UploadedFile:
    """Return the picture behind `image_url`: inside a data URL, or at an address of this very server."""
    if holder.get("file_id") is not None:
        raise Refusal("This gateway keeps no files: send 'image_url'.", code="invalid_value", param=f"{where}file_id")
    url, param = needed_text(holder, "image_url", where), f"{where}image_url"
    if not url.lower().startswith(("http://", "https://")):
        return data_url_file(param, param, url)
    found = fetch(url)
    if found is None:
        raise Refusal(f"Error while downloading {url[:200]}.", code="invalid_image_url", param=param)
    return UploadedFile.of(param, "", found[1], found[0])


def _inputs(tool: Fields, context: _Context) -> tuple[tuple[UploadedFile, ...], tuple[tuple[int, int], ...]]:
    """Return the pictures that are to be edited, by what the tool is told to do."""
    files = tuple(context.files)
    if len(files) > INPUTS_MAX:
        raise Refusal(f"At most {INPUTS_MAX} pictures are allowed in a turn.", param="input")
    inputs_px = check_inputs(files)
    action = tool.get("action") or "auto"
    if action == "edit" and not files:
        said = "The action 'edit' needs a picture in the input."
        raise Refusal(said, kind=USER_ERROR, code="invalid_value", param="tools")
    return ((), ()) if action == "generate" else (files, inputs_px)


def _painting(
    tool: Fields, prompt: str, images: Mapping[str, Model], *, stream: bool, canvas_px: tuple[int, int] | None
) -> ImageRequest:
    scalars = {name: value for name, value in tool.items() if name not in _OWN_TOOL_FIELDS}
    partials = integer(scalars, "partial_images", 0, 3, _IN_TOOL)
    if stream and not partials:
        raise Refusal("Streaming must have non-zero partial images.", kind=USER_ERROR, param="tools")
    if not stream:
        scalars.pop("partial_images", None)  # without a stream there is nowhere to show them
    for name in ("prompt", "stream"):  # the painting's, yet not the tool's
        if name in scalars:
            raise unknown_parameter(_IN_TOOL + name)
    asked = {"model": TOOL_MODEL, **scalars, "prompt": prompt, "stream": stream}
    try:
        return check_fields(Endpoint.RESPONSES, asked, images, canvas_px=canvas_px)
    except Refusal as refusal:
        raise _in_the_tool(refusal) from None


def _in_the_tool(refusal: Refusal) -> Refusal:
    """Say what is wrong with the tool as the Responses API says it."""
    error = refusal.body["error"]
    code, param = error["code"], error["param"]
    if code == "model_not_found":
        return Refusal(error["message"], kind=USER_ERROR, code="invalid_value", param="tools")
    if code == "invalid_input_fidelity_model":
        return Refusal(error["message"], kind=USER_ERROR, code=code, param="tools")
    if param == "prompt":
        return Refusal(error["message"].replace("'prompt'", "'input'"), code=code, param="input")
    said = error["message"].replace(f"'{param}'", f"'{_IN_TOOL}{param}'", 1)
    return Refusal(said, kind=error["type"], code=code, param=f"{_IN_TOOL}{param}")


def _mask(tool: Fields, inputs_px: tuple[tuple[int, int], ...]) -> UploadedFile | None:
    if tool.get("input_image_mask") is None:
        return None
    where = f"{_IN_TOOL}input_image_mask."
    holder = mapped(tool["input_image_mask"], where.removesuffix("."))
    only(holder, ("image_url", "file_id"), where)
    mask = _file(holder, where, lambda _: None)
    if not inputs_px:
        said = "A mask needs a picture to be edited."
        raise Refusal(said, kind=USER_ERROR, code="invalid_value", param="tools")
    check_mask(mask, inputs_px[0])
    return mask
