"""`python -m playground`: the bot on Discord if DISCORD_TOKEN is set, else the playground in the browser."""

import argparse
import asyncio
import sys
from functools import partial
from pathlib import Path

from bot.app import StartupError, run, stopping
from bot.settings import Settings, load
from playground.open import open_playground

EXIT_OK = 0


def main() -> int:
    """Run until stopped and return the exit code of `bot.__main__`."""
    parser = argparse.ArgumentParser(
        prog="python -m playground", description="Easel on this machine: no account, no key."
    )
    parser.add_argument(
        "--port",
        type=int,
        choices=range(65536),
        metavar="PORT",
        default=8090,
        help="port of the page (0: any free one)",
    )
    parser.add_argument("--data-dir", type=Path, default=None, help="where pictures are kept (DATA_DIR/playground)")
    arguments = parser.parse_args()
    try:
        settings = load()
        data_dir = arguments.data_dir or settings.data_dir / "playground"
        asyncio.run(_start(settings, arguments.port, data_dir))
    except StartupError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, asyncio.CancelledError):  # the second of two signals
        return EXIT_OK
    return EXIT_OK


async def _start(settings: Settings, port: int, data_dir: Path) -> None:
    async with stopping() as stop:
        if settings.discord_token is not None:
            await run(settings, stop=stop)
        else:
            await open_playground(settings, stop, port=port, data_dir=data_dir, say=partial(print, flush=True))


if __name__ == "__main__":
    sys.exit(main())
