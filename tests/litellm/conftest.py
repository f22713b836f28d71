"""One proxy for the run, and for each test a stage whose bot asks it; only `make test-litellm` runs these tests.

The proxy is an installation of its own, 0.7 GB: `EASEL_LITELLM` names its program, and without it nothing here is
collected.
"""

import os
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from playground.images.server import LocalImages
from playground.stage import Stage, StageOptions
from tests.litellm.differences import FLOWS
from tests.litellm.proxy import MASTER_KEY, Proxy, proxy_running

_LOG_LINES_SHOWN = 40

_program = os.getenv("EASEL_LITELLM")
collect_ignore_glob = [] if _program else ["test_*.py"]


def pytest_report_header() -> list[str]:
    return [f"LiteLLM: {_program or 'EASEL_LITELLM does not name it, so its tests are left out; make test-litellm'}"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        difference = FLOWS.get(getattr(item, "originalname", item.name))
        if difference and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xfail(reason=difference, strict=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the end of the proxy's log beside a failure."""
    report = yield
    proxy: object = getattr(item, "funcargs", {}).get("proxy")
    if report.failed and isinstance(proxy, Proxy):
        written = proxy.log.read_text(encoding="utf-8", errors="replace").splitlines()
        telling = [line for line in written if '" 200 OK' not in line]
        report.sections.append(("LiteLLM's log", "\n".join(telling[-_LOG_LINES_SHOWN:])))
    return report


@pytest.fixture(scope="session", name="proxy")
def _proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    assert _program is not None
    with proxy_running(Path(_program).absolute(), tmp_path_factory.mktemp("litellm")) as proxy:
        yield proxy


@pytest.fixture(name="stage")
async def _stage(
    tmp_path: Path, proxy: Proxy, discord_spec: Path | None, images_spec: Path | None
) -> AsyncIterator[Stage]:
    options = StageOptions(
        data_dir=tmp_path / "data",
        discord_spec=discord_spec,
        images_spec=images_spec,
        images_port=proxy.upstream_port,
    )
    through = {
        "images_base_url": proxy.base_url,
        "images_api_key": SecretStr(MASTER_KEY),
        "images_profile": "litellm",
    }
    async with Stage(options, log_level="warning", **through) as stage:
        await stage.start_bot()
        yield stage
        stage.images.script.clear()
    assert not stage.discord.violations, stage.discord.transcript()
    assert not stage.images.violations


@pytest.fixture(name="upstream")
async def _upstream(proxy: Proxy, images_spec: Path | None) -> AsyncIterator[LocalImages]:
    """The gateway behind the proxy, without a bot."""
    async with LocalImages(spec=images_spec, port=proxy.upstream_port) as images:
        yield images
    assert not images.violations
