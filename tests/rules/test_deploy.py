"""What a host installs agrees with what the program does."""

import re
from pathlib import Path

from bot.errors import ConfigurationError
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
UNIT = (ROOT / "deploy" / "easel.service").read_text(encoding="utf-8")


def said(name: str) -> str:
    found = re.search(rf"^{name}=(.+)$", UNIT, re.MULTILINE)
    assert found, name
    return found[1]


def test_systemd_waits_for_running_calls() -> None:
    assert int(said("TimeoutStopSec")) > Settings.model_fields["drain_s"].default
    assert said("KillMode") == "mixed"


def test_a_wrong_configuration_is_not_started_again() -> None:
    assert int(said("RestartPreventExitStatus")) == ConfigurationError.exit_code


def test_what_systemd_starts_is_what_the_readme_says() -> None:
    command = said("ExecStart").partition("/opt/easel/")[2]
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
