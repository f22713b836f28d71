"""Reactions to messages: added, taken back, cleared."""

from playground.discord.bus import Bus, Event
from playground.discord.errors import Problem
from playground.discord.message_shapes import emoji_shape
from playground.discord.posting import place_of
from playground.discord.shapes import member_shape
from playground.discord.wire import Payload
from playground.discord.world import Message, User

MAX_REACTIONS = 20  # different ones on a message; Discord docs, topics/opcodes-and-status-codes, 30010


class Reactions:
    """Change the reactions of messages, and tell the bus."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def add(self, message: Message, user: User, emoji: str) -> None:
        """Add a reaction; the same one twice is one. DiscordError 30010 past twenty different ones."""
        if emoji not in message.reactions and len(message.reactions) >= MAX_REACTIONS:
            raise Problem.TOO_MANY_REACTIONS.error()
        who = message.reactions.setdefault(emoji, [])
        if user.id in who:
            return
        who.append(user.id)
        payload = _reaction(message, user, emoji)
        guild = message.channel.guild
        if guild is not None and user.id in guild.members:
            payload["member"] = member_shape(guild.members[user.id])
        self._tell("MESSAGE_REACTION_ADD", message, payload)

    def take_back(self, message: Message, user: User, emoji: str) -> None:
        """Take a reaction back; DiscordError 10014 if it was not there."""
        who = message.reactions.get(emoji, [])
        if user.id not in who:
            raise Problem.UNKNOWN_EMOJI.error()
        who.remove(user.id)
        if not who:
            del message.reactions[emoji]
        self._tell("MESSAGE_REACTION_REMOVE", message, _reaction(message, user, emoji))

    def clear(self, message: Message, emoji: str | None) -> None:
        """Take all reactions away, or all of one emoji."""
        place: Payload = {"message_id": str(message.id), **place_of(message.channel)}
        if emoji is None:
            message.reactions.clear()
            self._tell("MESSAGE_REACTION_REMOVE_ALL", message, place)
        else:
            message.reactions.pop(emoji, None)
            self._tell("MESSAGE_REACTION_REMOVE_EMOJI", message, {**place, "emoji": emoji_shape(emoji)})

    def _tell(self, name: str, message: Message, payload: Payload) -> None:
        channel = message.channel
        self._bus.publish(
            Event(name=name, payload=payload, guild=channel.guild, channel=channel, only=message.visible_to)
        )


def _reaction(message: Message, user: User, emoji: str) -> Payload:
    return {
        "user_id": str(user.id),
        "message_id": str(message.id),
        "message_author_id": str(message.author.id),
        "emoji": emoji_shape(emoji),
        "burst": False,
        "type": 0,
        **place_of(message.channel),
    }
