"""The HTTP server of the local Discord: which address leads where; what happens there is said elsewhere."""

import socket
import ssl
from collections.abc import Awaitable, Callable

from aiohttp import web

from playground.discord.core import Core
from playground.discord.pipeline import API_PREFIX, Pipeline
from playground.discord.routes import ROUTES, Route

LOOPBACK = "127.0.0.1"
_SHUTDOWN_S = 1.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Listen on loopback; `start` returns the port."""

    def __init__(self, core: Core, pipeline: Pipeline) -> None:
        self._core = core
        self._pipeline = pipeline
        app = web.Application()
        for route in ROUTES:
            app.router.add_route(route.method, API_PREFIX + route.path, self._handler(route))
        app.router.add_get("/", self._root)
        app.router.add_get("/gateway", core.gateway.serve)
        for folder in ("attachments", "ephemeral-attachments"):
            app.router.add_get(f"/{folder}/{{channel_id}}/{{attachment_id}}/{{filename}}", pipeline.serve_file)
        app.router.add_route("*", "/{tail:.*}", self._handler(None))
        self._app = app
        self._front: str | None = None
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)

    def mount(self, prefix: str, app: web.Application) -> None:
        """Serve `app` under `prefix` and lead browsers that ask for `/` there; RuntimeError once it has started."""
        self._app.add_subapp(prefix, app)
        self._front = prefix

    async def start(self, port: int, tls: ssl.SSLContext | None) -> int:
        """Listen on 127.0.0.1; port 0 takes a free one. Return the port."""
        await self._runner.setup()
        listener = socket.create_server((LOOPBACK, port))
        await web.SockSite(self._runner, listener, ssl_context=tls).start()
        return int(listener.getsockname()[1])

    async def stop(self) -> None:
        """Close all connections and stop listening."""
        await self._core.gateway.close()
        await self._runner.cleanup()

    def _handler(self, route: Route | None) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._pipeline.serve(route, request)

        return handle

    async def _root(self, request: web.Request) -> web.StreamResponse:
        """Serve the gateway, which Discord has at `/`, and send whoever wants no WebSocket to the front page."""
        if self._front is not None and request.headers.get("Upgrade", "").lower() != "websocket":
            raise web.HTTPFound(self._front)
        return await self._core.gateway.serve(request)
