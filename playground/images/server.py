"""The local image gateway's life: opens its three dialects on 127.0.0.1 and closes them; `desk` answers the POSTs."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from playground.images.checks import Checks
from playground.images.conformance import Conformance
from playground.images.desk import REQUEST_ID, Desk
from playground.images.downloads import Downloads
from playground.images.memory import Memory
from playground.images.models import Model
from playground.images.persona import Persona, honest_persona
from playground.images.posts import Post, PostLog
from playground.images.refusal import error_body
from playground.images.script import Script
from playground.images.studio import Studio
from playground.images.switches import Switches

_BODY_MAX_BYTES = 1_000_000_000  # sixteen inputs of 50 MB, a mask, and room for the rest
_CLOSING_S = 0.2  # answers that still wait when the server closes are dropped after this


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LocalImages:
    """An image gateway that costs nothing: `async with LocalImages() as images: ... images.base_url`.

    Shape:  `posts` logs every POST that arrived, `downloads` every picture fetched by URL, `script` takes
            behaviours for coming requests, `switches` habits for all of them, `memory` what finished responses made;
            `violations` names each honest answer that left OpenAI's description; `persona` is whose part it plays.
    Units:  `latency_s` is the time every answer takes beside the painting; a streamed one shows previews meanwhile.
    Effect: listens on 127.0.0.1 while entered, on a free port unless one is given; paints in `painters`, which
            stays the caller's, or in two threads of its own.
    """

    def __init__(  # noqa: PLR0913 - what tests and the playground set; each is named at the call
        self,
        *,
        port: int = 0,
        api_key: str = "sk-offline-preview",
        latency_s: float = 0.0,
        spec: Path | None = None,
        persona: Persona | None = None,
        painters: Executor | None = None,
        now: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.origin = ""
        self.api_key = api_key
        self.posts = PostLog()
        self.script = Script()
        self.downloads = Downloads()
        self.memory = Memory()
        self.switches = Switches()
        self._port = port
        self._conformance = Conformance(spec)
        pool = painters or ThreadPoolExecutor(2, thread_name_prefix="painter")
        self._own_painters = None if painters else pool
        plays = persona or honest_persona()
        images, chats, texts = _by_id(plays.images), _by_id(plays.chats), _by_id(plays.texts)
        self._models = {**images, **chats, **texts}
        self._desk = Desk(
            api_key=api_key,
            persona=plays,
            checks=Checks(
                images=images,
                chats=chats,
                texts=texts,
                memory=self.memory,
                switches=self.switches,
                conformance=self._conformance,
            ),
            memory=self.memory,
            latency_s=latency_s,
            posts=self.posts,
            script=self.script,
            downloads=self.downloads,
            studio=Studio(pool),
            now=now,
            sleep=sleep,
        )
        self._closing = AsyncExitStack()

    @property
    def base_url(self) -> str:
        """What a client is configured with."""
        return f"{self.origin}/v1"

    @property
    def violations(self) -> tuple[str, ...]:
        """Each place where an honest answer left OpenAI's description; always empty when that is not at hand."""
        return tuple(self._conformance.violations)

    @property
    def is_checked(self) -> bool:
        """Whether requests and answers are held against OpenAI's description."""
        return self._conformance.is_on

    async def arrived(self, count: int) -> tuple[Post, ...]:
        """Wait until so many POSTs are here, body and all, and return them."""
        return await self.posts.until(count, lambda post: post.read)

    async def answered(self, count: int) -> tuple[Post, ...]:
        """Wait until so many POSTs have their whole answer, and return them."""
        return await self.posts.until(count, lambda post: post.answered)

    async def __aenter__(self) -> Self:
        if self._own_painters is not None:
            self._closing.callback(self._own_painters.shutdown, wait=False, cancel_futures=True)
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=_CLOSING_S)
        self._closing.push_async_callback(runner.cleanup)
        self._closing.callback(self.script.clear)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self._port).start()
        host, port = runner.addresses[0][:2]
        self.origin = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=_BODY_MAX_BYTES)
        app.on_response_prepare.append(_stamp)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_get("/v1/models/{id}", self._show_model)
        app.router.add_get("/files/{name}", self.downloads.serve)
        app.router.add_post("/v1/images/{endpoint:generations|edits}", self._desk.images)
        app.router.add_post("/v1/chat/completions", self._desk.chat)
        app.router.add_post("/v1/responses", self._desk.responses)
        app.router.add_route("*", "/{tail:.*}", self._desk.unknown_url)
        return app

    async def _list_models(self, request: web.Request) -> web.Response:
        if refusal := self._desk.wrong_key(request):
            return web.json_response(refusal.body, status=refusal.status)
        return web.json_response({"object": "list", "data": [model.card for model in self._models.values()]})

    async def _show_model(self, request: web.Request) -> web.Response:
        if refusal := self._desk.wrong_key(request):
            return web.json_response(refusal.body, status=refusal.status)
        name = request.match_info["id"]
        if model := self._models.get(name):
            return web.json_response(model.card)
        said = error_body(f"The model '{name}' does not exist", code="model_not_found", param="model")
        return web.json_response(said, status=404)


def _by_id(models: tuple[Model, ...]) -> dict[str, Model]:
    return {model.id: model for model in models}


async def _stamp(request: web.Request, response: web.StreamResponse) -> None:
    """Put the request id on an answer, as OpenAI does on every one; a scripted one may bring its own."""
    response.headers.setdefault("x-request-id", request.get(REQUEST_ID, "req_local"))
