"""The local image gateway as a chat completion: what it takes, what it looks at, what it answers, and its catalogue."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import openai
import pybase64
import pytest
from PIL import Image

from playground.images.breakages import breakages
from playground.images.cases import Billed, Case
from playground.images.catalogue import chat_cases, chat_catalogue
from playground.images.dialect_breakages import chat_breakages
from playground.images.dialect_errors import chat_errors
from playground.images.endpoint import Endpoint
from playground.images.errors import errors
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from tests.contract.local_answers import events_in, found_in, pictures_in, read_raw

SPEC = Path(__file__).parents[2].parent / "shared" / "specs" / "images-openapi-gateway.json"
MODEL = "gemini-2.5-flash-image"
OWN = chat_cases()


@pytest.fixture
async def images() -> AsyncIterator[LocalImages]:
    async with LocalImages(spec=SPEC if SPEC.exists() else None) as images:
        yield images
        assert images.violations == ()


@pytest.fixture
async def client(images: LocalImages) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {images.api_key}", "Accept-Encoding": "identity"}
    async with aiohttp.ClientSession(headers=headers, auto_decompress=False) as session:
        yield session


def picture(size: tuple[int, int] = (64, 64), kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(buffer, format=kind)
    return buffer.getvalue()


def data_url(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{pybase64.b64encode(content).decode()}"


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def image(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def user(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(parts)}


def request(**fields: object) -> dict[str, Any]:
    return {"model": MODEL, "messages": [{"role": "user", "content": "a cat"}], **fields}


async def ask(client: aiohttp.ClientSession, images: LocalImages, **fields: object) -> tuple[int, Any]:
    async with client.post(f"{images.base_url}/chat/completions", json=request(**fields)) as answer:
        return answer.status, await answer.json()


def picture_of(body: dict[str, Any]) -> Image.Image:
    url = body["choices"][0]["message"]["images"][0]["image_url"]["url"]
    return Image.open(io.BytesIO(pybase64.b64decode(url.partition(",")[2])))


def messages(*given: object) -> dict[str, Any]:
    return {"messages": list(given)}


@pytest.mark.parametrize(
    ("fields", "code", "param", "words"),
    [
        ({"model": None}, "missing_required_parameter", "model", "Missing"),
        ({"model": 3}, "invalid_type", "model", "a string"),
        ({"model": "gpt-image-1.5"}, "model_not_found", "model", "no chat model"),
        ({"messages": None}, "missing_required_parameter", "messages", "Missing"),
        ({"messages": []}, "empty_array", "messages", "empty array"),
        ({"messages": "a cat"}, "invalid_type", "messages", "an array"),
        (messages("a cat"), "invalid_type", "messages[0]", "an object"),
        (messages({"content": "a cat"}), "missing_required_parameter", "messages[0].role", "Missing"),
        (messages({"role": "human", "content": "a"}), "invalid_value", "messages[0].role", "'assistant'"),
        (messages({"role": "user"}), "missing_required_parameter", "messages[0].content", "Missing"),
        (messages({"role": "user", "content": 7}), "invalid_type", "messages[0].content", "a string or an array"),
        (messages({"role": "user", "content": []}), "empty_array", "messages[0].content", "empty array"),
        (messages({"role": "user", "content": " "}), "empty_string", "messages", "no text"),
        (messages({"role": "system", "content": "Paint."}), "invalid_value", "messages", "no message of a user"),
        (
            messages({"role": "user", "content": "a", "images": []}),
            "unknown_parameter",
            "messages[0].images",
            "Un",
        ),
        (messages({"role": "user", "content": "a", "size": "1"}), "unknown_parameter", "messages[0].size", "Un"),
        (
            messages(user({"type": "input_text", "text": "a"})),
            "invalid_value",
            "messages[0].content[0].type",
            "'image_url'",
        ),
        (
            messages(user({"type": "image_url", "image_url": "data:,"})),
            "invalid_type",
            "messages[0].content[0].image_url",
            "an object",
        ),
        (
            messages({"role": "assistant", "content": [image("data:,")]}),
            "invalid_value",
            "messages[0].content[0].type",
            "'text'",
        ),
        (
            messages(user(text("a"), image("ftp://x/y.png"))),
            "invalid_value",
            "messages[0].content[1].image_url.url",
            "data URL",
        ),
        (
            messages(user(text("a"), image("data:image/png;base64,%%%"))),
            "invalid_value",
            "messages[0].content[1].image_url.url",
            "base64",
        ),
        (
            messages(user(text("a"), image("https://example.org/cat.png"))),
            "invalid_image_url",
            "messages[0].content[1].image_url.url",
            "downloading",
        ),
        (
            messages(user(text("a"), image(data_url(b"hello")))),
            None,
            None,
            "Invalid image file or mode for image 1",
        ),
        (messages(user(text("a"), *[image(data_url(picture()))] * 17)), None, "messages", "At most 16"),
        ({"size": "1024x1024"}, "unknown_parameter", "size", "Unknown parameter"),
        ({"n": 1}, "unknown_parameter", "n", "Unknown parameter"),
        ({"quality": "low"}, "unknown_parameter", "quality", "Unknown parameter"),
        ({"prompt": "a cat"}, "unknown_parameter", "prompt", "Unknown parameter"),
        ({"stream": "yes"}, "invalid_type", "stream", "a boolean"),
        ({"stream_options": {"include_usage": True}}, None, "stream_options", "'stream' is enabled"),
        ({"modalities": "image"}, "invalid_type", "modalities", "an array"),
        ({"modalities": ["video"]}, "invalid_value", "modalities[0]", "'text', and 'image'"),
        ({"image_config": {"aspect_ratio": "7:1"}}, "invalid_value", "image_config.aspect_ratio", "'16:9'"),
        ({"image_config": {"size": "1K"}}, "unknown_parameter", "image_config.size", "Unknown parameter"),
        ({"max_tokens": 0}, "integer_below_min_value", "max_tokens", ">= 1"),
        ({"temperature": "hot"}, "invalid_type", "temperature", "a decimal"),
    ],
)
async def test_a_wrong_request_is_refused_by_name(
    client: aiohttp.ClientSession,
    images: LocalImages,
    fields: dict[str, Any],
    code: str | None,
    param: str | None,
    words: str,
) -> None:
    status, body = await ask(client, images, **fields)

    assert status == (404 if code == "model_not_found" else 400)
    assert body["error"].keys() == {"message", "type", "param", "code"}
    assert (body["error"]["code"], body["error"]["param"]) == (code, param)
    assert words in body["error"]["message"]
    assert images.posts[0].status == status


@pytest.mark.parametrize(
    ("model", "modalities", "status"),
    [
        (MODEL, None, 200),
        (MODEL, ["image", "text"], 200),
        (MODEL, ["text"], 404),
        ("google/gemini-2.5-flash-image", None, 404),
        ("google/gemini-2.5-flash-image", ["text", "image"], 200),
        ("black-forest-labs/flux.2-pro", ["image"], 200),
        ("black-forest-labs/flux.2-pro", ["image", "text"], 404),
    ],
)
async def test_modalities_must_be_those_of_the_model(
    client: aiohttp.ClientSession, images: LocalImages, model: str, modalities: list[str] | None, status: int
) -> None:
    images.script.add(Behaviour(picture_bytes=picture(), times=None))

    answered, body = await ask(client, images, model=model, modalities=modalities)

    assert answered == status
    if status == 404:
        asked = ", ".join(modalities or ["text"])
        said = f"No endpoints found that support the requested output modalities: {asked}"
        assert body == {"error": {"message": said, "code": 404}}


async def test_a_switch_makes_modalities_unknown(client: aiohttp.ClientSession, images: LocalImages) -> None:
    images.script.add(Behaviour(picture_bytes=picture(), times=None))
    images.switches.is_refusing_modalities = True

    refused = await ask(client, images, modalities=["image", "text"])
    without = await ask(client, images)
    images.switches.is_refusing_modalities = False
    again = await ask(client, images, modalities=["image", "text"])

    assert (refused[0], refused[1]["error"]["code"], refused[1]["error"]["param"]) == (
        400,
        "unknown_parameter",
        "modalities",
    )
    assert (without[0], again[0]) == (200, 200)


async def test_a_prompt_is_painted_and_comes_in_images(client: aiohttp.ClientSession, images: LocalImages) -> None:
    status, body = await ask(client, images)
    message = body["choices"][0]["message"]

    assert status == 200
    assert (body["object"], body["model"], len(body["choices"])) == ("chat.completion", MODEL, 1)
    assert message.keys() == {"role", "content", "images"}
    assert message["images"][0].keys() == {"type", "image_url", "index"}
    assert body["choices"][0]["finish_reason"] == "stop"
    assert body["usage"]["total_tokens"] == body["usage"]["prompt_tokens"] + body["usage"]["completion_tokens"]
    assert (picture_of(body).format, picture_of(body).size) == ("PNG", (1024, 1024))
    assert images.posts[0].files == ()


async def test_only_the_pictures_of_the_last_user_message_are_looked_at(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    first, second = picture((320, 180)), picture((90, 160))
    old = image(data_url(first))
    history = [
        user(text("a cat"), old),
        {"role": "assistant", "content": "Here.", "images": [old]},
    ]

    status, without = await ask(client, images, messages=[*history, {"role": "user", "content": "make it red"}])
    _, edited = await ask(client, images, messages=[*history, user(text("make it red"), image(data_url(second)))])

    assert status == 200
    assert picture_of(without).size == (1024, 1024)
    assert picture_of(edited).size == (768, 1344)
    assert [[file.content for file in post.files] for post in images.posts] == [[], [second]]


async def test_a_ratio_is_taken_from_the_image_config(client: aiohttp.ClientSession, images: LocalImages) -> None:
    _, body = await ask(client, images, image_config={"aspect_ratio": "16:9"})

    assert picture_of(body).size == (1344, 768)


async def test_an_address_of_this_server_is_read_like_a_data_url(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    content = picture(kind="JPEG")
    url = images.origin + images.downloads.publish(content, "image/jpeg")

    status, _ = await ask(client, images, messages=[user(text("make it red"), image(url))])
    gone, body = await ask(client, images, messages=[user(text("red"), image(f"{images.origin}/files/no.png"))])

    assert (status, gone, body["error"]["code"]) == (200, 400, "invalid_image_url")
    assert [file.content for file in images.posts[0].files] == [content]


async def test_a_stream_is_made_of_chunks_with_the_usage_last(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    body = request(stream=True, stream_options={"include_usage": True})
    async with client.post(f"{images.base_url}/chat/completions", json=body) as answer:
        assert answer.content_type == "text/event-stream"
        raw = await answer.read()

    chunks = events_in(raw)
    *spoken, last = chunks
    assert raw.endswith(b"\n\ndata: [DONE]\n\n")
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert spoken[0]["choices"][0]["delta"]["role"] == "assistant"
    assert [bool(chunk["choices"][0]["delta"].get("images")) for chunk in spoken] == [False, False, True, False]
    assert [chunk["choices"][0]["finish_reason"] for chunk in spoken] == [None, None, None, "stop"]
    assert (last["choices"], last["usage"]["total_tokens"] > 1000) == ([], True)


async def test_a_streamed_answer_spreads_its_time_over_its_chunks() -> None:
    taken_s: list[float] = []

    async def nap(seconds: float) -> None:
        taken_s.append(seconds)

    async with (
        LocalImages(latency_s=10.0, sleep=nap) as images,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {images.api_key}"}) as client,
    ):
        images.script.add(Behaviour(picture_bytes=picture(), times=None))
        await ask(client, images)
        async with client.post(f"{images.base_url}/chat/completions", json=request(stream=True)) as answer:
            await answer.read()

    assert taken_s == [10.0, *[2.0] * 5]


async def test_openais_own_client_reads_the_answer_and_the_stream(images: LocalImages) -> None:
    images.script.add(Behaviour(picture_bytes=picture(), times=None))
    async with openai.AsyncOpenAI(
        base_url=images.base_url, api_key=images.api_key, max_retries=0, _strict_response_validation=True
    ) as sdk:
        whole = await sdk.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "a cat"}])
        stream = await sdk.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "a cat"}], stream=True
        )
        chunks = [chunk async for chunk in stream]

    assert whole.choices[0].finish_reason == "stop"
    assert "images" in (whole.choices[0].message.model_extra or {})
    assert chunks[-1].usage is not None


async def test_nothing_is_painted_without_the_key(images: LocalImages) -> None:
    async with aiohttp.ClientSession() as stranger:
        status, body = await ask(stranger, images)

    assert (status, body["error"]["type"]) == (401, "invalid_request_error")
    assert not images.posts[0].has_right_key
    assert images.posts[0].fields["messages"]


async def test_chat_models_are_listed_once_each(client: aiohttp.ClientSession, images: LocalImages) -> None:
    async with client.get(f"{images.base_url}/models") as answer:
        ids = [model["id"] for model in (await answer.json())["data"]]

    assert len(ids) == len(set(ids))
    assert {MODEL, "gemini-3-pro-image-preview", "gpt-image-2", "gpt-5"} <= set(ids)


async def test_a_behaviour_can_wait_for_chat_alone(client: aiohttp.ClientSession, images: LocalImages) -> None:
    images.script.add(
        Behaviour(name="for chat", endpoint=Endpoint.CHAT, prompt="cat", answer=OWN["chat_question"].answer)
    )
    generation = {"model": "gpt-image-2", "prompt": "a cat", "quality": "low", "size": "1024x640"}
    async with client.post(f"{images.base_url}/images/generations", json=generation) as answer:
        assert answer.status == 200
    _, body = await ask(client, images)

    assert "images" not in body["choices"][0]["message"]
    assert [post.behaviour for post in images.posts] == ["honest", "for chat"]


# -- the catalogue ---------------------------------------------------------------------------------------------------


def named(cases: dict[str, Case]) -> list[Any]:
    return [pytest.param(case, id=name) for name, case in cases.items()]


@pytest.mark.parametrize("case", named(OWN))
async def test_a_case_holds_what_it_says(client: aiohttp.ClientSession, images: LocalImages, case: Case) -> None:
    images.script.add(Behaviour(name=case.name, answer=case.answer, picture_bytes=picture()))

    async with client.post(f"{images.base_url}/chat/completions", json=request(**case.asks)) as answer:
        raw = await read_raw(answer, is_complete=case.complete)
        assert answer.status == 200
        found = found_in(answer.content_type, raw)

    assert await pictures_in(client, images, found) == case.pictures
    if case.text:
        assert found.text == case.text
    assert images.posts[0].behaviour == case.name
    assert not case.is_retry_safe


@pytest.mark.parametrize("name", ["tiny_pieces", "slow_body"])
async def test_an_odd_pace_brings_a_chat_answer(client: aiohttp.ClientSession, images: LocalImages, name: str) -> None:
    images.script.add(Behaviour(name=name, answer=breakages()[name].answer, picture_bytes=picture()))

    status, body = await ask(client, images)

    assert (status, body["object"]) == (200, "chat.completion")


async def test_a_stream_can_stay_open_behind_its_last_word(client: aiohttp.ClientSession, images: LocalImages) -> None:
    case = OWN["chat_stream_stays_open"]
    images.script.add(Behaviour(answer=case.answer, picture_bytes=picture()))

    async with client.post(f"{images.base_url}/chat/completions", json=request(stream=True)) as answer:
        await read_raw(answer, is_complete=False)
        assert not answer.content.at_eof()

    assert not images.posts[0].answered


def test_the_chat_catalogue_covers_every_place_and_every_kind_of_trouble() -> None:
    places = {case.source[6:9] for case in OWN.values() if case.source.startswith("FACTS 4.")}

    assert {"4.1", "4.2", "4.3", "4.4", "4.5"} <= places
    assert len(OWN) >= 45
    parts = OWN, chat_errors(), errors(), chat_breakages(), breakages()
    assert {name for part in parts for name in part} == set(chat_catalogue())
    assert {case.billed for case in OWN.values()} == set(Billed)
