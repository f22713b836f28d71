"""Who belongs to which server: people arrive, join, leave, get roles and time-outs; the bot is told if it may hear."""

from datetime import timedelta

from playground.discord.bus import Bus, Event
from playground.discord.shapes import guild_create_shape, guild_shape, member_shape, user_shape
from playground.discord.state import World
from playground.discord.wire import Payload
from playground.discord.world import Guild, Member, Role, User


class Membership:
    """Change who is where, and tell the bus."""

    def __init__(self, *, world: World, bus: Bus) -> None:
        self._world = world
        self._bus = bus

    def arrive(self, username: str, *, locale: str = "en-US") -> User:
        """Add a person to Discord; they are in no server yet."""
        user = User(id=self._world.ids.next(), username=username, locale=locale)
        self._world.users[user.id] = user
        return user

    def join(self, guild: Guild, user: User) -> None:
        """Let a user into a server; the bot itself is invited that way."""
        guild.members[user.id] = Member(user=user, joined_at=self._world.clock.now())
        if user is self._world.bot:
            self._tell("GUILD_CREATE", guild, guild_create_shape(guild, user.id))
        else:
            self._tell("GUILD_MEMBER_ADD", guild, self._member(guild, user))

    def leave(self, guild: Guild, user: User) -> None:
        """Let a user leave a server; when it is the bot, it was thrown out."""
        if user is self._world.bot:
            self._tell("GUILD_DELETE", guild, {"id": str(guild.id)})
            del guild.members[user.id]
        else:
            del guild.members[user.id]
            self._tell("GUILD_MEMBER_REMOVE", guild, {"guild_id": str(guild.id), "user": user_shape(user)})

    def boost(self, guild: Guild, tier: int) -> None:
        """Set a server's boost tier, 0 to 3, and with it the upload limit."""
        guild.premium_tier = tier
        self._tell("GUILD_UPDATE", guild, guild_shape(guild))

    def time_out(self, guild: Guild, user: User, *, seconds: float) -> None:
        """Let a member only read for so long."""
        guild.members[user.id].timed_out_until = self._world.clock.now() + timedelta(seconds=seconds)
        self._tell("GUILD_MEMBER_UPDATE", guild, self._member(guild, user))

    def give_roles(self, guild: Guild, user: User, *roles: Role) -> None:
        """Set the roles of a member."""
        guild.members[user.id].role_ids = [one.id for one in roles]
        self._tell("GUILD_MEMBER_UPDATE", guild, self._member(guild, user))

    def _member(self, guild: Guild, user: User) -> Payload:
        return {**member_shape(guild.members[user.id]), "guild_id": str(guild.id)}

    def _tell(self, name: str, guild: Guild, payload: Payload) -> None:
        self._bus.publish(Event(name=name, payload=payload, guild=guild))
