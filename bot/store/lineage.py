"""Pictures with their parents and posts, inside somebody's transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, insert, select

from bot.model import OrderId, Parent, Picture, Post
from bot.store.connection import Connection
from bot.store.insert import insert_new
from bot.store.rows import parent_of, picture_of, row_of_blob, row_of_post
from bot.store.tables import blobs, parents, pictures, posts

if TYPE_CHECKING:
    from bot.orders.ports import NewPicture


async def write_pictures(connection: Connection, order_id: OrderId, new: Sequence["NewPicture"], now: datetime) -> None:
    """Write pictures of an order with their blobs and parents; equal bytes share one blob."""
    for picture in new:
        await insert_new(connection, blobs, row_of_blob(picture.blob))
        row = {
            "id": picture.id,
            "order_id": order_id,
            "position": picture.position,
            "sha256": picture.blob.sha256,
            "source": picture.source,
            "subject_user_id": picture.subject_user_id,
            "alt_text": picture.alt_text,
            "age_restricted": picture.age_restricted,
            "created_at": now,
        }
        await connection.execute(insert(pictures).values(row))
    edges = [
        {"picture_id": picture.id, "position": position, "parent_id": parent.picture_id, "role": parent.role}
        for picture in new
        for position, parent in enumerate(picture.parents)
    ]
    if edges:
        await connection.execute(insert(parents), edges)


async def load_pictures(connection: Connection, which: ColumnElement[bool]) -> list[Picture]:
    """Return pictures with their blobs and parents, by order and position."""
    joined = select(pictures, blobs).join(blobs).where(which).order_by(pictures.c.order_id, pictures.c.position)
    found = (await connection.execute(joined)).mappings().all()
    of_picture: defaultdict[str, list[Parent]] = defaultdict(list)
    edges = select(parents).where(parents.c.picture_id.in_([row["id"] for row in found])).order_by(parents.c.position)
    for row in (await connection.execute(edges)).mappings():
        of_picture[row["picture_id"]].append(parent_of(row))
    return [picture_of(row, tuple(of_picture[row["id"]])) for row in found]


async def write_posts(connection: Connection, new: Sequence[Post]) -> None:
    """Write posts; one that is already known stays as it is."""
    for post in new:
        await insert_new(connection, posts, row_of_post(post))
