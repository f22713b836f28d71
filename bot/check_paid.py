"""`python -m bot check --paid`: tries what a gateway really does, for money; asked first, with the price.

Like `check.py` it knows several rooms. It opens the database itself, so it cannot run beside the bot; there is
`/gateway check` for that.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot import logs
from bot.app import CHECK_FOLDER
from bot.delivery.checkup_cards import (
    asking_lines,
    progress_line,
    report_text,
    result_line,
    unmarked,
)
from bot.delivery.words import Words
from bot.errors import AlreadyRunning, ConfigurationError, OptionRefused, StartupError
from bot.gateways.configuration import GatewayConfig, configs_from
from bot.gateways.fetch import open_downloader
from bot.gateways.gateway import ImagesGateway, open_gateway
from bot.imaging import Darkroom
from bot.model import UserId
from bot.orders.checkup import Checkup, Report, Started
from bot.orders.checkups import Proposal, folder_of, propose
from bot.orders.verdicts import Result
from bot.settings import Settings
from bot.store import Database

EXIT_OK = 0
EXIT_USAGE = 64
EXIT_CONFIG = ConfigurationError.exit_code
EXIT_INTERRUPTED = 130

_WORDS = Words("en-US")
_HOST = UserId(0)  # whoever sits at the terminal


class Unconfirmed(StartupError):
    """Nobody is there to agree to the price, or what was named does not exist."""

    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks for: the default gateway for None, all of its models for None."""

    gateway: str | None = None
    model: str | None = None
    everything: bool = False
    has_agreed: bool = False


def check_paid(settings: Settings, wanted: Wanted, say: Callable[[str], object]) -> int:
    """Show the price, ask, try every step and print the table; returns the exit code.

    0: it ran to its end, or nobody agreed. 78: key, money, address or disk are no good. 130: interrupted.
    Errors: `StartupError` where it cannot begin: 64 without a terminal to agree at, 75 while the bot runs.
    """
    logs.configure(level="warning", style=settings.log_format, secrets=settings.secrets())
    proposal = asyncio.run(_proposed(settings, wanted))
    for line in asking_lines(_WORDS, proposal):
        say(unmarked(line))
    if not (wanted.has_agreed or _agrees()):
        say("Nothing was sent.")
        return EXIT_OK
    results = list[Result]()
    try:
        report = asyncio.run(_carried_out(settings, wanted, proposal, results, say))
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("Stopped.")
        return EXIT_INTERRUPTED
    return EXIT_CONFIG if report.is_broken_off else EXIT_OK


def _agrees() -> bool:
    if not sys.stdin.isatty():
        raise Unconfirmed("This costs money, and there is no terminal to say yes at. Add --yes to agree beforehand.")
    try:
        return input("Start it? [y/N] ").strip().lower() in {"y", "yes"}
    except (EOFError, KeyboardInterrupt):
        return False


async def _proposed(settings: Settings, wanted: Wanted) -> Proposal:
    async with _opened(settings, wanted) as (_, gateway):
        return _plan(gateway, wanted)


def _plan(gateway: ImagesGateway, wanted: Wanted) -> Proposal:
    try:
        return propose(gateway, wanted.model, everything=wanted.everything, identity=("", _HOST), now=datetime.now(UTC))
    except OptionRefused:
        known = ", ".join(offer.model for offer in gateway.offers())
        raise Unconfirmed(f"--model: {gateway.slug} has no model {wanted.model}. It has: {known}.") from None


async def _carried_out(
    settings: Settings, wanted: Wanted, proposal: Proposal, results: list[Result], say: Callable[[str], object]
) -> Report:
    """Carry out the very steps whose price was agreed to: what is known may have changed while nobody answered."""
    async with _opened(settings, wanted) as (store, gateway), Darkroom() as darkroom:
        now = datetime.now(UTC)
        checkup = Checkup(
            gateway=gateway,
            steps=proposal.steps,
            folder=folder_of(settings.data_dir.resolve() / CHECK_FOLDER, gateway.slug, now),
            darkroom=darkroom,
            store=store,
            clock=lambda: datetime.now(UTC),
            slots=False,  # this process holds the database, so no orders run
        )
        try:
            report = await _followed(checkup, results, say)
        except asyncio.CancelledError:
            cut = checkup.cut(results)
            await _told(cut, say)
            if cut.was_cut:
                say("The running call may be billed: it cannot be taken back.")
            raise
        await _told(report, say)
        return report


async def _followed(checkup: Checkup, results: list[Result], say: Callable[[str], object]) -> Report:
    async with aclosing(checkup.run()) as steps:
        async for said in steps:
            match said:
                case Started():
                    say(unmarked(progress_line(_WORDS, checkup.gateway.slug, said)))
                case Result():
                    results.append(said)
                    say(f"    {result_line(_WORDS, said)}")
                case Report():
                    return said
    return checkup.report(results)


async def _told(report: Report, say: Callable[[str], object]) -> None:
    text = report_text(_WORDS, report)
    say(f"\n{text}")
    try:
        await asyncio.to_thread((report.folder / "report.txt").write_text, text, encoding="utf-8")
    except OSError as error:
        say(f"This table could not be kept beside the pictures: {error.strerror or type(error).__name__}.")


@asynccontextmanager
async def _opened(settings: Settings, wanted: Wanted) -> AsyncGenerator[tuple[Database, ImagesGateway]]:
    """Open what a check-up needs; the gateway knows what earlier answers taught."""
    config, folder = _config(settings, wanted), settings.data_dir.resolve()
    async with AsyncExitStack() as stack:
        try:
            opening = Database.open(settings.effective_database_url, folder, lambda: datetime.now(UTC))
            store = await stack.enter_async_context(opening)
        except AlreadyRunning as error:
            advice = "Use /gateway check in Discord while the bot runs, or stop it first."
            raise AlreadyRunning(*error.problems, advice) from None
        learned = await store.learned.load(config.slug, config.address, datetime.now(UTC))
        downloader = await stack.enter_async_context(open_downloader(settings.media_origins))
        gateway = await stack.enter_async_context(open_gateway(replace(config, learned=tuple(learned)), downloader))
        yield store, gateway


def _config(settings: Settings, wanted: Wanted) -> GatewayConfig:
    configs = configs_from(settings)
    if wanted.gateway is None:
        return configs[0]
    named = next((config for config in configs if config.slug == wanted.gateway), None)
    if named is None:
        known = ", ".join(config.slug for config in configs)
        raise Unconfirmed(f"--gateway: there is no gateway {wanted.gateway}. There is: {known}.")
    return named
