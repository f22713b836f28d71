"""The things of the local Discord: people, servers, channels, messages. Plain data; `state` holds and finds them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from pathlib import Path

from playground.discord.wire import Payload, strings

MIB = 1 << 20
UPLOAD_LIMIT_BYTES = {0: 10 * MIB, 1: 10 * MIB, 2: 50 * MIB, 3: 100 * MIB}
"""Largest file by the server's boost tier; a DM counts as 0. Discord docs, resources/guild (read 2026-11-20)."""


class ChannelKind(IntEnum):
    """Channel types, as Discord numbers them."""

    TEXT = 0
    DM = 1
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


class MessageKind(IntEnum):
    """Message types, as Discord numbers them."""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(IntFlag):
    """Message flags, as Discord numbers them."""

    NONE = 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


class OverwriteKind(IntEnum):
    """Whom a channel's permission overwrite is for."""

    ROLE = 0
    MEMBER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file on its way in, from a person or from the bot."""

    name: str
    data: bytes = field(repr=False)
    description: str | None = None


@dataclass(slots=True, kw_only=True)
class User:
    """A person or the bot; `dms_open` false makes DMs from the bot fail with 50007."""

    id: int
    username: str
    global_name: str | None = None
    bot: bool = False
    locale: str = "en-US"
    dms_open: bool = True

    @property
    def mention(self) -> str:
        """Return what one types to mention this user."""
        return f"<@{self.id}>"


@dataclass(slots=True, kw_only=True)
class Role:
    """A role of one server; the one whose id is the server's is @everyone."""

    id: int
    name: str
    permissions: int
    position: int
    color: int = 0
    mentionable: bool = False
    bot_id: int | None = None


@dataclass(slots=True, kw_only=True)
class Member:
    """A user in one server."""

    user: User
    joined_at: datetime
    nick: str | None = None
    role_ids: list[int] = field(default_factory=list[int])
    timed_out_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overwrite:
    """What a channel allows and denies one role or member."""

    target_id: int
    kind: OverwriteKind
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, kw_only=True)
class Guild:
    """A server."""

    id: int
    name: str
    owner_id: int
    premium_tier: int = 0
    preferred_locale: str = "en-US"
    available: bool = True
    roles: dict[int, Role] = field(default_factory=dict[int, Role])
    members: dict[int, Member] = field(default_factory=dict[int, Member])
    channels: "dict[int, Channel]" = field(default_factory=dict[int, "Channel"])

    @property
    def everyone(self) -> Role:
        """Return the role that every member has."""
        return self.roles[self.id]

    @property
    def upload_limit_bytes(self) -> int:
        """Return the size of the largest file one may post here."""
        return UPLOAD_LIMIT_BYTES[self.premium_tier]

    def channel(self, name: str) -> "Channel":
        """Return the text channel of that name; raise LookupError if there is none."""
        for channel in self.channels.values():
            if channel.name == name and not channel.is_thread:
                return channel
        raise LookupError(f"no channel #{name} in {self.name}")

    def role(self, name: str) -> Role:
        """Return the role of that name; raise LookupError if there is none."""
        for role in self.roles.values():
            if role.name == name:
                return role
        raise LookupError(f"no role {name} in {self.name}")

    def threads(self) -> "Iterator[Channel]":
        """Yield the threads of all channels, archived ones too, oldest first."""
        return (one for one in self.channels.values() if one.is_thread)


@dataclass(slots=True, kw_only=True)
class ThreadState:
    """What a thread has beside being a channel. Times to auto-archive are in minutes, as Discord counts."""

    owner_id: int
    created_at: datetime
    archive_timestamp: datetime
    auto_archive_minutes: int = 1440
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    joined_at: dict[int, datetime] = field(default_factory=dict[int, datetime])
    total_message_sent: int = 0


@dataclass(slots=True, kw_only=True)
class Channel:
    """A text channel, a DM or a thread, with its messages."""

    id: int
    kind: ChannelKind
    name: str
    guild: Guild | None = None
    parent: "Channel | None" = None
    thread: ThreadState | None = None
    recipients: tuple[User, ...] = ()
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    overwrites: dict[int, Overwrite] = field(default_factory=dict[int, Overwrite])
    messages: "dict[int, Message]" = field(default_factory=dict[int, "Message"])
    last_message_id: int | None = None

    @property
    def is_thread(self) -> bool:
        """Return whether this is a thread."""
        return self.thread is not None

    @property
    def is_age_restricted(self) -> bool:
        """Return whether this channel, or the one a thread hangs on, is for adults only."""
        return (self.parent or self).nsfw

    @property
    def upload_limit_bytes(self) -> int:
        """Return the size of the largest file one may post here."""
        return UPLOAD_LIMIT_BYTES[0] if self.guild is None else self.guild.upload_limit_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that Discord keeps: what a message, an option or a modal refers to."""

    id: int
    channel_id: int
    filename: str
    size: int
    path: Path
    description: str | None = None
    content_type: str | None = None
    width: int | None = None
    height: int | None = None
    ephemeral: bool = False

    @property
    def data(self) -> bytes:
        """Read the bytes, as long as the local Discord runs."""
        return self.path.read_bytes()

    @property
    def spoiler(self) -> bool:
        """Return whether the picture is hidden until clicked."""
        return self.filename.startswith("SPOILER_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a reply or a thread's first message points to."""

    message_id: int
    channel_id: int
    guild_id: int | None


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as it stands now; `revisions` holds the contents it had before each edit."""

    id: int
    channel: Channel
    author: User
    created_at: datetime
    kind: MessageKind = MessageKind.DEFAULT
    content: str = ""
    flags: MessageFlag = MessageFlag.NONE
    files: list[Attachment] = field(default_factory=list[Attachment])
    embeds: list[Payload] = field(default_factory=list[Payload])
    components: list[Payload] = field(default_factory=list[Payload])
    mentions: list[User] = field(default_factory=list[User])
    mention_role_ids: list[int] = field(default_factory=list[int])
    mention_everyone: bool = False
    reference: Reference | None = None
    referenced: "Message | None" = None
    nonce: str | int | None = None
    tts: bool = False
    edited_at: datetime | None = None
    pinned_at: datetime | None = None
    reactions: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    thread: Channel | None = None
    application_id: int | None = None
    interaction: Payload | None = None
    visible_to: int | None = None
    deleted: bool = False
    revisions: list[str] = field(default_factory=list[str])

    @property
    def ephemeral(self) -> bool:
        """Return whether one person alone sees this message."""
        return self.visible_to is not None

    @property
    def loading(self) -> bool:
        """Return whether this is still "thinking…"."""
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def attachments(self) -> list[Attachment]:
        """Return the files that no embed and no component shows. Discord docs, resources/message#message-object."""
        shown = {text for _, text in strings([*self.embeds, *self.components])}
        return [one for one in self.files if f"attachment://{one.filename}" not in shown]

    def file(self, name: str) -> Attachment | None:
        """Return the file of that name, or None."""
        return next((one for one in self.files if one.filename == name), None)
