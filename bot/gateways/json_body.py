"""JSON requests that carry pictures as data URLs, written while they are sent: no picture is ever whole in memory."""

import asyncio
import json
import os
import re
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import pybase64

from bot.model import PaintInput

_CHUNK_BYTES: Final = 3 << 18
"""Read at once; a multiple of three, so that the pieces' base64 joins without padding."""


@dataclass(frozen=True, slots=True)
class DataUrl:
    """Stands in a document for the text of a picture's data URL."""

    picture: PaintInput


@dataclass(frozen=True, slots=True)
class _Opened:
    """A picture whose base64 is still to be written."""

    file: BinaryIO
    size_bytes: int

    @property
    def length(self) -> int:
        return -(-self.size_bytes // 3) * 4


class JsonBody:
    """One document as bytes to come; the files of its pictures stay open until `files` is closed.

    Errors: `OSError` for a picture that cannot be opened, before anything is sent.
    """

    def __init__(self, document: Mapping[str, object], files: ExitStack) -> None:
        mark = uuid.uuid4().hex  # random, so that no prompt can hold it
        pictures = list[PaintInput]()

        def named(value: object) -> str:
            assert isinstance(value, DataUrl)  # noqa: S101  # dialects put nothing else there
            pictures.append(value.picture)
            return f"{mark}{len(pictures) - 1:04}"

        written = json.dumps(document, default=named, ensure_ascii=False)
        self._parts = list[bytes | _Opened]()
        for number, text in enumerate(re.split(rf"{mark}\d{{4}}", written)):
            if number:
                picture = pictures[number - 1]
                file = files.enter_context(picture.path.open("rb"))
                opened = _Opened(file, os.fstat(file.fileno()).st_size)
                self._parts += [f"data:image/{picture.format};base64,".encode(), opened]
            self._parts.append(text.encode())

    @property
    def length(self) -> int:
        """Return how many bytes will be sent: gateways behind proxies want to know before."""
        return sum(part.length if isinstance(part, _Opened) else len(part) for part in self._parts)

    def post(self) -> Mapping[str, Any]:
        """Return the arguments of a POST that sends it once."""
        headers = {"Content-Type": "application/json", "Content-Length": str(self.length)}
        return {"data": self._pieces(), "headers": headers}

    async def _pieces(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
                continue
            while piece := await asyncio.to_thread(part.file.read, _CHUNK_BYTES):
                yield pybase64.b64encode(piece)
