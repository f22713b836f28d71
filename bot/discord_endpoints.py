"""Point discord.py at a Discord-compatible server: the only place that touches its private addresses."""

from urllib.parse import urlsplit

import discord
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.errors import StartupError

DISCORD_API_URL = "https://discord.com/api/v10"  # discord.http.Route.BASE, discord.py 2.7.1
DISCORD_GATEWAY_URL = "wss://gateway.discord.gg/"  # discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY, 2.7.1
DISCORD_CDN_URL = "https://cdn.discordapp.com"  # discord.asset.Asset.BASE, 2.7.1
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class DiscordLibraryChanged(StartupError):
    """The installed discord.py no longer keeps its addresses where this program sets them."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"discord.py {discord.__version__} has no {missing}: install the version that pyproject.toml names."
        )


def point(api_url: str | None, gateway_url: str | None) -> None:
    """Send discord.py's REST calls to `api_url` and its gateway socket to `gateway_url`.

    Shape:  `api_url` ends in the API version ("http://127.0.0.1:8080/api/v10"); None means Discord itself.
    Errors: DiscordLibraryChanged, when discord.py was replaced by one that keeps its addresses elsewhere.
    Effect: three class attributes of discord.py, so the whole process; call it before the client starts.
        Avatars come from Discord's CDN unless the server is on this machine, where no name may be looked up.
    """
    _require(Route, "BASE", str)
    _require(DiscordWebSocket, "DEFAULT_GATEWAY", URL)
    _require(Asset, "BASE", str)
    Route.BASE = (api_url or DISCORD_API_URL).rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url or DISCORD_GATEWAY_URL)
    Asset.BASE = _assets_beside(Route.BASE)  # pyright: ignore[reportAttributeAccessIssue]  # inferred as one literal


def _require(owner: type, name: str, kind: type) -> None:
    if not isinstance(getattr(owner, name, None), kind):
        raise DiscordLibraryChanged(f"{owner.__module__}.{owner.__qualname__}.{name} of type {kind.__name__}")


def _assets_beside(api_url: str) -> str:
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.hostname in _LOOPBACK else DISCORD_CDN_URL
