"""Thread state: its head, its switch, and the pictures people keep for their next order there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from bot.errors import NotFound
from bot.model import PictureId, Reason, Thread, ThreadKey, UserId
from bot.store.insert import insert_new
from bot.store.rows import thread_of
from bot.store.tables import pictures, references, threads
from bot.store.transactions import Transactions


class Threads:
    """Thread state, as `ThreadRows` describes it; its row is written by the first order placed there."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def load(self, key: ThreadKey) -> Thread | None:
        """Return the thread's state, or None where nothing was painted yet."""
        async with self._transactions.read() as connection:
            row = (await connection.execute(select(threads).where(threads.c.key == key))).mappings().one_or_none()
        return thread_of(row) if row else None

    async def set_head(self, key: ThreadKey, picture_id: PictureId | None) -> None:
        """Choose the picture the next edit starts from, or none; `NotFound` where nothing was painted yet."""
        await self._set(key, head=picture_id)

    async def set_every_message(self, key: ThreadKey, *, on: bool) -> None:
        """Switch "every message is an edit" for the thread; `NotFound` where nothing was painted yet."""
        await self._set(key, every_message=on)

    async def add_reference(self, key: ThreadKey, user_id: UserId, picture_id: PictureId, now: datetime) -> None:
        """Keep a picture for this person's next order in the thread; kept twice, it joins once."""
        row = {"thread_key": key, "user_id": user_id, "picture_id": picture_id, "kept_at": now}
        async with self._transactions.write() as connection:
            await insert_new(connection, references, row)

    async def references(self, key: ThreadKey, user_id: UserId) -> Sequence[PictureId]:
        """List this person's kept pictures, oldest first, without those deleted since."""
        kept = (
            select(references.c.picture_id)
            .join(pictures)
            .where(references.c.thread_key == key, references.c.user_id == user_id, pictures.c.deleted_at.is_(None))
            .order_by(references.c.kept_at, references.c.picture_id)
        )
        async with self._transactions.read() as connection:
            return [PictureId(picture_id) for picture_id in await connection.scalars(kept)]

    async def _set(self, key: ThreadKey, **values: object) -> None:
        async with self._transactions.write() as connection:
            changed = await connection.execute(update(threads).where(threads.c.key == key).values(**values))
            if changed.rowcount == 0:
                raise NotFound(Reason.NOT_FOUND, id=key)
