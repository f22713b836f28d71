"""Channels and threads: read, changed, opened, joined, archived; permissions and typing."""

from playground.discord.bus import Event
from playground.discord.core import Core
from playground.discord.errors import Problem, invalid_form
from playground.discord.permissions import Permission
from playground.discord.routes.route import CREATED, NOTHING, Answer, Call, Route
from playground.discord.shapes import channel_shape, member_shape, thread_member_shape
from playground.discord.wire import Payload, read_id
from playground.discord.world import Channel, ChannelKind, Overwrite, OverwriteKind, User

_UNARCHIVE_KEYS = frozenset({"archived", "locked"})


def get_channel(core: Core, call: Call) -> Answer:
    """Answer GET /channels/{channel_id}."""
    channel = _visible(core, call)
    return Answer(body=_shape(core, channel))


def edit_channel(core: Core, call: Call) -> Answer:
    """Answer PATCH /channels/{channel_id}."""
    channel, body = _visible(core, call), call.body
    if channel.thread is None:
        core.world.require(channel, Permission.MANAGE_CHANNELS)
        core.threads.change_channel(channel, body)
        return Answer(body=_shape(core, channel))
    only_unarchives = body.get("archived") is False and not channel.thread.locked and set(body) <= _UNARCHIVE_KEYS
    if only_unarchives:
        core.world.require(channel, Permission.SEND_MESSAGES_IN_THREADS)
    elif channel.thread.owner_id != core.world.bot.id or "locked" in body:
        core.world.require(channel, Permission.MANAGE_THREADS)
    if channel.thread.archived and body.get("archived") is not False:
        raise Problem.THREAD_ARCHIVED.error()
    core.threads.change(channel, body)
    return Answer(body=_shape(core, channel))


def delete_channel(core: Core, call: Call) -> Answer:
    """Answer DELETE /channels/{channel_id}."""
    channel = _visible(core, call)
    core.world.require(channel, Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS)
    shape = channel_shape(channel)
    core.threads.remove(channel)
    return Answer(body=shape)


def set_permission(core: Core, call: Call) -> Answer:
    """Answer PUT /channels/{channel_id}/permissions/{overwrite_id}."""
    channel = _visible(core, call)
    core.world.require(channel, Permission.MANAGE_ROLES)
    overwrite = Overwrite(
        target_id=call.id("overwrite_id"),
        kind=OverwriteKind(call.body.get("type") or 0),
        allow=int(call.body.get("allow") or 0),
        deny=int(call.body.get("deny") or 0),
    )
    core.threads.set_overwrite(channel, overwrite)
    return NOTHING


def delete_permission(core: Core, call: Call) -> Answer:
    """Answer DELETE /channels/{channel_id}/permissions/{overwrite_id}."""
    channel = _visible(core, call)
    core.world.require(channel, Permission.MANAGE_ROLES)
    core.threads.remove_overwrite(channel, call.id("overwrite_id"))
    return NOTHING


def start_typing(core: Core, call: Call) -> Answer:
    """Answer POST /channels/{channel_id}/typing."""
    channel = _visible(core, call)
    send = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    core.world.require(channel, send)
    tell_typing(core, channel, core.world.bot)
    return NOTHING


def tell_typing(core: Core, channel: Channel, user: User) -> None:
    """Tell everyone in a channel that somebody is typing."""
    payload: Payload = {
        "channel_id": str(channel.id),
        "user_id": str(user.id),
        "timestamp": int(core.world.clock.now().timestamp()),
    }
    if channel.guild is not None:
        payload |= {"guild_id": str(channel.guild.id), "member": member_shape(channel.guild.members[user.id])}
    core.bus.publish(Event(name="TYPING_START", payload=payload, guild=channel.guild, channel=channel))


def open_thread_on_message(core: Core, call: Call) -> Answer:
    """Answer POST /channels/{channel_id}/messages/{message_id}/threads."""
    channel = _visible(core, call)
    core.world.require(channel, Permission.CREATE_PUBLIC_THREADS)
    message = core.world.message(channel, call.id("message_id"))
    thread = core.threads.open_on(message, core.world.bot, call.body)
    return Answer(status=CREATED, body=_shape(core, thread))


def open_thread(core: Core, call: Call) -> Answer:
    """Answer POST /channels/{channel_id}/threads; without a type the thread is private, as Discord has it."""
    channel = _visible(core, call)
    kind = call.body.get("type") or ChannelKind.PRIVATE_THREAD
    public = kind == ChannelKind.PUBLIC_THREAD
    core.world.require(channel, Permission.CREATE_PUBLIC_THREADS if public else Permission.CREATE_PRIVATE_THREADS)
    thread = core.threads.open_in(channel, core.world.bot, call.body)
    return Answer(status=CREATED, body=_shape(core, thread))


def list_archived(core: Core, call: Call) -> Answer:
    """Answer GET /channels/{channel_id}/threads/archived/public, last archived first."""
    channel = _visible(core, call)
    core.world.require(channel, Permission.READ_MESSAGE_HISTORY)
    threads = channel.guild.threads() if channel.guild is not None else iter(())
    found = [one for one in threads if one.parent is channel and one.thread is not None and one.thread.archived]
    found = [one for one in found if one.kind is ChannelKind.PUBLIC_THREAD]
    found.sort(key=lambda one: one.thread.archive_timestamp if one.thread else 0, reverse=True)
    limit = call.limit(default=50, most=100)
    return Answer(body=threads_shape(core, found[:limit]) | {"has_more": len(found) > limit})


def threads_shape(core: Core, threads: list[Channel]) -> Payload:
    """Return a list of threads with the bot's memberships, as the listing routes answer."""
    bot_id = core.world.bot.id
    joined = [one for one in threads if one.thread is not None and bot_id in one.thread.joined_at]
    return {
        "threads": [channel_shape(one) for one in threads],
        "members": [thread_member_shape(one, bot_id) for one in joined],
        "has_more": False,
    }


def list_thread_members(core: Core, call: Call) -> Answer:
    """Answer GET /channels/{channel_id}/thread-members."""
    thread, members = _thread(core, call)
    return Answer(body=[thread_member_shape(thread, one) for one in members])


def get_thread_member(core: Core, call: Call) -> Answer:
    """Answer GET /channels/{channel_id}/thread-members/{user_id}."""
    thread, members = _thread(core, call)
    if call.id("user_id") not in members:
        raise Problem.UNKNOWN_MEMBER.error()
    return Answer(body=thread_member_shape(thread, call.id("user_id")))


def join_thread(core: Core, call: Call) -> Answer:
    """Answer PUT …/thread-members/@me and …/{user_id}."""
    thread, _ = _thread(core, call)
    if thread.thread is not None and thread.thread.archived:
        raise Problem.THREAD_ARCHIVED.error()
    core.threads.join(thread, _person(core, call))
    return NOTHING


def leave_thread(core: Core, call: Call) -> Answer:
    """Answer DELETE …/thread-members/@me and …/{user_id}."""
    thread, _ = _thread(core, call)
    if "user_id" in call.parameters:
        core.world.require(thread, Permission.MANAGE_THREADS)
    core.threads.leave(thread, _person(core, call))
    return NOTHING


def _visible(core: Core, call: Call) -> Channel:
    channel = core.world.channel(call.id("channel_id"))
    core.world.require(channel)
    return channel


def _thread(core: Core, call: Call) -> tuple[Channel, list[int]]:
    channel = _visible(core, call)
    if channel.thread is None:
        raise Problem.NOT_IN_THIS_CHANNEL.error()
    return channel, list(channel.thread.joined_at)


def _person(core: Core, call: Call) -> User:
    if "user_id" not in call.parameters:
        return core.world.bot
    found = read_id(call.parameters["user_id"])
    if found is None:
        raise invalid_form([("user_id", "NUMBER_TYPE_COERCE", "Not a snowflake.")])
    return core.world.user(found)


def _shape(core: Core, channel: Channel) -> Payload:
    shape = channel_shape(channel)
    bot_id = core.world.bot.id
    joined = channel.thread is not None and bot_id in channel.thread.joined_at
    return {**shape, "member": thread_member_shape(channel, bot_id)} if joined else shape


_ONE = "/channels/{channel_id}"
_MEMBERS = f"{_ONE}/thread-members"
ROUTES = (
    Route(method="GET", path=_ONE, handle=get_channel),
    Route(method="PATCH", path=_ONE, handle=edit_channel),
    Route(method="DELETE", path=_ONE, handle=delete_channel),
    Route(method="PUT", path=f"{_ONE}/permissions/{{overwrite_id}}", handle=set_permission),
    Route(method="DELETE", path=f"{_ONE}/permissions/{{overwrite_id}}", handle=delete_permission),
    Route(method="POST", path=f"{_ONE}/typing", handle=start_typing),
    Route(method="POST", path=f"{_ONE}/messages/{{message_id}}/threads", handle=open_thread_on_message),
    Route(method="POST", path=f"{_ONE}/threads", handle=open_thread),
    Route(method="GET", path=f"{_ONE}/threads/archived/public", handle=list_archived),
    Route(method="GET", path=_MEMBERS, handle=list_thread_members),
    Route(method="PUT", path=f"{_MEMBERS}/@me", handle=join_thread),
    Route(method="DELETE", path=f"{_MEMBERS}/@me", handle=leave_thread),
    Route(method="GET", path=f"{_MEMBERS}/{{user_id}}", handle=get_thread_member),
    Route(method="PUT", path=f"{_MEMBERS}/{{user_id}}", handle=join_thread),
    Route(method="DELETE", path=f"{_MEMBERS}/{{user_id}}", handle=leave_thread),
)
