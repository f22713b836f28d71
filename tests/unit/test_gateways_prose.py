"""Pictures within what a model wrote: decoded whatever the pieces, and nothing but words is left."""

import base64
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, strategies as st

from bot.gateways.picture_file import PictureFile
from bot.gateways.picture_text import plainer
from bot.gateways.prose import MAX_BEGUN, MAX_WORDS_BYTES, Prose

PICTURE = bytes(range(256)) * 2
ENCODED = base64.b64encode(PICTURE).decode()
WORDS = "Here is 一只猫 🐱:\n"
MARKDOWN = f"{WORDS}![a cat](data:image/png;base64,{ENCODED}) Enjoy!"


class Folder:
    """Opens numbered files, as a call does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: list[PictureFile] = []

    def begin(self) -> PictureFile:
        file = PictureFile(self.path / f"{len(self.opened)}.arriving", max_bytes=100_000)
        self.opened.append(file)
        return file

    def read(self, *raw: bytes, is_whole: bool = True) -> Prose:
        prose = Prose(self.begin)
        for piece in raw:
            prose.feed(plainer(piece))
        prose.finish(is_whole=is_whole)
        return prose


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    opened = Folder(tmp_path)
    yield opened
    for file in opened.opened:
        file.close()


def raw(text: str) -> bytes:
    """A text as it stands within a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1].encode()


def pictures(prose: Prose) -> list[bytes]:
    return [file.path.read_bytes() for file in prose.pictures]


@given(data=st.data())
def test_any_pieces_give_the_same_pictures_and_words(data: st.DataObject) -> None:
    text = raw(MARKDOWN * data.draw(st.integers(1, 3)))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    # A scanner never cuts an escape in two; the only one here is the line break.
    cuts = [cut for cut in cuts if text[cut - 1 : cut] != b"\\"]
    with TemporaryDirectory() as path:
        folder = Folder(Path(path))
        prose = folder.read(*(text[start:stop] for start, stop in pairwise([0, *cuts, len(text)])))
        assert pictures(prose) == [PICTURE] * text.count(b"data:image")
        assert prose.words == MARKDOWN.replace(f"data:image/png;base64,{ENCODED}", "") * text.count(b"data:image")
        assert prose.spoiled == 0


def test_one_character_at_a_time(folder: Folder) -> None:
    text = raw(MARKDOWN).replace(rb"\n", b" ")
    prose = folder.read(*(bytes([byte]) for byte in text))
    assert pictures(prose) == [PICTURE]


def test_escaped_slashes_and_signs(folder: Folder) -> None:
    text = raw(MARKDOWN).replace(b"/", rb"\/").replace(b"+", rb"\u002B").replace(b"=", rb"\u003d")
    assert pictures(folder.read(text)) == [PICTURE]


@pytest.mark.parametrize(
    ("raw_text", "text"),
    [
        (rb"a\/b", b"a/b"),
        (rb"a\\/b", rb"a\\/b"),
        (rb"\u0021\u005b\u0064ata\u003a", b"![data:"),
        (rb"\u0022\u005c\u000a\u0020\u007f", rb"\u0022\u005c\u000a \u007f"),
        (rb"\\u0021\u0021", rb"\\u0021!"),
        (rb"\ud83d\n", rb"\ud83d\n"),
    ],
)
def test_only_what_hides_plain_characters_is_undone(raw_text: bytes, text: bytes) -> None:
    assert plainer(raw_text) == text
    assert json.loads(b'"' + plainer(raw_text) + b'"') == json.loads(b'"' + raw_text + b'"')


def test_a_bare_address_ends_with_the_text(folder: Folder) -> None:
    assert pictures(folder.read(raw(f"data:image/webp;base64,{ENCODED}"))) == [PICTURE]


def test_a_picture_that_still_runs_when_the_answer_breaks_off_is_none(folder: Folder) -> None:
    prose = folder.read(raw(f"![](data:image/png;base64,{ENCODED}"), is_whole=False)
    assert pictures(prose) == []
    assert prose.is_open


def test_a_whole_picture_counts_though_the_answer_breaks_off_later(folder: Folder) -> None:
    prose = folder.read(raw(f"{MARKDOWN} and ![](data:image/png;base64,{ENCODED[:40]}"), is_whole=False)
    assert pictures(prose) == [PICTURE]


def in_lines(columns: int, end: str) -> str:
    return end.join(ENCODED[at : at + columns] for at in range(0, len(ENCODED), columns))


@pytest.mark.parametrize("around", ["![a cat](", "<img src='", '<img src="', "![a cat](<"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("columns", [4, 64, 76])
@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_line_breaks_within_a_picture_do_not_end_it(
    folder: Folder, around: str, end: str, columns: int, size: int
) -> None:
    text = f"{around}data:image/png;base64,{end}{in_lines(columns, end)}{end}) and more"
    atoms = re.findall(rb"\\.|[^\\]", raw(text))
    prose = folder.read(*(b"".join(atoms[at : at + size]) for at in range(0, len(atoms), size)))
    assert pictures(prose) == [PICTURE]
    assert prose.words.startswith(around)
    assert prose.words.endswith(") and more")
    assert prose.spoiled == 0


def test_long_lines_and_a_second_picture_behind_them(folder: Folder) -> None:
    picture = bytes(range(256)) * 40
    encoded = base64.b64encode(picture).decode()
    text = f"![](data:image/png;base64,{encoded[:2000]}\n{encoded[2000:]}) {MARKDOWN}"
    assert pictures(folder.read(raw(text))) == [picture, PICTURE]


def test_a_line_break_ends_an_address_that_stands_alone(folder: Folder) -> None:
    whole = base64.b64encode(PICTURE[:510]).decode()  # without padding
    prose = folder.read(raw(f"Here:\ndata:image/png;base64,{whole}\nEnjoy"))
    assert pictures(prose) == [PICTURE[:510]]
    assert prose.words == "Here:\n\nEnjoy"


@pytest.mark.parametrize("size", [1, 10_000])
def test_padding_ends_a_picture_in_lines(folder: Folder, size: int) -> None:
    start = b"\xff\xd8\xff\xe0" + bytes(100)
    atoms = re.findall(rb"\\.|[^\\]", raw(base64.b64encode(start).decode() + "\nEnjoy"))
    prose = folder.read(*(b"".join(atoms[at : at + size]) for at in range(0, len(atoms), size)))
    assert pictures(prose) == [start]
    assert prose.words == "\nEnjoy"


STARTS = [b"\x89PNG\r\n\x1a\n\x00", b"\xff\xd8\xff\xe0", b"RIFF\x6c\x00\x00\x00WEBP"]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_nothing_but_the_base64_of_a_picture_is_one(folder: Folder, start: bytes, size: int) -> None:
    text = base64.b64encode(start + PICTURE)
    prose = folder.read(*(text[at : at + size] for at in range(0, len(text), size)))
    assert pictures(prose) == [start + PICTURE]
    assert prose.words == ""


@pytest.mark.parametrize("text", ["iVBOR is how it begins", "/9j", "/", f"Here: iVBORw0KGgo{ENCODED}", ENCODED])
def test_base64_that_is_no_picture_or_does_not_stand_first_is_a_text(folder: Folder, text: str) -> None:
    prose = folder.read(raw(text))
    assert prose.words == text
    assert folder.opened == []


@pytest.mark.parametrize(
    "text",
    [
        "Use data:image/png;base64,... in your page.",
        "a data:image that is none",
        "data:image/png;base64,",
        "data:image/png,plain",
        "data:image/" + "x" * 300 + ";base64," + ENCODED,
        "da",
        "d",
    ],
)
def test_a_text_that_speaks_of_data_addresses_holds_no_picture(folder: Folder, text: str) -> None:
    prose = folder.read(raw(text))
    assert pictures(prose) == []
    assert prose.spoiled == 0
    assert not any(file.path.exists() for file in folder.opened)


def test_spoiled_base64_is_read_past_and_the_next_picture_counts(folder: Folder) -> None:
    spoiled = ENCODED[:101]  # one character alone holds six bits
    prose = folder.read(raw(f"![](data:image/png;base64,{spoiled}) and {MARKDOWN}"))
    assert prose.spoiled == 1
    assert pictures(prose) == [PICTURE]


def test_a_picture_past_the_bound_is_spoiled(folder: Folder) -> None:
    big = base64.b64encode(bytes(120_000)).decode()
    prose = folder.read(raw(f"![](data:image/png;base64,{big}) {MARKDOWN}"))
    assert prose.spoiled == 1
    assert pictures(prose) == [PICTURE]


def test_words_are_bounded(folder: Folder) -> None:
    prose = folder.read(*[b"word " * 1000] * 100)
    assert len(prose.words) == MAX_WORDS_BYTES


def test_a_surrogate_pair_that_two_pieces_share_is_one_character(folder: Folder) -> None:
    assert folder.read(rb"\ud83d", rb"\udc31").words == "🐱"


@pytest.mark.parametrize(
    "atom",
    ["data:image/png;base64,", "data:image/png;base64,AAAA)", "(data:image/png;base64,AA\\n", "![](", "\\\\", "d"],
)
def test_a_text_full_of_beginnings_opens_few_files_and_is_soon_read(folder: Folder, atom: str) -> None:
    piece = (atom * (1 << 19))[: 1 << 19].encode()
    folder.read(*[piece] * 8)
    assert len(folder.opened) <= MAX_BEGUN
