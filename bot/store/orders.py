"""What is written to orders and their calls once they are in the line; every method is one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from bot.errors import Conflict
from bot.model import (
    Billed,
    Billing,
    CallState,
    Delivered,
    Failure,
    Input,
    Order,
    OrderId,
    OrderState,
    Plan,
    Post,
    Stage,
)
from bot.store import line, moves
from bot.store.calls import OPEN, abandon_calls, end_call, write_call
from bot.store.connection import Connection
from bot.store.lineage import write_pictures, write_posts
from bot.store.moves import ENDINGS, LIVE, UNCLAIMED, WAITING, move
from bot.store.order_intake import OrderIntake
from bot.store.slots import give_back, open_slots, take
from bot.store.tables import orders, threads

if TYPE_CHECKING:
    from bot.orders.ports import CallEnd, NewPicture


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An order that is now `sending`, with the number of the call row written for it."""

    order: Order
    call_number: int


class Orders(OrderIntake):
    """Orders, as `OrderRows` describes them."""

    # -- running -----------------------------------------------------------------------------------------------

    async def progress(
        self, order_id: OrderId, stage: Stage, *, preview: Path | None = None, eta_at: datetime | None = None
    ) -> None:
        """Note what the order is doing; a preview or ETA that is not given stays."""
        values: dict[str, Any] = {"stage": stage}
        if preview is not None:
            values["preview"] = str(preview)
        if eta_at is not None:
            values["eta_at"] = eta_at
        await self._note(order_id, WAITING, values)

    async def claim(self, now: datetime) -> Claim | None:
        """Take the next order that may run with a slot of its gateway, or None."""
        async with self._transactions.write(urgent=True) as connection:
            row = await line.next_in_line(connection, now)
            if row is None:
                return None
            await take(connection, row["gateway"])
            order = await move(
                connection,
                row["id"],
                (OrderState.QUEUED,),
                state=OrderState.SENDING,
                holds_slot=True,
                not_before=None,
                stage=Stage.PAINTING,
                sending_at=now,
            )
            return Claim(order=order, call_number=await write_call(connection, order.id, _plan_of(order), now))

    async def resolve_inputs(self, order_id: OrderId, inputs: tuple[Input, ...]) -> Order:
        """Write a `sending` order's inputs after HEAD was resolved."""
        async with self._transactions.write() as connection:
            return await move(connection, order_id, (OrderState.SENDING,), inputs=inputs)

    async def next_call(
        self, order_id: OrderId, call_number: int, end: "CallEnd", now: datetime, plan: Plan | None = None
    ) -> int:
        """End one call of a `sending` order and write the next; the slot stays taken.

        With a plan, the order's becomes that one.
        Errors: `ValueError` for another plan after a call that may have been billed.
        """
        if plan is not None:
            _must_be_free(end)
        state = _state_after(end)
        changed: dict[str, Any] = {"plan": plan} if plan is not None else {}
        async with self._transactions.write() as connection:
            order = await move(connection, order_id, (OrderState.SENDING,), stage=Stage.PAINTING, **changed)
            await end_call(connection, order_id, call_number, end, state, now)
            return await write_call(connection, order_id, _plan_of(order), now)

    async def requeue(  # one transaction writes all of it
        self,
        order_id: OrderId,
        call_number: int,
        end: "CallEnd",
        not_before: datetime,
        now: datetime,
        plan: Plan | None = None,
    ) -> Order:
        """Move `sending` back to `queued`, to its old place in the line; gives the slot back.

        With another plan it waits for that plan's gateway from now on.
        Errors: `ValueError` for a call that may have been billed: its pictures must not be asked for again.
        """
        _must_be_free(end)
        async with self._transactions.write() as connection:
            order = await move(
                connection,
                order_id,
                (OrderState.SENDING,),
                state=OrderState.QUEUED,
                not_before=not_before,
                stage=Stage.BACKING_OFF,
                eta_at=None,
                sending_at=None,
            )
            await end_call(connection, order_id, call_number, end, CallState.FAILED, now)
            await give_back(connection, order_id)  # before the row names another gateway
            if plan is not None:
                order = await move(connection, order_id, (OrderState.QUEUED,), plan=plan, gateway=plan.gateway)
            return order

    # -- endings -----------------------------------------------------------------------------------------------

    async def receive(  # one transaction writes all of it
        self,
        order_id: OrderId,
        call_number: int,
        pictures: Sequence["NewPicture"],
        delivered: Delivered,
        end: "CallEnd",
        now: datetime,
    ) -> Order:
        """Move `sending` (or `unknown`, for late bytes of that very call) to `received` with its pictures."""
        async with self._transactions.write(urgent=True) as connection:
            order = await move(
                connection,
                order_id,
                (OrderState.SENDING, OrderState.UNKNOWN),
                state=OrderState.RECEIVED,
                receipt=delivered,
                failure=None,
                stage=None,
                eta_at=None,
                received_at=now,
                ended_at=None,
                notified_at=None,
            )
            await end_call(connection, order_id, call_number, end, _state_after(end), now, starts=OPEN)
            await write_pictures(connection, order_id, pictures, now)
            await give_back(connection, order_id)
            version = await _next_version(connection, order, pictures)
            return await move(connection, order_id, (OrderState.RECEIVED,), version=version)

    async def end(  # noqa: PLR0913  # one transaction writes all of it
        self,
        order_id: OrderId,
        state: OrderState,
        failure: Failure,
        billing: Billing,
        now: datetime,
        call: "tuple[int, CallEnd] | None" = None,
        *,
        is_unclaimed: bool = False,
    ) -> Order:
        """Move a live order to an ending without pictures; gives the slot back if it had one.

        A call that still runs and is not reported in `call` becomes `unknown`. With `is_unclaimed` only an order that
        was not claimed yet ends: a paid call may be under way for any other. `Conflict` for what may not end.
        """
        if state not in ENDINGS:
            raise ValueError(f"{state.value} is no ending without pictures")
        async with self._transactions.write() as connection:
            starts = UNCLAIMED if is_unclaimed else LIVE
            order = await move(connection, order_id, starts, **_ending(state, failure, billing, now))
            if call is not None:
                call_state = CallState.UNKNOWN if state is OrderState.UNKNOWN else CallState.FAILED
                await end_call(connection, order_id, call[0], call[1], call_state, now)
            await abandon_calls(connection, order_id, failure.reason, now)
            await give_back(connection, order_id)
            return order

    async def cancel_queued(self, order_id: OrderId, failure: Failure, now: datetime) -> Order | None:
        """Cancel an order that has not been claimed; None if it is past that."""
        values = _ending(OrderState.CANCELLED, failure, Billing.NONE, now)
        async with self._transactions.write() as connection:
            try:
                return await move(connection, order_id, UNCLAIMED, **values)
            except Conflict:
                return None

    async def posted(self, order_id: OrderId, posts: Sequence[Post], now: datetime) -> Order:
        """Move `received` to `posted` with the posts that hang in Discord."""
        async with self._transactions.write(urgent=True) as connection:
            order = await move(
                connection,
                order_id,
                (OrderState.RECEIVED,),
                state=OrderState.POSTED,
                posted_at=now,
                notified_at=now,
            )
            await write_posts(connection, posts)
            return order

    async def add_posts(self, posts: Sequence[Post]) -> None:
        """Note further posts of pictures, such as originals; a known one stays as it is."""
        async with self._transactions.write() as connection:
            await write_posts(connection, posts)

    async def notified(self, order_id: OrderId, now: datetime) -> None:
        """Note that an ending was shown; no effect on an order whose late pictures came meanwhile."""
        await self._note(order_id, ENDINGS, {"notified_at": now})

    async def open_gateways(self, limits: Mapping[str, int]) -> None:
        """Write each gateway's slot limit and free all slots; only at start, before anything runs."""
        async with self._transactions.write() as connection:
            await open_slots(connection, limits)

    async def _note(self, order_id: OrderId, states: Collection[OrderState], values: Mapping[str, Any]) -> None:
        """Write values if the order is in one of the states, else leave it; `NotFound` if there is none."""
        async with self._transactions.write(urgent=True) as connection:
            here = update(orders).where(orders.c.id == order_id, orders.c.state.in_(states))
            if (await connection.execute(here.values(dict(values)))).rowcount == 0:
                await moves.load(connection, order_id)


def _ending(state: OrderState, failure: Failure, billing: Billing, now: datetime) -> Mapping[str, Any]:
    return {
        "state": state,
        "failure": failure,
        "billing": billing,
        "stage": None,
        "eta_at": None,
        "not_before": None,
        "ended_at": now,
    }


def _plan_of(order: Order) -> Plan:
    assert order.plan is not None  # noqa: S101  # placing wrote it
    return order.plan


async def _next_version(connection: Connection, order: Order, pictures: Sequence["NewPicture"]) -> int:
    """Take the thread's next version number and move its head to the first picture."""
    first = min(pictures, key=lambda picture: picture.position)
    thread = update(threads).where(threads.c.key == order.thread_key)
    numbered = thread.values(next_version=threads.c.next_version + 1, head=first.id)
    return (await connection.execute(numbered.returning(threads.c.next_version))).scalar_one() - 1


def _must_be_free(end: "CallEnd") -> None:
    if end.billed is not Billed.NO:
        raise ValueError("only a call that is provably unbilled may be followed by another for the same pictures")


def _state_after(end: "CallEnd") -> CallState:
    """Return where a call stands that ended so; an order may have its pictures from calls before it."""
    if end.outcome is None:
        return CallState.RECEIVED
    return CallState.UNKNOWN if end.billed is Billed.UNKNOWN else CallState.FAILED
