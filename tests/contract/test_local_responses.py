"""The local image gateway as the Responses API: its one tool, its memory, its events, and its catalogue."""

import io
import json
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
from playground.images.catalogue import responses_cases, responses_catalogue
from playground.images.dialect_breakages import responses_breakages
from playground.images.dialect_errors import responses_errors
from playground.images.errors import errors
from playground.images.responses_stream_ends import responses_stream_ends
from playground.images.responses_streams import responses_streams
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from tests.contract.local_answers import events_in, found_in, pictures_in, read_raw

SPEC = Path(__file__).parents[2].parent / "shared" / "specs" / "images-openapi-gateway.json"
SIZE = (1024, 640)
TOOL: dict[str, Any] = {"type": "image_generation", "model": "gpt-image-2", "quality": "low", "size": "1024x640"}
CALL = "response.image_generation_call."
OWN = responses_cases()


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


def picture(size: tuple[int, int] = (64, 64), mode: str = "RGB", kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 80).convert(mode).save(buffer, format=kind)
    return buffer.getvalue()


def mask(size: tuple[int, int], hole: tuple[int, int, int, int]) -> bytes:
    whole = Image.new("RGBA", size, (0, 0, 0, 255))
    whole.paste((0, 0, 0, 0), hole)
    buffer = io.BytesIO()
    whole.save(buffer, format="PNG")
    return buffer.getvalue()


def data_url(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{pybase64.b64encode(content).decode()}"


def text(words: str) -> dict[str, Any]:
    return {"type": "input_text", "text": words}


def image(content: bytes) -> dict[str, Any]:
    return {"type": "input_image", "image_url": data_url(content)}


def user(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(parts)}


def request(**fields: object) -> dict[str, Any]:
    return {"model": "gpt-5", "input": "a red cat", "tools": [TOOL], **fields}


async def ask(client: aiohttp.ClientSession, images: LocalImages, **fields: object) -> tuple[int, Any]:
    body = io.BytesIO(json.dumps(request(**fields)).encode())
    headers = {"Content-Type": "application/json"}
    async with client.post(f"{images.base_url}/responses", data=body, headers=headers) as answer:
        return answer.status, await answer.json()


def result_of(body: dict[str, Any]) -> bytes:
    (call,) = [item for item in body["output"] if item["type"] == "image_generation_call"]
    return pybase64.b64decode(call["result"])


def tool(**fields: object) -> dict[str, Any]:
    return {"tools": [{**TOOL, **fields}]}


def items(*given: object) -> dict[str, Any]:
    return {"input": list(given)}


def call(**fields: object) -> dict[str, Any]:
    return {"type": "image_generation_call", "id": "ig_1", "status": "completed", **fields}


@pytest.mark.parametrize(
    ("fields", "code", "param", "words"),
    [
        ({"model": None}, "missing_required_parameter", "model", "Missing"),
        ({"model": "gpt-9"}, "model_not_found", "model", "does not exist"),
        ({"model": "gpt-image-2"}, "unsupported_value", "model", "cannot be used with the Responses API"),
        ({"n": 1}, "unknown_parameter", "n", "Unknown parameter"),
        ({"size": "1024x1024"}, "unknown_parameter", "size", "Unknown parameter"),
        ({"messages": []}, "unknown_parameter", "messages", "Unknown parameter"),
        ({"input": None}, "missing_required_parameter", "input", "Missing"),
        ({"input": 7}, "invalid_type", "input", "a string or an array"),
        ({"input": ""}, "empty_string", "input", "no text"),
        ({"input": "é" * 32_001}, "string_above_max_length", "input", "32001"),
        ({"tools": None}, "missing_required_parameter", "tools", "Missing"),
        ({"tools": None, "tool_choice": {"type": "image_generation"}}, None, "tool_choice", "not found in 'tools'"),
        ({"tools": []}, "empty_array", "tools", "empty array"),
        ({"tools": [{"type": "web_search"}]}, "invalid_value", "tools[0].type", "'image_generation'"),
        ({"tools": [TOOL, TOOL]}, "invalid_value", "tools", "exactly one"),
        ({"tool_choice": {"type": "web_search"}}, None, "tool_choice", "'web_search' not found"),
        ({"tool_choice": "none"}, None, "tool_choice", "only paints"),
        ({"tool_choice": "any"}, "invalid_value", "tool_choice", "'required'"),
        (tool(model="gpt-image-9"), "invalid_value", "tools", "'gpt-image-9' does not exist"),
        (tool(n=2), "unknown_parameter", "tools[0].n", "Unknown parameter: 'tools[0].n'"),
        (tool(prompt="a cat"), "unknown_parameter", "tools[0].prompt", "Unknown parameter"),
        (tool(size="1792x936"), "invalid_value", "tools[0].size", "divisible by 16"),
        (tool(quality="max"), "invalid_value", "tools[0].quality", "'high'"),
        (tool(output_format="jpg"), "invalid_value", "tools[0].output_format", "'jpeg'"),
        (tool(output_compression=50), "invalid_value", "tools[0].output_compression", "PNG"),
        (tool(background="white"), "invalid_value", "tools[0].background", "Supported values"),
        (tool(moderation="high"), "invalid_value", "tools[0].moderation", "'low', and 'auto'"),
        (tool(partial_images=4), "integer_above_max_value", "tools[0].partial_images", "<= 3"),
        (tool(action="paint"), "invalid_value", "tools[0].action", "'edit'"),
        (tool(action="edit"), "invalid_value", "tools", "needs a picture"),
        (tool(input_fidelity="high"), "invalid_input_fidelity_model", "tools", "input_fidelity"),
        (tool(input_fidelity=None), "invalid_input_fidelity_model", "tools", "input_fidelity"),
        (tool(input_image_mask={"image_url": data_url(picture())}), "invalid_value", "tools", "needs a picture"),
        (
            tool(input_image_mask={"file_id": "f"}),
            "invalid_value",
            "tools[0].input_image_mask.file_id",
            "keeps no files",
        ),
        (tool(input_image_mask={"url": "x"}), "unknown_parameter", "tools[0].input_image_mask.url", "Unknown"),
        ({"stream": True}, None, "tools", "Streaming must have non-zero partial images."),
        ({"stream": True, **tool(partial_images=0)}, None, "tools", "Streaming must have non-zero partial images."),
        (
            {"previous_response_id": "resp_0"},
            "previous_response_not_found",
            "previous_response_id",
            "'resp_0' not found",
        ),
        ({"store": "no"}, "invalid_type", "store", "a boolean"),
        (items({"role": "user"}), "missing_required_parameter", "input[0].content", "Missing"),
        (items({"role": "tool", "content": "a"}), "invalid_value", "input[0].role", "'developer'"),
        (items({"type": "item_reference", "id": "x"}), "invalid_value", "input[0].type", "'reasoning'"),
        (items(user({"type": "text", "text": "a"})), "invalid_value", "input[0].content[0].type", "'input_image'"),
        (
            items(user(text("a"), {"type": "input_image", "file_id": "file_1"})),
            "invalid_value",
            "input[0].content[1].file_id",
            "keeps no files",
        ),
        (
            items(user(text("a"), {"type": "input_image", "image_url": "https://example.org/a.png"})),
            "invalid_image_url",
            "input[0].content[1].image_url",
            "downloading",
        ),
        (items(user(text("a"), image(b"hello"))), None, None, "Invalid image file or mode for image 1"),
        (items(call(result="%%%"), user(text("a"))), "invalid_value", "input[0].result", "base64"),
        (items(call(), user(text("a"))), "missing_required_parameter", "input[0].result", "Missing"),
        (items(call(result=None, status="done"), user(text("a"))), "invalid_value", "input[0].status", "'generating'"),
        (items(call(result=None)), "empty_string", "input", "no text"),
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

    assert status == 400
    assert body["error"].keys() == {"message", "type", "param", "code"}
    assert (body["error"]["code"], body["error"]["param"]) == (code, param)
    assert words in body["error"]["message"]


async def test_a_stream_without_previews_is_the_tools_fault(client: aiohttp.ClientSession, images: LocalImages) -> None:
    _, body = await ask(client, images, stream=True)

    assert body["error"]["type"] == "image_generation_user_error"


async def test_a_call_answers_with_the_picture_and_both_usages(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    status, body = await ask(client, images, **tool(output_format="webp"), store=True)
    made, said = body["output"]

    assert status == 200
    assert (body["object"], body["status"], body["model"]) == ("response", "completed", "gpt-5")
    assert (made["type"], made["status"], made["action"], made["size"]) == (
        "image_generation_call",
        "completed",
        "generate",
        "1024x640",
    )
    assert (said["type"], said["content"][0]["type"]) == ("message", "output_text")
    assert body["tool_usage"]["image_gen"]["output_tokens"] == 107
    assert body["usage"]["output_tokens"] < 107
    with Image.open(io.BytesIO(result_of(body))) as opened:
        assert (opened.format, opened.size) == ("WEBP", SIZE)
    assert body["tools"] == tool(output_format="webp")["tools"]


async def test_the_second_turn_edits_the_picture_of_the_first(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    _, first = await ask(client, images)
    status, second = await ask(client, images, input="make it red", previous_response_id=first["id"])
    _, third = await ask(client, images, input="make it red", previous_response_id=second["id"])

    assert status == 200
    assert second["previous_response_id"] == first["id"]
    assert [body["output"][0]["action"] for body in (first, second, third)] == ["generate", "edit", "edit"]
    assert [[file.content for file in post.files] for post in images.posts] == [
        [],
        [result_of(first)],
        [result_of(second)],
    ]


async def test_an_earlier_call_in_the_input_does_the_same(client: aiohttp.ClientSession, images: LocalImages) -> None:
    _, first = await ask(client, images)
    made, said = first["output"]
    before = call(result=pybase64.b64encode(picture((32, 32))).decode())
    earlier = [user(text("a red cat"), image(picture())), before, made, said, user(text("make it red"))]

    _, again = await ask(client, images, input=earlier)
    _, bare = await ask(client, images, input=[call(result=made["result"]), user(text("make it red"))])

    assert again["output"][0]["action"] == bare["output"][0]["action"] == "edit"
    assert [[file.content for file in post.files] for post in images.posts[1:]] == [[result_of(first)]] * 2


async def test_pictures_of_the_user_come_behind_the_generated_one(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    _, first = await ask(client, images, input=[user(text("a red cat"), image(picture((32, 32))))])
    reference = picture((48, 48))

    await ask(client, images, input=[user(text("like this"), image(reference))], previous_response_id=first["id"])

    assert [file.content for file in images.posts[1].files] == [result_of(first), reference]


async def test_a_generation_leaves_the_pictures_alone(client: aiohttp.ClientSession, images: LocalImages) -> None:
    _, first = await ask(client, images)
    _, second = await ask(client, images, previous_response_id=first["id"], **tool(action="generate"))

    assert second["output"][0]["action"] == "generate"
    assert images.posts[1].files == ()


@pytest.mark.parametrize("how", ["never stored", "lost", "pooled"])
async def test_a_response_that_is_not_kept_is_not_found(
    client: aiohttp.ClientSession, images: LocalImages, how: str
) -> None:
    _, first = await ask(client, images, store=how != "never stored")
    if how == "lost":
        images.memory.lose()
    images.switches.is_losing_responses = how == "pooled"

    status, body = await ask(client, images, input="make it red", previous_response_id=first["id"])

    assert first["store"] is (how != "never stored")
    assert (status, body["error"]["type"]) == (400, "invalid_request_error")
    assert body["error"]["code"] == "previous_response_not_found"
    assert body["error"]["param"] == "previous_response_id"


async def test_a_pool_remembers_again_once_the_switch_is_off(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    images.switches.is_losing_responses = True
    _, first = await ask(client, images)
    images.switches.is_losing_responses = False

    status, _ = await ask(client, images, input="make it red", previous_response_id=first["id"])

    assert status == 200


async def test_a_mask_keeps_what_it_covers(client: aiohttp.ClientSession, images: LocalImages) -> None:
    _, first = await ask(client, images)
    hole = mask(SIZE, (600, 200, 900, 500))

    status, second = await ask(
        client,
        images,
        input="make it blue",
        previous_response_id=first["id"],
        **tool(input_image_mask={"image_url": data_url(hole)}),
    )

    assert status == 200
    before, after = (Image.open(io.BytesIO(result_of(body))).convert("RGB") for body in (first, second))
    assert before.crop((0, 0, 500, 640)).tobytes() == after.crop((0, 0, 500, 640)).tobytes()
    assert before.tobytes() != after.tobytes()
    assert [file.size_bytes for file in images.posts[1].files][-1] == len(hole)


async def test_a_mask_of_another_size_is_refused(client: aiohttp.ClientSession, images: LocalImages) -> None:
    wrong = mask((32, 32), (0, 0, 8, 8))
    sent = items(user(text("blue"), image(picture())))
    status, body = await ask(client, images, **sent, **tool(input_image_mask={"image_url": data_url(wrong)}))

    assert (status, body["error"]["code"]) == (400, "invalid_mask_image_format")


async def test_a_stream_tells_each_step_and_carries_the_picture_twice(
    client: aiohttp.ClientSession, images: LocalImages
) -> None:
    body = request(stream=True, **tool(partial_images=2))
    async with client.post(f"{images.base_url}/responses", json=body) as answer:
        assert answer.content_type == "text/event-stream"
        raw = await answer.read()

    events = events_in(raw)
    types = [event["type"] for event in events]
    assert types == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        f"{CALL}in_progress",
        f"{CALL}generating",
        f"{CALL}partial_image",
        f"{CALL}partial_image",
        f"{CALL}completed",
        "response.output_item.done",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [line for line in raw.decode().splitlines() if line.startswith("event")] == [
        f"event: {one}" for one in types
    ]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert [event["partial_image_index"] for event in events[5:7]] == [0, 1]
    assert events[7].keys() == {"type", "output_index", "item_id", "sequence_number"}
    assert events[8]["item"]["result"] == events[-1]["response"]["output"][0]["result"]
    assert events[-1]["response"]["tool_usage"]["image_gen"]["output_tokens"] == 107 + 200
    assert b"[DONE]" not in raw


async def test_a_streamed_response_is_remembered(client: aiohttp.ClientSession, images: LocalImages) -> None:
    body = request(stream=True, **tool(partial_images=1))
    async with client.post(f"{images.base_url}/responses", json=body) as answer:
        last = events_in(await answer.read())[-1]["response"]

    status, _ = await ask(client, images, input="make it red", previous_response_id=last["id"])

    assert status == 200
    assert [file.content for file in images.posts[1].files] == [result_of(last)]


async def test_openais_own_client_reads_the_answer_and_the_stream(images: LocalImages) -> None:
    images.script.add(Behaviour(picture_bytes=picture(), times=None))
    async with openai.AsyncOpenAI(
        base_url=images.base_url, api_key=images.api_key, max_retries=0, _strict_response_validation=True
    ) as sdk:
        whole = await sdk.responses.create(
            model="gpt-5", input="a red cat", tools=[{"type": "image_generation"}], tool_choice="required"
        )
        stream = await sdk.responses.create(
            model="gpt-5",
            input="make it red",
            tools=[{"type": "image_generation", "partial_images": 1}],
            previous_response_id=whole.id,
            stream=True,
        )
        events = [event async for event in stream]
        with pytest.raises(openai.BadRequestError, match="not found"):
            await sdk.responses.create(
                model="gpt-5", input="red", tools=[{"type": "image_generation"}], previous_response_id="resp_unknown"
            )

    assert whole.tool_usage is not None
    assert whole.tool_usage.image_gen.output_tokens > 0
    assert [type(event).__name__ for event in events][-1] == "ResponseCompletedEvent"


@pytest.mark.skipif(not SPEC.exists(), reason=f"OpenAI's description is not at {SPEC}")
@pytest.mark.parametrize("name", ["images-openapi.json", "images-openapi-gateway.json"])
async def test_honest_answers_keep_to_the_descriptions(name: str) -> None:
    async with (
        LocalImages(spec=SPEC.with_name(name)) as images,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {images.api_key}"}) as client,
    ):
        images.script.add(Behaviour(picture_bytes=picture(), times=None))
        status, _ = await ask(client, images, **tool(moderation="low", action="auto", background="opaque"))
        stream = request(stream=True, **tool(partial_images=3))
        async with client.post(f"{images.base_url}/responses", json=stream) as answer:
            await answer.read()

        assert (status, answer.status) == (200, 200)
        assert images.violations == ()


@pytest.mark.skipif(not SPEC.exists(), reason=f"OpenAI's description is not at {SPEC}")
async def test_the_tool_is_held_against_the_description(client: aiohttp.ClientSession, images: LocalImages) -> None:
    assert images.is_checked

    status, body = await ask(client, images, **tool(background=None))

    assert (status, body["error"]["param"]) == (400, "tools[0].background")


async def test_nothing_is_painted_without_the_key(images: LocalImages) -> None:
    async with aiohttp.ClientSession() as stranger:
        status, _ = await ask(stranger, images)

    assert status == 401
    assert not images.posts[0].has_right_key


# -- the catalogue ---------------------------------------------------------------------------------------------------


def named(cases: dict[str, Case]) -> list[Any]:
    return [pytest.param(case, id=name) for name, case in cases.items()]


@pytest.mark.parametrize("case", named(OWN))
async def test_a_case_holds_what_it_says(client: aiohttp.ClientSession, images: LocalImages, case: Case) -> None:
    images.script.add(Behaviour(name=case.name, answer=case.answer, picture_bytes=picture()))

    async with client.post(f"{images.base_url}/responses", json=request(**case.asks)) as answer:
        raw = await read_raw(answer, is_complete=case.complete)
        assert answer.status == 200
        found = found_in(answer.content_type, raw)

    assert await pictures_in(client, images, found) == case.pictures
    if case.text:
        assert found.text == case.text
    assert images.posts[0].behaviour == case.name
    assert not case.is_retry_safe


@pytest.mark.parametrize("case", named({**responses_streams(), **responses_stream_ends()}))
async def test_a_stream_is_a_stream_unless_it_says_otherwise(
    client: aiohttp.ClientSession, images: LocalImages, case: Case
) -> None:
    images.script.add(Behaviour(name=case.name, answer=case.answer, picture_bytes=picture()))

    async with client.post(f"{images.base_url}/responses", json=request(**case.asks)) as answer:
        kind = answer.content_type

    assert (kind == "text/event-stream") == (case.name != "responses_stream_ignored")


def test_the_catalogue_covers_every_kind_of_trouble() -> None:
    assert len(OWN) >= 35
    parts = OWN, responses_errors(), errors(), responses_breakages(), breakages()
    assert {name for part in parts for name in part} == set(responses_catalogue())
    assert {case.billed for case in OWN.values()} == set(Billed)
    assert all(case.source for case in OWN.values())
