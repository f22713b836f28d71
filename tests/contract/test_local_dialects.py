"""What chat completions and the Responses API share at the local image gateway: its errors, floods and broken wires."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from playground.images.breakages import breakages
from playground.images.cases import Billed, Case
from playground.images.dialect_breakages import chat_breakages, responses_breakages
from playground.images.dialect_errors import chat_errors, responses_errors
from playground.images.errors import errors
from playground.images.script import Behaviour
from playground.images.server import LocalImages

SPEC = Path(__file__).parents[2].parent / "shared" / "specs" / "images-openapi-gateway.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One dialect: its path, a good request, and the answers that only it has."""

    path: str
    request: Mapping[str, Any]
    errors: Mapping[str, Case]
    breakages: Mapping[str, Case]


CHAT: Final = Spoken(
    path="chat/completions",
    request={"model": "gemini-2.5-flash-image", "messages": [{"role": "user", "content": "a cat"}]},
    errors=chat_errors(),
    breakages=chat_breakages(),
)
RESPONSES: Final = Spoken(
    path="responses",
    request={"model": "gpt-5-mini", "input": "a cat", "tools": [{"type": "image_generation", "model": "gpt-image-2"}]},
    errors=responses_errors(),
    breakages=responses_breakages(),
)
BOTH: Final = {"chat": CHAT, "responses": RESPONSES}
EITHER = pytest.mark.parametrize("spoken", BOTH.values(), ids=BOTH)


@pytest.fixture
async def images() -> AsyncIterator[LocalImages]:
    async with LocalImages(spec=SPEC if SPEC.exists() else None) as images:
        yield images
        assert images.violations == ()


@pytest.fixture
async def client(images: LocalImages) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {images.api_key}"}
    async with aiohttp.ClientSession(images.base_url + "/", headers=headers) as session:
        yield session


def of_each(kind: str) -> list[Any]:
    """Return a dialect and one of its own cases, for every case of both."""
    cases = [(name, spoken, case) for name, spoken in BOTH.items() for case in getattr(spoken, kind).values()]
    return [pytest.param(spoken, case, id=f"{name}-{case.name}") for name, spoken, case in cases]


@EITHER
@pytest.mark.parametrize("case", errors().values(), ids=errors())
async def test_every_error_is_answered_here_too(
    client: aiohttp.ClientSession, images: LocalImages, spoken: Spoken, case: Case
) -> None:
    images.script.add(case.behaviour, case.behaviour)
    generation = {"model": "gpt-image-2", "prompt": "a cat"}

    async with client.post(spoken.path, json=spoken.request, allow_redirects=False) as answer:
        here = answer.status, await answer.read()
    async with client.post("images/generations", json=generation, allow_redirects=False) as answer:
        there = answer.status, await answer.read()

    assert here == there
    assert here[0] >= 300


@pytest.mark.parametrize(("spoken", "case"), of_each("errors"))
async def test_an_error_of_a_dialect_is_retry_safe_only_where_nothing_was_made(
    client: aiohttp.ClientSession, images: LocalImages, spoken: Spoken, case: Case
) -> None:
    images.script.add(case.behaviour)

    async with client.post(spoken.path, json=spoken.request) as answer:
        body = await answer.json()

    assert body["error"]["message"]
    assert answer.status >= 400
    assert not case.is_retry_safe or (answer.status in (429, 503) and case.billed is Billed.NO)
    assert (case.billed is Billed.UNKNOWN) == (answer.status in (408, 502))


@pytest.mark.parametrize(("spoken", "case"), of_each("breakages"))
async def test_a_flood_or_a_silence_goes_on_past_any_honest_answer(
    client: aiohttp.ClientSession, images: LocalImages, spoken: Spoken, case: Case
) -> None:
    images.script.add(case.behaviour)

    async with client.post(spoken.path, json=spoken.request) as answer:
        await answer.content.readexactly(3_000_000 if "huge" in case.name else 60)
        assert "deep" in case.name or not answer.content.at_eof()
        if "deep" in case.name:
            with pytest.raises(RecursionError):
                json.loads(await answer.read())
            await images.answered(1)

    assert answer.status == 200
    assert images.posts[0].answered == ("deep" in case.name)


@EITHER
@pytest.mark.parametrize("name", ["reset", "reset_after_painting", "cut_at_once", "cut_midway", "length_too_long"])
async def test_a_broken_wire_breaks_here_too(
    client: aiohttp.ClientSession, images: LocalImages, spoken: Spoken, name: str
) -> None:
    images.script.add(Behaviour(name=name, answer=breakages()[name].answer, picture_bytes=bytes(10_000)))

    with pytest.raises((aiohttp.ClientError, ValueError)):
        async with client.post(spoken.path, json=spoken.request) as answer:
            json.loads(await answer.read())

    assert not images.posts[0].answered
