"""What cogs, buttons and forms hold: one frozen value, put together by `bot/app.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import discord

from bot.delivery.words import Wordbook, Words
from bot.imaging import Darkroom
from bot.model import PlaceKind, UserId
from bot.orders.checkups import Checkups
from bot.orders.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything an answer needs.

    `scratch` is a folder for copies that live as long as one message takes to send. `host_ids` returns who runs the
    bot: asked at every use, as the application's owners are known only after login.
    """

    desk: Desk
    checkups: Checkups
    wordbook: Wordbook
    darkroom: Darkroom
    scratch: Path
    host_ids: Callable[[], frozenset[UserId]]
    message_content: bool = False  # the privileged intent is on, so a thread may make every message an edit
    reply_opens_thread: bool = True
    show_cost: bool = False  # the host wants a result to say what it cost

    def words_for(self, interaction: discord.Interaction) -> Words:
        """Return the words in the language of whoever pressed or typed."""
        return self.wordbook.words(interaction.locale.value)

    def offers_every_message(self, kind: PlaceKind) -> bool:
        """Say whether a card offers the switch "every message edits": in threads, where messages can be read."""
        return self.message_content and kind is PlaceKind.THREAD
