"""What one call has brought so far: pictures kept on disk, previews shown, addresses to fetch, usage, and errors."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from bot.errors import EaselError, FetchFailed
from bot.gateways.decoder import Document
from bot.gateways.error_body import GatewayError, error_in
from bot.gateways.json_shape import items, members, text
from bot.gateways.picture_file import ARRIVING, PictureFile, settle_all
from bot.gateways.sse import Event
from bot.gateways.usage import summed, usage_of
from bot.model import ReceivedFile, Scalar, Usage

MAX_PICTURE_BYTES: Final = 40_000_000
"""The largest picture kept; 3840x2160 RGBA without any compression has 33.2 million bytes."""

MOST_PICTURES: Final = 10
"""Pictures kept of one answer, however many were asked for: as many as one Discord message holds."""

log = structlog.stdlib.get_logger(__name__)

_ECHOED: Final = ("size", "quality", "background", "output_format", "model")
_MAX_REVISED_CHARS: Final = 4000


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
        self.errors: list[GatewayError] = []
        self.spoiled = 0
        self.text = ""  # the rest of the newest document, for when it is no JSON
        self.is_whole = False  # an answer, or a final event, came to its end
        self.events = 0
        self.usage: Usage | None = None
        self.revised_prompt: str | None = None
        self.echoed: dict[str, Scalar] = {}
        self.remotes: list[Remote] = []
        self.lost: list[FetchFailed] = []  # of the remotes
        self._folder, self._key, self._wanted, self._on_preview = folder, key, wanted, on_preview
        self._opened: list[PictureFile] = []
        self._files: dict[int, ReceivedFile] = {}
        self._numbered = 0

    @property
    def files(self) -> tuple[ReceivedFile, ...]:
        """Return the final pictures in the gateway's order."""
        return tuple(self._files[number] for number in sorted(self._files))

    @property
    def has_all(self) -> bool:
        """Tell whether as many pictures have come as were asked for."""
        return self._numbered >= self._wanted

    @property
    def progress(self) -> int:
        """Return a figure that grows whenever something useful arrives."""
        return self.events + sum(file.size_bytes for file in self._opened)

    def begin(self) -> PictureFile:
        """Open a file for a picture that begins to arrive."""
        path = self._folder / f"{self._key}-{len(self._opened) + 1}{ARRIVING}"
        file = PictureFile(path, max_bytes=MAX_PICTURE_BYTES)
        self._opened.append(file)
        return file

    async def take_answer(self, document: Document) -> None:
        """Keep what a plain document holds; pictures of one that is cut or no JSON count in order."""
        self._note(document)
        if document.problem is None:
            self.is_whole = True
            await self._keep(_entries(members(document.value)), document, MOST_PICTURES)
        else:
            await self._settle(document.pictures[:MOST_PICTURES])

    async def take_event(self, event: Event) -> None:
        """Keep what one event of a stream holds: a preview, a final picture, an error, or nothing we know."""
        value = members(event.document.value)
        kind = text(value.get("type")) or event.name
        self._note(event.document)
        if event.document.problem is not None:
            # The stream broke off within the event; its picture is whole, and its name says it was the last word.
            await self._settle(event.document.pictures[:1] if event.name.endswith(".completed") else ())
        elif kind.endswith(".partial_image") or "partial_image_index" in value or "partial_image_b64" in value:
            await self._preview(event.document)
        elif "data" in value or not kind or kind.endswith((".completed", ".result")):
            self.events += 1
            self.is_whole = True
            await self._keep(_entries(value), event.document, self._wanted)

    async def take_remote(self, number: int, file: PictureFile) -> None:
        """Keep a picture that was fetched; the file is closed."""
        await self._settle_as([(number, file)])

    async def clear(self) -> None:
        """Remove what never became final, previews included, even where the wait for it is cancelled."""
        useless = [file for file in self._opened if not file.is_kept]
        if useless:  # in a thread: taking 18 MB out of the page cache would stall the loop
            await asyncio.to_thread(_discard_all, useless)

    def _note(self, document: Document) -> None:
        self.text, self.spoiled = document.text, self.spoiled + document.spoiled
        value = members(document.value)
        if error := error_in(value):
            self.errors.append(error)
        self.usage = summed(filter(None, (self.usage, usage_of(value.get("usage")))))
        for name in _ECHOED:
            if isinstance(found := value.get(name), str) and found:
                self.echoed[name] = found[:100]

    async def _keep(self, entries: Iterable[object], document: Document, most: int) -> None:
        left = dict(enumerate(document.pictures))
        whole = list[tuple[int, PictureFile]]()
        for entry in entries:
            if self._numbered >= most:
                break
            found = _source_of(entry, left)
            if found is None:
                continue
            self._numbered += 1
            if isinstance(found, str):
                self.remotes.append(Remote(url=found, number=self._numbered))
            else:
                whole.append((self._numbered, found))
            self.revised_prompt = self.revised_prompt or _revised(entry)
        await self._settle_as(whole)

    async def _settle(self, pictures: Iterable[PictureFile]) -> None:
        numbered = list(enumerate(pictures, self._numbered + 1))
        self._numbered += len(numbered)
        await self._settle_as(numbered)

    async def _settle_as(self, numbered: list[tuple[int, PictureFile]]) -> None:
        if not numbered:
            return
        for _, file in numbered:
            file.is_kept = True  # before the thread begins: what it renames must survive a cancelled wait
        pairs = [(file, self._folder / f"{self._key}-{number}.part") for number, file in numbered]
        settled = await asyncio.to_thread(settle_all, pairs)
        self._files.update(zip((number for number, _ in numbered), settled, strict=True))

    async def _preview(self, document: Document) -> None:
        for file in document.pictures[:1]:
            self.events += 1
            shown = file.path.with_suffix(".preview")
            file.path.replace(shown)
            file.path = shown
            try:
                await self._on_preview(shown)
            except (EaselError, OSError) as error:  # a preview that cannot be shown must not cost the picture
                log.warning("a preview could not be shown", error=type(error).__name__)


def _discard_all(files: Iterable[PictureFile]) -> None:
    for file in files:
        file.discard()


def _entries(value: object) -> Iterable[object]:
    """Return where the pictures of an answer stand: in `data`, in `images`, or in the document itself."""
    said = members(value)
    return items(said.get("data")) or items(said.get("images")) or [said.get("data") or said]


def _source_of(entry: object, left: dict[int, PictureFile]) -> PictureFile | str | None:
    """Return an entry's picture: its bytes before its address; each bytes once."""
    said = members(entry)
    for name in ("b64_json", "result", "url"):
        index = said.get(name)
        if isinstance(index, int) and not isinstance(index, bool) and index in left:
            return left.pop(index)
    named = [entry, said.get("url"), said.get("b64_json")]
    return next((one for one in map(text, named) if one.startswith(("https://", "http://", "/"))), None)


def _revised(entry: object) -> str | None:
    return text(members(entry).get("revised_prompt"))[:_MAX_REVISED_CHARS] or None
