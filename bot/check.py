"""`python -m bot check`: looks at everything a run needs and pays nothing; one line per finding.

With `app.py` the only file that knows several rooms.
"""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import aiohttp
import discord
from discord.utils import oauth_url
from typing_extensions import override

from bot.app import check_defaults
from bot.discord_endpoints import point
from bot.errors import AlreadyRunning, ConfigurationError, StartupError
from bot.gateways.configuration import GatewayConfig, configs_from
from bot.gateways.fetch import Downloader, open_downloader
from bot.gateways.gateway import open_gateway
from bot.settings import Settings, ignored_aloud
from bot.store import Database

EXIT_OK = 0
EXIT_CONFIG = ConfigurationError.exit_code

LOW_DISK_BYTES = 1024**3
MIN_SQLITE = (3, 51, 3)
"""SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two connections write; fixed in 3.51.3."""
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    attach_files=True,
    embed_links=True,
    read_message_history=True,
)


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, what was found, and what to do about it."""

    level: Level
    subject: str
    said: str

    @override
    def __str__(self) -> str:
        """Return the line."""
        return f"{self.level.value:<8}{self.subject:<14}{self.said}"


async def check(settings: Settings, say: Callable[[str], object]) -> int:
    """Print every finding and return 0, or 78 if one of them would keep the bot from working.

    Effects: free requests to Discord and to the gateway's list of models; data folder and database are made if missing.
    """
    point(settings.discord_api_url, settings.discord_gateway_url)
    worst = EXIT_OK
    async for finding in _findings(settings):
        say(str(finding))
        if finding.level is Level.ERROR:
            worst = EXIT_CONFIG
    say("All is well." if worst == EXIT_OK else "Mend the errors above, then run the check again.")
    return worst


async def _findings(settings: Settings) -> AsyncGenerator[Finding]:
    for look in (_configuration, _data_folder, _database, _discord, _gateways):
        for finding in await look(settings):
            yield finding


async def _configuration(settings: Settings) -> Sequence[Finding]:
    found = [
        Finding(Level.WARNING, "configuration", f"{name} is set and has no effect here; it can be removed")
        for name in ignored_aloud()
    ]
    return [*found, *_gateways_file(settings), Finding(Level.OK, "configuration", "every setting could be read")]


def _gateways_file(settings: Settings) -> Sequence[Finding]:
    """Say which gateways the file describes, and what is not read because of it."""
    if not settings.gateways:
        return []
    slugs = ", ".join(gateway.entry.slug for gateway in settings.gateways)
    told = f"the gateways are those of {settings.gateways_file}: {slugs}. The settings of one gateway are not read"
    unused = [
        Finding(Level.WARNING, "configuration", f"{name} is set and has no effect: {settings.gateways_file} counts")
        for name in settings.without_effect
    ]
    return [Finding(Level.OK, "configuration", told), *unused]


async def _data_folder(settings: Settings) -> Sequence[Finding]:
    folder = settings.data_dir.resolve()
    try:
        free = await asyncio.to_thread(_writable_and_free, folder)
    except OSError as error:
        return [
            Finding(
                Level.ERROR,
                "data folder",
                f"DATA_DIR: {folder} cannot be written to ({error.strerror}). Choose a folder this user may write to",
            )
        ]
    level = Level.WARNING if free < LOW_DISK_BYTES else Level.OK
    advice = ". Make room: a 4K picture takes about 20 MB" if level is Level.WARNING else ""
    return [Finding(level, "data folder", f"{folder}, {free / 1024**3:.1f} GiB free{advice}")]


def _writable_and_free(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    probe_file = folder / ".check"
    probe_file.write_bytes(b"")
    probe_file.unlink()
    return shutil.disk_usage(folder).free


async def _database(settings: Settings) -> Sequence[Finding]:
    try:
        data_dir = settings.data_dir.resolve()
        async with Database.open(settings.effective_database_url, data_dir, lambda: datetime.now(UTC)) as database:
            version = database.transactions.sqlite_version
    except AlreadyRunning as error:
        return [Finding(Level.WARNING, "database", f"in use: {error}")]
    except StartupError as error:
        return [Finding(Level.ERROR, "database", problem) for problem in error.problems]
    found = [Finding(Level.OK, "database", f"opens, and is up to date (SQLite {version})")]
    if tuple(int(part) for part in version.split(".")) < MIN_SQLITE:
        wanted = ".".join(str(part) for part in MIN_SQLITE)
        found.append(
            Finding(
                Level.WARNING,
                "database",
                f"SQLite {version} has a rare corruption bug in WAL mode, fixed in {wanted}. Easel writes over one "
                "connection, which avoids it; do not write to the file with other programs while the bot runs, or "
                "use a Python built with a newer SQLite",
            )
        )
    return found


async def _discord(settings: Settings) -> Sequence[Finding]:
    if settings.discord_token is None:
        return [
            Finding(
                Level.ERROR,
                "Discord",
                "DISCORD_TOKEN: missing. Copy the bot's token from Discord's developer portal (page Bot) into .env",
            )
        ]
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            await client.login(settings.discord_token.get_secret_value())
            application = await client.application_info()
        except discord.LoginFailure:
            return [
                Finding(
                    Level.ERROR,
                    "Discord",
                    "DISCORD_TOKEN: Discord does not know this token. Copy it anew from the developer portal, page Bot",
                )
            ]
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            return [
                Finding(
                    Level.ERROR,
                    "Discord",
                    f"cannot be reached ({type(error).__name__}). Check the network, and DISCORD_API_URL if it is set",
                )
            ]
        assert client.user is not None  # noqa: S101  # set by login
        link = oauth_url(application.id, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))
        return [
            Finding(Level.OK, "Discord", f"logged in as {client.user.name}"),
            _intent(settings, application.flags),
            Finding(Level.OK, "Discord", f"install link: {link}"),
        ]


def _intent(settings: Settings, flags: discord.ApplicationFlags) -> Finding:
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    if settings.message_content and not granted:
        return Finding(
            Level.ERROR,
            "Discord",
            "MESSAGE_CONTENT: the Message Content intent is not switched on for this application. Switch it on in the "
            "developer portal, page Bot, or set MESSAGE_CONTENT=false",
        )
    return Finding(
        Level.OK, "Discord", "Message Content intent: " + ("asked for" if settings.message_content else "not needed")
    )


async def _gateways(settings: Settings) -> Sequence[Finding]:
    try:
        configs = configs_from(settings)
    except ConfigurationError as error:
        return [Finding(Level.ERROR, "gateway", problem) for problem in error.problems]
    async with open_downloader(settings.media_origins) as downloader:
        looks = (_gateway(settings, config, downloader, is_default=config is configs[0]) for config in configs)
        return [finding for found in await asyncio.gather(*looks) for finding in found]


async def _gateway(
    settings: Settings, config: GatewayConfig, downloader: Downloader, *, is_default: bool
) -> Sequence[Finding]:
    try:
        async with open_gateway(config, downloader) as gateway:
            if is_default:
                check_defaults(settings, gateway)
            return [Finding(_LEVELS[found.level], "gateway", found.text) for found in await gateway.probe()]
    except ConfigurationError as error:
        return [Finding(Level.ERROR, "gateway", problem) for problem in error.problems]


_LEVELS: Mapping[str, Level] = {"ok": Level.OK, "warning": Level.WARNING, "problem": Level.ERROR}
