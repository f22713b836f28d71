"""Showing one order as its row stands: its progress, its result, or its ending."""

from dataclasses import replace
from datetime import timedelta

import discord
import structlog

from bot.delivery.cards import MAX_FILES, Card, PictureFile, ended, mention, note, waiting
from bot.delivery.codes import order_code
from bot.delivery.edge import DEFAULT_LIMIT_BYTES
from bot.delivery.fitting import Fitting
from bot.delivery.post import By, Postbox, Put
from bot.delivery.quoting import file_name
from bot.delivery.results import Extras, Fit, Origin, result_card, version_name
from bot.delivery.sentences import Press, Say
from bot.delivery.services import Services
from bot.delivery.words import Raw, Words
from bot.errors import Conflict, DeliveryError, TooLarge
from bot.model import ChannelId, Failure, Order, OrderState, PlaceKind, Post, PostKind, Reason
from bot.orders.gallery import Result

TOKEN_LIFE = timedelta(minutes=15)
"""https://discord.com/developers/docs/interactions/receiving-and-responding (read 2026-11-20)."""

_log = structlog.stdlib.get_logger(__name__)


class Presenter:
    """Shows orders. Every method repeated ends in one message; `TRANSIENT` errors are the caller's to repeat.

    A place that is gone or closed to us ends the try: an ending is then done with, a result waits in the store and
    is tried again at the next start.
    """

    def __init__(self, client: discord.Client, services: Services) -> None:
        self._services = services
        self._desk = services.desk
        self._postbox = Postbox(client, services.desk)
        self._fitting = Fitting(services)

    async def progress(self, result: Result, shown: Card | None) -> Card | None:
        """Show where a running order stands, if that looks different from `shown`; returns what is shown now."""
        order = result.order
        if order.response_message_id is None or (order.state is OrderState.ACCEPTED and order.stage is None):
            return shown  # not acknowledged yet, or nothing to say beyond that
        card = _within(waiting(self._words(order), result, self._desk.now()), order.request.place.upload_limit_bytes)
        if card == shown:
            return shown
        try:
            await self._postbox.change(order, card)
        except (DeliveryError, FileNotFoundError) as error:
            # A line of progress, or a preview already swept away, is not worth another try.
            _log.info("progress was not shown", order=order.id, error=str(error))
        return card

    async def settle(self, result: Result) -> None:
        """Show the result or the ending and report it; nothing where that was done before."""
        order = result.order
        try:
            if order.state is OrderState.RECEIVED:
                await self._result(result)
            elif order.state is not OrderState.POSTED:
                await self._ending(order)
        except DeliveryError as error:
            _log.warning("cannot be shown there", order=order.id, state=order.state, error=repr(error))
            if order.state is not OrderState.RECEIVED:
                await self._desk.shown(order.id)

    async def _ending(self, order: Order) -> None:
        words = self._words(order)
        failure = order.failure or Failure(reason=Reason.INTERNAL)
        if failure.reason is Reason.CANCELLED and order.response_message_id is None:
            await self._desk.shown(order.id)  # withdrawn before it was acknowledged: Discord has told the person
            return
        way = await self._desk.compose.elsewhere(order)
        put = await self._postbox.put(order, ended(words, order, failure, way), order_code(Press.DETAILS, order.id))
        await self._desk.shown(order.id)
        if self._is_late(order, put):
            await self._postbox.ping(order, put, words.say(Say.ENDED_PING, user=mention(order.request.actor.user_id)))

    async def _result(self, result: Result) -> None:
        """Post the pictures; where the place takes less than it said, as after a lost boost, smaller copies."""
        for limit_bytes in (result.order.request.place.upload_limit_bytes, DEFAULT_LIMIT_BYTES):
            try:
                return await self._post(result, limit_bytes)
            except TooLarge:
                _log.info("too large for the place", order=result.order.id, limit_bytes=limit_bytes)
        return await self._post(result, DEFAULT_LIMIT_BYTES // MAX_FILES)

    async def _post(self, result: Result, limit_bytes: int) -> None:
        order, words = result.order, self._words(result.order)
        thread_id = await self._thread_for(order)
        kind = PlaceKind.THREAD if thread_id else order.request.place.kind
        every_message = self._services.offers_every_message(kind)
        origin = await self._origin(result)
        extras = Extras(origin=origin, every_message=every_message, cost=self._services.show_cost)
        async with self._fitting.of_result(words, result, limit_bytes) as fits:
            card = result_card(words, result, fits, extras)
            put = await self._into_thread(result, card, thread_id) if thread_id else None
            put = put or await self._postbox.put(order, card, order_code(Press.DELETE, order.id))
        try:
            await self._desk.posted(order.id, _posts(put, fits))
        except Conflict:
            _log.warning("was posted already", order=order.id)
            return
        if self._is_late(order, put):
            await self._postbox.ping(order, put, words.say(Say.READY_PING, user=mention(order.request.actor.user_id)))

    async def _thread_for(self, order: Order) -> ChannelId | None:
        """Return the thread that a reply's result goes into, opened if need be; None where it stays in place."""
        if not self._services.reply_opens_thread or not _belongs_in_thread(order):
            return None
        return await self._postbox.open_thread(order)

    async def _into_thread(self, result: Result, card: Card, thread_id: ChannelId) -> Put | None:
        """Post into the thread and leave a pointer where it was asked; None where the thread is closed to us."""
        order = result.order
        try:
            put = await self._postbox.send(order, card, order_code(Press.DELETE, order.id), thread_id)
        except TooLarge:
            raise
        except DeliveryError as error:
            _log.info("the thread is closed to us", order=order.id, error=repr(error))
            return None
        pointer = self._words(order).say(Say.IN_THREAD, version=version_name(result), thread=Raw(f"<#{thread_id}>"))
        try:
            await self._postbox.change(order, note(pointer))
        except DeliveryError as error:
            _log.info("no pointer to the thread", order=order.id, error=repr(error))
        return put

    async def _origin(self, result: Result) -> Origin | None:
        """Name the picture an edit started from where it was one of several."""
        first = result.inputs[0] if result.inputs else None
        if first is None or first.order_id is None or first.order_id == result.order.id:
            return None
        before = await self._desk.gallery.result(first.order_id)
        siblings = [picture for picture in before.pictures if picture.id == first.id]
        if not siblings or len(before.pictures) < 2 or before.order.version is None:  # noqa: PLR2004  # several
            return None
        return Origin(version=before.order.version, picture=first, count=len(before.pictures))

    def _is_late(self, order: Order, put: Put) -> bool:
        """Say whether the person no longer looks: their interaction's token was over, or would have been."""
        if put.by is not By.EDIT:
            return False  # by token it is in time; a new message says the name itself
        by_message = order.request.source_id.startswith("m:")
        return not by_message or self._desk.now() - order.created_at > TOKEN_LIFE

    def _words(self, order: Order) -> Words:
        return self._services.wordbook.words(order.request.place.locale)


def _belongs_in_thread(order: Order) -> bool:
    """Say whether this is a reply in an ordinary channel whose lineage began at another message than its answer."""
    request = order.request
    in_channel = request.place.kind is PlaceKind.CHANNEL and request.place.guild_id is not None
    replied = request.anchor_message_id is not None
    return in_channel and replied and order.thread_key not in {None, order.response_message_id}


def _within(card: Card, limit_bytes: int) -> Card:
    """Return a progress card without a preview that is gone or too big for the place."""
    files = [file for file in card.files if isinstance(file, PictureFile) and file.path.is_file()]
    return replace(card, files=tuple(file for file in files if file.path.stat().st_size <= limit_bytes))


def _posts(put: Put, fits: tuple[Fit, ...]) -> tuple[Post, ...]:
    """Match a message's attachments to the pictures they hold, by the names we gave them."""
    by_stem = {name.removeprefix("SPOILER_").rsplit(".", 1)[0]: at for at, name in put.attachments}
    found = [(fit, by_stem.get(file_name(fit.picture.id, ""))) for fit in fits]
    return tuple(
        Post(
            picture_id=fit.picture.id,
            channel_id=put.channel_id,
            message_id=put.message_id,
            attachment_id=attachment_id,
            position=position,
            kind=PostKind.RESULT,
        )
        for position, (fit, attachment_id) in enumerate(found, 1)
        if attachment_id is not None
    )
