"""What the page is told: people, places and messages as one person sees them, as JSON; sending it is `page`'s part."""

from collections.abc import Iterator

from playground.discord.core import Core
from playground.discord.permissions import guild_permissions
from playground.discord.shapes import channel_shape
from playground.discord.wire import Payload
from playground.discord.world import Channel, Guild, User

PAGE_OF_MESSAGES = 50


class PageState:
    """Describe the local Discord to one person's page."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._world = core.world

    def people(self) -> list[User]:
        """Return everyone one can be, in the order they joined."""
        return [one for one in self._world.users.values() if not one.bot]

    def describe(self, me: User) -> Payload:
        """Return people, places and commands; `guilds` are those the person is in, with what they may see there."""
        guilds = [one for one in self._world.guilds.values() if me.id in one.members]
        bot = self._world.bot
        return {
            "me": self._person(me),
            "people": [self._person(one) for one in self.people()],
            "bot": {"id": str(bot.id), "name": _name(bot), "online": self._core.gateway.is_connected},
            "guilds": [self._guild(one, me) for one in guilds],
            "dms": [{"id": str(self._world.dm(me).id), "name": _name(bot)}],
            "commands": [*self._commands(guilds)],
        }

    def messages(self, channel: Channel, me: User, before: int | None) -> list[Payload]:
        """Return the newest messages that the person sees, oldest first; with `before`, the ones before that id."""
        seen = [
            one
            for one in sorted(channel.messages.values(), key=lambda message: message.id)
            if self._world.sees_message(one, me) and (before is None or one.id < before)
        ]
        return [self._core.shapes.event(one) for one in seen[-PAGE_OF_MESSAGES:]]

    def _person(self, user: User) -> Payload:
        return {
            "id": str(user.id),
            "name": _name(user),
            "about": " · ".join([f"@{user.username}", *self._standing(user)]),
        }

    def _standing(self, user: User) -> Iterator[str]:
        if user is self._world.owner:
            yield f"owns {self._world.bot.username}"
        for guild in self._world.guilds.values():
            member = guild.members.get(user.id)
            if guild.owner_id == user.id:
                yield f"owns {guild.name}"
            elif member is not None and member.role_ids:
                yield f"{', '.join(guild.roles[one].name for one in member.role_ids)} in {guild.name}"

    def _guild(self, guild: Guild, me: User) -> Payload:
        visible = [one for one in guild.channels.values() if self._world.sees(one, me)]
        return {
            "id": str(guild.id),
            "name": guild.name,
            "permissions": str(guild_permissions(guild, guild.members[me.id])),
            "roles": [{"id": str(one.id), "name": one.name.lstrip("@")} for one in guild.roles.values()],
            "channels": [channel_shape(one) for one in visible if not one.is_thread],
            "threads": [_thread(one) for one in visible if one.is_thread],
        }

    def _commands(self, guilds: list[Guild]) -> Iterator[Payload]:
        for guild in guilds:
            yield from self._core.commands.in_scope(guild.id)
        yield from self._core.commands.in_scope(None)


def _name(user: User) -> str:
    return user.global_name or user.username


def _thread(channel: Channel) -> Payload:
    archived = channel.thread is not None and channel.thread.archived
    return {**channel_shape(channel), "archived": archived}
