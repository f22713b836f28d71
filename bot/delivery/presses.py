"""What each button does: one call at the front desk, then an answer."""

from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.delivery import edge, render
from bot.delivery.cards import Card, CardButton, Controls, mention, note
from bot.delivery.checking import Checking
from bot.delivery.codes import Pressed, order_code
from bot.delivery.details import details_card
from bot.delivery.fitting import Fitting
from bot.delivery.forms import Forms, source_of
from bot.delivery.intake import take
from bot.delivery.results import Extras, controls
from bot.delivery.sentences import Counted, Press, Say
from bot.delivery.services import Services
from bot.delivery.views import whisper
from bot.delivery.words import Raw
from bot.errors import NotFound
from bot.model import (
    Actor,
    ChannelId,
    MessageId,
    Picture,
    PictureId,
    PictureSource,
    Place,
    PlaceKind,
    Post,
    PostKind,
    Reason,
    UserId,
)
from bot.orders.ids import is_id

Answer = Callable[[discord.Interaction, Pressed], Awaitable[None]]

DOUBLE_CLICK: Final = timedelta(seconds=3)
"""Within this time the same person's second press of the same button is a slip of the finger, not another order."""

_ORDERING: Final = frozenset({Press.AGAIN, Press.ELSEWHERE, Press.MINIMUM, Press.HD, Press.VARIATIONS})
"""What places an order as soon as it is pressed."""

Finger = tuple[int, int, Pressed]
"""Who pressed, at which message, which button."""


class Presses:
    """Answers buttons and selects. Who may is judged by the front desk, from the rows."""

    def __init__(self, services: Services, forms: Forms, checking: Checking) -> None:
        self._services = services
        self._forms = forms
        self._fitting = Fitting(services)
        self._lately: dict[Finger, datetime] = {}
        self._answers: Mapping[Press, Answer] = {
            Press.AGAIN: self._again,
            Press.ELSEWHERE: self._elsewhere,
            Press.MINIMUM: self._minimum,
            Press.REMIX: self._remix,
            Press.EDIT: self._edit,
            Press.HD: self._hd,
            Press.VARIATIONS: self._variations,
            Press.UNDO: self._undo,
            Press.CHOOSE: self._choose,
            Press.REFERENCE: self._reference,
            Press.ORIGINAL: self._original,
            Press.DETAILS: self._details,
            Press.DELETE: self._delete,
            Press.ERASE: self._erase,
            Press.CANCEL: self._cancel,
            Press.CONFIRM: self._confirm,
            Press.EVERY_MESSAGE: self._every_message,
            Press.CHECK_START: checking.start,
            Press.CHECK_DROP: checking.drop,
            Press.CHECK_STOP: checking.stop,
        }

    async def answer(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        """Do what was pressed; a press this version does not know is answered with a hint."""
        if pressed.press is None:
            await whisper(interaction, self._services.words_for(interaction).say(Say.HINT_OLD_BUTTON))
            return
        if pressed.press not in _ORDERING:
            await self._answers[pressed.press](interaction, pressed)
            return
        finger = (interaction.user.id, interaction.message.id if interaction.message else 0, pressed)
        if self._is_double(finger):
            await whisper(interaction, self._services.words_for(interaction).say(Say.PRESSED_TWICE))
            return
        with self._pressing(finger):
            await self._answers[pressed.press](interaction, pressed)

    def _is_double(self, finger: Finger) -> bool:
        now = self._services.desk.now()
        self._lately = {known: at for known, at in self._lately.items() if abs(now - at) < DOUBLE_CLICK}
        return finger in self._lately

    @contextmanager
    def _pressing(self, finger: Finger) -> Generator[None]:
        """Remember a press while it is answered and for a moment after; one that placed nothing is forgotten."""
        self._lately[finger] = self._services.desk.now()
        has_placed = False
        try:
            yield
            has_placed = True
        finally:
            if not has_placed:
                self._lately.pop(finger, None)

    # -- what is paid: a new order, charged to whoever presses -------------------------------------------

    async def _again(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        source = source_of(self._services, interaction)
        await take(self._services, interaction, await self._services.desk.compose.again(source, pressed.order_id))

    async def _elsewhere(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        source = source_of(self._services, interaction)
        request = await self._services.desk.compose.try_elsewhere(source, pressed.order_id)
        await take(self._services, interaction, request)

    async def _minimum(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        source = source_of(self._services, interaction)
        await take(self._services, interaction, await self._services.desk.compose.minimum(source, pressed.order_id))

    async def _hd(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        source = source_of(self._services, interaction)
        await take(self._services, interaction, await self._services.desk.compose.hd(source, pressed.picture_id))

    async def _variations(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        source = source_of(self._services, interaction)
        request = await self._services.desk.compose.variations(source, pressed.picture_id)
        await take(self._services, interaction, request)

    # -- forms ---------------------------------------------------------------------------------------------

    async def _edit(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        details = await self._services.desk.gallery.show(pressed.id, *self._asker(interaction))
        if details.picture is None:
            raise NotFound(Reason.NOT_FOUND)
        await self._forms.edit(interaction, [details.picture])

    async def _remix(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        details = await self._services.desk.gallery.details(pressed.order_id, *self._asker(interaction))
        await self._forms.remix(interaction, details.order.id, details.order.request.prompt)

    # -- the order's own course ----------------------------------------------------------------------------

    async def _cancel(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        await self._services.desk.cancel(pressed.order_id, *self._asker(interaction))
        await interaction.response.defer()  # the posting loop rewrites the message

    async def _confirm(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        token = edge.token_of(interaction)
        await self._services.desk.confirm(pressed.order_id, *self._asker(interaction), token)
        await interaction.response.defer()

    # -- what is free ----------------------------------------------------------------------------------------

    async def _undo(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        head = await self._services.desk.gallery.undo(pressed.picture_id, *self._asker(interaction))
        words = self._services.words_for(interaction)
        where = await self._link(head, interaction)
        told = words.say(Say.UNDONE, user=mention(UserId(interaction.user.id)), picture=where)
        await interaction.response.send_message(**render.new_message(note(told)))

    async def _choose(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        chosen = _chosen(interaction)
        actor, place = self._asker(interaction)
        await self._services.desk.gallery.choose(chosen, actor, place)
        result = await self._services.desk.gallery.result(pressed.order_id)
        extras = Extras(every_message=self._services.offers_every_message(place.kind))
        shown = controls(self._services.words_for(interaction), result, extras)
        await interaction.response.edit_message(view=render.view(shown))

    async def _reference(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        actor, place = self._asker(interaction)
        await self._services.desk.gallery.keep_reference(pressed.picture_id, actor, place)
        kept = Say.REFERENCE_KEPT_FOR_EDIT if place.kind is PlaceKind.CHANNEL else Say.REFERENCE_KEPT
        await whisper(interaction, self._services.words_for(interaction).say(kept))

    async def _details(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        gallery = self._services.desk.gallery
        asker = self._asker(interaction)
        by_order = pressed.kind == "o"
        details = await (gallery.details(pressed.order_id, *asker) if by_order else gallery.show(pressed.id, *asker))
        card = details_card(self._services.words_for(interaction), details, for_host=asker[0].is_host)
        await interaction.response.send_message(**render.new_message(card), ephemeral=True)

    async def _original(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        picture, path = await self._services.desk.gallery.original(pressed.picture_id, *self._asker(interaction))
        await interaction.response.defer(ephemeral=True, thinking=True)  # a big file takes longer than 3 s
        words = self._services.words_for(interaction)
        async with self._fitting.original(words, picture, path, interaction.filesize_limit) as card:
            message = await interaction.edit_original_response(**render.changed_message(card))
        post = Post(
            picture_id=picture.id,
            channel_id=ChannelId(interaction.channel_id or 0),
            message_id=MessageId(message.id),
            attachment_id=message.attachments[0].id,
            position=1,
            kind=PostKind.ORIGINAL,
        )
        await self._services.desk.add_posts([post])

    async def _delete(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        """Ask, for the presser's eyes only: a picture that was paid for does not go by one slip."""
        await self._services.desk.gallery.may_delete(pressed.order_id, *self._asker(interaction))
        words = self._services.words_for(interaction)
        code = order_code(Press.ERASE, pressed.order_id)
        erase = CardButton(code=code, label=words.label(Press.ERASE), style="danger")
        card = Card(content=words.say(Say.DELETE_ASK), controls=Controls(rows=((erase,),)))
        await interaction.response.send_message(**render.new_message(card), ephemeral=True)

    async def _erase(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        messages = await self._services.desk.gallery.delete(pressed.order_id, *self._asker(interaction))
        await interaction.response.defer()
        left = await self._take_down(interaction, messages)
        words = self._services.words_for(interaction)
        told = words.count(Counted.MESSAGES_LEFT, left) if left else words.say(Say.DELETED)
        await whisper(interaction, told)

    async def _every_message(self, interaction: discord.Interaction, _: Pressed) -> None:
        actor, place = self._asker(interaction)
        on = not await self._services.desk.gallery.edits_every_message(place)
        await self._services.desk.gallery.set_every_message(actor, place, on=on)
        words = self._services.words_for(interaction)
        told = words.say(Say.EVERY_MESSAGE_ON if on else Say.EVERY_MESSAGE_OFF)
        await interaction.response.send_message(**render.new_message(note(told)))

    # -- shared -------------------------------------------------------------------------------------------------

    def _asker(self, interaction: discord.Interaction) -> tuple[Actor, Place]:
        return edge.actor_of(interaction, self._services.host_ids()), edge.place_of(interaction)

    async def _link(self, picture: Picture, interaction: discord.Interaction) -> Raw:
        """Return the picture's version, or its id for an upload, as a link to where it hangs if it does."""
        details = await self._services.desk.gallery.show(picture.id, *self._asker(interaction))
        generated = picture.source is PictureSource.GENERATED and details.order.version
        name = f"v{details.order.version}" if generated else picture.id
        named = f"{name}.{picture.position}" if generated and len(details.pictures) > 1 else name
        post = next((post for post in details.posts if post.picture_id == picture.id), None)
        if post is None:
            return Raw(f"`{named}`")
        guild = interaction.guild_id or "@me"
        return Raw(f"[{named}](<https://discord.com/channels/{guild}/{post.channel_id}/{post.message_id}>)")

    async def _take_down(
        self, interaction: discord.Interaction, messages: Sequence[tuple[ChannelId, MessageId]]
    ) -> int:
        """Remove the question and these messages; returns how many could not be removed."""
        left = 0
        with suppress(discord.NotFound):  # dismissed meanwhile
            await interaction.delete_original_response()
        for channel_id, message_id in messages:
            try:
                await interaction.client.get_partial_messageable(channel_id).get_partial_message(message_id).delete()
            except discord.NotFound:
                continue
            except discord.HTTPException:
                left += 1
        return left


def _chosen(interaction: discord.Interaction) -> PictureId:
    values: object = (interaction.data or {}).get("values")
    value: object = values[0] if isinstance(values, list) and values else None  # pyright: ignore[reportUnknownVariableType]  # a select's values, checked on the next line
    if not isinstance(value, str) or not is_id(value):
        raise NotFound(Reason.NOT_FOUND)
    return PictureId(value)
