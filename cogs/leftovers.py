"""Presses and forms the library would drop: from before a restart, or of an older version."""

import discord
from discord.ext import commands

from bot.delivery import Reception


class Leftovers(commands.Cog):
    """Hands every interaction to the reception, which acts only on what nobody else knows."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Let the reception look at an interaction."""
        await self._reception.on_interaction(interaction)
