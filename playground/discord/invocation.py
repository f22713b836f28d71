"""What a person's act set off: its acknowledgement, its answer, and the wait for them."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.discord.interaction import CallbackKind, Interaction, Modal
from playground.discord.waiting import Patience
from playground.discord.world import Message


@dataclass(frozen=True, slots=True)
class Invocation:
    """An interaction as its person follows it: a command that runs, a button pressed, a form sent."""

    interaction: Interaction
    patience: Patience

    @property
    def failed(self) -> bool:
        """Return whether the client app shows "The application did not respond"."""
        return self.interaction.failed

    @property
    def messages(self) -> list[Message]:
        """Return all messages it made or changed and that still stand, oldest first."""
        return [one for one in self.interaction.messages.values() if not one.deleted]

    def response(self) -> Message | Modal | None:
        """Return what the person has before them now: the answer (perhaps still "thinking…"), a form, or nothing."""
        original = self.interaction.original
        return self.interaction.modal or (None if original is None or original.deleted else original)

    async def acknowledged(self, timeout_s: float | None = None) -> CallbackKind:
        """Wait for the bot's first answer and return its kind; AssertionError once the three seconds are over."""
        one = self.interaction
        what = f"interaction {one.kind.name} of {one.user.username} acknowledged"
        await self.patience.until(lambda: one.callback is not None or one.failed, what, timeout_s)
        if one.callback is None:
            raise self.patience.failure(f"{what}: it failed, three seconds have passed")
        return one.callback

    async def message(self, timeout_s: float | None = None) -> Message:
        """Wait for the answer in words or pictures: a message that is not "thinking…" any more."""
        await self.acknowledged(timeout_s)
        return await self.waits_for(lambda message: not message.loading, timeout_s=timeout_s)

    async def modal(self, timeout_s: float | None = None) -> Modal:
        """Wait for the form that opens; AssertionError if something else comes."""
        kind = await self.acknowledged(timeout_s)
        if self.interaction.modal is None:
            raise self.patience.failure(f"a form should have opened, but the answer was {kind.name}")
        return self.interaction.modal

    async def waits_for(self, predicate: Callable[[Message], bool], *, timeout_s: float | None = None) -> Message:
        """Wait until the answering message, or a follow-up to it, fulfils `predicate`; return that message."""

        def found() -> Message | None:
            return next((one for one in self.messages if predicate(one)), None)

        waited = await self.patience.until(found, "an answer that fulfils the predicate", timeout_s)
        if waited is None:
            raise self.patience.failure("an answer that fulfils the predicate")
        return waited
