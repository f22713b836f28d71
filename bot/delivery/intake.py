"""Taking an order at the edge: written down first, acknowledged second, placed third."""

import discord
import stamina
import structlog

from bot.delivery import edge, render
from bot.delivery.cards import Card, waiting
from bot.delivery.post import TRANSIENT
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
    except (discord.HTTPException, *TRANSIENT) as error:
        _log.warning("not acknowledged in time", order=order_id, error=str(error))
        if accepted.fresh:
            await services.desk.withdraw(order_id)
        if isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION:
            return None  # Discord has told the person
        raise
    if accepted.order.response_message_id is None:
        await services.desk.acknowledged(order_id, request.place.channel_id, message_id)
    return order_id


@stamina.retry(on=TRANSIENT, attempts=3, timeout=2.0, wait_initial=0.1, wait_max=0.5)
async def _acknowledge(interaction: discord.Interaction) -> MessageId:
    """Defer with a "thinking" message and return its id. A cut connection is tried again within the 3 s."""
    response = None
    try:
        response = await interaction.response.defer(thinking=True)
    except discord.InteractionResponded:
        pass  # an earlier try got through, and only its message was not heard of
    except discord.HTTPException as error:
        # Repeated after a try that Discord acted on though we did not hear so, this is what it answers.
        if error.code != ALREADY_ACKNOWLEDGED:
            raise
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
        status = await _reply(message, waiting(words, empty, services.desk.now()), nonce=f"{order.id}-status")
    except (discord.HTTPException, *TRANSIENT) as error:
        _log.warning("cannot answer here", order=order.id, channel=message.channel.id, error=str(error))
        await services.desk.withdraw(order.id)
        return order.id
    await services.desk.acknowledged(order.id, ChannelId(status.channel.id), MessageId(status.id))
    return order.id


@stamina.retry(on=TRANSIENT, attempts=6, timeout=60.0)
async def _reply(message: discord.Message, card: Card, nonce: str) -> discord.Message:
    reference = message.to_reference(fail_if_not_exists=False)
    return await message.channel.send(**render.new_message(card), reference=reference, nonce=nonce)
