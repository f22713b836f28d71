"""The two kinds of HTTP session: one that carries a gateway's key, and those that never carry any."""

import importlib.metadata
from collections.abc import Mapping
from functools import cache
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver

from bot.gateways.guard import GuardedResolver, open_checked_socket

CONNECT_S: Final = 10.0

READ_AHEAD_BYTES: Final = 1 << 19
"""Half of what aiohttp holds before it stops reading; at its own 64 KiB it stops and starts for every chunk."""


def keyed_session(key: str, *, connect_s: float, traces: list[aiohttp.TraceConfig]) -> aiohttp.ClientSession:
    """Open the session for one gateway; must be called within a running loop and closed by the caller.

    Every connection is fresh: one from a pool may have died unnoticed, and a paid request that fails on it would
    look as if nobody knew what became of it. Only connecting has a clock here; the dialect has the others.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True),
        headers={**({"Authorization": f"Bearer {key}"} if key else {}), **_plain_headers()},
        read_bufsize=READ_AHEAD_BYTES,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, connect=connect_s, sock_connect=connect_s),
        trace_configs=traces,
    )


def guarded_session(resolver: AbstractResolver | None = None) -> aiohttp.ClientSession:
    """Open a key-less session that reaches public addresses only, whatever a name resolves to."""
    inner = resolver or ThreadedResolver()
    connector = aiohttp.TCPConnector(resolver=GuardedResolver(inner), socket_factory=open_checked_socket, limit=0)
    return _keyless(connector)


def trusted_session() -> aiohttp.ClientSession:
    """Open a key-less session for the exact origins the host named; it follows no redirect either."""
    return _keyless(aiohttp.TCPConnector(limit=0))


def _keyless(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        headers=_plain_headers(),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_S, sock_connect=CONNECT_S, sock_read=30),
    )


def _plain_headers() -> Mapping[str, str]:
    # Base64 and pictures do not shrink; unpacking gzip would cost 90 ms a picture (performance facts, 1).
    return {"Accept-Encoding": "identity", "User-Agent": f"Easel/{_version()}"}


@cache
def _version() -> str:
    try:
        return importlib.metadata.version("easel")
    except importlib.metadata.PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
