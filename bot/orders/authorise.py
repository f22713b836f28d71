"""Who may do what: one table, one function, asked before anything is read out or changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.errors import NotAllowed, NotFound
from bot.model import Action, Actor, ChannelId, GuildId, Place, Reason, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an action is aimed at, as the rows say: whose it is, and every channel it belongs to."""

    guild_id: GuildId | None
    channel_ids: frozenset[ChannelId]
    asker_id: UserId
    starter_id: UserId | None
    age_restricted: bool


Rule = Callable[[Actor, Subject], bool]


def _poster(actor: Actor, _: Subject) -> bool:
    return actor.can_post


def _anyone(_: Actor, __: Subject) -> bool:
    return True


def _asker(actor: Actor, subject: Subject) -> bool:
    return actor.user_id == subject.asker_id


def _asker_or_starter(actor: Actor, subject: Subject) -> bool:
    return actor.user_id in {subject.asker_id, subject.starter_id}


def _asker_or_moderator(actor: Actor, subject: Subject) -> bool:
    return _asker(actor, subject) or actor.manage_messages


def _host(actor: Actor, _: Subject) -> bool:
    return actor.is_host


def _starter_or_moderator(actor: Actor, subject: Subject) -> bool:
    return actor.user_id == subject.starter_id or actor.manage_messages


RULES: Mapping[Action, Rule] = {
    Action.PAINT: _poster,
    Action.AGAIN: _poster,
    Action.ELSEWHERE: _poster,
    Action.MINIMUM: _poster,
    Action.EDIT: _poster,
    Action.HD: _poster,
    Action.VARIATIONS: _poster,
    Action.REFERENCE: _poster,
    Action.CHOOSE: _poster,
    Action.UNDO: _asker_or_starter,
    Action.ORIGINAL: _anyone,
    Action.DETAILS: _anyone,
    Action.SHOW: _anyone,
    Action.DELETE: _asker_or_moderator,
    Action.CANCEL: _asker_or_moderator,
    Action.CONFIRM: _asker,
    Action.EVERY_MESSAGE: _starter_or_moderator,
    Action.GATEWAYS: _host,
}
"""Every action has a rule; a test walks the enum, so that a new action without one fails."""


def is_here(subject: Subject, place: Place) -> bool:
    """Say whether the subject belongs to this very server and channel."""
    return place.guild_id == subject.guild_id and place.channel_id in subject.channel_ids


def authorise(actor: Actor, action: Action, subject: Subject, place: Place) -> None:
    """Return if the actor may do that to the subject from that place.

    An id is no capability: the subject must belong to the very server and channel the action comes from, or be
    the actor's own and only be looked at. A picture from an age-restricted channel is not shown outside of one.
    Errors: `NotFound` where the place does not match (whether the id exists is nobody's business), `NotAllowed`.
    """
    here = is_here(subject, place)
    own_look = action in {Action.SHOW, Action.DETAILS, Action.ORIGINAL} and actor.user_id == subject.asker_id
    if not (here or own_look):
        raise NotFound(Reason.NOT_FOUND)
    if subject.age_restricted and not place.age_restricted and not here:
        raise NotFound(Reason.NOT_FOUND)
    if not RULES[action](actor, subject):
        raise NotAllowed(Reason.NOT_ALLOWED, action=action.value)
