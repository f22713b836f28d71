"""Where discord.py, Discord's OpenAPI description and our assumptions about both must still agree after an update."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import discord
import pytest

from playground.discord.check import UNNAMED_KEYS, Checker
from playground.json_values import mapping

USED_BY_THE_BOT = (
    ("GET", "/users/@me"),
    ("GET", "/oauth2/applications/@me"),
    ("GET", "/gateway/bot"),
    ("GET", "/applications/{application_id}/commands"),
    ("PUT", "/applications/{application_id}/commands"),
    ("GET", "/applications/{application_id}/guilds/{guild_id}/commands"),
    ("PUT", "/applications/{application_id}/guilds/{guild_id}/commands"),
    ("POST", "/interactions/{webhook_id}/{webhook_token}/callback"),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}"),
    ("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"),
    ("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"),
    ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"),
    ("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"),
    ("GET", "/channels/{channel_id}"),
    ("PATCH", "/channels/{channel_id}"),
    ("GET", "/channels/{channel_id}/messages"),
    ("POST", "/channels/{channel_id}/messages"),
    ("GET", "/channels/{channel_id}/messages/{message_id}"),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"),
    ("POST", "/channels/{channel_id}/messages/{message_id}/threads"),
    ("POST", "/channels/{channel_id}/threads"),
    ("PUT", "/channels/{channel_id}/thread-members/{user_id}"),
    ("POST", "/channels/{channel_id}/typing"),
    ("POST", "/users/@me/channels"),
    ("GET", "/users/{user_id}"),
)

# What discord.py can ask for and Discord does not describe: older than the description, or for people's own accounts.
UNDESCRIBED = {
    ("DELETE", "/guilds/{guild_id}"),
    ("GET", "/applications/{application_id}/skus"),
    ("PATCH", "/guilds/{guild_id}/integrations/{integration_id}"),
    ("PATCH", "/guilds/{guild_id}/vanity-url"),
    ("POST", "/auth/logout"),
    ("POST", "/guilds"),
    ("POST", "/guilds/templates/{code}"),
    ("POST", "/guilds/{guild_id}/integrations"),
    ("POST", "/guilds/{guild_id}/integrations/{integration_id}/sync"),
    ("POST", "/guilds/{guild_id}/mfa"),
    ("POST", "/users/{user_id}/channels"),
}


@pytest.fixture(scope="module")
def spec(discord_spec: Path | None) -> Path:
    if discord_spec is None:
        pytest.skip("schema check OFF: Discord's OpenAPI description is not at hand")
    return discord_spec


@pytest.fixture(scope="module")
def routes() -> set[tuple[str, str]]:
    """Read every `Route("METHOD", "/path")` out of discord.py's source."""
    package = Path(discord.__file__).parent
    return {route for file in package.rglob("*.py") for route in _routes(file)}


def _routes(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="Route"), args=[ast.Constant(str(method)), ast.Constant(str(path)), *_]):
                yield method, path
            case _:
                pass


def _real(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "1", path)


@pytest.mark.parametrize("route", USED_BY_THE_BOT, ids=" ".join)
def test_discord_describes_each_route_the_bot_uses(spec: Path, route: tuple[str, str]) -> None:
    method, path = route
    assert Checker.load(spec).knows(method, _real(path))


@pytest.mark.parametrize("route", USED_BY_THE_BOT, ids=" ".join)
def test_discord_py_still_has_each_route_the_bot_uses(routes: set[tuple[str, str]], route: tuple[str, str]) -> None:
    assert route in routes


def test_discord_describes_all_of_discord_pys_routes_but_these(spec: Path, routes: set[tuple[str, str]]) -> None:
    checker = Checker.load(spec)
    assert {(method, path) for method, path in routes if not checker.knows(method, _real(path))} == UNDESCRIBED


@pytest.mark.parametrize("component", UNNAMED_KEYS)
def test_each_key_we_let_pass_is_still_unnamed(spec: Path, component: str) -> None:
    """A key that Discord names now is checked by its schema and must leave our list."""
    schemas = json.loads(spec.read_bytes())["components"]["schemas"]
    assert not UNNAMED_KEYS[component] & mapping(schemas[component]["properties"]).keys()
