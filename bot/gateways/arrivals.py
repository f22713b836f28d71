"""What one call has brought so far: pictures kept on disk, previews shown, addresses to fetch, usage, and errors."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from bot.errors import EaselError, FetchFailed
from bot.gateways.decoder import MIN_BASE64_CHARS, Document
from bot.gateways.error_body import GatewayError
from bot.gateways.json_shape import members, text
from bot.gateways.picture_file import ARRIVING, PictureFile, settle_all
from bot.gateways.prose import Prose
from bot.gateways.shapes import Kind, Said, links_in, picture_in, read, without_pictures
from bot.gateways.sse import Event
from bot.gateways.usage import summed, usage_in
from bot.model import ReceivedFile, Scalar, Usage

MAX_PICTURE_BYTES: Final = 40_000_000
"""The largest picture kept; 3840x2160 RGBA without any compression has 33.2 million bytes."""

MOST_PICTURES: Final = 10
"""Pictures kept of one answer, however many were asked for: as many as one Discord message holds."""

MOST_PREVIEWS: Final = 30
"""Previews shown of one answer: ten pictures with three each, the most that the Images API makes."""

MAX_WORDS_CHARS: Final = 64 << 10
"""How much of a model's refusal is remembered; Discord shows 2,000 characters of it at the most."""

log = structlog.stdlib.get_logger(__name__)

_ECHOED: Final = ("size", "quality", "background", "output_format", "model")
_MAX_REVISED_CHARS: Final = 4000
_SAFE_ID: Final = re.compile(r"[\w.:=-]{1,200}", re.ASCII)  # it is stored, and sent with the next turn
_MAX_EVENT_CHARS: Final = 60
_DONE: Final = "[DONE]"
_NOT_FINAL: Final = re.compile(r"partial_image(?!s\b)(?!\w*\"\s*:\s*null)|image_mask")
"""What an event that is cut says where its picture is a preview, or what was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A picture that the gateway only named: its address, and its number in the gateway's order."""

    url: str
    number: int


class Arrivals:
    """Keeps what comes of one call in `folder`: `<key>-<n>.part` once a picture is whole, durable and final.

    `progress` grows with every useful event and every byte of a picture. `clear` removes whatever is not final;
    pictures that are stay, whatever happens afterwards.
    """

    def __init__(self, folder: Path, key: str, *, wanted: int, on_preview: Callable[[Path], Awaitable[None]]) -> None:
        self.errors: tuple[GatewayError, ...] = ()  # the first, which nobody needs more than
        self.spoiled = 0
        self.text = ""  # the rest of the newest document, for when it is no JSON
        self.is_whole = False  # an answer, or a final event, came to its end
        self.is_done = False  # nothing more is to be expected of a stream
        self.words = ""  # what a model wrote, without the pictures in it, once nothing more comes
        self.response_id: str | None = None
        self.events = 0
        self.has_preview = False  # so that painting had begun
        self.event = ""  # the kind of the last one that held a picture
        self.usage: Usage | None = None
        self.revised_prompt: str | None = None
        self.echoed: dict[str, Scalar] = {}
        self.remotes: list[Remote] = []
        self.lost: list[FetchFailed] = []  # of the remotes
        self._folder, self._key, self._wanted, self._on_preview = folder, key, wanted, on_preview
        self._opened: dict[PictureFile, None] = {}
        self._begun = 0
        self._dropped_bytes = 0  # of files that were opened and are gone
        self._shown = set[PictureFile]()  # previews
        self._files: dict[int, ReceivedFile] = {}
        self._hashes = set[str]()
        self._has_parts = False  # such a stream ends by saying so
        self._numbered = 0
        self._told: list[str] = []  # the refusals among it
        self._told_chars = 0
        self._cut: list[PictureFile] = []  # whole pictures of events that were not
        self._unplaced: tuple[PictureFile, ...] = ()  # of a plain answer, whole, wherever they stood

    @property
    def files(self) -> tuple[ReceivedFile, ...]:
        """Return the final pictures in the gateway's order."""
        return tuple(self._files[number] for number in sorted(self._files))

    @property
    def progress(self) -> int:
        """Return a figure that grows whenever something useful arrives."""
        return self.events + self._dropped_bytes + sum(file.size_bytes for file in self._opened)

    def begin(self) -> PictureFile:
        """Open a file for a picture that begins to arrive."""
        path = self._folder / f"{self._key}-{self._begun + 1}{ARRIVING}"
        file = PictureFile(path, max_bytes=MAX_PICTURE_BYTES)
        self._begun, self._opened[file] = self._begun + 1, None
        return file

    async def take_answer(self, document: Document) -> None:
        """Keep what a plain document holds; pictures of one that is cut or no JSON count in order."""
        if document.problem is None:
            self.is_whole = True
            said = read("", document.value)
            # A response repeats what it was asked with, so that a mask may stand in it.
            self._unplaced = document.pictures if said.kind in {Kind.SHARE, Kind.PART} else ()
            await self._take(said, document, MOST_PICTURES)
        else:
            self._note_rest(document)
            await self._settle(document.pictures)

    async def take_event(self, event: Event) -> None:
        """Keep what one event of a stream holds: a preview, a picture, an error, or nothing we know.

        A picture in it that is none of those is removed at once: a stream may hold any number.
        """
        await self._read(event)
        kept = self._shown.union(self._cut)
        await self._drop([file for file in event.document.pictures if not file.is_kept and file not in kept])

    async def _read(self, event: Event) -> None:
        document = event.document
        if document.problem is not None:
            self._note_rest(document)
            if document.text.strip() == _DONE:
                self.is_done, self.is_whole = True, self.is_whole or self._has_parts
            elif event.name.endswith(".completed"):
                # The stream broke off within the event; its picture is whole, and its name says it was the last word.
                await self._settle(document.pictures[:1])
            elif not _NOT_FINAL.search(f"{event.name} {document.text}"):
                self._cut += document.pictures[: MOST_PICTURES - len(self._cut)]  # what follows comes first
            return
        said = read(event.name, document.value)
        if said.entries:
            self.event = (text(members(document.value).get("type")) or event.name)[:_MAX_EVENT_CHARS]
        if said.kind is Kind.PREVIEW:
            self._note_rest(document)
            await self._preview(document)
            return
        self.events += said.kind is not Kind.NOISE
        self._has_parts = self._has_parts or said.kind is Kind.PART
        self.is_whole = self.is_whole or said.is_whole
        await self._take(said, document, self._wanted if said.kind is Kind.SHARE else MOST_PICTURES)
        self.is_done = said.kind is Kind.LAST or (said.kind is Kind.SHARE and self._numbered >= self._wanted)

    async def take_prose(self, prose: Prose) -> None:
        """Keep the pictures of cut events and of what a model wrote, and its words, once nothing more comes."""
        prose.finish(is_whole=self.is_whole)
        self.spoiled += prose.spoiled
        for pictures in (self._cut, prose.pictures):
            await self._settle({file.sha256: file for file in pictures if file.sha256 not in self._hashes}.values())
        self.words = "".join(self._told) or without_pictures(prose.words)
        links = links_in(prose.words, is_all=not self._numbered) if self.is_whole else ()
        for link in links[: MOST_PICTURES - self._numbered]:
            self._numbered += 1
            self.remotes.append(Remote(url=link, number=self._numbered))

    async def take_unplaced(self) -> None:
        """Keep what stood where no gateway we know puts a picture, if nothing else came: it was paid for."""
        if not self._numbered and not self.errors:
            await self._settle(self._unplaced)

    async def take_remote(self, number: int, file: PictureFile) -> None:
        """Keep a picture that was fetched, unless its bytes came already; the file is closed."""
        if file.sha256 not in self._hashes:
            await self._settle_as([(number, file)])

    async def clear(self) -> None:
        """Remove what never became final, previews included, even where the wait for it is cancelled."""
        await self._drop([file for file in self._opened if not file.is_kept])

    async def _drop(self, useless: Sequence[PictureFile]) -> None:
        for file in useless:
            self._dropped_bytes += file.size_bytes
            self._opened.pop(file, None)
        if useless:  # in a thread: taking 18 MB out of the page cache would stall the loop
            await asyncio.to_thread(_discard_all, useless)

    async def _take(self, said: Said, document: Document, most: int) -> None:
        self._note_rest(document)
        self.errors = self.errors or said.errors[:1]
        if said.words and self._told_chars < MAX_WORDS_CHARS:
            self._told.append(said.words[: MAX_WORDS_CHARS - self._told_chars])
            self._told_chars += len(self._told[-1])
        if self.response_id is None and _SAFE_ID.fullmatch(said.response_id):
            self.response_id = said.response_id
        usage = usage_in(said.usage)
        self.usage = usage or self.usage if said.counts_up else summed(filter(None, (self.usage, usage)))
        self._note_echoes(said.usage)
        await self._keep(said, document, most)

    def _note_rest(self, document: Document) -> None:
        self.text, self.spoiled = document.text, self.spoiled + document.spoiled

    def _note_echoes(self, source: object) -> None:
        for name in _ECHOED:
            if found := text(members(source).get(name)):
                self.echoed[name] = found[:100]

    async def _keep(self, said: Said, document: Document, most: int) -> None:
        left = dict(enumerate(document.pictures))
        whole = list[tuple[int, PictureFile]]()
        for entry in said.entries:
            found = picture_in(entry, left) if self._numbered < most else None
            file = left.pop(found) if isinstance(found, int) else None
            self.spoiled += found is None and _is_spoiled(entry)
            if found is None or (file is not None and said.repeats and file.sha256 in self._hashes):
                continue
            self._numbered += 1
            if file is not None:
                whole.append((self._numbered, file))
                self._hashes.add(file.sha256)
            else:
                self.remotes.append(Remote(url=str(found), number=self._numbered))
            self._note_echoes(entry)
            self.revised_prompt = self.revised_prompt or _revised(entry)
        await self._settle_as(whole)

    async def _settle(self, pictures: Iterable[PictureFile]) -> None:
        room = max(0, MOST_PICTURES - self._numbered)
        numbered = list(enumerate(list(pictures)[:room], self._numbered + 1))
        self._numbered += len(numbered)
        await self._settle_as(numbered)

    async def _settle_as(self, numbered: list[tuple[int, PictureFile]]) -> None:
        if not numbered:
            return
        for _, file in numbered:
            self._hashes.add(file.sha256)
            file.is_kept = True  # before the thread begins: what it renames must survive a cancelled wait
        pairs = [(file, self._folder / f"{self._key}-{number}.part") for number, file in numbered]
        settling = asyncio.create_task(asyncio.to_thread(settle_all, pairs))
        try:
            await asyncio.shield(settling)
        finally:  # a clock that runs out meanwhile takes no picture away that is whole
            self._files.update(zip((number for number, _ in numbered), await settling, strict=True))

    async def _preview(self, document: Document) -> None:
        for file in document.pictures[:1]:
            self.events += 1
            self.has_preview = True
            if len(self._shown) >= MOST_PREVIEWS:
                return
            self._shown.add(file)
            shown = file.path.with_suffix(".preview")
            try:
                file.path.replace(shown)
                file.path = shown
                await self._on_preview(shown)
            except (EaselError, OSError) as error:  # a preview that cannot be shown must not cost the picture
                log.warning("a preview could not be shown", error=type(error).__name__)


def _discard_all(files: Iterable[PictureFile]) -> None:
    for file in files:
        file.discard()


def _is_spoiled(entry: object) -> bool:
    """Tell whether a call's result is there and is no picture."""
    return len(text(members(entry).get("result"))) >= MIN_BASE64_CHARS


def _revised(entry: object) -> str | None:
    return text(members(entry).get("revised_prompt"))[:_MAX_REVISED_CHARS] or None
