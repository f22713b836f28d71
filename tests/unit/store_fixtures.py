"""A store on real files, and orders that are taken, placed, claimed and received with one word each."""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bot.model import (
    Actor,
    Billed,
    Blob,
    ChannelId,
    Delivered,
    Failure,
    GuildId,
    Input,
    Options,
    Order,
    OrderId,
    OrderKind,
    Parent,
    PictureId,
    PictureSource,
    Place,
    PlaceKind,
    Plan,
    Reason,
    Request,
    Scope,
    ThreadKey,
    UserId,
)
from bot.orders.ports import CallEnd, Claimed, NewPicture, Placed
from bot.store import Database

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
UNBILLED = CallEnd(outcome=Reason.OVERLOADED, billed=Billed.NO, request_id="req_no")
PAID = CallEnd(outcome=None, billed=Billed.YES, request_id="req_yes")
LOST = CallEnd(outcome=Reason.UNKNOWN_OUTCOME, billed=Billed.UNKNOWN, request_id=None)
CANCELLED = Failure(reason=Reason.CANCELLED)
UNKNOWN = Failure(reason=Reason.UNKNOWN_OUTCOME, billed=Billed.UNKNOWN)


def opened(folder: Path) -> AbstractAsyncContextManager[Database]:
    return Database.open(f"sqlite:///{(folder / 'easel.sqlite3').as_posix()}", folder, lambda: START)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def identifier(letter: str, number: int) -> str:
    return f"{letter}{number:09d}"


def a_place(channel_id: int = 20) -> Place:
    return Place(
        guild_id=GuildId(10),
        channel_id=ChannelId(channel_id),
        parent_id=None,
        kind=PlaceKind.CHANNEL,
        age_restricted=False,
        upload_limit_bytes=10 * 1024 * 1024,
    )


def a_request(source_id: str, user_id: int = 1) -> Request:
    return Request(
        source_id=source_id,
        kind=OrderKind.GENERATE,
        place=a_place(),
        actor=Actor(user_id=UserId(user_id), role_ids=(5, 6)),
        prompt="a fox in the snow",
    )


def a_plan(gateway: str = "main") -> Plan:
    return Plan(gateway=gateway, dialect="images", model="gpt-image-2", parameters={"n": 1, "size": "1024x1024"})


def a_blob(content: bytes) -> Blob:
    return Blob(
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        format="png",
        width_px=1024,
        height_px=1024,
        has_alpha=False,
    )


class Flow:
    """Takes orders through a store, with ids and sources that count up."""

    def __init__(self, store: Database) -> None:
        self.store = store
        self._numbers = count(1)

    async def accept(self, user_id: int = 1, now: datetime = START, request: Request | None = None) -> Order:
        """Take an order like `request`, from a new event."""
        number = next(self._numbers)
        fresh_request = replace(request or a_request("", user_id), source_id=f"i:{number}")
        order, fresh = await self.store.orders.accept(OrderId(identifier("A", number)), fresh_request, None, now)
        assert fresh
        return order

    async def queue(self, thread: int, user_id: int = 1, now: datetime = START, plan: Plan | None = None) -> Order:
        """Take and place an order."""
        order = await self.accept(user_id, now)
        return await self.store.orders.place(order.id, self.placed(thread, plan=plan), now)

    def placed(
        self,
        thread: int,
        *,
        plan: Plan | None = None,
        inputs: tuple[Input, ...] = (),
        uploads: Sequence[NewPicture] = (),
        mask: Input | None = None,
    ) -> Placed:
        return Placed(
            thread_key=ThreadKey(thread),
            inputs=inputs,
            mask=mask,
            resolved=Options(size="1024x1024", count=1),
            resolved_from={"size": Scope.ORDER, "count": Scope.HOST},
            plan=plan or a_plan(),
            uploads=tuple(uploads),
        )

    async def claim(self, now: datetime = START) -> Claimed:
        claimed = await self.store.orders.claim(now)
        assert claimed is not None
        return claimed

    def picture(self, content: bytes | None = None, parents: Sequence[Parent] = ()) -> NewPicture:
        """Return a generated picture at position 1, whose bytes are nobody else's unless given."""
        number = next(self._numbers)
        return NewPicture(
            id=PictureId(identifier("P", number)),
            position=1,
            blob=a_blob(content or f"bytes {number}".encode()),
            source=PictureSource.GENERATED,
            subject_user_id=UserId(1),
            alt_text="a fox in the snow",
            age_restricted=False,
            parents=tuple(parents),
        )

    async def receive(
        self, claimed: Claimed, now: datetime = START, pictures: Sequence[NewPicture] | None = None
    ) -> Order:
        new = [self.picture()] if pictures is None else pictures
        delivered = Delivered(count=len(new))
        return await self.store.orders.receive(claimed.order.id, claimed.call_number, new, delivered, PAID, now)

    async def paint(
        self, thread: int, user_id: int = 1, now: datetime = START, parents: Sequence[Parent] = ()
    ) -> Order:
        """Take an order all the way to `received` with one picture."""
        await self.queue(thread, user_id, now)
        return await self.receive(await self.claim(now), now, [self.picture(parents=parents)])
