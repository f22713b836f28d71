import asyncio
from itertools import count

from hypothesis import given, strategies as st

from bot.model import Options, OrderId, Scope
from bot.orders.changes import LocalChanges
from bot.orders.ids import ALPHABET, LENGTH, is_id, new_id, read_id
from bot.orders.options import given_in, resolve, sticky


@given(st.binary(min_size=7, max_size=7))
def test_an_id_is_ten_unmistakable_letters(seed: bytes) -> None:
    made = new_id(lambda _: seed)
    assert len(made) == LENGTH
    assert set(made) <= set(ALPHABET)
    assert is_id(made)
    assert read_id(made) == made


def test_ids_use_all_their_bits() -> None:
    numbers = count()
    made = {new_id(lambda size: next(numbers).to_bytes(size, "big")) for _ in range(2_000)}
    assert len(made) == 2_000


def test_an_id_is_read_as_people_type_it() -> None:
    assert read_id(" 0123456789 ") == "0123456789"
    assert read_id("O1I3456789") == "0113456789"
    assert read_id("easel-abcdefghjk.png") == "abcdefghjk"
    assert read_id("SPOILER_easel-abcdefghjk.webp") == "abcdefghjk"
    assert read_id("abc") is None
    assert read_id("../../etc/pa") is None


def test_the_strongest_scope_wins_and_is_named() -> None:
    resolved, origin = resolve(
        [
            (Scope.HOST, Options(size="1024x1024", quality="low")),
            (Scope.THREAD, Options(quality="high", spoiler=False)),
            (Scope.ORDER, Options(count=2)),
        ]
    )
    assert resolved == Options(size="1024x1024", quality="high", spoiler=False, count=2)
    assert origin == {
        "size": Scope.HOST,
        "quality": Scope.THREAD,
        "spoiler": Scope.THREAD,
        "count": Scope.ORDER,
    }


def test_count_and_draft_do_not_stick() -> None:
    assert given_in(sticky(Options(model="dear", once=True, size="auto"))) == {"size": "auto"}
    assert given_in(sticky(Options(model="dear", size="auto"))) == {"model": "dear", "size": "auto"}
    assert given_in(sticky(Options(size="auto", count=3, draft=True, spoiler=False))) == {
        "size": "auto",
        "spoiler": False,
    }


async def test_a_change_published_twice_is_read_once_and_in_order() -> None:
    changes = LocalChanges()
    stream = changes.subscribe()
    first = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)  # lets the stream subscribe
    for name in ("b", "a", "b"):
        changes.publish(OrderId(name))
    assert await first == "b"
    assert await anext(stream) == "a"
    changes.publish(OrderId("c"))
    assert await anext(stream) == "c"
    await stream.aclose()
