"""Pictures and their posts; orders write them, this module reads and deletes them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from bot.errors import NotFound
from bot.model import MessageId, OrderId, Picture, PictureId, PictureSource, Post, Reason
from bot.store.connection import Connection
from bot.store.lineage import load_pictures
from bot.store.rows import post_of
from bot.store.tables import pictures, posts
from bot.store.transactions import Transactions


class Pictures:
    """Pictures, as `PictureRows` describes them."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def load(self, picture_id: PictureId) -> Picture:
        """Return the picture; `NotFound` if there is none."""
        async with self._transactions.read() as connection:
            found = await load_pictures(connection, pictures.c.id == picture_id)
        if not found:
            raise NotFound(Reason.NOT_FOUND, id=picture_id)
        return found[0]

    async def of_order(self, order_id: OrderId) -> Sequence[Picture]:
        """List the pictures an order brought, by position, without its uploads."""
        brought = (pictures.c.order_id == order_id) & (pictures.c.source == PictureSource.GENERATED)
        async with self._transactions.read() as connection:
            return await load_pictures(connection, brought)

    async def posts_of_message(self, message_id: MessageId) -> Sequence[Post]:
        """List what hangs at a message, by position."""
        hanging = select(posts).where(posts.c.message_id == message_id)
        async with self._transactions.read() as connection:
            rows = await connection.execute(hanging.order_by(posts.c.position, posts.c.attachment_id))
            return [post_of(row) for row in rows.mappings()]

    async def posts_of_order(self, order_id: OrderId) -> Sequence[Post]:
        """List where an order's pictures hang, by message and position."""
        hanging = select(posts).join(pictures).where(pictures.c.order_id == order_id)
        async with self._transactions.read() as connection:
            rows = await connection.execute(hanging.order_by(posts.c.message_id, posts.c.position))
            return [post_of(row) for row in rows.mappings()]

    async def delete(self, picture_ids: Sequence[PictureId], now: datetime) -> Sequence[str]:
        """Mark pictures deleted, keep their lineage; return the hashes no living picture uses any more.

        Safe to repeat: a deletion whose files were not removed names them again.
        """
        async with self._transactions.write() as connection:
            these = pictures.c.id.in_(picture_ids)
            living = update(pictures).where(these, pictures.c.deleted_at.is_(None))
            await connection.execute(living.values(deleted_at=now))
            return await unused_hashes(connection, these)


async def unused_hashes(connection: Connection, which: ColumnElement[bool]) -> Sequence[str]:
    """Return those hashes of the pictures which no living picture uses."""
    other = pictures.alias("other")
    used = select(other.c.id).where(other.c.sha256 == pictures.c.sha256, other.c.deleted_at.is_(None)).exists()
    unused = select(pictures.c.sha256).distinct().where(which, ~used)
    return list(await connection.scalars(unused.order_by(pictures.c.sha256)))
