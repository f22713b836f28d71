"""Calls as the orders make them, through LiteLLM or straight to the gateway behind it, and what became of each."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from pydantic import SecretStr

from bot.errors import CallFailed
from bot.gateways.configuration import config_from
from bot.gateways.fetch import open_downloader
from bot.gateways.gateway import open_gateway
from bot.model import Billed, OrderKind
from bot.settings import load
from playground.images.cases import Case
from playground.images.posts import Post
from playground.images.server import LocalImages
from tests.contract.image_calls import Caller
from tests.litellm.differences import Verdict

_AT_ONCE: Final = 16
# LiteLLM keeps connections, and now and then sends a call over one that the failing upstream has just closed: it is
# answered with 500 and never arrives, which says nothing about the case.
_TRIES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of one call, and the POSTs that reached the upstream for it."""

    verdict: Verdict
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to the upstream: an address with its key, and what it calls the model."""

    base_url: str
    key: str
    model: str
    profile: str = "litellm"


@asynccontextmanager
async def asking(folder: Path, way: Way) -> AsyncGenerator[Caller]:
    """Open a gateway at this address."""
    settings = load(
        None,
        images_base_url=way.base_url,
        images_api_key=SecretStr(way.key),
        images_model=way.model,
        images_profile=way.profile,
    )
    async with (
        open_downloader(frozenset(), attempts=1) as downloader,
        open_gateway(config_from(settings), downloader) as gateway,
    ):
        yield Caller(gateway=gateway, folder=folder)


async def ask_each(
    folder: Path, way: Way, upstream: LocalImages, kind: OrderKind, cases: Iterable[Case]
) -> dict[str, Came]:
    """Make one call for each case, several at once, and say what came of it, by name.

    Each is told by its prompt; the upstream's script is cleared at the end, its log is not. A call that never reached
    the upstream is made once more.
    """
    gate, before = asyncio.Semaphore(_AT_ONCE), len(upstream.posts)

    async def ask(case: Case) -> tuple[str, Came]:
        prompt, posts = f"<{case.name}>", ()
        upstream.script.add(replace(case.behaviour, prompt=prompt, times=None))
        async with gate:
            for _ in range(_TRIES):
                verdict = await verdict_of(folder, way, kind, prompt)
                posts = tuple(post for post in upstream.posts[before:] if post.fields.get("prompt") == prompt)
                if posts:
                    return case.name, Came(verdict=verdict, posts=posts)
        raise AssertionError(f"{case.name} never reached the gateway behind {way.base_url}")

    came = await asyncio.gather(*map(ask, cases))
    upstream.script.clear()
    return dict(came)


async def verdict_of(folder: Path, way: Way, kind: OrderKind, prompt: str) -> Verdict:
    """Make one call with this prompt, an edit with a picture of its own, and judge what comes.

    The gateway is opened anew for it, since one that failed is left alone for a while.
    """
    own = folder / uuid4().hex
    own.mkdir()
    async with asking(own, way) as caller:
        came = await caller.paint(replace(caller.call(kind), prompt=prompt))
    if not isinstance(came, CallFailed):
        return Verdict(reason=None, billed=Billed.YES)
    return Verdict(reason=came.failure.reason, billed=came.failure.billed, may_be_repeated=came.retriable)
