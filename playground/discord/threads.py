"""Threads and channels: opened, changed, joined, archived by time, and their permissions."""

from datetime import timedelta

from playground.discord.bus import Bus, Event
from playground.discord.drafts import Draft
from playground.discord.errors import Problem
from playground.discord.posting import Origin, Posting
from playground.discord.shapes import channel_shape, thread_member_shape
from playground.discord.state import World
from playground.discord.wire import Payload
from playground.discord.world import (
    Channel,
    ChannelKind,
    Guild,
    Message,
    MessageFlag,
    MessageKind,
    Overwrite,
    Reference,
    ThreadState,
    User,
)


class Threads:
    """Open and change threads, and tell the bus. Who may do it is asked before."""

    def __init__(self, *, world: World, posting: Posting, bus: Bus) -> None:
        self._world = world
        self._posting = posting
        self._bus = bus

    def open_on(self, message: Message, owner: User, body: Payload) -> Channel:
        """Open a thread on a message; its id is the message's. DiscordError 160004 the second time."""
        if message.thread is not None:
            raise Problem.ALREADY_HAS_THREAD.error()
        thread = self._open(message.channel, owner, body, ChannelKind.PUBLIC_THREAD, thread_id=message.id)
        message.thread = thread
        message.flags |= MessageFlag.HAS_THREAD
        self._tell("THREAD_CREATE", thread, {**channel_shape(thread), "newly_created": True})
        self._posting.announce_change(message)
        guild = message.channel.guild
        reference = Reference(
            message_id=message.id, channel_id=message.channel.id, guild_id=None if guild is None else guild.id
        )
        origin = Origin(kind=MessageKind.THREAD_STARTER, replied=message, reference=reference)
        self._posting.post(thread, owner, _no_text(thread), origin)
        return thread

    def open_in(self, channel: Channel, owner: User, body: Payload) -> Channel:
        """Open a thread on no message; a public one is announced in its channel."""
        kind = ChannelKind(body.get("type") or ChannelKind.PRIVATE_THREAD)
        thread = self._open(channel, owner, body, kind, thread_id=self._world.ids.next())
        self._tell("THREAD_CREATE", thread, {**channel_shape(thread), "newly_created": True})
        if kind is ChannelKind.PUBLIC_THREAD and channel.guild is not None:
            reference = Reference(message_id=thread.id, channel_id=thread.id, guild_id=channel.guild.id)
            origin = Origin(kind=MessageKind.THREAD_CREATED, reference=reference)
            draft = Draft(body={"content": thread.name}, limit_bytes=channel.upload_limit_bytes)
            self._posting.post(channel, owner, draft, origin)
        return thread

    def change(self, thread: Channel, body: Payload) -> None:
        """Apply a PATCH: name, archived, locked, auto_archive_duration, invitable."""
        state = _state(thread)
        archived = body.get("archived")
        if archived is not None and archived != state.archived:
            state.archived = archived
            state.archive_timestamp = self._world.clock.now()
        thread.name = body.get("name") or thread.name
        state.locked = state.locked if body.get("locked") is None else body["locked"]
        state.auto_archive_minutes = body.get("auto_archive_duration") or state.auto_archive_minutes
        state.invitable = state.invitable if body.get("invitable") is None else body["invitable"]
        self._tell("THREAD_UPDATE", thread, channel_shape(thread))

    def join(self, thread: Channel, user: User) -> None:
        """Make a user a member of a thread; once is enough."""
        state = _state(thread)
        if user.id in state.joined_at:
            return
        state.joined_at[user.id] = self._world.clock.now()
        self._tell_members(thread, added=[thread_member_shape(thread, user.id)], removed=[])

    def leave(self, thread: Channel, user: User) -> None:
        """Take a user out of a thread."""
        if _state(thread).joined_at.pop(user.id, None) is not None:
            self._tell_members(thread, added=[], removed=[str(user.id)])

    def archive_idle(self) -> None:
        """Archive every thread in which nothing happened for as long as it says."""
        now = self._world.clock.now()
        for channel in tuple(self._world.channels.values()):
            state = channel.thread
            if state is None or state.archived:
                continue
            if now - state.archive_timestamp >= timedelta(minutes=state.auto_archive_minutes):
                self.change(channel, {"archived": True})

    def remove(self, channel: Channel) -> None:
        """Delete a channel or thread."""
        self._world.remove(channel)
        name = "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE"
        self._tell(name, channel, channel_shape(channel))

    def set_overwrite(self, channel: Channel, overwrite: Overwrite) -> None:
        """Set what a channel allows and denies one role or member."""
        channel.overwrites[overwrite.target_id] = overwrite
        self._tell("CHANNEL_UPDATE", channel, channel_shape(channel))

    def remove_overwrite(self, channel: Channel, target_id: int) -> None:
        """Take an overwrite back; DiscordError 10009 if there is none."""
        if channel.overwrites.pop(target_id, None) is None:
            raise Problem.UNKNOWN_OVERWRITE.error()
        self._tell("CHANNEL_UPDATE", channel, channel_shape(channel))

    def open_channel(self, guild: Guild, name: str) -> Channel:
        """Add a text channel to a server."""
        channel = self._world.add(
            Channel(
                id=self._world.ids.next(),
                kind=ChannelKind.TEXT,
                name=name,
                guild=guild,
                position=len(guild.channels),
            )
        )
        self._tell("CHANNEL_CREATE", channel, channel_shape(channel))
        return channel

    def change_channel(self, channel: Channel, body: Payload) -> None:
        """Apply a PATCH to a text channel: name, topic, nsfw."""
        channel.name = body.get("name") or channel.name
        channel.topic = body.get("topic", channel.topic)
        channel.nsfw = channel.nsfw if body.get("nsfw") is None else body["nsfw"]
        self._tell("CHANNEL_UPDATE", channel, channel_shape(channel))

    def _open(self, channel: Channel, owner: User, body: Payload, kind: ChannelKind, *, thread_id: int) -> Channel:
        if channel.guild is None or channel.is_thread:
            raise Problem.NOT_IN_THIS_CHANNEL.error()
        now = self._world.clock.now()
        state = ThreadState(
            owner_id=owner.id,
            created_at=now,
            archive_timestamp=now,
            auto_archive_minutes=body.get("auto_archive_duration") or 1440,
            joined_at={owner.id: now},
        )
        thread = Channel(
            id=thread_id,
            kind=kind,
            name=str(body["name"]),
            guild=channel.guild,
            parent=channel,
            thread=state,
        )
        return self._world.add(thread)

    def _tell(self, name: str, channel: Channel, payload: Payload) -> None:
        self._bus.publish(Event(name=name, payload=payload, guild=channel.guild, channel=channel))

    def _tell_members(self, thread: Channel, *, added: list[Payload], removed: list[str]) -> None:
        payload: Payload = {
            "id": str(thread.id),
            "guild_id": str(thread.guild.id) if thread.guild else None,
            "member_count": len(_state(thread).joined_at),
            "added_members": added,
            "removed_member_ids": removed,
        }
        self._tell("THREAD_MEMBERS_UPDATE", thread, payload)


def _state(thread: Channel) -> ThreadState:
    if thread.thread is None:
        raise Problem.NOT_IN_THIS_CHANNEL.error()
    return thread.thread


def _no_text(channel: Channel) -> Draft:
    return Draft(body={}, limit_bytes=channel.upload_limit_bytes)
