"""Discord's rules for commands at their sync that its OpenAPI description does not state.

A list of commands is refused when:

* it has over 100 slash commands, 15 user commands or 15 message commands, or an entry point for one server;
* two commands of one kind share a name;
* a slash command or an option has a name with other characters than letters, digits, `-`, `_` and `'`, or with
  capitals, or a translation of its name has;
* a slash command has no description, or a context menu command has a description or options;
* a required option follows an optional one, or two options share a name;
* subcommands stand beside options, or lie deeper than one group;
* an option has both choices and autocomplete, two choices with one name, or choices of another type than its own;
* an option has bounds that its type does not have, or its least is more than its most;
* a command's names, descriptions and values pass 8,000 characters together.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from playground.discord.rules import Flaw, Path
from playground.json_values import Json, JsonObject, mapping, sequence, text

Scope: TypeAlias = Literal["global", "guild"]
ListRule: TypeAlias = Callable[[list[JsonObject], Scope], Iterator[Flaw]]
CommandRule: TypeAlias = Callable[[JsonObject], Iterator[Flaw]]

SLASH, USER, MESSAGE, ENTRY_POINT = 1, 2, 3, 4
MAX_COMMANDS: Mapping[int, int] = MappingProxyType({SLASH: 100, USER: 15, MESSAGE: 15, ENTRY_POINT: 1})
"""Discord docs, interactions/application-commands#registering-a-command (read 2026-11-20)."""
MAX_COMMAND_TEXT = 8000  # Discord docs, interactions/application-commands#slash-commands (read 2026-11-20)

SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
_VALUES = range(STRING, 12)  # every other option type asks for a value
_BOUNDS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "min_length": (STRING,),
        "max_length": (STRING,),
        "min_value": (INTEGER, NUMBER),
        "max_value": (INTEGER, NUMBER),
        "choices": (STRING, INTEGER, NUMBER),
        "autocomplete": (STRING, INTEGER, NUMBER),
        "channel_types": (7,),
    }
)


def command_count(commands: list[JsonObject], scope: Scope) -> Iterator[Flaw]:
    """Refuse more commands of a kind than one list may have; only the global list may have an entry point."""
    for kind, count in Counter(_kind(command) for command in commands).items():
        limit = 0 if (kind, scope) == (ENTRY_POINT, "guild") else MAX_COMMANDS.get(kind, 0)
        if count > limit:
            yield Flaw((), f"Maximum number of {scope} application commands of type {kind} reached ({limit})")


def command_names_unique(commands: list[JsonObject], scope: Scope) -> Iterator[Flaw]:
    """Refuse a command whose kind and name an earlier one has."""
    names = [(_kind(command), text(command.get("name"))) for command in commands]
    for n in _later_twins(names):
        yield Flaw((n, "name"), f"Application command names must be unique ({scope})")


def name_characters(command: JsonObject) -> Iterator[Flaw]:
    """Refuse slash command and option names with characters Discord has no place for, or with capitals."""
    if _kind(command) != SLASH:
        return
    for path, part in _parts(command):
        named = {("name",): part.get("name")}
        named |= {("name_localizations", key): name for key, name in mapping(part.get("name_localizations")).items()}
        for inner, name in named.items():
            if isinstance(name, str) and not _is_name(name):
                yield Flaw((*path, *inner), "Command name is invalid")


def description(command: JsonObject) -> Iterator[Flaw]:
    """Refuse slash commands and options without a description, and context menu commands with one or with options."""
    if _kind(command) == SLASH:
        for path, part in _parts(command):
            if not text(part.get("description")):
                yield Flaw((*path, "description"), "This field is required")
    elif _kind(command) in (USER, MESSAGE):
        for key in ("description", "options"):
            if command.get(key):
                yield Flaw((key,), f"Context menu commands cannot have {key}")


def required_first(command: JsonObject) -> Iterator[Flaw]:
    """Refuse a required option after an optional one."""
    for path, options in _option_lists(command):
        optional_seen = False
        for n, option in enumerate(options):
            if option.get("required") and optional_seen:
                yield Flaw((*path, n), "Required options must be placed before non-required options")
            optional_seen = optional_seen or not option.get("required")


def option_names_unique(command: JsonObject) -> Iterator[Flaw]:
    """Refuse an option whose name an earlier one beside it has."""
    for path, options in _option_lists(command):
        for n in _later_twins(text(option.get("name")) for option in options):
            yield Flaw((*path, n, "name"), "Option name must be unique")


def nesting(command: JsonObject) -> Iterator[Flaw]:
    """Refuse subcommands beside other options, and any below a subcommand or a second group."""
    for path, options in _option_lists(command):
        nested = [option.get("type") in (SUBCOMMAND, GROUP) for option in options]
        if any(nested) and not all(nested):
            yield Flaw((*path, nested.index(True)), "Subcommands cannot be mixed with other options")
    for path, part in list(_parts(command))[1:]:
        allowed = {GROUP: (SUBCOMMAND,), SUBCOMMAND: _VALUES}.get(_option_type(part), ())
        for n, option in enumerate(sequence(part.get("options"))):
            if _option_type(mapping(option)) not in allowed:
                yield Flaw((*path, "options", n, "type"), "Subcommands cannot lie deeper than one group")


def choices(command: JsonObject) -> Iterator[Flaw]:
    """Refuse choices beside autocomplete, two with one name, and values of another type than the option's."""
    for path, option in _parts(command):
        offered = [mapping(choice) for choice in sequence(option.get("choices"))]
        if offered and option.get("autocomplete"):
            yield Flaw((*path, "autocomplete"), "An option cannot have both choices and autocomplete")
        for n in _later_twins(text(choice.get("name")) for choice in offered):
            yield Flaw((*path, "choices", n, "name"), "Choice name must be unique")
        for n, choice in enumerate(offered):
            if not _fits(_option_type(option), choice.get("value")):
                yield Flaw((*path, "choices", n, "value"), "Choice value does not have the option's type")


def bounds(command: JsonObject) -> Iterator[Flaw]:
    """Refuse limits and choices that an option's type does not have, and a least that is more than the most."""
    for path, option in list(_parts(command))[1:]:
        for key, types in _BOUNDS.items():
            if option.get(key) and _option_type(option) not in types:
                yield Flaw((*path, key), f"An option of type {option.get('type')} cannot have {key}")
        for kind in ("length", "value"):
            least, most = option.get(f"min_{kind}"), option.get(f"max_{kind}")
            if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
                yield Flaw((*path, f"min_{kind}"), f"min_{kind} must be equal to or less than max_{kind}")


def command_text(command: JsonObject) -> Iterator[Flaw]:
    """Refuse a command of more than 8,000 characters; of a text and its translations, the longest counts."""
    if sum(_part_text(part) for _, part in _parts(command)) > MAX_COMMAND_TEXT:
        yield Flaw((), f"Command exceeds maximum size ({MAX_COMMAND_TEXT})")


# Each rule with the code Discord answers inside `errors` (50035); see the note in rules.py.
LIST_RULES: Mapping[ListRule, str] = MappingProxyType(
    {
        command_count: "BASE_TYPE_MAX_LENGTH",
        command_names_unique: "APPLICATION_COMMANDS_DUPLICATE_NAME",
    }
)
COMMAND_RULES: Mapping[CommandRule, str] = MappingProxyType(
    {
        name_characters: "APPLICATION_COMMAND_INVALID_NAME",
        description: "BASE_TYPE_REQUIRED",
        required_first: "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        option_names_unique: "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
        nesting: "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        choices: "APPLICATION_COMMAND_OPTIONS_CHOICE_INVALID",
        bounds: "INVALID_BODY",
        command_text: "APPLICATION_COMMAND_TOO_LARGE",
    }
)


def _kind(command: JsonObject) -> int:
    kind = command.get("type")
    return kind if isinstance(kind, int) else SLASH  # left out or null means a slash command


def _option_type(option: JsonObject) -> int:
    kind = option.get("type")
    return kind if isinstance(kind, int) else 0


def _parts(part: JsonObject, path: Path = ()) -> Iterator[tuple[Path, JsonObject]]:
    """Walk a command and its options, at every depth, with their paths."""
    yield path, part
    for n, option in enumerate(sequence(part.get("options"))):
        yield from _parts(mapping(option), (*path, "options", n))


def _option_lists(command: JsonObject) -> Iterator[tuple[Path, list[JsonObject]]]:
    for path, part in _parts(command):
        yield (*path, "options"), [mapping(option) for option in sequence(part.get("options"))]


def _later_twins(values: Iterable[object]) -> Iterator[int]:
    seen: set[object] = set()
    for n, value in enumerate(values):
        if value in seen:
            yield n
        seen.add(value)


def _is_name(name: str) -> bool:
    return name == name.lower() and all(map(_is_name_character, name))


def _is_name_character(character: str) -> bool:
    """Take letters, numbers, `-_'`, Devanagari and Thai; Discord docs, application command naming (read 2026-11-20)."""
    if character in "-_'" or unicodedata.category(character)[0] in "LN":
        return True
    return unicodedata.name(character, "").startswith(("DEVANAGARI ", "THAI CHARACTER"))


def _fits(option_type: int, value: Json) -> bool:
    match option_type:
        case 3:
            return isinstance(value, str)
        case 4:
            return isinstance(value, int) and not isinstance(value, bool)
        case 10:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return True


def _part_text(part: JsonObject) -> int:
    offered = [mapping(choice) for choice in sequence(part.get("choices"))]
    values = sum(len(text(choice.get("value"))) + _longest(choice, "name") for choice in offered)
    return _longest(part, "name") + _longest(part, "description") + values


def _longest(part: JsonObject, key: str) -> int:
    translations = mapping(part.get(f"{key}_localizations")).values()
    return max(len(text(value)) for value in (part.get(key), *translations))
