"""People and places as Discord's JSON. Messages have their own file, `message_shapes`."""

from datetime import datetime

from playground.discord.permissions import ALL_PERMISSIONS, channel_permissions
from playground.discord.snowflakes import snowflake_time
from playground.discord.wire import Payload, iso, iso_or_none
from playground.discord.world import Channel, ChannelKind, Guild, Member, Role, User


def user_shape(user: User) -> Payload:
    """Return a user object."""
    shape: Payload = {
        "id": str(user.id),
        "username": user.username,
        "discriminator": "0000" if user.bot else "0",
        "global_name": user.global_name,
        "avatar": None,
        "banner": None,
        "accent_color": None,
        "flags": 0,
        "public_flags": 0,
        "avatar_decoration_data": None,
        "primary_guild": None,
    }
    return {**shape, "bot": True} if user.bot else shape


def own_user_shape(user: User) -> Payload:
    """Return the bot's user object as it sees itself."""
    return {**user_shape(user), "mfa_enabled": True, "locale": user.locale, "verified": True, "email": None}


def member_shape(member: Member, *, with_user: bool = True) -> Payload:
    """Return a member object; message events leave the user out, it stands beside."""
    shape: Payload = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": iso_or_none(member.timed_out_until),
        "flags": 0,
        "joined_at": iso(member.joined_at),
        "nick": member.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(one) for one in member.role_ids],
        "mute": False,
        "deaf": False,
    }
    return {**shape, "user": user_shape(member.user)} if with_user else shape


def role_shape(role: Role) -> Payload:
    """Return a role object."""
    shape: Payload = {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": role.color,
        "colors": {"primary_color": role.color, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.bot_id is not None,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return shape if role.bot_id is None else {**shape, "tags": {"bot_id": str(role.bot_id)}}


def channel_shape(channel: Channel) -> Payload:
    """Return a channel object of its kind: a text channel, a DM or a thread."""
    shape: Payload = {
        "id": str(channel.id),
        "type": int(channel.kind),
        "last_message_id": None if channel.last_message_id is None else str(channel.last_message_id),
        "flags": 0,
    }
    if channel.kind is ChannelKind.DM:
        people = [user_shape(one) for one in channel.recipients if not one.bot]
        return {**shape, "recipients": people}
    if channel.guild is None:
        return shape
    shape |= {"guild_id": str(channel.guild.id), "name": channel.name, "rate_limit_per_user": 0}
    if channel.thread is not None:
        return {**shape, **_thread_part(channel)}
    return {
        **shape,
        "topic": channel.topic,
        "position": channel.position,
        "nsfw": channel.nsfw,
        "parent_id": None,
        "permission_overwrites": [
            {"id": str(one.target_id), "type": int(one.kind), "allow": str(one.allow), "deny": str(one.deny)}
            for one in channel.overwrites.values()
        ],
    }


def _thread_part(channel: Channel) -> Payload:
    thread = channel.thread
    if thread is None or channel.parent is None:
        return {}
    private = {"invitable": thread.invitable} if channel.kind is ChannelKind.PRIVATE_THREAD else {}
    return {
        "parent_id": str(channel.parent.id),
        "owner_id": str(thread.owner_id),
        "message_count": len(channel.messages),
        "total_message_sent": thread.total_message_sent,
        "member_count": len(thread.joined_at),
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": iso(thread.archive_timestamp),
            "auto_archive_duration": thread.auto_archive_minutes,
            "locked": thread.locked,
            "create_timestamp": iso(thread.created_at),
            **private,
        },
    }


def thread_member_shape(channel: Channel, user_id: int) -> Payload:
    """Return one person's membership of a thread."""
    joined = channel.thread.joined_at[user_id] if channel.thread else snowflake_time(channel.id)
    return {"id": str(channel.id), "user_id": str(user_id), "join_timestamp": iso(joined), "flags": 0}


def interaction_channel_shape(channel: Channel, user_id: int, now: datetime) -> Payload:
    """Return the channel of an interaction, with the permissions its user has there."""
    permissions = channel_permissions(channel, user_id, now) if channel.guild else ALL_PERMISSIONS
    return {**channel_shape(channel), "permissions": str(permissions)}


def guild_shape(guild: Guild) -> Payload:
    """Return a server object, as `GET /guilds/{id}` answers it."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(guild.owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1,
        "roles": [role_shape(one) for one in guild.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 2,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": guild.premium_tier,
        "premium_subscription_count": 0,
        "preferred_locale": guild.preferred_locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create_shape(guild: Guild, bot_id: int) -> Payload:
    """Return the GUILD_CREATE event: the server with its channels, open threads and, of members, the bot alone.

    Without the members intent Discord sends the bot's own membership; the others come on request.
    """
    own = guild.members[bot_id]
    threads = [one for one in guild.threads() if one.thread is not None and not one.thread.archived]
    return {
        **guild_shape(guild),
        "joined_at": iso(own.joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "voice_states": [],
        "members": [member_shape(own)],
        "channels": [channel_shape(one) for one in guild.channels.values() if not one.is_thread],
        "threads": [
            {**channel_shape(one), "member": thread_member_shape(one, bot_id)}
            if one.thread is not None and bot_id in one.thread.joined_at
            else channel_shape(one)
            for one in threads
        ],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
