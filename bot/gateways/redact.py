"""What a gateway said, made fit to be shown: without keys, cut, and with its request id taken out."""

import re
from collections.abc import Sequence
from typing import Final

MAX_SHOWN_CHARS: Final = 300
MAX_READ_CHARS: Final = 20_000
"""How much of a text is looked at; a megabyte would hold everybody up for half a second."""

HIDDEN: Final = "[hidden]"

_KEY_SHAPES: Final = re.compile(
    r"\b(?:g?sk|pk|rk)[-_][\w*.-]{6,}|\bBearer\s+\S+|\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?|\bAIza[\w-]{10,}",
    re.IGNORECASE,
)
_REQUEST_ID: Final = re.compile(r" ?[(\[]? ?request[ _]id\s*[:=]\s*\"?(?P<id>[\w.-]{6,100})\"?\s*[)\]]?", re.IGNORECASE)
# A tag or a title ends before the next one begins, so that no text makes these search it over and over.
_TAGS: Final = re.compile(r"<(script|style)\b.*?(?:</\1>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_TITLE: Final = re.compile(r"<title[^<>]*>([^<]*)</title>", re.IGNORECASE)
_BYTES: Final = re.compile(r"(?:data:[\w/+.-]{1,80};base64,)?[A-Za-z0-9+/_=-]{100,}")
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""Controls, marks of direction, and halves of characters, which no database and no message takes."""


class Redactor:
    """Removes keys from text: the configured ones by value, others by their shape."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(sorted(filter(None, secrets), key=len, reverse=True))

    def shown(self, text: str, most_chars: int = MAX_SHOWN_CHARS) -> str:
        """Return so much of one line at most, without keys, bytes, request id, markup or a full stop at its end."""
        if "<" in text[:200] and (title := _TITLE.search(text[:MAX_READ_CHARS])):
            text = title[1]
        line = " ".join(_UNFIT.sub(" ", _TAGS.sub(" ", text[:MAX_READ_CHARS])).split())
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        line = _BYTES.sub("…", _REQUEST_ID.sub("", _KEY_SHAPES.sub(HIDDEN, line)))
        line = " ".join(line.split()).rstrip(".")
        return line if len(line) <= most_chars else line[: most_chars - 1] + "…"


def request_id_in(text: str) -> str | None:
    """Return the request id that new-api appends to its messages."""
    found = _REQUEST_ID.search(text[:MAX_READ_CHARS])
    return found["id"] if found else None
