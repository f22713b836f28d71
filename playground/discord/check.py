"""The checker of the local Discord: what Discord itself would say to a request; serving requests is the server's part.

A request is checked twice: against Discord's own OpenAPI description, where it is at hand, and always against the rules
the description does not state (`rules.py`, `command_rules.py`). A response is checked against the description as
published: it guards the local Discord, as the request check guards the bot.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from playground.discord.command_rules import COMMAND_RULES, LIST_RULES, Scope
from playground.discord.errors import nested
from playground.discord.rules import (
    CHOICE_RULES,
    DEFERRAL_RULES,
    MESSAGE_RULES,
    MODAL_RULES,
    Flaw,
    Message,
    Rule,
    empty_message,
)
from playground.json_values import Json, JsonObject, mapping, sequence, whole
from playground.openapi import JSON, Description, Problem, Requests, spell


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Say where a body breaks which rule.

    Shape: `where` is an exact path such as `components[0].components[0].label`, "" for the whole body; `rule` is a
    hand rule's name, or `schema.` and the JSON Schema keyword; `detail` is one sentence.
    """

    where: str
    rule: str
    detail: str


# discord.py sends ids as integers where the description has strings only; Discord takes both (read 2026-11-20).
_SNOWFLAKE: JsonObject = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$", "minimum": 0}

# Keys that discord.py sends, Discord takes, and the description does not name (read 2026-11-20).
_NSFW, _TTS = frozenset(("nsfw",)), frozenset(("tts",))
# An attachment that an edit keeps is sent as it was received (discord.Attachment.to_dict).
_KEPT = frozenset(("content_type", "height", "proxy_url", "size", "spoiler", "url", "width"))
UNNAMED_KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "ApplicationCommandCreateRequest": _NSFW,
        "ApplicationCommandUpdateRequest": _NSFW,
        "ApplicationCommandPatchRequestPartial": _NSFW,
        "BaseCreateMessageCreateRequest": _TTS,
        "MessageEditRequestPartial": _TTS,
        "IncomingWebhookUpdateRequestPartial": _TTS,
        "IncomingWebhookUpdateForInteractionCallbackRequestPartial": _TTS,
        "RichEmbed": frozenset(("flags",)),
        "MessageAttachmentRequest": _KEPT,
    }
)


@cache
def _description(spec: Path) -> Description:
    """Read the description once in a process: what it has compiled serves every local Discord."""
    how = Requests(replaced={"SnowflakeType": _SNOWFLAKE}, closed=True, extra=UNNAMED_KEYS)
    return Description.load(spec, requests=how)


class Checker:
    """Hold the description and answer for every request and response; nothing is read or sent after `load`."""

    def __init__(self, description: Description | None) -> None:
        self._description = description

    @classmethod
    def load(cls, spec: Path | None) -> "Checker":
        """Read Discord's OpenAPI description, or do without: then `on` is False and only the hand rules are applied.

        Errors: OSError, and ValueError when the file is not a description.
        Effect: reads one file (about 15 ms), the first time it is named.
        """
        return cls(_description(spec) if spec else None)

    @property
    def on(self) -> bool:
        """Tell whether the description is at hand."""
        return self._description is not None

    def knows(self, method: str, path: str) -> bool:
        """Tell whether Discord describes this route; without the description, every route passes."""
        return self._description is None or self._description.operation(method, path) is not None

    def request(self, method: str, path: str, body: Json, *, files: tuple[str, ...] = ()) -> list[Violation]:
        """Check a request body: its JSON, or the `payload_json` of a multipart one with the names of its files.

        Shape: `path` without `/api/v10` and without its query; a body of None is a request without a body.
        """
        by_hand = list(_by_hand(method.upper(), path, body, files))
        told = {violation.where for violation in by_hand}
        # Where both speak, the hand rule says it better: its limit is the one that counts.
        return by_hand + [v for v in self._by_schema(method, path, body) if v.where not in told]

    def response(self, method: str, path: str, status: int, body: Json) -> list[Violation]:
        """Check an answer of the local Discord, exactly as the description has it; None is an answer without a body."""
        if self._description is None:
            return []
        operation = self._description.operation(method, path)
        if operation is None:
            return [_unknown_route(method, path)]
        return [_violation(problem) for problem in operation.check_response(status, body)]

    def commands(self, body: Json, scope: Scope) -> list[Violation]:
        """Check a list of commands by the hand rules alone; `scope` says whose list it is."""
        return list(_check_commands(body, scope))

    def _by_schema(self, method: str, path: str, body: Json) -> list[Violation]:
        if self._description is None:
            return []
        operation = self._description.operation(method, path)
        if operation is None:
            return [_unknown_route(method, path)]
        if body is None:
            return [_missing_body()] if operation.needs_body else []
        if JSON not in operation.media_types:
            return []  # only three routes take files alone, without a payload_json; no bot sends emoji or stickers here
        return [_violation(problem) for problem in operation.check_json(body)]


def as_discord_errors(violations: Iterable[Violation]) -> JsonObject:
    """Write violations as the `errors` of a 50035 answer.

    Left out is what Discord does not answer so: unknown keys, which it ignores, unknown routes (404), and empty
    messages, which have a code of their own (50006).
    """
    refused = (violation for violation in violations if violation.rule not in _NOT_REFUSED)
    return nested((violation.where, _code(violation.rule), violation.detail) for violation in refused)


_NOT_REFUSED = frozenset(
    ("schema.additionalProperties", "schema.unevaluatedProperties", "unknown_route", empty_message.__name__)
)
_HAND_CODES: Mapping[str, str] = MappingProxyType(
    {
        rule.__name__: code
        for table in (MESSAGE_RULES, DEFERRAL_RULES, MODAL_RULES, CHOICE_RULES, LIST_RULES, COMMAND_RULES)
        for rule, code in table.items()
    }
)
_SCHEMA_CODES: Mapping[str, str] = MappingProxyType(
    {
        "required": "BASE_TYPE_REQUIRED",
        "maxLength": "BASE_TYPE_MAX_LENGTH",
        "minLength": "BASE_TYPE_BAD_LENGTH",
        "maxItems": "BASE_TYPE_BAD_LENGTH",
        "minItems": "BASE_TYPE_BAD_LENGTH",
        "enum": "BASE_TYPE_CHOICES",
        "const": "BASE_TYPE_CHOICES",
        "minimum": "NUMBER_TYPE_MIN",
        "maximum": "NUMBER_TYPE_MAX",
        "type": "MODEL_TYPE_CONVERT",
    }
)


def _code(rule: str) -> str:
    return _HAND_CODES.get(rule) or _SCHEMA_CODES.get(rule.removeprefix("schema."), "INVALID_BODY")


def _violation(problem: Problem) -> Violation:
    return Violation(where=problem.path, rule=f"schema.{problem.keyword}", detail=problem.message)


def _unknown_route(method: str, path: str) -> Violation:
    return Violation(where="", rule="unknown_route", detail=f"Discord describes no {method} {path}")


def _missing_body() -> Violation:
    return Violation(where="", rule="schema.required", detail="it is required")


def _told(rule: Callable[..., object], flaws: Iterator[Flaw], *, at: tuple[str | int, ...] = ()) -> Iterator[Violation]:
    for flaw in flaws:
        yield Violation(where=spell((*at, *flaw.path)), rule=rule.__name__, detail=flaw.detail)


_Check: TypeAlias = Callable[[Json, tuple[str, ...]], Iterator[Violation]]


def _check_message(body: Json, files: tuple[str, ...]) -> Iterator[Violation]:
    return _apply(MESSAGE_RULES, Message(body=mapping(body), files=files, new=True), at=())


def _check_edit(body: Json, files: tuple[str, ...]) -> Iterator[Violation]:
    return _apply(MESSAGE_RULES, Message(body=mapping(body), files=files, new=False), at=())


def _check_post(body: Json, files: tuple[str, ...]) -> Iterator[Violation]:
    """Check the first message of a forum post; a thread without one has no message to check."""
    post = mapping(body)
    if "message" in post:
        message = Message(body=mapping(post["message"]), files=files, new=True)
        yield from _apply(MESSAGE_RULES, message, at=("message",))


def _check_callback(body: Json, files: tuple[str, ...]) -> Iterator[Violation]:
    """Choose by the kind of answer; Discord docs, interactions/receiving-and-responding (read 2026-11-20)."""
    answer = mapping(body)
    kind = whole(answer.get("type"))
    tables: Mapping[int, Mapping[Rule, str]] = {
        4: MESSAGE_RULES,
        5: DEFERRAL_RULES,
        7: MESSAGE_RULES,
        8: CHOICE_RULES,
        9: MODAL_RULES,
    }
    message = Message(body=mapping(answer.get("data")), files=files, new=kind != 7)  # noqa: PLR2004 - UPDATE_MESSAGE
    return _apply(tables.get(kind, {}), message, at=("data",))


def _apply(table: Mapping[Rule, str], message: Message, *, at: tuple[str | int, ...]) -> Iterator[Violation]:
    for rule in table:
        yield from _told(rule, rule(message), at=at)


def _check_commands(body: Json, scope: Scope) -> Iterator[Violation]:
    commands = [mapping(command) for command in sequence(body)]
    for list_rule in LIST_RULES:
        yield from _told(list_rule, list_rule(commands, scope))
    for n, command in enumerate(commands):
        for rule in COMMAND_RULES:
            yield from _told(rule, rule(command), at=(n,))


def _check_command(body: Json, _files: tuple[str, ...]) -> Iterator[Violation]:
    for rule in COMMAND_RULES:
        yield from _told(rule, rule(mapping(body)))


_BY_HAND: tuple[tuple[str, str, _Check], ...] = (
    ("POST", r"/channels/[^/]+/messages", _check_message),
    ("PATCH", r"/channels/[^/]+/messages/[^/]+", _check_edit),
    ("POST", r"/channels/[^/]+/threads", _check_post),
    ("POST", r"/webhooks/[^/]+/[^/]+", _check_message),
    ("PATCH", r"/webhooks/[^/]+/[^/]+/messages/[^/]+", _check_edit),
    ("POST", r"/interactions/[^/]+/[^/]+/callback", _check_callback),
    ("PUT", r"/applications/[^/]+/commands", lambda body, _: _check_commands(body, "global")),
    ("PUT", r"/applications/[^/]+/guilds/[^/]+/commands", lambda body, _: _check_commands(body, "guild")),
    ("POST", r"/applications/[^/]+(/guilds/[^/]+)?/commands", _check_command),
)


def _by_hand(method: str, path: str, body: Json, files: tuple[str, ...]) -> Iterator[Violation]:
    for verb, pattern, check in _BY_HAND:
        if method == verb and re.fullmatch(pattern, path):
            yield from check(body, files)
