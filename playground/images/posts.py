"""The log of every POST that reached the local image gateway, for people to look at and for tests to count."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, overload

from typing_extensions import override


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    """One file part of a form: what it claimed and what it was."""

    part: str
    name: str
    content_type: str
    size_bytes: int
    sha256: str
    content: bytes = field(repr=False)

    @classmethod
    def of(cls, part: str, name: str, content_type: str, content: bytes) -> "UploadedFile":
        """Describe these bytes."""
        return cls(
            part=part,
            name=name,
            content_type=content_type,
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One POST.

    Shape:  `headers` in lower case without the key; `fields` as JSON has them, or the form's texts.
            `read` is true once the whole body was here; `behaviour` names what the script did to it.
            `status` is what was answered, None while it is not or when the connection was cut before any header;
            `answered` is true once the last byte of the answer was handed over.
    """

    number: int
    path: str
    arrived_at: datetime
    request_id: str
    headers: Mapping[str, str]
    has_right_key: bool
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    files: tuple[UploadedFile, ...] = ()
    read: bool = False
    behaviour: str = "honest"
    status: int | None = None
    answered: bool = False


class PostLog(Sequence[Post]):
    """Every POST in order of arrival; each entry is replaced as more of it becomes known."""

    def __init__(self) -> None:
        self._posts: list[Post] = []
        self._changed = asyncio.Event()

    @overload
    def __getitem__(self, index: int) -> Post: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Post, ...]: ...
    @override
    def __getitem__(self, index: int | slice) -> Post | tuple[Post, ...]:
        return tuple(self._posts[index]) if isinstance(index, slice) else self._posts[index]

    @override
    def __len__(self) -> int:
        return len(self._posts)

    @override
    def __iter__(self) -> Iterator[Post]:
        return iter(tuple(self._posts))

    def open(self, post: Post) -> None:
        """Write down a POST whose headers arrived; its number is its place in the log."""
        self._posts.append(post)
        self._wake()

    def change(self, number: int, change: Callable[[Post], Post]) -> None:
        """Put what became known of a POST in the place of what was known."""
        self._posts[number] = change(self._posts[number])
        self._wake()

    async def until(self, count: int, which: Callable[[Post], bool]) -> tuple[Post, ...]:
        """Wait until at least this many POSTs satisfy `which`, and return those that do."""
        while sum(map(which, self._posts)) < count:
            await self._changed.wait()
        return tuple(filter(which, self._posts))

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
