"""Taking an order at the edge: written down first, acknowledged second, placed third."""

import discord
import structlog

from bot.delivery import edge, render
from bot.delivery.cards import waiting
from bot.delivery.services import Services
from bot.delivery.views import ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION
from bot.model import ChannelId, MessageId, OrderId, Request
from bot.orders.gallery import Result

_log = structlog.stdlib.get_logger(__name__)


async def take(services: Services, interaction: discord.Interaction, request: Request) -> OrderId | None:
    """Write an interaction's order down, acknowledge it within Discord's 3 s, and let it be placed.

    Returns the order's id, or None where Discord no longer waits for an answer: then the order is withdrawn and
    nothing is paid. The same interaction twice is one order.
    """
    accepted = await services.desk.accept(request, edge.token_of(interaction))
    order_id = accepted.order.id
    try:
        message_id = await _acknowledge(interaction)
    except discord.NotFound as error:
        if error.code != UNKNOWN_INTERACTION:
            raise
        _log.warning("too late to acknowledge", order=order_id)
        if accepted.fresh:
            await services.desk.withdraw(order_id)
        return None
    if accepted.order.response_message_id is None:
        await services.desk.acknowledged(order_id, request.place.channel_id, message_id)
    return order_id


async def _acknowledge(interaction: discord.Interaction) -> MessageId:
    """Defer with a "thinking" message and return its id."""
    try:
        response = await interaction.response.defer(thinking=True)
    except discord.HTTPException as error:
        # The library repeats a callback that failed after Discord had acted, and hears this the second time.
        if error.code != ALREADY_ACKNOWLEDGED:
            raise
        response = None
    if response is not None and response.message_id is not None:
        return MessageId(response.message_id)
    return MessageId((await interaction.original_response()).id)


async def take_message(services: Services, message: discord.Message, request: Request) -> OrderId:
    """Write a message's order down, reply with its status, and let it be placed. The same message twice is one order.

    The reply carries a nonce made of the order's id, so that Discord keeps one where it is sent twice.
    """
    accepted = await services.desk.accept(request)
    order = accepted.order
    if order.response_message_id is not None:
        return order.id
    words = services.wordbook.words(request.place.locale)
    empty = Result(order=order, pictures=(), inputs=(), position=None, thread=None)
    try:
        status = await message.channel.send(
            **render.new_message(waiting(words, empty, services.desk.now())),
            reference=message.to_reference(fail_if_not_exists=False),
            nonce=f"{order.id}-status",
        )
    except discord.Forbidden:
        _log.warning("may not answer here", order=order.id, channel=message.channel.id)
        await services.desk.withdraw(order.id)
        return order.id
    await services.desk.acknowledged(order.id, ChannelId(status.channel.id), MessageId(status.id))
    return order.id
