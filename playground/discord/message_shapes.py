"""Messages as Discord's JSON: attachments, components and embeds with fresh links, and what the bot may not read."""

from playground.discord.cdn import Cdn
from playground.discord.shapes import channel_shape, member_shape, user_shape
from playground.discord.wire import Payload, iso, iso_or_none, objects
from playground.discord.world import Attachment, Message, Reference

_SELECTS = frozenset({3, 5, 6, 7, 8})
_BUTTON, _THUMBNAIL, _GALLERY, _FILE, _SEPARATOR, _CONTAINER, _SECTION = 2, 11, 12, 13, 14, 17, 9
_ATTACHMENT_SCHEME = "attachment://"


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
            "embeds": [self._embed(one, message) for one in message.embeds],
            "components": [self._component(one, message) for one in message.components],
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

    def _embed(self, embed: Payload, message: Message) -> Payload:
        shape: Payload = {key: value for key, value in embed.items() if value is not None}
        shape["type"] = "rich"
        shape["fields"] = [{**one, "inline": one.get("inline", False)} for one in objects(embed.get("fields"))]
        for part in ("image", "thumbnail"):
            if part in shape:
                shape[part] = self._embed_picture(shape[part]["url"], message)
        for part in ("footer", "author"):
            if part in shape:
                icon = shape[part].get("icon_url")
                link = self._embed_picture(icon, message) if icon else {}
                shape[part] = {**shape[part], **({"icon_url": link["url"]} if link else {})}
        return shape

    def _embed_picture(self, url: str, message: Message) -> Payload:
        file = _shown_file(url, message)
        if file is None:
            return {"url": url, "proxy_url": url}
        link = self._cdn.link(file)
        sizes = {"width": file.width, "height": file.height, "content_type": file.content_type}
        return {"url": link, "proxy_url": link, **{key: value for key, value in sizes.items() if value is not None}}

    def _component(self, component: Payload, message: Message) -> Payload:
        shape = dict(component)
        if "components" in shape:
            shape["components"] = [self._component(one, message) for one in shape["components"]]
        if shape.get("accessory"):
            shape["accessory"] = self._component(shape["accessory"], message)
        if emoji := shape.get("emoji"):
            shape["emoji"] = {key: value for key, value in emoji.items() if value is not None}
        match shape["type"]:
            case kind if kind in _SELECTS:
                shape |= {"min_values": shape.get("min_values", 1), "max_values": shape.get("max_values", 1)}
                shape.pop("required", None)
            case kind if kind == _THUMBNAIL:
                shape |= self._medium(shape, message)
            case kind if kind == _GALLERY:
                shape["items"] = [self._medium(one, message) for one in shape["items"]]
            case kind if kind == _FILE:
                shape |= self._file(shape, message)
            case kind if kind == _CONTAINER:
                shape |= {"accent_color": shape.get("accent_color"), "spoiler": shape.get("spoiler", False)}
            case kind if kind == _SEPARATOR:
                shape |= {"spacing": shape.get("spacing", 1), "divider": shape.get("divider", True)}
            case _:
                pass
        return {key: value for key, value in shape.items() if value is not None or key in _NULLABLE}

    def _medium(self, item: Payload, message: Message) -> Payload:
        return {
            **item,
            "media": self._unfurled(item["media"]["url"], message),
            "description": item.get("description"),
            "spoiler": item.get("spoiler") or False,
        }

    def _file(self, item: Payload, message: Message) -> Payload:
        file = _shown_file(item["file"]["url"], message)
        return {
            "file": self._unfurled(item["file"]["url"], message),
            "name": None if file is None else file.filename,
            "size": None if file is None else file.size,
            "spoiler": item.get("spoiler") or False,
        }

    def _unfurled(self, url: str, message: Message) -> Payload:
        file = _shown_file(url, message)
        if file is None:
            return {"id": str(message.id), "url": url, "proxy_url": url, "width": None, "height": None}
        link = self._cdn.link(file)
        return {
            "id": str(file.id),
            "url": link,
            "proxy_url": link,
            "width": file.width,
            "height": file.height,
            "content_type": file.content_type,
            "attachment_id": str(file.id),
        }


_NULLABLE = frozenset({"description", "accent_color", "name", "size"})


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


def _shown_file(url: str, message: Message) -> Attachment | None:
    return message.file(url.removeprefix(_ATTACHMENT_SCHEME)) if url.startswith(_ATTACHMENT_SCHEME) else None


def _reference(reference: Reference) -> Payload:
    shape: Payload = {
        "type": 0,
        "message_id": str(reference.message_id),
        "channel_id": str(reference.channel_id),
    }
    return shape if reference.guild_id is None else {**shape, "guild_id": str(reference.guild_id)}
