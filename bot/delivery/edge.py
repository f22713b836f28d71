"""Discord's objects read into values: place, actor, uploads and token. Nothing is asked of Discord here."""

from collections.abc import Iterable, Iterator

import discord

from bot.model import (
    Actor,
    ChannelId,
    GuildId,
    InteractionToken,
    MessageId,
    Place,
    PlaceKind,
    Upload,
    UserId,
)

DEFAULT_LIMIT_BYTES = discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES

Channel = discord.abc.Messageable | discord.abc.GuildChannel
_Labelled = (
    discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel | discord.CategoryChannel
)


def place_of(interaction: discord.Interaction) -> Place:
    """Return where an interaction happened, with the upload limit that its own answer has."""
    channel = interaction.channel
    by_user = interaction.is_user_integration() and not interaction.is_guild_integration()
    return Place(
        guild_id=GuildId(interaction.guild_id) if interaction.guild_id else None,
        channel_id=ChannelId(interaction.channel_id or 0),
        parent_id=_parent_id(channel),
        kind=_kind(channel, in_guild=interaction.guild_id is not None),
        age_restricted=_age_restricted(channel),
        upload_limit_bytes=interaction.filesize_limit,
        install="user" if by_user else "guild",
        locale=interaction.locale.value,
    )


def place_of_message(message: discord.Message) -> Place:
    """Return where a message was written. Its language is the server's, as a message does not tell its author's."""
    guild = message.guild
    return Place(
        guild_id=GuildId(guild.id) if guild else None,
        channel_id=ChannelId(message.channel.id),
        parent_id=_parent_id(message.channel),
        kind=_kind(message.channel, in_guild=guild is not None),
        age_restricted=_age_restricted(message.channel),
        upload_limit_bytes=guild.filesize_limit if guild else DEFAULT_LIMIT_BYTES,
        locale=guild.preferred_locale.value if guild else "en-US",
    )


def actor_of(interaction: discord.Interaction, host_ids: frozenset[UserId]) -> Actor:
    """Return who pressed or typed, with the permissions Discord worked out for that channel."""
    in_guild = interaction.guild_id is not None
    return _actor(interaction.user, interaction.permissions if in_guild else None, interaction.channel, host_ids)


def actor_of_message(message: discord.Message, host_ids: frozenset[UserId]) -> Actor:
    """Return who wrote a message, with their permissions as far as the cache tells them."""
    author = message.author
    permissions = message.channel.permissions_for(author) if isinstance(author, discord.Member) else None
    return _actor(author, permissions, message.channel, host_ids)


def upload_of(attachment: discord.Attachment) -> Upload:
    """Return an attachment as an input still to be fetched."""
    return Upload(url=attachment.url, filename=attachment.filename, size_bytes=attachment.size)


def uploads_of(attachments: Iterable[discord.Attachment | None]) -> tuple[Upload, ...]:
    """Return the attachments that are there, in order."""
    return tuple(upload_of(attachment) for attachment in attachments if attachment is not None)


def pictures_of(message: discord.Message | discord.MessageSnapshot) -> tuple[Upload, ...]:
    """Return a message's attachments that claim to be pictures, in order; what they are is seen when they come."""
    attachments = [part for part in message.attachments if (part.content_type or "image/").startswith("image/")]
    return (*uploads_of(attachments), *_embedded(message.embeds))


def _embedded(embeds: Iterable[discord.Embed]) -> Iterator[Upload]:
    """Yield the pictures other bots and link previews show, from Discord's own proxy where it has them."""
    for embed in embeds:
        media = embed.image if embed.image.url else embed.thumbnail
        url = media.proxy_url or media.url
        if url and url.startswith("https://"):
            yield Upload(url=url, filename=url.split("?")[0].rsplit("/", 1)[-1], size_bytes=0)


def token_of(interaction: discord.Interaction) -> InteractionToken:
    """Return what lets us answer this interaction for 15 minutes."""
    return InteractionToken(token=interaction.token, expires_at=interaction.expires_at)


def source_of(interaction: discord.Interaction) -> str:
    """Return the id under which one event is one order, however often it arrives."""
    return f"i:{interaction.id}"


def _actor(
    user: discord.User | discord.Member,
    permissions: discord.Permissions | None,
    channel: Channel | None,
    host_ids: frozenset[UserId],
) -> Actor:
    roles = tuple(role.id for role in user.roles) if isinstance(user, discord.Member) else ()
    return Actor(
        user_id=UserId(user.id),
        role_ids=roles,
        manage_messages=permissions is not None and permissions.manage_messages,
        can_post=permissions is None or _can_post(permissions, channel),
        is_host=user.id in host_ids,
    )


def _can_post(permissions: discord.Permissions, channel: Channel | None) -> bool:
    # In threads SEND_MESSAGES has no effect (Discord docs, topics/threads#permissions, read 2026-11-20).
    in_thread = isinstance(channel, discord.Thread)
    return permissions.send_messages_in_threads if in_thread else permissions.send_messages


def _kind(channel: Channel | None, *, in_guild: bool) -> PlaceKind:
    if not in_guild:
        return PlaceKind.DM
    return PlaceKind.THREAD if isinstance(channel, discord.Thread) else PlaceKind.CHANNEL


def _parent_id(channel: Channel | None) -> ChannelId | None:
    return ChannelId(channel.parent_id) if isinstance(channel, discord.Thread) else None


def _age_restricted(channel: Channel | None) -> bool:
    """Say whether the place is labelled; a thread is as its parent, and what is not known is not labelled."""
    labelled = channel.parent if isinstance(channel, discord.Thread) else channel
    return isinstance(labelled, _Labelled) and labelled.nsfw


def message_id(message: discord.Message) -> MessageId:
    """Return a message's id as ours."""
    return MessageId(message.id)
