"""Documentation is tested: every setting and every command stands where people look for it."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from discord.ext import commands

import cogs
from bot.settings import IGNORED_ALOUD, Settings
from tests.contract.profile_cells import ROWS
from tests.contract.profile_table import PAGE, committed, table

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_every_setting_stands_in_the_readme_and_the_example(name: str) -> None:
    assert f"| `{name}` |" in README
    assert re.search(rf"^#?{name}=", EXAMPLE, re.MULTILINE)


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_says_what_it_is_in_its_own_words_there(name: str) -> None:
    description = Settings.model_fields[name].description
    assert description
    assert description in README
    assert description in " ".join(line.removeprefix("#").strip() for line in EXAMPLE.splitlines())


def test_the_example_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def _aliases() -> list[str]:
    found = [field.validation_alias for field in Settings.model_fields.values() if field.validation_alias]
    names = [str(choice) for alias in found for choice in getattr(alias, "choices", ())]
    return [name for name in names if name.isupper()]


@pytest.mark.parametrize("alias", [*_aliases(), *IGNORED_ALOUD])
def test_every_alias_stands_in_the_readme(alias: str) -> None:
    assert f"`{alias}`" in README


def _commands() -> list[str]:
    """Every slash command of every cog, and every entry of the message menu."""
    found = list[str]()
    for module in pkgutil.iter_modules(cogs.__path__, "cogs."):
        for cog in vars(importlib.import_module(module.name)).values():
            if isinstance(cog, type) and issubclass(cog, commands.Cog) and cog.__module__ == module.name:
                found += [f"/{command.name}" for command in cog.__cog_app_commands__]
    return found


def test_every_command_stands_in_the_readmes_table() -> None:
    named = _commands()
    assert {"/imagine", "/edit", "/show", "/help"} <= set(named)
    assert [name for name in named if f"| `{name}" not in README] == []


@pytest.mark.parametrize("target", re.findall(r"\]\((?!http|#)([^)]+)\)", README))
def test_every_link_of_the_readme_leads_somewhere(target: str) -> None:
    assert (ROOT / target.partition("#")[0]).exists()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`make ([a-z-]+)`", README))))
def test_every_make_target_of_the_readme_exists(command: str) -> None:
    assert re.search(rf"^{command}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


# -- the page on gateways ---------------------------------------------------------------------------------------------


def test_the_table_of_gateways_is_the_one_that_is_tested() -> None:
    """`python -m tests.contract.profile_table` prints what has to stand there."""
    assert committed() == table()


def test_the_page_on_gateways_says_first_that_none_was_asked() -> None:
    head = PAGE.read_text(encoding="utf-8").partition("| --- |")[0]
    assert "## Simulated from documents" in head
    assert "](docs/gateways.md)" in README


@pytest.mark.parametrize("title", [row.title for row in ROWS if ", " not in row.title])
def test_every_gateway_has_its_paragraph_with_a_source(title: str) -> None:
    paragraphs = PAGE.read_text(encoding="utf-8").split("\n\n")
    said = [one for one in paragraphs if one.lower().startswith(f"**{title.lower()}.**")]
    assert len(said) == 1
    assert re.search(r"2026-11-2\d\)", said[0]) or title == "unknown"


@pytest.mark.parametrize("target", re.findall(r"\]\((?!http|#)([^)]+)\)", PAGE.read_text(encoding="utf-8")))
def test_every_link_of_the_page_on_gateways_leads_somewhere(target: str) -> None:
    assert (PAGE.parent / target.partition("#")[0]).exists()
