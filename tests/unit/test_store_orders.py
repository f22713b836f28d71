"""Orders in the database: each method of `OrderRows` from every state, on a real SQLite file."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from store_fixtures import (
    START,
    Flow,
    a_plan,
    a_request,
    at,
    opened,
)

from bot.errors import NotFound
from bot.model import (
    Actor,
    Billing,
    ChannelId,
    Head,
    MessageId,
    Options,
    OrderId,
    OrderKind,
    OrderState,
    PictureId,
    Place,
    PlaceKind,
    Post,
    PostKind,
    Request,
    Scope,
    Stage,
    Stored,
    ThreadKey,
    Upload,
    UserId,
)
from bot.orders import ports
from bot.store import Database


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as store:
        await store.orders.open_gateways({"main": 4})
        yield store


@pytest.fixture
def flow(store: Database) -> Flow:
    return Flow(store)


def test_the_rows_answer_the_protocols(store: Database) -> None:
    everything: ports.Store = store
    orders: ports.OrderRows = store.orders
    pictures: ports.PictureRows = store.pictures
    threads: ports.ThreadRows = store.threads
    settings: ports.SettingRows = store.settings
    files: ports.PictureFiles = store.files
    assert all((everything, orders, pictures, threads, settings, files))


# -- taking ------------------------------------------------------------------------------------------------------


async def test_an_order_comes_back_as_it_was_taken(store: Database) -> None:
    request = Request(
        source_id="i:1",
        kind=OrderKind.EDIT,
        place=Place(
            guild_id=None,
            channel_id=ChannelId(2**63 - 1),
            parent_id=ChannelId(3),
            kind=PlaceKind.DM,
            age_restricted=True,
            upload_limit_bytes=1,
            install="user",
            locale="zh-CN",
        ),
        actor=Actor(user_id=UserId(7), role_ids=(), manage_messages=True, can_post=False, is_host=True),
        prompt="一只狐狸 🦊\n`@everyone`",
        inputs=(
            Head(),
            Stored(picture_id=PictureId("P1")),
            Upload(url="https://x/1?a=b", filename="a.png", size_bytes=9),
        ),
        mask=Upload(url="https://x/2", filename="m.png", size_bytes=1),
        asked=Options(size="1024x1536", count=3, draft=False),
        thread_key=ThreadKey(99),
        request_message_id=MessageId(98),
        anchor_message_id=MessageId(97),
        group_id="g1",
        group_kind="duel",
        ask_first=True,
    )
    order, fresh = await store.orders.accept(OrderId("A1"), request, None, START)
    assert fresh
    assert order.request == request
    assert (order.state, order.billing, order.payer) == (OrderState.ACCEPTED, Billing.NONE, "host")
    assert order.created_at == START
    assert await store.orders.load(OrderId("A1")) == order


async def test_the_same_event_twice_is_one_order(store: Database) -> None:
    first, _ = await store.orders.accept(OrderId("A1"), a_request("i:1"), None, START)
    again = await asyncio.gather(
        *(
            store.orders.accept(OrderId(f"B{n}"), replace(a_request("i:1"), prompt="other"), None, START)
            for n in range(5)
        )
    )
    assert again == [(first, False)] * 5
    with pytest.raises(NotFound):
        await store.orders.load(OrderId("B1"))


# -- the whole way -------------------------------------------------------------------------------------------------


async def test_an_order_goes_all_the_way(store: Database, flow: Flow) -> None:
    accepted = await flow.accept()
    noted = await store.orders.note_response(accepted.id, ChannelId(20), MessageId(500), ThreadKey(500))
    assert (noted.response_channel_id, noted.response_message_id, noted.thread_key) == (20, 500, 500)

    queued = await store.orders.place(accepted.id, flow.placed(500), at(1))
    assert (queued.state, queued.stage, queued.queued_at) == (OrderState.QUEUED, Stage.WAITING, at(1))
    assert queued.plan == a_plan()
    assert queued.resolved == Options(size="1024x1024", count=1)
    assert queued.resolved_from == {"size": Scope.ORDER, "count": Scope.HOST}

    claimed = await flow.claim(at(2))
    assert (claimed.order.state, claimed.order.sending_at, claimed.call_number) == (OrderState.SENDING, at(2), 1)

    received = await flow.receive(claimed, at(30), [flow.picture()])
    assert (received.state, received.version, received.stage) == (OrderState.RECEIVED, 1, None)

    picture = (await store.pictures.of_order(accepted.id))[0]
    post = Post(
        picture_id=picture.id,
        channel_id=ChannelId(20),
        message_id=MessageId(500),
        attachment_id=501,
        position=1,
        kind=PostKind.RESULT,
    )
    posted = await store.orders.posted(accepted.id, [post], at(31))
    assert (posted.state, posted.posted_at) == (OrderState.POSTED, at(31))
    assert await store.pictures.posts_of_message(MessageId(500)) == [post]
    assert await store.pictures.posts_of_order(accepted.id) == [post]
    thread = await store.threads.load(ThreadKey(500))
    assert thread is not None
    assert (thread.head, thread.starter_id, thread.next_version) == (picture.id, 1, 2)
