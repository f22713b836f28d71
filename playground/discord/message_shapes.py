"""Messages as Discord's JSON: attachments with fresh links, replies, reactions, and what the bot may not read."""

from playground.discord.cdn import Cdn
from playground.discord.component_shapes import ComponentShapes
from playground.discord.shapes import channel_shape, member_shape, user_shape
from playground.discord.wire import Payload, iso, iso_or_none
from playground.discord.world import Attachment, Message, Reference


def attachment_shape(file: Attachment, cdn: Cdn) -> Payload:
    """Return an attachment object with a link that is good from now on."""
    link = cdn.link(file)
    known: Payload = {
        "description": file.description,
        "content_type": file.content_type,
        "width": file.width,
        "height": file.height,
    }
    shape: Payload = {
        "id": str(file.id),
        "filename": file.filename,
        "size": file.size,
        "url": link,
        "proxy_url": link,
        **{key: value for key, value in known.items() if value is not None},
    }
    return {**shape, "ephemeral": True} if file.ephemeral else shape


class MessageShapes:
    """Write messages as JSON, as one who may read everything sees them."""

    def __init__(self, *, cdn: Cdn, bot_id: int) -> None:
        self._cdn = cdn
        self._parts = ComponentShapes(cdn)
        self._bot_id = bot_id

    def message(self, message: Message, *, with_referenced: bool = True) -> Payload:
        """Return a message object as REST answers it."""
        shape: Payload = {
            "id": str(message.id),
            "channel_id": str(message.channel.id),
            "type": int(message.kind),
            "author": user_shape(message.author),
            "content": message.content,
            "timestamp": iso(message.created_at),
            "edited_timestamp": iso_or_none(message.edited_at),
            "tts": message.tts,
            "mention_everyone": message.mention_everyone,
            "mentions": [user_shape(one) for one in message.mentions],
            "mention_roles": [str(one) for one in message.mention_role_ids],
            "attachments": [attachment_shape(one, self._cdn) for one in message.attachments],
            "embeds": [self._parts.embed(one, message) for one in message.embeds],
            "components": [self._parts.component(one, message) for one in message.components],
            "pinned": message.pinned_at is not None,
            "flags": int(message.flags),
            **self._optional(message),
        }
        if message.reference is not None:
            shape["message_reference"] = _reference(message.reference)
            if with_referenced:
                quoted = message.referenced
                alive = quoted is not None and not quoted.deleted
                shape["referenced_message"] = self.message(quoted, with_referenced=False) if quoted and alive else None
        return shape

    def event(self, message: Message) -> Payload:
        """Return a message as gateway events carry it: with its server and its author's membership."""
        shape = self.message(message)
        guild = message.channel.guild
        if guild is None:
            return {**shape, "channel_type": int(message.channel.kind)}
        shape |= {"guild_id": str(guild.id), "channel_type": int(message.channel.kind)}
        member = guild.members.get(message.author.id)
        return shape if member is None else {**shape, "member": member_shape(member, with_user=False)}

    def _optional(self, message: Message) -> Payload:
        extra: Payload = {}
        if message.nonce is not None:
            extra["nonce"] = message.nonce
        if message.application_id is not None:
            extra["application_id"] = str(message.application_id)
            extra["webhook_id"] = str(message.application_id)
        if message.interaction is not None:
            extra["interaction_metadata"] = message.interaction
        if message.thread is not None:
            extra["thread"] = channel_shape(message.thread)
        if message.reactions:
            extra["reactions"] = [self._reaction(name, who) for name, who in message.reactions.items()]
        return extra

    def _reaction(self, emoji: str, user_ids: list[int]) -> Payload:
        return {
            "emoji": emoji_shape(emoji),
            "count": len(user_ids),
            "count_details": {"burst": 0, "normal": len(user_ids)},
            "burst_colors": [],
            "me_burst": False,
            "me": self._bot_id in user_ids,
        }


def emoji_shape(emoji: str) -> Payload:
    """Return the emoji of a reaction: a character, or `name:id` for a server's own."""
    name, _, own_id = emoji.partition(":")
    return {"id": own_id or None, "name": name}


def withhold_content(shape: Payload, bot_id: int, *, private: bool) -> Payload:
    """Return a message object as a bot without MESSAGE_CONTENT gets it.

    Its own messages, DMs and messages that mention it stay whole; everything else loses content, attachments,
    embeds and components. The quoted message of a reply is judged for itself. Source: Discord docs,
    events/gateway#message-content-intent (read 2026-11-20).
    """
    quoted = shape.get("referenced_message")
    if quoted:
        shape = {**shape, "referenced_message": withhold_content(quoted, bot_id, private=private)}
    own = str(bot_id)
    mentioned = any(one["id"] == own for one in shape["mentions"])
    if private or mentioned or shape["author"]["id"] == own:
        return shape
    return {**shape, "content": "", "attachments": [], "embeds": [], "components": []}


def _reference(reference: Reference) -> Payload:
    shape: Payload = {
        "type": 0,
        "message_id": str(reference.message_id),
        "channel_id": str(reference.channel_id),
    }
    return shape if reference.guild_id is None else {**shape, "guild_id": str(reference.guild_id)}
