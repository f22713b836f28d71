"""Messages to the bot: replies to pictures, mentions, direct messages, and threads where every message edits."""

import discord
from discord.ext import commands

from bot.delivery import Services
from bot.delivery.conversation import Conversation


class Messages(commands.Cog):
    """Listens; what a message means is for `bot.delivery.conversation` and the front desk to say."""

    def __init__(self, client: commands.Bot, services: Services) -> None:
        self._conversation = Conversation(client, services)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Take a message that addresses the bot as an order."""
        await self._conversation.hear(message)
