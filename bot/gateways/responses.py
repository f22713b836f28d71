"""The responses dialect: a text model is made to call its image tool once.

Source: image-api facts, section 5; openai-python 3.52.0, openai-openapi 2.3.0 (read 2026-11-20).
"""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from bot.capability import Capabilities
from bot.gateways.endpoints import Endpoints
from bot.gateways.exchange import Request
from bot.gateways.json_body import DataUrl, JsonBody
from bot.model import OrderKind, PaintCall, PaintInput

TEXT_MODEL: Final = "text_model"
"""The parameter that stands on top; every other but `stream` belongs to the tool."""

STORE: Final = "store"
"""The parameter by which a check-up asks to have an answer kept where nobody knows yet whether that is done."""

_ACTIONS: Final = {OrderKind.GENERATE: "generate", OrderKind.EDIT: "edit"}


def responses_request(call: PaintCall, able: Capabilities, endpoints: Endpoints, files: ExitStack) -> Request:
    """Write the request; its files stay open until `files` is closed. Errors: `OSError` for a file that is gone.

    Where the gateway keeps its answers, the first picture is named by the answer that brought it, unless a mask
    speaks of its pixels; else every picture is sent anew.
    """
    tool: dict[str, object] = {**call.plan.parameters, "type": "image_generation", "action": _ACTIONS[call.kind]}
    keeps = bool(tool.pop(STORE, able.keeps_responses))
    previous = call.previous_response if keeps and call.mask is None else None
    text_model, is_stream = tool.pop(TEXT_MODEL, able.text_model), tool.pop("stream", False)
    if call.mask is not None:
        tool["input_image_mask"] = {"image_url": DataUrl(call.mask)}
    document: dict[str, object] = {
        "model": text_model,
        "input": _input(call.prompt + call.plan.words, call.inputs[1:] if previous else call.inputs),
        "tools": [tool],
        "tool_choice": {"type": "image_generation"},
        "store": keeps,
    }
    if is_stream:
        document["stream"] = True
    if previous:
        document["previous_response_id"] = previous
    if able.user_field and call.user:
        document[able.user_field] = call.user
    return Request(url=endpoints.responses, body=JsonBody(document, files).post())


def _input(prompt: str, pictures: Sequence[PaintInput]) -> object:
    if not pictures:
        return prompt
    parts = [{"type": "input_image", "image_url": DataUrl(picture)} for picture in pictures]
    return [{"role": "user", "content": [{"type": "input_text", "text": prompt}, *parts]}]
