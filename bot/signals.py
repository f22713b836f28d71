"""SIGTERM and Ctrl+C as an event: the first asks the work to finish, the second cuts it off."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog

log = structlog.stdlib.get_logger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@asynccontextmanager
async def stopping() -> AsyncGenerator[asyncio.Event]:
    """Yield an event that the first signal sets; a second signal cancels the task that entered.

    Where the loop takes no signal handlers (Windows), Ctrl+C arrives as KeyboardInterrupt instead.
    """
    loop, task, stop = asyncio.get_running_loop(), asyncio.current_task(), asyncio.Event()

    def heard() -> None:
        if stop.is_set() and task is not None:
            log.warning("stopping at once")
            task.cancel()
        else:
            log.info("stopping; once more to stop at once")
            stop.set()

    installed: list[signal.Signals] = []
    try:
        for number in SIGNALS:
            try:
                loop.add_signal_handler(number, heard)
            except NotImplementedError:
                break
            installed.append(number)
        yield stop
    finally:
        for number in installed:
            loop.remove_signal_handler(number)
