"""Pictures made to fit a place's upload limit, as files to attach, with a note where that changed them."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.delivery.cards import MAX_FILES, Card, PictureFile, lines
from bot.delivery.quoting import alt_text, file_name
from bot.delivery.results import Fit, version_name
from bot.delivery.sentences import Say
from bot.delivery.services import Services
from bot.delivery.words import Raw, Words
from bot.errors import Corrupt, PictureRejected
from bot.imaging import Fitted, file_suffix
from bot.model import Failure, Picture, Reason
from bot.orders.gallery import Result


class Fitting:
    """Fits pictures; copies live in a folder of their own for as long as they are being sent."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @asynccontextmanager
    async def of_result(self, words: Words, result: Result, limit_bytes: int) -> AsyncGenerator[tuple[Fit, ...], None]:
        """Fit an order's pictures, as many as one message holds; the files are valid inside the context."""
        options = result.order.resolved
        spoiler = bool(options and options.spoiler)
        with tempfile.TemporaryDirectory(dir=self._services.scratch) as folder:
            yield tuple(
                [
                    await self._fit(words, picture, version_name(result, picture), Path(folder), (limit_bytes, spoiler))
                    for picture in result.pictures[:MAX_FILES]
                ]
            )

    @asynccontextmanager
    async def original(
        self, words: Words, picture: Picture, path: Path, limit_bytes: int
    ) -> AsyncGenerator[Card, None]:
        """Make the card with a picture's stored bytes, or with a copy where they are over the limit."""
        named = Raw(f"`{picture.id}`")
        with tempfile.TemporaryDirectory(dir=self._services.scratch) as folder:
            fitted = await self._fitted(picture, path, Path(folder), limit_bytes)
            size_bytes = picture.blob.size_bytes
            told = (
                words.say(Say.ORIGINAL_AS_IT_CAME, picture=named)
                if fitted.is_original
                else words.say(Say.ORIGINAL_TOO_BIG, picture=named, size_bytes=size_bytes, limit_bytes=limit_bytes)
            )
            yield Card(content=lines([told]), files=(_file(picture, fitted, spoiler=False),))

    async def _fit(self, words: Words, picture: Picture, name: Raw, folder: Path, place: tuple[int, bool]) -> Fit:
        limit_bytes, spoiler = place
        try:
            path = await self._services.desk.gallery.path(picture)
            fitted = await self._fitted(picture, path, folder, limit_bytes)
        except PictureRejected:
            return Fit(picture=picture, file=None, note=words.say(Say.HELD_BACK, name=name, limit_bytes=limit_bytes))
        except Corrupt:
            return Fit(picture=picture, file=None, note=words.failure(Failure(reason=Reason.STORED_FILE_LOST)))
        note = None if fitted.is_original else _note(words, name, fitted, limit_bytes)
        return Fit(picture=picture, file=_file(picture, fitted, spoiler=spoiler), note=note)

    async def _fitted(self, picture: Picture, path: Path, folder: Path, limit_bytes: int) -> Fitted:
        blob = picture.blob
        if blob.size_bytes > limit_bytes:
            return await self._services.darkroom.fit(path, folder, limit_bytes)
        return Fitted(
            path=path,
            format=blob.format,
            size_bytes=blob.size_bytes,
            width_px=blob.width_px,
            height_px=blob.height_px,
        )


def _file(picture: Picture, fitted: Fitted, *, spoiler: bool) -> PictureFile:
    name = file_name(picture.id, file_suffix(fitted.format))
    return PictureFile(path=fitted.path, name=name, alt=alt_text(picture.alt_text), spoiler=spoiler)


def _note(words: Words, name: Raw, fitted: Fitted, limit_bytes: int) -> str:
    form = Raw(fitted.format.upper())
    if fitted.scale >= 1:
        return words.say(Say.FITTED, name=name, format=form, limit_bytes=limit_bytes)
    return words.say(
        Say.FITTED_SMALLER,
        name=name,
        width=fitted.width_px,
        height=fitted.height_px,
        format=form,
        limit_bytes=limit_bytes,
    )
