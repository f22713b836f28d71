"""The incremental scanner against `json.loads`, whatever the chunks, and against what gateways get wrong."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, strategies as st

from bot.gateways.decoder import MAX_REST_BYTES, MAX_SPOILED, Document, Scanner
from bot.gateways.picture_file import PictureFile
from bot.gateways.prose import Prose

MAX_BYTES = 100_000
PICTURE = bytes(range(256)) * 3

Scan = Callable[..., Document]


class Folder:
    """Opens numbered files, as a call does, and closes what stays open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: list[PictureFile] = []

    def begin(self) -> PictureFile:
        file = PictureFile(self.path / f"{len(self.opened)}.arriving", max_bytes=MAX_BYTES)
        self.opened.append(file)
        return file

    def scan(self, *chunks: bytes) -> Document:
        scanner = Scanner(self.begin, Prose(self.begin))
        for chunk in chunks:
            scanner.feed(chunk)
        return scanner.finish()

    def close(self) -> None:
        for file in self.opened:
            file.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    opened = Folder(tmp_path)
    yield opened
    opened.close()


def pictures_of(document: Document) -> list[bytes]:
    return [file.path.read_bytes() for file in document.pictures]


def answer(text: str, key: str = '"b64_json"') -> bytes:
    return f'{{"created": 1, "data": [{{{key}: "{text}"}}], "usage": {{"total_tokens": 3}}}}'.encode()


ENCODED = base64.b64encode(PICTURE).decode()


def split(body: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    return [body[start:stop] for start, stop in pairwise(edges)]


# -- properties -----------------------------------------------------------------------------------------------------

texts = st.text(max_size=30)
scalars = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)
cuts = st.lists(st.integers(0, 10_000), max_size=12)
pictures = st.binary(min_size=30, max_size=400)


@given(document=values, cuts=cuts, pretty=st.booleans())
def test_a_document_without_pictures_is_what_json_says_it_is(document: object, cuts: list[int], pretty: bool) -> None:  # noqa: FBT001
    body = json.dumps(document, indent=2 if pretty else None, ensure_ascii=pretty).encode()
    with TemporaryDirectory() as path:
        found = Folder(Path(path)).scan(*split(body, cuts))
    assert found.problem is None
    assert found.value == json.loads(body)
    assert found.pictures == ()
    assert found.spoiled == 0


@given(
    contents=st.lists(pictures, min_size=1, max_size=3),
    before=values,
    after=values,
    cuts=cuts,
    key=st.sampled_from(["b64_json", "partial_image_b64", "result"]),
    style=st.sampled_from(["plain", "slashes", "escaped key", "all escaped"]),
)
def test_pictures_come_out_whole_whatever_the_chunks_and_escapes(
    contents: list[bytes], before: object, after: object, cuts: list[int], key: str, style: str
) -> None:
    entries = [{key: base64.b64encode(content).decode(), "n": index} for index, content in enumerate(contents)]
    text = json.dumps({"before": before, "data": entries, "after": after})
    if style == "slashes":
        for entry in entries:
            text = text.replace(str(entry[key]), str(entry[key]).replace("/", "\\/"))
    if style == "escaped key":
        text = text.replace(f'"{key}"', '"' + "".join(f"\\u{ord(letter):04x}" for letter in key) + '"')
    if style == "all escaped":
        for entry in entries:
            escaped = "".join(f"\\u{ord(letter):04X}" for letter in str(entry[key]))
            text = text.replace(str(entry[key]), escaped)
    assert json.loads(text)["data"] == entries
    with TemporaryDirectory() as path:
        folder = Folder(Path(path))
        found = folder.scan(*split(text.encode(), cuts))
        assert pictures_of(found) == contents
        assert [file.size_bytes for file in found.pictures] == [len(content) for content in contents]
        folder.close()
    assert found.value == {
        "before": before,
        "data": [{key: index, "n": index} for index in range(len(contents))],
        "after": after,
    }


words = st.text(alphabet='ab/\\" \u4e2d\n', min_size=1, max_size=700).map(lambda text: text + " ")


@given(key=st.sampled_from(["url", "result", "prompt"]), text=words, cuts=cuts, ascii_only=st.booleans())
def test_long_words_under_keys_of_pictures_stay_words(key: str, text: str, cuts: list[int], ascii_only: bool) -> None:  # noqa: FBT001
    body = json.dumps({key: text, "then": key}, ensure_ascii=ascii_only).encode()
    with TemporaryDirectory() as path:
        found = Folder(Path(path)).scan(*split(body, cuts))
    assert found.value == {key: text, "then": key}


@given(body=st.binary(max_size=300), cuts=cuts)
def test_no_bytes_at_all_raise_anything(body: bytes, cuts: list[int]) -> None:
    with TemporaryDirectory() as path:
        folder = Folder(Path(path))
        folder.scan(*split(body, cuts))
        folder.close()


@given(
    content=pictures,
    place=st.integers(0, 10_000),
    byte=st.integers(0, 255),
    cuts=cuts,
)
def test_a_changed_byte_never_yields_other_bytes_than_strict_decoding_does(
    content: bytes, place: int, byte: int, cuts: list[int]
) -> None:
    body = bytearray(answer(base64.b64encode(content).decode()))
    body[place % len(body)] = byte
    with TemporaryDirectory() as path:
        folder = Folder(Path(path))
        whole = folder.scan(bytes(body))
        pieces = folder.scan(*split(bytes(body), cuts))
        assert pictures_of(whole) == pictures_of(pieces)
        assert (whole.value, whole.problem, whole.spoiled) == (pieces.value, pieces.problem, pieces.spoiled)
        folder.close()


@given(content=pictures, length=st.integers(0, 10_000))
def test_a_truncated_document_keeps_only_whole_pictures(content: bytes, length: int) -> None:
    encoded = base64.b64encode(content).decode()
    body = answer(encoded)
    cut = body[: length % len(body)]
    with TemporaryDirectory() as path:
        folder = Folder(Path(path))
        found = folder.scan(cut)
        expected = [content] if f'{encoded}"'.encode() in cut else []
        assert pictures_of(found) == expected
        assert found.problem in {"empty", "malformed"}
        folder.close()


# -- what gateways do -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"data:image/png;base64,{ENCODED}", id="a data URL"),
        pytest.param(f"data:image\\/webp;base64,{ENCODED}", id="a data URL with escaped slashes"),
        pytest.param(ENCODED.replace("/", "_").replace("+", "-"), id="the URL-safe alphabet"),
        pytest.param("\\n".join(ENCODED[at : at + 76] for at in range(0, len(ENCODED), 76)), id="lines of 76"),
        pytest.param("\\r\\n".join(ENCODED[at : at + 10] for at in range(0, len(ENCODED), 10)), id="lines of 10"),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_other_ways_to_write_the_same_picture(folder: Folder, text: str, size: int) -> None:
    body = answer(text)
    found = folder.scan(*(body[at : at + size] for at in range(0, len(body), size)))
    assert pictures_of(found) == [PICTURE]
    assert found.spoiled == 0


@pytest.mark.parametrize("missing", [1, 2])
def test_padding_that_was_left_out_is_put_back(folder: Folder, missing: int) -> None:
    content = PICTURE + b"x" * (3 - missing)
    found = folder.scan(answer(base64.b64encode(content).decode().rstrip("=")))
    assert pictures_of(found) == [content]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ENCODED + "A", id="4n+1 characters"),
        pytest.param("%%" + ENCODED, id="garbage at the start"),
        pytest.param(ENCODED[:500] + "é" + ENCODED[500:], id="a character outside ASCII"),
        pytest.param(ENCODED[:500] + "====" + ENCODED[500:], id="padding inside"),
        pytest.param(ENCODED[:500] + '\\"' + ENCODED[500:], id="an escaped quote"),
        pytest.param(ENCODED[:500] + "\\\\/" + ENCODED[500:], id="an escaped backslash"),
        pytest.param(ENCODED[:500] + "\\u4e2d" + ENCODED[500:], id="an escaped character outside base64"),
        pytest.param(ENCODED + ENCODED[:8] + "=A==", id="padding, then more"),
        pytest.param("A" * (MAX_BYTES * 4 // 3 + 8), id="a picture too big"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1_000_000])
def test_a_text_that_is_no_picture_is_spoiled_and_the_rest_survives(folder: Folder, text: str, size: int) -> None:
    if len(text) > MAX_BYTES and size < 1000:
        size = 4_000
    body = answer(text).replace(b"}]", b'}, {"b64_json": "' + ENCODED.encode() + b'"}]')
    found = folder.scan(*(body[at : at + size] for at in range(0, len(body), size)))
    assert found.problem is None
    assert found.spoiled == 1
    assert found.value == {"created": 1, "data": [{"b64_json": None}, {"b64_json": 0}], "usage": {"total_tokens": 3}}
    assert pictures_of(found) == [PICTURE]
    left = {path.name for path in folder.path.iterdir()}
    assert left == {found.pictures[0].path.name}


def test_padding_split_from_what_follows_is_still_refused(folder: Folder) -> None:
    padded = base64.b64encode(PICTURE + b"x").decode()
    body = answer(padded + ENCODED)
    middle = body.index(b"=") + 2
    assert folder.scan(body[:middle], body[middle:]).spoiled == 1


@pytest.mark.parametrize("value", ["", "null", "success", "QUJD", "https://example.com/picture.png?sig=1"])
@pytest.mark.parametrize("key", ["b64_json", "result", "url", "partial_image_b64"])
def test_short_texts_and_addresses_stay_what_they_are(folder: Folder, key: str, value: str) -> None:
    body = json.dumps({key: value, "more": [{key: None}]}).encode()
    for size in (1, 5, 1000):
        found = folder.scan(*(body[at : at + size] for at in range(0, len(body), size)))
        assert found.value == {key: value, "more": [{key: None}]}
        assert found.spoiled == 0


def test_a_long_address_and_long_words_are_no_pictures(folder: Folder) -> None:
    address = "https://cdn.example.com/" + "a" * 3000 + ".png?token=" + "b" * 500
    words = "The upstream said no, because " * 40
    document = {"url": address, "b64_json": address, "result": words, "prompt": '"b64_json": "' + ENCODED + '"'}
    body = json.dumps(document).encode()
    for size in (1, 511, 512, 513, 100_000):
        found = folder.scan(*(body[at : at + size] for at in range(0, len(body), size)))
        assert found.value == document
        assert found.pictures == ()


def test_a_data_url_that_is_no_base64_stays_text(folder: Folder) -> None:
    document = {"url": "data:image/svg+xml,<svg>" + "x" * 100, "b64_json": "data:" + "y" * 2000}
    found = folder.scan(json.dumps(document).encode())
    assert found.value == document


def test_the_hash_is_that_of_the_file(folder: Folder, tmp_path: Path) -> None:
    file = folder.scan(answer(ENCODED)).pictures[0]
    received = file.settle(tmp_path / "K-1.part")
    assert received.path.read_bytes() == PICTURE
    assert (received.sha256, received.size_bytes) == (hashlib.sha256(PICTURE).hexdigest(), len(PICTURE))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1" * 5000])
def test_numbers_without_bound_become_nothing_and_cost_no_picture(folder: Folder, number: str) -> None:
    found = folder.scan(answer(ENCODED).replace(b"3}", number.encode() + b"}"))
    assert found.problem is None
    assert found.value == {"created": 1, "data": [{"b64_json": 0}], "usage": {"total_tokens": None}}
    assert pictures_of(found) == [PICTURE]


def test_nesting_deeper_than_recursion_is_named_and_the_picture_kept(folder: Folder) -> None:
    found = folder.scan(b'{"b64_json": "' + ENCODED.encode() + b'", "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}")
    assert (found.value, found.problem) == (None, "deep")
    assert pictures_of(found) == [PICTURE]


def test_the_rest_is_bounded_and_the_picture_kept(folder: Folder) -> None:
    padding = b'"' + b"x" * MAX_REST_BYTES + b'"'
    found = folder.scan(b'{"padding": ' + padding + b', "b64_json": "' + ENCODED.encode() + b'"}')
    assert (found.value, found.problem) == (None, "long")
    assert len(found.text) <= MAX_REST_BYTES
    assert pictures_of(found) == [PICTURE]


def test_pictures_beyond_every_count_are_read_past(folder: Folder) -> None:
    entries = ", ".join([f'{{"b64_json": "{ENCODED}"}}'] * 70)
    found = folder.scan(f"[{entries}]".encode())
    assert len(found.pictures) == 64
    assert found.spoiled == 6


@pytest.mark.parametrize(
    ("body", "problem"), [(b"", "empty"), (b" \n\t", "empty"), (b"<html>", "malformed"), (b'{"a": "x', "malformed")]
)
def test_what_is_no_json_is_named(folder: Folder, body: bytes, problem: str) -> None:
    found = folder.scan(body)
    assert (found.value, found.problem) == (None, problem)
    assert found.text == body.decode()


def test_texts_that_are_no_pictures_open_few_files(folder: Folder) -> None:
    entry = b'{"b64_json":"%s%%"},' % (b"A" * 48)
    document = folder.scan(b'{"data":[' + entry * 5000 + b"{}]}")
    assert document.spoiled == 5000
    assert len(folder.opened) <= MAX_SPOILED


# -- lists of texts ---------------------------------------------------------------------------------------------------

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + PICTURE).decode()


@pytest.mark.parametrize("key", ["data", "images"])
@pytest.mark.parametrize("space", ["", " ", "\n  "])
def test_pictures_that_are_nothing_but_texts_in_a_list_come_out(folder: Folder, key: str, space: str) -> None:
    listed = f",{space}".join([f'"{PNG}"', f'"data:image/png;base64,{ENCODED}"', '"a word"', f'"{PNG}"'])
    document = folder.scan(f'{{"{key}":{space}[{space}{listed}{space}], "model": "{PNG}"}}'.encode())
    assert document.value == {key: [0, 1, "a word", 2], "model": PNG}
    assert len(pictures_of(document)) == 3
    assert pictures_of(document)[1] == PICTURE


@pytest.mark.parametrize(
    "text",
    [
        f'{{"data": ["{ENCODED}"]}}',
        f'{{"tags": ["{PNG}"]}}',
        f'{{"data": ["x", {{"model": "{PNG}"}}], "more": "{PNG}"}}',
        f'["{PNG}"]',
    ],
)
def test_texts_in_a_list_that_need_not_be_pictures_stay(folder: Folder, text: str) -> None:
    document = folder.scan(text.encode())
    assert document.value == json.loads(text)
    assert document.pictures == ()
