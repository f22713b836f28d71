"""The stage: a local Discord, a local image gateway and the unmodified bot between them, for people and for tests."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from bot.app import GatewayConfig, Seams, run
from bot.settings import Settings, load
from playground.discord import Address, LocalDiscord
from playground.discord.page import Page
from playground.images.server import LocalImages

READY_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOptions:
    """What a stage is set up with; ports of 0 are chosen by the system."""

    data_dir: Path
    discord_spec: Path | None = None
    images_spec: Path | None = None
    discord_port: int = 0
    images_port: int = 0
    latency_s: float = 0.0
    notices: tuple[str, ...] = ()  # plain sentences at the foot of the page
    more_gateways: tuple[GatewayConfig, ...] = ()
    seams: Seams = field(default_factory=Seams)


class Stage:
    """`async with Stage(options) as stage:` opens both servers; `start_bot` brings the bot to them.

    The bot runs in this very loop through `bot.app.run`, with settings that point at the two servers.
    """

    def __init__(self, options: StageOptions, **settings: object) -> None:
        self._options = options
        self._overrides = settings
        self._more_gateways = options.more_gateways
        self._exit = AsyncExitStack()
        self._bot: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self.discord = LocalDiscord(options.discord_spec, address=Address(port=options.discord_port))
        self.discord.mount("/play", Page(self.discord, options.notices).application())
        self.images = LocalImages(spec=options.images_spec, port=options.images_port, latency_s=options.latency_s)

    async def __aenter__(self) -> Self:
        await self._exit.enter_async_context(self.images)
        await self._exit.enter_async_context(self.discord)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop_bot()
        await self._exit.aclose()

    @property
    def data_dir(self) -> Path:
        """Return where the bot keeps its database and pictures."""
        return self._options.data_dir

    def settings(self) -> Settings:
        """Return the settings the bot gets here; nothing of the environment's Discord or gateway is read."""
        values: dict[str, object] = {
            "discord_token": SecretStr(self.discord.token),
            "discord_api_url": self.discord.api_url,
            "discord_gateway_url": self.discord.gateway_url,
            "images_base_url": self.images.base_url,
            "images_api_key": SecretStr(self.images.api_key),
            "images_model": "gpt-image-2",
            "images_profile": "local",
            "gateways_file": None,
            "media_origins": frozenset({self.discord.origin, self.images.origin}),
            "data_dir": self._options.data_dir,
            **self._overrides,
        }
        return load(None, **values)

    def offer(self, *gateways: GatewayConfig) -> None:
        """Offer further gateways from the bot's next start on, such as those that need the servers' addresses."""
        self._more_gateways += gateways

    async def start_bot(self) -> None:
        """Start the bot and return once it is ready; an error of its start is raised here."""
        ready = asyncio.Event()
        self._stop = asyncio.Event()
        work = run(
            self.settings(),
            stop=self._stop,
            on_ready=ready.set,
            more_gateways=self._more_gateways,
            seams=self._options.seams,
        )
        self._bot = asyncio.create_task(work, name="bot")
        waiting = asyncio.create_task(ready.wait())
        try:
            async with asyncio.timeout(READY_TIMEOUT_S):
                await asyncio.wait({self._bot, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if self._bot.done():
            await self._bot

    def begin_stop(self) -> None:
        """Ask the bot to stop, as SIGTERM would, without waiting."""
        self._stop.set()

    async def stop_bot(self) -> None:
        """Stop the bot as SIGTERM would, and wait until it is gone."""
        if self._bot is None:
            return
        self._stop.set()
        bot, self._bot = self._bot, None
        await bot

    async def kill_bot(self) -> None:
        """Cut the bot off where it stands: no draining, nothing posted, nothing written any more."""
        if self._bot is None:
            return
        bot, self._bot = self._bot, None
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot

    async def restart_bot(self, between: Callable[[], None] | None = None) -> None:
        """Stop the bot, do something while it is away, and start it again on the same data."""
        await self.stop_bot()
        if between is not None:
            between()
        await self.start_bot()

    @property
    def bot(self) -> asyncio.Task[None] | None:
        """Return the running bot's task; it ends when the bot does."""
        return self._bot
