"""Easel's way of receiving pictures as one function, for measuring it beside another client.

It is the production path: the images dialect over its keyed session, the streaming decoder with strict base64 and
its bounds, SHA-256 while writing, fsync, and the rename into the picture files. The full decode of every picture
is not part of it: that runs in the darkroom's worker processes, whoever received the bytes.
"""

import asyncio
import itertools
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

from pydantic import SecretStr

from bot.gateways.configuration import GatewayConfig, ModelConfig
from bot.gateways.endpoints import understand
from bot.gateways.fetch import open_downloader
from bot.gateways.gateway import ImagesGateway, open_gateway
from bot.gateways.profiles import profile_for
from bot.model import OrderKind, PaintCall, Plan, Scalar
from bot.store.files import Files

PROMPT = "a lighthouse in a storm, oil on canvas"
MODEL = "gpt-image-2"

_numbers = itertools.count(1)
_opened: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], "_Opened"]] = WeakKeyDictionary()


async def generate(base_url: str, api_key: str, n: int, size: str) -> list[Path]:
    """Ask for `n` pictures in one paid call, and return their files, stored by hash in a folder of this process.

    As in the bot, all calls of one event loop share a gateway's sessions and the gate that reads four large answers
    at once; they close with the loop. Errors: `bot.errors.CallFailed`.
    """
    several: dict[str, Scalar] = {"n": n} if n > 1 else {}
    return await paint(base_url, api_key, {"model": MODEL, "size": size, **several})


async def paint(base_url: str, api_key: str, parameters: dict[str, Scalar]) -> list[Path]:
    """Make one call with exactly these parameters and store what comes."""
    opened = _opened.setdefault(asyncio.get_running_loop(), {})
    if (base_url, api_key) not in opened:
        opened[base_url, api_key] = _Opened(base_url, api_key)
    gateway = await opened[base_url, api_key].gateway
    files = await _picture_files()
    call = PaintCall(
        key=f"BENCHMARK-{next(_numbers)}",
        plan=Plan(gateway=gateway.slug, dialect="images", model=MODEL, parameters=parameters),
        kind=OrderKind.GENERATE,
        prompt=PROMPT,
        inputs=(),
        mask=None,
        folder=files.incoming,
    )
    receipt = await gateway.paint(call, _ignore)
    for file in receipt.files:
        await files.adopt(file.path, file.sha256)
    return [await files.open_path(file.sha256) for file in receipt.files]


class _Opened:
    """A gateway that stays open in a task of its own, which `asyncio.run` cancels at its end."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self.gateway: asyncio.Future[ImagesGateway] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._stay_open(_config(base_url, api_key)))

    async def _stay_open(self, config: GatewayConfig) -> None:
        async with open_downloader(frozenset()) as downloader, open_gateway(config, downloader) as gateway:
            self.gateway.set_result(gateway)
            await asyncio.Event().wait()


def _config(base_url: str, api_key: str) -> GatewayConfig:
    endpoints = understand(base_url)
    return GatewayConfig(
        slug="measured",
        title="measured",
        endpoints=endpoints,
        key=SecretStr(api_key),
        models=(ModelConfig(id=MODEL),),
        profile=profile_for(endpoints.generations),
    )


async def _ignore(_: Path) -> None:
    return None


async def _picture_files() -> Files:
    files = _files()
    if not files.incoming.exists():
        await files.prepare()
    return files


@cache
def _files() -> Files:
    """Return the picture files of this process, on disk: a tmpfs would count as memory in a container."""
    return Files(Path(tempfile.mkdtemp(prefix="easel-measured-")), _unknown_size, _now)


async def _unknown_size(_: str) -> int | None:
    return None


def _now() -> datetime:
    return datetime.now(UTC)
