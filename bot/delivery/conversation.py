"""What a message to the bot comes to: an order, a hint, or silence."""

import re
from functools import partial

import aiohttp
import discord
import structlog

from bot.delivery import edge, render
from bot.delivery.cards import Card, CardButton, Controls, note
from bot.delivery.codes import picture_code
from bot.delivery.intake import take_message
from bot.delivery.sentences import Press, Say
from bot.delivery.services import Services
from bot.delivery.views import explained, fenced
from bot.delivery.words import Words
from bot.errors import Refusal
from bot.model import MessageId, PictureId, Reason
from bot.orders.ids import read_id

TEXT_FILE_BYTES = 256 * 1024
"""Enough for the longest prompt any model takes (32,000 characters) in any script."""
_REAL_MESSAGES = frozenset({discord.MessageType.default, discord.MessageType.reply})

_log = structlog.stdlib.get_logger(__name__)


class Conversation:
    """Listens to messages. Without the privileged intent Discord lets us read those that ping us, and DMs."""

    def __init__(self, client: discord.Client, services: Services) -> None:
        self._client = client
        self._services = services

    async def hear(self, message: discord.Message) -> None:
        """Answer a message if it is meant for us; whatever goes wrong is told to its author."""
        if message.author.bot or message.type not in _REAL_MESSAGES or self._client.user is None:
            return
        await fenced(self._answer(message), partial(self._answer_error, message))

    async def _answer(self, message: discord.Message) -> None:
        if await self._addresses_us(message):
            await self._order(message)
        elif self._replies_unread(message):
            await self._hint(message)

    async def _addresses_us(self, message: discord.Message) -> bool:
        mentions_us = any(user.id == self._our_id for user in message.mentions)
        if mentions_us or message.guild is None:
            return True
        readable = self._services.message_content and bool(message.content or message.attachments)
        return readable and (
            await self._replies_to_our_picture(message)
            or await self._services.desk.gallery.edits_every_message(edge.place_of_message(message))
        )

    async def _replies_to_our_picture(self, message: discord.Message) -> bool:
        replied, replied_to = _replied(message), _replied_id(message)
        if replied and replied.author.id == self._our_id and replied.attachments:
            return True
        return replied_to is not None and bool(await self._services.desk.gallery.pictures_of_message(replied_to))

    @staticmethod
    def _replies_unread(message: discord.Message) -> bool:
        """Say whether this is a reply whose words Discord kept from us, as its ping was off."""
        return message.reference is not None and not message.content and not message.attachments

    async def _order(self, message: discord.Message) -> None:
        replied = _replied(message)
        reply = await self._services.desk.compose.reply(
            edge.place_of_message(message),
            edge.actor_of_message(message, self._services.host_ids()),
            edge.message_id(message),
            text=await self._text(message),
            replied_to=_replied_id(message),
            replied_pictures=self._ours(replied) if replied else (),
            replied_uploads=edge.pictures_of(replied) if replied else (),
            uploads=edge.pictures_of(message),
        )
        await take_message(self._services, message, reply.request)

    def _ours(self, message: discord.Message) -> tuple[PictureId, ...]:
        """Return the pictures that a message of ours holds, as its file names say."""
        if message.author.id != self._our_id:
            return ()
        named = (read_id(attachment.filename) for attachment in message.attachments)
        return tuple(PictureId(found) for found in named if found)

    async def _text(self, message: discord.Message) -> str:
        """Return the message's words without our mention; a long prompt comes as an attached text file."""
        said = re.sub(rf"<@!?{self._our_id}>", " ", message.content).strip()
        for attachment in message.attachments:
            if (attachment.content_type or "").startswith("text/plain"):
                said = f"{said}\n{await _read(attachment)}"
        return said.strip()

    async def _hint(self, message: discord.Message) -> None:
        """Answer a reply we may not read, if it is to a picture of ours: with a hint and an Edit button."""
        replied_to = _replied_id(message)
        known = await self._services.desk.gallery.pictures_of_message(replied_to) if replied_to else ()
        replied = _replied(message)
        picture_ids = tuple(picture.id for picture in known) or (self._ours(replied) if replied else ())
        if not picture_ids:
            return
        words = self._words(message)
        code = picture_code(Press.EDIT, picture_ids[0])
        edit = CardButton(code=code, label=words.label(Press.EDIT), style="primary")
        await self._say(message, Card(content=words.say(Say.HINT_REPLY), controls=Controls(rows=((edit,),))))

    async def _answer_error(self, message: discord.Message, error: Exception) -> None:
        words = self._words(message)
        unsaid = isinstance(error, Refusal) and error.reason is Reason.PROMPT_EMPTY
        told = words.say(Say.HINT_MENTION) if unsaid else explained(words, error, reference=str(message.id))
        try:
            await self._say(message, note(told))
        except (discord.DiscordException, aiohttp.ClientError, OSError) as unheard:
            _log.warning("nobody could be told", reference=str(message.id), error=str(unheard))

    async def _say(self, message: discord.Message, card: Card) -> None:
        await message.channel.send(
            **render.new_message(card),
            reference=message.to_reference(fail_if_not_exists=False),
            nonce=f"{message.id}-h",
        )

    def _words(self, message: discord.Message) -> Words:
        return self._services.wordbook.words(edge.place_of_message(message).locale)

    @property
    def _our_id(self) -> int:
        return self._client.user.id if self._client.user else 0


def _replied_id(message: discord.Message) -> MessageId | None:
    reference = message.reference
    return MessageId(reference.message_id) if reference and reference.message_id else None


def _replied(message: discord.Message) -> discord.Message | None:
    """Return the message this one replies to, where Discord sent it along and it still stands."""
    resolved = message.reference.resolved if message.reference else None
    return resolved if isinstance(resolved, discord.Message) else None


async def _read(attachment: discord.Attachment) -> str:
    """Download a text file. Errors: `Refusal(PROMPT_TOO_LONG)` by size, before anything is downloaded."""
    if attachment.size > TEXT_FILE_BYTES:
        raise Refusal(Reason.PROMPT_TOO_LONG)
    return (await attachment.read()).decode("utf-8", errors="replace")
