"""Interactions as Discord's JSON: the INTERACTION_CREATE event and what a message says of the one behind it."""

from playground.discord.interaction import CallbackKind, Interaction, InteractionKind
from playground.discord.message_shapes import MessageShapes
from playground.discord.shapes import interaction_channel_shape, member_shape, user_shape
from playground.discord.state import World
from playground.discord.wire import Payload
from playground.discord.world import Message, MessageFlag

_IN_GUILD, _IN_BOT_DM = 0, 1
_MESSAGE_MENU = 3


class InteractionShapes:
    """Write interactions as JSON."""

    def __init__(self, *, world: World, messages: MessageShapes) -> None:
        self._world = world
        self._messages = messages

    def interaction(self, interaction: Interaction) -> Payload:
        """Return an INTERACTION_CREATE event; its messages are whole, whatever intents the bot has."""
        channel, user = interaction.channel, interaction.user
        bits = self._world.permissions(channel, self._world.bot)
        shape: Payload = {
            "id": str(interaction.id),
            "application_id": str(self._world.application_id),
            "type": int(interaction.kind),
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": str(channel.id),
            "channel": interaction_channel_shape(channel, user.id, self._world.clock.now()),
            "attachment_size_limit": channel.upload_limit_bytes,
            "context": _IN_BOT_DM if channel.guild is None else _IN_GUILD,
            "authorizing_integration_owners": _owners(interaction),
            "entitlements": [],
            "app_permissions": str(bits),
            "locale": user.locale,
        }
        if interaction.source is not None:
            shape["message"] = self._messages.message(interaction.source)
        guild = channel.guild
        if guild is None:
            return {**shape, "user": user_shape(user)}
        permissions = str(self._world.permissions(channel, user))
        return {
            **shape,
            "guild_id": str(guild.id),
            "guild_locale": guild.preferred_locale,
            "guild": {"id": str(guild.id), "locale": guild.preferred_locale, "features": []},
            "member": {**member_shape(guild.members[user.id]), "permissions": permissions},
        }

    def metadata(self, interaction: Interaction, original: Message | None) -> Payload:
        """Return the `interaction_metadata` of a message; `original` is set for follow-ups."""
        shape: Payload = {
            "id": str(interaction.id),
            "type": int(interaction.kind),
            "user": user_shape(interaction.user),
            "authorizing_integration_owners": _owners(interaction),
        }
        if original is not None:
            shape["original_response_message_id"] = str(original.id)
        if interaction.kind is InteractionKind.COMMAND:
            shape["name"] = interaction.data["name"]
            if interaction.data.get("type") == _MESSAGE_MENU:
                shape["target_message_id"] = interaction.data["target_id"]
        if interaction.kind is InteractionKind.COMPONENT and interaction.source is not None:
            shape["interacted_message_id"] = str(interaction.source.id)
        if interaction.kind is InteractionKind.MODAL_SUBMIT and interaction.parent is not None:
            shape["triggering_interaction_metadata"] = self.metadata(interaction.parent, None)
        return shape

    def callback(self, interaction: Interaction) -> Payload:
        """Return the answer to a callback asked `with_response`; only types 4 and 7 carry a resource."""
        about: Payload = {"id": str(interaction.id), "type": int(interaction.kind)}
        original = interaction.original
        if original is not None:
            about |= {
                "response_message_id": str(original.id),
                "response_message_loading": original.loading,
                "response_message_ephemeral": bool(original.flags & MessageFlag.EPHEMERAL),
            }
        match interaction.callback, original:
            case (CallbackKind.MESSAGE | CallbackKind.UPDATE) as kind, Message():
                resource: Payload = {"type": int(kind), "message": self._messages.message(original)}
                return {"interaction": about, "resource": resource}
            case _:
                return {"interaction": about}


def _owners(interaction: Interaction) -> Payload:
    guild = interaction.channel.guild
    return {"0": "0" if guild is None else str(guild.id)}
