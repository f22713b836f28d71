"""Command lists: what discord.py builds is taken, and each fault Discord would refuse is named at its place."""

import json
from collections.abc import Iterator
from typing import Any

import discord
import pytest
from discord import app_commands
from typing_extensions import override

from playground.discord.check import Checker, Violation
from playground.discord.command_rules import COMMAND_RULES, LIST_RULES, Scope
from playground.json_values import Json, JsonObject

GLOBAL, GUILD = "/applications/1/commands", "/applications/1/guilds/2/commands"


class German(app_commands.Translator):
    """Translate every word the same way: enough to see translations on the wire."""

    @override
    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Translate into German only; names stay valid names."""
        named = context.location.name.endswith("_name") and context.location.name != "choice_name"
        return (
            (string.message.lower() if named else f"{string.message} (de)") if locale is discord.Locale.german else None
        )


async def _suggest(_interaction: discord.Interaction, _current: str) -> list[app_commands.Choice[str]]:
    return []


@app_commands.command(description="Paint a picture")
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
@app_commands.choices(
    quality=[app_commands.Choice(name="Low", value="low"), app_commands.Choice(name="High", value="high")]
)
@app_commands.autocomplete(size=_suggest)
@app_commands.describe(prompt="What to paint", count="How many")
async def imagine(  # noqa: PLR0917 - a command's options are its parameters
    _interaction: discord.Interaction,
    prompt: app_commands.Range[str, 1, 6000],
    size: str | None = None,
    quality: app_commands.Choice[str] | None = None,
    count: app_commands.Range[int, 1, 10] = 1,
    strength: app_commands.Range[float, 0.0, 1.0] = 0.5,
    image: discord.Attachment | None = None,
    image2: discord.Attachment | None = None,
    spoiler: bool = False,  # noqa: FBT001, FBT002 - a command's options are its parameters
    member: discord.Member | None = None,
    role: discord.Role | None = None,
    channel: discord.TextChannel | discord.Thread | None = None,
    whom: discord.Member | discord.Role | None = None,
) -> None:
    """Take every kind of option."""


@app_commands.context_menu(name="Edit picture")
async def edit_picture(_interaction: discord.Interaction, _message: discord.Message) -> None:
    """Stand for a message command."""


@app_commands.context_menu(name="Wer ist das?")
async def who(_interaction: discord.Interaction, _user: discord.User) -> None:
    """Stand for a user command."""


def _group() -> app_commands.Group:
    group = app_commands.Group(
        name="easel",
        description="Set Easel up",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )
    inner = app_commands.Group(name="roles", description="Who may paint", parent=group)

    async def allow(_interaction: discord.Interaction, role: discord.Role) -> None:
        """Stand for a subcommand of a group."""

    async def show(_interaction: discord.Interaction) -> None:
        """Stand for a subcommand."""

    inner.add_command(app_commands.Command(name="allow", description="Let a role paint", callback=allow))
    group.add_command(app_commands.Command(name="settings", description="Show the settings", callback=show))
    return group


async def built(*, translated: bool) -> Json:
    """Build what CommandTree.sync would send."""
    client = discord.Client(intents=discord.Intents.none())
    tree = app_commands.CommandTree(client)
    tree.add_command(imagine)  # pyright: ignore[reportUnknownArgumentType] - a function has no group to infer
    tree.add_command(edit_picture)
    tree.add_command(who)
    tree.add_command(_group())
    translator = German()
    made: list[dict[str, Any]] = []
    for command in tree.get_commands():
        plain = command.to_dict(tree)
        made.append(await command.get_translated_payload(tree, translator) if translated else plain)
    return json.loads(json.dumps(made))


@pytest.mark.parametrize("translated", [False, True])
@pytest.mark.parametrize("path", [GLOBAL, GUILD])
async def test_what_discord_py_syncs_is_taken(checker: Checker, path: str, translated: bool) -> None:  # noqa: FBT001
    assert checker.request("PUT", path, await built(translated=translated)) == []


def test_an_empty_list_is_taken(checker: Checker) -> None:
    assert checker.request("PUT", GLOBAL, []) == []


@pytest.mark.parametrize("name", ["画图", "วาดรูป", "चित्र", "o'neill", "v2-draft_1", "ünicode"])
def test_names_of_other_scripts_are_taken(checker: Checker, name: str) -> None:
    assert checker.request("PUT", GLOBAL, [slash(name=name)]) == []


def slash(**changed: Json) -> JsonObject:
    return {"name": "paint", "description": "Paint", "type": 1, **changed}


def option(**changed: Json) -> JsonObject:
    return {"type": 3, "name": "prompt", "description": "What", **changed}


def with_options(*options: Json) -> list[Json]:
    return [slash(options=list(options))]


def choice(name: str, value: Json) -> JsonObject:
    return {"name": name, "value": value}


def subcommand(name: str, *options: Json) -> JsonObject:
    return {"type": 1, "name": name, "description": "Sub", "options": list(options)}


def group(name: str, *options: Json) -> JsonObject:
    return {"type": 2, "name": name, "description": "Group", "options": list(options)}


def _menus(count: int) -> list[Json]:
    return [{"name": f"Menu {n}", "type": 3} for n in range(count)]


BAD: dict[str, tuple[list[Json], str, str]] = {
    "no name": ([{"description": "x"}], "[0].name", "schema.required"),
    "a long name": ([slash(name="x" * 33)], "[0].name", "schema.maxLength"),
    "capitals": ([slash(name="Paint")], "[0].name", "name_characters"),
    "a space in the name": ([slash(name="paint it")], "[0].name", "name_characters"),
    "an emoji in the name": ([slash(name="🎨")], "[0].name", "name_characters"),
    "capitals in a translated name": (
        [slash(name_localizations={"de": "Malen"})],
        "[0].name_localizations.de",
        "name_characters",
    ),
    "capitals in an option": (with_options(option(name="Prompt")), "[0].options[0].name", "name_characters"),
    "no description": ([{"name": "paint"}], "[0].description", "description"),
    "an empty description": ([slash(description="")], "[0].description", "description"),
    "a long description": ([slash(description="x" * 101)], "[0].description", "schema.maxLength"),
    "an option without description": (
        with_options({"type": 3, "name": "a"}),
        "[0].options[0].description",
        "description",
    ),
    "a described context menu": ([{"name": "Edit", "type": 3, "description": "x"}], "[0].description", "description"),
    "a context menu with options": ([{"name": "Edit", "type": 2, "options": [option()]}], "[0].options", "description"),
    "26 options": (with_options(*(option(name=f"o{n}") for n in range(26))), "[0].options", "schema.maxItems"),
    "required after optional": (
        with_options(option(), option(name="b", required=True)),
        "[0].options[1]",
        "required_first",
    ),
    "required after optional below": (
        with_options(subcommand("sub", option(), option(name="b", required=True))),
        "[0].options[0].options[1]",
        "required_first",
    ),
    "two options of one name": (with_options(option(), option()), "[0].options[1].name", "option_names_unique"),
    "an unknown option type": (with_options(option(type=99)), "[0].options[0].type", "schema.enum"),
    "subcommands beside options": (with_options(option(), subcommand("sub")), "[0].options[1]", "nesting"),
    "a subcommand in a subcommand": (
        with_options(subcommand("a", subcommand("b"))),
        "[0].options[0].options[0].type",
        "nesting",
    ),
    "a group in a group": (with_options(group("a", group("b"))), "[0].options[0].options[0].type", "nesting"),
    "choices and autocomplete": (
        with_options(option(choices=[choice("A", "a")], autocomplete=True)),
        "[0].options[0].autocomplete",
        "choices",
    ),
    "26 choices": (
        with_options(option(choices=[choice(f"{n}", f"{n}") for n in range(26)])),
        "[0].options[0].choices",
        "schema.maxItems",
    ),
    "two choices of one name": (
        with_options(option(choices=[choice("A", "a"), choice("A", "b")])),
        "[0].options[0].choices[1].name",
        "choices",
    ),
    "a number for a text choice": (
        with_options(option(choices=[choice("A", 1)])),
        "[0].options[0].choices[0].value",
        "choices",
    ),
    "a text for a number choice": (
        with_options(option(type=4, choices=[choice("A", "a")])),
        "[0].options[0].choices[0].value",
        "choices",
    ),
    "a long choice": (
        with_options(option(choices=[choice("A", "x" * 6001)])),
        "[0].options[0].choices[0].value",
        "schema.maxLength",
    ),
    "text with a most value": (with_options(option(max_value=3)), "[0].options[0].max_value", "bounds"),
    "a number with a length": (with_options(option(type=4, max_length=3)), "[0].options[0].max_length", "bounds"),
    "a file with choices": (
        with_options(option(type=11, choices=[choice("A", "a")])),
        "[0].options[0].choices",
        "bounds",
    ),
    "a least above the most": (
        with_options(option(type=4, min_value=3, max_value=2)),
        "[0].options[0].min_value",
        "bounds",
    ),
    "text over 6,000": (with_options(option(max_length=6001)), "[0].options[0].max_length", "schema.maximum"),
    "two commands of one name": ([slash(), slash()], "[1].name", "command_names_unique"),
    "101 commands": ([slash(name=f"c{n}") for n in range(101)], "", "command_count"),
    "16 message menus": (_menus(16), "", "command_count"),
    "8,000 characters and more": (
        with_options(*(option(name=f"o{n}", choices=[choice(f"c{n}", "x" * 4000)]) for n in range(2))),
        "[0]",
        "command_text",
    ),
    "an unknown key": ([slash(cooldown=3)], "[0].cooldown", "schema.additionalProperties"),
    "an unknown context": ([slash(contexts=[7])], "[0].contexts[0]", "schema.enum"),
    "contexts twice": ([slash(contexts=[0, 0])], "[0].contexts", "schema.uniqueItems"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_command_is_named_at_its_place(checker: Checker, name: str) -> None:
    body, where, rule = BAD[name]
    found = checker.request("PUT", GLOBAL, body)
    assert [(violation.where, violation.rule) for violation in found] == [(where, rule)], found


def test_each_rule_is_shown_to_bite() -> None:
    named = {rule.__name__ for rule in (*LIST_RULES, *COMMAND_RULES)}
    assert named <= {rule for _, _, rule in BAD.values()}


def test_a_server_has_no_entry_point(checker: Checker) -> None:
    launch: list[Json] = [{"name": "launch", "type": 4, "description": ""}]
    assert "command_count" in _rules(checker.commands(launch, "guild"))
    assert "command_count" not in _rules(checker.commands(launch, "global"))


@pytest.mark.parametrize("scope", ["global", "guild"])
def test_the_hand_rules_speak_without_the_description(scope: Scope) -> None:
    assert _rules(Checker.load(None).commands([slash(name="A b")], scope)) == ["name_characters"]


@pytest.mark.parametrize("path", ["/applications/1/commands", "/applications/1/guilds/2/commands"])
def test_one_command_is_checked_as_a_list_of_one_is(checker: Checker, path: str) -> None:
    found = checker.request("POST", path, slash(name="Paint"))
    assert [(violation.where, violation.rule) for violation in found] == [("name", "name_characters")]


def _rules(violations: list[Violation]) -> list[str]:
    return list(dict.fromkeys(violation.rule for violation in violations))


def _keys(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


async def test_the_translations_are_really_on_the_wire() -> None:
    made = await built(translated=True)
    assert "name_localizations" in set(_keys(made))
