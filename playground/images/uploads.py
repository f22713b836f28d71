"""Reads the bodies of image requests and checks their files; scalar fields are checked in `rules`.

Source: openai-openapi 2.3.0 `CreateImageEditRequest`; the messages are OpenAI's where recorded in public issues
(Comfy-Org/ComfyUI#8430, BerriAI/litellm#39512), read 2026-11-20.
"""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from PIL import Image

from playground.images.posts import UploadedFile
from playground.images.refusal import USER_ERROR, Refusal, missing, unknown_parameter, wrong_type

INPUTS_MAX: Final = 16
INPUT_MAX_BYTES: Final = 50_000_000
MASK_MAX_BYTES: Final = 4_000_000
_IMAGE_TYPES: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
# Pillow's ways to call a file unreadable; a picture it only warns of is too large for us as well.
_UNREADABLE: Final = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning)
_MODES: Final = frozenset({"RGB", "RGBA", "L", "LA"})
_FILE_PARTS: Final = frozenset({"image", "image[]", "mask"})
_NUMBERS: Final = frozenset({"n", "output_compression", "partial_images"})
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request's body, as it came."""

    fields: Mapping[str, Any]
    files: tuple[UploadedFile, ...] = ()
    is_form: bool = False


async def read_json(request: web.BaseRequest) -> Body:
    """Return a body of JSON.

    Errors: Refusal, when it is no JSON object.
    """
    raw = await request.read()
    if request.content_type != "application/json":
        raise Refusal(f"Unsupported content type: '{request.content_type}'. Send 'application/json'.")
    try:
        fields: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refusal("We could not parse the JSON body of your request.") from error
    if not isinstance(fields, dict):
        raise Refusal("The body of your request must be a JSON object.")
    return Body(fields=cast("dict[str, Any]", fields))


async def read_form(request: web.BaseRequest) -> Body:
    """Return the parts of an edit, files whole and in memory.

    Errors: Refusal, when it is no form, or names a scalar twice.
    """
    if request.content_type != "multipart/form-data":
        await request.read()
        raise Refusal(
            f"Unsupported content type: '{request.content_type}'. Send 'multipart/form-data' or 'application/json'."
        )
    fields: dict[str, Any] = {}
    files: list[UploadedFile] = []
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise Refusal("Each part of the form must have a name.")
            content = bytes(await part.read())
            if part.filename is not None:
                declared = part.headers.get("Content-Type", "application/octet-stream")
                files.append(UploadedFile.of(part.name, part.filename, declared, content))
            elif part.name in fields:
                raise _duplicate(part.name)
            else:
                fields[part.name] = content.decode()
    except (ValueError, HttpProcessingError) as error:  # broken boundaries and UTF-8; broken headers
        raise Refusal("We could not parse the form of your request.") from error
    return Body(fields=fields, files=tuple(files), is_form=True)


def scalars(body: Body) -> dict[str, Any]:
    """Return the form's scalars as JSON has them.

    Errors: Refusal, when a file's field holds text, a number is none, or a scalar came as a file.
    """
    for name in body.fields:
        if name in _FILE_PARTS or name.startswith("image["):
            param = "image[0]" if name.startswith("image[") else name
            raise wrong_type(param, "a file", "")
    return {name: _scalar(name, text) for name, text in body.fields.items()}


def _scalar(name: str, text: str) -> str | int:
    if name in _NUMBERS:
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise wrong_type(name, "an integer", text)
        return int(text)
    if name == "stream":
        if text not in _BOOLEANS:
            raise wrong_type(name, "a boolean", text)
        return _BOOLEANS[text]
    return text


def input_files(files: tuple[UploadedFile, ...]) -> tuple[tuple[UploadedFile, ...], UploadedFile | None]:
    """Return the inputs in the order sent, and the mask.

    Errors: Refusal, unless the inputs are `image` once or `image[]` repeated, 1 to 16, and the mask came once.
    """
    for file in files:
        if file.part not in _FILE_PARTS:
            raise unknown_parameter(file.part)
    single = tuple(file for file in files if file.part == "image")
    several = tuple(file for file in files if file.part == "image[]")
    masks = tuple(file for file in files if file.part == "mask")
    if len(single) > 1 or (single and several):
        raise _duplicate("image")
    if len(masks) > 1:
        raise _duplicate("mask")
    inputs = single or several
    if not inputs:
        raise missing("image")
    if len(inputs) > INPUTS_MAX:
        raise Refusal(
            f"Invalid 'image': array too long. Expected an array with maximum length {INPUTS_MAX}, "
            f"but got an array with length {len(inputs)} instead.",
            code="array_above_max_length",
            param="image",
        )
    return inputs, masks[0] if masks else None


def check_inputs(inputs: tuple[UploadedFile, ...]) -> tuple[tuple[int, int], ...]:
    """Return the pixel size of each input after opening it.

    Errors: Refusal, naming the first input that is too large, of the wrong type, or no readable picture.
    """
    return tuple(_input_size(position, file) for position, file in enumerate(inputs, 1))


def _input_size(position: int, file: UploadedFile) -> tuple[int, int]:
    declared = file.content_type.partition(";")[0].strip().lower()
    if declared not in _IMAGE_TYPES:
        listed = "'image/jpeg', 'image/png', and 'image/webp'"
        raise Refusal(
            f"Invalid file 'image': unsupported mimetype ('{declared}'). Supported file formats are {listed}.",
            code="unsupported_file_mimetype",
            param="image",
        )
    if file.size_bytes >= INPUT_MAX_BYTES:
        raise Refusal("Invalid image: the file must be smaller than 50 MB.", kind=USER_ERROR, param="image")
    try:
        with Image.open(io.BytesIO(file.content), formats=tuple(_IMAGE_TYPES.values())) as picture:
            picture.load()
            if picture.format in _IMAGE_TYPES.values() and picture.mode in _MODES:
                return picture.size
    except _UNREADABLE:
        pass  # each gets the one answer below
    raise Refusal(f"Invalid image file or mode for image {position}", kind=USER_ERROR)


def check_mask(mask: UploadedFile, canvas_px: tuple[int, int]) -> None:
    """Check the mask against the first input.

    Errors: Refusal, unless it is a PNG with alpha below 4 MB of exactly that size.
    """
    if mask.size_bytes >= MASK_MAX_BYTES:
        raise _bad_mask("mask image must be smaller than 4 MB")
    try:
        with Image.open(io.BytesIO(mask.content), formats=("PNG",)) as picture:
            picture.load()
            has_alpha, size_px = "A" in picture.getbands(), picture.size
    except _UNREADABLE as error:
        raise _bad_mask("mask image must be a PNG") from error
    if not has_alpha:
        raise _bad_mask("mask image missing alpha channel")
    if size_px != canvas_px:
        raise _bad_mask("mask size does not match image size")


def _bad_mask(reason: str) -> Refusal:
    return Refusal(
        f"Invalid mask image format - {reason}",
        kind=USER_ERROR,
        code="invalid_mask_image_format",
        param="mask",
    )


def _duplicate(name: str) -> Refusal:
    return Refusal(
        f"Duplicate parameter: '{name}'. You provided multiple values for this parameter, whereas only one is "
        f"allowed. If you are trying to provide a list of values, use the array syntax instead "
        f"e.g. '{name}[]=<value>'.",
        code="duplicate_parameter",
        param=name,
    )
