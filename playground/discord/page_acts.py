"""What the page may do on a person's behalf: each act reads JSON and files and calls the `Actor`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from playground.discord.actor import Actor
from playground.discord.core import Core
from playground.discord.errors import RefusedError
from playground.discord.invocation import Invocation
from playground.discord.modal_form import Value
from playground.discord.options import OptionKind
from playground.discord.wire import Payload, read_id
from playground.discord.world import Channel, Message, Role, Upload, User

_BUTTON = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act as the page sent it: whose it is, its JSON, and its files by form field."""

    actor: Actor
    body: Payload
    files: Mapping[str, list[Upload]]

    @property
    def core(self) -> Core:
        """Return the local Discord it happens in."""
        return self.actor.core

    def channel(self) -> Channel:
        """Return the channel it happens in; RefusedError for one this person does not see."""
        channel = self.core.world.channels.get(self._id("channel"))
        if channel is None or not self.core.world.sees(channel, self.actor.user):
            raise RefusedError("that channel is not there any more")
        return channel

    def message(self, key: str = "message") -> Message:
        """Return the message it is about, ephemeral ones too; RefusedError if it is gone."""
        message = self.channel().messages.get(self._id(key))
        if message is None:
            raise RefusedError("that message is not there any more")
        return message

    def options(self) -> dict[str, object]:
        """Return the options of a slash command by name: texts, numbers, people, places, uploads."""
        given: list[Payload] = self.body["options"]
        typed = {str(one["name"]): self._entity(one["type"], one["value"]) for one in given}
        return {**typed, **{name: uploads[0] for name, uploads in self.files.items()}}

    def chosen(self) -> list[str | User | Role | Channel]:
        """Return what was chosen in a select."""
        kinds = {5: OptionKind.USER, 6: OptionKind.ROLE, 7: OptionKind.MENTIONABLE, 8: OptionKind.CHANNEL}
        kind = kinds.get(self.body["type"])
        values: list[str] = self.body["values"]
        return [one if kind is None else self._named(kind, one) for one in values]

    def _entity(self, kind: int, value: object) -> object:
        if kind in (OptionKind.USER, OptionKind.CHANNEL, OptionKind.ROLE, OptionKind.MENTIONABLE):
            return self._named(OptionKind(kind), str(value))
        return value

    def _named(self, kind: OptionKind, text: str) -> User | Role | Channel:
        wanted, world = read_id(text), self.core.world
        guild = self.channel().guild
        things: dict[int, User | Role | Channel] = {}
        if kind in (OptionKind.USER, OptionKind.MENTIONABLE):
            things |= world.users
        if kind in (OptionKind.ROLE, OptionKind.MENTIONABLE) and guild is not None:
            things |= guild.roles
        if kind is OptionKind.CHANNEL and guild is not None:
            things |= guild.channels
        if wanted not in things:
            raise RefusedError(f"there is no such {kind.name.lower()} here")
        return things[wanted]

    def _id(self, key: str) -> int:
        return read_id(self.body[key]) or 0


async def say(act: Act) -> Payload:
    """Write a message: `channel`, `content`, `reply_to` (id or null), `ping`, files under "files"."""
    reply_to = act.message("reply_to") if act.body.get("reply_to") else None
    files = act.files.get("files", [])
    ping = bool(act.body.get("ping", True))
    message = await act.actor.say(act.channel(), str(act.body["content"]), files=files, reply_to=reply_to, ping=ping)
    return {"message_id": str(message.id)}


async def slash(act: Act) -> Payload:
    """Send a slash command: `channel`, `name`, `options` [{name, type, value}], files under their option's name."""
    channel = act.channel()
    return _begun(await act.actor.slash(channel, str(act.body["name"]), **act.options()))


async def complete(act: Act) -> Payload:
    """Ask for suggestions: as `slash`, with `focused` {name, value}; no answer in time is no suggestion."""
    focused: Payload = act.body["focused"]
    others = {name: value for name, value in act.options().items() if name != focused["name"]}
    name, typed = str(focused["name"]), str(focused["value"])
    try:
        choices = await act.actor.autocomplete(act.channel(), str(act.body["name"]), name, typed, **others)
    except AssertionError:
        choices = []
    return {"choices": [{"name": one.name, "value": one.value} for one in choices]}


async def click(act: Act) -> Payload:
    """Press a button or choose in a select: `channel`, `message`, `custom_id`, `type`, `values` (null for a button)."""
    message, custom_id = act.message(), str(act.body["custom_id"])
    if act.body["type"] == _BUTTON:
        return _begun(await act.actor.click(message, custom_id))
    return _begun(await act.actor.select(message, custom_id, act.chosen()))


async def context(act: Act) -> Payload:
    """Choose an app's entry in a message's menu: `channel`, `message`, `name`."""
    return _begun(await act.actor.context(act.message(), str(act.body["name"])))


async def modal(act: Act) -> Payload:
    """Send a form: `interaction_id` of the opening, `values` by custom_id, files under their field's custom_id."""
    try:
        opened = act.core.exchange.get(read_id(act.body["interaction_id"]) or 0).modal
    except KeyError:
        opened = None
    if opened is None:
        raise RefusedError("that form is not open any more")
    values: dict[str, Value] = act.body["values"]
    return _begun(await act.actor.submit(opened, values, act.files))


async def delete(act: Act) -> Payload:
    """Delete a message, or dismiss one that only this person sees: `channel`, `message`."""
    await act.actor.delete(act.message())
    return {}


async def thread(act: Act) -> Payload:
    """Open a thread on a message: `channel`, `message`, `name`."""
    opened = await act.actor.open_thread(act.message(), str(act.body["name"]))
    return {"channel_id": str(opened.id)}


async def typing(act: Act) -> Payload:
    """Let the others see that this person types: `channel`."""
    await act.actor.types(act.channel())
    return {}


def _begun(invocation: Invocation) -> Payload:
    return {"interaction_id": str(invocation.interaction.id)}


ACTS: Mapping[str, Callable[[Act], Awaitable[Payload]]] = {
    act.__name__: act for act in (say, slash, complete, click, context, modal, delete, thread, typing)
}
