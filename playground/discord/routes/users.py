"""Users and the bot itself: who am I, open a DM, the gateway's address."""

from playground.discord.core import Core
from playground.discord.errors import Problem, invalid_form
from playground.discord.routes.route import Answer, Call, Route
from playground.discord.shapes import channel_shape, guild_shape, own_user_shape, user_shape
from playground.discord.wire import Payload, read_id


def get_me(core: Core, _: Call) -> Answer:
    """Answer GET /users/@me."""
    return Answer(body=own_user_shape(core.world.bot))


def get_user(core: Core, call: Call) -> Answer:
    """Answer GET /users/{user_id}."""
    return Answer(body=user_shape(core.world.user(call.id("user_id"))))


def get_my_guilds(core: Core, _: Call) -> Answer:
    """Answer GET /users/@me/guilds."""
    keys = ("id", "name", "icon", "banner", "features")
    shapes: list[Payload] = [
        {
            **{key: value for key, value in guild_shape(one).items() if key in keys},
            "owner": one.owner_id == core.world.bot.id,
            "permissions": str(one.everyone.permissions),
        }
        for one in core.world.bot_guilds()
    ]
    return Answer(body=shapes)


def open_dm(core: Core, call: Call) -> Answer:
    """Answer POST /users/@me/channels; a person with closed DMs shows it only when written to."""
    recipient = read_id(call.body.get("recipient_id"))
    if recipient is None:
        raise invalid_form([("recipient_id", "BASE_TYPE_REQUIRED", "This field is required")])
    user = core.world.user(recipient)
    if user.bot:
        raise Problem.CANNOT_MESSAGE_USER.error()
    return Answer(body=channel_shape(core.world.dm(user)))


def get_gateway(core: Core, _: Call) -> Answer:
    """Answer GET /gateway."""
    return Answer(body={"url": core.gateway.url})


def get_gateway_bot(core: Core, _: Call) -> Answer:
    """Answer GET /gateway/bot."""
    session_starts = {"total": 1000, "remaining": 1000 - core.gateway.identified, "reset_after": 86_400_000}
    limit = {**session_starts, "max_concurrency": 1}
    return Answer(body={"url": core.gateway.url, "shards": 1, "session_start_limit": limit})


ROUTES = (
    Route(method="GET", path="/users/@me", handle=get_me),
    Route(method="GET", path="/users/@me/guilds", handle=get_my_guilds),
    Route(method="POST", path="/users/@me/channels", handle=open_dm),
    Route(method="GET", path="/users/{user_id}", handle=get_user),
    Route(method="GET", path="/gateway", handle=get_gateway),
    Route(method="GET", path="/gateway/bot", handle=get_gateway_bot),
)
