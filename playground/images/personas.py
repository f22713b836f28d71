"""The gateways that profiles name, as data: what each takes and how it answers, from documents and never tried.

Source: image-api facts: section 1.4 where the five guides disagree, 1.2 and 2.3 for new-api, 3 for errors, 4 for chat
        (read 2026-11-20). Which of the five guides' gateways run new-api is not documented; their guides read like it,
        so they are given its voice. What a guide does not list is refused here, which is stricter than any may be.
"""

import json
from typing import Final

from playground.images.answers import answers
from playground.images.chat_shapes import markdown, spoken
from playground.images.endpoint import Endpoint
from playground.images.exchange import Exchange
from playground.images.models import Model, chat_models
from playground.images.persona import Persona, honest_persona
from playground.images.refusal import USER_ERROR
from playground.images.replies import Reply, whole
from playground.images.streams import faked, ignored
from playground.images.voices import FASTAPI, LITELLM, LOCALAI, NEW_API, OPENROUTER, No

_GENERATIONS: Final = frozenset({Endpoint.GENERATIONS})
_IMAGES: Final = frozenset({Endpoint.GENERATIONS, Endpoint.EDITS})
_CHAT: Final = frozenset({Endpoint.CHAT})
_CLASSIC: Final = ("1024x1024", "1536x1024", "1024x1536", "auto")
_OPAQUE: Final = ("auto", "opaque")

_LISTED: Final = frozenset(
    {"model", "prompt", "n", "size", "quality", "background", "output_format", "output_compression"}
)
"""What the guides' tables have in common; streams, moderation and a person's id are not in them."""

_TALK: Final = frozenset({"model", "messages", "stream"})

_NO_TRANSPARENCY: Final = No(
    status=400,
    message="Transparent background is not supported for this model.",
    kind=USER_ERROR,
    code="invalid_value",
)
"""GPT2Image-Pro#2, and sub2api#7150 of 2026-09-15."""

# What new-api's own struct holds (dto/openai_image.go); everything else vanishes from generations.
_NEW_API_FIELDS: Final = _LISTED | {
    "response_format", "style", "user", "extra_fields", "moderation", "partial_images", "stream", "images", "mask",
    "input_fidelity", "image", "watermark",
}  # fmt: skip


async def _unreadable_stream(exchange: Exchange) -> Reply:
    """Answer as LITELLM 1.106.2 does to `stream`: its upstream has painted by then."""
    await exchange.paint()
    said = {"message": "litellm.APIError: the stream could not be read", "type": None, "param": None, "code": "500"}
    return whole(json.dumps({"error": said}).encode(), status=500)


def personas() -> dict[str, Persona]:
    """Return every persona by name; a gateway spoken to in two ways has one name."""
    listed = (honest_persona(), *_first_hand(), *_guides(), *_software(), *_own())
    return {persona.name: persona for persona in listed}


def _first_hand() -> tuple[Persona, ...]:
    return (
        Persona(
            name="openai",
            title="OpenAI",
            source="openai-openapi 2.3.0, openai-python 3.52.0, developers.openai.com (read 2026-11-20)",
            chats=(),  # its model page: chat completions are not supported for gpt-image-2
        ),
    )


def _guides() -> tuple[Persona, ...]:
    return (
        Persona(
            name="aicentos",
            title="aicentos",
            source="aicentos.click/en/gpt-image-2 (read 2026-11-20)",
            voice=NEW_API,
            endpoints=_GENERATIONS | _CHAT,
            fields={Endpoint.GENERATIONS: _LISTED, Endpoint.CHAT: _TALK},
            values={"size": ("1024x1024",), "n": ("1",), "background": ("transparent", "white")},
            plain=answers()["only_created_and_data"].answer,
            chat=spoken(lambda drawn: markdown(drawn.link())),
        ),
        Persona(
            name="model-go",
            title="model-go",
            source="model-go-docs.pages.dev/en/image/gpt-image-2 (read 2026-11-20)",
            voice=NEW_API,
            endpoints=_GENERATIONS,
            fields={Endpoint.GENERATIONS: _LISTED},
            values={"size": _CLASSIC},
            plain=answers()["only_created_and_data"].answer,
        ),
        Persona(
            name="clauddy",
            title="Clauddy",
            source="docs.clauddy.com/en/image-gen/gpt-image-2.html (read 2026-11-20)",
            voice=NEW_API,
            endpoints=_IMAGES | _CHAT,
            fields={
                Endpoint.GENERATIONS: _LISTED,
                Endpoint.EDITS: _LISTED | {"input_fidelity"},
                Endpoint.CHAT: _TALK,
            },
            values={"size": (*_CLASSIC, "2048x2048")},
            has_json_edits=False,
            plain=answers()["usage_both_spellings"].answer,
            chat=spoken(lambda drawn: markdown(drawn.url)),
        ),
        Persona(
            name="qiuqiu",
            title="Qiuqiu Token",
            source="qiuqiutoken.com/docs/en/api/gpt-image-2.html (read 2026-11-20)",
            voice=NEW_API,
            endpoints=_IMAGES,
            fields={Endpoint.GENERATIONS: _LISTED | {"moderation"}, Endpoint.EDITS: _LISTED | {"input_fidelity"}},
            values={"size": _CLASSIC},
            has_json_edits=False,
            plain=answers()["only_created_and_data"].answer,
        ),
        Persona(
            name="ciyuanx",
            title="CiYuanX",
            source="ciyuanx.io/docs/en/guide/gpt-image2 (read 2026-11-20)",
            voice=NEW_API,
            endpoints=_IMAGES,
            fields={
                Endpoint.GENERATIONS: _LISTED | {"stream", "partial_images"},
                Endpoint.EDITS: _LISTED | {"stream", "partial_images"},
            },
            values={"n": ("1",), "background": _OPAQUE},
            has_json_edits=False,
            plain=answers()["usage_missing"].answer,
            streamed=ignored,
        ),
    )


def _software() -> tuple[Persona, ...]:
    gemini = Model(id="google/gemini-3.1-flash-image-preview", created_at=1772064000, needs_modalities=True)
    return (
        Persona(
            name="litellm",
            title="LiteLLM",
            source="LiteLLM 1.106.2, measured 2026-11-21",
            voice=LITELLM,
            endpoints=_IMAGES,
            has_json_edits=False,
            plain=answers()["explicit_nulls"].answer,
            streamed=_unreadable_stream,
        ),
        Persona(
            name="new-api",
            title="new-api",
            source="QuantumNous/new-api: dto/openai_image.go, relay, middleware (read 2026-11-20)",
            voice=NEW_API,
            endpoints=_IMAGES | _CHAT,
            fields={Endpoint.GENERATIONS: _NEW_API_FIELDS, Endpoint.CHAT: _TALK},
            is_dropping=True,
            values={"background": _OPAQUE},
            forbids={"size": "\u00d7"},
            says={"background": _NO_TRANSPARENCY},
            plain=answers()["usage_both_spellings"].answer,
            streamed=faked,
            chat=spoken(lambda drawn: markdown(drawn.url)),
        ),
        Persona(
            name="openrouter",
            title="OpenRouter",
            source="openrouter.ai/docs, image generation and errors (read 2026-11-21)",
            voice=OPENROUTER,
            endpoints=_CHAT,
            chats=(*(model for model in chat_models() if model.needs_modalities), gemini),
        ),
    )


def _own() -> tuple[Persona, ...]:
    return (
        Persona(
            name="local-server",
            title="a local OpenAI-compatible server",
            source="github.com/mudler/LocalAI, docs/features/image-generation (read 2026-11-21); no one guide",
            voice=LOCALAI,
            endpoints=_GENERATIONS,
            images=(Model(id="stable-diffusion-xl", created_at=1690329600),),
            fields={Endpoint.GENERATIONS: frozenset({"model", "prompt", "n", "size", "quality", "user"})},
            is_dropping=True,
            wants_key=False,
            plain=answers()["url"].answer,
        ),
        Persona(
            name="unknown",
            title="a gateway nobody described",
            source="no guide: the least that what calls itself OpenAI-compatible takes",
            voice=FASTAPI,
            endpoints=_IMAGES,
            fields={Endpoint.GENERATIONS: _LISTED, Endpoint.EDITS: _LISTED},
            values={"n": ("1",), "background": _OPAQUE},
            has_json_edits=False,
            plain=answers()["usage_missing"].answer,
        ),
    )
