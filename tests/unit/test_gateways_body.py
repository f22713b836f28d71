"""Bodies of every kind: told apart by their bytes, streams read as the HTML standard says, whatever the chunks."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, strategies as st

from bot.gateways.body import Body
from bot.gateways.picture_file import PictureFile
from bot.gateways.prose import Prose
from bot.gateways.sse import Event, EventStream

PICTURE = bytes(range(256)) * 2
ENCODED = base64.b64encode(PICTURE).decode()


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: list[PictureFile] = []

    def begin(self) -> PictureFile:
        file = PictureFile(self.path / f"{len(self.opened)}.arriving", max_bytes=100_000)
        self.opened.append(file)
        return file

    def close(self) -> None:
        for file in self.opened:
            file.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    opened = Folder(tmp_path)
    yield opened
    opened.close()


def in_pieces(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


def events_of(folder: Folder, content: bytes, size: int = 1_000_000) -> list[Event]:
    stream = EventStream(folder.begin, Prose(folder.begin))
    events = [event for piece in in_pieces(content, size) for event in stream.feed(piece)]
    return [*events, *stream.finish()]


def told(events: list[Event]) -> list[tuple[str, object]]:
    return [(event.name, event.document.value) for event in events]


@given(
    contents=st.lists(
        st.tuples(st.sampled_from(["", "a.b", "error"]), st.dictionaries(st.text(), st.text())), max_size=5
    ),
    end=st.sampled_from(["\n", "\r", "\r\n"]),
    blank=st.booleans(),
    size=st.integers(1, 400),
    pretty=st.booleans(),
    noise=st.booleans(),
)
def test_every_event_comes_out_whatever_the_chunks_and_line_ends(
    contents: list[tuple[str, dict[str, str]]], end: str, *, blank: bool, size: int, pretty: bool, noise: bool
) -> None:
    text = ""
    for name, data in contents:
        lines = json.dumps(data, ensure_ascii=False, indent=1 if pretty else None).split("\n")
        text += ": keep-alive\n\nid: 3\nretry: 10\nstrange\n" if noise else ""
        text += f"event:{' ' if blank else ''}{name}\n" if name else ""
        text += "".join(f"data:{' ' if blank else ''}{line}\n" for line in lines) + "\n"
    with TemporaryDirectory() as path:
        events = events_of(Folder(Path(path)), text.replace("\n", end).encode(), size)
    assert told(events) == [(name, data) for name, data in contents]


@pytest.mark.parametrize("size", [1, 2, 3, 100, 10_000])
@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_pictures_in_events_come_out_whole(folder: Folder, size: int, end: bytes) -> None:
    event = f'event: image_edit.completed\ndata: {{"type":"image_edit.completed","b64_json":"{ENCODED}","猫":"🐈"}}\n\n'
    events = events_of(folder, (event * 3).encode().replace(b"\n", end), size)
    assert told(events) == [("image_edit.completed", {"type": "image_edit.completed", "b64_json": 0, "猫": "🐈"})] * 3
    assert [event.document.pictures[0].path.read_bytes() for event in events] == [PICTURE] * 3


def test_data_over_several_lines_is_one_document(folder: Folder) -> None:
    text = f'data: {{"a":\ndata:1,\ndata\ndata: "b64_json": "{ENCODED}"}}\n\n'
    (event,) = events_of(folder, text.encode())
    assert event.document.value == {"a": 1, "b64_json": 0}


def test_a_name_does_not_outlive_its_event_and_done_is_no_json(folder: Folder) -> None:
    events = events_of(folder, b'event: one\n\ndata: {}\n\ndata: [DONE]\n\nevent: last\ndata: {"x": 1}')
    assert [(event.name, event.document.value, event.document.problem) for event in events] == [
        ("", {}, None),
        ("", None, "malformed"),
        ("last", {"x": 1}, None),
    ]


def test_a_comment_without_end_is_not_kept(folder: Folder) -> None:
    stream = EventStream(folder.begin, Prose(folder.begin))
    for _ in range(1_000):
        assert stream.feed(b": " + b"x" * 10_000) == []
    assert stream.feed(b"\ndata: {}\n\n")[0].document.value == {}


# -- what a body is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content_type", ["application/json", "text/event-stream; charset=utf-8", "", "text/plain"])
@pytest.mark.parametrize("lead", [b"", b"\n \r\n\t" * 50, b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_json_is_told_by_its_first_byte(folder: Folder, content_type: str, lead: bytes, size: int) -> None:
    body = Body(content_type, folder.begin)
    events = [event for piece in in_pieces(lead + b'{"data": []}', size) for event in body.feed(piece)]
    assert events == []
    assert body.is_plain
    (event,) = body.finish()
    assert event.document.value == {"data": []}


@pytest.mark.parametrize("content_type", ["application/json", "text/event-stream", "", "text/plain"])
@pytest.mark.parametrize(
    "start", [b"data: {}\n\n", b"event: x\ndata: {}\n\n", b": hi\n\ndata:{}\n\n", b"id: 1\ndata:{}\n\n"]
)
@pytest.mark.parametrize("size", [1, 4, 1000])
def test_a_stream_is_told_by_its_first_field(folder: Folder, content_type: str, start: bytes, size: int) -> None:
    body = Body(content_type, folder.begin)
    events = [event for piece in in_pieces(b"\n\n" + start, size) for event in body.feed(piece)]
    assert body.is_stream
    assert [event.document.value for event in [*events, *body.finish()]] == [{}]


PICTURES = [
    b"\x89PNG\r\n\x1a\n" + bytes(100),
    b"\xff\xd8\xff\xe0" + bytes(100),
    b"RIFF\x6c\x00\x00\x00WEBP" + b'"data: {}\n\n' * 9,
]


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("content_type", ["image/png", "application/json", "text/event-stream", ""])
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_picture_without_any_document_is_told_by_its_first_bytes(
    folder: Folder, content_type: str, picture: bytes, size: int
) -> None:
    body = Body(content_type, folder.begin)
    assert [event for piece in in_pieces(picture, size) for event in body.feed(piece)] == []
    (event,) = body.finish()
    assert not body.is_stream
    assert [file.path.read_bytes() for file in event.document.pictures] == [picture]
    assert event.document.problem is None


def test_a_picture_without_any_document_that_is_cut_is_none(folder: Folder) -> None:
    body = Body("image/png", folder.begin)
    body.feed(PICTURES[0])
    (event,) = body.finish(is_whole=False)
    assert event.document.pictures == ()
    assert event.document.problem is not None


def test_a_picture_without_any_document_that_is_too_big_is_spoiled(folder: Folder) -> None:
    body = Body("image/png", folder.begin)
    body.feed(PICTURES[0])
    for _ in range(3):
        body.feed(bytes(50_000))
    (event,) = body.finish()
    assert (event.document.pictures, event.document.spoiled) == ((), 1)
    assert not folder.opened[0].path.exists()


@pytest.mark.parametrize("content", [b"RIFF", b"RIFF and raff are two words", b"\x89PN", b"\xff\xd8"])
def test_what_only_begins_like_a_picture_is_none(folder: Folder, content: bytes) -> None:
    body = Body("image/png", folder.begin)
    events = [*body.feed(content), *body.finish()]
    assert [event.document.problem for event in events] == ["malformed"]
    assert folder.opened == []


@pytest.mark.parametrize("content", [b"<!doctype html><title>x</title>", b"ok", b"error code: 524", b"d", b"event"])
def test_anything_else_is_kept_as_text(folder: Folder, content: bytes) -> None:
    body = Body("text/html", folder.begin)
    events = [*body.feed(content), *body.finish()]
    assert [(event.document.problem, event.document.text) for event in events] == [("malformed", content.decode())]


def test_nothing_at_all_is_an_empty_document(folder: Folder) -> None:
    body = Body("application/json", folder.begin)
    assert body.feed(b"  \n") == []
    assert not body.is_plain
    assert [event.document.problem for event in body.finish()] == ["empty"]
    assert body.received_bytes == 3
