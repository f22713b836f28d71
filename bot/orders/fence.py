"""The last fence around an order's work: whatever goes wrong still ends the order, so that its person hears of it."""

from collections.abc import Awaitable, Callable

import structlog

from bot.model import OrderId

log = structlog.stdlib.get_logger(__name__)


async def fenced(work: Awaitable[bool], order_id: OrderId, broken: Callable[[], Awaitable[None]]) -> bool:
    """Await the work and return what it returns; if it breaks off, log why, await `broken` and return False."""
    try:
        return await work
    except Exception:
        log.exception("an order broke off", order=order_id)
        await broken()
        return False
