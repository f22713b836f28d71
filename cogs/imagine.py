"""/imagine: a picture from words, or from pictures and words."""

import discord
from discord import app_commands
from discord.app_commands import locale_str as localised
from discord.ext import commands

from bot.capability import ModelOffer, Quote
from bot.delivery import Services, choices, edge
from bot.delivery.intake import take
from bot.delivery.sentences import Command
from bot.model import Options, OrderKind, Request

ABOUT = {
    "prompt": Command.PROMPT,
    "size": Command.SIZE,
    "quality": Command.QUALITY,
    "draft": Command.DRAFT,
    "count": Command.COUNT,
    "background": Command.BACKGROUND,
    "output_format": Command.FORMAT,
    "compression": Command.COMPRESSION,
    "model": Command.MODEL,
    "image": Command.IMAGE,
    "image2": Command.IMAGE_FURTHER,
    "image3": Command.IMAGE_FURTHER,
    "image4": Command.IMAGE_FURTHER,
    "mask": Command.MASK,
    "spoiler": Command.SPOILER,
}


class Imagine(commands.Cog):
    """The /imagine command."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(name=localised(Command.IMAGINE), description=localised(Command.IMAGINE_ABOUT))
    @app_commands.describe(**{name: localised(about) for name, about in ABOUT.items()})
    @app_commands.rename(output_format="format")
    async def imagine(  # noqa: PLR0913, PLR0917  # a slash command's options are its parameters
        self,
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, 6000],
        size: str | None = None,
        quality: str | None = None,
        draft: bool | None = None,  # noqa: FBT001  # named by Discord
        count: app_commands.Range[int, 1, 10] | None = None,
        background: str | None = None,
        output_format: str | None = None,
        compression: app_commands.Range[int, 0, 100] | None = None,
        model: str | None = None,
        image: discord.Attachment | None = None,
        image2: discord.Attachment | None = None,
        image3: discord.Attachment | None = None,
        image4: discord.Attachment | None = None,
        mask: discord.Attachment | None = None,
        spoiler: bool | None = None,  # noqa: FBT001  # named by Discord
    ) -> None:
        """Paint a picture from words, or from attached pictures."""
        asked = Options(
            size=size,
            quality=quality,
            draft=draft,
            count=count,
            background=background,
            output_format=output_format,
            compression=compression,
            model=model,
            spoiler=spoiler,
        )
        inputs = edge.uploads_of((image, image2, image3, image4))
        request = Request(
            source_id=edge.source_of(interaction),
            kind=OrderKind.EDIT if inputs else OrderKind.GENERATE,
            place=edge.place_of(interaction),
            actor=edge.actor_of(interaction, self._services.host_ids()),
            prompt=prompt,
            inputs=inputs,
            mask=edge.upload_of(mask) if mask else None,
            asked=asked,
        )
        await take(self._services, interaction, request)

    @imagine.autocomplete("size")
    async def _size(self, interaction: discord.Interaction, typed: str) -> choices.Choices:
        rule = self._offer(interaction).capabilities.sizes
        return choices.sizes(self._services.words_for(interaction), rule, typed)

    @imagine.autocomplete("quality")
    async def _quality(self, interaction: discord.Interaction, typed: str) -> choices.Choices:
        offer = self._offer(interaction)
        quoted = {quality: self._quote(interaction, offer, quality) for quality in offer.capabilities.qualities}
        return choices.qualities(self._services.words_for(interaction), quoted, typed)

    @imagine.autocomplete("background")
    async def _background(self, interaction: discord.Interaction, typed: str) -> choices.Choices:
        return choices.listed(self._offer(interaction).capabilities.backgrounds, typed)

    @imagine.autocomplete("output_format")
    async def _format(self, interaction: discord.Interaction, typed: str) -> choices.Choices:
        return choices.listed(self._offer(interaction).capabilities.formats, typed)

    @imagine.autocomplete("model")
    async def _model(self, interaction: discord.Interaction, typed: str) -> choices.Choices:
        chosen: object = interaction.namespace.quality
        quoted = [
            (offer, self._quote(interaction, offer, str(chosen) if chosen in offer.capabilities.qualities else None))
            for offer in self._services.desk.offers()
        ]
        return choices.models(self._services.words_for(interaction), quoted, typed)

    def _quote(self, interaction: discord.Interaction, offer: ModelOffer, quality: str | None) -> Quote:
        """Return what a picture like the one being typed costs; a new one's price where the model cannot edit."""
        able, chosen = offer.capabilities, interaction.namespace
        is_edit = able.edit and (bool(chosen.image) or not able.generate)
        kind = OrderKind.EDIT if is_edit else OrderKind.GENERATE
        return self._services.desk.quote(offer.name, kind, quality, chosen.size)

    def _offer(self, interaction: discord.Interaction) -> ModelOffer:
        chosen: object = interaction.namespace.model
        return self._services.desk.offer(chosen if isinstance(chosen, str) else None)
