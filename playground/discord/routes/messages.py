"""Messages in channels, by the bot token: posted, read, changed, deleted; reactions and pins."""

from datetime import timedelta

from playground.discord.core import Core
from playground.discord.drafts import Draft
from playground.discord.errors import Problem, invalid_form
from playground.discord.gateway_session import Intent
from playground.discord.message_shapes import withhold_content
from playground.discord.permissions import Permission
from playground.discord.posting import TYPED, Origin
from playground.discord.routes.route import NOTHING, Answer, Call, Route
from playground.discord.shapes import user_shape
from playground.discord.wire import Payload, iso, read_id
from playground.discord.world import Channel, Message, MessageKind, User

_BULK_DELETE_AGE = timedelta(days=14)
_READ = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY


def readable(core: Core, message: Message) -> Payload:
    """Return a message as REST lets the bot read it, with or without the message content intent."""
    shape = core.shapes.message(message)
    if Intent.MESSAGE_CONTENT in core.gateway.allowed_intents:
        return shape
    return withhold_content(shape, core.world.bot.id, private=message.channel.guild is None)


def create_message(core: Core, call: Call) -> Answer:
    """Answer POST /channels/{channel_id}/messages."""
    channel = _channel(core, call)
    draft = _permitted(core, channel, call.draft(channel.upload_limit_bytes))
    if draft.is_empty:
        raise Problem.EMPTY_MESSAGE.error()
    replied = _replied(core, channel, draft)
    if core.world.is_closed_to(channel, core.world.bot):
        raise Problem.THREAD_ARCHIVED.error()
    origin = TYPED if replied is None else Origin(kind=MessageKind.REPLY, replied=replied)
    message = core.posting.post(channel, core.world.bot, draft, origin)
    if channel.is_thread:
        core.threads.join(channel, core.world.bot)
    return Answer(body=core.shapes.message(message))


def list_messages(core: Core, call: Call) -> Answer:
    """Answer GET /channels/{channel_id}/messages with before, after, around, limit; newest first."""
    channel = _channel(core, call)
    core.world.require(channel)
    if not core.world.allows(channel, core.world.bot, Permission.READ_MESSAGE_HISTORY):
        return Answer(body=[])
    limit = call.limit(default=50, most=100)
    found = [one for one in channel.messages.values() if not one.ephemeral]
    before, after, around = (call.asked_id(name) for name in ("before", "after", "around"))
    if around is not None:
        older = [one for one in found if one.id < around][-(limit // 2) :]
        newer = [one for one in found if one.id >= around][: limit - len(older)]
        found = older + newer
    elif after is not None:
        found = [one for one in found if one.id > after][:limit]
    else:
        found = [one for one in found if before is None or one.id < before][-limit:]
    return Answer(body=[readable(core, one) for one in reversed(found)])


def get_message(core: Core, call: Call) -> Answer:
    """Answer GET /channels/{channel_id}/messages/{message_id}."""
    channel = _channel(core, call)
    core.world.require(channel, _READ)
    return Answer(body=readable(core, _message(core, call)))


def edit_message(core: Core, call: Call) -> Answer:
    """Answer PATCH /channels/{channel_id}/messages/{message_id}."""
    channel = _channel(core, call)
    core.world.require(channel)
    message = _message(core, call)
    if message.author.id != core.world.bot.id:
        raise Problem.NOT_YOUR_MESSAGE.error()
    if channel.thread is not None and channel.thread.archived:
        raise Problem.THREAD_ARCHIVED.error()
    draft = call.draft(channel.upload_limit_bytes)
    return Answer(body=core.shapes.message(core.posting.edit(message, draft)))


def delete_message(core: Core, call: Call) -> Answer:
    """Answer DELETE /channels/{channel_id}/messages/{message_id}."""
    channel = _channel(core, call)
    message = _message(core, call)
    own = message.author.id == core.world.bot.id
    core.world.require(channel, Permission.VIEW_CHANNEL if own else Permission.MANAGE_MESSAGES)
    core.posting.delete(message)
    return NOTHING


def bulk_delete(core: Core, call: Call) -> Answer:
    """Answer POST /channels/{channel_id}/messages/bulk-delete: 2 to 100 messages of the last fourteen days."""
    channel = _channel(core, call)
    core.world.require(channel, Permission.MANAGE_MESSAGES)
    ids: list[object] = call.body.get("messages") or []
    wanted = [channel.messages[one] for one in map(read_id, ids) if one in channel.messages]
    oldest = core.world.clock.now() - _BULK_DELETE_AGE
    if any(one.created_at < oldest for one in wanted):
        raise Problem.TOO_OLD_FOR_BULK_DELETE.error()
    core.posting.delete_many(channel, wanted)
    return NOTHING


def add_reaction(core: Core, call: Call) -> Answer:
    """Answer PUT …/reactions/{emoji}/@me."""
    channel = _channel(core, call)
    core.world.require(channel, Permission.READ_MESSAGE_HISTORY)
    message, emoji = _message(core, call), call.parameters["emoji"]
    if emoji not in message.reactions:
        core.world.require(channel, Permission.ADD_REACTIONS)
    core.reactions.add(message, core.world.bot, emoji)
    return NOTHING


def remove_reaction(core: Core, call: Call) -> Answer:
    """Answer DELETE …/reactions/{emoji}/@me and …/{user_id}."""
    user: User = core.world.bot
    if "user_id" in call.parameters:
        core.world.require(_channel(core, call), Permission.MANAGE_MESSAGES)
        user = core.world.user(call.id("user_id"))
    core.reactions.take_back(_message(core, call), user, call.parameters["emoji"])
    return NOTHING


def list_reactions(core: Core, call: Call) -> Answer:
    """Answer GET …/reactions/{emoji}."""
    who = _message(core, call).reactions.get(call.parameters["emoji"], [])
    after, limit = call.asked_id("after") or 0, call.limit(default=25, most=100)
    chosen = sorted(one for one in who if one > after)[:limit]
    return Answer(body=[user_shape(core.world.user(one)) for one in chosen])


def clear_reactions(core: Core, call: Call) -> Answer:
    """Answer DELETE …/reactions and …/reactions/{emoji}."""
    core.world.require(_channel(core, call), Permission.MANAGE_MESSAGES)
    core.reactions.clear(_message(core, call), call.parameters.get("emoji"))
    return NOTHING


def list_pins(core: Core, call: Call) -> Answer:
    """Answer GET /channels/{channel_id}/messages/pins; newest pin first."""
    channel = _channel(core, call)
    core.world.require(channel, _READ)
    pinned = [(one.pinned_at, one) for one in channel.messages.values() if one.pinned_at is not None]
    pinned.sort(key=lambda pair: pair[0], reverse=True)
    items = [{"pinned_at": iso(at), "message": readable(core, one)} for at, one in pinned]
    limit = call.limit(default=50, most=50)
    return Answer(body={"items": items[:limit], "has_more": len(items) > limit})


def pin(core: Core, call: Call) -> Answer:
    """Answer PUT …/pins/{message_id}."""
    core.world.require(_channel(core, call), Permission.PIN_MESSAGES)
    core.posting.pin(_message(core, call), pinned=True)
    return NOTHING


def unpin(core: Core, call: Call) -> Answer:
    """Answer DELETE …/pins/{message_id}."""
    core.world.require(_channel(core, call), Permission.PIN_MESSAGES)
    core.posting.pin(_message(core, call), pinned=False)
    return NOTHING


def _channel(core: Core, call: Call) -> Channel:
    return core.world.channel(call.id("channel_id"))


def _message(core: Core, call: Call) -> Message:
    core.world.require(_channel(core, call))
    return core.world.message(_channel(core, call), call.id("message_id"))


def _permitted(core: Core, channel: Channel, draft: Draft) -> Draft:
    """Ask the permissions that a message needs; embeds without leave are dropped, as Discord drops them."""
    bot = core.world.bot
    send = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    core.world.require(channel, send)
    if draft.files:
        core.world.require(channel, Permission.ATTACH_FILES)
    if any(not (one.bot or one.dms_open) for one in channel.recipients):
        raise Problem.CANNOT_MESSAGE_USER.error()
    if draft.items("embeds") and not core.world.allows(channel, bot, Permission.EMBED_LINKS):
        return Draft(body={**draft.body, "embeds": []}, files=draft.files, limit_bytes=draft.limit_bytes)
    return draft


def _replied(core: Core, channel: Channel, draft: Draft) -> Message | None:
    reference: Payload | None = draft.body.get("message_reference")
    if reference is None:
        return None
    core.world.require(channel, Permission.READ_MESSAGE_HISTORY)
    message = channel.messages.get(read_id(reference.get("message_id")) or 0)
    if message is not None and not message.ephemeral:
        return message
    if reference.get("fail_if_not_exists", True):
        raise invalid_form([("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")])
    return None


_LIST = "/channels/{channel_id}/messages"
_ONE = f"{_LIST}/{{message_id}}"
_EMOJI = f"{_ONE}/reactions/{{emoji}}"
ROUTES = (
    Route(method="POST", path=_LIST, handle=create_message),
    Route(method="GET", path=_LIST, handle=list_messages),
    Route(method="POST", path=f"{_LIST}/bulk-delete", handle=bulk_delete),
    Route(method="GET", path=f"{_LIST}/pins", handle=list_pins),
    Route(method="PUT", path=f"{_LIST}/pins/{{message_id}}", handle=pin),
    Route(method="DELETE", path=f"{_LIST}/pins/{{message_id}}", handle=unpin),
    Route(method="GET", path=_ONE, handle=get_message),
    Route(method="PATCH", path=_ONE, handle=edit_message),
    Route(method="DELETE", path=_ONE, handle=delete_message),
    Route(method="DELETE", path=f"{_ONE}/reactions", handle=clear_reactions),
    Route(method="GET", path=_EMOJI, handle=list_reactions),
    Route(method="DELETE", path=_EMOJI, handle=clear_reactions),
    Route(method="PUT", path=f"{_EMOJI}/@me", handle=add_reaction),
    Route(method="DELETE", path=f"{_EMOJI}/@me", handle=remove_reaction),
    Route(method="DELETE", path=f"{_EMOJI}/{{user_id}}", handle=remove_reaction),
)
