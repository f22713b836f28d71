"""What the client app makes of typed command options: their types, their bounds, and the refusals one meets there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

from playground.discord.cdn import Cdn
from playground.discord.errors import RefusedError
from playground.discord.message_shapes import attachment_shape
from playground.discord.shapes import channel_shape, member_shape, role_shape, user_shape
from playground.discord.wire import Payload
from playground.discord.world import Channel, Role, Upload, User

MAX_STRING = 6000  # Discord docs, interactions/application-commands (read 2026-11-20)


class OptionKind(IntEnum):
    """Option types, as Discord numbers them."""

    SUBCOMMAND = 1
    SUBCOMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


ENTITY_SELECTS: Mapping[int, OptionKind] = MappingProxyType(
    {5: OptionKind.USER, 6: OptionKind.ROLE, 7: OptionKind.MENTIONABLE, 8: OptionKind.CHANNEL}
)
"""Select component type -> what one chooses in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Options as the interaction carries them, and the things they refer to."""

    options: list[Payload]
    resolved: dict[str, Payload] = field(default_factory=dict[str, Payload])


class Form:
    """Fill in the options of one command for one person in one channel."""

    def __init__(self, *, channel: Channel, cdn: Cdn) -> None:
        self._channel = channel
        self._cdn = cdn
        self._resolved: dict[str, Payload] = {}

    def fill(self, declared: list[Payload], given: Mapping[str, object], *, focused: str | None = None) -> Filled:
        """Return all options; with `focused` the one being typed is taken as it is and required ones may lack.

        Errors: RefusedError for what the client app would mark red.
        """
        known = {str(one["name"]): one for one in declared}
        for name in given:
            if name not in known:
                raise RefusedError(f"the command has no option {name!r}; it has {sorted(known)}")
        for name, option in known.items():
            if option.get("required") and name not in given and focused is None:
                raise RefusedError(f"the option {name!r} is required")
        options = [
            {**self._option(known[name], value, is_focused=name == focused)}
            for name, value in given.items()
            if value is not None
        ]
        return Filled(options=options, resolved=self._resolved)

    def _option(self, option: Payload, value: object, *, is_focused: bool) -> Payload:
        shape: Payload = {"name": option["name"], "type": option["type"]}
        if is_focused:
            return {**shape, "value": str(value), "focused": True}
        kind = OptionKind(option["type"])
        match kind, value:
            case OptionKind.STRING, str():
                return {**shape, "value": _string(option, value)}
            case OptionKind.BOOLEAN, bool():
                return {**shape, "value": value}
            case OptionKind.INTEGER | OptionKind.NUMBER, int() | float() if not isinstance(value, bool):
                return {**shape, "value": _number(option, kind, value)}
            case _:
                return {**shape, "value": self.refer(kind, str(option["name"]), value)}

    def refer(self, kind: OptionKind, name: str, value: object) -> str:
        """Return the id of a file, person, role or channel, and remember it; RefusedError if it is none."""
        match kind, value:
            case OptionKind.ATTACHMENT, Upload():
                return self.attach(value)
            case OptionKind.USER | OptionKind.MENTIONABLE, User():
                return self._resolve_user(value)
            case OptionKind.ROLE | OptionKind.MENTIONABLE, Role():
                return self._resolve("roles", value.id, role_shape(value))
            case OptionKind.CHANNEL, Channel():
                return self._resolve("channels", value.id, {**channel_shape(value), "permissions": "0"})
            case _:
                raise RefusedError(f"{value!r} is no {kind.name.lower()} for the option {name!r}")

    def attach(self, upload: Upload) -> str:
        """Upload a file as the client app does, and return its id; the app refuses one over the place's limit."""
        limit = self._channel.upload_limit_bytes
        if len(upload.data) > limit:
            raise RefusedError(f"{upload.name} has {len(upload.data)} bytes; here the limit is {limit}")
        file = self._cdn.keep(upload, channel_id=self._channel.id, ephemeral=True)
        return self._resolve("attachments", file.id, attachment_shape(file, self._cdn))

    def _resolve_user(self, user: User) -> str:
        guild = self._channel.guild
        if guild is not None and user.id in guild.members:
            self._resolve("members", user.id, member_shape(guild.members[user.id], with_user=False))
        return self._resolve("users", user.id, user_shape(user))

    def _resolve(self, kind: str, found: int, shape: Payload) -> str:
        self._resolved.setdefault(kind, {})[str(found)] = shape
        return str(found)

    @property
    def resolved(self) -> dict[str, Payload]:
        """Return all that was referred to so far, by kind and id."""
        return self._resolved


def _string(option: Payload, value: str) -> str:
    _require_choice(option, value)
    least, most = option.get("min_length") or 0, option.get("max_length") or MAX_STRING
    if not least <= len(value) <= most:
        raise RefusedError(f"{option['name']!r} takes {least} to {most} characters, not {len(value)}")
    return value


def _number(option: Payload, kind: OptionKind, value: float) -> float:
    if kind is OptionKind.INTEGER and not isinstance(value, int):
        raise RefusedError(f"{option['name']!r} takes whole numbers, not {value}")
    _require_choice(option, value)
    least, most = option.get("min_value"), option.get("max_value")
    if (least is not None and value < least) or (most is not None and value > most):
        raise RefusedError(f"{option['name']!r} takes {least} to {most}, not {value}")
    return value


def _require_choice(option: Payload, value: object) -> None:
    choices: list[Payload] = option.get("choices") or []
    if choices and value not in [one["value"] for one in choices]:
        raise RefusedError(f"{option['name']!r} takes {[one['value'] for one in choices]}, not {value!r}")


def walk_to(command: Payload, steps: list[str]) -> tuple[list[Payload], list[Payload]]:
    """Follow subcommand names; return the options declared there and the subcommands passed on the way."""
    declared: list[Payload] = command.get("options") or []
    passed: list[Payload] = []
    for step in steps:
        below = next((one for one in _subcommands(declared) if one["name"] == step), None)
        if below is None:
            raise RefusedError(f"/{command['name']} has no subcommand {step!r}")
        passed.append(below)
        declared = below.get("options") or []
    if any(True for _ in _subcommands(declared)):
        raise RefusedError(f"/{command['name']} {' '.join(steps)} needs a subcommand")
    return declared, passed


def wrap(options: list[Payload], passed: list[Payload]) -> list[Payload]:
    """Put filled options under the subcommands they belong to."""
    for one in reversed(passed):
        options = [{"name": one["name"], "type": one["type"], "options": options}]
    return options


def _subcommands(declared: list[Payload]) -> Iterator[Payload]:
    return (one for one in declared if one["type"] in (OptionKind.SUBCOMMAND, OptionKind.SUBCOMMAND_GROUP))
