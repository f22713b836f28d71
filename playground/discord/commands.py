"""The application's registered commands: replaced, added, found, and whether a person may use them."""

from playground.discord.errors import Problem
from playground.discord.permissions import Permission
from playground.discord.snowflakes import Snowflakes
from playground.discord.state import World
from playground.discord.wire import Payload, objects
from playground.discord.world import Channel, User

CHAT_INPUT, MESSAGE_MENU = 1, 3
SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2
_GUILD_CONTEXT, _BOT_DM_CONTEXT = 0, 1
Scope = int | None
"""A server's id, or None for commands that are global."""


class CommandBook:
    """Hold the commands of each scope, in the order they were sent."""

    def __init__(self, *, application_id: int, ids: Snowflakes) -> None:
        self._application_id = application_id
        self._ids = ids
        self._pages: dict[Scope, dict[tuple[int, str], Payload]] = {}

    def in_scope(self, scope: Scope) -> list[Payload]:
        """Return the commands of one scope as Discord's command objects."""
        return list(self._pages.get(scope, {}).values())

    def offered(self, channel: Channel) -> list[Payload]:
        """Return what the command picker would know of in a channel: global commands and its server's own."""
        own = self.in_scope(channel.guild.id) if channel.guild is not None else []
        return [*own, *self.in_scope(None)]

    def replace(self, scope: Scope, bodies: list[Payload]) -> list[Payload]:
        """Overwrite a scope; a command that keeps its type and name keeps its id."""
        before = self._pages.get(scope, {})
        self._pages[scope] = {_key(one): self._command(one, scope, before.get(_key(one))) for one in bodies}
        return self.in_scope(scope)

    def put(self, scope: Scope, body: Payload) -> tuple[Payload, bool]:
        """Add one command, or overwrite the one of that name; return it, and whether it is new."""
        page = self._pages.setdefault(scope, {})
        before = page.get(_key(body))
        page[_key(body)] = command = self._command(body, scope, before)
        return command, before is None

    def change(self, scope: Scope, command_id: int, body: Payload) -> Payload:
        """Change parts of one command."""
        before = self.find(scope, command_id)
        self.remove(scope, command_id)
        merged = {**before, **body}
        self._pages[scope][_key(merged)] = command = self._command(merged, scope, before)
        return command

    def find(self, scope: Scope, command_id: int) -> Payload:
        """Return one command; DiscordError 10063 if there is none."""
        for command in self.in_scope(scope):
            if command["id"] == str(command_id):
                return command
        raise Problem.UNKNOWN_COMMAND.error()

    def remove(self, scope: Scope, command_id: int) -> None:
        """Delete one command; DiscordError 10063 if there is none."""
        del self._pages[scope][_key(self.find(scope, command_id))]

    def _command(self, body: Payload, scope: Scope, before: Payload | None) -> Payload:
        permissions = body.get("default_member_permissions")
        command: Payload = {
            **{key: value for key, value in body.items() if value is not None},
            "id": before["id"] if before else str(self._ids.next()),
            "application_id": str(self._application_id),
            "version": str(self._ids.next()),
            "type": body.get("type") or CHAT_INPUT,
            "description": body.get("description") or "",
            "default_member_permissions": None if permissions is None else str(permissions),
            "integration_types": body.get("integration_types") or [0],
            "contexts": body.get("contexts"),
            "nsfw": bool(body.get("nsfw")),
            "options": [_option(one) for one in objects(body.get("options"))],
        }
        return command if scope is None else {**command, "guild_id": str(scope)}


def _key(body: Payload) -> tuple[int, str]:
    return body.get("type") or CHAT_INPUT, str(body["name"])


def _option(option: Payload) -> Payload:
    shape = {key: value for key, value in option.items() if value is not None}
    if "options" in shape:
        shape["options"] = [_option(one) for one in shape["options"]]
    return shape


def why_unavailable(command: Payload, channel: Channel, user: User, world: World) -> str | None:
    """Return why the client app does not let a person use a command here, None if it does."""
    context = _GUILD_CONTEXT if channel.guild is not None else _BOT_DM_CONTEXT
    contexts = command.get("contexts")
    needed = command.get("default_member_permissions")
    bits = world.permissions(channel, user)
    if not bits & Permission.VIEW_CHANNEL:
        return "this channel is hidden from them"
    if not bits & Permission.USE_APPLICATION_COMMANDS:
        return "they may not use application commands here"
    only_servers = channel.guild is None and command.get("dm_permission") is False
    if only_servers or (contexts is not None and context not in contexts):
        return "the command is not offered in this kind of place"
    if command.get("nsfw") and not channel.is_age_restricted and channel.guild is not None:
        return "the command is for age-restricted channels"
    if channel.guild is None or needed is None or bits & Permission.ADMINISTRATOR:
        return None
    return None if int(needed) and bits & int(needed) == int(needed) else "they lack the permissions it asks for"
