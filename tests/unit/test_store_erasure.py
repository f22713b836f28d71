"""Erasing a person from a database in which others keep what is theirs."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import BigInteger

from bot.errors import Conflict
from bot.model import (
    Actor,
    Billed,
    Billing,
    ChannelId,
    Failure,
    Head,
    InteractionToken,
    MessageId,
    Options,
    OrderId,
    OrderState,
    Parent,
    ParentRole,
    PlaceKind,
    Post,
    PostKind,
    Reason,
    Scope,
    ThreadKey,
    Upload,
    UserId,
)
from bot.orders.ports import Claimed
from bot.store import Database
from bot.store.erasure import HANDLERS, NOBODY
from bot.store.tables import PERSON, metadata
from tests.unit.store_fixtures import CANCELLED, LOST, START, Flow, a_place, a_request, at, opened

CANARY = UserId(424242424242424242)
OTHER = UserId(2)
DM = 777777777777777777
ROLE = 888888888888888888


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as store:
        await store.orders.open_gateways({"main": 4})
        yield store


@pytest.fixture
def flow(store: Database) -> Flow:
    return Flow(store)


def test_every_column_that_may_hold_a_person_has_a_handler() -> None:
    speaks_of_people = re.compile("user|actor|starter|subject|who|owner|author|member|person|asker")
    marked = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.c
        if column.info == PERSON
    }
    named = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, BigInteger) and speaks_of_people.search(column.name)
    }
    assert named <= marked
    assert marked == set(HANDLERS)


async def everything_of(store: Database, flow: Flow, user_id: UserId) -> OrderId:
    """Leave traces of a person in every table and return the order that was painted and posted."""
    taken = await flow.accept(user_id)
    token = InteractionToken(token="canary-token", expires_at=at(900))
    await store.orders.replace_token(taken.id, token)
    await store.orders.note_response(taken.id, ChannelId(20), MessageId(500), ThreadKey(500))
    await store.orders.place(taken.id, flow.placed(500), START)
    picture = replace(flow.picture(), subject_user_id=user_id, alt_text="canary words")
    await flow.receive(await flow.claim(), START, [picture])
    post = Post(
        picture_id=picture.id,
        channel_id=ChannelId(20),
        message_id=MessageId(500),
        attachment_id=501,
        position=1,
        kind=PostKind.RESULT,
    )
    await store.orders.posted(taken.id, [post], START)
    await store.threads.add_reference(ThreadKey(500), user_id, picture.id, START)
    await store.settings.set_options(Scope.USER, user_id, Options(size="1024x1024"), user_id, START)
    await store.settings.set_options(Scope.THREAD, 500, Options(count=2), user_id, START)
    return taken.id


async def a_lost_order_in_a_dm(store: Database, flow: Flow) -> Claimed:
    """Leave an order with uploads, words and roles in the person's DM, whose outcome is unknown."""
    request = replace(
        a_request(""),
        place=replace(a_place(DM), guild_id=None, kind=PlaceKind.DM),
        actor=Actor(user_id=CANARY, role_ids=(ROLE,)),
        prompt="canary prompt",
        inputs=(Head(), Upload(url="https://x/canary", filename="canary.png", size_bytes=1)),
        thread_key=ThreadKey(DM),
    )
    order = await flow.accept(request=request)
    await store.orders.place(order.id, flow.placed(DM), START)
    claimed = await flow.claim()
    failure = Failure(reason=Reason.UNKNOWN_OUTCOME, billed=Billed.UNKNOWN, facts={"said": "canary"})
    await store.orders.end(order.id, OrderState.UNKNOWN, failure, Billing.HELD, START, call=(1, LOST))
    return claimed


def dumped(folder: Path) -> str:
    """Return every row of the database as SQL, read as any other program would."""
    with closing(sqlite3.connect(folder / "easel.sqlite3")) as database:
        return "\n".join(database.iterdump())


async def test_no_trace_of_the_person_is_left(store: Database, flow: Flow, tmp_path: Path) -> None:
    painted = await everything_of(store, flow, CANARY)
    await a_lost_order_in_a_dm(store, flow)
    [picture] = await store.pictures.of_order(painted)
    traces = (str(CANARY), str(DM), str(ROLE), "canary", "a fox")
    assert all(trace in dumped(tmp_path) for trace in traces)

    erased = await store.erasure.erase(CANARY, at(10))

    assert erased.sha256 == (picture.blob.sha256,)
    assert [post.message_id for post in erased.posts] == [500]
    assert erased.rows == {
        "references.user_id": 1,
        "settings.scope_id": 1,
        "settings.who": 1,
        "threads.starter_id": 2,
        "pictures.subject_user_id": 1,
        "orders.user_id": 2,
    }
    assert [trace for trace in traces if trace in dumped(tmp_path)] == []


async def test_not_even_the_bytes_of_the_file_remember(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.orders.open_gateways({"main": 4})
        flow = Flow(store)
        await everything_of(store, flow, CANARY)
        await a_lost_order_in_a_dm(store, flow)
        await store.erasure.erase(CANARY, at(10))
    content = (tmp_path / "easel.sqlite3").read_bytes()
    assert b"canary" not in content
    assert b"a fox" not in content


async def test_what_was_spent_stays_and_belongs_to_nobody(store: Database, flow: Flow) -> None:
    painted = await everything_of(store, flow, CANARY)
    calls = await store.orders.calls(painted)
    await store.erasure.erase(CANARY, at(10))
    order = await store.orders.load(painted)
    assert (order.request.actor.user_id, order.request.prompt, order.request.place.guild_id) == (NOBODY, "", 10)
    assert (order.state, order.version) == (OrderState.POSTED, 1)
    assert await store.orders.calls(painted) == calls


async def test_others_keep_what_is_theirs(store: Database, flow: Flow, tmp_path: Path) -> None:
    theirs = await everything_of(store, flow, CANARY)
    [parent] = await store.pictures.of_order(theirs)
    await flow.queue(thread=500, user_id=OTHER)
    edges = [Parent(picture_id=parent.id, role=ParentRole.INPUT)]
    child = replace(flow.picture(b"of another person", edges), subject_user_id=OTHER)
    edited = await flow.receive(await flow.claim(), START, [child])
    await store.settings.set_options(Scope.USER, OTHER, Options(count=3), OTHER, START)
    await store.threads.add_reference(ThreadKey(500), OTHER, child.id, START)
    before = await store.pictures.load(child.id)

    erased = await store.erasure.erase(CANARY, at(10))

    assert await store.pictures.load(child.id) == before, "its lineage stands, though its parent is gone"
    assert (await store.pictures.load(parent.id)).deleted_at == at(10)
    assert child.blob.sha256 not in erased.sha256
    assert await store.orders.load(edited.id) == edited
    assert await store.settings.options(Scope.USER, OTHER) == Options(count=3)
    assert await store.threads.references(ThreadKey(500), OTHER) == [child.id]
    thread = await store.threads.load(ThreadKey(500))
    assert thread is not None
    assert (thread.starter_id, thread.head, thread.next_version) == (NOBODY, child.id, 3)


async def test_bytes_somebody_else_shares_stay(store: Database, flow: Flow) -> None:
    for user_id in (CANARY, OTHER):
        await flow.queue(thread=500, user_id=user_id)
        shared = replace(flow.picture(b"the same bytes"), subject_user_id=user_id)
        await flow.receive(await flow.claim(), START, [shared])
        order = (await store.orders.in_state(OrderState.RECEIVED))[-1]
        await store.orders.posted(order.id, [], START)
    assert (await store.erasure.erase(CANARY, at(1))).sha256 == ()
    assert len((await store.erasure.erase(OTHER, at(2))).sha256) == 1


async def test_a_live_order_must_end_first(store: Database, flow: Flow, tmp_path: Path) -> None:
    await everything_of(store, flow, CANARY)
    live = await flow.accept(CANARY)
    before = dumped(tmp_path)
    with pytest.raises(Conflict, match="1 orders"):
        await store.erasure.erase(CANARY, at(10))
    assert dumped(tmp_path) == before
    await store.orders.cancel_queued(live.id, CANCELLED, at(11))
    assert (await store.erasure.erase(CANARY, at(12))).rows["orders.user_id"] == 2


async def test_bytes_that_come_late_find_nobody(store: Database, flow: Flow, tmp_path: Path) -> None:
    claimed = await a_lost_order_in_a_dm(store, flow)
    await store.erasure.erase(CANARY, at(10))
    with pytest.raises(Conflict):
        await flow.receive(claimed)
    assert "P0" not in dumped(tmp_path), "no picture was written"


async def test_erasing_again_finds_nothing(store: Database, flow: Flow) -> None:
    await everything_of(store, flow, CANARY)
    await store.erasure.erase(CANARY, at(10))
    again = await store.erasure.erase(CANARY, at(11))
    assert set(again.rows.values()) == {0}
    assert (again.sha256, again.posts) == ((), ())
