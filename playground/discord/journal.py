"""The journal of every REST request the bot made, for tests to count and transcripts to show."""

import re
from collections import deque
from dataclasses import dataclass

from typing_extensions import override

from playground.discord.wire import Payload

KEPT_REQUESTS = 10_000
_SHOWN_CHARACTERS = 300
_LONG_TOKEN = re.compile(r"([0-9a-f]{8})[0-9a-f]{56,}")


@dataclass(slots=True, kw_only=True)
class Request:
    """One REST request. `path` has no `/api/v10`; `files` are (name, size in bytes); `status` None: never answered."""

    method: str
    path: str
    query: str = ""
    body: Payload | list[Payload] | None = None
    files: tuple[tuple[str, int], ...] = ()
    status: int | None = None

    @override
    def __str__(self) -> str:
        files = "".join(f" + {name} ({size} bytes)" for name, size in self.files)
        body = "" if self.body is None else f" {self.body}"[:_SHOWN_CHARACTERS]
        query = f"?{self.query}" if self.query else ""
        path = _LONG_TOKEN.sub(r"\1…", self.path)
        return f"{self.method} {path}{query}{body}{files} -> {self.status or 'no answer'}"


class Journal:
    """The last ten thousand requests, in the order they arrived."""

    def __init__(self) -> None:
        self._requests: deque[Request] = deque(maxlen=KEPT_REQUESTS)

    def begin(self, method: str, path: str, query: str) -> Request:
        """Write down that a request has arrived."""
        request = Request(method=method, path=path, query=query)
        self._requests.append(request)
        return request

    @property
    def requests(self) -> list[Request]:
        """Return all requests, oldest first."""
        return list(self._requests)
