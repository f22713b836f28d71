"""The gateway: WebSocket sessions that identify, resume, beat, and are told what happens.

Source: Discord docs, events/gateway and topics/opcodes-and-status-codes (read 2026-11-20).
"""

import asyncio
import json
import random
from collections.abc import Callable
from datetime import timedelta

from aiohttp import WSMsgType, web

from playground.discord.bus import Bus, Event
from playground.discord.gateway_session import CloseCode, Intent, Opcode, Session, Socket
from playground.discord.identify import Identify, application_flags
from playground.discord.member_chunks import member_chunks
from playground.discord.message_shapes import withhold_content
from playground.discord.shapes import guild_create_shape, user_shape
from playground.discord.state import World
from playground.discord.wire import Payload, read_id
from playground.discord.world import Guild

RESUMABLE_FOR = timedelta(minutes=5)
"""How long a session without a socket is kept; Discord says "a few minutes" at most."""

_LARGEST_BYTES = 1 << 20
_CLOSING_S = 2.0
ACK_DELAY_S = 0.02
_IGNORED = frozenset({Opcode.PRESENCE_UPDATE, Opcode.VOICE_STATE_UPDATE, Opcode.REQUEST_SOUNDBOARD})


class Gateway:
    """Serve gateway sockets and keep their sessions.

    `url` is what READY gives for resuming. `allowed_intents` are the privileged ones switched on for the application.
    """

    def __init__(self, *, world: World, bus: Bus, token: str, rng: random.Random) -> None:
        self.url = ""
        self.heartbeat_interval_ms = 41_250
        self.allowed_intents = Intent(0)
        self.identified = 0
        self.resumed = 0
        self._world = world
        self._bus = bus
        self._token = token
        self._rng = rng
        self._sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()
        bus.listen(self._on_event)

    @property
    def is_connected(self) -> bool:
        """Return whether a bot has identified and its socket is open."""
        return any(one.socket is not None for one in self._sessions.values())

    def drop(self, code: int) -> None:
        """Close all sockets with a code; sessions stay, as far as the code lets them be resumed."""
        self._to_all(lambda socket: socket.close(code))

    def cut(self) -> None:
        """Cut all connections without a word."""
        self._to_all(Socket.cut)

    def op7(self) -> None:
        """Ask all bots to reconnect."""
        self._to_all(lambda socket: socket.send(Opcode.RECONNECT, None))

    def op9(self, *, resumable: bool) -> None:
        """Tell all bots that their session is invalid; one that is not resumable is forgotten."""
        if not resumable:
            self.forget_sessions()
        self._to_all(lambda socket: socket.send(Opcode.INVALID_SESSION, resumable))

    def forget_sessions(self) -> None:
        """Forget all sessions, so that every RESUME is answered with op 9 false."""
        self._sessions.clear()

    def mute(self) -> None:
        """Say nothing any more on the sockets now open, not even to heartbeats: zombie connections."""
        self._to_all(Socket.fall_silent)

    def lose(self, guild: Guild) -> None:
        """Let a server become unavailable, as in an outage."""
        guild.available = False
        self._bus.publish(Event(name="GUILD_DELETE", payload={"id": str(guild.id), "unavailable": True}, guild=guild))

    def restore(self, guild: Guild) -> None:
        """Bring an unavailable server back."""
        guild.available = True
        payload = guild_create_shape(guild, self._world.bot.id)
        self._bus.publish(Event(name="GUILD_CREATE", payload=payload, guild=guild))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one WebSocket connection until it ends."""
        response = web.WebSocketResponse(max_msg_size=_LARGEST_BYTES, timeout=_CLOSING_S)
        await response.prepare(request)
        socket = Socket(response, request.transport, compressed=request.query.get("compress") == "zlib-stream")
        self._sockets.add(socket)
        writer = asyncio.create_task(socket.write_all())
        try:
            await self._converse(socket, request)
        finally:
            self._sockets.discard(socket)
            self._part(socket, response.close_code)
            socket.finish()
            await writer
            self._bus.beat()
        return response

    async def close(self) -> None:
        """Go away: close every socket with 1001."""
        sockets = tuple(self._sockets)
        for socket in sockets:
            socket.close(CloseCode.GOING_AWAY)
        await asyncio.gather(*(one.done.wait() for one in sockets))

    async def _converse(self, socket: Socket, request: web.Request) -> None:
        if request.query.get("v") != "10":
            socket.close(CloseCode.INVALID_VERSION)
        elif request.query.get("encoding", "json") != "json":
            socket.close(CloseCode.DECODE_ERROR)
        else:
            socket.send(Opcode.HELLO, {"heartbeat_interval": self.heartbeat_interval_ms})
        while True:
            try:
                frame = await socket.receive(timeout_s=2 * self.heartbeat_interval_ms / 1000)
            except TimeoutError:
                socket.close(CloseCode.SESSION_TIMED_OUT)
                return
            if frame.type is not WSMsgType.TEXT:
                return
            self._hear(socket, str(frame.data))

    def _hear(self, socket: Socket, text: str) -> None:
        try:
            message: Payload = json.loads(text)
            opcode = Opcode(message["op"])
        except (ValueError, KeyError, TypeError) as error:
            unknown = isinstance(error, ValueError) and not isinstance(error, json.JSONDecodeError)
            socket.close(CloseCode.UNKNOWN_OPCODE if unknown else CloseCode.DECODE_ERROR)
            return
        if socket.is_flooding():
            socket.close(CloseCode.RATE_LIMITED)
            return
        data = message.get("d")
        match opcode:
            case Opcode.HEARTBEAT:
                # A network's delay: discord.py takes an answer that is quicker than its own thread for a late one.
                asyncio.get_running_loop().call_later(ACK_DELAY_S, socket.send, Opcode.HEARTBEAT_ACK, None)
            case Opcode.IDENTIFY:
                self._identify(socket, data or {})
            case Opcode.RESUME:
                self._resume(socket, data or {})
            case Opcode.REQUEST_MEMBERS if socket.session is not None:
                self._members(socket.session, data or {})
            case _ if opcode in _IGNORED and socket.session is not None:
                pass
            case _:
                known = opcode in _IGNORED or opcode is Opcode.REQUEST_MEMBERS
                socket.close(CloseCode.NOT_AUTHENTICATED if known else CloseCode.UNKNOWN_OPCODE)

    def _identify(self, socket: Socket, data: Payload) -> None:
        identify = Identify.read(data)
        refusal = identify.refusal(token=self._token, allowed=self.allowed_intents)
        if socket.session is not None:
            refusal = CloseCode.ALREADY_AUTHENTICATED
        if refusal is not None or identify.shard is None:
            socket.close(refusal or CloseCode.INVALID_SHARD)
            return
        self._forget_abandoned()
        session = Session(
            session_id=self._rng.randbytes(16).hex(), intents=Intent(identify.intents or 0), shard=identify.shard
        )
        self._sessions[session.id] = session
        self.identified += 1
        session.attach(socket)
        guilds = [one for one in self._world.bot_guilds() if session.has(one.id)]
        session.tell("READY", self._ready(session, guilds))
        if Intent.GUILDS in session.intents:
            for guild in (one for one in guilds if one.available):
                session.tell("GUILD_CREATE", guild_create_shape(guild, self._world.bot.id))
        self._bus.beat()

    def _forget_abandoned(self) -> None:
        oldest = self._world.clock.now() - RESUMABLE_FOR
        gone = [one for one in self._sessions.values() if one.left_at is not None and one.left_at < oldest]
        for session in gone:
            del self._sessions[session.id]

    def _ready(self, session: Session, guilds: list[Guild]) -> Payload:
        return {
            "v": 10,
            "user": {**user_shape(self._world.bot), "verified": True, "mfa_enabled": True, "email": None},
            "guilds": [{"id": str(one.id), "unavailable": True} for one in guilds],
            "private_channels": [],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(self._world.application_id), "flags": application_flags(self.allowed_intents)},
        }

    def _resume(self, socket: Socket, data: Payload) -> None:
        self._forget_abandoned()
        session = self._sessions.get(str(data.get("session_id")))
        seq = data.get("seq")
        if str(data.get("token")) != self._token:
            socket.close(CloseCode.AUTHENTICATION_FAILED)
        elif session is None or not isinstance(seq, int) or not session.remembers(seq):
            socket.send(Opcode.INVALID_SESSION, False)  # noqa: FBT003  # the wire's own value
        else:
            session.attach(socket)
            session.replay(seq)
            self.resumed += 1
            session.tell("RESUMED", {})
            self._bus.beat()

    def _part(self, socket: Socket, code: int | None) -> None:
        session = socket.session
        if session is None:
            return
        session.detach(socket, self._world.clock.now())
        left_for_good = code in (CloseCode.NORMAL, CloseCode.GOING_AWAY) and not socket.closed_by_us
        if left_for_good or socket.close_code in CloseCode.fatal():
            self._sessions.pop(session.id, None)

    def _members(self, session: Session, data: Payload) -> None:
        wanted = read_id(data.get("guild_id"))
        may_list_all = Intent.GUILD_MEMBERS in session.intents
        for guild in (one for one in self._world.bot_guilds() if one.id == wanted):
            for chunk in member_chunks(guild, data, may_list_all=may_list_all, bot_id=self._world.bot.id):
                session.tell("GUILD_MEMBERS_CHUNK", chunk)

    def _to_all(self, act: "Callable[[Socket], None]") -> None:
        for socket in tuple(self._sockets):
            act(socket)

    def _on_event(self, event: Event) -> None:
        for session in tuple(self._sessions.values()):
            if self._concerns(event, session):
                session.tell(event.name, self._readable(event, session))

    def _concerns(self, event: Event, session: Session) -> bool:
        bot = self._world.bot
        if event.name.startswith("APP_") or event.only not in (None, bot.id):
            return False
        if event.guild is not None and bot.id not in event.guild.members:
            return False
        if event.channel is not None and event.only is None and not self._world.sees(event.channel, bot):
            return False
        return session.has(None if event.guild is None else event.guild.id) and session.listens(event)

    def _readable(self, event: Event, session: Session) -> Payload:
        if event.name not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or Intent.MESSAGE_CONTENT in session.intents:
            return event.payload
        return withhold_content(event.payload, self._world.bot.id, private=event.guild is None)
