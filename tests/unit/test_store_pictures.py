"""Pictures, threads, settings and learned facts in the database, on a real SQLite file."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.errors import Corrupt, NotFound
from bot.model import (
    ChannelId,
    Learned,
    MessageId,
    Options,
    Parent,
    ParentRole,
    Picture,
    PictureId,
    Post,
    PostKind,
    Scope,
    ThreadKey,
    UserId,
)
from bot.store import Database
from bot.store.tables import settings
from tests.unit.store_fixtures import START, Flow, at, opened


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as store:
        await store.orders.open_gateways({"main": 4})
        yield store


@pytest.fixture
def flow(store: Database) -> Flow:
    return Flow(store)


async def painted(store: Database, flow: Flow, content: bytes, parents: tuple[Parent, ...] = ()) -> Picture:
    await flow.queue(thread=500)
    order = await flow.receive(await flow.claim(), START, [flow.picture(content, parents)])
    return (await store.pictures.of_order(order.id))[0]


# -- pictures ----------------------------------------------------------------------------------------------------


async def test_a_missing_picture_is_not_found(store: Database) -> None:
    with pytest.raises(NotFound):
        await store.pictures.load(PictureId("NOTHERE000"))


async def test_parents_keep_their_order_and_roles(store: Database, flow: Flow) -> None:
    inputs = [await painted(store, flow, content) for content in (b"c", b"a", b"b")]
    edges = (
        *(Parent(picture_id=picture.id, role=ParentRole.INPUT) for picture in inputs),
        Parent(picture_id=inputs[0].id, role=ParentRole.MASK),
    )
    child = await painted(store, flow, b"child", edges)
    assert child.parents == edges
    assert await store.pictures.load(child.id) == child


async def test_deleting_keeps_lineage_and_names_the_files_nobody_uses(store: Database, flow: Flow) -> None:
    first = await painted(store, flow, b"shared")
    twin = await painted(store, flow, b"shared")
    child = await painted(store, flow, b"child", (Parent(picture_id=first.id, role=ParentRole.INPUT),))

    assert await store.pictures.delete([first.id], at(1)) == [], "its twin still shows these bytes"
    gone = await store.pictures.load(first.id)
    assert gone == replace(first, deleted_at=at(1))
    assert (await store.pictures.load(child.id)).parents == child.parents

    unused = await store.pictures.delete([twin.id, child.id], at(2))
    assert sorted(unused) == sorted([first.blob.sha256, child.blob.sha256])


async def test_deleting_again_names_the_files_again_and_keeps_the_first_date(store: Database, flow: Flow) -> None:
    picture = await painted(store, flow, b"one")
    for seconds in (1, 2):
        assert await store.pictures.delete([picture.id], at(seconds)) == [picture.blob.sha256]
    assert (await store.pictures.load(picture.id)).deleted_at == at(1)


async def test_a_message_lists_its_posts_by_position(store: Database, flow: Flow) -> None:
    picture = await painted(store, flow, b"one")
    posts = [
        Post(
            picture_id=picture.id,
            channel_id=ChannelId(20),
            message_id=MessageId(500),
            attachment_id=600 - position,
            position=position,
            kind=PostKind.RESULT,
        )
        for position in (3, 1, 2)
    ]
    await store.orders.add_posts(posts)
    assert [post.position for post in await store.pictures.posts_of_message(MessageId(500))] == [1, 2, 3]
    assert await store.pictures.posts_of_message(MessageId(501)) == []


# -- threads -----------------------------------------------------------------------------------------------------


async def test_a_thread_nothing_was_painted_in_has_no_state(store: Database, flow: Flow) -> None:
    picture = await painted(store, flow, b"one")
    assert await store.threads.load(ThreadKey(9)) is None
    with pytest.raises(NotFound):
        await store.threads.set_head(ThreadKey(9), picture.id)
    with pytest.raises(NotFound):
        await store.threads.set_every_message(ThreadKey(9), on=True)


async def test_head_and_switch_are_kept(store: Database, flow: Flow) -> None:
    first = await painted(store, flow, b"one")
    await painted(store, flow, b"two")
    await store.threads.set_head(ThreadKey(500), first.id)
    await store.threads.set_every_message(ThreadKey(500), on=True)
    thread = await store.threads.load(ThreadKey(500))
    assert thread is not None
    assert (thread.head, thread.every_message, thread.next_version) == (first.id, True, 3)


async def test_references_are_kept_by_person_and_thread_oldest_first(store: Database, flow: Flow) -> None:
    pictures = [await painted(store, flow, content) for content in (b"1", b"2", b"3")]
    for seconds, picture in enumerate(reversed(pictures)):
        await store.threads.add_reference(ThreadKey(500), UserId(1), picture.id, at(seconds))
    await store.threads.add_reference(ThreadKey(500), UserId(1), pictures[2].id, at(9))
    assert await store.threads.references(ThreadKey(500), UserId(1)) == [p.id for p in reversed(pictures)]
    assert await store.threads.references(ThreadKey(501), UserId(1)) == []
    assert await store.threads.references(ThreadKey(500), UserId(2)) == []
    await store.pictures.delete([pictures[1].id], at(10))
    assert await store.threads.references(ThreadKey(500), UserId(1)) == [pictures[2].id, pictures[0].id]


# -- settings ----------------------------------------------------------------------------------------------------


async def test_options_are_merged_by_scope(store: Database) -> None:
    await store.settings.set_options(
        Scope.THREAD, 500, Options(size="1024x1024", draft=True, count=2), UserId(1), START
    )
    await store.settings.set_options(Scope.THREAD, 500, Options(count=3, spoiler=False), UserId(2), at(1))
    await store.settings.set_options(Scope.HOST, 0, Options(quality="high"), UserId(1), START)
    wanted = Options(size="1024x1024", draft=True, count=3, spoiler=False)
    assert await store.settings.options(Scope.THREAD, 500) == wanted
    assert await store.settings.options(Scope.THREAD, 501) == Options()
    assert await store.settings.options(Scope.HOST, 0) == Options(quality="high")


async def test_single_values_live_beside_the_options(store: Database) -> None:
    assert await store.settings.value(Scope.HOST, 0, "commands") is None
    await store.settings.set_value(Scope.HOST, 0, "commands", "abc", UserId(1), START)
    await store.settings.set_value(Scope.HOST, 0, "commands", "def", UserId(1), at(1))
    assert await store.settings.value(Scope.HOST, 0, "commands") == "def"
    assert await store.settings.options(Scope.HOST, 0) == Options()


async def test_a_setting_that_is_no_option_is_called_corrupt(store: Database) -> None:
    await store.settings.set_options(Scope.HOST, 0, Options(count=1), UserId(1), START)
    async with store.transactions.write() as connection:
        await connection.execute(update(settings).values(value="many"))
    with pytest.raises(Corrupt):
        await store.settings.options(Scope.HOST, 0)


# -- what was learned --------------------------------------------------------------------------------------------


async def test_a_refusal_is_believed_for_seven_days_and_a_success_for_good(store: Database) -> None:
    week_s = 7 * 24 * 3600
    refused = Learned(model="m", capability="background", value=False, reason="400: unknown parameter")
    offered = Learned(model="m", capability="stream", value=True, reason="answered with events")
    limit = Learned(model="m", capability="max_count", value=1, reason="400: n must be 1")
    for seconds, fact in enumerate((refused, offered, limit)):
        await store.learned.remember("main", "https://x/v1", [fact], at(seconds))
    limit = limit.dated(at(2))
    assert await store.learned.load("main", "https://x/v1", at(week_s - 1)) == [refused.dated(at(0)), offered, limit]
    assert await store.learned.load("main", "https://x/v1", at(week_s)) == [offered, limit]
    assert await store.learned.load("main", "https://x/v1", at(week_s + 2)) == [offered]
    assert await store.learned.load("main", "https://y/v1", START) == []
    assert await store.learned.load("other", "https://x/v1", START) == []


async def test_the_newest_answer_replaces_the_older(store: Database) -> None:
    for value in (False, True, None, 3):
        fact = Learned(model="m", capability="max_n", value=value, reason=str(value))
        await store.learned.remember("main", "https://x/v1", [fact], START)
        assert await store.learned.load("main", "https://x/v1", START) == [fact.dated(START)]


async def test_words_are_refused_one_by_one(store: Database) -> None:
    words = [Learned(model="m", capability="qualities", value=word, reason="400") for word in ("low", "auto", "hd")]
    for seconds, fact in enumerate(words):
        await store.learned.remember("main", "https://x/v1", [fact], at(seconds))
    await store.learned.remember("main", "https://x/v1", [words[0]], at(9))
    dated = [words[1].dated(at(1)), words[2].dated(at(2)), words[0].dated(at(9))]
    assert await store.learned.load("main", "https://x/v1", at(10)) == dated
