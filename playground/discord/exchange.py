"""The exchange between people and the app: interactions go out, callbacks and follow-ups come in, deadlines pass."""

import asyncio
import random

from playground.discord.bus import Bus, Event
from playground.discord.components import number_components
from playground.discord.drafts import Draft
from playground.discord.errors import Problem, invalid_form
from playground.discord.interaction import CallbackKind, Interaction, InteractionKind, Modal
from playground.discord.interaction_shapes import InteractionShapes
from playground.discord.posting import Origin, Posting
from playground.discord.state import World
from playground.discord.wire import Payload
from playground.discord.world import UPLOAD_LIMIT_BYTES, Channel, Message, MessageFlag, MessageKind, User

_TOKEN_BYTES = 96
_MESSAGE_MENU = 3


class Exchange:
    """Open interactions and take the bot's answers, with Discord's deadlines."""

    def __init__(
        self, *, world: World, posting: Posting, shapes: InteractionShapes, bus: Bus, rng: random.Random
    ) -> None:
        self._world = world
        self._posting = posting
        self._shapes = shapes
        self._bus = bus
        self._rng = rng
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._watches: set[asyncio.Task[None]] = set()

    def open(
        self,
        kind: InteractionKind,
        user: User,
        channel: Channel,
        data: Payload,
        *,
        source: Message | None = None,
        parent: Interaction | None = None,
    ) -> Interaction:
        """Send an interaction to the bot and start its three seconds."""
        interaction = Interaction(
            id=self._world.ids.next(),
            token=self._rng.randbytes(_TOKEN_BYTES).hex(),
            kind=kind,
            user=user,
            channel=channel,
            created_at=self._world.clock.now(),
            data=data,
            source=source,
            parent=parent,
        )
        self._by_id[interaction.id] = self._by_token[interaction.token] = interaction
        watch = asyncio.create_task(self._expire(interaction))
        self._watches.add(watch)
        watch.add_done_callback(self._watches.discard)
        payload = self._shapes.interaction(interaction)
        self._bus.publish(
            Event(
                name="INTERACTION_CREATE",
                payload=payload,
                guild=channel.guild,
                channel=channel,
                only=self._world.bot.id,
            )
        )
        return interaction

    def answer(self, interaction_id: int, token: str, kind: CallbackKind, draft: Draft) -> Interaction:
        """Take the first answer to an interaction.

        Errors: DiscordError 10062 unknown or past three seconds, 40060 answered before, 50035 for an answer of the
        wrong kind.
        """
        interaction = self._by_id.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise Problem.UNKNOWN_INTERACTION.error()
        if interaction.callback is not None:
            raise Problem.ALREADY_ACKNOWLEDGED.error()
        if self._world.clock.now() > interaction.acknowledge_by:
            raise Problem.UNKNOWN_INTERACTION.error()
        if not interaction.takes(kind):
            detail = f"{kind.name} cannot answer {interaction.kind.name}"
            raise invalid_form([("type", "INTERACTION_RESPONSE_TYPE_INVALID", detail)])
        self._carry_out(interaction, kind, draft)
        interaction.callback = kind
        self._bus.publish(self._to_person("APP_INTERACTION_ANSWERED", interaction, {"type": int(kind)}))
        return interaction

    def by_token(self, application_id: int, token: str) -> Interaction:
        """Return the answered interaction of a webhook token.

        Errors: DiscordError 10015 for a stranger's or one not answered yet, 50027 after fifteen minutes.
        """
        interaction = self._by_token.get(token)
        if application_id != self._world.application_id or interaction is None:
            raise Problem.UNKNOWN_WEBHOOK.error()
        if self._world.clock.now() > interaction.expires_at:
            raise Problem.INVALID_WEBHOOK_TOKEN.error()
        if interaction.callback is None:
            raise Problem.UNKNOWN_WEBHOOK.error()
        return interaction

    def message(self, interaction: Interaction, which: str) -> Message:
        """Return the message `@original`, or one of this token by id; DiscordError 10008 if it is not there."""
        wanted = interaction.original if which == "@original" else interaction.messages.get(int(which))
        if wanted is None or wanted.deleted:
            raise Problem.UNKNOWN_MESSAGE.error()
        return wanted

    def follow_up(self, interaction: Interaction, draft: Draft) -> Message:
        """Post a further message; the first one after a deferral fills the "thinking…" message instead."""
        original = interaction.original
        if original is not None and original.loading and not original.deleted:
            return self._posting.edit(original, draft)
        return self._post(interaction, draft, MessageFlag.NONE, original)

    def upload_limit_bytes(self, interaction_id: int) -> int:
        """Return the largest file an answer may carry, as its interaction said; unknown ones have the lowest."""
        interaction = self._by_id.get(interaction_id)
        return UPLOAD_LIMIT_BYTES[0] if interaction is None else interaction.channel.upload_limit_bytes

    def get(self, interaction_id: int) -> Interaction:
        """Return an interaction by its id; KeyError if there is none."""
        return self._by_id[interaction_id]

    async def close(self) -> None:
        """End the watches over deadlines."""
        watches = tuple(self._watches)
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)

    def _carry_out(self, interaction: Interaction, kind: CallbackKind, draft: Draft) -> None:
        match kind:
            case CallbackKind.MESSAGE:
                interaction.original = self._post(interaction, draft, MessageFlag.NONE, None)
            case CallbackKind.DEFERRED_MESSAGE:
                interaction.original = self._post(interaction, draft, MessageFlag.LOADING, None)
            case CallbackKind.DEFERRED_UPDATE:
                self._own(interaction, interaction.source)
            case CallbackKind.UPDATE if interaction.source is not None:
                self._posting.edit(interaction.source, draft)
                self._own(interaction, interaction.source)
            case CallbackKind.CHOICES:
                interaction.choices = draft.items("choices")
            case CallbackKind.MODAL:
                interaction.modal = self._modal(interaction, draft.body)
                self._bus.publish(self._to_person("APP_MODAL", interaction, draft.body))
            case CallbackKind.UPDATE | CallbackKind.PONG:
                raise Problem.INVALID_FORM.error()

    def _own(self, interaction: Interaction, message: Message | None) -> None:
        interaction.original = message
        if message is not None:
            interaction.messages[message.id] = message

    def _modal(self, interaction: Interaction, body: Payload) -> Modal:
        return Modal(
            interaction_id=interaction.id,
            custom_id=str(body["custom_id"]),
            title=str(body["title"]),
            components=number_components(list(body["components"])),
        )

    def _post(self, interaction: Interaction, draft: Draft, extra: MessageFlag, follows: Message | None) -> Message:
        asked = MessageFlag(int(draft.body.get("flags") or 0))
        hidden = bool(asked & MessageFlag.EPHEMERAL)
        origin = Origin(
            kind=_kind(interaction, follows),
            flags=extra | (MessageFlag.EPHEMERAL if hidden else MessageFlag.NONE),
            replied=follows or interaction.source,
            application_id=self._world.application_id,
            interaction=self._shapes.metadata(interaction, follows),
            visible_to=interaction.user.id if hidden else None,
        )
        message = self._posting.post(interaction.channel, self._world.bot, draft, origin)
        interaction.messages[message.id] = message
        return message

    async def _expire(self, interaction: Interaction) -> None:
        await self._world.clock.sleep_until(interaction.acknowledge_by)
        if interaction.callback is None:
            interaction.failed = True
            self._bus.publish(self._to_person("APP_INTERACTION_FAILED", interaction, {}))

    def _to_person(self, name: str, interaction: Interaction, payload: Payload) -> Event:
        place: Payload = {"interaction_id": str(interaction.id), "channel_id": str(interaction.channel.id)}
        if interaction.source is not None:
            place["message_id"] = str(interaction.source.id)
        return Event(
            name=name,
            payload={**payload, **place},
            guild=interaction.channel.guild,
            channel=interaction.channel,
            only=interaction.user.id,
        )


def _kind(interaction: Interaction, follows: Message | None) -> MessageKind:
    if follows is not None or not interaction.is_command_answer:
        return MessageKind.REPLY
    menu = interaction.command.get("type") == _MESSAGE_MENU
    return MessageKind.CONTEXT_MENU_COMMAND if menu else MessageKind.CHAT_INPUT_COMMAND
