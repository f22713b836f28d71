"""The state of the local Discord: everyone and everything, found by id, and who may do what there."""

from playground.discord.clock import Clock
from playground.discord.errors import Problem
from playground.discord.permissions import Permission, channel_permissions
from playground.discord.snowflakes import Snowflakes
from playground.discord.world import Channel, ChannelKind, Guild, Member, Message, User


class World:
    """Hold people, servers and channels. Lookups by id raise the error that Discord answers."""

    def __init__(self, *, clock: Clock, ids: Snowflakes, bot: User, owner: User) -> None:
        self.clock = clock
        self.ids = ids
        self.bot = bot
        self.owner = owner
        self.application_id = bot.id
        self.users: dict[int, User] = {bot.id: bot, owner.id: owner}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}

    def guild(self, guild_id: int) -> Guild:
        """Return a server the bot is in; DiscordError 10004 otherwise."""
        guild = self.guilds.get(guild_id)
        if guild is None or self.bot.id not in guild.members:
            raise Problem.UNKNOWN_GUILD.error()
        return guild

    def bot_guilds(self) -> list[Guild]:
        """Return the servers the bot is in."""
        return [one for one in self.guilds.values() if self.bot.id in one.members]

    def member(self, guild: Guild, user_id: int) -> Member:
        """Return a member; DiscordError 10007 for a stranger, 10013 for nobody."""
        if user_id not in self.users:
            raise Problem.UNKNOWN_USER.error()
        member = guild.members.get(user_id)
        if member is None:
            raise Problem.UNKNOWN_MEMBER.error()
        return member

    def user(self, user_id: int) -> User:
        """Return a user; DiscordError 10013 if there is none."""
        user = self.users.get(user_id)
        if user is None:
            raise Problem.UNKNOWN_USER.error()
        return user

    def channel(self, channel_id: int) -> Channel:
        """Return a channel, DM or thread; DiscordError 10003 if there is none."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise Problem.UNKNOWN_CHANNEL.error()
        return channel

    def message(self, channel: Channel, message_id: int) -> Message:
        """Return a message that everyone in the channel sees; DiscordError 10008 if there is none."""
        message = channel.messages.get(message_id)
        if message is None or message.ephemeral:
            raise Problem.UNKNOWN_MESSAGE.error()
        return message

    def dm(self, user: User) -> Channel:
        """Return the DM between the bot and a person, opening it the first time."""
        for channel in self.channels.values():
            if channel.kind is ChannelKind.DM and user in channel.recipients:
                return channel
        channel = Channel(id=self.ids.next(), kind=ChannelKind.DM, name=user.username, recipients=(user, self.bot))
        self.channels[channel.id] = channel
        return channel

    def add(self, channel: Channel) -> Channel:
        """Put a new channel or thread in its place."""
        self.channels[channel.id] = channel
        if channel.guild is not None:
            channel.guild.channels[channel.id] = channel
        return channel

    def remove(self, channel: Channel) -> None:
        """Take a channel away, with its threads."""
        self.channels.pop(channel.id, None)
        if channel.guild is not None:
            channel.guild.channels.pop(channel.id, None)
            for thread in [one for one in channel.guild.threads() if one.parent is channel]:
                self.remove(thread)

    def permissions(self, channel: Channel, user: User) -> int:
        """Return a user's permissions in a channel, now."""
        return channel_permissions(channel, user.id, self.clock.now())

    def allows(self, channel: Channel, user: User, needed: Permission) -> bool:
        """Return whether a user has all of `needed` in a channel."""
        return self.permissions(channel, user) & needed == needed

    def require(self, channel: Channel, needed: Permission = Permission.VIEW_CHANNEL) -> None:
        """Raise 50001 if the bot does not see the channel, 50013 if it lacks any of `needed` there."""
        bits = self.permissions(channel, self.bot)
        if not bits & Permission.VIEW_CHANNEL:
            raise Problem.MISSING_ACCESS.error()
        if bits & needed != needed:
            raise Problem.MISSING_PERMISSIONS.error()

    def is_closed_to(self, channel: Channel, user: User) -> bool:
        """Return whether a channel is a thread that was locked and archived, and a user may not reopen it."""
        thread = channel.thread
        shut = thread is not None and thread.archived and thread.locked
        return shut and not self.allows(channel, user, Permission.MANAGE_THREADS)

    def sees(self, channel: Channel, user: User) -> bool:
        """Return whether a channel shows up in a user's client app."""
        return self.allows(channel, user, Permission.VIEW_CHANNEL)

    def sees_message(self, message: Message, user: User) -> bool:
        """Return whether a user sees a message: in a channel of theirs, and not for another's eyes alone."""
        return message.visible_to in (None, user.id) and self.sees(message.channel, user)
