"""`python -m bot` as a host runs it: a real process, its output and its exit code."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.gateways.configuration import configs_from
from bot.model import Learned
from bot.settings import load
from bot.store import Database
from playground.discord import LocalDiscord
from playground.images.errors import errors
from playground.images.server import LocalImages
from playground.open import CHAT_MODEL, RESPONSES_MODEL

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
        ({"DISCORD_TOKEN": CANARY, "IMAGES_API_KEY": CANARY}, ["DISCORD_TOKEN", "developer portal", "gateway", "key"]),
        (
            {"DISCORD_TOKEN": "", "IMAGES_API_KEY": "", "DATABASE_URL": "mysql://x/y"},
            ["DISCORD_TOKEN: missing", "IMAGES_API_KEY", "DATABASE_URL"],
        ),
        (
            {"IMAGES_BASE_URL": "http://127.0.0.1:9", "DISCORD_API_URL": "http://127.0.0.1:9/api/v10"},
            ["cannot be reached", "IMAGES_BASE_URL", "DISCORD_API_URL"],
        ),
        ({"WEB_PORT": CANARY, "DISCORD_API_URL": "foo"}, ["WEB_PORT", "DISCORD_API_URL"]),
        ({"IMAGES_SIZE": "banana", "IMAGES_QUALITY": "superb"}, ["IMAGES_SIZE", "IMAGES_QUALITY"]),
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


@pytest.mark.parametrize(
    ("size", "code"), [("", 0), ("1024x1024", 0), ("banana", 78)], ids=["no size", "a size", "a wrong size"]
)
async def test_a_first_model_that_only_edits_is_held_against_what_is_set(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path, size: str, code: int
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GATEWAYS.format(base_url=images.base_url).replace('2"', '2"\ngenerate = false'))
    keys = {"GOOD_KEY": images.api_key, "BAD_KEY": images.api_key}
    found, said = await _check(
        _environment(discord, images, tmp_path, GATEWAYS_FILE=str(path), IMAGES_SIZE=size, **keys)
    )
    assert (found, "IMAGES_SIZE: gpt-image-2 does not offer it" in said) == (code, code == 78), said


async def test_the_playground_offers_the_gateways_of_the_file_beside_its_own(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GATEWAYS.format(base_url=images.base_url).replace('"good"', '"local"'))
    changes = {"GATEWAYS_FILE": str(path), "GOOD_KEY": images.api_key, "BAD_KEY": CANARY, "DISCORD_TOKEN": ""}
    pipe, arguments = asyncio.subprocess.PIPE, ("-m", "playground", "--port", "0", "--data-dir", str(tmp_path / "data"))
    environment = _environment(discord, images, tmp_path, **changes)
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
        page = next(word for word in said.split() if word.endswith("/play"))
        async with aiohttp.ClientSession() as session, session.get(f"{page}/state") as answer:
            foot = " ".join((await answer.json())["notices"])
    finally:
        process.terminate()
        rest, _ = await process.communicate()
    assert f"also offers the models of your own gateways (The good one, The bad one), {images.origin}." in said
    for model in (CHAT_MODEL, RESPONSES_MODEL):
        assert model in foot
    assert "which costs money" in foot
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


# -- check --paid -----------------------------------------------------------------------------------------------------


async def _paid(environment: dict[str, str], *arguments: str, typed: bytes | None = None) -> tuple[int | None, str]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "check", "--paid", *arguments,
        cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe,
    )  # fmt: skip
    out, err = await process.communicate(typed)
    return process.returncode, (out + err).decode()


@pytest.mark.timeout(120)
async def test_a_paid_check_shows_price_progress_and_table(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    environment = _environment(discord, images, tmp_path, IMAGES_PROFILE="local")
    code, said = await _paid(environment, "--yes")
    assert code == 0, said
    assert said.index("Paid calls: 16") < said.index("step 2 of 17, small picture") < said.index("verdict")
    assert "Price: about $0.00." in said
    assert "17 of 17 steps, 15 work, 2 accepted." in said
    assert "Everything is as profile and configuration say." in said
    assert "**" not in said
    assert "`" not in said
    (folder,) = (tmp_path / "check").iterdir()
    assert f"Pictures: {folder}" in said
    assert (folder / "06-mask.png").exists()
    assert (folder / "report.txt").read_text(encoding="utf-8") in said
    assert len(images.posts) == 16


async def test_a_paid_check_asks_for_nothing_less_than_a_yes(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    environment = _environment(discord, images, tmp_path, IMAGES_PROFILE="local")
    code, said = await _paid(environment, typed=b"y\n")  # no terminal: nobody reads the price there
    assert code == 64, said
    assert "Paid calls: 16" in said
    assert "Add --yes" in said
    assert "Traceback" not in said
    assert len(images.posts) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize(("typed", "code", "posts"), [(b"n\n", 0, 0), (b"\n", 0, 0), (b"y\n", 78, 1)])
async def test_a_paid_check_at_a_terminal_asks_first(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path, typed: bytes, code: int, posts: int
) -> None:
    images.script.add(errors()["quota_new_api"].behaviour)  # one call is enough to see the yes
    ours, theirs = os.openpty()
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "check", "--paid", "--model", "gpt-image-2",
            cwd=ROOT, env=_environment(discord, images, tmp_path, IMAGES_PROFILE="local"),
            stdin=theirs, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        os.write(ours, typed)
        out, err = await process.communicate()
    finally:
        os.close(ours)
        os.close(theirs)
    said = (out + err).decode()
    assert process.returncode == code, said
    assert "Start it? [y/N]" in said
    assert ("Nothing was sent." in said) == (posts == 0)
    assert len(images.posts) == posts


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
async def test_a_paid_check_does_no_more_than_was_agreed_to(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    given = load(None, images_base_url=images.base_url, images_api_key=images.api_key, images_profile="local")
    (config,) = configs_from(given)
    now = datetime.now(UTC)
    database = f"sqlite:///{(tmp_path / 'easel.sqlite3').as_posix()}"
    async with Database.open(database, tmp_path, lambda: now) as store:
        refused = Learned(model="gpt-image-2", capability="backgrounds", value="transparent", reason="not supported")
        await store.learned.remember(config.slug, config.address, [refused], now)
    images.script.add(errors()["quota_new_api"].behaviour)  # one call is enough
    ours, theirs = os.openpty()
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "check", "--paid", "--model", "gpt-image-2",
            cwd=ROOT, env=_environment(discord, images, tmp_path, IMAGES_PROFILE="local"),
            stdin=theirs, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        asked = await process.stdout.readuntil(b"[y/N]")
        with sqlite3.connect(tmp_path / "easel.sqlite3") as known:
            assert known.execute("DELETE FROM learned").rowcount == 1  # as when a refusal is believed no longer
        os.write(ours, b"y\n")
        out, err = await process.communicate()
    finally:
        os.close(ours)
        os.close(theirs)
    assert "Paid calls: 15" in asked.decode()
    assert "step 2 of 16, small picture" in out.decode(), (out + err).decode()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--gateway", "nowhere", "--yes"], 64, "There is: local"),
        (["--model", "painter", "--yes"], 64, "It has: gpt-image-2"),
    ],
)
async def test_a_paid_check_of_what_is_not_configured_says_what_is(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    environment = _environment(discord, images, tmp_path, IMAGES_PROFILE="local")
    ended, said = await _paid(environment, *arguments)
    assert (ended, len(images.posts)) == (code, 0), said
    assert words in said
    assert "Traceback" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to a process")
@pytest.mark.timeout(60)
async def test_ctrl_c_ends_a_paid_check_with_what_it_has_and_a_word_about_the_running_call(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    environment = _environment(discord, images, tmp_path, IMAGES_PROFILE="local")
    process = await _start(environment, "check", "--paid", "--yes")
    images.script.hold()
    await images.arrived(1)
    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()
    said = (out + err).decode()
    assert process.returncode == 130, said
    assert "Stopped." in said
    assert "The running call may be billed" in said
    assert "1 of 17 steps, 1 work. It was cut off" in said
    assert "Traceback" not in said
    assert len(images.posts) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to a process")
@pytest.mark.timeout(60)
async def test_ctrl_c_during_the_free_look_says_nothing_of_money(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    asked = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()  # until the other side hangs up
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as mute:
        address = f"http://127.0.0.1:{mute.sockets[0].getsockname()[1]}/v1"
        environment = _environment(discord, images, tmp_path, IMAGES_PROFILE="local", IMAGES_BASE_URL=address)
        process = await _start(environment, "check", "--paid", "--yes")
        await asked.wait()
        (folder,) = (tmp_path / "check").iterdir()
        (folder / "report.txt").mkdir()  # nothing can be written in its place
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    said = (out + err).decode()
    assert process.returncode == 130, said
    assert "0 of 17 steps, 0 work. It was ended early." in said
    assert "This table could not be kept" in said
    assert "Traceback" not in said
    assert "Nothing was billed." in said
    assert "may be billed" not in said
    assert "may have been billed" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to stop a process gently")
@pytest.mark.timeout(60)
async def test_a_paid_check_beside_the_bot_points_to_the_command(
    discord: LocalDiscord, images: LocalImages, tmp_path: Path
) -> None:
    environment = _environment(discord, images, tmp_path, IMAGES_PROFILE="local")
    bot = await _start(environment, "run")
    try:
        await discord.connected(timeout_s=30)
        code, said = await _paid(environment, "--yes")
        assert code == 75, said
        assert "/gateway check" in said
        assert len(images.posts) == 0
    finally:
        bot.terminate()
        await bot.communicate()
