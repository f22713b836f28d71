"""The last fence around everything people press, fill in or type: whoever waits is answered, whatever happens."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from functools import partial

import aiohttp
import discord
import structlog
from discord import app_commands
from typing_extensions import override

from bot.delivery.sentences import Say
from bot.delivery.words import Raw, Words
from bot.errors import CallFailed, Corrupt, Refusal
from bot.model import Failure, Reason

UNKNOWN_INTERACTION = 10062
"""The 3 s were over before we answered. https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""
ALREADY_ACKNOWLEDGED = 40060
"""Discord has our answer, though we did not hear that it does (same page, read 2026-11-20)."""

_log = structlog.stdlib.get_logger(__name__)


async def fenced(work: Awaitable[None], answer: Callable[[Exception], Awaitable[None]]) -> None:
    """Do the work; whatever it raises is answered instead of lost."""
    try:
        await work
    except Exception as error:  # noqa: BLE001  # the fence: a person waits behind it
        await answer(error)


def explained(words: Words, error: Exception, reference: str) -> str:
    """Return the sentence that tells a person of the error, and log what is not an answer in itself.

    `reference` stands in both, so that a report finds its log line.
    """
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    match cause:
        case Refusal():
            return words.failure(cause.failure())
        case CallFailed():
            return words.failure(cause.failure)
        case app_commands.CheckFailure():
            return words.failure(Failure(reason=Reason.NOT_ALLOWED))
        case discord.HTTPException():
            _log.warning("discord did not take an answer", reference=reference, code=cause.code, exc_info=cause)
            return words.say(Say.DISCORD_REFUSED)
        case _:
            _log.error("an answer broke", reference=reference, exc_info=cause)
    lost = Failure(reason=Reason.STORED_FILE_LOST)
    return words.failure(lost) if isinstance(cause, Corrupt) else words.say(Say.UNEXPECTED, reference=Raw(reference))


async def answer_error(interaction: discord.Interaction, error: Exception) -> None:
    """Tell the person who waits at an interaction what went wrong, for their eyes only; never raises."""
    sentence = explained(Words(interaction.locale.value), error, reference=str(interaction.id))
    if interaction.client.is_closed():
        return
    try:
        await whisper(interaction, sentence)
    except (discord.DiscordException, aiohttp.ClientError, OSError) as unheard:
        _log.warning("nobody could be told", reference=str(interaction.id), error=str(unheard))


async def whisper(interaction: discord.Interaction, content: str) -> None:
    """Say something to the person at an interaction only, as its answer or, where it has one, after it."""
    nobody = discord.AllowedMentions.none()
    if not interaction.response.is_done():
        try:
            await interaction.response.send_message(content, ephemeral=True, allowed_mentions=nobody)
        except discord.HTTPException as error:
            if error.code != ALREADY_ACKNOWLEDGED:
                raise
        else:
            return
    await interaction.followup.send(content, ephemeral=True, allowed_mentions=nobody)


class SafeModal(discord.ui.Modal, ABC):
    """A modal whose every error is answered, and whose custom_id is in `live` while this process remembers it."""

    def __init__(self, live: set[str], *, title: str, custom_id: str, timeout: float) -> None:
        super().__init__(title=title, custom_id=custom_id, timeout=timeout)
        self._live = live
        live.add(custom_id)

    @abstractmethod
    async def submit(self, interaction: discord.Interaction) -> None:
        """Act on the form; whatever this raises is told to the person."""

    @override
    async def on_submit(self, interaction: discord.Interaction) -> None:
        await fenced(self.submit(interaction), partial(answer_error, interaction))
        # Not earlier: until something was answered, the same submit is on its way to the fallback too.
        self._live.discard(self.custom_id)

    @override
    async def on_error(self, interaction: discord.Interaction, error: Exception) -> None:
        await answer_error(interaction, error)

    @override
    async def on_timeout(self) -> None:
        self._live.discard(self.custom_id)
