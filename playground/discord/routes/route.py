"""What a route is: a method, a path template, and a function from a call to an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playground.discord.core import Core
from playground.discord.drafts import Draft
from playground.discord.errors import invalid_form
from playground.discord.multipart import Incoming
from playground.discord.wire import Payload, read_id

OK, CREATED, NO_CONTENT = 200, 201, 204


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, read: path parameters, query and body."""

    parameters: Mapping[str, str]
    query: Mapping[str, str]
    incoming: Incoming

    def id(self, name: str) -> int:
        """Return a path parameter as an id; DiscordError 50035 if it is none."""
        return _as_id(name, self.parameters[name])

    def asked_id(self, name: str) -> int | None:
        """Return a query parameter as an id, None if it is absent."""
        return _as_id(name, self.query[name]) if name in self.query else None

    def limit(self, *, default: int, most: int) -> int:
        """Return the `limit` of the query; DiscordError 50035 outside 1 to `most`."""
        text = self.query.get("limit", str(default))
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise invalid_form([("limit", "NUMBER_TYPE_RANGE", f"Must be between 1 and {most}.")])
        return int(text)

    @property
    def body(self) -> Payload:
        """Return the body as an object; an absent one is empty."""
        return self.incoming.body if isinstance(self.incoming.body, dict) else {}

    @property
    def bodies(self) -> list[Payload]:
        """Return the body as a list of objects; an absent one is empty."""
        return self.incoming.body if isinstance(self.incoming.body, list) else []

    def draft(self, limit_bytes: int) -> Draft:
        """Return the body and files as a message to be."""
        return Draft(body=self.body, files=self.incoming.files, limit_bytes=limit_bytes)

    def says(self, name: str) -> bool:
        """Return whether a query switch is on."""
        return self.query.get(name, "").lower() in ("1", "true")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status and a JSON body; None is no body."""

    status: int = OK
    body: Any = None


Handler = Callable[[Core, Call], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation. `by_token` marks those that a token in the path authorises, outside the global limit."""

    method: str
    path: str
    handle: Handler
    by_token: bool = False


NOTHING = Answer(status=NO_CONTENT)


def _as_id(name: str, text: str) -> int:
    found = read_id(text)
    if found is None:
        raise invalid_form([(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')])
    return found
