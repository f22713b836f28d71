"""What every test gets: no way out of this machine, and the outside descriptions where they lie."""

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import cast

import pytest
from hypothesis import settings

from playground.discord import Actor, Channel, LocalDiscord
from playground.images.server import LocalImages
from playground.stage import Stage
from tests.canaries import CANARIES, interaction_tokens, leaked, leaked_to
from tests.effort import EFFORT

ROOT = Path(__file__).parents[1]
SPECS = ROOT.parent / "shared" / "specs"

settings.register_profile("suite", deadline=None, derandomize=True, max_examples=40 * EFFORT)
settings.load_profile("suite")


def _refuse_outside(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if not isinstance(address, tuple):
        return  # a path: a socket of this machine
    host = str(cast("tuple[object, ...]", address)[0])
    if host not in {"127.0.0.1", "::1", "localhost"}:
        raise PermissionError(f"a test tried to leave this machine: {host}")


def pytest_xdist_auto_num_workers() -> int:
    """Return what `-n auto` means: a test waits for sockets, disks and processes as long as it computes."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail whatever test lets a secret out: to the log, the output, a traceback, a channel, a database or a file."""
    report = yield
    if item.get_closest_marker("shows_secrets") is not None:
        return report
    funcargs = cast("dict[str, object]", getattr(item, "funcargs", {}))
    folder, stage = funcargs.get("tmp_path"), funcargs.get("stage")
    texts = [content for _, content in report.sections] + ([report.longreprtext] if report.failed else [])
    if call.when == "call" and isinstance(stage, Stage):
        texts.append(stage.discord.transcript())
    secrets = set(CANARIES)
    found = list[str]()
    if isinstance(folder, Path) and folder.is_dir() and call.when == "teardown":
        found += [f"{secret} in {path.name}" for path, secret in leaked_to(folder)]
        secrets |= interaction_tokens(folder)
    found += [f"{secret} in what was said" for text in texts for secret in leaked(text, secrets)]
    if found:
        report.outcome = "failed"
        report.longrepr = f"secrets were let out: {', '.join(sorted(set(found)))}"
    return report


def pytest_configure() -> None:
    sys.addaudithook(_refuse_outside)


def _spec(name: str, variable: str) -> Path | None:
    path = Path(os.getenv(variable) or SPECS / name)
    if path.is_file():
        return path
    if os.getenv("EASEL_REQUIRE_SPEC"):
        pytest.exit(f"{variable}: {path} is missing, and this run must not skip the schema checks", returncode=3)
    return None


def pytest_report_header() -> list[str]:
    found = _spec("discord-openapi.json", "DISCORD_SPEC")
    return [f"Discord's description: {'checked against' if found else 'schema check OFF'}"]


@pytest.fixture(scope="session")
def discord_spec() -> Path | None:
    """Discord's OpenAPI description, or None where it is not at hand (the schema check is then off)."""
    return _spec("discord-openapi.json", "DISCORD_SPEC")


@pytest.fixture(scope="session")
def images_spec() -> Path | None:
    """The Images API's description, or None where it is not at hand."""
    return _spec("images-openapi-gateway.json", "IMAGES_SPEC")


# -- who and what is on a test's `stage`, which its folder or file sets up ------------------------------------------


@pytest.fixture(name="discord")
def _discord(stage: Stage) -> LocalDiscord:
    return stage.discord


@pytest.fixture(name="images")
def _images(stage: Stage) -> LocalImages:
    return stage.images


@pytest.fixture(name="ana")
def _ana(discord: LocalDiscord) -> Actor:
    return discord.user("ana")


@pytest.fixture(name="ben")
def _ben(discord: LocalDiscord) -> Actor:
    return discord.user("ben")


@pytest.fixture(name="gallery")
def _gallery(discord: LocalDiscord) -> Channel:
    return discord.guild("Atelier").channel("gallery")
