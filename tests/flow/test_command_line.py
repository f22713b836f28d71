"""`python -m bot` as a host runs it: a real process, its output and its exit code."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.discord import LocalDiscord
from playground.images.server import LocalImages

ROOT = Path(__file__).parents[2]
CANARY = "canary-token-0815"


@pytest.fixture(name="discord")
async def _discord(discord_spec: Path | None) -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord(discord_spec) as discord:
        yield discord


@pytest.fixture(name="images")
async def _images() -> AsyncIterator[LocalImages]:
    async with LocalImages() as images:
        yield images


def _environment(discord: LocalDiscord, images: LocalImages, data_dir: Path, **changes: str) -> dict[str, str]:
    return {
        "PATH": os.getenv("PATH", ""),
        "SYSTEMROOT": os.getenv("SYSTEMROOT", ""),
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "IMAGES_BASE_URL": images.base_url,
        "IMAGES_API_KEY": images.api_key,
        "MEDIA_ORIGINS": f"{discord.origin},{images.origin}",
        "DATA_DIR": str(data_dir),
        **changes,
    }


async def _start(environment: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe
    )


async def _check(environment: dict[str, str]) -> tuple[int | None, str]:
    process = await _start(environment, "check")
    out, err = await process.communicate()
    return process.returncode, (out + err).decode()


async def test_check_says_that_all_is_well(discord: LocalDiscord, images: LocalImages, tmp_path: Path) -> None:
    code, said = await _check(_environment(discord, images, tmp_path))
    assert code == 0, said
    for words in ("logged in as Easel", "install link: https://discord.com/", "SQLite", "GiB free", "All is well."):
        assert words in said
    assert str(discord.application_id) in said
    assert len(images.posts) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"DISCORD_TOKEN": CANARY}, ["DISCORD_TOKEN", "developer portal"]),
        ({"DISCORD_TOKEN": ""}, ["DISCORD_TOKEN: missing"]),
        ({"IMAGES_API_KEY": CANARY}, ["gateway", "key"]),
        ({"IMAGES_API_KEY": ""}, ["IMAGES_API_KEY"]),
        ({"IMAGES_BASE_URL": "http://127.0.0.1:9"}, ["cannot be reached"]),
        ({"DISCORD_API_URL": "http://127.0.0.1:9/api/v10"}, ["cannot be reached", "DISCORD_API_URL"]),
        ({"DATABASE_URL": "mysql://x/y"}, ["DATABASE_URL"]),
        ({"WEB_PORT": CANARY, "DISCORD_API_URL": "foo"}, ["WEB_PORT", "DISCORD_API_URL"]),
        ({"IMAGES_SIZE": "banana"}, ["IMAGES_SIZE"]),
        ({"IMAGES_QUALITY": "superb"}, ["IMAGES_QUALITY"]),
        ({"MESSAGE_CONTENT": "true"}, ["MESSAGE_CONTENT", "Message Content intent"]),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_check_names_what_is_wrong_and_how_to_mend_it(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path, changes: dict[str, str], words: list[str]
) -> None:
    code, said = await _check(_environment(discord, images, tmp_path, **changes))
    assert code == 78, said
    for word in words:
        assert word in said
    assert CANARY not in said
    assert "Traceback" not in said


GATEWAYS = """
[[gateway]]
slug = "good"
title = "The good one"
base_url = "{base_url}"
key_env = "GOOD_KEY"
[[gateway.model]]
id = "gpt-image-2"

[[gateway]]
slug = "bad"
title = "The bad one"
base_url = "{base_url}"
key_env = "BAD_KEY"
[[gateway.model]]
id = "gpt-image-1.5"
"""


async def test_check_looks_at_every_gateway_of_the_file_and_says_what_is_not_read(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GATEWAYS.format(base_url=images.base_url))
    changes = {"GATEWAYS_FILE": str(path), "GOOD_KEY": images.api_key, "BAD_KEY": CANARY}
    code, said = await _check(_environment(discord, images, tmp_path, **changes))
    assert code == 78, said
    for words in (
        "mine.toml: good, bad. The settings of one gateway are not read",
        "IMAGES_BASE_URL is set and has no effect",
        "IMAGES_API_KEY is set and has no effect",
        "The good one takes the key and offers gpt-image-2.",
        "The bad one does not accept the key",
    ):
        assert words in said
    assert CANARY not in said
    assert len(images.posts) == 0


async def test_the_playground_offers_the_gateways_of_the_file_beside_its_own(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GATEWAYS.format(base_url=images.base_url).replace('"good"', '"local"'))
    changes = {"GATEWAYS_FILE": str(path), "GOOD_KEY": images.api_key, "BAD_KEY": CANARY, "DISCORD_TOKEN": ""}
    pipe, arguments = asyncio.subprocess.PIPE, ("-m", "playground", "--port", "0", "--data-dir", str(tmp_path / "data"))
    environment = {**_environment(discord, images, tmp_path, **changes), "PYTHONUNBUFFERED": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env=environment, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    said = ""
    try:
        while "Your own gateway was found" not in said:
            line = (await process.stdout.readline()).decode()
            assert line, said
            said += line
    finally:
        process.terminate()
        rest, _ = await process.communicate()
    assert f"also offers the models of your own gateways (The good one, The bad one), {images.origin}." in said
    assert CANARY not in said + rest.decode()


async def test_check_says_what_is_wrong_in_the_file(discord: LocalDiscord, images: LocalImages, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GATEWAYS.format(base_url=images.base_url).replace("key_env", "key"))
    code, said = await _check(_environment(discord, images, tmp_path, GATEWAYS_FILE=str(path)))
    assert code == 78, said
    assert 'mine.toml, gateway "good": key is no field here. Write key_env' in said
    assert 'mine.toml, gateway "bad": key is no field here' in said
    assert "Traceback" not in said


async def test_a_run_without_a_token_says_what_to_do(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    process = await _start(_environment(discord, images, tmp_path, DISCORD_TOKEN=""), "run")
    _, err = await process.communicate()
    assert process.returncode == 78
    assert "DISCORD_TOKEN" in err.decode()
    assert "Traceback" not in err.decode()


async def test_a_run_that_cannot_reach_discord_says_so(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    nowhere = _environment(discord, images, tmp_path, DISCORD_API_URL="http://127.0.0.1:9/api/v10")
    process = await _start(nowhere, "run")
    _, err = await process.communicate()
    assert process.returncode == 69
    assert "Discord cannot be reached" in err.decode()
    assert "aiohttp" not in err.decode()  # no traceback of the attempt


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to stop a process gently")
@pytest.mark.timeout(60)
async def test_two_processes_do_not_share_a_database_and_a_signal_ends_one_well(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    environment = _environment(discord, images, tmp_path)
    first = await _start(environment, "run")
    try:
        await discord.connected(timeout_s=30)
        second = await _start(environment, "run")
        _, err = await second.communicate()
        assert second.returncode == 75, err.decode()
        assert str(first.pid) in err.decode()
        assert "Traceback" not in err.decode()
    finally:
        first.terminate()
        _, err = await first.communicate()
    assert first.returncode == 0, err.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to stop a process gently")
@pytest.mark.timeout(60)
async def test_a_second_signal_cuts_off_what_runs_without_a_traceback(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    images.script.hold()
    bot = await _start(_environment(discord, images, tmp_path, IMAGES_PROFILE="local"), "run")
    assert bot.stderr is not None
    try:
        await discord.connected(timeout_s=30)
        await discord.user("ana").slash(discord.guild("Atelier").channel("gallery"), "imagine", prompt="a red fox")
        await images.arrived(1)
        bot.terminate()
        said = b""
        while b"waiting for running calls" not in said:
            said += await bot.stderr.readline()
    finally:
        bot.terminate()
        _, rest = await bot.communicate()
    assert bot.returncode == 0
    assert b"Traceback" not in said + rest
