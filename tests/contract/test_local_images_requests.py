"""The local image gateway takes what OpenAI takes and refuses the rest in OpenAI's words."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from playground.images.server import LocalImages

SPEC = Path(__file__).parents[2].parent / "shared" / "specs" / "images-openapi-gateway.json"


@pytest.fixture
async def images() -> AsyncIterator[LocalImages]:
    async with LocalImages(spec=SPEC if SPEC.exists() else None) as images:
        yield images


@pytest.fixture
async def client(images: LocalImages) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {images.api_key}"}) as session:
        yield session


def png(size: tuple[int, int] = (64, 48), mode: str = "RGB", kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, format=kind)
    return buffer.getvalue()


async def generate(client: aiohttp.ClientSession, images: LocalImages, **fields: object) -> tuple[int, Any]:
    body = {"model": "gpt-image-2", "prompt": "a cat", "quality": "low", **fields}
    async with client.post(f"{images.base_url}/images/generations", json=body) as answer:
        return answer.status, await answer.json()


async def edit(
    client: aiohttp.ClientSession, images: LocalImages, *parts: tuple[str, bytes | str], **fields: str
) -> tuple[int, Any]:
    form = aiohttp.FormData()
    for name, value in {"model": "gpt-image-2", "prompt": "add a moon", "quality": "low", **fields}.items():
        form.add_field(name, value)
    for name, content in parts:
        if isinstance(content, str):
            form.add_field(name, content)
        else:
            form.add_field(name, content, filename="input.png", content_type="image/png")
    async with client.post(f"{images.base_url}/images/edits", data=form) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("fields", "code", "param", "words"),
    [
        ({"prompt": None}, "missing_required_parameter", "prompt", "Missing required parameter"),
        ({"prompt": 3}, "invalid_type", "prompt", "expected a string, but got an integer"),
        ({"prompt": "  "}, "empty_string", "prompt", "empty string"),
        ({"prompt": "é" * 32_001}, "string_above_max_length", "prompt", "32001"),
        ({"model": "gpt-image-9"}, "model_not_found", "model", "does not exist"),
        ({"response_format": "b64_json"}, "unknown_parameter", "response_format", "Unknown parameter"),
        ({"style": "vivid"}, "unknown_parameter", "style", "Unknown parameter"),
        ({"complexity": "low"}, "unknown_parameter", "complexity", "Unknown parameter"),
        ({"input_fidelity": "high"}, "unknown_parameter", "input_fidelity", "Unknown parameter"),
        ({"n": "2"}, "invalid_type", "n", "expected an integer, but got a string"),
        ({"n": True}, "invalid_type", "n", "a boolean"),
        ({"n": 0}, "integer_below_min_value", "n", ">= 1"),
        ({"n": 11}, "integer_above_max_value", "n", "<= 10"),
        ({"size": "1792x936"}, "invalid_value", "size", "must both be divisible by 16"),
        ({"size": "1920x1080"}, "invalid_value", "size", "must both be divisible by 16"),
        ({"size": "3856x2160"}, "invalid_value", "size", "at most 3840"),
        ({"size": "3200x1024"}, "invalid_value", "size", "between 1:3 and 3:1"),
        ({"size": "640x640"}, "invalid_value", "size", "between 655360 and 8294400"),
        ({"size": "3840x2176"}, "invalid_value", "size", "between 655360 and 8294400"),
        ({"size": "1024×1024"}, "invalid_value", "size", "Supported values"),  # noqa: RUF001 - the wrong sign is the case
        ({"model": "gpt-image-1.5", "size": "2048x1152"}, "invalid_value", "size", "'1536x1024'"),
        ({"quality": "max"}, "invalid_value", "quality", "'low', 'medium', 'high', and 'auto'"),
        ({"quality": "hd"}, "invalid_value", "quality", "Supported values"),
        ({"background": "white"}, "invalid_value", "background", "Supported values"),
        ({"background": "transparent", "output_format": "jpeg"}, "invalid_value", "background", "jpeg"),
        ({"output_format": "jpg"}, "invalid_value", "output_format", "'png', 'jpeg', and 'webp'"),
        ({"output_compression": 50}, "invalid_value", "output_compression", "PNG"),
        ({"output_compression": 101, "output_format": "webp"}, "integer_above_max_value", "output_compression", "100"),
        ({"stream": "true"}, "invalid_type", "stream", "expected a boolean"),
        ({"stream": True, "partial_images": 4}, "integer_above_max_value", "partial_images", "<= 3"),
        ({"partial_images": 2}, "invalid_value", "partial_images", "'stream'"),
        ({"moderation": "high"}, "invalid_value", "moderation", "'low', and 'auto'"),
    ],
)
async def test_a_wrong_generation_is_refused_as_openai_refuses_it(
    client: aiohttp.ClientSession,
    images: LocalImages,
    fields: dict[str, Any],
    code: str,
    param: str,
    words: str,
) -> None:
    status, body = await generate(client, images, **fields)

    assert status == (404 if code == "model_not_found" else 400)
    assert body["error"].keys() == {"message", "type", "param", "code"}
    assert (body["error"]["code"], body["error"]["param"]) == (code, param)
    assert words in body["error"]["message"]


@pytest.mark.parametrize("size", ["1024x640", "2048x1152", "1920x1088", "1088x1920", "1536x1024"])
async def test_the_picture_has_exactly_the_size_asked_for(
    client: aiohttp.ClientSession, images: LocalImages, size: str
) -> None:
    status, body = await generate(client, images, size=size)

    assert status == 200
    assert body["size"] == size
    assert images.violations == ()
