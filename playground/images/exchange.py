"""One valid request and everything an answer to it may need, painted only when asked for."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.images.conformance import Conformance
from playground.images.endpoint import ImageRequest
from playground.images.turn import Turn, response_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What an answer is made of.

    Shape:  `paint` gives one encoded file per picture asked for; `blur` gives so many encoded previews of a file,
            the first the least clear; `publish` takes a file and its content type and gives its URL on this
            server; `usage` counts so many pictures; `conformance` is shown every honest answer; `number` is the
            request's place in the log, which its ids hold; `turn` says something only for the Responses API.
    Units:  `spread_s` is the time a streamed answer spreads its events over; a plain one has already waited.
    Effect: `paint` and `blur` run in the painters' pool, `publish` remembers the file until the server closes.
    """

    request: ImageRequest
    created_at: int
    spread_s: float
    paint: Callable[[], Awaitable[tuple[bytes, ...]]]
    blur: Callable[[bytes, int], Awaitable[tuple[bytes, ...]]]
    publish: Callable[[bytes, str], str]
    usage: Callable[[int], dict[str, Any]]
    conformance: Conformance
    number: int = 0
    turn: Turn = field(default_factory=Turn)

    @property
    def response_id(self) -> str:
        """The id of the response, by which a next turn may name it."""
        return response_id(self.number)

    @property
    def echo(self) -> Mapping[str, str]:
        """What every answer repeats of the request."""
        return {
            "size": self.request.size,
            "quality": self.request.quality,
            "background": self.request.background,
            "output_format": self.request.output_format,
        }
