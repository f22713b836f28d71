"""The command line: `python -m bot run`, `python -m bot check` and `python -m bot check --paid`."""

import argparse
import asyncio
import sys

from bot import app, check, check_paid
from bot.errors import StartupError
from bot.settings import load
from bot.signals import stopping

EXIT_OK = 0


def main() -> int:
    """Run the command and return its exit code: 0, 75 (already running), 78 (configuration) or 70 (a defect).

    `check --paid` ends with 64 where nobody can agree to its price, and with 130 after Ctrl+C.
    """
    parser = argparse.ArgumentParser(prog="python -m bot", description="Easel, a Discord bot that paints.")
    parser.add_argument(
        "command",
        choices=("run", "check"),
        nargs="?",
        default="run",
        help="run: the bot on Discord. check: look at everything a run needs; nothing is paid.",
    )
    paid = parser.add_argument_group(
        "check --paid", "Try what a gateway really does; the price is shown and asked first."
    )
    paid.add_argument("--paid", action="store_true", help="try a gateway step by step, for money")
    paid.add_argument("--gateway", metavar="SLUG", help="which gateway; the default one if left out")
    paid.add_argument("--model", metavar="ID", help="which of its models; all of them if left out")
    paid.add_argument("--everything", action="store_true", help="also what it is not known to offer")
    paid.add_argument("--yes", action="store_true", help="agree to the price beforehand")
    asked = parser.parse_args()
    if asked.command != "check" and asked.paid:
        parser.error("--paid belongs to check")
    if not asked.paid and (asked.gateway or asked.model or asked.everything or asked.yes):
        parser.error("--gateway, --model, --everything and --yes belong to check --paid")
    try:
        settings = load()
        if asked.paid:
            wanted = check_paid.Wanted(
                gateway=asked.gateway, model=asked.model, everything=asked.everything, has_agreed=asked.yes
            )
            return check_paid.check_paid(settings, wanted, _say)
        if asked.command == "check":
            return asyncio.run(check.check(settings, print))
        asyncio.run(_run_until_stopped(settings))
    except StartupError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, asyncio.CancelledError):  # the second of two signals
        return EXIT_OK
    return EXIT_OK


def _say(line: str) -> None:
    print(line, flush=True)  # whoever waits behind a pipe sees each step as it ends


async def _run_until_stopped(settings: app.Settings) -> None:
    async with stopping() as stop:
        await app.run(settings, stop=stop)


if __name__ == "__main__":
    sys.exit(main())
