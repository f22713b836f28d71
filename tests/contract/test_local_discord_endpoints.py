"""Pointing discord.py somewhere else, and noticing when it no longer can be."""

import discord
import pytest
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.discord_endpoints import DiscordLibraryChanged, point


def addresses() -> tuple[str, URL, str]:
    return Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE


def test_discord_py_is_pointed_at_a_server_and_back() -> None:
    point(None, None)  # whatever an earlier test pointed at
    own = addresses()
    try:
        point("http://127.0.0.1:8080/api/v10/", "ws://127.0.0.1:8080/gateway")
        here = ("http://127.0.0.1:8080/api/v10", URL("ws://127.0.0.1:8080/gateway"), "http://127.0.0.1:8080")
        assert addresses() == here
        assert Route("GET", "/users/@me").url == "http://127.0.0.1:8080/api/v10/users/@me"
        point("https://proxy.example/api/v10", None)
        assert addresses() == ("https://proxy.example/api/v10", own[1], own[2])
    finally:
        point(None, None)
    assert addresses() == own


def test_a_discord_py_that_keeps_its_addresses_elsewhere_is_named() -> None:
    base = Route.BASE
    del Route.BASE
    try:
        with pytest.raises(DiscordLibraryChanged, match=rf"{discord.__version__} has no discord.http.Route.BASE"):
            point("http://127.0.0.1:1/api/v10", None)
    finally:
        Route.BASE = base
    assert addresses() == ("https://discord.com/api/v10", URL("wss://gateway.discord.gg/"), Asset.BASE)
