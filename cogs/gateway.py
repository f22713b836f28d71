"""/gateway: how the gateways are doing, and a check-up of one; for the bot's hosts."""

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.app_commands import locale_str as localised
from discord.ext import commands

from bot.capability import ModelOffer
from bot.delivery import Reception, Services, choices, edge, render
from bot.delivery.checkup_cards import gateways_card
from bot.delivery.sentences import Command
from bot.errors import NotAllowed


class Gateway(commands.Cog):
    """The /gateway commands. Discord hides them from ordinary members; who is a host is judged at the front desk."""

    group = app_commands.Group(
        name=localised(Command.GATEWAY),
        description=localised(Command.GATEWAY_ABOUT),
        default_permissions=discord.Permissions(manage_guild=True),
    )

    def __init__(self, services: Services, reception: Reception) -> None:
        self._services = services
        self._checking = reception.checking

    @group.command(name=localised(Command.GATEWAY_LIST), description=localised(Command.GATEWAY_LIST_ABOUT))
    async def list(self, interaction: discord.Interaction) -> None:
        """Say how every gateway is doing."""
        actor, place = edge.actor_of(interaction, self._services.host_ids()), edge.place_of(interaction)
        states = await self._services.checkups.states(actor, place)
        card = gateways_card(self._services.words_for(interaction), states)
        await interaction.response.send_message(**render.new_message(card), ephemeral=True)

    @group.command(name=localised(Command.GATEWAY_CHECK), description=localised(Command.GATEWAY_CHECK_ABOUT))
    @app_commands.describe(
        gateway=localised(Command.GATEWAY_NAME),
        model=localised(Command.GATEWAY_MODEL),
        everything=localised(Command.GATEWAY_EVERYTHING),
    )
    async def check(
        self,
        interaction: discord.Interaction,
        gateway: str | None = None,
        model: str | None = None,
        everything: bool = False,  # noqa: FBT001, FBT002  # named by Discord
    ) -> None:
        """Say what a check-up would cost, and start it if that is agreed to."""
        await self._checking.ask(interaction, gateway, model, everything=everything)

    @check.autocomplete("gateway")
    async def _gateways(self, interaction: discord.Interaction, typed: str) -> choices.Choices:
        return choices.listed(tuple(slug for slug, _ in self._names(interaction)), typed)

    @check.autocomplete("model")
    async def _models(self, interaction: discord.Interaction, typed: str) -> choices.Choices:
        names, chosen = self._names(interaction), interaction.namespace.gateway
        offers = next((offers for slug, offers in names if slug == chosen), names[0][1] if names else ())
        return choices.listed(tuple(offer.model for offer in offers), typed)

    def _names(self, interaction: discord.Interaction) -> Sequence[tuple[str, Sequence[ModelOffer]]]:
        actor, place = edge.actor_of(interaction, self._services.host_ids()), edge.place_of(interaction)
        try:
            return self._services.checkups.names(actor, place)
        except NotAllowed:
            return ()
