"""Rules about what source text may hold."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for folder in ("bot", "cogs", "playground", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)


def _of(*folders: str) -> list[Path]:
    return [path for path in SOURCES if path.relative_to(ROOT).parts[0] in folders]


def _calls(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def test_files_and_embeds_are_made_in_delivery_only() -> None:
    strays = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in _of("bot", "cogs")
        if "delivery" not in path.parts
        for name, line in _calls(path)
        if name in {"discord.Embed", "discord.File", "Embed", "File"}
    ]
    assert strays == []


def test_no_mock_objects() -> None:
    banned = re.compile(
        r"unittest\.mock|from unittest import mock|MagicMock\(|AsyncMock\(|monkeypatch\.setattr\(\s*[\"']?bot"
    )
    strays = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path != Path(__file__) and banned.search(path.read_text(encoding="utf-8"))
    ]
    assert strays == []


def test_every_exception_is_caught_wholesale_in_four_places_only() -> None:
    places = {
        path.relative_to(ROOT).as_posix()
        for path in _of("bot", "cogs")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    }
    allowed = {"bot/orders/fence.py", "bot/delivery/views.py", "bot/imaging/opening.py"}
    assert places <= allowed, "the order fence, the View base and the decode boundary are the only ones"


@pytest.mark.parametrize("name", ["utils", "helpers", "manager", "common"])
def test_no_room_without_a_subject(name: str) -> None:
    assert [path for path in SOURCES if path.stem == name] == []


def test_no_work_is_left_marked_as_open() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")
    strays = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _of("bot", "cogs", "playground", "benchmarks")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert strays == []


def test_no_file_names_a_package_registry() -> None:
    registries = re.compile(
        "|".join(["py" + r"pi\.org/simple", "python" + "hosted", r"registry\.npm" + "js", r"deb\.deb" + r"ian\.org"])
    )
    texts = [
        ROOT / name
        for name in (
            "requirements.lock", "requirements-dev.lock", "requirements-litellm.lock",
            "pyproject.toml", "Makefile", "README.md", ".ci/run",
        )
    ]  # fmt: skip
    strays = [
        path.name
        for path in [*texts, *SOURCES]
        if path.exists() and registries.search(path.read_text(encoding="utf-8"))
    ]
    assert strays == []
