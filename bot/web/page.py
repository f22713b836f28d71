"""Health for supervisors and metrics for Prometheus, on a port of their own, on 127.0.0.1 by default."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.errors import StartupError

Check = Callable[[], Awaitable[str | None]]
"""Returns None when well, else one sentence that says what is wrong."""

Sample = Callable[[], Awaitable[Mapping[tuple[str, str], float]]]
"""Returns the present figures: (gauge name, label value) to number."""

BEAT_S = 0.05
CHECK_TIMEOUT_S = 5.0

log = structlog.stdlib.get_logger(__name__)


class Page:
    """`/livez` (the loop turns), `/readyz` (every check is well) and `/metrics`."""

    def __init__(self, checks: Mapping[str, Check], sample: Sample, version: str) -> None:
        self._worst_s = 0.0
        self._checks = checks
        self._sample = sample
        self._registry = CollectorRegistry()
        self._orders = Gauge("easel_orders", "Orders by state.", ["state"], registry=self._registry)
        self._running = Gauge("easel_running_orders", "Orders being carried out now.", registry=self._registry)
        self._disk = Gauge("easel_disk_free_bytes", "Free bytes where the data folder lies.", registry=self._registry)
        self._lag = Histogram(
            "easel_loop_lag_seconds",
            "How late the event loop's beat came.",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3),
            registry=self._registry,
        )
        self._worst = Gauge(
            "easel_loop_lag_max_seconds", "The latest beat since the last reading.", registry=self._registry
        )
        info = Gauge("easel_build_info", "The running version.", ["version"], registry=self._registry)
        info.labels(version).set(1)

    @asynccontextmanager
    async def serve(self, host: str, port: int) -> AsyncGenerator[int]:
        """Listen until left; yields the port. Errors: `StartupError` where the port is taken."""
        app = web.Application()
        app.router.add_get("/livez", self._livez)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        beat = asyncio.create_task(self._beat(), name="loop beat")
        try:
            site = web.TCPSite(runner, host, port)
            try:
                await site.start()
            except OSError as error:
                raise StartupError(
                    f"WEB_PORT: {host}:{port} cannot be listened on ({error.strerror}). "
                    "Choose another port, or leave WEB_PORT empty."
                ) from error
            yield int(runner.addresses[0][1])
        finally:
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat
            await runner.cleanup()

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(BEAT_S)
            late_s = max(0.0, loop.time() - before - BEAT_S)
            self._lag.observe(late_s)
            self._worst_s = max(self._worst_s, late_s)

    async def _livez(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _readyz(self, _: web.Request) -> web.Response:
        findings = {name: await self._ask(check) for name, check in self._checks.items()}
        well = all(finding is None for finding in findings.values())
        body = {name: finding or "ok" for name, finding in findings.items()}
        return web.json_response(body, status=200 if well else 503)

    async def _ask(self, check: Check) -> str | None:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_S):
                return await check()
        except TimeoutError:
            return f"no answer within {CHECK_TIMEOUT_S:g} s"

    async def _metrics(self, _: web.Request) -> web.Response:
        figures = await self._sample()
        self._worst.set(self._worst_s)
        self._worst_s = 0.0
        self._orders.clear()
        for (name, label), value in figures.items():
            match name:
                case "orders":
                    self._orders.labels(label).set(value)
                case "running":
                    self._running.set(value)
                case _:
                    self._disk.set(value)
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
