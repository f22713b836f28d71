"""Downloading pictures by URL without any key: Discord's attachments, and pictures that a gateway only names."""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import aiohttp
import stamina
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.errors import FetchFailed
from bot.gateways.guard import AddressRefused, check_url
from bot.gateways.picture_file import PictureFile
from bot.gateways.session import guarded_session, trusted_session
from bot.model import Reason

ATTEMPTS: Final = 3
TOTAL_S: Final = 120.0
"""Seconds one attempt may take."""

_MAX_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({401, 403, 404, 410})  # what object stores and Discord's CDN answer once a link has expired
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class _Passing(Exception):
    """The download may work if it is tried again."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloader:
    """Fetches what strangers name, behind the guard; `origins` are the exact exceptions the host configured.

    Each redirect, of at most three, passes the same checks as the first address. Nothing here carries a key.
    """

    guarded: aiohttp.ClientSession
    trusted: aiohttp.ClientSession
    origins: frozenset[str]
    attempts: int = ATTEMPTS

    async def fetch(self, url: str, into: Path, *, max_bytes: int) -> Path:
        """Download to a fresh file in `into` and return its path; the caller removes it.

        Errors: `FetchFailed` with EXPIRED (the link is no longer good), FILE_TOO_BIG or FETCH_FAILED; facts say
        host, status and limit. Tried three times where trying again may help. Free.
        """
        file = await self.download(url, partial(_fresh_file, into, max_bytes), max_bytes=max_bytes)
        return file.path

    async def download(self, url: str, begin: Callable[[], PictureFile], *, max_bytes: int) -> PictureFile:
        """Download into the file that `begin` opens (again for each attempt) and close it. Errors as for `fetch`."""
        target = _parse(url)
        try:
            async for attempt in stamina.retry_context(
                on=_Passing, attempts=self.attempts, wait_initial=0.2, timeout=None
            ):
                with attempt:
                    return await self._attempt(target, begin, max_bytes)
        except _Passing as error:
            raise FetchFailed(Reason.FETCH_FAILED, host=target.host, detail=error.detail) from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _attempt(self, target: URL, begin: Callable[[], PictureFile], max_bytes: int) -> PictureFile:
        try:
            async with asyncio.timeout(TOTAL_S), self._open(target) as response:
                return await _save(response, begin, max_bytes)
        except AddressRefused as error:
            raise FetchFailed(Reason.FETCH_FAILED, host=target.host, detail=error.strerror) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, AddressRefused):
                raise FetchFailed(Reason.FETCH_FAILED, host=target.host, detail=error.os_error.strerror) from error
            raise _Passing("no connection") from error
        except TimeoutError as error:
            raise _Passing("no answer in time") from error
        except ValueError as error:  # aiohttp refuses it, or no name server could be asked for such a name
            raise FetchFailed(Reason.FETCH_FAILED, host=target.host, detail="no web address") from error
        except aiohttp.ClientError as error:
            raise _Passing("the connection broke off") from error
        except OSError as error:
            raise FetchFailed(Reason.DISK_FULL, detail=error.strerror) from error

    @asynccontextmanager
    async def _open(self, target: URL) -> AsyncGenerator[aiohttp.ClientResponse]:
        """Yield the first answer that is no redirect."""
        for _ in range(_MAX_REDIRECTS + 1):
            async with self._session_for(target).get(target, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    yield response
                    return
                target = _parse(response.headers.get("Location", ""), target)
        raise FetchFailed(Reason.FETCH_FAILED, host=target.host, detail="too many redirects")

    def _session_for(self, target: URL) -> aiohttp.ClientSession:
        if str(target.origin()) in self.origins:
            return self.trusted
        check_url(target)
        return self.guarded


@asynccontextmanager
async def open_downloader(
    origins: frozenset[str], *, resolver: AbstractResolver | None = None, attempts: int = ATTEMPTS
) -> AsyncGenerator[Downloader]:
    """Open the downloader and its two sessions; `resolver` replaces the operating system's."""
    async with guarded_session(resolver) as guarded, trusted_session() as trusted:
        named = frozenset(str(URL(origin).origin()) for origin in origins)
        yield Downloader(guarded=guarded, trusted=trusted, origins=named, attempts=attempts)


async def _save(response: aiohttp.ClientResponse, begin: Callable[[], PictureFile], max_bytes: int) -> PictureFile:
    host = response.url.host
    if response.status in _GONE:
        raise FetchFailed(Reason.EXPIRED, host=host, status=response.status)
    if response.status in _PASSING:
        raise _Passing(f"status {response.status}")
    if response.status != 200:  # noqa: PLR2004  # a whole file, or nothing
        raise FetchFailed(Reason.FETCH_FAILED, host=host, status=response.status)
    announced = response.content_length or 0
    if announced > max_bytes:
        raise FetchFailed(Reason.FILE_TOO_BIG, host=host, limit_bytes=max_bytes, size_bytes=announced)
    file = begin()
    is_whole = False
    try:
        async for chunk in response.content.iter_any():
            file.write(chunk)
        file.close()
        is_whole = True
    except OverflowError:
        raise FetchFailed(Reason.FILE_TOO_BIG, host=host, limit_bytes=max_bytes) from None
    finally:
        if not is_whole:
            file.discard()
    return file


def _parse(address: str, base: URL | None = None) -> URL:
    """Read an absolute address, or one relative to `base`."""
    try:
        url = base.join(URL(address)) if base else URL(address)
        _ = url.origin(), url.host  # each reads more of it
    except ValueError as error:
        raise FetchFailed(Reason.FETCH_FAILED, detail="no web address") from error
    return url


def _fresh_file(folder: Path, max_bytes: int) -> PictureFile:
    descriptor, name = tempfile.mkstemp(prefix="fetched-", dir=folder)
    os.close(descriptor)
    return PictureFile(Path(name), max_bytes=max_bytes)
