"""One picture on its way to disk: written and hashed as it arrives, made durable and named when it is whole."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bot.model import ReceivedFile

ARRIVING = ".arriving"
"""Suffix of a file that is not whole; nobody adopts one after a crash."""


class PictureFile:
    """A file that grows by `write`; whoever opened it calls `close` or `discard`.

    `size_bytes` counts what was written; a write past `max_bytes` raises `OverflowError` and writes nothing.
    `is_kept` is set by who decides that the file stays.
    """

    def __init__(self, path: Path, *, max_bytes: int) -> None:
        self.path = path
        self.size_bytes = 0
        self.is_kept = False
        self._max_bytes = max_bytes
        self._hash = hashlib.sha256()
        self._file = path.open("wb", buffering=0)  # the pieces are large: a buffer would only copy them

    @property
    def sha256(self) -> str:
        """Return the hash of what was written so far, in lower-case hex."""
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> None:
        """Append a piece."""
        self.size_bytes += len(piece)
        if self.size_bytes > self._max_bytes:
            raise OverflowError
        self._hash.update(piece)
        rest = memoryview(piece)
        while rest:  # a disk that is nearly full takes a part of it, and says so with the next
            rest = rest[self._file.write(rest) :]

    def close(self) -> None:
        """Say that no further piece follows."""
        self._file.close()

    def discard(self) -> None:
        """Close and remove the file; harmless when it is gone already."""
        self._file.close()
        with suppress(OSError):  # Windows refuses while somebody reads it; the start-up sweep takes it then
            self.path.unlink(missing_ok=True)

    def settle(self, final: Path) -> ReceivedFile:
        """Sync the closed file to disk and give it its final name. Blocks for as long as the disk takes."""
        with self.path.open("r+b") as file:
            os.fsync(file.fileno())
        self.path.replace(final)
        self.path = final
        return ReceivedFile(path=final, sha256=self.sha256, size_bytes=self.size_bytes)


def settle_all(pairs: Iterable[tuple[PictureFile, Path]]) -> tuple[ReceivedFile, ...]:
    """Make several files and their names durable. Blocks: run it in a thread."""
    settled = tuple(file.settle(final) for file, final in pairs)
    for folder in {one.path.parent for one in settled}:
        _sync_folder(folder)
    return settled


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the operating system can."""
    if os.name == "nt":  # Windows cannot open a folder, and journals its names itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
