"""The local Discord as one object: start it, be people in it, look at what the bot did."""

import random
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from playground.discord.actor import Actor
from playground.discord.bus import Event, Watch
from playground.discord.check import Checker, Violation
from playground.discord.clock import Clock
from playground.discord.core import Core, assemble
from playground.discord.faults import Faults
from playground.discord.gateway import Gateway
from playground.discord.gateway_session import Intent
from playground.discord.journal import Request
from playground.discord.limits import Limits
from playground.discord.membership import Membership
from playground.discord.permissions import Permission
from playground.discord.pipeline import API_PREFIX, Pipeline
from playground.discord.server import LOOPBACK, Server
from playground.discord.transcript import transcribe
from playground.discord.waiting import Patience
from playground.discord.world import Attachment, Channel, Guild, Message, Overwrite, OverwriteKind, Role, User

T = TypeVar("T")
TOKEN = "local.discord.token"  # noqa: S105  # opens this loopback server and nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen. Port 0 takes a free one; with `tls` and the other two it stands in for Discord's own hosts."""

    port: int = 0
    tls: ssl.SSLContext | None = None
    cdn_origin: str | None = None
    gateway_url: str | None = None


ANY_PORT = Address()


class LocalDiscord:
    """A Discord on loopback, as an async context manager.

    Effect: listens on 127.0.0.1 between enter and exit. `spec` is Discord's OpenAPI description; without it only
    the hand rules are checked. Time is real time until `advance` moves it. `seed` decides tokens and secrets.
    """

    def __init__(
        self, spec: Path | None = None, *, address: Address = ANY_PORT, seed: int = 0, clock: Clock | None = None
    ) -> None:
        self.token = TOKEN
        self.core: Core = assemble(clock=clock or Clock(), rng=random.Random(seed), token=TOKEN)  # noqa: S311  # repeatable on purpose
        self._pipeline = Pipeline(self.core, checker=Checker.load(spec), token=TOKEN)
        self._server = Server(self.core, self._pipeline)
        self._patience = Patience(self.core.bus, self.transcript)
        self._address = address
        self._port = 0

    async def __aenter__(self) -> Self:
        self._port = await self._server.start(self._address.port, self._address.tls)
        self.core.cdn.open(self._address.cdn_origin or self.origin)
        self.core.gateway.url = self._address.gateway_url or self.gateway_url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.core.exchange.close()
        await self._server.stop()
        self.core.cdn.close()

    def mount(self, prefix: str, app: web.Application) -> None:
        """Serve an application beside the API, such as the page; only before the local Discord is entered."""
        self._server.mount(prefix, app)

    @property
    def origin(self) -> str:
        """Return "http://127.0.0.1:PORT" (https with TLS)."""
        scheme = "http" if self._address.tls is None else "https"
        return f"{scheme}://{LOOPBACK}:{self._port}"

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return self._port

    @property
    def api_url(self) -> str:
        """Return what DISCORD_API_URL should be."""
        return self.origin + API_PREFIX

    @property
    def gateway_url(self) -> str:
        """Return what DISCORD_GATEWAY_URL should be."""
        return self.origin.replace("http", "ws", 1) + "/gateway"

    @property
    def application_id(self) -> int:
        """Return the application's id, which is the bot user's too."""
        return self.core.world.application_id

    @property
    def bot_user(self) -> User:
        """Return the bot."""
        return self.core.world.bot

    @property
    def owner_id(self) -> int:
        """Return the user id of the application's owner."""
        return self.core.world.owner.id

    @property
    def owner(self) -> Actor:
        """Return the application's owner, as somebody who acts."""
        return self._actor(self.core.world.owner)

    @property
    def guilds(self) -> list[Guild]:
        """Return all servers."""
        return list(self.core.world.guilds.values())

    @property
    def actors(self) -> list[Actor]:
        """Return all people, the bot excepted; the application's owner comes last."""
        people = [one for one in self.core.world.users.values() if not one.bot]
        return [self._actor(one) for one in sorted(people, key=lambda one: one.id == self.owner_id)]

    @property
    def faults(self) -> Faults:
        """Return the faults to come on the REST side."""
        return self.core.faults

    @property
    def gateway(self) -> Gateway:
        """Return the gateway, with its own faults: drop, cut, op7, op9, mute, lose, restore."""
        return self.core.gateway

    @property
    def membership(self) -> Membership:
        """Return what changes who is in which server, with which roles and time-outs."""
        return self.core.membership

    @property
    def limits(self) -> Limits:
        """Return the rate limits."""
        return self.core.limits

    @property
    def clock(self) -> Clock:
        """Return the clock."""
        return self.core.clock

    @property
    def checks_schema(self) -> bool:
        """Return whether Discord's OpenAPI description is loaded."""
        return self._pipeline.checker.on

    @property
    def violations(self) -> list[Violation]:
        """Return what Discord would not have taken from the bot, or given; clear it after expecting one."""
        return self._pipeline.violations

    @property
    def requests(self) -> list[Request]:
        """Return the REST requests so far, oldest first."""
        return self._pipeline.journal.requests

    def requested(self, method: str, ending: str) -> list[Request]:
        """Return the requests of one method whose path ends so."""
        return [one for one in self.requests if one.method == method and one.path.endswith(ending)]

    def user(self, username: str) -> Actor:
        """Return a person by username; LookupError if there is none."""
        for one in self.core.world.users.values():
            if one.username == username and not one.bot:
                return self._actor(one)
        raise LookupError(f"no user {username}")

    def guild(self, name: str) -> Guild:
        """Return a server by name; LookupError if there is none."""
        for one in self.core.world.guilds.values():
            if one.name == name:
                return one
        raise LookupError(f"no server {name}")

    def watch(self, actor: Actor) -> Watch:
        """Return what a person's client app is told from now on, as (event name, payload); close it when done."""
        world, user = self.core.world, actor.user

        def visible(event: Event) -> bool:
            if event.only not in (None, user.id):
                return False
            if event.channel is not None:
                return world.sees(event.channel, user)
            return event.guild is None or user.id in event.guild.members

        return Watch(self.core.bus, visible)

    def advance(self, seconds: float) -> None:
        """Move time forward: deadlines pass, links expire, idle threads are archived."""
        self.core.clock.advance(seconds)
        self.core.threads.archive_idle()

    def permit(
        self, channel: Channel, who: Role | User, *, allow: Permission | int = 0, deny: Permission | int = 0
    ) -> None:
        """Set a channel's overwrite for a role or a user; both empty takes it back."""
        kind = OverwriteKind.ROLE if isinstance(who, Role) else OverwriteKind.MEMBER
        if allow or deny:
            overwrite = Overwrite(target_id=who.id, kind=kind, allow=int(allow), deny=int(deny))
            self.core.threads.set_overwrite(channel, overwrite)
        else:
            self.core.threads.remove_overwrite(channel, who.id)

    def open_channel(self, guild: Guild, name: str) -> Channel:
        """Add a text channel to a server."""
        return self.core.threads.open_channel(guild, name)

    def allow_intents(self, intents: Intent) -> None:
        """Switch privileged intents on for the application, MESSAGE_CONTENT among them; all are off at first."""
        self.core.gateway.allowed_intents = intents

    def downloads(self, attachment: Attachment) -> bytes:
        """Return an attachment's bytes as a person would save them, while the server runs."""
        return attachment.data

    def link(self, attachment: Attachment) -> str:
        """Return a fresh signed link to an attachment."""
        return self.core.cdn.link(attachment)

    async def until(self, predicate: Callable[[], T], *, timeout_s: float | None = None) -> T:
        """Return the first true answer of `predicate`; AssertionError with a transcript if none comes."""
        return await self._patience.until(predicate, "the predicate is true", timeout_s)

    async def connected(self, *, timeout_s: float | None = None) -> None:
        """Wait until a bot has identified at the gateway."""
        await self._patience.until(lambda: self.core.gateway.is_connected, "a bot is connected", timeout_s)

    def messages(self) -> Iterable[Message]:
        """Yield every message of every channel, ephemeral ones too."""
        for channel in self.core.world.channels.values():
            yield from channel.messages.values()

    def transcript(self) -> str:
        """Return everything as text: channels, violations, the last requests."""
        return transcribe(
            self.core.world,
            channels=self.core.world.channels.values(),
            violations=self.violations,
            requests=self.requests,
        )

    def _actor(self, user: User) -> Actor:
        return Actor(user, self.core, self._patience)
