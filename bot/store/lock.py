"""One process per database file: a lock beside it, and a note of who holds it."""

import json
import os
import platform
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import AlreadyRunning


@contextmanager
def held(database: Path, clock: Callable[[], datetime]) -> Generator[None]:
    """Hold the database for this process until the context ends, or the process does.

    Errors: `AlreadyRunning`, naming the holder. The note beside the lock is for people: a note left by a process
    that was killed locks nobody out.
    """
    note = database.with_name(f"{database.name}.holder")
    lock = FileLock(database.with_name(f"{database.name}.lock"), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunning(
            f"Another process uses the database {database}: {_holder(note)}. "
            "Stop it first, or give this one its own DATABASE_URL and DATA_DIR."
        ) from None
    try:
        _sign(note, clock())
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _sign(note: Path, now: datetime) -> None:
    text = json.dumps({"pid": os.getpid(), "host": platform.node(), "since": now.isoformat(timespec="seconds")})
    note.write_text(text, encoding="utf-8")


def _holder(note: Path) -> str:
    try:
        said = json.loads(note.read_text(encoding="utf-8"))
        return f"process {said['pid']} on {said['host']}, since {said['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it left no note of who it is"
