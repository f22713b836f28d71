"""What several unit tests share: the checker with Discord's description, compiled once."""

from pathlib import Path

import pytest

from playground.discord.check import Checker


@pytest.fixture(scope="session")
def checker(discord_spec: Path | None) -> Checker:
    """The checker as published, or a skip where the description is not at hand."""
    if discord_spec is None:
        pytest.skip("schema check OFF: Discord's OpenAPI description is not at hand")
    return Checker.load(discord_spec)
