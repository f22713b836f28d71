"""Answers to interactions: the callback, follow-ups, and the messages an interaction token may touch."""

from playground.discord.core import Core
from playground.discord.drafts import Draft
from playground.discord.errors import Problem, invalid_form
from playground.discord.interaction import CallbackKind, Interaction
from playground.discord.routes.route import NOTHING, Answer, Call, Route
from playground.discord.wire import obj

_KINDS = frozenset(int(one) for one in CallbackKind)


def callback(core: Core, call: Call) -> Answer:
    """Answer POST /interactions/{interaction_id}/{token}/callback."""
    kind = call.body.get("type")
    if kind not in _KINDS:
        raise invalid_form([("type", "BASE_TYPE_CHOICES", f"Value must be one of {sorted(_KINDS)}.")])
    interaction_id, token = call.id("interaction_id"), call.parameters["token"]
    data = obj(call.body.get("data"))
    limit = core.exchange.upload_limit_bytes(interaction_id)
    draft = Draft(body=data, files=call.incoming.files, limit_bytes=limit)
    if CallbackKind(kind) is CallbackKind.MESSAGE and draft.is_empty:
        raise Problem.EMPTY_MESSAGE.error()
    interaction = core.exchange.answer(interaction_id, token, CallbackKind(kind), draft)
    if not call.says("with_response"):
        return NOTHING
    return Answer(body=core.interaction_shapes.callback(interaction))


def follow_up(core: Core, call: Call) -> Answer:
    """Answer POST /webhooks/{webhook_id}/{token}."""
    interaction = _interaction(core, call)
    draft = _draft(call, interaction)
    if draft.is_empty:
        raise Problem.EMPTY_MESSAGE.error()
    message = core.exchange.follow_up(interaction, draft)
    return Answer(body=core.shapes.message(message)) if call.says("wait") else NOTHING


def get_message(core: Core, call: Call) -> Answer:
    """Answer GET …/messages/{message_id}, `@original` among them."""
    message = core.exchange.message(_interaction(core, call), call.parameters.get("message_id", "@original"))
    return Answer(body=core.shapes.message(message))


def edit_message(core: Core, call: Call) -> Answer:
    """Answer PATCH …/messages/{message_id}, `@original` among them."""
    interaction = _interaction(core, call)
    message = core.exchange.message(interaction, call.parameters.get("message_id", "@original"))
    return Answer(body=core.shapes.message(core.posting.edit(message, _draft(call, interaction))))


def delete_message(core: Core, call: Call) -> Answer:
    """Answer DELETE …/messages/{message_id}, `@original` among them."""
    interaction = _interaction(core, call)
    core.posting.delete(core.exchange.message(interaction, call.parameters.get("message_id", "@original")))
    return NOTHING


def _interaction(core: Core, call: Call) -> Interaction:
    return core.exchange.by_token(call.id("webhook_id"), call.parameters["token"])


def _draft(call: Call, interaction: Interaction) -> Draft:
    return call.draft(interaction.channel.upload_limit_bytes)


_WEBHOOK = "/webhooks/{webhook_id}/{token}"
ROUTES = (
    Route(method="POST", path="/interactions/{interaction_id}/{token}/callback", handle=callback, by_token=True),
    Route(method="POST", path=_WEBHOOK, handle=follow_up, by_token=True),
    *(
        Route(method=method, path=f"{_WEBHOOK}/messages/{which}", handle=handle, by_token=True)
        for which in ("@original", "{message_id}")
        for method, handle in (("GET", get_message), ("PATCH", edit_message), ("DELETE", delete_message))
    ),
)
