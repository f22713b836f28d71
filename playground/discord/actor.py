"""A person at their client app: what they type, press and see. What the app would not let them do, raises."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from playground.discord.commands import CHAT_INPUT, MESSAGE_MENU, why_unavailable
from playground.discord.components import SELECTS, ComponentKind
from playground.discord.core import Core
from playground.discord.drafts import Draft
from playground.discord.errors import RefusedError
from playground.discord.interaction import InteractionKind, Modal
from playground.discord.invocation import Invocation
from playground.discord.modal_form import Value, submission
from playground.discord.options import ENTITY_SELECTS, Form, walk_to, wrap
from playground.discord.permissions import Permission
from playground.discord.posting import TYPED, Origin
from playground.discord.routes.channels import tell_typing
from playground.discord.screen import Screen
from playground.discord.transcript import channel_title
from playground.discord.waiting import Patience
from playground.discord.wire import Payload, objects
from playground.discord.world import Channel, Message, MessageKind, Role, Upload, User

MAX_CONTENT = 2000  # Discord docs, resources/message#create-message (read 2026-11-20)
_LINK_STYLE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One suggestion of an autocomplete: what is shown, and what is sent."""

    name: str
    value: str | float


@dataclass(frozen=True, slots=True)
class Actor:
    """One person. Every method does what the client app would do, or raises RefusedError with the app's reason."""

    user: User
    core: Core
    patience: Patience

    @property
    def id(self) -> int:
        """Return this person's user id."""
        return self.user.id

    @property
    def mention(self) -> str:
        """Return what others type to mention them."""
        return self.user.mention

    @property
    def dm(self) -> Channel:
        """Return their DM with the bot."""
        return self.core.world.dm(self.user)

    def sees(self, channel: Channel) -> list[Message]:
        """Return the messages before their eyes, oldest first, with those that nobody else sees."""
        return [one for one in channel.messages.values() if self.core.world.sees_message(one, self.user)]

    def commands(self, channel: Channel) -> list[Payload]:
        """Return the commands the picker offers them in a channel: slash commands and message menus."""
        offered = self.core.commands.offered(channel)
        return [one for one in offered if why_unavailable(one, channel, self.user, self.core.world) is None]

    async def slash(self, channel: Channel, command: str, /, **options: object) -> Invocation:
        """Send a slash command; subcommands stand behind it ("easel settings"), options by name.

        Files are `Upload`s, people, roles and channels are themselves. An option that is None is left out.
        """
        declared, passed, found = self._command(channel, command)
        form = Form(channel=channel, cdn=self.core.cdn)
        filled = form.fill(declared, {name: one for name, one in options.items() if one is not None})
        data = _command_data(found, wrap(filled.options, passed), filled.resolved)
        return self._open(InteractionKind.COMMAND, channel, data)

    async def autocomplete(
        self, channel: Channel, command: str, option: str, typed: str, /, **others: object
    ) -> list[Choice]:
        """Type into an option and return what the bot suggests; AssertionError if it does not answer in time."""
        declared, passed, found = self._command(channel, command)
        if not any(one["name"] == option and one.get("autocomplete") for one in declared):
            raise RefusedError(f"the option {option!r} of /{command} completes nothing")
        form = Form(channel=channel, cdn=self.core.cdn)
        filled = form.fill(declared, {**others, option: typed}, focused=option)
        data = _command_data(found, wrap(filled.options, passed), filled.resolved)
        invocation = self._open(InteractionKind.AUTOCOMPLETE, channel, data)
        await invocation.acknowledged()
        choices = invocation.interaction.choices or []
        return [Choice(name=one["name"], value=one["value"]) for one in choices]

    async def context(self, message: Message, name: str) -> Invocation:
        """Right-click a message and choose an app's entry."""
        self._screen.require_sight(message)
        found = self._find(message.channel, name, MESSAGE_MENU)
        target = str(message.id)
        data: Payload = {
            "id": found["id"],
            "name": found["name"],
            "type": MESSAGE_MENU,
            "target_id": target,
            "resolved": {"messages": {target: self.core.shapes.message(message)}},
        }
        return self._open(InteractionKind.COMMAND, message.channel, data)

    async def click(self, message: Message, button: str) -> Invocation:
        """Press a button, by its label, custom_id or emoji."""
        found = self._screen.control(message, button, {ComponentKind.BUTTON})
        if found.get("style") == _LINK_STYLE:
            raise RefusedError(f"{button!r} is a link; the app hears nothing of it")
        data: Payload = {
            "custom_id": found["custom_id"],
            "component_type": int(ComponentKind.BUTTON),
            "id": found["id"],
        }
        return self._open(InteractionKind.COMPONENT, message.channel, data, source=message)

    async def select(self, message: Message, select: str, values: Sequence[str | User | Role | Channel]) -> Invocation:
        """Choose in a select, by its custom_id or placeholder; string selects take values or labels."""
        found = self._screen.control(message, select, SELECTS)
        least, most = found.get("min_values", 1), found.get("max_values", 1)
        if not least <= len(values) <= most:
            raise RefusedError(f"{select!r} takes {least} to {most} values, not {len(values)}")
        form = Form(channel=message.channel, cdn=self.core.cdn)
        chosen = [_chosen(found, one, form) for one in values]
        data: Payload = {
            "custom_id": found["custom_id"],
            "component_type": found["type"],
            "id": found["id"],
            "values": chosen,
            **({"resolved": form.resolved} if form.resolved else {}),
        }
        return self._open(InteractionKind.COMPONENT, message.channel, data, source=message)

    async def submit(
        self,
        modal: Modal,
        values: Mapping[str, Value] | None = None,
        files: Mapping[str, Sequence[Upload]] | None = None,
    ) -> Invocation:
        """Send a form; `values` and `files` by custom_id or label, what is not named stays as it was shown."""
        parent = self.core.exchange.get(modal.interaction_id)
        if parent.user is not self.user:
            raise RefusedError("the form was opened for somebody else")
        form = Form(channel=parent.channel, cdn=self.core.cdn)
        data = submission(modal, values or {}, files or {}, form)
        return Invocation(
            self.core.exchange.open(
                InteractionKind.MODAL_SUBMIT, self.user, parent.channel, data, source=parent.source, parent=parent
            ),
            self.patience,
        )

    async def say(
        self,
        channel: Channel,
        text: str = "",
        *,
        files: Sequence[Upload] = (),
        reply_to: Message | None = None,
        ping: bool = True,
    ) -> Message:
        """Write a message, with files, perhaps in reply; `ping` False switches the reply's mention off."""
        self._screen.require_writing(channel, files)
        if reply_to is not None:
            self._screen.require_sight(reply_to)
        kinds = ["users", "roles"]
        if self.core.world.allows(channel, self.user, Permission.MENTION_EVERYONE):
            kinds.append("everyone")
        draft = Draft(
            body={
                "content": text,
                "allowed_mentions": {"parse": kinds, "replied_user": ping},
                "attachments": [
                    {"id": number, "filename": one.name, "description": one.description}
                    for number, one in enumerate(files)
                ],
            },
            files=dict(enumerate(files)),
            limit_bytes=channel.upload_limit_bytes,
        )
        if draft.is_empty or len(draft.content) > MAX_CONTENT:
            raise RefusedError(f"a message has 1 to {MAX_CONTENT} characters or a file, not {len(draft.content)}")
        if channel.is_thread:
            self.core.threads.join(channel, self.user)
        origin = TYPED if reply_to is None else Origin(kind=MessageKind.REPLY, replied=reply_to)
        return self.core.posting.post(channel, self.user, draft, origin)

    async def edit(self, message: Message, text: str) -> Message:
        """Change the text of a message of their own."""
        if message.author is not self.user:
            raise RefusedError("one edits one's own messages only")
        draft = Draft(body={"content": text}, limit_bytes=message.channel.upload_limit_bytes)
        return self.core.posting.edit(message, draft)

    async def delete(self, message: Message) -> None:
        """Delete a message: their own, or any with Manage Messages; an ephemeral one is dismissed."""
        own = message.author is self.user or message.visible_to == self.user.id
        if not own and not self.core.world.allows(message.channel, self.user, Permission.MANAGE_MESSAGES):
            raise RefusedError("deleting another's message takes Manage Messages")
        self.core.posting.delete(message)

    async def react(self, message: Message, emoji: str) -> None:
        """Add a reaction."""
        self._screen.require_sight(message)
        self.core.reactions.add(message, self.user, emoji)

    async def open_thread(self, message: Message, name: str) -> Channel:
        """Open a thread on a message."""
        self._screen.require_sight(message)
        if not self.core.world.allows(message.channel, self.user, Permission.CREATE_PUBLIC_THREADS):
            raise RefusedError("they may not open threads here")
        return self.core.threads.open_on(message, self.user, {"name": name})

    async def types(self, channel: Channel) -> None:
        """Let the others see that they are typing."""
        tell_typing(self.core, channel, self.user)

    async def waits_for(
        self, channel: Channel, predicate: Callable[[Message], bool], *, timeout_s: float | None = None
    ) -> Message:
        """Wait until they see a message that fulfils `predicate`; return the newest such."""

        def found() -> Message | None:
            return next((one for one in reversed(self.sees(channel)) if predicate(one)), None)

        what = f"{self.user.username} sees a message in {channel_title(channel)} that fulfils the predicate"
        message = await self.patience.until(found, what, timeout_s)
        if message is None:
            raise self.patience.failure(what)
        return message

    def _open(
        self, kind: InteractionKind, channel: Channel, data: Payload, *, source: Message | None = None
    ) -> Invocation:
        return Invocation(self.core.exchange.open(kind, self.user, channel, data, source=source), self.patience)

    def _command(self, channel: Channel, command: str) -> tuple[list[Payload], list[Payload], Payload]:
        name, *steps = command.removeprefix("/").split()
        found = self._find(channel, name, CHAT_INPUT)
        declared, passed = walk_to(found, steps)
        return declared, passed, found

    def _find(self, channel: Channel, name: str, kind: int) -> Payload:
        for one in self.core.commands.offered(channel):
            if (one["name"], one["type"]) == (name, kind):
                if reason := why_unavailable(one, channel, self.user, self.core.world):
                    raise RefusedError(f"{self.user.username} cannot use {name!r}: {reason}")
                return one
        raise RefusedError(f"no command {name!r} is registered for {channel_title(channel)}")

    @property
    def _screen(self) -> Screen:
        return Screen(self.core.world, self.user)


def _command_data(command: Payload, options: list[Payload], resolved: Mapping[str, Payload]) -> Payload:
    data: Payload = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return {**data, "resolved": dict(resolved)} if resolved else data


def _chosen(select: Payload, value: str | User | Role | Channel, form: Form) -> str:
    if select["type"] in ENTITY_SELECTS:
        return form.refer(ENTITY_SELECTS[select["type"]], str(select["custom_id"]), value)
    for option in objects(select.get("options")):
        if value in (option["value"], option["label"]):
            return str(option["value"])
    raise RefusedError(f"the select offers no {value!r}")
