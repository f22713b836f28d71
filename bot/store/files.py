"""The bytes of pictures: files named by their SHA-256 below the data folder, written once and never changed."""

import asyncio
import errno
import hashlib
import os
import re
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import Corrupt, StoreError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1 << 20

KEEP_ASIDE = timedelta(hours=24)
"""How long a paid file that is no picture is kept; its time is that of its last byte."""

SizeOf = Callable[[str], Awaitable[int | None]]
"""Returns how many bytes were stored under a hash, None where no row says so."""


class Files:
    """The picture files, as `PictureFiles` describes them; all disk work happens in threads.

    `pictures/ab/cd/abcd…` holds what is stored, `incoming/` what is being written, `aside/` what is no picture.
    Errors: `StoreError` where the disk is full or refuses; `ValueError` for what is no hash.
    """

    def __init__(self, data_dir: Path, size_of: SizeOf, clock: Callable[[], datetime]) -> None:
        data_dir = data_dir.absolute()
        self._pictures = data_dir / "pictures"
        self._incoming = data_dir / "incoming"
        self._aside = data_dir / "aside"
        self._size_of = size_of
        self._clock = clock

    @property
    def incoming(self) -> Path:
        """The folder on the same disk where files are written before they are stored."""
        return self._incoming

    async def prepare(self) -> None:
        """Create the folders, readable by this user alone, and drop what was set aside long ago."""
        await asyncio.to_thread(self._prepare)

    async def adopt(self, path: Path, sha256: str) -> None:
        """Move a finished file (already fsynced) into the store under its hash; it survives a power cut from then on.

        Where an equal file is, the new one is dropped; one of another size is damaged, and replaced.
        """
        await asyncio.to_thread(_adopt, path, self._path(sha256))

    async def open_path(self, sha256: str) -> Path:
        """Return a readable path; `Corrupt` if the file is missing or its size differs from what was stored."""
        size_bytes = await self._size_of(sha256)
        path = self._path(sha256)
        await asyncio.to_thread(_check_size, path, size_bytes)
        return path

    async def verify(self, sha256: str) -> None:
        """Read the whole file; `Corrupt` if its bytes no longer have the hash it is named by."""
        path = await self.open_path(sha256)
        if await asyncio.to_thread(_hash, path) != sha256:
            raise Corrupt(f"the bytes of {path} have changed")

    async def set_aside(self, path: Path) -> Path:
        """Keep a paid file that is no picture out of the sweep's way for `KEEP_ASIDE`; returns where it lies now."""
        target = self._aside / path.name
        await asyncio.to_thread(_move, path, target)
        await asyncio.to_thread(_drop_older, self._aside, self._clock() - KEEP_ASIDE)
        return target

    async def orphans(self) -> Sequence[Path]:
        """List the files in `incoming` by name; at start, whatever lies there was left by a process that ended."""
        return await asyncio.to_thread(_files_below, self._incoming)

    async def discard(self, paths: Sequence[Path]) -> None:
        """Delete files of `incoming` and the folders this leaves empty."""
        await asyncio.to_thread(_discard, paths, self._incoming)

    async def remove(self, sha256: Sequence[str]) -> None:
        """Delete files nobody uses any more; one that is gone already is no error."""
        await asyncio.to_thread(_unlink, [self._path(name) for name in sha256])

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256 in lower-case hex")
        return self._pictures / sha256[:2] / sha256[2:4] / sha256

    def _prepare(self) -> None:
        with said_as_store_error():
            for folder in (self._pictures, self._incoming, self._aside):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _drop_older(self._aside, self._clock() - KEEP_ASIDE)


@contextmanager
def said_as_store_error() -> Generator[None]:
    """Raise what the disk says as a `StoreError`."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        said = "the disk is full" if full else f"the disk refused: {error}"
        raise StoreError(said) from error


def _adopt(source: Path, target: Path) -> None:
    with said_as_store_error():
        if target.exists() and target.stat().st_size == source.stat().st_size:
            source.unlink()
            return
        _make_folders(target.parent)
        _move(source, target)


def _move(source: Path, target: Path) -> None:
    with said_as_store_error():
        source.replace(target)
        _sync_folder(target.parent)


def _make_folders(folder: Path) -> None:
    """Create a folder and its parents, each of them on the disk before the next."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    # A renamed file is only safe once its folder is; Windows does this by itself and opens no folders.
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_size(path: Path, size_bytes: int | None) -> None:
    with said_as_store_error():
        try:
            found_bytes = path.stat().st_size
        except FileNotFoundError:
            raise Corrupt(f"{path} is missing") from None
        if size_bytes is not None and found_bytes != size_bytes:
            raise Corrupt(f"{path} has {found_bytes} bytes instead of {size_bytes}")


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with said_as_store_error(), path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _files_below(folder: Path) -> list[Path]:
    with said_as_store_error():
        return sorted(path for path in folder.rglob("*") if path.is_file())


def _discard(paths: Sequence[Path], root: Path) -> None:
    _unlink([path for path in paths if path.is_relative_to(root)])
    with said_as_store_error():
        folders = [path for path in root.rglob("*") if path.is_dir()]
        for folder in sorted(folders, reverse=True):  # inner folders first
            if not any(folder.iterdir()):
                folder.rmdir()


def _drop_older(folder: Path, before: datetime) -> None:
    with said_as_store_error():
        old = [path for path in folder.iterdir() if path.stat().st_mtime < before.timestamp()]
    _unlink(old)


def _unlink(paths: Sequence[Path]) -> None:
    with said_as_store_error():
        for path in paths:
            path.unlink(missing_ok=True)
