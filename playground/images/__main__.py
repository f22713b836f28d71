"""Runs the local image gateway by itself, in all three dialects: `python -m playground.images`."""

import argparse
import asyncio
from contextlib import suppress
from pathlib import Path

from playground.images.endpoint import Endpoint
from playground.images.persona import Persona
from playground.images.personas import personas
from playground.images.server import LocalImages

_IMAGES = "images     /images/generations{edits}, model {model}\n"
_EDITS = " and /images/edits"
_NO_KEY = "none is wanted"
_CHAT = "chat       /chat/completions, model {model}\n"
_RESPONSES = "responses  /responses, model gpt-5 with the tool's model {model}\n"


def main() -> None:
    """Serve until interrupted, after printing the base URL, the key if one is wanted, and a model for each dialect."""
    parser = argparse.ArgumentParser(prog="python -m playground.images", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--latency-s", type=float, default=0.0, help="seconds each answer takes beside the painting")
    parser.add_argument("--spec", type=Path, help="OpenAPI description of the Images API to check against")
    known = personas()
    parser.add_argument("--persona", choices=list(known), default="honest", help="the gateway whose part it plays")
    given = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(given.port, given.latency_s, given.spec, known[given.persona]))


async def _serve(port: int, latency_s: float, spec: Path | None, persona: Persona) -> None:
    async with LocalImages(port=port, latency_s=latency_s, spec=spec, persona=persona) as images:
        key = images.api_key if persona.wants_key else _NO_KEY
        said = f"base URL   {images.base_url}\nkey        {key}\n{_dialects(persona)}"
        print(said, end="", flush=True)  # noqa: T201 - its product
        await asyncio.Event().wait()


def _dialects(persona: Persona) -> str:
    """Say which dialects it speaks, with a model for each."""
    ways = (
        (Endpoint.GENERATIONS, persona.images, _IMAGES),
        (Endpoint.CHAT, persona.chats, _CHAT),
        (Endpoint.RESPONSES, persona.images, _RESPONSES),
    )
    edits = _EDITS if Endpoint.EDITS in persona.endpoints else ""
    spoken = [
        said.format(model=models[0].id, edits=edits)
        for way, models, said in ways
        if models and way in persona.endpoints
    ]
    return "".join(spoken)


if __name__ == "__main__":
    main()
