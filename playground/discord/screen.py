"""What a person's screen shows and lets them do: sight of messages, controls on them, the box one writes in."""

from collections.abc import Collection, Sequence

from playground.discord.components import every_component
from playground.discord.drafts import MAX_FILES
from playground.discord.errors import RefusedError
from playground.discord.permissions import Permission
from playground.discord.state import World
from playground.discord.transcript import channel_title
from playground.discord.wire import Payload, obj
from playground.discord.world import Channel, Message, Upload, User


class Screen:
    """One person's screen; each method raises RefusedError with the reason the client app would show."""

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self._user = user

    def require_sight(self, message: Message) -> None:
        """Refuse a message that is gone, hidden, or for another's eyes."""
        if message.deleted or not self._world.sees_message(message, self._user):
            raise RefusedError(f"{self._user.username} does not see that message")

    def control(self, message: Message, name: str, kinds: Collection[int]) -> Payload:
        """Return a button or select by custom_id, label, placeholder or emoji; refuse one that is not there or off."""
        self.require_sight(message)
        for one in every_component(message.components):
            emoji = obj(one.get("emoji")).get("name")
            names = (one.get("custom_id"), one.get("label"), one.get("placeholder"), emoji)
            if one["type"] in kinds and name in names:
                if one.get("disabled"):
                    raise RefusedError(f"{name!r} is disabled")
                return one
        raise RefusedError(f"the message shows no {name!r}")

    def require_writing(self, channel: Channel, files: Sequence[Upload]) -> None:
        """Refuse writing where they may not, and files that are too many or too large."""
        send = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        needed = send | Permission.ATTACH_FILES if files else send
        if not self._world.allows(channel, self._user, needed):
            raise RefusedError(f"{self._user.username} may not write in {channel_title(channel)}")
        if self._world.is_closed_to(channel, self._user):
            raise RefusedError("the thread is locked")
        if len(files) > MAX_FILES:
            raise RefusedError(f"a message carries {MAX_FILES} files at most")
        limit = channel.upload_limit_bytes
        for file in files:
            if len(file.data) > limit:
                raise RefusedError(f"{file.name} has {len(file.data)} bytes; here the limit is {limit}")
