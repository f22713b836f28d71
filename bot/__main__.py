"""The command line: `python -m bot run` and `python -m bot check`."""

import argparse
import asyncio
import sys

from bot import app, check
from bot.errors import StartupError
from bot.settings import load
from bot.signals import stopping

EXIT_OK = 0


def main() -> int:
    """Run the command and return its exit code: 0, 75 (already running), 78 (configuration) or 70 (a defect)."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Easel, a Discord bot that paints.")
    parser.add_argument(
        "command",
        choices=("run", "check"),
        nargs="?",
        default="run",
        help="run: the bot on Discord. check: look at everything a run needs; nothing is paid.",
    )
    command = parser.parse_args().command
    try:
        settings = load()
        if command == "check":
            return asyncio.run(check.check(settings, print))
        asyncio.run(_run_until_stopped(settings))
    except StartupError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, asyncio.CancelledError):  # the second of two signals
        return EXIT_OK
    return EXIT_OK


async def _run_until_stopped(settings: app.Settings) -> None:
    async with stopping() as stop:
        await app.run(settings, stop=stop)


if __name__ == "__main__":
    sys.exit(main())
