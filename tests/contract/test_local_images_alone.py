"""`python -m playground.images` serves by itself and prints how to reach it."""

import asyncio
import sys

import aiohttp
import pytest


@pytest.mark.parametrize(
    ("persona", "key", "images"),
    [
        ("local-server", "none is wanted", "/images/generations, model stable-diffusion-xl"),
        ("model-go", "sk-offline-preview", "/images/generations, model gpt-image-2"),
        ("clauddy", "sk-offline-preview", "/images/generations and /images/edits, model gpt-image-2"),
    ],
)
async def test_it_prints_only_what_the_part_it_plays_has(persona: str, key: str, images: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground.images", "--persona", persona, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        lines = [(await process.stdout.readline()).decode() for _ in range(3)]
    finally:
        process.terminate()
        await process.wait()
    assert lines[1].removeprefix("key").strip() == key
    assert lines[2].removeprefix("images").strip() == images


async def test_it_prints_an_address_and_a_key_that_work() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground.images", "--latency-s", "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        base_url, key = [(await process.stdout.readline()).decode().split()[-1] for _ in range(2)]
        dialects = [(await process.stdout.readline()).decode().split()[0] for _ in range(3)]
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as client,
            client.get(f"{base_url}/models") as answer,
        ):
            models = await answer.json()
    finally:
        process.terminate()
        await process.wait()

    assert base_url.startswith("http://127.0.0.1:")
    assert dialects == ["images", "chat", "responses"]
    assert {"gpt-image-2", "gemini-2.5-flash-image", "gpt-5"} <= {model["id"] for model in models["data"]}
