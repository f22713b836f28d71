"""Erasing a person: one handler for every column that may hold their id, and what else goes with it.

What was spent stays (orders without words, their calls and costs), but belongs to nobody.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Delete, Select, Update, delete, func, literal, or_, select, update

from bot.errors import Conflict
from bot.model import CallState, Post, Scope, UserId
from bot.store.connection import Connection
from bot.store.moves import LIVE
from bot.store.pictures import unused_hashes
from bot.store.rows import post_of
from bot.store.tables import calls, interactions, orders, pictures, posts, references, settings, threads
from bot.store.transactions import Transactions

NOBODY = UserId(0)
"""Stands where a column needs somebody; no account of Discord's has this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What erasing did and what it leaves to do.

    `rows` counts the rows changed or deleted for each `table.column`; the files under `sha256` are to be removed,
    the messages of `posts` to be taken down.
    """

    rows: Mapping[str, int]
    sha256: tuple[str, ...]
    posts: tuple[Post, ...]


class Erasure:
    """Forgets people."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def erase(self, user_id: UserId, now: datetime) -> Erased:
        """Remove every trace of a person in one transaction; their pictures count as deleted.

        Errors: `Conflict` while an order of theirs is under way; cancel it or let it end first.
        """
        async with self._transactions.write() as connection:
            await _refuse_while_live(connection, user_id)
            theirs = _pictures_of(user_id)
            gone = update(pictures).where(theirs, pictures.c.deleted_at.is_(None)).values(deleted_at=now)
            await connection.execute(gone)
            unused = await unused_hashes(connection, theirs)
            hanging = await _take_posts(connection, select(pictures.c.id).where(theirs))
            rows = {name: await handle(connection, user_id) for name, handle in HANDLERS.items()}
            return Erased(rows=rows, sha256=tuple(unused), posts=hanging)


async def _refuse_while_live(connection: Connection, user_id: UserId) -> None:
    live = select(func.count()).select_from(orders).where(orders.c.user_id == user_id, orders.c.state.in_(LIVE))
    if count := await connection.scalar(live):
        raise Conflict(f"{count} orders of this person are under way")


def _pictures_of(user_id: UserId) -> ColumnElement[bool]:
    theirs = select(orders.c.id).where(orders.c.user_id == user_id)
    return or_(pictures.c.subject_user_id == user_id, pictures.c.order_id.in_(theirs))


async def _take_posts(connection: Connection, of: Select[tuple[str]]) -> tuple[Post, ...]:
    taken = delete(posts).where(posts.c.picture_id.in_(of)).returning(posts)
    return tuple(post_of(row) for row in (await connection.execute(taken)).mappings())


async def _erase_pictures(connection: Connection, user_id: UserId) -> int:
    wordless = update(pictures).where(_pictures_of(user_id)).values(subject_user_id=None, alt_text="")
    return await _count(connection, wordless)


async def _erase_orders(connection: Connection, user_id: UserId) -> int:
    """Leave of orders what was spent: no words, no pictures, no messages, no place but the server."""
    theirs = select(orders.c.id).where(orders.c.user_id == user_id)
    await connection.execute(delete(interactions).where(interactions.c.order_id.in_(theirs)))
    # Bytes that come late find no call to belong to.
    lost = update(calls).where(calls.c.order_id.in_(theirs), calls.c.state == CallState.UNKNOWN)
    await connection.execute(lost.values(state=CallState.FAILED))
    emptied = update(orders).where(orders.c.user_id == user_id)
    return await _count(
        connection,
        emptied.values(
            user_id=NOBODY,
            role_ids=(),
            source_id=literal("erased:") + orders.c.id,
            channel_id=0,
            parent_id=None,
            prompt="",
            asked_inputs=(),
            asked_mask=None,
            asked_thread_key=None,
            request_message_id=None,
            anchor_message_id=None,
            thread_key=None,
            inputs=(),
            mask=None,
            preview=None,
            failure=None,
            receipt=None,
            response_channel_id=None,
            response_message_id=None,
        ),
    )


async def _erase_threads(connection: Connection, user_id: UserId) -> int:
    """Forget who started a thread; a DM is the person's alone, and its row goes."""
    mine = threads.c.starter_id == user_id
    alone = await _count(connection, delete(threads).where(mine, threads.c.guild_id.is_(None)))
    return alone + await _count(connection, update(threads).where(mine).values(starter_id=NOBODY))


async def _erase_own_settings(connection: Connection, user_id: UserId) -> int:
    own = delete(settings).where(settings.c.scope == Scope.USER, settings.c.scope_id == user_id)
    return await _count(connection, own)


async def _erase_who_set(connection: Connection, user_id: UserId) -> int:
    return await _count(connection, update(settings).where(settings.c.who == user_id).values(who=NOBODY))


async def _erase_references(connection: Connection, user_id: UserId) -> int:
    return await _count(connection, delete(references).where(references.c.user_id == user_id))


async def _count(connection: Connection, statement: Update | Delete) -> int:
    return (await connection.execute(statement)).rowcount


HANDLERS: Mapping[str, Callable[[Connection, UserId], Awaitable[int]]] = {
    "references.user_id": _erase_references,
    "settings.scope_id": _erase_own_settings,
    "settings.who": _erase_who_set,
    "threads.starter_id": _erase_threads,
    "pictures.subject_user_id": _erase_pictures,  # before the orders, which say whose the pictures are
    "orders.user_id": _erase_orders,
}
"""What becomes of each column marked `PERSON` in `tables.py`, in this order."""
