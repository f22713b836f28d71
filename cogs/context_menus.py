"""Right-click on a message: Edit picture, Paint this."""

import discord
from discord import app_commands
from discord.app_commands import locale_str as localised
from discord.ext import commands
from typing_extensions import override

from bot.delivery import Reception, Services, edge
from bot.delivery.sentences import Command, Say
from bot.delivery.views import whisper


class ContextMenus(commands.Cog):
    """The two message menus. Their target arrives whole, without any privileged intent."""

    def __init__(self, client: commands.Bot, services: Services, reception: Reception) -> None:
        self._tree = client.tree
        self._services = services
        self._forms = reception.forms
        self._menus = (
            app_commands.ContextMenu(name=localised(Command.EDIT_PICTURE), callback=self.edit_picture),
            app_commands.ContextMenu(name=localised(Command.PAINT_THIS), callback=self.paint_this),
        )

    @override
    async def cog_load(self) -> None:
        for menu in self._menus:
            self._tree.add_command(menu)

    @override
    async def cog_unload(self) -> None:
        for menu in self._menus:
            self._tree.remove_command(menu.name, type=menu.type)

    async def edit_picture(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Ask how to change the message's picture: ours with its stored bytes, else as an upload."""
        if pictures := await self._services.desk.gallery.pictures_of_message(edge.message_id(message)):
            await self._forms.edit(interaction, pictures)
        elif uploads := edge.pictures_of(message):
            await self._forms.edit_uploads(interaction, uploads)
        else:
            await whisper(interaction, self._services.words_for(interaction).say(Say.HINT_NO_PICTURES))

    async def paint_this(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Ask whether to paint the message's words."""
        ours = await self._services.desk.gallery.prompt_of_message(edge.message_id(message))
        text = ours or message.clean_content.strip()
        if not text:
            await whisper(interaction, self._services.words_for(interaction).say(Say.HINT_NO_TEXT))
            return
        await self._forms.paint(interaction, text)
