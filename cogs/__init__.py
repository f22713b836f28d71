"""The commands: one family per file, named after it, each parsing, making one call, and rendering."""

from discord.ext import commands

from bot.delivery import Reception, Services
from cogs.context_menus import ContextMenus
from cogs.edit import Edit
from cogs.gateway import Gateway
from cogs.help import Help
from cogs.imagine import Imagine
from cogs.leftovers import Leftovers
from cogs.messages import Messages
from cogs.show import Show


def all_cogs(client: commands.Bot, services: Services, reception: Reception) -> tuple[commands.Cog, ...]:
    """Return every cog, ready to be added to the client."""
    return (
        Imagine(services),
        Edit(services),
        Show(services),
        Help(services),
        Gateway(services, reception),
        ContextMenus(client, services, reception),
        Messages(client, services),
        Leftovers(reception),
    )
