"""What is kept of an answer: every whole picture in the gateway's order, whatever else is wrong with it."""

import asyncio
import base64
import json
import random
import sys
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.gateways.arrivals import MAX_WORDS_CHARS, MOST_PICTURES, MOST_PREVIEWS, Arrivals
from bot.gateways.body import Body
from bot.gateways.exchange import feed
from bot.gateways.picture_file import PictureFile
from tests.effort import EFFORT

PICTURES = [bytes([number]) * 60 + bytes(range(256)) for number in range(20)]
ENCODED = [base64.b64encode(picture).decode() for picture in PICTURES]


async def nothing(_: Path) -> None:
    return None


async def arrive(folder: Path, body: bytes, *, wanted: int = 1, kind: str = "", size: int = 4096) -> Arrivals:
    """Read a body as the wire does, to its end."""
    arrivals = Arrivals(folder, "KEY-1", wanted=wanted, on_preview=nothing)
    reading = Body(kind, arrivals.begin)
    for start in range(0, len(body), size):
        for event in reading.feed(body[start : start + size]):
            await arrivals.take_event(event)
    for event in reading.finish():
        await (arrivals.take_event(event) if reading.is_stream else arrivals.take_answer(event.document))
    await arrivals.take_prose(reading.prose)
    await arrivals.clear()
    return arrivals


def kept(arrivals: Arrivals) -> list[bytes]:
    return [file.path.read_bytes() for file in arrivals.files]


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def folder_in(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


def plain(*entries: object, **more: object) -> bytes:
    return json.dumps({"created": 1, "data": entries, **more}).encode()


def event(kind: str, **data: object) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n".encode()


def final(number: int, **data: object) -> bytes:
    return event("image_generation.completed", b64_json=ENCODED[number], **data)


async def test_pictures_keep_their_order_and_names(tmp_path: Path) -> None:
    arrivals = await arrive(tmp_path, plain(*({"b64_json": text} for text in ENCODED[:4])), wanted=4)
    assert kept(arrivals) == PICTURES[:4]
    assert [file.path.name for file in arrivals.files] == [f"KEY-1-{number}.part" for number in (1, 2, 3, 4)]
    assert names_in(tmp_path) == {file.path.name for file in arrivals.files}


async def test_one_spoiled_picture_costs_no_other(tmp_path: Path) -> None:
    entries = [{"b64_json": ENCODED[0]}, {"b64_json": "%" + ENCODED[1]}, {"b64_json": ENCODED[2]}]
    arrivals = await arrive(tmp_path, plain(*entries), wanted=3)
    assert kept(arrivals) == [PICTURES[0], PICTURES[2]]
    assert arrivals.spoiled == 1


async def test_a_cut_answer_keeps_what_was_whole(tmp_path: Path) -> None:
    body = plain(*({"b64_json": text} for text in ENCODED[:3]))
    arrivals = await arrive(tmp_path, body[: body.index(ENCODED[2].encode()) + 50], wanted=3)
    assert kept(arrivals) == PICTURES[:2]
    assert not arrivals.is_whole
    assert len(names_in(tmp_path)) == 2


async def test_more_than_one_message_holds_is_left(tmp_path: Path) -> None:
    arrivals = await arrive(tmp_path, plain(*({"b64_json": text} for text in ENCODED)), wanted=1)
    assert kept(arrivals) == PICTURES[:MOST_PICTURES]


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"b64_json": ENCODED[0]}},
        {"images": [{"b64_json": ENCODED[0]}]},
        {"b64_json": ENCODED[0]},
        {"data": [{"result": ENCODED[0]}]},
        {"data": [None, "x", 7, {"b64_json": None}, {"b64_json": ENCODED[0]}]},
        {"data": [{"b64_json": ENCODED[0], "url": "https://cdn.example.com/gone.png"}]},
        {"data": [{"url": f"data:image/png;base64,{ENCODED[0]}", "b64_json": ENCODED[0]}]},
        {"error": {"message": "and yet"}, "data": [{"b64_json": ENCODED[0]}]},
    ],
)
async def test_a_picture_is_found_wherever_it_stands(tmp_path: Path, document: object) -> None:
    arrivals = await arrive(tmp_path, json.dumps(document).encode())
    assert kept(arrivals) == [PICTURES[0]]
    assert arrivals.remotes == []
    assert len(names_in(tmp_path)) == 1


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ({"url": "https://cdn.example.com/1.png"}, "https://cdn.example.com/1.png"),
        ({"b64_json": "https://cdn.example.com/1.png"}, "https://cdn.example.com/1.png"),
        ({"b64_json": "", "url": "/p/img/1?sig=2"}, "/p/img/1?sig=2"),
        ("https://cdn.example.com/1.png", "https://cdn.example.com/1.png"),
        ({"url": "file:///etc/passwd"}, None),
        ({"url": 0}, None),
        ({"b64_json": True, "url": None}, None),
        ({"b64_json": 3}, None),
    ],
)
async def test_a_picture_by_address_is_remembered_for_fetching(tmp_path: Path, entry: object, url: str | None) -> None:
    arrivals = await arrive(tmp_path, plain(entry))
    assert [remote.url for remote in arrivals.remotes] == ([url] if url else [])
    assert arrivals.files == ()


async def test_an_index_in_the_answer_cannot_name_a_picture_twice(tmp_path: Path) -> None:
    arrivals = await arrive(tmp_path, plain({"b64_json": ENCODED[0]}, {"b64_json": 0}, {"url": 0}), wanted=3)
    assert kept(arrivals) == [PICTURES[0]]


async def test_n_final_events_are_n_pictures_and_the_first_of_two_finals_wins(tmp_path: Path) -> None:
    body = b"".join(final(number, usage={"input_tokens": 1, "output_tokens": 2}) for number in range(3))
    arrivals = await arrive(tmp_path, body, wanted=2)
    assert kept(arrivals) == PICTURES[:2]
    assert arrivals.usage is not None


async def test_what_the_answer_says_of_itself_is_kept(tmp_path: Path) -> None:
    body = plain(
        {"b64_json": ENCODED[0], "revised_prompt": "a cat"}, {"b64_json": ENCODED[1], "revised_prompt": "a dog"},
        size="1024x1024", quality=None, background="", output_format="png", model="m" * 500, extra="x",
    )  # fmt: skip
    arrivals = await arrive(tmp_path, body, wanted=2)
    assert arrivals.revised_prompt == "a cat"
    assert arrivals.echoed == {"size": "1024x1024", "output_format": "png", "model": "m" * 100}


async def test_an_error_after_a_final_picture_takes_nothing_back(tmp_path: Path) -> None:
    arrivals = await arrive(tmp_path, final(0) + event("error", error={"message": "late"}), wanted=2)
    assert kept(arrivals) == [PICTURES[0]]
    assert [error.message for error in arrivals.errors] == ["late"]


async def test_a_stream_that_breaks_off_behind_its_last_picture_keeps_it(tmp_path: Path) -> None:
    whole = final(0, usage={"input_tokens": 1})
    cut = whole[: whole.index(b'"usage"')]
    assert kept(await arrive(tmp_path, cut)) == [PICTURES[0]]


async def test_a_preview_that_breaks_off_is_no_picture(tmp_path: Path) -> None:
    whole = event("image_generation.partial_image", b64_json=ENCODED[0], partial_image_index=0)
    arrivals = await arrive(tmp_path, whole[:-9])
    assert arrivals.files == ()
    assert names_in(tmp_path) == set()


@pytest.mark.parametrize(
    ("told", "response_id"),
    [
        ("resp_68af-40.b:c==", "resp_68af-40.b:c=="),
        ("r\ud800", None),
        ("resp_é", None),
        ("resp 1", None),
        ("resp_1\n", None),
        ("r" * 201, None),
        ("", None),
        (7, None),
    ],
)
async def test_only_an_id_that_can_be_sent_again_is_kept(tmp_path: Path, told: object, response_id: str | None) -> None:
    arrivals = await arrive(tmp_path, json.dumps({"object": "response", "id": told, "output": []}).encode())
    assert arrivals.response_id == response_id


async def test_of_many_errors_the_first_is_kept(tmp_path: Path) -> None:
    body = b"".join(f'data: {{"error": "{number}"}}\n\n'.encode() for number in range(1000))
    assert [error.message for error in (await arrive(tmp_path, body)).errors] == ["0"]


@pytest.mark.parametrize("chars", [1000, 300_000])
async def test_a_refusal_is_remembered_up_to_a_bound(tmp_path: Path, chars: int) -> None:
    body = f'data: {{"choices": [{{"delta": {{"refusal": "{"no" * (chars // 2)}"}}}}]}}\n\n'.encode() * 100
    assert len((await arrive(tmp_path, body)).words) == MAX_WORDS_CHARS


async def test_of_many_previews_a_few_are_shown_and_the_rest_is_removed_at_once(tmp_path: Path) -> None:
    shown = list[Path]()

    async def show(path: Path) -> None:
        shown.append(path)

    arrivals = Arrivals(tmp_path, "KEY-1", wanted=1, on_preview=show)
    reading = Body("text/event-stream", arrivals.begin)
    preview = event("image_generation.partial_image", b64_json=ENCODED[1], partial_image_index=0)
    progress = 0
    for _ in range(100):
        for one in reading.feed(preview):
            await arrivals.take_event(one)
        assert arrivals.progress > progress
        progress = arrivals.progress
    assert len(shown) == MOST_PREVIEWS
    assert names_in(tmp_path) == {path.name for path in shown}
    for one in reading.feed(final(0)):
        await arrivals.take_event(one)
    await arrivals.clear()
    assert names_in(tmp_path) == {"KEY-1-1.part"}


async def test_pictures_that_are_not_kept_leave_at_once(tmp_path: Path) -> None:
    arrivals = Arrivals(tmp_path, "KEY-1", wanted=1, on_preview=nothing)
    reading = Body("text/event-stream", arrivals.begin)
    unknown = event("something.else", b64_json=ENCODED[1])
    image = {"image_url": {"url": f"data:image/png;base64,{ENCODED[0]}"}}
    repeated = event("", choices=[{"delta": {"images": [image]}}])
    for one in reading.feed(unknown * 50 + repeated * 50):
        await arrivals.take_event(one)
    assert names_in(tmp_path) == {"KEY-1-1.part"}
    assert kept(arrivals) == [PICTURES[0]]


RESULT = {"type": "image_generation_call", "result": ENCODED[0], "status": "completed"}


@pytest.mark.parametrize(
    "data",
    [
        {"type": "image_generation.completed", "b64_json": ENCODED[0]},
        {"type": "image_generation.completed", "partial_image_b64": None, "b64_json": ENCODED[0]},
        {"choices": [{"delta": {"images": [{"image_url": {"url": f"data:image/png;base64,{ENCODED[0]}"}}]}}]},
        {"type": "response.output_item.done", "output_index": 0, "item": RESULT},
        {"type": "response.completed", "response": {"tools": [{"partial_images": 2}], "output": [RESULT]}},
    ],
)
async def test_a_whole_picture_of_an_event_that_is_cut_is_kept(tmp_path: Path, data: object) -> None:
    whole = f"data: {json.dumps(data)}".encode()
    cut = whole[: whole.index(ENCODED[0].encode()) + len(ENCODED[0]) + 1]
    assert kept(await arrive(tmp_path, cut)) == [PICTURES[0]]


@pytest.mark.parametrize(
    "data",
    [
        {"type": "image_generation.partial_image", "b64_json": ENCODED[0]},
        {"type": "x", "partial_image_index": 0, "b64_json": ENCODED[0]},
        {"type": "response.created", "response": {"tools": [{"input_image_mask": {"image_url": ENCODED[0]}}]}},
    ],
)
async def test_a_preview_or_a_mask_of_an_event_that_is_cut_is_no_picture(tmp_path: Path, data: object) -> None:
    arrivals = await arrive(tmp_path, f"data: {json.dumps(data)}"[:-1].encode())
    assert arrivals.files == ()
    assert names_in(tmp_path) == set()


async def test_what_is_whole_comes_before_the_picture_of_an_event_that_is_cut(tmp_path: Path) -> None:
    cut = f'data: {{"b64_json": "{ENCODED[0]}", \n\n'.encode()
    assert kept(await arrive(tmp_path, cut + final(1))) == [PICTURES[1], PICTURES[0]]
    assert kept(await arrive(folder_in(tmp_path, "same"), cut + final(0))) == [PICTURES[0]]


@pytest.mark.parametrize("error", [StoreError("locked"), OSError("gone")])
async def test_a_preview_that_cannot_be_shown_does_not_cost_the_picture(tmp_path: Path, error: Exception) -> None:
    async def fail(_: Path) -> None:
        raise error

    arrivals = Arrivals(tmp_path, "KEY-1", wanted=1, on_preview=fail)
    reading = Body("text/event-stream", arrivals.begin)
    preview = event("image_generation.partial_image", b64_json=ENCODED[1], partial_image_index=0)
    for one in reading.feed(preview + final(0)):
        await arrivals.take_event(one)
    await arrivals.clear()
    assert kept(arrivals) == [PICTURES[0]]
    assert names_in(tmp_path) == {"KEY-1-1.part"}


async def test_a_file_that_cannot_be_named_is_an_error_of_the_disk(tmp_path: Path) -> None:
    folder_in(folder_in(tmp_path, "KEY-1-1.part"), "in the way")
    with pytest.raises(OSError, match="KEY-1-1"):
        await arrive(tmp_path, plain({"b64_json": ENCODED[0]}))


async def test_others_have_their_turn_while_a_chunk_of_tiny_events_is_read(tmp_path: Path) -> None:
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(take_turns())
    arrivals = Arrivals(tmp_path, "KEY-1", wanted=1, on_preview=nothing)
    chunk = b": " + b"x" * 70_000 + b"\n\n" + b'data:{"error":"x"}\n\n' * 8_000  # ten slices of 16 KB
    await feed(chunk, Body("text/event-stream", arrivals.begin), arrivals)
    other.cancel()
    assert turns >= 5
    assert arrivals.events == 8_000


async def test_a_clock_that_runs_out_takes_no_event_away_that_came(tmp_path: Path) -> None:
    shown = asyncio.Event()

    async def wait(_: Path) -> None:
        shown.set()
        await asyncio.Event().wait()

    arrivals = Arrivals(tmp_path, "KEY-1", wanted=2, on_preview=wait)
    preview = event("image_generation.partial_image", b64_json=ENCODED[2], partial_image_index=0)
    padding = b": " + b"x" * 40_000 + b"\n\n"
    body = Body("text/event-stream", arrivals.begin)
    feeding = asyncio.create_task(feed(preview + final(0) + padding + final(1), body, arrivals))
    await shown.wait()
    feeding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await feeding
    assert kept(arrivals) == PICTURES[:2]


# -- mutants ----------------------------------------------------------------------------------------------------------

SEEDS = {
    "plain": plain({"b64_json": ENCODED[0]}, {"b64_json": ENCODED[1]}, usage={"input_tokens": 5, "output_tokens": 6}),
    "stream": event("image_generation.partial_image", b64_json=ENCODED[2], partial_image_index=0)
    + b": keep-alive\r\n\r\n"
    + final(0, usage={"input_tokens": 5})
    + final(1)
    + b"data: [DONE]\n\n",
}


def mutated(body: bytes, chance: random.Random, start: int = 0) -> bytes:
    """Change, drop, double or insert a few bytes at or behind `start`."""
    changed = bytearray(body)
    for _ in range(chance.randint(1, 6)):
        place = chance.randint(start, max(start, len(changed) - 1))
        match chance.randrange(5):
            case 0:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[place : place + chance.randint(1, 30)]
            case 2:
                changed[place:place] = changed[place : place + chance.randint(1, 60)]
            case 3:
                changed[place:place] = chance.choice([b'"', b"\\", b"{", b"]", b"\n", b"\r\n\r\n", b"\x00", b"\xff"])
            case _:
                changed[place:] = b"" if chance.random() < 0.2 else changed[place:]  # one in five is cut
    return bytes(changed)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", SEEDS)
async def test_mutants_raise_nothing_and_mean_the_same_whatever_the_chunks(
    tmp_path: Path, name: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    for number in range(20 * EFFORT):
        body = mutated(SEEDS[name], chance)
        seen = set[object]()
        for size in (1, 97, 100_000):
            folder = folder_in(tmp_path, f"{number}-{size}")
            arrivals = await arrive(folder, body, wanted=2, size=size)
            remotes = tuple(remote.url for remote in arrivals.remotes)
            seen.add((tuple(kept(arrivals)), tuple(arrivals.errors), remotes, arrivals.usage, arrivals.is_whole))
            assert len(names_in(folder)) == len(arrivals.files)
        assert len(seen) == 1, body


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", SEEDS)
async def test_mutants_that_keep_a_whole_picture_still_yield_it(tmp_path: Path, name: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    body = SEEDS[name]
    behind = body.index(ENCODED[0].encode()) + len(ENCODED[0]) + 1
    for number in range(20 * EFFORT):
        changed = mutated(body, chance, behind)
        arrivals = await arrive(folder_in(tmp_path, str(number)), changed, wanted=2, size=chance.choice([1, 7, 5000]))
        assert PICTURES[0] in kept(arrivals), changed


async def test_members_that_are_null_make_no_preview_of_a_picture(tmp_path: Path) -> None:
    """Proxies write null for every member an event has not."""
    nulls = {"partial_image_index": None, "partial_image_b64": None}
    arrivals = await arrive(tmp_path, final(0, **nulls))
    assert kept(arrivals) == [PICTURES[0]]


async def test_a_final_event_that_is_numbered_like_a_preview_is_final(tmp_path: Path) -> None:
    arrivals = await arrive(tmp_path, final(0, partial_image_index=3))
    assert kept(arrivals) == [PICTURES[0]]


async def test_a_preview_that_cannot_be_named_does_not_cost_the_picture(tmp_path: Path) -> None:
    folder_in(folder_in(tmp_path, "KEY-1-1.preview"), "in the way")
    preview = event("image_generation.partial_image", b64_json=ENCODED[1], partial_image_index=0)
    arrivals = await arrive(tmp_path, preview + final(0))
    assert kept(arrivals) == [PICTURES[0]]


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
def test_a_disk_that_takes_a_part_of_a_picture_is_an_error_and_no_picture(tmp_path: Path) -> None:
    import resource  # noqa: PLC0415  # not everywhere

    file = PictureFile(tmp_path / "picture.arriving", max_bytes=1000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(PICTURES[0]) - 10, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            file.write(PICTURES[0])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        file.discard()
