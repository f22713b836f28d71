"""The chat dialect: pictures as content parts of one user turn of `chat/completions`.

Gateways read pictures of the last user turn only, so the picture that is edited stands there; what was said before
is not repeated, since each turn's pictures are paid for again.
Source: image-api facts, section 4 (docs.apiyi.com, openrouter.ai; read 2026-11-20).
"""

from contextlib import ExitStack

from bot.capability import Capabilities
from bot.gateways.endpoints import Endpoints
from bot.gateways.exchange import Request
from bot.gateways.json_body import DataUrl, JsonBody
from bot.model import PaintCall


def chat_request(call: PaintCall, able: Capabilities, endpoints: Endpoints, files: ExitStack) -> Request:
    """Write the request; its files stay open until `files` is closed. Errors: `OSError` for a file that is gone."""
    prompt = call.prompt + call.plan.words
    pictures = [{"type": "image_url", "image_url": {"url": DataUrl(picture)}} for picture in call.inputs]
    content = [{"type": "text", "text": prompt}, *pictures] if pictures else prompt
    document: dict[str, object] = {**call.plan.parameters, "messages": [{"role": "user", "content": content}]}
    if isinstance(modalities := document.get("modalities"), str):
        document["modalities"] = modalities.split(",")
    if able.user_field and call.user:
        document[able.user_field] = call.user
    return Request(url=endpoints.chat, body=JsonBody(document, files).post())
