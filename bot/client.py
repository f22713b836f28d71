"""The Discord client: intents, cogs handed in by `bot/app.py`, command sync, and the last fence for commands."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.model import UserId

log = structlog.stdlib.get_logger(__name__)

GUILDS_SILENT_S = 0.3
"""How long no further server is told of before the client counts as ready. Of the servers we need what an event
carries, so nothing is lost if one comes late, and discord.py's 2 s only delay what waits to be posted."""

AnswerError = Callable[[discord.Interaction, Exception], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncMemory:
    """Where the digest of the last registered commands is kept, by application id."""

    last: Callable[[int], Awaitable[str | None]]
    note: Callable[[int, str], Awaitable[None]]


class Tree(app_commands.CommandTree["Client"]):
    """The command tree; whatever a command raises is answered to the person who waits."""

    answer_error: AnswerError

    @override
    async def on_error(self, interaction: discord.Interaction["Client"], error: app_commands.AppCommandError) -> None:
        await self.answer_error(interaction, error)


class Client(commands.Bot):
    """discord.py's client with Easel's cogs.

    Effects: `setup_hook` asks Discord for the registered commands, and registers ours only when they differ.
    """

    def __init__(
        self,
        *,
        message_content: bool,
        answer_error: AnswerError,
        memory: SyncMemory,
        hosts: frozenset[UserId] = frozenset(),
        translator: app_commands.Translator | None = None,
        connector: aiohttp.BaseConnector | None = None,
    ) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        intents.message_content = message_content
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents,
            tree_cls=Tree,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
            max_messages=None,  # nothing is read from discord.py's message cache
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=GUILDS_SILENT_S,
            connector=connector,
        )
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # Easel never joins voice
        self._memory = memory
        self._hosts = hosts
        self._translator = translator
        self._cogs_to_add: Sequence[commands.Cog] = ()
        self._items_to_add: Sequence[type[discord.ui.DynamicItem[Any]]] = ()
        self.synced = asyncio.Event()
        tree = self.tree
        assert isinstance(tree, Tree)  # noqa: S101  # tree_cls above
        tree.answer_error = answer_error

    def equip(
        self,
        cogs: Sequence[commands.Cog],
        items: Sequence[type[discord.ui.DynamicItem[Any]]],
    ) -> None:
        """Hand in what is added once the client logs in; they need the client, so they come after it."""
        self._cogs_to_add, self._items_to_add = cogs, items

    @override
    async def setup_hook(self) -> None:
        if not self._hosts:
            self._hosts = self._owners()
        if self._translator is not None:
            await self.tree.set_translator(self._translator)
        self.add_dynamic_items(*self._items_to_add)
        for cog in self._cogs_to_add:
            await self.add_cog(cog)
        await self._sync_if_changed()
        self.synced.set()

    def host_ids(self) -> frozenset[UserId]:
        """Return who runs the bot: those configured, else the application's owners; empty before login."""
        return self._hosts

    async def wait_until_connected(self) -> None:
        """Return once the commands are registered and Discord told of the servers."""
        await self.synced.wait()
        await self.wait_until_ready()

    @override
    async def on_message(self, message: discord.Message, /) -> None:
        """Easel has no prefix commands; the reply cog listens for itself."""

    def _owners(self) -> frozenset[UserId]:
        application = self.application
        assert application is not None  # noqa: S101  # set by login
        people = application.team.members if application.team else [application.owner]
        return frozenset(UserId(person.id) for person in people)

    async def _sync_if_changed(self) -> None:
        """Register the commands with Discord when they differ from the last time, or from what it holds.

        Registering each start would spend one of 200 creations a day (Discord docs, application-commands, read
        2026-11-20) and make clients reload.
        """
        assert self.application_id is not None  # noqa: S101  # set by login
        payload = [
            await command.get_translated_payload(self.tree, self._translator)
            if self._translator
            else command.to_dict(self.tree)
            for command in self.tree.get_commands()
        ]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
        known = {(command.name, command.type) for command in await self.tree.fetch_commands()}
        ours = {(str(command["name"]), discord.AppCommandType(command.get("type", 1))) for command in payload}
        if digest == await self._memory.last(self.application_id) and known == ours:
            return
        synced = await self.tree.sync()
        await self._memory.note(self.application_id, digest)
        log.info("commands registered with Discord", count=len(synced))
