"""/show: find a picture or an order again by its id."""

import discord
from discord import app_commands
from discord.app_commands import locale_str as localised
from discord.ext import commands

from bot.delivery import Services
from bot.delivery.sentences import Command
from bot.delivery.showing import show


class Show(commands.Cog):
    """The /show command."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(name=localised(Command.SHOW), description=localised(Command.SHOW_ABOUT))
    @app_commands.describe(identifier=localised(Command.ID))
    @app_commands.rename(identifier="id")
    async def show(self, interaction: discord.Interaction, identifier: app_commands.Range[str, 1, 100]) -> None:
        """Find a picture or an order again by its id."""
        await show(self._services, interaction, identifier)
