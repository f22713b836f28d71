"""What is written to orders until they stand in the line; every method is one transaction."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, select

from bot.errors import Conflict
from bot.model import (
    ChannelId,
    InteractionToken,
    MessageId,
    Order,
    OrderId,
    OrderState,
    Plan,
    Request,
    Stage,
    Stored,
    ThreadKey,
)
from bot.store import line, moves
from bot.store.connection import Connection
from bot.store.insert import insert_new, insert_or_replace
from bot.store.lineage import write_pictures
from bot.store.moves import move
from bot.store.order_reads import OrderReads
from bot.store.rows import order_of, row_of_request
from bot.store.tables import interactions, orders, references, threads

if TYPE_CHECKING:
    from bot.orders.ports import Placed


class OrderIntake(OrderReads):
    """Taking, asking and placing."""

    async def accept(
        self, order_id: OrderId, request: Request, token: InteractionToken | None, now: datetime
    ) -> tuple[Order, bool]:
        """Write the order down as `accepted`; the same source id again returns the first order and False."""
        async with self._transactions.write(urgent=True) as connection:
            fresh = await insert_new(connection, orders, row_of_request(order_id, request, now))
            found = await connection.execute(select(orders).where(orders.c.source_id == request.source_id))
            row = found.mappings().one_or_none()
            if row is None:
                raise Conflict(f"order id {order_id} is taken")
            if fresh and token is not None:
                await _keep_token(connection, order_id, token)
            await connection.execute(delete(interactions).where(interactions.c.expires_at <= now))
            return order_of(row), fresh

    async def replace_token(self, order_id: OrderId, token: InteractionToken) -> None:
        """Keep a fresher interaction token for the order."""
        async with self._transactions.write() as connection:
            await moves.load(connection, order_id)
            await _keep_token(connection, order_id, token)

    async def note_response(
        self, order_id: OrderId, channel_id: ChannelId, message_id: MessageId, thread_key: ThreadKey | None
    ) -> Order:
        """Record which message answers the order, and its thread key where it had none."""
        key = func.coalesce(orders.c.thread_key, thread_key)
        async with self._transactions.write() as connection:
            return await move(
                connection,
                order_id,
                OrderState,
                response_channel_id=channel_id,
                response_message_id=message_id,
                thread_key=key,
            )

    async def ask(self, order_id: OrderId, plan: Plan) -> Order:
        """Keep the plan of an `accepted` order that waits for its person's consent; its stage becomes ASKING."""
        async with self._transactions.write() as connection:
            return await move(connection, order_id, (OrderState.ACCEPTED,), plan=plan, stage=Stage.ASKING)

    async def confirm(self, order_id: OrderId, now: datetime) -> Order:
        """Note that the person agreed to the price of an `accepted` order; its stage leaves ASKING."""
        async with self._transactions.write() as connection:
            return await move(connection, order_id, (OrderState.ACCEPTED,), confirmed_at=now, stage=None)

    async def place(self, order_id: OrderId, placed: "Placed", now: datetime) -> Order:
        """Move `accepted` to `queued`, writing the uploads' pictures and the thread row where new."""
        async with self._transactions.write() as connection:
            order = await move(
                connection,
                order_id,
                (OrderState.ACCEPTED,),
                state=OrderState.QUEUED,
                billing=placed.billing,
                thread_key=placed.thread_key,
                inputs=placed.inputs,
                mask=placed.mask,
                resolved=placed.resolved,
                resolved_from=placed.resolved_from,
                plan=placed.plan,
                gateway=placed.plan.gateway,
                ticket=await line.next_ticket(connection),
                stage=Stage.WAITING,
                queued_at=now,
            )
            await write_pictures(connection, order_id, placed.uploads, now)
            await _open_thread(connection, placed.thread_key, order, now)
            await _consume_references(connection, placed, order)
            return order


async def _keep_token(connection: Connection, order_id: OrderId, token: InteractionToken) -> None:
    row = {"order_id": order_id, "token": token.token, "expires_at": token.expires_at}
    await insert_or_replace(connection, interactions, row, key=("order_id",))


async def _open_thread(connection: Connection, key: ThreadKey, order: Order, now: datetime) -> None:
    """Write the thread's row unless it has one; whoever painted first is its starter."""
    row = {
        "key": key,
        "channel_id": order.request.place.channel_id,
        "guild_id": order.request.place.guild_id,
        "starter_id": order.request.actor.user_id,
        "every_message": False,
        "next_version": 1,
        "created_at": now,
    }
    await insert_new(connection, threads, row)


async def _consume_references(connection: Connection, placed: "Placed", order: Order) -> None:
    used = [part.picture_id for part in placed.inputs if isinstance(part, Stored)]
    mine = and_(
        references.c.thread_key == placed.thread_key,
        references.c.user_id == order.request.actor.user_id,
        references.c.picture_id.in_(used),
    )
    await connection.execute(delete(references).where(mine))
