"""The images dialect: `images/generations` and `images/edits`.

Source: image-api facts, section 1; openai-openapi 2.3.0 (read 2026-11-20).
"""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final

import aiohttp

from bot.capability import Capabilities
from bot.gateways.endpoints import Endpoints
from bot.gateways.exchange import Request
from bot.model import OrderKind, PaintCall, PaintInput, Scalar

_SUFFIXES: Final = {"png": "png", "jpeg": "jpg", "webp": "webp"}


def images_request(call: PaintCall, able: Capabilities, endpoints: Endpoints, files: ExitStack) -> Request:
    """Write the request; its files stay open until `files` is closed. Errors: `OSError` for a file that is gone."""
    fields = {"prompt": call.prompt + call.plan.words, **call.plan.parameters}
    if able.user_field and call.user:
        fields[able.user_field] = call.user
    match call.kind:
        case OrderKind.GENERATE:
            return Request(url=endpoints.generations, body={"json": fields})
        case OrderKind.EDIT:
            return Request(url=endpoints.edits, body={"data": _form(call, fields, able, files)})


def _form(call: PaintCall, fields: Mapping[str, Scalar], able: Capabilities, files: ExitStack) -> aiohttp.FormData:
    """Write the form: text parts, then the pictures as opened files, one as `image`, several as `image[]`.

    new-api reads exactly one spelling and takes each part's type from its file name (image-api facts, 1.2).
    """
    form = aiohttp.FormData(quote_fields=False)
    for field, value in fields.items():
        form.add_field(field, _as_text(value))
    by_count = "image" if len(call.inputs) == 1 else "image[]"
    name = by_count if able.edit_field == "auto" else able.edit_field
    for number, picture in enumerate(call.inputs, 1):
        _add_file(form, name, f"image-{number}", picture, files)
    if call.mask is not None:
        _add_file(form, "mask", "mask", call.mask, files)
    return form


def _add_file(form: aiohttp.FormData, part: str, stem: str, picture: PaintInput, files: ExitStack) -> None:
    file = files.enter_context(picture.path.open("rb"))
    suffix = _SUFFIXES.get(picture.format, picture.format)
    form.add_field(part, file, filename=f"{stem}.{suffix}", content_type=f"image/{picture.format}")


def _as_text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
