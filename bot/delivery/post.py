"""Putting a card where it belongs: over the answer while its token lives, then by message id, then as a new message."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto

import aiohttp
import discord
import structlog

from bot.delivery import render
from bot.delivery.cards import Card
from bot.delivery.edge import DEFAULT_LIMIT_BYTES
from bot.delivery.quoting import thread_name
from bot.errors import DeliveryError, NoPermission, PlaceGone, TooLarge
from bot.model import ChannelId, InteractionToken, MessageId, Order, UserId
from bot.orders.desk import Desk

TRANSIENT = (
    discord.DiscordServerError,
    discord.RateLimited,
    discord.GatewayNotFound,
    aiohttp.ClientError,
    ConnectionError,
    TimeoutError,
)
"""What passes: Discord or the way to it is down."""

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json (read 2026-11-20)
UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
REQUEST_TOO_LARGE = 40005
INVALID_WEBHOOK_TOKEN = 50027
THREAD_EXISTS = 160004

_TOKEN_IS_DEAD = frozenset({UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN})
NONCE_REMEMBERED = timedelta(seconds=60)
"""How long we trust Discord to know a nonce again; it says "in the past few minutes" (resources/message)."""
LOOK_BACK = 100
"""How many messages are looked through for our own."""

_log = structlog.stdlib.get_logger(__name__)


class By(Enum):
    """Which way a card came to its message."""

    TOKEN = auto()
    EDIT = auto()
    NEW = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A message as Discord has it now; `attachments` are (id, file name) pairs."""

    by: By
    channel_id: ChannelId
    message_id: MessageId
    attachments: tuple[tuple[int, str], ...]


class Postbox:
    """Sends and changes messages. Every method repeated ends in one message.

    Errors of all: `TRANSIENT` where a later try may succeed, else `NoPermission`, `PlaceGone`, `TooLarge`, or
    another `DeliveryError`.
    """

    def __init__(self, client: discord.Client, desk: Desk) -> None:
        self._client = client
        self._desk = desk

    async def change(self, order: Order, card: Card) -> Put | None:
        """Turn the message that answers the order into the card; None where there is none any more."""
        token = await self._desk.token(order.id)
        if token and (put := await self._change_by_token(order, card, token)):
            return put
        return await self._change_by_id(order, card) if order.response_message_id else None

    async def put(self, order: Order, card: Card, mark: str) -> Put:
        """Turn the order's message into the card, or send it anew into its channel, naming the asker.

        `mark` is a custom_id that only this card of this order has: by it an earlier try is found again.
        """
        if put := await self.change(order, card):
            return put
        asker = order.request.actor.user_id
        return await self.send(order, replace(card, ping=asker), mark, order.request.place.channel_id)

    async def send(self, order: Order, card: Card, mark: str, channel_id: ChannelId) -> Put:
        """Send the card once, however often this is tried: by nonce, and later by looking for `mark`."""
        channel = self._channel(order, channel_id)
        async with _translated():
            if self._is_stale(order) and (found := await self._find(order, channel, mark)):
                return _put(found, By.NEW)
            nonce = f"{order.id}-result"
            return _put(await channel.send(**render.new_message(card), nonce=nonce), By.NEW)

    async def ping(self, order: Order, put: Put, content: str) -> None:
        """Tell the asker that a message they no longer look at has changed. Tried once; an edit notifies nobody."""
        asker: UserId = order.request.actor.user_id
        channel = self._channel(order, put.channel_id)
        message = channel.get_partial_message(put.message_id)
        try:
            await channel.send(
                **render.new_message(Card(content=content, ping=asker)),
                reference=message.to_reference(fail_if_not_exists=False),
                nonce=f"{order.id}-ping",
            )
        except (discord.HTTPException, *TRANSIENT) as error:
            _log.info("nobody was pinged", order=order.id, error=str(error))

    async def open_thread(self, order: Order) -> ChannelId | None:
        """Open the Discord thread of the order's lineage, or find it open; None where no thread can be."""
        place, key = order.request.place, order.thread_key
        message = self._channel(order, place.channel_id).get_partial_message(key or 0)
        if key is None or message.guild is None:
            return None
        try:
            await message.create_thread(name=thread_name(order.request.prompt))
        except discord.DiscordServerError:
            raise
        except discord.HTTPException as error:
            if error.code != THREAD_EXISTS:
                _log.info("no thread can be opened", order=order.id, code=error.code)
                return None
        return ChannelId(key)

    async def _change_by_token(self, order: Order, card: Card, token: InteractionToken) -> Put | None:
        webhook = discord.Webhook.partial(self._client.application_id or 0, token.token, client=self._client)
        message_id = order.response_message_id or "@original"
        async with _translated():
            try:
                changed = await webhook.edit_message(
                    message_id,  # pyright: ignore[reportArgumentType]  # Discord's name for the answer whose id was never recorded; it only becomes part of the URL
                    **render.changed_message(card),
                )
            except discord.HTTPException as error:
                if error.code not in _TOKEN_IS_DEAD:
                    raise
                _log.info("the answer is out of reach of its token", order=order.id, code=error.code)
                return None
        return _put(changed, By.TOKEN)

    async def _change_by_id(self, order: Order, card: Card) -> Put | None:
        channel = self._channel(order, order.response_channel_id or order.request.place.channel_id)
        message = channel.get_partial_message(order.response_message_id or 0)
        async with _translated():
            try:
                changed = await message.edit(**render.changed_message(card))
            except discord.NotFound as error:
                if error.code != UNKNOWN_MESSAGE:
                    raise
                return None
        return _put(changed, By.EDIT)

    def _is_stale(self, order: Order) -> bool:
        """Say whether an earlier try may be older than Discord's memory of its nonce."""
        since = order.received_at or order.created_at
        return self._desk.now() - since > NONCE_REMEMBERED

    async def _find(self, order: Order, channel: discord.PartialMessageable, mark: str) -> discord.Message | None:
        try:
            async for message in channel.history(limit=LOOK_BACK, after=order.received_at or order.created_at):
                if self._client.user and message.author.id == self._client.user.id and _has(message, mark):
                    return message
        except discord.Forbidden:
            _log.info("may not look for an earlier try", order=order.id)
        return None

    def _channel(self, order: Order, channel_id: ChannelId) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(channel_id, guild_id=order.request.place.guild_id)


def _has(message: discord.Message, mark: str) -> bool:
    rows = (part for part in message.components if isinstance(part, discord.ActionRow))
    return any(getattr(child, "custom_id", None) == mark for row in rows for child in row.children)


def _put(message: discord.Message, by: By) -> Put:
    return Put(
        by=by,
        channel_id=ChannelId(message.channel.id),
        message_id=MessageId(message.id),
        attachments=tuple((attachment.id, attachment.filename) for attachment in message.attachments),
    )


@asynccontextmanager
async def _translated() -> AsyncGenerator[None, None]:
    """Turn Discord's refusals into ours; what may pass is left as it is."""
    try:
        yield
    except discord.DiscordServerError:
        raise
    except discord.Forbidden as error:
        raise NoPermission(str(error)) from error
    except discord.NotFound as error:
        raise PlaceGone(str(error)) from error
    except discord.HTTPException as error:
        if error.status == 429:  # noqa: PLR2004  # Too Many Requests, from a proxy before Discord
            raise ConnectionError(str(error)) from error
        if error.code == REQUEST_TOO_LARGE or error.status == 413:  # noqa: PLR2004  # Content Too Large
            raise TooLarge(DEFAULT_LIMIT_BYTES) from error
        raise DeliveryError(str(error)) from error
