"""The key-less downloader over real sockets: what it brings, what it refuses, and that it then does not connect."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from bot.errors import FetchFailed
from bot.gateways.fetch import Downloader, open_downloader
from bot.model import Reason

CONTENT = bytes(range(256)) * 400


class Names(AbstractResolver):
    """A name server with these answers, each look-up taking the next; counts look-ups."""

    def __init__(self, **names: list[str]) -> None:
        self.names = {name.replace("_", "."): iter(addresses) for name, addresses in names.items()}

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        address = next(self.names[host])
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=kind, proto=0, flags=int(socket.AI_NUMERICHOST)
            )
        ]

    @override
    async def close(self) -> None:
        return None


class Site:
    """A small server whose paths answer in the ways downloads go wrong; `asked` lists what arrived."""

    def __init__(self) -> None:
        self.origin = ""
        self.asked: list[web.Request] = []
        self.failures_left = 0
        self.app = web.Application(middlewares=[self._note])
        self.app.router.add_get("/cat.png", self._whole)
        self.app.router.add_get("/chunked", self._chunked)
        self.app.router.add_get("/flaky", self._flaky)
        self.app.router.add_get("/cut", self._cut)
        self.app.router.add_get("/status/{status}", self._status)
        self.app.router.add_get("/to", self._redirect)

    @web.middleware
    async def _note(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.asked.append(request)
        return await handler(request)

    async def _whole(self, _: web.Request) -> web.StreamResponse:
        return web.Response(body=CONTENT, content_type="image/png")

    async def _chunked(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for start in range(0, len(CONTENT), 1000):
            await response.write(CONTENT[start : start + 1000])
        return response

    async def _flaky(self, request: web.Request) -> web.StreamResponse:
        if self.failures_left == 0:
            return await self._whole(request)
        self.failures_left -= 1
        return web.Response(status=503)

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100000"})
        await response.prepare(request)
        await response.write(CONTENT[:1000])
        assert request.transport is not None
        request.transport.abort()
        return response

    async def _status(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=int(request.match_info["status"]))

    async def _redirect(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": request.query.get("where", "/to")})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    opened = Site()
    runner = web.AppRunner(opened.app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    opened.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield opened
    await runner.cleanup()


@pytest.fixture
async def downloader(site: Site) -> AsyncIterator[Downloader]:
    async with open_downloader(frozenset({site.origin + "/"})) as opened:
        yield opened


class Connects:
    """Every connect the process tries while this listens; audit hooks cannot be removed, so it is switched off."""

    def __init__(self) -> None:
        self.tried: list[tuple[str, int]] = []
        self.listens = False
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.listens and event == "socket.connect":
            host, port, *_ = cast("tuple[str, int]", arguments[1])
            self.tried.append((host, port))

    @contextmanager
    def listening(self) -> Generator[list[tuple[str, int]]]:
        self.tried.clear()
        self.listens = True
        try:
            yield self.tried
        finally:
            self.listens = False


@pytest.fixture(scope="module")
def connects() -> Connects:
    return Connects()


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def failure_of(downloader: Downloader, url: str, into: Path, max_bytes: int = 1_000_000) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        await downloader.fetch(url, into, max_bytes=max_bytes)
    assert names_in(into) == []
    return caught.value


# -- what it brings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/cat.png", "/chunked"])
async def test_a_file_is_written_as_it_is_and_asked_for_without_any_key(
    downloader: Downloader, site: Site, tmp_path: Path, path: str
) -> None:
    file = await downloader.fetch(site.origin + path, tmp_path, max_bytes=len(CONTENT))
    assert file.parent == tmp_path
    assert file.read_bytes() == CONTENT
    (request,) = site.asked
    assert "Authorization" not in request.headers
    assert "Cookie" not in request.headers
    assert request.headers["Accept-Encoding"] == "identity"


async def test_downloads_at_once_do_not_share_a_file(downloader: Downloader, site: Site, tmp_path: Path) -> None:
    urls = [f"{site.origin}/cat.png?{number}" for number in range(10)]
    files = await asyncio.gather(*(downloader.fetch(url, tmp_path, max_bytes=1_000_000) for url in urls))
    assert len(set(files)) == 10
    assert all(file.read_bytes() == CONTENT for file in files)


async def test_what_may_pass_is_tried_again(downloader: Downloader, site: Site, tmp_path: Path) -> None:
    site.failures_left = 2
    file = await downloader.fetch(f"{site.origin}/flaky", tmp_path, max_bytes=1_000_000)
    assert file.read_bytes() == CONTENT
    assert len(site.asked) == 3


async def test_a_redirect_within_trusted_origins_is_followed(
    downloader: Downloader, site: Site, tmp_path: Path
) -> None:
    file = await downloader.fetch(f"{site.origin}/to?where=/cat.png", tmp_path, max_bytes=1_000_000)
    assert file.read_bytes() == CONTENT


# -- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_link_that_is_no_longer_good_is_said_to_be_expired(
    downloader: Downloader, site: Site, tmp_path: Path, status: int
) -> None:
    failed = await failure_of(downloader, f"{site.origin}/status/{status}", tmp_path)
    assert (failed.reason, failed.facts["status"]) == (Reason.EXPIRED, status)
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
async def test_trouble_that_stays_is_given_up_after_three_tries(
    downloader: Downloader, site: Site, tmp_path: Path, status: int
) -> None:
    failed = await failure_of(downloader, f"{site.origin}/status/{status}", tmp_path)
    assert (failed.reason, failed.facts["detail"]) == (Reason.FETCH_FAILED, f"status {status}")
    assert len(site.asked) == 3


@pytest.mark.parametrize("status", [204, 206, 400, 418])
async def test_other_answers_are_no_file(downloader: Downloader, site: Site, tmp_path: Path, status: int) -> None:
    failed = await failure_of(downloader, f"{site.origin}/status/{status}", tmp_path)
    assert (failed.reason, len(site.asked)) == (Reason.FETCH_FAILED, 1)


@pytest.mark.parametrize("path", ["/cat.png", "/chunked"])
async def test_a_file_too_big_is_dropped_whether_it_says_so_or_not(
    downloader: Downloader, site: Site, tmp_path: Path, path: str
) -> None:
    failed = await failure_of(downloader, site.origin + path, tmp_path, max_bytes=len(CONTENT) - 1)
    assert (failed.reason, failed.facts["limit_bytes"]) == (Reason.FILE_TOO_BIG, len(CONTENT) - 1)
    assert len(site.asked) == 1


async def test_a_download_that_breaks_off_leaves_nothing(downloader: Downloader, site: Site, tmp_path: Path) -> None:
    failed = await failure_of(downloader, f"{site.origin}/cut", tmp_path)
    assert failed.reason is Reason.FETCH_FAILED
    assert len(site.asked) == 3


async def test_redirects_come_to_an_end(downloader: Downloader, site: Site, tmp_path: Path) -> None:
    failed = await failure_of(downloader, f"{site.origin}/to", tmp_path)
    assert failed.facts["detail"] == "too many redirects"
    assert len(site.asked) == 4


# -- what is refused before any connection ---------------------------------------------------------------------------

HOSTILE = [
    "", "cat.png", "//cat.png", "http://", "https://", "https:///cat.png", "https://exa mple.com/",
    "javascript:alert(1)",
    "http://cdn.example.com/cat.png", "ftp://cdn.example.com/cat.png", "file:///etc/passwd", "data:,x", "https://[::1",
    "https://127.0.0.1/", "https://127.0.0.1:8080/", "https://127.1/", "https://127.0.1/", "https://2130706433/",
    "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://017700000001/", "https://0/",
    "https://0.0.0.0/", "https://10.0.0.1/", "https://100.64.0.1/", "https://169.254.169.254/latest/meta-data/",
    "https://172.16.0.1/", "https://192.168.0.1/", "https://198.18.0.1/", "https://224.0.0.1/", "https://255.255.255.255/",
    "https://[::]/", "https://[::1]/", "https://[::7f00:1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:0:7f00:1]/",
    "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::1]/", "https://[2002:7f00:1::]/",
    "https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", "https://[fe80::1]/", "https://[fd00::1]/", "https://[ff02::1]/",
    "https://[fe80::5efe:7f00:1]/", "https://[2606:4700::5efe:7f00:1]/", "https://user:pass@1.1.1.1/",
    "https://1.1.1.1@127.0.0.1/", "https://127.0.0.1#@1.1.1.1/", "https://localhost/", "https://x.localhost/",
    "https://LocalHost./", "https://router.local/", "https://metadata.google.internal/", "https://127。0。0。1/",
    "https://①②⑦.0.0.1/", "https://127.0.0.1%2f@1.1.1.1/",
]  # fmt: skip


@pytest.mark.parametrize("url", HOSTILE)
async def test_no_connection_is_tried_to_where_nothing_may_come_from(
    connects: Connects, tmp_path: Path, url: str
) -> None:
    async with open_downloader(frozenset(), resolver=Names()) as downloader:
        with connects.listening() as tried:
            failed = await failure_of(downloader, url, tmp_path)
    assert failed.reason is Reason.FETCH_FAILED
    assert tried == []


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"]
)
async def test_a_name_that_leads_inside_is_not_connected(connects: Connects, tmp_path: Path, address: str) -> None:
    names = Names(cdn_example_com=[address] * 3)
    async with open_downloader(frozenset(), resolver=names) as downloader:
        with connects.listening() as tried:
            failed = await failure_of(downloader, "https://cdn.example.com/cat.png", tmp_path)
    assert "public" in str(failed.facts["detail"])
    assert tried == []


@pytest.mark.parametrize(
    "where", ["https://127.0.0.1/", "http://169.254.169.254/", "https://[::1]/", "file:///etc/passwd"]
)
async def test_a_redirect_inside_is_not_followed(
    connects: Connects, downloader: Downloader, site: Site, tmp_path: Path, where: str
) -> None:
    with connects.listening() as tried:
        failed = await failure_of(downloader, f"{site.origin}/to?where={where}", tmp_path)
    assert failed.reason is Reason.FETCH_FAILED
    port = int(site.origin.rpartition(":")[2])
    assert tried == [("127.0.0.1", port)]


async def test_an_exception_is_for_one_exact_origin(connects: Connects, site: Site, tmp_path: Path) -> None:
    async with open_downloader(frozenset({site.origin})) as downloader:
        with connects.listening() as tried:
            await failure_of(downloader, "http://127.0.0.1:9/cat.png", tmp_path)
            await failure_of(downloader, site.origin.replace("http:", "https:") + "/cat.png", tmp_path)
            await failure_of(downloader, site.origin.replace("127.0.0.1", "localhost") + "/cat.png", tmp_path)
    assert tried == []
    assert site.asked == []
