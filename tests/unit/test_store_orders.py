"""Orders in the database: what each method writes, and what it refuses, on a real SQLite file."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import Conflict, NotFound
from bot.model import (
    Actor,
    Billed,
    Billing,
    CallState,
    Change,
    ChannelId,
    Delivered,
    Failure,
    Head,
    InteractionToken,
    MessageId,
    Options,
    Order,
    OrderId,
    OrderKind,
    OrderState,
    Parent,
    ParentRole,
    PictureId,
    PictureSource,
    Place,
    PlaceKind,
    Post,
    PostKind,
    Price,
    Reason,
    Request,
    Scope,
    Stage,
    Stored,
    ThreadKey,
    Upload,
    Usage,
    UserId,
)
from bot.orders import ports
from bot.store import Database
from tests.unit.store_fixtures import (
    CANCELLED,
    LOST,
    PAID,
    START,
    UNBILLED,
    UNKNOWN,
    Flow,
    a_plan,
    a_request,
    at,
    opened,
)

NO_ORDER = OrderId("NOTHERE000")


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
    assert (order.inputs, order.mask) == (request.inputs, request.mask)
    assert (order.state, order.billing, order.payer) == (OrderState.ACCEPTED, Billing.NONE, "host")
    assert (order.thread_key, order.created_at, order.stage) == (99, START, None)
    assert await store.orders.load(OrderId("A1")) == order


async def test_the_same_event_twice_is_one_order(store: Database) -> None:
    first, _ = await store.orders.accept(OrderId("A1"), a_request("i:1"), None, START)
    other = replace(a_request("i:1"), prompt="something else")
    again = await asyncio.gather(*(store.orders.accept(OrderId(f"B{n}"), other, None, at(n)) for n in range(5)))
    assert again == [(first, False)] * 5
    with pytest.raises(NotFound):
        await store.orders.load(OrderId("B1"))


async def test_an_id_that_is_taken_is_a_conflict_and_writes_nothing(store: Database) -> None:
    first, _ = await store.orders.accept(OrderId("A1"), a_request("i:1"), None, START)
    with pytest.raises(Conflict):
        await store.orders.accept(OrderId("A1"), a_request("i:2"), None, START)
    assert await store.orders.in_state(OrderState.ACCEPTED) == [first]


async def test_a_naive_instant_is_refused(store: Database) -> None:
    with pytest.raises(Exception, match="aware of its time zone"):
        await store.orders.accept(OrderId("A1"), a_request("i:1"), None, START.replace(tzinfo=None))
    assert await store.orders.in_state(*OrderState) == []


# -- tokens --------------------------------------------------------------------------------------------------------


async def test_a_token_lives_until_it_expires_and_then_leaves_the_database(store: Database) -> None:
    token = InteractionToken(token="canary-token", expires_at=at(900))
    order, _ = await store.orders.accept(OrderId("A1"), a_request("i:1"), token, START)
    assert await store.orders.token(order.id, at(899)) == token
    assert await store.orders.token(order.id, at(900)) is None

    await store.orders.accept(OrderId("A2"), a_request("i:2"), None, at(901))
    assert await store.orders.token(order.id, at(0)) is None, "the next order purges expired tokens"


async def test_a_fresher_token_replaces_the_first(store: Database, flow: Flow) -> None:
    order = await flow.accept()
    assert await store.orders.token(order.id, START) is None
    for expires_at in (at(900), at(1800)):
        token = InteractionToken(token=f"until {expires_at}", expires_at=expires_at)
        await store.orders.replace_token(order.id, token)
        assert await store.orders.token(order.id, START) == token


def test_a_token_never_shows_in_a_repr() -> None:
    assert "canary" not in repr(InteractionToken(token="canary-token", expires_at=START))


# -- asking and placing ---------------------------------------------------------------------------------------------


async def test_the_first_known_thread_key_stays(store: Database, flow: Flow) -> None:
    order = await flow.accept()
    first = await store.orders.note_response(order.id, ChannelId(20), MessageId(500), None)
    assert (first.thread_key, first.response_channel_id, first.response_message_id) == (None, 20, 500)
    second = await store.orders.note_response(order.id, ChannelId(20), MessageId(501), ThreadKey(501))
    third = await store.orders.note_response(order.id, ChannelId(20), MessageId(502), ThreadKey(502))
    assert (second.thread_key, third.thread_key, third.response_message_id) == (501, 501, 502)
    assert third.request.thread_key is None, "what was asked stays as it was asked"


async def test_an_order_waits_for_consent_and_goes_on(store: Database, flow: Flow) -> None:
    order = await flow.accept()
    price = Price(micros=40_000, currency="USD", source="list")
    asking = await store.orders.ask(order.id, replace(a_plan(), estimate=price))
    assert (asking.stage, asking.confirmed) == (Stage.ASKING, False)
    assert asking.plan is not None
    assert asking.plan.estimate == price
    confirmed = await store.orders.confirm(order.id, at(5))
    assert (confirmed.stage, confirmed.confirmed, confirmed.state) == (None, True, OrderState.ACCEPTED)


async def test_placing_writes_uploads_with_their_lineage_and_the_thread(store: Database, flow: Flow) -> None:
    earlier = await flow.paint(thread=500)
    head = (await store.pictures.of_order(earlier.id))[0]
    order = await flow.accept(user_id=2)
    upload = replace(
        flow.picture(b"cleaned", parents=[Parent(picture_id=head.id, role=ParentRole.REUPLOAD)]),
        source=PictureSource.UPLOAD,
    )
    placed = flow.placed(600, inputs=(Stored(picture_id=upload.id),), uploads=[upload])
    queued = await store.orders.place(order.id, placed, at(1))

    assert (queued.state, queued.stage, queued.queued_at) == (OrderState.QUEUED, Stage.WAITING, at(1))
    assert (queued.inputs, queued.request.inputs) == (placed.inputs, ())
    assert (queued.plan, queued.resolved, queued.resolved_from) == (
        a_plan(),
        Options(size="1024x1024", count=1),
        {"size": Scope.ORDER, "count": Scope.HOST},
    )
    stored = await store.pictures.load(upload.id)
    assert (stored.order_id, stored.source, stored.parents) == (order.id, PictureSource.UPLOAD, upload.parents)
    assert stored.blob == upload.blob
    assert await store.pictures.of_order(order.id) == [], "uploads are not what an order brought"
    thread = await store.threads.load(ThreadKey(600))
    assert thread is not None
    assert (thread.starter_id, thread.channel_id, thread.guild_id) == (2, 20, 10)
    assert (thread.head, thread.next_version, thread.every_message) == (None, 1, False)


async def test_a_thread_keeps_its_starter(store: Database, flow: Flow) -> None:
    await flow.paint(thread=500, user_id=1)
    await flow.paint(thread=500, user_id=2)
    thread = await store.threads.load(ThreadKey(500))
    assert thread is not None
    assert (thread.starter_id, thread.next_version) == (1, 3)


async def test_placing_consumes_the_references_it_used(store: Database, flow: Flow) -> None:
    pictures = [(await store.pictures.of_order((await flow.paint(500)).id))[0].id for _ in range(3)]
    for seconds, picture in enumerate(pictures):
        await store.threads.add_reference(ThreadKey(500), UserId(1), picture, at(seconds))
        await store.threads.add_reference(ThreadKey(500), UserId(2), picture, at(seconds))
    order = await flow.accept(user_id=1)
    used = tuple(Stored(picture_id=picture) for picture in pictures[:2])
    await store.orders.place(order.id, flow.placed(500, inputs=used), START)
    assert await store.threads.references(ThreadKey(500), UserId(1)) == pictures[2:]
    assert await store.threads.references(ThreadKey(500), UserId(2)) == pictures


async def test_placing_that_cannot_be_written_leaves_no_trace(store: Database, flow: Flow) -> None:
    order = await flow.accept()
    orphan = flow.picture(parents=[Parent(picture_id=PictureId("NOSUCHPIC0"), role=ParentRole.INPUT)])
    with pytest.raises(Conflict):
        await store.orders.place(order.id, flow.placed(500, uploads=[orphan]), START)
    assert await store.orders.load(order.id) == order
    assert await store.threads.load(ThreadKey(500)) is None
    with pytest.raises(NotFound):
        await store.pictures.load(orphan.id)


# -- running -----------------------------------------------------------------------------------------------------


async def test_progress_shows_until_the_pictures_are_there(store: Database, flow: Flow) -> None:
    order = await flow.accept()
    await store.orders.progress(order.id, Stage.FETCHING)
    assert (await store.orders.load(order.id)).stage is Stage.FETCHING
    await store.orders.place(order.id, flow.placed(500), START)
    claimed = await flow.claim()
    preview = Path("incoming") / "1.part"
    await store.orders.progress(order.id, Stage.PREVIEW, preview=preview, eta_at=at(60))
    await store.orders.progress(order.id, Stage.PAINTING)
    running = await store.orders.load(order.id)
    assert (running.stage, running.preview, running.eta_at) == (Stage.PAINTING, str(preview), at(60))

    received = await flow.receive(claimed)
    await store.orders.progress(order.id, Stage.PREVIEW, eta_at=at(90))
    assert await store.orders.load(order.id) == received
    assert (received.stage, received.eta_at) == (None, None)


async def test_a_claim_writes_the_call_it_makes(store: Database, flow: Flow) -> None:
    order = await flow.queue(thread=500)
    claimed = await flow.claim(at(3))
    assert (claimed.order.id, claimed.call_number) == (order.id, 1)
    assert (claimed.order.state, claimed.order.sending_at) == (OrderState.SENDING, at(3))
    [call] = await store.orders.calls(order.id)
    assert (call.number, call.state, call.billed) == (1, CallState.SENDING, Billed.UNKNOWN)
    assert (call.gateway, call.dialect, call.model) == ("main", "images", "gpt-image-2")
    assert call.parameters == {"n": 1, "size": "1024x1024"}
    assert (call.started_at, call.ended_at, call.cost) == (at(3), None, None)


async def test_heads_are_resolved_while_sending(store: Database, flow: Flow) -> None:
    order = await flow.accept()
    await store.orders.place(order.id, flow.placed(500, inputs=(Head(),)), START)
    claimed = await flow.claim()
    resolved = await store.orders.resolve_inputs(claimed.order.id, (Stored(picture_id=PictureId("P1")),))
    assert resolved.inputs == (Stored(picture_id=PictureId("P1")),)


async def test_receiving_stores_everything_at_once(store: Database, flow: Flow) -> None:
    parent = (await store.pictures.of_order((await flow.paint(500)).id))[0]
    order = await flow.queue(thread=500)
    claimed = await flow.claim(at(1))
    edges = [Parent(picture_id=parent.id, role=ParentRole.INPUT), Parent(picture_id=parent.id, role=ParentRole.MASK)]
    second = replace(flow.picture(b"two", parents=edges), position=2)
    first = flow.picture(b"one", parents=edges)
    delivered = Delivered(
        count=2,
        changes=(Change(option="size", asked="1000x1000", used="1024x1024", why="nearest_size"),),
        usage=Usage(text_in=1, image_in=2, image_out=3, total=6),
        cost=Price(micros=40_000, currency="USD", source="usage"),
        request_id="req_1",
        revised_prompt="a red fox",
        echoed={"quality": "high", "n": 2, "exact": True, "ratio": 1.0, "none": None},
        seconds=29.5,
    )
    end = replace(PAID, cost=delivered.cost)
    received = await store.orders.receive(order.id, claimed.call_number, [second, first], delivered, end, at(30))

    assert (received.state, received.version, received.received_at) == (OrderState.RECEIVED, 2, at(30))
    assert received.receipt == delivered
    brought = await store.pictures.of_order(order.id)
    assert [picture.id for picture in brought] == [first.id, second.id]
    assert [picture.parents for picture in brought] == [tuple(edges), tuple(edges)]
    assert all(picture.created_at == at(30) and picture.deleted_at is None for picture in brought)
    [call] = await store.orders.calls(order.id)
    assert (call.state, call.billed, call.request_id, call.outcome) == (CallState.RECEIVED, Billed.YES, "req_yes", None)
    assert (call.cost, call.ended_at) == (delivered.cost, at(30))
    thread = await store.threads.load(ThreadKey(500))
    assert thread is not None
    assert (thread.head, thread.next_version) == (first.id, 3)


async def test_equal_bytes_share_a_blob(store: Database, flow: Flow) -> None:
    orders: list[Order] = []
    for _ in range(2):
        await flow.queue(thread=500)
        orders.append(await flow.receive(await flow.claim(), START, [flow.picture(b"the same")]))
    blobs = {(await store.pictures.of_order(order.id))[0].blob for order in orders}
    assert len(blobs) == 1


async def test_receiving_twice_is_a_conflict(store: Database, flow: Flow) -> None:
    await flow.queue(thread=500)
    claimed = await flow.claim()
    received = await flow.receive(claimed)
    with pytest.raises(Conflict):
        await flow.receive(claimed)
    assert len(await store.pictures.of_order(received.id)) == 1


async def test_bytes_that_come_late_turn_unknown_into_received(store: Database, flow: Flow) -> None:
    await flow.queue(thread=500)
    claimed = await flow.claim()
    lost = await store.orders.end(
        claimed.order.id, OrderState.UNKNOWN, UNKNOWN, Billing.HELD, at(10), call=(claimed.call_number, LOST)
    )
    await store.orders.notified(lost.id, at(11))
    assert await store.orders.unnotified() == []
    received = await flow.receive(claimed, at(20))
    assert (received.state, received.failure, received.version) == (OrderState.RECEIVED, None, 1)
    assert await store.orders.unnotified() == [received.id], "the late pictures are to be shown"


async def test_an_ending_after_late_bytes_is_shown_anew(store: Database, flow: Flow) -> None:
    await flow.queue(thread=500)
    claimed = await flow.claim()
    await store.orders.end(claimed.order.id, OrderState.UNKNOWN, UNKNOWN, Billing.HELD, at(1), call=(1, LOST))
    await store.orders.notified(claimed.order.id, at(2))
    await flow.receive(claimed, at(3))
    await store.orders.end(claimed.order.id, OrderState.FAILED, CANCELLED, Billing.SETTLED, at(4))
    assert await store.orders.unnotified() == [claimed.order.id]


async def test_only_bytes_of_a_call_that_may_still_answer_are_taken(store: Database, flow: Flow) -> None:
    await flow.queue(thread=500)
    claimed = await flow.claim()
    await store.orders.requeue(claimed.order.id, claimed.call_number, UNBILLED, at(0), START)
    again = await flow.claim()
    assert again.call_number == 2
    with pytest.raises(Conflict):
        await flow.receive(claimed)
    assert (await store.orders.load(claimed.order.id)).state is OrderState.SENDING
    assert (await flow.receive(again)).state is OrderState.RECEIVED


async def test_a_failed_order_takes_no_bytes(store: Database, flow: Flow) -> None:
    await flow.queue(thread=500)
    claimed = await flow.claim()
    failure = Failure(reason=Reason.MODERATION, facts={"said": "no", "code": 400}, request_id="r", host_hint="h")
    failed = await store.orders.end(
        claimed.order.id, OrderState.FAILED, failure, Billing.NONE, at(9), call=(claimed.call_number, UNBILLED)
    )
    assert (failed.state, failed.failure, failed.billing) == (OrderState.FAILED, failure, Billing.NONE)
    with pytest.raises(Conflict):
        await flow.receive(claimed)


async def test_a_fan_out_writes_a_call_for_each_picture(store: Database, flow: Flow) -> None:
    order = await flow.queue(thread=500, plan=replace(a_plan(), calls=3))
    claimed = await flow.claim()
    second = await store.orders.next_call(order.id, claimed.call_number, PAID, at(5))
    third = await store.orders.next_call(order.id, second, UNBILLED, at(9))
    assert (second, third) == (2, 3)
    states = [(call.state, call.outcome) for call in await store.orders.calls(order.id)]
    assert states == [
        (CallState.RECEIVED, None),
        (CallState.FAILED, Reason.OVERLOADED),
        (CallState.SENDING, None),
    ]
    with pytest.raises(Conflict):
        await store.orders.next_call(order.id, second, PAID, at(10))


# -- endings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [OrderState.ACCEPTED, OrderState.QUEUED])
async def test_what_is_not_claimed_can_be_cancelled(store: Database, flow: Flow, state: OrderState) -> None:
    order = await flow.accept() if state is OrderState.ACCEPTED else await flow.queue(thread=500)
    cancelled = await store.orders.cancel_queued(order.id, CANCELLED, at(1))
    assert cancelled is not None
    assert (cancelled.state, cancelled.failure) == (OrderState.CANCELLED, CANCELLED)
    assert await store.orders.claim(at(2)) is None
    assert await store.orders.cancel_queued(order.id, CANCELLED, at(2)) is None


async def test_of_a_cancel_and_a_claim_one_wins(store: Database, flow: Flow) -> None:
    for _ in range(20):
        order = await flow.queue(thread=500)
        cancelled, claimed = await asyncio.gather(
            store.orders.cancel_queued(order.id, CANCELLED, START), store.orders.claim(START)
        )
        assert (cancelled is None) is (claimed is not None)
        if claimed:
            await flow.receive(claimed)


@pytest.mark.parametrize("state", [OrderState.ACCEPTED, OrderState.POSTED, OrderState.RECEIVED])
async def test_an_end_is_one_of_the_four_endings(store: Database, flow: Flow, state: OrderState) -> None:
    order = await flow.accept()
    with pytest.raises(ValueError, match="ending"):
        await store.orders.end(order.id, state, CANCELLED, Billing.NONE, START)


async def test_an_end_without_word_of_the_call_leaves_it_unknown(store: Database, flow: Flow) -> None:
    order = await flow.queue(thread=500)
    await flow.claim()
    await store.orders.end(order.id, OrderState.UNKNOWN, UNKNOWN, Billing.HELD, at(4))
    [call] = await store.orders.calls(order.id)
    assert (call.state, call.billed, call.outcome) == (CallState.UNKNOWN, Billed.UNKNOWN, Reason.UNKNOWN_OUTCOME)
    assert call.ended_at == at(4)


async def test_posting_writes_posts_once(store: Database, flow: Flow) -> None:
    order = await flow.paint(thread=500)
    [picture] = await store.pictures.of_order(order.id)
    result = Post(
        picture_id=picture.id,
        channel_id=ChannelId(20),
        message_id=MessageId(500),
        attachment_id=501,
        position=1,
        kind=PostKind.RESULT,
    )
    posted = await store.orders.posted(order.id, [result], at(31))
    assert (posted.state, posted.posted_at) == (OrderState.POSTED, at(31))
    assert await store.orders.unnotified() == []
    with pytest.raises(Conflict):
        await store.orders.posted(order.id, [result], at(32))
    original = replace(result, message_id=MessageId(510), attachment_id=511, kind=PostKind.ORIGINAL)
    await store.orders.add_posts([original, result])
    assert await store.pictures.posts_of_message(MessageId(500)) == [result]
    assert await store.pictures.posts_of_order(order.id) == [result, original]


async def test_what_was_not_shown_is_listed_oldest_first(store: Database, flow: Flow) -> None:
    refused = await flow.accept(now=at(0))
    received = await flow.paint(thread=500, now=at(1))
    cancelled = await flow.accept(now=at(2))
    await flow.accept(now=at(3))
    await store.orders.cancel_queued(cancelled.id, CANCELLED, at(4))
    await store.orders.end(refused.id, OrderState.REFUSED, CANCELLED, Billing.NONE, at(5))
    assert await store.orders.unnotified() == [refused.id, received.id, cancelled.id]
    await store.orders.notified(refused.id, at(6))
    await store.orders.notified(refused.id, at(7))
    await store.orders.notified(received.id, at(7))
    assert await store.orders.unnotified() == [received.id, cancelled.id], "a result is shown by posting it"


async def test_waiting_counts_what_has_no_pictures_yet(store: Database, flow: Flow) -> None:
    await flow.paint(thread=500, user_id=7)
    await flow.queue(thread=501, user_id=7)
    await flow.claim()
    await flow.queue(thread=502, user_id=7)
    await flow.accept(user_id=7)
    cancelled = await flow.accept(user_id=7)
    await store.orders.cancel_queued(cancelled.id, CANCELLED, START)
    await flow.accept(user_id=8)
    assert await store.orders.waiting_count(UserId(7)) == 3


async def test_states_are_counted(store: Database, flow: Flow) -> None:
    assert await store.orders.count_by_state() == {}
    await flow.paint(thread=500)
    await flow.accept()
    await flow.accept()
    assert await store.orders.count_by_state() == {OrderState.ACCEPTED: 2, OrderState.RECEIVED: 1}


async def test_a_missing_order_is_not_found_by_any_method(store: Database, flow: Flow) -> None:
    orders = store.orders
    attempts = [
        orders.load(NO_ORDER),
        orders.replace_token(NO_ORDER, InteractionToken(token="t", expires_at=at(1))),
        orders.note_response(NO_ORDER, ChannelId(1), MessageId(1), None),
        orders.ask(NO_ORDER, a_plan()),
        orders.confirm(NO_ORDER, START),
        orders.place(NO_ORDER, flow.placed(1), START),
        orders.progress(NO_ORDER, Stage.FETCHING),
        orders.resolve_inputs(NO_ORDER, ()),
        orders.receive(NO_ORDER, 1, [flow.picture()], Delivered(count=1), PAID, START),
        orders.next_call(NO_ORDER, 1, PAID, START),
        orders.requeue(NO_ORDER, 1, UNBILLED, START, START),
        orders.end(NO_ORDER, OrderState.FAILED, CANCELLED, Billing.NONE, START),
        orders.cancel_queued(NO_ORDER, CANCELLED, START),
        orders.posted(NO_ORDER, [], START),
        orders.notified(NO_ORDER, START),
        orders.position(NO_ORDER, START),
        orders.calls(NO_ORDER),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            await attempt


MOVES_FROM = {
    "ask": {OrderState.ACCEPTED},
    "confirm": {OrderState.ACCEPTED},
    "place": {OrderState.ACCEPTED},
    "resolve_inputs": {OrderState.SENDING},
    "receive": {OrderState.SENDING, OrderState.UNKNOWN},
    "next_call": {OrderState.SENDING},
    "requeue": {OrderState.SENDING},
    "end": {OrderState.ACCEPTED, OrderState.QUEUED, OrderState.SENDING, OrderState.RECEIVED},
    "posted": {OrderState.RECEIVED},
}


@pytest.mark.parametrize("state", list(OrderState))
async def test_every_move_starts_only_where_it_may(store: Database, flow: Flow, state: OrderState) -> None:
    await store.orders.open_gateways({"main": len(MOVES_FROM)})
    for thread, (name, starts) in enumerate(MOVES_FROM.items(), 1000):
        order = await brought_to(store, flow, state, thread)
        if state in starts:
            await moved(store, flow, order.id, name)
            continue
        with pytest.raises(Conflict):
            await moved(store, flow, order.id, name)
        assert await store.orders.load(order.id) == order


async def moved(store: Database, flow: Flow, order_id: OrderId, name: str) -> object:
    orders = store.orders
    moves: dict[str, Callable[[], Awaitable[object]]] = {
        "ask": lambda: orders.ask(order_id, a_plan()),
        "confirm": lambda: orders.confirm(order_id, START),
        "place": lambda: orders.place(order_id, flow.placed(1), START),
        "resolve_inputs": lambda: orders.resolve_inputs(order_id, ()),
        "receive": lambda: orders.receive(order_id, 1, [flow.picture()], Delivered(count=1), PAID, START),
        "next_call": lambda: orders.next_call(order_id, 1, PAID, START),
        "requeue": lambda: orders.requeue(order_id, 1, UNBILLED, at(3600), START),
        "end": lambda: orders.end(order_id, OrderState.FAILED, CANCELLED, Billing.NONE, START),
        "posted": lambda: orders.posted(order_id, [], START),
    }
    return await moves[name]()


async def brought_to(store: Database, flow: Flow, state: OrderState, thread: int) -> Order:
    """Bring an order to a state by the shortest way."""
    order = await flow.accept()
    if state in {OrderState.REFUSED, OrderState.CANCELLED}:
        return await store.orders.end(order.id, state, CANCELLED, Billing.NONE, START)
    if state is not OrderState.ACCEPTED:
        order = await store.orders.place(order.id, flow.placed(thread), START)
    if state not in {OrderState.ACCEPTED, OrderState.QUEUED}:
        claimed = await flow.claim()
        assert claimed.order.id == order.id, "whatever earlier moves left in the line comes later"
        order = await carried_to(store, flow, state, claimed)
    return order


async def carried_to(store: Database, flow: Flow, state: OrderState, claimed: ports.Claimed) -> Order:
    match state:
        case OrderState.FAILED | OrderState.UNKNOWN:
            return await store.orders.end(claimed.order.id, state, UNKNOWN, Billing.HELD, START, call=(1, LOST))
        case OrderState.RECEIVED:
            return await flow.receive(claimed)
        case OrderState.POSTED:
            await flow.receive(claimed)
            return await store.orders.posted(claimed.order.id, [], START)
        case _:
            return claimed.order


async def test_only_an_order_that_no_gateway_was_asked_for_ends_as_unclaimed(store: Database, flow: Flow) -> None:
    order = await flow.queue(thread=500)
    claimed = await flow.claim()
    with pytest.raises(Conflict):
        await store.orders.end(order.id, OrderState.REFUSED, CANCELLED, Billing.NONE, at(1), is_unclaimed=True)
    await flow.receive(claimed)
    other = await flow.queue(thread=501)
    ended = await store.orders.end(other.id, OrderState.FAILED, CANCELLED, Billing.NONE, at(2), is_unclaimed=True)
    assert ended.state is OrderState.FAILED
