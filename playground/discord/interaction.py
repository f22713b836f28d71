"""One interaction: what a person did with the app, and what became of it so far."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from playground.discord.wire import Payload
from playground.discord.world import Channel, Message, User

ACKNOWLEDGE_WITHIN = timedelta(seconds=3)
TOKEN_LIFE = timedelta(minutes=15)
"""Discord docs, interactions/receiving-and-responding (read 2026-11-20)."""


class InteractionKind(IntEnum):
    """Interaction types, as Discord numbers them."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class CallbackKind(IntEnum):
    """First answers to an interaction, as Discord numbers them."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


_TO_ANY_PERSON = {CallbackKind.MESSAGE, CallbackKind.DEFERRED_MESSAGE}
_TO_A_MESSAGE = {CallbackKind.DEFERRED_UPDATE, CallbackKind.UPDATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Modal:
    """A form that the bot opened for one person. `interaction_id` is the interaction it answered."""

    interaction_id: int
    custom_id: str
    title: str
    components: list[Payload]


@dataclass(slots=True, kw_only=True)
class Interaction:
    """What was asked, by whom, where; then the callback, the messages and the choices that came of it."""

    id: int
    token: str
    kind: InteractionKind
    user: User
    channel: Channel
    created_at: datetime
    data: Payload
    source: Message | None = None
    parent: "Interaction | None" = None
    callback: CallbackKind | None = None
    original: Message | None = None
    modal: Modal | None = None
    choices: list[Payload] | None = None
    messages: dict[int, Message] = field(default_factory=dict[int, Message])
    failed: bool = False

    @property
    def acknowledge_by(self) -> datetime:
        """Return the last instant at which the callback is taken."""
        return self.created_at + ACKNOWLEDGE_WITHIN

    @property
    def expires_at(self) -> datetime:
        """Return the instant at which the token dies."""
        return self.created_at + TOKEN_LIFE

    @property
    def is_command_answer(self) -> bool:
        """Return whether a message in answer shows as the result of a command, not as a reply to a message."""
        return self.source is None

    def takes(self, callback: CallbackKind) -> bool:
        """Return whether Discord lets this kind of interaction be answered so."""
        if self.kind is InteractionKind.AUTOCOMPLETE:
            return callback is CallbackKind.CHOICES
        allowed = set(_TO_ANY_PERSON)
        if self.kind is not InteractionKind.MODAL_SUBMIT:
            allowed.add(CallbackKind.MODAL)
        if self.source is not None:
            allowed |= _TO_A_MESSAGE
        return callback in allowed

    @property
    def command(self) -> Payload:
        """Return the data of the command at the root of it: a modal or a button has one before it, perhaps."""
        return self.data if self.parent is None else self.parent.command
