"""Check-ups in Discord: asked before they start, followed while they run, and their table brought to the host.

An interaction can be answered for 15 minutes and a check-up may take longer; its table then comes as a direct message,
or into the channel where it was started.
"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial

import discord
import structlog

from bot.delivery import edge, render
from bot.delivery.cards import Card, mention, note
from bot.delivery.checkup_cards import asking_card, progress_card, report_card, report_text
from bot.delivery.codes import Pressed
from bot.delivery.post import TRANSIENT
from bot.delivery.sentences import Say
from bot.delivery.services import Services
from bot.delivery.views import answer_error, fenced
from bot.delivery.words import Words
from bot.model import Actor, Place, UserId
from bot.orders.checkup import Checkup, Report, Started
from bot.orders.checkups import Proposal
from bot.orders.verdicts import Result

PROGRESS_S = 3.0
"""A message is changed at most this often while a check-up runs."""

TELLING_S = 5.0
"""How long the host is looked for when the bot closes."""

_log = structlog.stdlib.get_logger(__name__)


@dataclass(slots=True)
class _Board:
    """What there is to show of a running check-up."""

    results: list[Result] = field(default_factory=list[Result])
    started: Started | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, started: Started) -> None:
        self.started = started
        self.changed.set()


class Checking:
    """Runs check-ups for hosts, each in a task of its own."""

    def __init__(self, services: Services, *, progress_s: float = PROGRESS_S) -> None:
        self._services = services
        self._progress_s = progress_s
        self._tasks = set[asyncio.Task[None]]()
        self._is_silent = False

    async def ask(
        self, interaction: discord.Interaction, gateway: str | None, model: str | None, *, everything: bool
    ) -> None:
        """Say what a check-up would try and cost, with the button that starts it."""
        proposal = self._services.checkups.propose(gateway, model, *self._asker(interaction), everything=everything)
        card = asking_card(self._services.words_for(interaction), proposal)
        await interaction.response.send_message(**render.new_message(card), ephemeral=True)

    async def start(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        """Begin a check-up that its host said yes to."""
        proposal, checkup = self._services.checkups.start(pressed.id, *self._asker(interaction))
        has_begun = False
        try:
            words = self._services.words_for(interaction)
            card = progress_card(words, proposal, None, is_stopping=False)
            await interaction.response.edit_message(**render.changed_message(card))
            run = fenced(self._run(interaction, proposal, checkup), partial(answer_error, interaction))
            task = asyncio.create_task(run, name=f"check-up of {proposal.gateway}")
            has_begun = True
        finally:
            if not has_begun:
                self._services.checkups.ended(proposal)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drop(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        """Forget a check-up that was only proposed."""
        self._services.checkups.dismiss(pressed.id, *self._asker(interaction))
        card = note(self._services.words_for(interaction).say(Say.CHECK_DROPPED))
        await interaction.response.edit_message(**render.changed_message(card))

    async def stop(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        """Let a check-up end after its running step."""
        self._services.checkups.stop(pressed.id, *self._asker(interaction))
        card = note(self._services.words_for(interaction).say(Say.CHECK_STOPPING))
        await interaction.response.edit_message(**render.changed_message(card))

    async def finish(self, timeout_s: float) -> None:
        """Wait for the steps that run, at most so long; then cut them off and say so."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=timeout_s)
        left = set(self._tasks)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=TELLING_S)

    async def cut(self) -> None:
        """End whatever still runs, without a word: nobody can be told any more."""
        self._is_silent = True
        left = set(self._tasks)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)

    async def _run(self, interaction: discord.Interaction, proposal: Proposal, checkup: Checkup) -> None:
        words, board = self._services.words_for(interaction), _Board()
        follower = asyncio.create_task(self._follow(interaction, proposal, checkup, board), name="check-up progress")
        try:
            report = await self._carry_out(checkup, board)
        except asyncio.CancelledError:
            report = checkup.cut(board.results)
            if not self._is_silent:
                await self._bring(interaction, words, report)
            raise
        finally:
            follower.cancel()
            self._services.checkups.ended(proposal)
        await asyncio.wait({follower})
        await self._bring(interaction, words, report)

    async def _carry_out(self, checkup: Checkup, board: _Board) -> Report:
        async with aclosing(checkup.run()) as steps:
            async for said in steps:
                match said:
                    case Started():
                        board.put(said)
                    case Result():
                        board.results.append(said)
                    case Report():
                        return said
        return checkup.report(board.results)

    async def _follow(
        self, interaction: discord.Interaction, proposal: Proposal, checkup: Checkup, board: _Board
    ) -> None:
        """Show which step runs, until the token is over; a card that cannot be shown now is passed over."""
        words = self._services.words_for(interaction)
        while True:
            await asyncio.sleep(self._progress_s)
            await board.changed.wait()
            board.changed.clear()
            card = progress_card(words, proposal, board.started, is_stopping=checkup.is_stopping)
            try:
                if not await self._change(interaction, card):
                    return
            except TRANSIENT as error:
                _log.warning("Discord is out of reach", error=str(error))

    async def _bring(self, interaction: discord.Interaction, words: Words, report: Report) -> None:
        """Bring the table to its host, whichever way is open; it lies beside the pictures too."""
        card, text = report_card(words, report), report_text(words, report)
        try:
            await asyncio.to_thread((report.folder / "report.txt").write_text, text, encoding="utf-8")
        except OSError as error:  # what was spent is told all the same
            _log.warning("the table of a check-up could not be kept", error=error.strerror or type(error).__name__)
        _log.info("a check-up ended", gateway=report.gateway, steps=len(report.results), folder=str(report.folder))
        if interaction.client.is_closed():
            return
        try:
            is_shown = await self._change(interaction, card)
        except TRANSIENT as error:
            _log.warning("Discord is out of reach", error=str(error))
            is_shown = False
        if not is_shown:
            await self._send(interaction, card)

    async def _change(self, interaction: discord.Interaction, card: Card) -> bool:
        """Change the answer; False where its token or its message is gone for good. Errors: `TRANSIENT`."""
        if interaction.is_expired():
            return False
        try:
            await interaction.edit_original_response(**render.changed_message(card))
        except discord.DiscordServerError:
            raise
        except discord.HTTPException as error:
            _log.info("a check-up's message cannot be changed", code=error.code)
            return False
        return True

    async def _send(self, interaction: discord.Interaction, card: Card) -> None:
        """Send the card to the host directly, else into the channel, naming them."""
        try:
            await interaction.user.send(**render.new_message(card))
        except (discord.HTTPException, *TRANSIENT) as error:
            _log.info("a host takes no direct message", error=str(error))
            host = UserId(interaction.user.id)
            named = replace(card, content=f"{mention(host)} {card.content}", ping=host)
            channel = interaction.client.get_partial_messageable(interaction.channel_id or 0)
            await channel.send(**render.new_message(named))

    def _asker(self, interaction: discord.Interaction) -> tuple[Actor, Place]:
        return edge.actor_of(interaction, self._services.host_ids()), edge.place_of(interaction)
