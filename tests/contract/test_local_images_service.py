"""The local image gateway as a service: its key, models, streams, log of POSTs, script, and how it ends."""

import asyncio
import hashlib
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pybase64
import pytest
from PIL import Image, ImageStat

from playground.images.breakages import held_before_event, stopping_at
from playground.images.endpoint import Endpoint
from playground.images.errors import refused
from playground.images.replies import Hold
from playground.images.script import Behaviour
from playground.images.server import LocalImages

SPEC = Path(__file__).parents[2].parent / "shared" / "specs" / "images-openapi-gateway.json"
REQUEST: dict[str, Any] = {"model": "gpt-image-2", "prompt": "a cat", "quality": "low", "size": "1024x640"}


class Naps:
    """Stands in for the clock: notes how long the server wanted to sleep, and lets it go on at once."""

    def __init__(self) -> None:
        self.taken_s: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken_s.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
async def images(naps: Naps) -> AsyncIterator[LocalImages]:
    async with LocalImages(sleep=naps, now=lambda: datetime(2026, 11, 20, tzinfo=UTC)) as images:
        yield images


@pytest.fixture
async def client(images: LocalImages) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {images.api_key}"}) as session:
        yield session


async def generate(client: aiohttp.ClientSession, images: LocalImages, **fields: Any) -> tuple[int, Any]:  # noqa: ANN401 - any JSON
    async with client.post(f"{images.base_url}/images/generations", json={**REQUEST, **fields}) as answer:
        return answer.status, await answer.json()


async def events(
    client: aiohttp.ClientSession, images: LocalImages, path: str = "generations", **fields: object
) -> list[dict[str, Any]]:
    async with client.post(f"{images.base_url}/images/{path}", json={**REQUEST, "stream": True, **fields}) as answer:
        assert answer.content_type == "text/event-stream"
        text = (await answer.read()).decode()
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if block]
    parsed = [json.loads(block["data"]) for block in blocks]
    assert [block["event"] for block in blocks] == [event["type"] for event in parsed]
    return parsed


def contrast(event: dict[str, Any]) -> float:
    picture = Image.open(io.BytesIO(pybase64.b64decode(event["b64_json"]))).convert("L")
    return ImageStat.Stat(picture).stddev[0]


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer sk-wrong", "Basic c2s6", "sk-offline-preview"])
async def test_nothing_is_painted_or_listed_without_the_key(images: LocalImages, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    images.script.add(Behaviour(name="kept"))
    async with aiohttp.ClientSession(headers=headers) as stranger:
        async with stranger.get(f"{images.base_url}/models") as listing:
            assert listing.status == 401
        status, body = await generate(stranger, images)

    assert status == 401
    assert "sk-" not in json.dumps(body)
    assert not images.posts[0].has_right_key
    assert images.posts[0].fields["prompt"] == "a cat"
    assert [behaviour.name for behaviour in images.script.waiting] == ["kept"]


async def test_models_are_listed_and_shown(client: aiohttp.ClientSession, images: LocalImages) -> None:
    async with client.get(f"{images.base_url}/models") as answer:
        listed = await answer.json()
    async with client.get(f"{images.base_url}/models/gpt-image-2") as answer:
        shown = await answer.json()
    async with client.get(f"{images.base_url}/models/nope") as answer:
        unknown = await answer.json()

    assert shown in listed["data"]
    assert answer.status == 404
    assert unknown["error"]["code"] == "model_not_found"
    assert len(images.posts) == 0


async def test_a_stream_shows_each_preview_clearer_than_the_one_before(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    shown = await events(client, images, partial_images=3, prompt="a city at night with many windows")

    assert [event["type"].partition(".")[2] for event in shown] == ["partial_image"] * 3 + ["completed"]
    assert [event["partial_image_index"] for event in shown[:3]] == [0, 1, 2]
    assert sorted(shown, key=contrast) == shown
    assert shown[-1]["usage"]["output_tokens"] == 107 + 300


async def test_a_stream_of_several_pictures_completes_each(client: aiohttp.ClientSession, images: LocalImages) -> None:
    shown = await events(client, images, n=3)

    assert [event["type"] for event in shown] == ["image_generation.completed"] * 3
    assert len({event["b64_json"] for event in shown}) == 3


async def test_usage_counts_tokens_by_the_published_formula(client: aiohttp.ClientSession, images: LocalImages) -> None:
    _, body = await generate(
        client, images, size="1536x1024", quality="high", n=2, prompt="eight by", output_format="jpeg"
    )

    assert body["usage"] == {
        "input_tokens": 2,
        "input_tokens_details": {"text_tokens": 2, "image_tokens": 0},
        "output_tokens": 2 * 5488,
        "output_tokens_details": {"image_tokens": 2 * 5488, "text_tokens": 0},
        "total_tokens": 2 * 5488 + 2,
    }
    assert body["created"] == int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())


@pytest.mark.skipif(not SPEC.exists(), reason=f"OpenAI's description is not at {SPEC}")
async def test_every_honest_answer_keeps_to_the_description() -> None:
    async with (
        LocalImages(spec=SPEC) as images,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {images.api_key}"}) as client,
    ):
        assert images.is_checked
        for fields in ({"background": "transparent"}, {"output_format": "webp", "output_compression": 40}, {"n": 2}):
            assert (await generate(client, images, **fields))[0] == 200
        await events(client, images, partial_images=2)

        assert images.violations == ()


async def test_the_log_holds_every_post_but_not_the_key(client: aiohttp.ClientSession, images: LocalImages) -> None:
    form = aiohttp.FormData({"model": "gpt-image-2", "prompt": "red"})
    form.add_field("image", b"no picture", filename="photo.png", content_type="image/png")
    async with client.post(f"{images.base_url}/images/edits", data=form) as answer:
        request_id = answer.headers["x-request-id"]
    async with client.post(f"{images.origin}/v2/anything", data=b"x") as lost:
        pass

    edit, other = await images.answered(2)
    assert (edit.path, edit.status, edit.request_id, edit.fields) == (
        "/v1/images/edits",
        400,
        request_id,
        {"model": "gpt-image-2", "prompt": "red"},
    )
    assert [(file.part, file.name, file.content_type, file.size_bytes) for file in edit.files] == [
        ("image", "photo.png", "image/png", 10)
    ]
    assert edit.files[0].sha256 == hashlib.sha256(b"no picture").hexdigest()
    assert edit.headers["content-type"].startswith("multipart/form-data")
    assert images.api_key not in repr(edit)
    assert (other.path, other.status, lost.status) == ("/v2/anything", 404, 404)


async def test_behaviours_are_used_up_in_order_by_the_requests_they_match(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    images.script.add(
        Behaviour(name="edits", endpoint=Endpoint.EDITS, answer=refused(418, {})),
        Behaviour(name="dogs", prompt="dog", times=None, answer=refused(402, {})),
        Behaviour(name="twice", times=2, answer=refused(503, {})),
    )

    statuses = [(await generate(client, images, prompt=prompt))[0] for prompt in ("cat", "a dog", "cat", "cat", "dog")]

    assert statuses == [503, 402, 503, 200, 402]
    assert [post.behaviour for post in images.posts] == ["twice", "dogs", "twice", "honest", "dogs"]
    assert [behaviour.name for behaviour in images.script.waiting] == ["edits", "dogs"]


async def test_a_held_answer_waits_for_its_release(client: aiohttp.ClientSession, images: LocalImages) -> None:
    hold = images.script.hold(Behaviour(name="held"))
    first = asyncio.create_task(generate(client, images))

    (post,) = await images.arrived(1)
    assert (post.read, post.status) == (True, None)
    assert (await generate(client, images))[0] == 200
    assert not first.done()
    hold.release()

    assert (await first)[0] == 200
    assert [post.answered for post in images.posts] == [True, True]


async def test_a_body_can_be_held_in_the_middle(client: aiohttp.ClientSession, images: LocalImages) -> None:
    hold = Hold()
    images.script.add(Behaviour(answer=stopping_at(100, hold)))

    async with client.post(f"{images.base_url}/images/generations", json=REQUEST) as answer:
        beginning = await answer.content.readexactly(100)
        assert not images.posts[0].answered
        hold.release()
        rest = await answer.read()

    assert len(json.loads(beginning + rest)["data"]) == 1


async def test_a_stream_can_be_held_between_its_events(client: aiohttp.ClientSession, images: LocalImages) -> None:
    hold = Hold()
    images.script.add(Behaviour(answer=held_before_event(1, hold)))
    body = {**REQUEST, "stream": True, "partial_images": 1}

    async with client.post(f"{images.base_url}/images/generations", json=body) as answer:
        preview = await answer.content.readuntil(b"\n\n")
        assert b"partial_image" in preview
        assert not images.posts[0].answered
        hold.release()
        final = await answer.content.readuntil(b"\n\n")

    assert b"image_generation.completed" in final


async def test_given_bytes_are_sent_as_they_stand(client: aiohttp.ClientSession, images: LocalImages) -> None:
    images.script.add(Behaviour(picture_bytes=b"any bytes at all"))

    _, body = await generate(client, images, n=2)

    assert [pybase64.b64decode(one["b64_json"]) for one in body["data"]] == [b"any bytes at all"] * 2


async def test_latency_comes_before_a_plain_answer_and_between_the_events_of_a_stream(naps: Naps) -> None:
    async with (
        LocalImages(latency_s=6.0, sleep=naps) as images,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {images.api_key}"}) as client,
    ):
        images.script.add(Behaviour(latency_s=3.0))
        await generate(client, images)
        await events(client, images, partial_images=2)

    assert naps.taken_s == [9.0, 2.0, 2.0, 2.0]


async def test_an_answer_nobody_waits_for_is_not_called_answered(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    hold = images.script.hold(Behaviour(picture_bytes=bytes(30_000_000)))
    impatient = asyncio.create_task(generate(client, images))
    await images.arrived(1)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    hold.release()
    await generate(client, images)

    assert [post.answered for post in images.posts] == [False, True]


@pytest.mark.parametrize("body", [b"", b"--x\r\nno header", b"--y\r\n\r\n--y--", b"--x\r\n\r\nnameless\r\n--x--\r\n"])
async def test_a_broken_form_is_refused_and_logged(
    client: aiohttp.ClientSession, images: LocalImages, body: bytes
) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    async with client.post(f"{images.base_url}/images/edits", data=body, headers=headers) as answer:
        error = (await answer.json())["error"]

    assert (answer.status, error["type"]) == (400, "invalid_request_error")
    assert (images.posts[0].status, images.posts[0].read) == (400, True)


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000])
async def test_broken_json_is_refused_and_logged(
    client: aiohttp.ClientSession, images: LocalImages, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    async with client.post(f"{images.base_url}/images/generations", data=body, headers=headers) as answer:
        error = (await answer.json())["error"]

    assert (answer.status, error["type"]) == (400, "invalid_request_error")
    assert images.posts[0].fields == {}


async def test_an_upload_that_breaks_off_is_logged_as_unread(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    async def half() -> AsyncIterator[bytes]:
        yield b'{"model": "gpt-image-2",'
        raise OSError("the client dies")

    with pytest.raises((aiohttp.ClientError, OSError)):
        await client.post(
            f"{images.base_url}/images/generations", data=half(), headers={"Content-Type": "application/json"}
        )
    await images.posts.until(1, lambda _: True)
    assert (await generate(client, images))[0] == 200

    assert [(post.read, post.status) for post in images.posts] == [(False, None), (True, 200)]


async def test_closing_drops_what_still_waits_and_leaves_the_port(images: LocalImages) -> None:
    other = LocalImages()
    async with other:
        other.script.add(Behaviour(gate=Hold()))
        headers = {"Authorization": f"Bearer {other.api_key}"}
        async with aiohttp.ClientSession(headers=headers) as client:
            waiting = asyncio.create_task(generate(client, other))
            await other.arrived(1)
            await other.__aexit__(None, None, None)
            with pytest.raises(aiohttp.ClientError):
                await waiting

    assert other.origin != images.origin
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.ClientConnectorError):
            await client.get(f"{other.base_url}/models")
