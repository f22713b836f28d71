"""Messages come, change and go: every message of the local Discord passes here, whoever writes it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from playground.discord.bus import Bus, Event
from playground.discord.cdn import Cdn
from playground.discord.components import number_components
from playground.discord.drafts import (
    Draft,
    attachment_flaws,
    find_mentions,
    message_flaws,
    renamed,
    require_sound,
    with_description,
)
from playground.discord.errors import Problem
from playground.discord.message_shapes import MessageShapes
from playground.discord.shapes import channel_shape
from playground.discord.state import World
from playground.discord.wire import Payload, read_id
from playground.discord.world import (
    Attachment,
    Channel,
    Message,
    MessageFlag,
    MessageKind,
    Reference,
    ThreadState,
    User,
)

NONCE_LIFE = timedelta(minutes=3)
"""How long a nonce makes a second message impossible. Discord says "a few minutes" (resources/message)."""

_SETTABLE = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2 | MessageFlag.SUPPRESS_NOTIFICATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a message comes about: typed, in reply, or as the answer to an interaction."""

    kind: MessageKind = MessageKind.DEFAULT
    flags: MessageFlag = MessageFlag.NONE
    replied: Message | None = None
    reference: Reference | None = None
    application_id: int | None = None
    interaction: Payload | None = None
    visible_to: int | None = None


TYPED = Origin()


class Posting:
    """Create, edit and delete messages, and tell the bus."""

    def __init__(self, *, world: World, cdn: Cdn, shapes: MessageShapes, bus: Bus) -> None:
        self._world = world
        self._cdn = cdn
        self._shapes = shapes
        self._bus = bus
        self._nonces: dict[str, tuple[datetime, Message]] = {}

    def post(self, channel: Channel, author: User, draft: Draft, origin: Origin = TYPED) -> Message:
        """Put a new message into a channel.

        Errors: DiscordError 40005 for a file over `draft.limit_bytes`, 50035 for attachments that are not there.
        """
        if (again := self._remembered(draft)) is not None:
            return again
        self._require_fit(draft)
        require_sound(attachment_flaws(draft, None))
        message = Message(
            id=self._world.ids.next(),
            channel=channel,
            author=author,
            created_at=self._world.clock.now(),
            kind=origin.kind,
            flags=origin.flags | _flags(draft) & _SETTABLE,
            content=draft.content,
            embeds=draft.items("embeds"),
            components=number_components(draft.items("components")),
            reference=origin.reference or _reference_to(origin.replied),
            referenced=origin.replied,
            nonce=draft.body.get("nonce"),
            tts=bool(draft.body.get("tts")),
            application_id=origin.application_id,
            interaction=origin.interaction,
            visible_to=origin.visible_to,
        )
        message.files = self._files(draft, message)
        require_sound(message_flaws(message))
        self._set_mentions(message, draft)
        self._place(message)
        return message

    def edit(self, message: Message, draft: Draft) -> Message:
        """Change what `draft` names and leave the rest; filling a "thinking…" message is no edit."""
        self._require_fit(draft)
        require_sound(attachment_flaws(draft, message))
        after = self._edited(message, draft)
        require_sound(message_flaws(after))
        if not (after.content or after.files or after.embeds or after.components):
            raise Problem.EMPTY_MESSAGE.error()
        self._note_edit(message, after)
        message.files, message.embeds, message.components = after.files, after.embeds, after.components
        message.content, message.flags = after.content, after.flags
        if draft.names("content") or draft.names("components"):
            self._set_mentions(message, draft)
        self._tell("MESSAGE_UPDATE", message, self._shapes.event(message))
        return message

    def announce_change(self, message: Message) -> None:
        """Tell that a message changed by something else than an edit (a thread hangs on it now)."""
        self._tell("MESSAGE_UPDATE", message, self._shapes.event(message))

    def delete(self, message: Message) -> None:
        """Take a message away."""
        message.deleted = True
        message.channel.messages.pop(message.id, None)
        self._tell("MESSAGE_DELETE", message, {"id": str(message.id), **place_of(message.channel)})

    def delete_many(self, channel: Channel, messages: list[Message]) -> None:
        """Take several messages away in one event."""
        for message in messages:
            message.deleted = True
            channel.messages.pop(message.id, None)
        payload: Payload = {"ids": [str(one.id) for one in messages], **place_of(channel)}
        self._bus.publish(Event(name="MESSAGE_DELETE_BULK", payload=payload, guild=channel.guild, channel=channel))

    def pin(self, message: Message, *, pinned: bool) -> None:
        """Pin or unpin a message."""
        message.pinned_at = self._world.clock.now() if pinned else None
        self.announce_change(message)

    def _remembered(self, draft: Draft) -> Message | None:
        if not draft.body.get("enforce_nonce") or draft.body.get("nonce") is None:
            return None
        posted_at, message = self._nonces.get(str(draft.body["nonce"]), (None, None))
        fresh = posted_at is not None and self._world.clock.now() - posted_at < NONCE_LIFE
        return message if fresh else None

    def _require_fit(self, draft: Draft) -> None:
        if any(len(one.data) > draft.limit_bytes for one in draft.files.values()):
            raise Problem.TOO_LARGE.error()

    def _files(self, draft: Draft, message: Message) -> list[Attachment]:
        listed = draft.items("attachments")
        if not draft.names("attachments"):
            listed = [{"id": one.id} for one in message.files] + [{"id": number} for number in draft.files]
        kept = {one.id: one for one in message.files}
        files: list[Attachment] = []
        for one in listed:
            known = read_id(one["id"]) or 0
            if known in kept:
                files.append(with_description(kept[known], one))
            else:
                upload = renamed(draft.files[known], one)
                keep = self._cdn.keep(upload, channel_id=message.channel.id, ephemeral=message.ephemeral)
                files.append(keep)
        return files

    def _set_mentions(self, message: Message, draft: Draft) -> None:
        quoted = message.referenced if message.kind is MessageKind.REPLY else None
        replied = None if quoted is None or quoted.author is message.author else quoted.author
        found = find_mentions(draft, message.channel, known=self._world.users, replied=replied)
        message.mentions, message.mention_role_ids = found.users, found.role_ids
        message.mention_everyone = found.everyone

    def _edited(self, message: Message, draft: Draft) -> Message:
        flags = message.flags & ~MessageFlag.LOADING
        if draft.names("flags"):
            flags = flags & ~MessageFlag.SUPPRESS_EMBEDS | _flags(draft) & _SETTABLE
        renewed = draft.names("attachments") or bool(draft.files)
        components = number_components(draft.items("components"))
        return replace(
            message,
            flags=flags,
            content=draft.content if draft.names("content") else message.content,
            embeds=draft.items("embeds") if draft.names("embeds") else message.embeds,
            components=components if draft.names("components") else message.components,
            files=self._files(draft, message) if renewed else message.files,
        )

    def _note_edit(self, message: Message, after: Message) -> None:
        if message.loading:
            return
        message.edited_at = self._world.clock.now()
        if message.content != after.content:
            message.revisions.append(message.content)

    def _place(self, message: Message) -> None:
        channel = message.channel
        channel.messages[message.id] = message
        channel.last_message_id = message.id
        if channel.thread is not None:
            self._stir(channel, channel.thread)
        if message.nonce is not None:
            self._nonces[str(message.nonce)] = (message.created_at, message)
        self._tell("MESSAGE_CREATE", message, self._shapes.event(message))

    def _stir(self, channel: Channel, thread: ThreadState) -> None:
        """Count a message in a thread; an archived one wakes up."""
        thread.total_message_sent += 1
        thread.archive_timestamp = self._world.clock.now()
        if thread.archived:
            thread.archived = False
            payload = channel_shape(channel)
            self._bus.publish(Event(name="THREAD_UPDATE", payload=payload, guild=channel.guild, channel=channel))

    def _tell(self, name: str, message: Message, payload: Payload) -> None:
        channel = message.channel
        self._bus.publish(
            Event(name=name, payload=payload, guild=channel.guild, channel=channel, only=message.visible_to)
        )


def _flags(draft: Draft) -> MessageFlag:
    return MessageFlag(int(draft.body.get("flags") or 0))


def place_of(channel: Channel) -> Payload:
    """Return the ids by which events name a channel."""
    place: Payload = {"channel_id": str(channel.id)}
    return place if channel.guild is None else {**place, "guild_id": str(channel.guild.id)}


def _reference_to(message: Message | None) -> Reference | None:
    if message is None:
        return None
    guild = message.channel.guild
    return Reference(message_id=message.id, channel_id=message.channel.id, guild_id=None if guild is None else guild.id)
