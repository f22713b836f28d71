"""Secrets that every test runs with, and looking for them where none may ever be.

The local Discord's token and the keys of the local image gateways open nothing; each is a canary. After every test
its log, its output, its traceback, the texts of its channels, and all it wrote to its folder are searched.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

CANARIES: Final = ("local.discord.token", "sk-offline-preview", "sk-canary-0123456789", "canary-token-0815")
_DATABASES: Final = (".sqlite3", ".sqlite3-wal")
_TEXTS: Final = (".log", ".txt", ".json", ".md")


def leaked(text: str, secrets: Iterable[str] = CANARIES) -> set[str]:
    """Return the secrets a text holds."""
    return {secret for secret in secrets if secret in text}


def leaked_to(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield what a test's folder holds of them: in databases and in texts."""
    for path in folder.rglob("*"):
        if path.suffix in {*_DATABASES, *_TEXTS} and path.is_file():
            content = path.read_bytes()
            yield from ((path, secret) for secret in CANARIES if secret.encode() in content)


def interaction_tokens(folder: Path) -> set[str]:
    """Return the interaction tokens that the databases of a test's folder still know: they may stand nowhere else."""
    tokens = set[str]()
    for path in folder.rglob("*.sqlite3"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            tokens |= {str(token) for (token,) in database.execute("SELECT token FROM interactions") if len(token) > 12}
    return tokens
