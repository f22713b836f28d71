"""Answering /show: an order's details with its pictures, for one person's eyes."""

from dataclasses import replace

import discord

from bot.delivery import edge, render
from bot.delivery.cards import MAX_FILES
from bot.delivery.details import details_card
from bot.delivery.fitting import Fitting
from bot.delivery.results import Extras, controls
from bot.delivery.services import Services


async def show(services: Services, interaction: discord.Interaction, identifier: str) -> None:
    """Show what an id as people type it belongs to, with its buttons, if it may be seen from here.

    Errors: `NotFound`.
    """
    actor, place = edge.actor_of(interaction, services.host_ids()), edge.place_of(interaction)
    details = await services.desk.gallery.show(identifier, actor, place)
    await interaction.response.defer(ephemeral=True, thinking=True)  # fitting a big picture takes longer than 3 s
    result = await services.desk.gallery.result(details.order.id)
    wanted = (details.picture,) if details.picture else result.pictures
    living = tuple(picture for picture in wanted if picture.deleted_at is None)
    usable = living and details.belongs_here
    words = services.words_for(interaction)
    card = details_card(words, details, for_host=actor.is_host)
    async with Fitting(services).of_result(words, replace(result, pictures=living), place.upload_limit_bytes) as fits:
        files = (*(fit.file for fit in fits if fit.file), *card.files)[:MAX_FILES]
        shown = replace(card, files=files, controls=controls(words, result, Extras()) if usable else card.controls)
        await interaction.edit_original_response(**render.changed_message(shown))
