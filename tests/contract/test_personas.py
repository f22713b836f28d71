"""The gateways that the local one can play: each refuses what its documents do not offer, and answers in its own way.

Without this, a profile that promises too much would find nobody to refuse it in `test_profiles`.
"""

import io
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import aiohttp
import pytest

from playground.images.persona import Persona
from playground.images.personas import personas
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from tests.contract.image_calls import noise

Way = Literal["generations", "edits", "chat", "responses", "json edits"]

PATHS: Final[Mapping[Way, str]] = {
    "generations": "images/generations",
    "edits": "images/edits",
    "json edits": "images/edits",
    "chat": "chat/completions",
    "responses": "responses",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a gateway said: status, content type and all of its words."""

    status: int
    kind: str
    text: str

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One open line to a persona."""

    images: LocalImages
    session: aiohttp.ClientSession

    async def ask(self, way: Way, fields: Mapping[str, Any], key: str | None = None) -> Heard:
        """Send a plain request of this way with these fields on top."""
        headers = {"Authorization": f"Bearer {self.images.api_key if key is None else key}"}
        url = f"{self.images.base_url}/{PATHS[way]}"
        async with self.session.post(url, headers=headers, **_written(way, fields)) as answer:
            return Heard(status=answer.status, kind=answer.content_type, text=await answer.text())


def _written(way: Way, fields: Mapping[str, Any]) -> dict[str, Any]:
    match way:
        case "chat":
            said = {"model": "gpt-image-2", "messages": [{"role": "user", "content": "a red cat"}]}
            return {"json": {**said, **fields}}
        case "responses":
            return {"json": {"model": "gpt-5", "input": "a red cat", "tools": [{"type": "image_generation"}]}}
        case "edits":
            form = aiohttp.FormData({name: str(value) for name, value in _plain(fields).items()})
            form.add_field("image", io.BytesIO(noise()), filename="image.png", content_type="image/png")
            return {"data": form}
        case _:
            return {"json": _plain(fields)}


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"model": "gpt-image-2", "prompt": "a red cat", **fields}


@asynccontextmanager
async def speaking_to(name: str) -> AsyncGenerator[Line]:
    async with LocalImages(persona=personas()[name]) as images, aiohttp.ClientSession() as session:
        images.script.add(Behaviour(times=None, picture_bytes=noise()))
        yield Line(images=images, session=session)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What a persona does not take, and the status and words it says so with."""

    persona: str
    way: Way = "generations"
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    status: int = 400
    words: str


UNKNOWN: Final = '"code": "unknown_parameter"'
VALUE: Final = '"code": "invalid_value"'
NO_URL: Final = "Invalid URL (POST /v1/"
MODALITIES: Final = {"modalities": ["image", "text"]}

REFUSED: Final = (
    Refused(persona="openai", way="chat", status=404, words='"code": "model_not_found"'),
    Refused(persona="aicentos", fields={"n": 2}, words=VALUE),
    Refused(persona="aicentos", fields={"size": "1536x1024"}, words=VALUE),
    Refused(persona="aicentos", fields={"size": "auto"}, words=VALUE),
    Refused(persona="aicentos", fields={"background": "opaque"}, words=VALUE),
    Refused(persona="aicentos", fields={"stream": True}, words=UNKNOWN),
    Refused(persona="aicentos", way="edits", status=404, words=NO_URL),
    Refused(persona="aicentos", way="responses", status=404, words=NO_URL),
    Refused(persona="aicentos", way="chat", fields=MODALITIES, words=UNKNOWN),
    Refused(persona="model-go", fields={"size": "2048x2048"}, words=VALUE),
    Refused(persona="model-go", fields={"safety_identifier": "c0ffee"}, words=UNKNOWN),
    Refused(persona="model-go", way="edits", status=404, words=NO_URL),
    Refused(persona="model-go", way="chat", status=404, words=NO_URL),
    Refused(persona="clauddy", fields={"size": "3840x2160"}, words=VALUE),
    Refused(persona="clauddy", fields={"moderation": "low"}, words=UNKNOWN),
    Refused(persona="clauddy", way="edits", fields={"input_fidelity": "high"}, words="invalid_input_fidelity_model"),
    Refused(persona="clauddy", way="json edits", words=VALUE),
    Refused(persona="qiuqiu", fields={"size": "2048x2048"}, words=VALUE),
    Refused(persona="qiuqiu", fields={"stream": True}, words=UNKNOWN),
    Refused(persona="ciyuanx", fields={"n": 2}, words=VALUE),
    Refused(persona="ciyuanx", fields={"background": "transparent"}, words=VALUE),
    Refused(persona="ciyuanx", way="edits", fields={"input_fidelity": "high"}, words=UNKNOWN),
    Refused(persona="litellm", fields={"stream": True}, status=500, words='"code": "500"'),
    Refused(persona="litellm", fields={"size": "7x7"}, words='"code": "400"'),
    Refused(persona="litellm", fields={"model": "x"}, words="Invalid model name passed in model=x"),
    Refused(persona="litellm", way="chat", status=404, words="Not Found"),
    Refused(persona="new-api", fields={"background": "transparent"}, words="Transparent background is not supported"),
    Refused(persona="new-api", fields={"size": "1024\u00d71024"}, status=500, words='"code": "invalid_request"'),
    Refused(persona="new-api", fields={"model": "x"}, status=503, words="No available channel for model x under group"),
    Refused(persona="new-api", way="edits", fields={"moderation": "low"}, words=UNKNOWN),
    Refused(persona="openrouter", status=404, words='"code": 404'),
    Refused(persona="openrouter", way="chat", words="gpt-image-2 is not a valid model ID"),
    Refused(
        persona="openrouter",
        way="chat",
        fields={"model": "google/gemini-2.5-flash-image"},
        status=404,
        words="No endpoints found that support the requested output modalities",
    ),
    Refused(persona="local-server", way="edits", status=404, words='"code": 404'),
    Refused(persona="local-server", status=404, words="not found"),
    Refused(persona="unknown", fields={"moderation": "low"}, status=422, words='{"detail": "moderation: Extra'),
    Refused(persona="unknown", fields={"n": 3}, status=422, words='{"detail": "n: '),
    Refused(persona="unknown", fields={"size": "7x7"}, words='{"detail": "Invalid value'),
    Refused(persona="unknown", way="responses", status=404, words='{"detail": "Not Found"}'),
)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.persona}-{case.way}-{'-'.join(case.fields)}")
async def test_a_persona_refuses_what_its_documents_do_not_offer(case: Refused) -> None:
    async with speaking_to(case.persona) as line:
        heard = await line.ask(case.way, case.fields)
    assert heard.status == case.status
    assert case.words in heard.text


def test_every_persona_refuses_something() -> None:
    assert {case.persona for case in REFUSED} == set(personas()) - {"honest"}


@pytest.mark.parametrize(
    ("persona", "status", "words"),
    [
        ("openai", 401, "invalid_api_key"),
        ("qiuqiu", 401, "new_api_error"),
        ("litellm", 401, "token_not_found_in_db"),
        ("openrouter", 401, '{"error": {"message": "User not found.", "code": 401}}'),
        ("unknown", 401, '{"detail": "Invalid API key"}'),
    ],
)
async def test_a_wrong_key_is_refused_in_the_gateways_own_words(persona: str, status: int, words: str) -> None:
    way: Way = "chat" if persona == "openrouter" else "generations"
    async with speaking_to(persona) as line:
        heard = await line.ask(way, {}, key="sk-a-wrong-one")
    assert heard.status == status
    assert words in heard.text
    assert "wrong-one" not in heard.text


@pytest.mark.parametrize(
    ("persona", "status", "words"),
    [
        ("openai", 429, "credit_balance_exhausted"),
        ("clauddy", 403, "insufficient_user_quota"),
        ("litellm", 429, "budget_exceeded"),
        ("openrouter", 402, "Insufficient credits"),
        ("unknown", 402, "Insufficient balance"),
    ],
)
async def test_no_money_is_said_in_the_gateways_own_words(persona: str, status: int, words: str) -> None:
    way: Way = "chat" if persona == "openrouter" else "generations"
    async with speaking_to(persona) as line:
        line.images.switches.is_out_of_money = True
        heard = await line.ask(way, {})
    assert heard.status == status
    assert words in heard.text


# -- answers ----------------------------------------------------------------------------------------------------------


async def test_a_guide_that_shows_only_created_and_data_is_answered_so() -> None:
    async with speaking_to("qiuqiu") as line:
        heard = await line.ask("generations", {})
    assert set(heard.body) == {"created", "data"}


async def test_litellm_says_null_for_what_it_does_not_know() -> None:
    async with speaking_to("litellm") as line:
        heard = await line.ask("generations", {})
    assert heard.body["usage"] is None
    assert heard.body["data"]


async def test_ciyuanx_takes_a_stream_and_sends_plain_json() -> None:
    async with speaking_to("ciyuanx") as line:
        heard = await line.ask("generations", {"stream": True, "partial_images": 1})
    assert (heard.status, heard.kind) == (200, "application/json")
    assert heard.body["data"][0]["b64_json"]


async def test_new_api_fakes_a_stream_with_generation_events_on_edits_too() -> None:
    async with speaking_to("new-api") as line:
        heard = await line.ask("edits", {"stream": "true"})
    assert heard.kind == "text/event-stream"
    assert heard.text.startswith("event: image_generation.completed\n")
    assert heard.text.endswith("data: [DONE]\n\n")


async def test_new_api_loses_fields_it_does_not_know_without_a_word() -> None:
    async with speaking_to("new-api") as line:
        heard = await line.ask("generations", {"safety_identifier": "c0ffee", "anything": 1})
    assert heard.status == 200


async def test_a_local_server_wants_no_key_and_names_an_address() -> None:
    async with speaking_to("local-server") as line:
        heard = await line.ask("generations", {"model": "stable-diffusion-xl"}, key="")
    assert heard.body["data"][0]["url"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(("persona", "start"), [("aicentos", "![image](http"), ("new-api", "![image](data:image/png")])
async def test_a_conversation_holds_its_picture_as_markdown(persona: str, start: str) -> None:
    async with speaking_to(persona) as line:
        heard = await line.ask("chat", {})
    assert heard.body["choices"][0]["message"]["content"].startswith(start)


@pytest.mark.parametrize("persona", personas().values(), ids=lambda persona: persona.name)
def test_a_persona_says_where_it_was_read_and_when(persona: Persona) -> None:
    assert "2026-11" in persona.source or persona.source.startswith("no guide")
