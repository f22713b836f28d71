"""The one dynamic item behind every button and select, and the fallback for presses and forms nobody else knows."""

import re
from collections.abc import Awaitable
from functools import partial
from typing import Any, Self

import discord
from typing_extensions import override

from bot.delivery.checking import Checking
from bot.delivery.codes import BUTTON, Pressed, pressed
from bot.delivery.forms import Forms
from bot.delivery.presses import Presses
from bot.delivery.sentences import Say
from bot.delivery.services import Services
from bot.delivery.views import answer_error, fenced, whisper

Item = discord.ui.Item[Any]


class Reception:
    """Answers everything that is pressed or filled in; the client registers `item` and `on_interaction`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.forms = Forms(services)
        self.checking = Checking(services)
        self._presses = Presses(services, self.forms, self.checking)

    def item(self) -> type[discord.ui.DynamicItem[Item]]:
        """Return the dynamic item to register: its custom_ids outlive the process, its answers are this object's."""
        reception = self

        class Pressable(discord.ui.DynamicItem[Item], template=BUTTON):
            """A button or select of ours as it was pressed."""

            def __init__(self, item: Item, what: Pressed) -> None:
                super().__init__(item)
                self._what = what

            @override
            @classmethod
            async def from_custom_id(
                cls, interaction: discord.Interaction, item: Item, match: re.Match[str], /
            ) -> Self:
                return cls(item, pressed(match))

            @override
            async def callback(self, interaction: discord.Interaction) -> None:
                await reception.pressed(interaction, self._what)

        return Pressable

    async def pressed(self, interaction: discord.Interaction, what: Pressed) -> None:
        """Answer a press; whatever goes wrong is told to the person."""
        await _fenced(interaction, self._presses.answer(interaction, what))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer what the library would drop: forms opened before a restart, and buttons of older versions."""
        custom_id = str((interaction.data or {}).get("custom_id", ""))
        if interaction.type is discord.InteractionType.modal_submit and custom_id not in self.forms.live:
            await _fenced(interaction, self.forms.submitted(interaction))
        elif interaction.type is discord.InteractionType.component and not BUTTON.fullmatch(custom_id):
            await _fenced(interaction, whisper(interaction, self._old(interaction)))

    def _old(self, interaction: discord.Interaction) -> str:
        return self._services.words_for(interaction).say(Say.HINT_OLD_BUTTON)


async def _fenced(interaction: discord.Interaction, work: Awaitable[None]) -> None:
    await fenced(work, partial(answer_error, interaction))
