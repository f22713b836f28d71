"""/help: what the bot can do, on one card."""

import discord
from discord import app_commands
from discord.app_commands import locale_str as localised
from discord.ext import commands

from bot.delivery import Services, render
from bot.delivery.details import help_card
from bot.delivery.sentences import Command


class Help(commands.Cog):
    """The /help command."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(name=localised(Command.HELP), description=localised(Command.HELP_ABOUT))
    async def help(self, interaction: discord.Interaction) -> None:
        """Say what the bot can do."""
        card = help_card(self._services.words_for(interaction), self._services.desk.offers())
        await interaction.response.send_message(**render.new_message(card), ephemeral=True)
