"""The application: what it is, and its commands."""

from playground.discord.commands import Scope
from playground.discord.core import Core
from playground.discord.errors import Problem
from playground.discord.identify import application_flags
from playground.discord.routes.route import CREATED, NOTHING, OK, Answer, Call, Handler, Route
from playground.discord.shapes import user_shape


def get_application(core: Core, _: Call) -> Answer:
    """Answer GET /oauth2/applications/@me and GET /applications/@me."""
    world = core.world
    flags = application_flags(core.gateway.allowed_intents)
    return Answer(
        body={
            "id": str(world.application_id),
            "name": world.bot.username,
            "icon": None,
            "description": "Paints on request.",
            "type": None,
            "bot": user_shape(world.bot),
            "bot_public": True,
            "bot_require_code_grant": False,
            "install_params": {"scopes": ["bot", "applications.commands"], "permissions": "0"},
            "integration_types_config": {"0": {}},
            "verify_key": "0" * 64,
            "flags": flags,
            "flags_new": str(flags),
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "owner": user_shape(world.owner),
            "team": None,
            "approximate_guild_count": len(world.bot_guilds()),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "event_webhooks_status": 1,
            "eligible_oauth2_scopes": ["bot", "applications.commands"],
        }
    )


def list_commands(core: Core, call: Call) -> Answer:
    """Answer GET …/commands."""
    return Answer(body=core.commands.in_scope(_scope(core, call)))


def replace_commands(core: Core, call: Call) -> Answer:
    """Answer PUT …/commands: the bulk overwrite behind `tree.sync()`."""
    return Answer(body=core.commands.replace(_scope(core, call), call.bodies))


def create_command(core: Core, call: Call) -> Answer:
    """Answer POST …/commands: 201 for a new one, 200 for one overwritten by name."""
    command, is_new = core.commands.put(_scope(core, call), call.body)
    return Answer(status=CREATED if is_new else OK, body=command)


def get_command(core: Core, call: Call) -> Answer:
    """Answer GET …/commands/{command_id}."""
    return Answer(body=core.commands.find(_scope(core, call), call.id("command_id")))


def edit_command(core: Core, call: Call) -> Answer:
    """Answer PATCH …/commands/{command_id}."""
    return Answer(body=core.commands.change(_scope(core, call), call.id("command_id"), call.body))


def delete_command(core: Core, call: Call) -> Answer:
    """Answer DELETE …/commands/{command_id}."""
    core.commands.remove(_scope(core, call), call.id("command_id"))
    return NOTHING


def _scope(core: Core, call: Call) -> Scope:
    if call.id("application_id") != core.world.application_id:
        raise Problem.UNKNOWN_APPLICATION.error()
    return core.world.guild(call.id("guild_id")).id if "guild_id" in call.parameters else None


def _both(method: str, tail: str, handle: Handler) -> tuple[Route, Route]:
    base = "/applications/{application_id}"
    return (
        Route(method=method, path=f"{base}/commands{tail}", handle=handle),
        Route(method=method, path=f"{base}/guilds/{{guild_id}}/commands{tail}", handle=handle),
    )


ROUTES = (
    Route(method="GET", path="/oauth2/applications/@me", handle=get_application),
    Route(method="GET", path="/applications/@me", handle=get_application),
    *_both("GET", "", list_commands),
    *_both("PUT", "", replace_commands),
    *_both("POST", "", create_command),
    *_both("GET", "/{command_id}", get_command),
    *_both("PATCH", "/{command_id}", edit_command),
    *_both("DELETE", "/{command_id}", delete_command),
)
