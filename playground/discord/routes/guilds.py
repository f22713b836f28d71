"""Servers: what they are, their channels, roles and members, read only."""

from playground.discord.core import Core
from playground.discord.errors import Problem
from playground.discord.gateway_session import Intent
from playground.discord.routes.channels import threads_shape
from playground.discord.routes.route import Answer, Call, Route
from playground.discord.shapes import channel_shape, guild_shape, member_shape, role_shape
from playground.discord.wire import Payload
from playground.discord.world import Guild


def get_guild(core: Core, call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}."""
    guild = _guild(core, call)
    counts: Payload = {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    return Answer(body=guild_shape(guild) | (counts if call.says("with_counts") else {}))


def list_channels(core: Core, call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}/channels; threads are not among them."""
    channels = _guild(core, call).channels.values()
    return Answer(body=[channel_shape(one) for one in channels if not one.is_thread])


def list_roles(core: Core, call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}/roles."""
    return Answer(body=[role_shape(one) for one in _guild(core, call).roles.values()])


def get_member(core: Core, call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}/members/{user_id}."""
    return Answer(body=member_shape(core.world.member(_guild(core, call), call.id("user_id"))))


def list_members(core: Core, call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}/members, which needs the members intent."""
    if Intent.GUILD_MEMBERS not in core.gateway.allowed_intents:
        raise Problem.MISSING_ACCESS.error()
    after, limit = call.asked_id("after") or 0, call.limit(default=1, most=1000)
    members = sorted(_guild(core, call).members.values(), key=lambda one: one.user.id)
    return Answer(body=[member_shape(one) for one in members if one.user.id > after][:limit])


def search_members(core: Core, call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}/members/search."""
    query = call.query.get("query", "").casefold()
    members = _guild(core, call).members.values()
    found = [one for one in members if (one.nick or one.user.username).casefold().startswith(query)]
    return Answer(body=[member_shape(one) for one in found][: call.limit(default=1, most=1000)])


def list_active_threads(core: Core, call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}/threads/active."""
    threads = [one for one in _guild(core, call).threads() if one.thread is not None and not one.thread.archived]
    shape = threads_shape(core, [one for one in threads if core.world.sees(one, core.world.bot)])
    return Answer(body=shape)


def _guild(core: Core, call: Call) -> Guild:
    return core.world.guild(call.id("guild_id"))


_ONE = "/guilds/{guild_id}"
ROUTES = (
    Route(method="GET", path=_ONE, handle=get_guild),
    Route(method="GET", path=f"{_ONE}/channels", handle=list_channels),
    Route(method="GET", path=f"{_ONE}/roles", handle=list_roles),
    Route(method="GET", path=f"{_ONE}/members", handle=list_members),
    Route(method="GET", path=f"{_ONE}/members/search", handle=search_members),
    Route(method="GET", path=f"{_ONE}/members/{{user_id}}", handle=get_member),
    Route(method="GET", path=f"{_ONE}/threads/active", handle=list_active_threads),
)
