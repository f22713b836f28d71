"""The net that every test runs above: it finds a secret wherever one was let out."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from playground.discord.local import TOKEN
from playground.images.server import LocalImages
from tests.canaries import CANARIES, interaction_tokens, leaked, leaked_to

pytest_plugins = ["pytester"]

# The log's own canary is one that no bot in this process was told to hide.
LEAKS = {
    "output": "print(CANARIES[0])",
    "log": "logging.getLogger().critical('with %s', CANARIES[3])",
    "traceback": "key = CANARIES[1]; assert not key",
    "file": "(tmp_path / 'easel.log').write_text(CANARIES[0])",
}


@pytest.mark.shows_secrets
@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_a_test_that_lets_a_secret_out_fails(pytester: pytest.Pytester, leak: str) -> None:
    pytester.makeini("[pytest]\nmarkers = shows_secrets")
    pytester.makeconftest("from tests.conftest import pytest_runtest_makereport")
    pytester.makepyfile(
        f"import logging\nfrom tests.canaries import CANARIES\ndef test_leaking(tmp_path):\n    {leak}\n"
        "def test_silent(tmp_path):\n    print('a fox')\n"
    )
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:asyncio")
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] >= 1
    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) >= 1
    assert "secrets were let out" in result.stdout.str()


def test_the_local_servers_keys_are_canaries() -> None:
    assert {TOKEN, LocalImages().api_key} < set(CANARIES)


@pytest.mark.parametrize("canary", CANARIES)
def test_a_secret_is_found_in_a_text(canary: str) -> None:
    assert leaked(f"Authorization: Bearer {canary}") == {canary}
    assert not leaked("Authorization: Bearer [hidden]")


@pytest.mark.shows_secrets
def test_a_secret_is_found_in_a_database(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "easel.sqlite3")) as database:
        database.execute("CREATE TABLE interactions (token TEXT)")
        database.execute("INSERT INTO interactions VALUES (?)", (f"live-{CANARIES[0]}",))
        database.execute("INSERT INTO interactions VALUES (?)", ("x" * 40,))
        database.commit()
    assert [secret for _, secret in leaked_to(tmp_path)] == [CANARIES[0]]
    assert interaction_tokens(tmp_path) == {f"live-{CANARIES[0]}", "x" * 40}
