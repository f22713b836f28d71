"""What the local Discord answers when it says no: Discord's error codes and their JSON shape.

Source: Discord docs, topics/opcodes-and-status-codes#json and reference#error-messages (read 2026-11-20).
"""

import re
from collections.abc import Iterable
from enum import Enum

from playground.discord.wire import Payload


class DiscordError(Exception):
    """A refusal with an HTTP status and Discord's `{code, message, errors?}` body."""

    def __init__(self, status: int, code: int, message: str, errors: Payload | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> Payload:
        """Return the JSON body."""
        body: Payload = {"message": self.message, "code": self.code}
        return body if self.errors is None else {**body, "errors": self.errors}


class RefusedError(Exception):
    """The client app of a person would not let them do this (a disabled button, an over-long text)."""


class Problem(Enum):
    """Every refusal the local Discord knows: HTTP status, code, message."""

    NOT_FOUND = (404, 0, "404: Not Found")
    UNAUTHORIZED = (401, 0, "401: Unauthorized")
    UNKNOWN_APPLICATION = (404, 10002, "Unknown Application")
    UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
    UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
    UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
    UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
    UNKNOWN_OVERWRITE = (404, 10009, "Unknown Overwrite")
    UNKNOWN_USER = (404, 10013, "Unknown User")
    UNKNOWN_EMOJI = (400, 10014, "Unknown Emoji")
    UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
    UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
    UNKNOWN_COMMAND = (404, 10063, "Unknown application command")
    TOO_OLD_FOR_BULK_DELETE = (400, 50034, "A message provided was too old to bulk delete")
    TOO_MANY_REACTIONS = (400, 30010, "Maximum number of reactions reached (20)")
    TOO_LARGE = (413, 40005, "Request entity too large")
    ALREADY_ACKNOWLEDGED = (400, 40060, "Interaction has already been acknowledged.")
    MISSING_ACCESS = (403, 50001, "Missing Access")
    NOT_YOUR_MESSAGE = (403, 50005, "Cannot edit a message authored by another user")
    EMPTY_MESSAGE = (400, 50006, "Cannot send an empty message")
    CANNOT_MESSAGE_USER = (403, 50007, "Cannot send messages to this user")
    MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
    NOT_IN_THIS_CHANNEL = (400, 50024, "Cannot execute action on this channel type")
    INVALID_WEBHOOK_TOKEN = (401, 50027, "Invalid Webhook Token")
    INVALID_FORM = (400, 50035, "Invalid Form Body")
    THREAD_ARCHIVED = (400, 50083, "Thread is archived")
    NOT_VALID_JSON = (400, 50109, "The request body contains invalid JSON.")
    ALREADY_HAS_THREAD = (400, 160004, "A thread has already been created for this message")

    def error(self) -> DiscordError:
        """Return this refusal, ready to be raised."""
        return DiscordError(*self.value)


def invalid_form(flaws: Iterable[tuple[str, str, str]]) -> DiscordError:
    """Return 50035 for (where, code, detail) flaws, as `nested` takes them."""
    status, code, message = Problem.INVALID_FORM.value
    return DiscordError(status, code, message, nested(flaws))


def nested(flaws: Iterable[tuple[str, str, str]]) -> Payload:
    """Return the `errors` object of a 50035 answer: each (where, code, detail) flaw at its place.

    `where` is a path such as `components[0].components[1].label`; an empty one names the body itself.
    """
    errors: Payload = {}
    for where, code, detail in flaws:
        place = errors
        for step in re.findall(r"[^.\[\]]+", where):
            place = place.setdefault(step, {})
        place.setdefault("_errors", []).append({"code": code, "message": detail})
    return errors
