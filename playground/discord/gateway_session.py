"""One gateway session and the socket it speaks through: sequence numbers, the replay buffer, compression, closing."""

import asyncio
import zlib
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, IntFlag
from types import MappingProxyType

from aiohttp import WSMessage, web

from playground.discord.bus import Event
from playground.discord.wire import write_json

REPLAY_EVENTS = 2000
_SHARD_SHIFT = 22
_SENDS_PER_MINUTE = 120


class Opcode(IntEnum):
    """Gateway opcodes."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    VOICE_STATE_UPDATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11
    REQUEST_SOUNDBOARD = 31


class CloseCode(IntEnum):
    """Why a gateway socket is closed."""

    NORMAL = 1000
    GOING_AWAY = 1001
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    INVALID_VERSION = 4012
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014

    @classmethod
    def fatal(cls) -> frozenset[int]:
        """Return the codes after which no session may be resumed; 4007 and 4009 ask for a new one."""
        return frozenset({4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014})


class Intent(IntFlag):
    """Gateway intents."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15

    @classmethod
    def known(cls) -> int:
        """Return all bits that Discord has given a meaning."""
        return (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25


_NEEDED: Mapping[str, tuple[Intent, Intent]] = MappingProxyType(
    {
        "MESSAGE_REACTION": (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
        "MESSAGE": (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
        "TYPING": (Intent.GUILD_MESSAGE_TYPING, Intent.DIRECT_MESSAGE_TYPING),
        "GUILD_MEMBER": (Intent.GUILD_MEMBERS, Intent.GUILD_MEMBERS),
        "GUILD": (Intent.GUILDS, Intent.GUILDS),
        "CHANNEL": (Intent.GUILDS, Intent.GUILDS),
        "THREAD": (Intent.GUILDS, Intent.GUILDS),
    }
)
"""Event name prefix -> the intent it needs in servers and in DMs; the first prefix that fits counts."""


class Socket:
    """One open connection; what is sent goes out in order, through one compression context."""

    def __init__(
        self, response: web.WebSocketResponse, transport: asyncio.Transport | None, *, compressed: bool
    ) -> None:
        self.session: Session | None = None
        self.closed_by_us = False
        self.close_code: int | None = None
        self.done = asyncio.Event()
        self._response = response
        self._transport = transport
        self._deflate = zlib.compressobj() if compressed else None
        self._out: asyncio.Queue[str | int | None] = asyncio.Queue()
        self._heard: deque[float] = deque()
        self._silent = False

    def send(self, opcode: Opcode, data: object) -> None:
        """Queue a message that is no event."""
        self.send_text(write_json({"op": int(opcode), "d": data, "s": None, "t": None}))

    def send_text(self, text: str) -> None:
        """Queue a message already written."""
        if not self.closed_by_us and not self._silent:
            self._out.put_nowait(text)

    def close(self, code: int) -> None:
        """Close after what is queued has left."""
        if not self.closed_by_us:
            self.closed_by_us, self.close_code = True, code
            self._out.put_nowait(code)

    def cut(self) -> None:
        """Close the connection under the WebSocket."""
        self.closed_by_us = True
        if self._transport is not None:
            self._transport.abort()

    def fall_silent(self) -> None:
        """Send nothing any more, and leave the connection open."""
        self._silent = True

    def finish(self) -> None:
        """Let `write_all` return once all has left."""
        self._out.put_nowait(None)

    async def receive(self, *, timeout_s: float) -> WSMessage:
        """Return the next frame; raise TimeoutError if none comes."""
        return await self._response.receive(timeout=timeout_s)

    async def write_all(self) -> None:
        """Send what is queued until the connection ends."""
        try:
            while (item := await self._out.get()) is not None:
                await self._write(item)
        except ConnectionError:
            return
        finally:
            self.done.set()

    def is_flooding(self) -> bool:
        """Count one received message; return whether there were more than 120 in a minute."""
        now = asyncio.get_running_loop().time()
        self._heard.append(now)
        while now - self._heard[0] > 60:  # noqa: PLR2004  # a minute
            self._heard.popleft()
        return len(self._heard) > _SENDS_PER_MINUTE

    async def _write(self, item: str | int) -> None:
        if isinstance(item, int):
            await self._response.close(code=item)
        elif self._deflate is None:
            await self._response.send_str(item)
        else:
            packed = self._deflate.compress(item.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
            await self._response.send_bytes(packed)


class Session:
    """What survives a lost connection: the numbered events and the intents."""

    def __init__(self, *, session_id: str, intents: Intent, shard: tuple[int, int]) -> None:
        self.id = session_id
        self.intents = intents
        self.shard = shard
        self.socket: Socket | None = None
        self.left_at: datetime | None = None
        self._seq = 0
        self._sent: deque[tuple[int, str]] = deque(maxlen=REPLAY_EVENTS)

    def attach(self, socket: Socket) -> None:
        """Speak through this socket from now on."""
        if self.socket is not None and self.socket is not socket:
            self.socket.session = None
        self.socket, socket.session, self.left_at = socket, self, None

    def detach(self, socket: Socket, now: datetime) -> None:
        """Stop speaking through this socket, if it still is the one."""
        if self.socket is socket:
            self.socket, self.left_at = None, now

    def has(self, guild_id: int | None) -> bool:
        """Return whether a server belongs to this session's shard; DMs belong to the first."""
        number, count = self.shard
        return number == (0 if guild_id is None else (guild_id >> _SHARD_SHIFT) % count)

    def listens(self, event: Event) -> bool:
        """Return whether the session's intents cover an event; what needs none is always told."""
        for prefix, (in_guild, in_dm) in _NEEDED.items():
            if event.name.startswith(prefix):
                return bool(self.intents & (in_dm if event.guild is None else in_guild))
        return True

    def tell(self, name: str, payload: object) -> None:
        """Number an event, remember it and send it if a socket is there."""
        self._seq += 1
        text = write_json({"op": int(Opcode.DISPATCH), "d": payload, "s": self._seq, "t": name})
        self._sent.append((self._seq, text))
        if self.socket is not None:
            self.socket.send_text(text)

    def remembers(self, seq: int) -> bool:
        """Return whether all events after `seq` can be sent again."""
        return seq <= self._seq and (not self._sent or seq >= self._sent[0][0] - 1)

    def replay(self, seq: int) -> None:
        """Send all events after `seq` again."""
        for number, text in self._sent:
            if number > seq and self.socket is not None:
                self.socket.send_text(text)
