"""Each entry of the catalogue does on the wire what it says: so many pictures, that status, that ending."""

import base64
import binascii
import io
import json
import re
from collections.abc import AsyncIterator
from typing import Any, cast

import aiohttp
import pytest
from PIL import Image

from playground.images.breakages import breakages
from playground.images.cases import Billed, Case
from playground.images.catalogue import catalogue
from playground.images.endpoint import Endpoint
from playground.images.errors import errors
from playground.images.script import Behaviour
from playground.images.server import LocalImages

ENDLESS = {"endless_heartbeats", "endless_comments", "silence"}
FLOODS = {"gzip_bomb", "huge_body", "huge_event"}


def named(cases: dict[str, Case]) -> list[Any]:
    return [pytest.param(case, id=name) for name, case in cases.items()]


@pytest.fixture
async def images() -> AsyncIterator[LocalImages]:
    async with LocalImages() as images:
        yield images


@pytest.fixture
async def client(images: LocalImages) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {images.api_key}", "Accept-Encoding": "identity"}
    async with aiohttp.ClientSession(headers=headers, auto_decompress=False) as session:
        yield session


def small_picture() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((64, 64), 80).convert("RGB").save(buffer, format="PNG")
    return buffer.getvalue()


def scripted(images: LocalImages, case: Case) -> dict[str, Any]:
    images.script.add(Behaviour(name=case.name, answer=case.answer, picture_bytes=small_picture()))
    return {"model": "gpt-image-2", "prompt": "a cat", **case.asks}


async def fetch(client: aiohttp.ClientSession, images: LocalImages, url: str) -> bytes:
    if url.startswith("data:"):
        return base64.b64decode(url.partition(",")[2])
    if not url.startswith(images.origin):
        return b""
    async with client.get(url) as answer:
        return await answer.read() if answer.status == 200 else b""


def events_in(text: str) -> list[Any]:
    blocks = re.split(r"\n\n+", re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff")))
    datas = ["\n".join(re.findall(r"^data: ?(.*)$", block, flags=re.MULTILINE)) for block in blocks[:-1]]
    found: list[Any] = []
    for data in datas:
        try:
            found.append(json.loads(data))
        except ValueError:
            continue
    return found


def entries_in(body: object) -> list[Any]:
    if not isinstance(body, dict):
        return []
    known = cast("dict[str, Any]", body)
    if known.get("error"):
        return []
    if "data" in known:
        return list(known["data"] or [])
    return [known] if str(known.get("type")).endswith(".completed") else []


async def pictures_in(client: aiohttp.ClientSession, images: LocalImages, kind: str, raw: bytes) -> int:
    if kind == "image/png":
        return int(await is_picture(client, images, base64.b64encode(raw).decode()))
    text = raw.decode()
    try:
        bodies = events_in(text) if kind == "text/event-stream" else [json.loads(text.lstrip("\ufeff \n"))]
    except (ValueError, RecursionError):
        return 0
    count = 0
    for entry in (entry for body in bodies for entry in entries_in(body)):
        sources = (entry,) if isinstance(entry, str) else (entry.get("b64_json"), entry.get("url"))
        for source in sources:
            if source and await is_picture(client, images, source):
                count += 1
                break
    return count


async def is_picture(client: aiohttp.ClientSession, images: LocalImages, source: str) -> bool:
    try:
        is_url = re.match(r"[a-z]+:", source)
        content = await fetch(client, images, source) if is_url else base64.b64decode(source, validate=True)
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
    except (OSError, ValueError, SyntaxError, binascii.Error, Image.DecompressionBombError):
        return False
    return True


@pytest.mark.parametrize("case", named({k: v for k, v in catalogue().items() if k not in breakages()}))
async def test_a_case_holds_as_many_pictures_as_it_says(
    client: aiohttp.ClientSession, images: LocalImages, case: Case
) -> None:
    body = scripted(images, case)

    async with client.post(f"{images.base_url}/images/generations", json=body, allow_redirects=False) as answer:
        try:
            raw = await answer.read()
        except aiohttp.ClientPayloadError:
            raw = b""

    expected = 2 if case.name == "stream_two_finals" else case.pictures
    assert images.posts[0].behaviour == case.name
    assert await pictures_in(client, images, answer.content_type, raw) == expected
    assert (answer.status == 200) == (case.name not in errors())


@pytest.mark.parametrize("case", named(errors()))
async def test_nothing_is_retry_safe_unless_it_is_provably_unbilled(
    client: aiohttp.ClientSession, images: LocalImages, case: Case
) -> None:
    async with client.post(
        f"{images.base_url}/images/generations", json=scripted(images, case), allow_redirects=False
    ) as answer:
        proven_edge = "cf-ray" in answer.headers and answer.headers["server"] == "cloudflare"

    if case.is_retry_safe:
        assert case.billed is Billed.NO
        assert answer.status in (429, 503) or (answer.status in (521, 522, 523) and proven_edge)
    if answer.status in (408, 504, 520, 524):
        assert case.billed is Billed.UNKNOWN


@pytest.mark.parametrize("name", sorted(set(breakages()) - ENDLESS - FLOODS - {"tiny_pieces", "slow_body"}))
async def test_a_broken_wire_never_brings_a_whole_answer(
    client: aiohttp.ClientSession, images: LocalImages, name: str
) -> None:
    body = scripted(images, breakages()[name])

    with pytest.raises((aiohttp.ClientError, ValueError)):
        async with client.post(f"{images.base_url}/images/generations", json=body) as answer:
            json.loads(await answer.read())

    assert not images.posts[0].answered


@pytest.mark.parametrize("name", ["tiny_pieces", "slow_body"])
async def test_an_odd_pace_still_brings_the_whole_answer(
    client: aiohttp.ClientSession, images: LocalImages, name: str
) -> None:
    body = scripted(images, breakages()[name])

    async with client.post(f"{images.base_url}/images/generations", json=body) as answer:
        raw = await answer.read()

    assert await pictures_in(client, images, answer.content_type, raw) == 1


@pytest.mark.parametrize("name", sorted(FLOODS))
async def test_a_flood_goes_on_past_any_honest_answer(
    client: aiohttp.ClientSession, images: LocalImages, name: str
) -> None:
    body = scripted(images, breakages()[name])

    async with client.post(f"{images.base_url}/images/generations", json=body) as answer:
        first = await answer.content.readexactly(20_000 if name == "gzip_bomb" else 3_000_000)

    assert len(first) >= 20_000
    assert answer.headers.get("Content-Encoding") == ("gzip" if name == "gzip_bomb" else None)


@pytest.mark.parametrize("name", sorted(ENDLESS))
async def test_an_endless_answer_begins_and_does_not_end(
    client: aiohttp.ClientSession, images: LocalImages, name: str
) -> None:
    body = scripted(images, breakages()[name])

    async with client.post(f"{images.base_url}/images/generations", json=body) as answer:
        await answer.content.readexactly(1)
        assert not answer.content.at_eof()

    assert answer.status == 200
    assert not images.posts[0].answered
    assert not breakages()[name].complete


async def test_a_case_fits_edits_as_well(client: aiohttp.ClientSession, images: LocalImages) -> None:
    case = catalogue()["stream_other_family"]
    images.script.add(Behaviour(answer=case.answer, endpoint=Endpoint.EDITS, picture_bytes=small_picture()))
    form = aiohttp.FormData({"model": "gpt-image-2", "prompt": "red", "stream": "true", "partial_images": "1"})
    form.add_field("image", small_picture(), filename="a.png", content_type="image/png")

    async with client.post(f"{images.base_url}/images/edits", data=form) as answer:
        types = [event["type"] for event in events_in((await answer.read()).decode())]

    assert types == ["image_generation.partial_image", "image_generation.completed"]


async def test_a_fetched_url_tells_whether_the_key_came_along(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    async with client.post(
        f"{images.base_url}/images/generations", json=scripted(images, catalogue()["url"])
    ) as answer:
        url = (await answer.json())["data"][0]["url"]
    async with aiohttp.ClientSession() as keyless, keyless.get(url) as plain, client.get(url) as leaking:
        assert plain.content_type == leaking.content_type == "image/png"

    assert [download.has_key for download in images.downloads.log] == [False, True]


def test_the_catalogue_covers_every_kind_of_trouble() -> None:
    cases = catalogue().values()

    assert len(cases) > 120
    assert {case.billed for case in cases} == set(Billed)
    assert all(case.source for case in cases)
