"""Edits at the local image gateway: which forms it takes, and that the picture it gives holds the one it got."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pybase64
import pytest
from PIL import Image, ImageChops, ImageDraw

from playground.images.server import LocalImages

SPEC = Path(__file__).parents[2].parent / "shared" / "specs" / "images-openapi-gateway.json"
Part = tuple[str, bytes | str, str]


@pytest.fixture
async def images() -> AsyncIterator[LocalImages]:
    async with LocalImages(spec=SPEC if SPEC.exists() else None) as images:
        yield images
        assert images.violations == ()


@pytest.fixture
async def client(images: LocalImages) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {images.api_key}"}) as session:
        yield session


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format=kind)
    return buffer.getvalue()


def photo(size: tuple[int, int] = (1024, 1024), mode: str = "RGB") -> Image.Image:
    """Return a picture with something in every part of it."""
    ramp = Image.linear_gradient("L").transform(size, Image.Transform.EXTENT, (0, 0, 256, 256))
    picture = Image.merge("RGB", (ramp, ramp.transpose(Image.Transpose.ROTATE_180), Image.new("L", size, 90)))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((size[0] * 0.3, size[1] * 0.3, size[0] * 0.6, size[1] * 0.8), fill=(230, 190, 60))
    return picture.convert(mode)


def mask_with_hole(size: tuple[int, int], hole: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("RGBA", size, (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), hole)
    return mask


async def edit(
    client: aiohttp.ClientSession, images: LocalImages, *parts: Part, **fields: str
) -> tuple[int, dict[str, Any]]:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in {"model": "gpt-image-2", "prompt": "make it red", "quality": "low", **fields}.items():
        form.add_field(name, value)
    for name, content, content_type in parts:
        if isinstance(content, str):
            form.add_field(name, content)
        else:
            form.add_field(name, io.BytesIO(content), filename="input.png", content_type=content_type)
    async with client.post(f"{images.base_url}/images/edits", data=form) as answer:
        return answer.status, await answer.json()


def picture_of(body: dict[str, Any]) -> Image.Image:
    return Image.open(io.BytesIO(pybase64.b64decode(body["data"][0]["b64_json"])))


def png(name: str = "image", size: tuple[int, int] = (1024, 1024), mode: str = "RGB") -> Part:
    return name, encoded(photo(size, mode)), "image/png"


SMALL = (64, 64)
REFUSALS: list[tuple[str, list[Part], str | None, str | None, str]] = [
    ("no file", [], "missing_required_parameter", "image", "Missing"),
    ("image twice", [png(size=SMALL), png(size=SMALL)], "duplicate_parameter", "image", "array syntax"),
    ("mixed", [png(size=SMALL), png("image[]", SMALL)], "duplicate_parameter", "image", "array syntax"),
    ("indexed", [png("image[0]", SMALL)], "unknown_parameter", "image[0]", "Unknown parameter"),
    ("text for a file", [("image[]", "hello", "")], "invalid_type", "image[0]", "expected a file"),
    ("seventeen", [png("image[]", SMALL)] * 17, "array_above_max_length", "image", "maximum length 16"),
    ("two masks", [png(size=SMALL), png("mask", SMALL), png("mask", SMALL)], "duplicate_parameter", "mask", "mask"),
    ("wrong type", [("image", b"GIF89a", "image/gif")], "unsupported_file_mimetype", "image", "'image/gif'"),
    ("no picture", [("image", b"hello", "image/png")], None, None, "Invalid image file or mode for image 1"),
    (
        "wrong mode",
        [("image", encoded(photo(SMALL, "CMYK"), "JPEG"), "image/jpeg")],
        None,
        None,
        "Invalid image file or mode for image 1",
    ),
    (
        "broken second",
        [png("image[]", SMALL), ("image[]", encoded(photo(SMALL))[:200], "image/png")],
        None,
        None,
        "Invalid image file or mode for image 2",
    ),
    ("mask without alpha", [png(size=SMALL), png("mask", SMALL)], "invalid_mask_image_format", "mask", "alpha"),
    (
        "mask of another size",
        [png(size=SMALL), png("mask", (64, 32), "RGBA")],
        "invalid_mask_image_format",
        "mask",
        "size does not match",
    ),
    (
        "mask that is no PNG",
        [png(size=SMALL), ("mask", encoded(photo(SMALL), "WEBP"), "image/png")],
        "invalid_mask_image_format",
        "mask",
        "must be a PNG",
    ),
    (
        "large mask",
        [png(size=SMALL), ("mask", bytes(4_000_000), "image/png")],
        "invalid_mask_image_format",
        "mask",
        "smaller than 4 MB",
    ),
]


@pytest.mark.parametrize(
    ("parts", "code", "param", "words"), [row[1:] for row in REFUSALS], ids=[r[0] for r in REFUSALS]
)
async def test_a_wrong_form_is_refused(
    client: aiohttp.ClientSession,
    images: LocalImages,
    parts: list[Part],
    code: str | None,
    param: str | None,
    words: str,
) -> None:
    status, body = await edit(client, images, *parts)

    assert status == 400
    assert (body["error"]["code"], body["error"]["param"]) == (code, param)
    assert words in body["error"]["message"]


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"n": "two"}, "invalid_type", "n"),
        ({"n": "11"}, "integer_above_max_value", "n"),
        ({"stream": "yes"}, "invalid_type", "stream"),
        ({"moderation": "low"}, "unknown_parameter", "moderation"),
        ({"input_fidelity": "high"}, "invalid_input_fidelity_model", "input_fidelity"),
        ({"input_fidelity": "high", "model": "gpt-image-1-mini"}, "invalid_value", "input_fidelity"),
        ({"prompt": ""}, "empty_string", "prompt"),
        ({"size": "1000x1000"}, "invalid_value", "size"),
    ],
)
async def test_a_wrong_field_of_a_form_is_refused(
    client: aiohttp.ClientSession, images: LocalImages, fields: dict[str, str], code: str, param: str
) -> None:
    status, body = await edit(client, images, png(size=SMALL), **fields)

    assert (status, body["error"]["code"], body["error"]["param"]) == (400, code, param)


async def test_fidelity_is_taken_by_the_model_that_knows_it(client: aiohttp.ClientSession, images: LocalImages) -> None:
    status, _ = await edit(client, images, png(size=SMALL), model="gpt-image-1.5", input_fidelity="high", n="1")

    assert status == 200


@pytest.mark.parametrize("count", [1, 3, 16])
async def test_up_to_sixteen_inputs_are_taken_and_counted(
    client: aiohttp.ClientSession, images: LocalImages, count: int
) -> None:
    status, body = await edit(client, images, *[png("image[]", SMALL)] * count, prompt="combine these")

    assert status == 200
    assert body["usage"]["input_tokens_details"]["image_tokens"] == 4 * count
    assert len(images.posts[0].files) == count


async def test_an_edit_visibly_contains_its_input(client: aiohttp.ClientSession, images: LocalImages) -> None:
    source = photo()

    _, body = await edit(client, images, ("image", encoded(source), "image/png"), prompt="add a moon", size="1024x1024")

    changed = ImageChops.difference(picture_of(body).convert("RGB"), source).convert("L")
    share = sum(changed.histogram()[8:]) / (1024 * 1024)
    assert 0.005 < share < 0.4


async def test_only_the_hole_of_the_mask_changes(client: aiohttp.ClientSession, images: LocalImages) -> None:
    source, hole = photo(), (600, 100, 1000, 500)
    mask = mask_with_hole(source.size, hole)

    _, body = await edit(
        client,
        images,
        ("image", encoded(source), "image/png"),
        ("mask", encoded(mask), "image/png"),
        prompt="a red balloon",
    )
    changed = ImageChops.difference(picture_of(body).convert("RGB"), source)

    assert body["size"] == "1024x1024"
    left, top, right, bottom = changed.getbbox() or (0, 0, 0, 0)
    assert left >= hole[0]
    assert top >= hole[1]
    assert right <= hole[2]
    assert bottom <= hole[3]
    assert (right - left) * (bottom - top) > 0.5 * (hole[2] - hole[0]) * (hole[3] - hole[1])


@pytest.mark.parametrize(
    ("source_px", "size"), [((1600, 900), "1360x768"), ((1280, 720), "1280x720"), ((60, 600), "608x1744")]
)
async def test_auto_follows_the_first_input(
    client: aiohttp.ClientSession, images: LocalImages, source_px: tuple[int, int], size: str
) -> None:
    _, body = await edit(client, images, png(size=source_px), size="auto")

    assert body["size"] == size
    assert "x".join(map(str, picture_of(body).size)) == size


async def test_removing_the_background_leaves_real_alpha(client: aiohttp.ClientSession, images: LocalImages) -> None:
    _, body = await edit(client, images, png(), prompt="remove the background", background="transparent")
    picture = picture_of(body)

    assert body["background"] == "transparent"
    assert picture.mode == "RGBA"
    assert picture.getchannel("A").getpixel((0, 0)) == 0
    assert picture.getchannel("A").getextrema() == (0, 255)


async def test_a_prompt_alone_can_ask_for_no_background(client: aiohttp.ClientSession, images: LocalImages) -> None:
    _, body = await edit(client, images, png(), prompt="remove the background")
    _, flat = await edit(client, images, png(), prompt="remove the background", output_format="jpeg")

    assert (body["background"], picture_of(body).mode) == ("transparent", "RGBA")
    assert (flat["background"], picture_of(flat).mode) == ("opaque", "RGB")


async def test_an_edit_in_json_is_the_same_as_one_in_a_form(client: aiohttp.ClientSession, images: LocalImages) -> None:
    source, mask = encoded(photo()), encoded(mask_with_hole((1024, 1024), (0, 0, 512, 512)))
    _, form = await edit(client, images, ("image", source, "image/png"), ("mask", mask, "image/png"))
    body = {
        "model": "gpt-image-2",
        "prompt": "make it red",
        "quality": "low",
        "moderation": "low",
        "images": [{"image_url": f"data:image/png;base64,{pybase64.b64encode(source).decode()}"}],
        "mask": {"image_url": f"data:image/png;base64,{pybase64.b64encode(mask).decode()}"},
    }
    async with (
        LocalImages(spec=SPEC if SPEC.exists() else None) as other,
        client.post(
            f"{other.base_url}/images/edits", json=body, headers={"Authorization": f"Bearer {other.api_key}"}
        ) as answer,
    ):
        in_json = await answer.json()

    assert in_json["data"] == form["data"]


@pytest.mark.parametrize(
    ("listed", "code", "param"),
    [
        (None, "missing_required_parameter", "images"),
        ("x", "invalid_type", "images"),
        ([], "missing_required_parameter", "image"),
        (["x"], "invalid_type", "images[0]"),
        ([{"file_id": "file-1"}], "invalid_value", "images[0]"),
        ([{"image_url": "https://example.com/a.png"}], "invalid_value", "images[0]"),
        ([{"image_url": "data:image/png;base64,@@@@"}], "invalid_value", "images[0]"),
        ([{"image_url": "data:image/png;base64,aGVsbG8="}], None, None),
    ],
)
async def test_a_wrong_edit_in_json_is_refused(
    client: aiohttp.ClientSession, images: LocalImages, listed: object, code: str | None, param: str | None
) -> None:
    body = {"model": "gpt-image-2", "prompt": "make it red", "images": listed}

    async with client.post(f"{images.base_url}/images/edits", json=body) as answer:
        error = (await answer.json())["error"]

    assert (answer.status, error["code"], error["param"]) == (400, code, param)


async def test_the_same_request_again_gives_another_picture_but_a_new_gateway_repeats_itself(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    first = await edit(client, images, png(), prompt="something strange")
    second = await edit(client, images, png(), prompt="something strange")
    async with (
        LocalImages() as fresh,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {fresh.api_key}"}) as other,
    ):
        repeated = await edit(other, fresh, png(), prompt="something strange")

    assert first[1]["data"] != second[1]["data"]
    assert first[1]["data"] == repeated[1]["data"]
