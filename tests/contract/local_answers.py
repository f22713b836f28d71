"""A plain reader of answers in every dialect, to hold the local image gateway's catalogue against what it says."""

import base64
import binascii
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
from PIL import Image

from playground.images.server import LocalImages

_LAST_WORDS = (b"data: [DONE]\n\n", b"event: response.completed\n")


@dataclass
class Found:
    """What an answer held: addresses or base64 of pictures, and what was said."""

    sources: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        return "".join(self.said)


async def read_raw(answer: aiohttp.ClientResponse, *, is_complete: bool) -> bytes:
    """Return what came of a body, be it cut; one that does not end is read to its last words."""
    raw = b""
    try:
        async for piece in answer.content.iter_any():
            raw += piece
            ended = any(words in raw and raw.endswith(b"\n\n") for words in _LAST_WORDS)
            if ended and not is_complete:
                return raw
    except aiohttp.ClientPayloadError:
        pass  # the connection broke: what came before counts
    return raw


def events_in(raw: bytes) -> list[Any]:
    """Return the JSON of each whole event."""
    text = re.sub(r"\r\n?", "\n", raw.decode(errors="replace"))
    datas = ["\n".join(re.findall(r"^data: ?(.*)$", block, flags=re.MULTILINE)) for block in text.split("\n\n")[:-1]]
    return [parsed for data in datas for parsed in _parsed(data)]


def found_in(kind: str, raw: bytes) -> Found:
    """Return the pictures and the words of an answer."""
    found = Found()
    bodies = events_in(raw) if kind == "text/event-stream" else list(_parsed(raw.decode(errors="replace").strip()))
    for body in bodies:
        if isinstance(body, dict):
            _of_body(cast("dict[str, Any]", body), found)
    found.sources += _in_text(found.text)
    return found


async def pictures_in(client: aiohttp.ClientSession, images: LocalImages, found: Found) -> int:
    """Count the different pictures among what was found."""
    whole: set[str] = set()
    for source in found.sources:
        content = await _content(client, images, source)
        if _is_picture(content):
            whole.add(hashlib.sha256(content).hexdigest())
    return len(whole)


def _parsed(text: str) -> Iterator[Any]:
    try:
        yield json.loads(text)
    except ValueError:
        return


def _of_body(body: dict[str, Any], found: Found) -> None:
    for choice in _objects(body.get("choices")):
        message: dict[str, Any] = choice.get("message") or choice.get("delta") or {}
        _of_content(message.get("content"), found)
        found.said += [message["refusal"]] if message.get("refusal") else []
        for image in cast("list[Any]", message.get("images") or []):
            url = image if isinstance(image, str) else image["image_url"]
            found.sources.append(url if isinstance(url, str) else url["url"])
    for candidate in _objects(body.get("candidates")):
        _of_content(candidate.get("content", {}).get("parts"), found)
    for entry in _objects(body.get("data")):
        found.sources += [one for one in (entry.get("url"), entry.get("b64_json")) if one]
    if str(body.get("type")).endswith(".completed"):
        found.sources += [one for one in (body.get("b64_json"), body.get("result")) if one]
    for item in _objects((body.get("response") or body).get("output")):
        _of_item(item, found)
    if body.get("type") == "response.output_item.done":
        _of_item(body["item"], found)


def _of_content(content: object, found: Found) -> None:
    if isinstance(content, str):
        found.said.append(content)
    for part in _objects(content):
        inline = part.get("inlineData") or part.get("inline_data")
        found.said += [part["text"]] if "text" in part else []
        found.sources += [inline["data"]] if inline else []
        found.sources += [part["image_url"]["url"]] if "image_url" in part else []
        found.sources += [part["image"]["base64"]] if "image" in part else []


def _of_item(item: dict[str, Any], found: Found) -> None:
    if item["type"] == "image_generation_call" and isinstance(item.get("result"), str):
        found.sources.append(item["result"])
    for part in _objects(item.get("content")):
        words = str(part.get("text") or part["refusal"])
        found.said += [words] if words not in found.said else []


def _objects(value: object) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", value) if isinstance(value, list) else []


def _in_text(text: str) -> list[str]:
    bare = [text] if text.startswith("iVBORw0KGgo") else []
    return bare + re.findall(r"data:image/[a-z+.-]+;base64,[^\s)>\"'`]+|http://[^\s)>\"'\]]+", text)


async def _content(client: aiohttp.ClientSession, images: LocalImages, source: str) -> bytes:
    if source.startswith(images.origin):
        async with client.get(source.rstrip(".")) as answer:
            return await answer.read()
    if re.match(r"(https?|file):", source):
        return b""
    try:
        return base64.b64decode(source.partition(",")[2] if source.startswith("data:") else source, validate=True)
    except binascii.Error:
        return b""


def _is_picture(content: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return True
