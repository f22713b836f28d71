import pytest

from bot.errors import NotAllowed, NotFound
from bot.model import Action, Actor, ChannelId, GuildId, Place, PlaceKind, UserId
from bot.orders.authorise import RULES, Subject, authorise

GUILD, CHANNEL = GuildId(1), ChannelId(10)
ASKER, STARTER, STRANGER = UserId(100), UserId(200), UserId(300)

SUBJECT = Subject(
    guild_id=GUILD, channel_ids=frozenset({CHANNEL}), asker_id=ASKER, starter_id=STARTER, age_restricted=False
)

ROLES = {
    "asker": Actor(user_id=ASKER),
    "starter": Actor(user_id=STARTER),
    "stranger": Actor(user_id=STRANGER),
    "moderator": Actor(user_id=STRANGER, manage_messages=True),
    "host": Actor(user_id=STRANGER, is_host=True),
    "muted": Actor(user_id=STRANGER, can_post=False),
}

POSTERS = {"asker", "starter", "stranger", "moderator", "host"}
EVERYBODY = set(ROLES)
MAY = {
    Action.PAINT: POSTERS,
    Action.AGAIN: POSTERS,
    Action.ELSEWHERE: POSTERS,
    Action.MINIMUM: POSTERS,
    Action.EDIT: POSTERS,
    Action.HD: POSTERS,
    Action.VARIATIONS: POSTERS,
    Action.REFERENCE: POSTERS,
    Action.CHOOSE: POSTERS,
    Action.UNDO: {"asker", "starter"},
    Action.ORIGINAL: EVERYBODY,
    Action.DETAILS: EVERYBODY,
    Action.SHOW: EVERYBODY,
    Action.DELETE: {"asker", "moderator"},
    Action.CANCEL: {"asker", "moderator"},
    Action.CONFIRM: {"asker"},
    Action.EVERY_MESSAGE: {"starter", "moderator"},
    Action.GATEWAYS: {"host"},
}


def _place(guild: GuildId | None = GUILD, channel: ChannelId = CHANNEL, *, restricted: bool = False) -> Place:
    return Place(
        guild_id=guild,
        channel_id=channel,
        parent_id=None,
        kind=PlaceKind.CHANNEL,
        age_restricted=restricted,
        upload_limit_bytes=10,
    )


def test_every_action_has_a_rule_and_an_expectation() -> None:
    assert set(RULES) == set(Action) == set(MAY)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(ROLES))
def test_who_may_do_what(action: Action, role: str) -> None:
    if role in MAY[action]:
        authorise(ROLES[role], action, SUBJECT, _place())
    else:
        with pytest.raises(NotAllowed):
            authorise(ROLES[role], action, SUBJECT, _place())


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize(
    "elsewhere",
    [_place(channel=ChannelId(11)), _place(guild=GuildId(2)), _place(guild=None)],
    ids=["other channel", "other server", "direct message"],
)
def test_an_id_is_no_capability_elsewhere(action: Action, elsewhere: Place) -> None:
    with pytest.raises(NotFound):
        authorise(ROLES["moderator"], action, SUBJECT, elsewhere)


@pytest.mark.parametrize("action", [Action.SHOW, Action.DETAILS, Action.ORIGINAL])
def test_the_asker_may_look_at_their_own_anywhere(action: Action) -> None:
    authorise(ROLES["asker"], action, SUBJECT, _place(guild=GuildId(2), channel=ChannelId(11)))


def test_an_age_restricted_picture_is_not_shown_outside_even_to_its_asker() -> None:
    restricted = Subject(
        guild_id=GUILD, channel_ids=frozenset({CHANNEL}), asker_id=ASKER, starter_id=None, age_restricted=True
    )
    authorise(ROLES["asker"], Action.SHOW, restricted, _place(restricted=True))
    with pytest.raises(NotFound):
        authorise(ROLES["asker"], Action.SHOW, restricted, _place(channel=ChannelId(11)))
