"""A stock discord.py client for the contract tests, and the small pictures they send."""

import struct
import zlib

import aiohttp
import discord
from discord import app_commands

ORDINARY_INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class StockBot(discord.Client):
    """A discord.py client with a command tree; each test hangs its own handlers on it and sees what it heard."""

    def __init__(
        self,
        intents: discord.Intents = ORDINARY_INTENTS,
        *,
        heartbeat_timeout: float = 60.0,
        connector: aiohttp.BaseConnector | None = None,
    ) -> None:
        super().__init__(
            connector=connector,
            intents=intents,
            guild_ready_timeout=0.05,
            max_ratelimit_timeout=30.0,
            heartbeat_timeout=heartbeat_timeout,
        )
        self.tree: app_commands.CommandTree[StockBot] = app_commands.CommandTree(self)
        self.messages: list[discord.Message] = []
        self.events: list[str] = []
        self.errors: list[Exception] = []
        self.tree.error(self._note_error)

    async def _note_error(self, _: discord.Interaction, error: app_commands.AppCommandError) -> None:
        self.errors.append(error)

    async def on_message(self, message: discord.Message) -> None:
        self.messages.append(message)

    async def on_socket_event_type(self, name: str) -> None:
        self.events.append(name)

    def text_channel(self, channel_id: int) -> discord.TextChannel:
        """Return a text channel from the client's own cache."""
        channel = self.get_channel(channel_id)
        assert isinstance(channel, discord.TextChannel)
        return channel


def png(width: int = 3, height: int = 2, shade: int = 200) -> bytes:
    """Return a small grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([shade]) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
