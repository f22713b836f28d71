"""The composition root: opens every resource in order, wires the rooms, and closes in reverse with the bot innermost.

The only file that knows everyone.
"""

import asyncio
import hmac
import os
import random
import secrets
import shutil
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import aiohttp
import discord
import structlog

from bot import logs
from bot.client import Client, SyncMemory
from bot.delivery import Checking, CommandTranslator, Delivery, Reception, Services, Wordbook, answer_error
from bot.discord_endpoints import point
from bot.errors import ConfigurationError, OptionRefused, StartupError, Unreachable
from bot.gateways.configuration import GatewayConfig, configs_from
from bot.gateways.fetch import open_downloader
from bot.gateways.gate import ReadingGate
from bot.gateways.gateway import ImagesGateway, open_gateway
from bot.imaging import Darkroom
from bot.model import Options, OrderKind, Scope, UserId, Wish
from bot.orders.changes import LocalChanges
from bot.orders.ids import new_id
from bot.orders.place import HostDefaults
from bot.orders.studio import Studio, Tools
from bot.settings import Settings
from bot.signals import stopping
from bot.store import Database
from bot.web.page import Page
from cogs import all_cogs

__all__ = ["GatewayConfig", "Seams", "Settings", "StartupError", "configs_from", "run", "stopping"]

VERSION = "0.1.0"
CHECK_FOLDER = "check"
COMMANDS_KEY = "commands_digest"
CLOSE_DISCORD_S = 5.0
LOW_DISK_BYTES = 512 * 1024**2
SWITCH_S = 0.0005
"""How long a thread keeps the interpreter while others wait (CPython's default is 5 ms). Each database statement goes
to a thread and back several times, so that under load the default alone made an acknowledgement wait for 0.9 s."""

log = structlog.stdlib.get_logger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """Time, chance and the way out to Discord, as a test may replace them.

    `first_backoff_s` is the wait before an unbilled call is made once more.
    """

    clock: Callable[[], datetime] = _utc_now
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    jitter: random.Random = field(default_factory=random.Random)
    connector: aiohttp.BaseConnector | None = None
    first_backoff_s: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything that is open while the bot runs."""

    settings: Settings
    client: Client
    studio: Studio
    delivery: Delivery
    checking: Checking

    async def work(self, token: str, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
        """Run until `stop` is set or a part ends, then take nothing further, finish what runs and say goodbye.

        Errors: whatever ended a part; Discord's refusal of the token or an intent as `ConfigurationError`.
        """
        stopping = asyncio.create_task(stop.wait(), name="stop")
        studio = asyncio.create_task(self.studio.run(), name="studio")
        delivery = asyncio.create_task(self.delivery.run(), name="delivery")
        discord = asyncio.create_task(self._connect(token), name="discord")
        ready = asyncio.create_task(self._tell(on_ready), name="ready")
        parts = {studio, delivery, discord}
        try:
            await asyncio.wait({stopping, *parts}, return_when=asyncio.FIRST_COMPLETED)
            await self._drain(studio)
        finally:
            ready.cancel()
            stopping.cancel()
            delivery.cancel()
            studio.cancel()
            await self.checking.cut()
            await self.client.close()
            await asyncio.wait({ready, stopping, *parts})
        for part in parts:
            if not part.cancelled() and (error := part.exception()):
                raise error

    async def _drain(self, studio: asyncio.Task[None]) -> None:
        """Take and claim nothing further; give running calls, then their posts, time to finish."""
        self.studio.close()
        running = self.studio.running
        if running:
            log.info("closing: waiting for running calls", running=running)
        checks = asyncio.create_task(self.checking.finish(self.settings.drain_s), name="check-ups")
        await asyncio.wait({studio}, timeout=self.settings.drain_s)
        await checks
        if not studio.done():
            log.warning("closing: calls are cut off, their outcome is unknown", running=self.studio.running)
            return
        await self.delivery.settle(CLOSE_DISCORD_S)

    async def _connect(self, token: str) -> None:
        try:
            await self.client.start(token)
        except discord.LoginFailure as error:
            raise ConfigurationError(
                "DISCORD_TOKEN: Discord does not know this token. Copy it anew from the developer portal, page Bot."
            ) from error
        except discord.PrivilegedIntentsRequired as error:
            raise ConfigurationError(
                "MESSAGE_CONTENT: the Message Content intent is not switched on for this application. "
                "Switch it on in the developer portal, page Bot, or set MESSAGE_CONTENT=false."
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(
                f"Discord cannot be reached ({type(error).__name__}). Check the network, and DISCORD_API_URL and "
                "DISCORD_GATEWAY_URL if they are set."
            ) from error

    async def _tell(self, on_ready: Callable[[], None]) -> None:
        await self.client.wait_until_connected()
        log.info("ready", servers=len(self.client.guilds))
        on_ready()


async def run(
    settings: Settings,
    *,
    stop: asyncio.Event,
    on_ready: Callable[[], None] = lambda: None,
    more_gateways: tuple[GatewayConfig, ...] = (),
    seams: Seams | None = None,
) -> None:
    """Run the bot until `stop` is set; a call under way then has `DRAIN_S` to finish.

    Errors: `StartupError` with one sentence per problem.
    """
    if settings.discord_token is None:
        raise ConfigurationError(
            "DISCORD_TOKEN: missing. Copy the bot's token from Discord's developer portal into .env, "
            "or run `make run` without one to open the playground."
        )
    async with open_app(settings, more_gateways, seams or Seams()) as app:
        await app.work(settings.discord_token.get_secret_value(), stop, on_ready)


@asynccontextmanager
async def open_app(settings: Settings, more_gateways: tuple[GatewayConfig, ...], seams: Seams) -> AsyncGenerator[App]:
    """Open every resource in order and yield the wired rooms; closing runs in reverse."""
    sys.setswitchinterval(SWITCH_S)
    keys = (config.key.get_secret_value() for config in more_gateways)
    hidden = (*settings.secrets(), *filter(None, keys))
    logs.configure(level=settings.log_level, style=settings.log_format, secrets=hidden)
    point(settings.discord_api_url, settings.discord_gateway_url)
    data_dir = _made(settings.data_dir)
    configs = (*configs_from(settings), *more_gateways)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Database.open(settings.effective_database_url, data_dir, seams.clock))
        darkroom = await stack.enter_async_context(Darkroom())
        downloader = await stack.enter_async_context(open_downloader(settings.media_origins))
        gate, gateways = ReadingGate(), dict[str, ImagesGateway]()
        for config in configs:
            known = await store.learned.load(config.slug, config.address, seams.clock())
            taught = replace(config, learned=(*config.learned, *known))
            opened = open_gateway(taught, downloader, gate, seams.clock)
            gateways[config.slug] = await stack.enter_async_context(opened)
        check_defaults(settings, gateways[configs[0].slug])
        studio = Studio(
            Tools(
                store=store,
                gateways=gateways,
                fetcher=downloader,
                darkroom=darkroom,
                changes=LocalChanges(),
                clock=seams.clock,
                new_id=partial(new_id, seams.random_bytes),
                jitter=seams.jitter,
                hash_user=partial(_hash_user, _user_key(data_dir, seams.random_bytes)),
                defaults=_defaults(settings),
                first_backoff_s=seams.first_backoff_s,
                check_folder=data_dir / CHECK_FOLDER,
            )
        )
        await studio.resume()
        wordbook = Wordbook()
        client = Client(
            message_content=settings.message_content,
            answer_error=answer_error,
            memory=SyncMemory(last=partial(_last_sync, store), note=partial(_note_sync, store, seams.clock)),
            hosts=frozenset(UserId(host) for host in settings.host_user_ids),
            translator=CommandTranslator(wordbook),
            connector=seams.connector,
        )
        services = Services(
            desk=studio.desk,
            checkups=studio.checkups,
            wordbook=wordbook,
            darkroom=darkroom,
            scratch=await asyncio.to_thread(_emptied, data_dir / "scratch"),
            host_ids=client.host_ids,
            message_content=settings.message_content,
            reply_opens_thread=settings.reply_opens_thread,
            show_cost=settings.show_cost,
        )
        reception = Reception(services)
        client.equip(all_cogs(client, services, reception), [reception.item()])
        delivery = Delivery(client=client, services=services, ready=client.wait_until_connected)
        if settings.web_port is not None:
            page = Page(_checks(client, data_dir), partial(_figures, store, studio, data_dir), VERSION)
            await stack.enter_async_context(page.serve(settings.web_host, settings.web_port))
        yield App(settings=settings, client=client, studio=studio, delivery=delivery, checking=reception.checking)


def check_defaults(settings: Settings, gateway: ImagesGateway) -> None:
    """Raise `ConfigurationError` where the host's own size or quality are such as the gateway's first model refuses."""
    offer = gateway.offers()[0]
    wish = Wish(kind=OrderKind.GENERATE, options=Options(), prompt_chars=1)
    if not offer.capabilities.generate:
        wish = replace(wish, kind=OrderKind.EDIT, input_count=1)
    problems = list[str]()
    for name, value, options in (
        ("IMAGES_SIZE", settings.images_size, Options(size=settings.images_size)),
        ("IMAGES_QUALITY", settings.images_quality, Options(quality=settings.images_quality)),
    ):
        if value is None:
            continue
        try:
            gateway.plan(replace(wish, options=options))
        except OptionRefused as refused:
            offered = refused.facts.get("example") or refused.facts.get("offered")
            advice = f"Choose one such as {offered}" if offered else "Choose another"
            problems.append(f"{name}: {offer.model} does not offer it. {advice}, or leave it empty.")
    if problems:
        raise ConfigurationError(*problems)


def _made(data_dir: Path) -> Path:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartupError(
            f"DATA_DIR: {data_dir} cannot be made ({error.strerror}). Choose a folder this user may write to."
        ) from error
    return data_dir.resolve()


def _emptied(scratch: Path) -> Path:
    """Return the folder for copies that live as long as one message takes to send, without those of a crash."""
    shutil.rmtree(scratch, ignore_errors=True)
    return _made(scratch)


def _defaults(settings: Settings) -> HostDefaults:
    options = Options(size=settings.images_size, quality=settings.images_quality)
    return HostDefaults(options=options, max_waiting=settings.max_waiting)


def _user_key(data_dir: Path, random_bytes: Callable[[int], bytes]) -> bytes:
    """Return the secret that turns Discord ids into what gateways may see; made once, kept beside the database."""
    path = data_dir / "user-hash.key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(random_bytes(32))
    return path.read_bytes()


def _hash_user(key: bytes, user_id: UserId) -> str:
    return hmac.new(key, str(user_id).encode(), sha256).hexdigest()


async def _last_sync(store: Database, application_id: int) -> str | None:
    value = await store.settings.value(Scope.HOST, application_id, COMMANDS_KEY)
    return value if isinstance(value, str) else None


async def _note_sync(store: Database, clock: Callable[[], datetime], application_id: int, digest: str) -> None:
    nobody = UserId(0)
    await store.settings.set_value(Scope.HOST, application_id, COMMANDS_KEY, digest, nobody, clock())


def _checks(client: Client, data_dir: Path) -> Mapping[str, Callable[[], Awaitable[str | None]]]:
    async def connected() -> str | None:
        return None if client.is_ready() and not client.is_closed() else "not connected to Discord"

    async def disk() -> str | None:
        free = (await asyncio.to_thread(shutil.disk_usage, data_dir)).free
        return None if free >= LOW_DISK_BYTES else f"only {free // 1024**2} MiB free"

    return {"discord": connected, "disk": disk}


async def _figures(store: Database, studio: Studio, data_dir: Path) -> Mapping[tuple[str, str], float]:
    counts = await store.orders.count_by_state()
    free = (await asyncio.to_thread(shutil.disk_usage, data_dir)).free
    return {
        **{("orders", state.value): float(count) for state, count in counts.items()},
        ("running", ""): float(studio.running),
        ("disk", ""): float(free),
    }
