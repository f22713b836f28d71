"""/edit: change attached pictures, or the newest picture of the thread."""

import discord
from discord import app_commands
from discord.app_commands import locale_str as localised
from discord.ext import commands

from bot.delivery import Services, edge
from bot.delivery.intake import take
from bot.delivery.sentences import Command
from bot.model import Head, OrderKind, Request

ABOUT = {
    "prompt": Command.PROMPT_EDIT,
    "image": Command.IMAGE,
    "image2": Command.IMAGE_FURTHER,
    "image3": Command.IMAGE_FURTHER,
    "image4": Command.IMAGE_FURTHER,
    "mask": Command.MASK,
}


class Edit(commands.Cog):
    """The /edit command."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(name=localised(Command.EDIT), description=localised(Command.EDIT_ABOUT))
    @app_commands.describe(**{name: localised(about) for name, about in ABOUT.items()})
    async def edit(  # noqa: PLR0913, PLR0917  # a slash command's options are its parameters
        self,
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, 6000],
        image: discord.Attachment | None = None,
        image2: discord.Attachment | None = None,
        image3: discord.Attachment | None = None,
        image4: discord.Attachment | None = None,
        mask: discord.Attachment | None = None,
    ) -> None:
        """Change attached pictures, or the newest picture of the thread."""
        request = Request(
            source_id=edge.source_of(interaction),
            kind=OrderKind.EDIT,
            place=edge.place_of(interaction),
            actor=edge.actor_of(interaction, self._services.host_ids()),
            prompt=prompt,
            inputs=edge.uploads_of((image, image2, image3, image4)) or (Head(),),
            mask=edge.upload_of(mask) if mask else None,
        )
        await take(self._services, interaction, request)
