"""Who may do what: Discord's permission bits and its algorithm. Pure; entities come from `world`.

Source: Discord docs, topics/permissions (read 2026-11-20).
"""

from datetime import datetime
from enum import IntFlag

from playground.discord.world import Channel, Guild, Member, OverwriteKind


class Permission(IntFlag):
    """The bits that this server looks at, under Discord's names."""

    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CHANGE_NICKNAME = 1 << 26
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    PIN_MESSAGES = 1 << 51


ALL_PERMISSIONS = (1 << 53) - 1
ORDINARY = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
"""What @everyone has in a new server here."""

IN_DIRECT_MESSAGES = ORDINARY | Permission.MENTION_EVERYONE
"""What both sides of a DM may do."""

_WHILE_TIMED_OUT = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
_NEEDS_SENDING = Permission.MENTION_EVERYONE | Permission.ATTACH_FILES | Permission.EMBED_LINKS


def guild_permissions(guild: Guild, member: Member) -> int:
    """Return what a member may do in the whole server, before channels say otherwise."""
    if member.user.id == guild.owner_id:
        return ALL_PERMISSIONS
    bits = guild.everyone.permissions
    for role_id in member.role_ids:
        bits |= guild.roles[role_id].permissions
    return ALL_PERMISSIONS if bits & Permission.ADMINISTRATOR else bits


def channel_permissions(channel: Channel, user_id: int, now: datetime) -> int:
    """Return what a user may do in a channel, with overwrites, implicit denials and time-outs.

    Threads take the overwrites of their parent. A user who is no member may do nothing.
    """
    guild = channel.guild
    if guild is None:
        return IN_DIRECT_MESSAGES if any(one.id == user_id for one in channel.recipients) else 0
    member = guild.members.get(user_id)
    if member is None:
        return 0
    bits = guild_permissions(guild, member)
    if bits & Permission.ADMINISTRATOR:
        return bits
    bits = _with_overwrites(bits, channel.parent or channel, member)
    bits = _with_implicit_denials(bits, channel)
    timed_out = member.timed_out_until is not None and member.timed_out_until > now
    return bits & _WHILE_TIMED_OUT if timed_out else bits


def _with_overwrites(bits: int, channel: Channel, member: Member) -> int:
    overwrites = channel.overwrites
    guild_id = channel.guild.id if channel.guild is not None else 0
    if everyone := overwrites.get(guild_id):
        bits = bits & ~everyone.deny | everyone.allow
    of_roles = [overwrites[one] for one in member.role_ids if one in overwrites]
    for overwrite in of_roles:
        bits &= ~overwrite.deny
    for overwrite in of_roles:
        bits |= overwrite.allow
    own = overwrites.get(member.user.id)
    if own is not None and own.kind is OverwriteKind.MEMBER:
        bits = bits & ~own.deny | own.allow
    return bits


def _with_implicit_denials(bits: int, channel: Channel) -> int:
    if not bits & Permission.VIEW_CHANNEL:
        return 0
    send = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    return bits if bits & send else bits & ~_NEEDS_SENDING
