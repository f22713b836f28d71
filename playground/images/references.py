"""Edits in JSON: their inputs and mask come as data URLs inside the body; forms are read in `uploads`.

Source: openai-openapi 2.3.0 `EditImageBodyJsonParam` (read 2026-11-20). OpenAI also fetches web addresses and takes
ids of uploaded files; this gateway is offline and keeps no files, and says so.
"""

import binascii
import re
from collections.abc import Mapping
from typing import Any, Final, cast

import pybase64
from aiohttp import web

from playground.images.posts import UploadedFile
from playground.images.refusal import Refusal, missing, wrong_type
from playground.images.uploads import Body, read_form, read_json

URL_MAX_CHARS: Final = 20_971_520
_DATA_URL: Final = re.compile(r"data:([a-z]+/[a-z0-9.+-]+);base64,(.*)", re.DOTALL)


async def read_edit(request: web.BaseRequest) -> Body:
    """Return the body of an edit, be it JSON or a form.

    Errors: Refusal, when it is neither.
    """
    return await (read_json(request) if request.content_type == "application/json" else read_form(request))


def referenced(fields: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[UploadedFile, ...]]:
    """Return the scalars of a JSON edit, and its pictures as if they had come in a form.

    Errors: Refusal, when there are none, or one is no data URL.
    """
    listed = fields.get("images")
    if listed is None:
        raise missing("images")
    if not isinstance(listed, list):
        raise wrong_type("images", "an array", listed)
    entries = cast("list[Any]", listed)
    files = [_file("image[]", f"images[{index}]", entry) for index, entry in enumerate(entries)]
    if fields.get("mask") is not None:
        files.append(_file("mask", "mask", fields["mask"]))
    return {name: value for name, value in fields.items() if name not in ("images", "mask")}, tuple(files)


def _file(part: str, param: str, entry: object) -> UploadedFile:
    if not isinstance(entry, dict):
        raise wrong_type(param, "an object", entry)
    url = cast("dict[str, Any]", entry).get("image_url")
    if not isinstance(url, str):
        raise Refusal("This gateway keeps no files: send 'image_url'.", code="invalid_value", param=param)
    return data_url_file(part, param, url)


def data_url_file(part: str, param: str, url: str) -> UploadedFile:
    """Return the file inside a data URL.

    Errors: Refusal, naming `param`, when it is another address, too long, or no base64.
    """
    match = _DATA_URL.fullmatch(url) if len(url) <= URL_MAX_CHARS else None
    if match is None:
        raise Refusal("This gateway is offline: 'image_url' must be a data URL.", code="invalid_value", param=param)
    return UploadedFile.of(part, "", match[1], decoded(match[2], param))


def decoded(text: str, param: str) -> bytes:
    """Return the bytes of standard base64.

    Errors: Refusal, naming `param`, when it is none.
    """
    try:
        return pybase64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Refusal("Invalid base64 in 'image_url'.", code="invalid_value", param=param) from error
