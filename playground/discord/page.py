"""The page's own server: its files, its state, its socket and its acts, as an aiohttp application for `/play`.

Only this machine's own browser tabs may use it: a foreign `Host` (DNS rebinding) or `Origin` (another site's script)
is refused, and what is served forbids everything that does not come from here.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType

from aiohttp import BodyPartReader, WSCloseCode, web

from playground.discord.actor import Actor
from playground.discord.bus import Watch
from playground.discord.errors import DiscordError, RefusedError
from playground.discord.interaction import CallbackKind
from playground.discord.local import LocalDiscord
from playground.discord.page_acts import ACTS, Act
from playground.discord.page_state import PageState
from playground.discord.wire import Payload, read_id, write_json
from playground.discord.world import Upload

PAGE_FOLDER = Path(__file__).parents[1] / "page"
_LOOK_AGAIN_S = 0.5
_CHUNK_BYTES = 1 << 16
_SHOWN_VIOLATIONS = 200
_OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")
_OWN_SITES = ("none", "same-origin")
_HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        ),
        "Cache-Control": "no-cache",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
)
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """Serve the page of one local Discord. `notices` are plain sentences for its foot."""

    def __init__(self, discord: LocalDiscord, notices: Sequence[str] = ()) -> None:
        self._discord = discord
        self._notices = tuple(notices)
        self._state = PageState(discord.core)
        self._sockets: set[web.WebSocketResponse] = set()

    def application(self) -> web.Application:
        """Return the application to mount at `/play`."""
        app = web.Application(middlewares=[_guard, _answer_refusals])
        app.router.add_get("", self._index)
        app.router.add_get("/state", self._tell_state)
        app.router.add_get("/messages", self._tell_messages)
        app.router.add_get("/ws", self._serve_socket)
        app.router.add_post("/{act}", self._act)
        app.router.add_static("/page", PAGE_FOLDER)
        app.on_response_prepare.append(_set_headers)
        app.on_shutdown.append(self._close_sockets)
        return app

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE_FOLDER / "index.html")

    async def _tell_state(self, request: web.Request) -> web.Response:
        return _json(self._describe(self._person(request.query.get("as"))))

    async def _tell_messages(self, request: web.Request) -> web.Response:
        me = self._person(request.query.get("as"))
        channel = self._discord.core.world.channel(read_id(request.query.get("channel")) or 0)
        if not self._discord.core.world.sees(channel, me.user):
            raise RefusedError("that channel is hidden from you")
        return _json(self._state.messages(channel, me.user, read_id(request.query.get("before"))))

    async def _act(self, request: web.Request) -> web.Response:
        act = ACTS.get(request.match_info["act"])
        if act is None:
            raise web.HTTPNotFound
        body, files = await _read_form(request)
        return _json(await act(Act(actor=self._person(body.get("as")), body=body, files=files)))

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        me = self._person(request.query.get("as"))
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        self._sockets.add(socket)
        watch = self._discord.watch(me)
        telling = asyncio.create_task(self._tell(socket, watch, me))
        try:
            async for _ in socket:
                pass
        finally:
            watch.close()
            self._sockets.discard(socket)
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        return socket

    async def _tell(self, socket: web.WebSocketResponse, watch: Watch, me: Actor) -> None:
        """Send each event, and the whole state whenever it differs from what was sent last."""
        told: Payload = {}
        while True:
            if (state := self._describe(me)) != told:
                told = state
                await socket.send_str(write_json({"t": "STATE", "d": state}))
            with suppress(TimeoutError):
                name, payload = await asyncio.wait_for(anext(watch), timeout=_LOOK_AGAIN_S)
                async for event in _translated(name, payload):
                    await socket.send_str(write_json(event))

    async def _close_sockets(self, _: web.Application) -> None:
        for socket in tuple(self._sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    def _describe(self, me: Actor) -> Payload:
        return {
            **self._state.describe(me.user),
            "violations": [
                {"where": one.where, "rule": one.rule, "detail": one.detail}
                for one in self._discord.violations[-_SHOWN_VIOLATIONS:]
            ],
            "violation_count": len(self._discord.violations),
            "check_on": self._discord.checks_schema,
            "notices": list(self._notices),
        }

    def _person(self, wanted: object) -> Actor:
        """Return the person of that id; the first one when none is named or the named one is not there."""
        actors = self._discord.actors
        return next((one for one in actors if one.id == read_id(wanted)), actors[0])


async def _translated(name: str, payload: Payload) -> AsyncIterator[Payload]:
    """Yield what the page hears of one event; the rest of the gateway's events show in the state."""
    match name:
        case "MESSAGE_CREATE" | "MESSAGE_UPDATE" | "MESSAGE_DELETE":
            yield {"t": name, "d": payload}
        case "MESSAGE_DELETE_BULK":
            for one in payload["ids"]:
                yield {"t": "MESSAGE_DELETE", "d": {"id": one, "channel_id": payload["channel_id"]}}
        case "TYPING_START":
            yield {"t": "TYPING", "d": payload}
        case "APP_MODAL":
            yield {"t": "CALLBACK", "d": {**_about(payload), "type": int(CallbackKind.MODAL), "data": payload}}
        case "APP_INTERACTION_ANSWERED" if payload["type"] != CallbackKind.MODAL:
            yield {"t": "CALLBACK", "d": {**_about(payload), "type": payload["type"]}}
        case "APP_INTERACTION_FAILED":
            yield {"t": "FAILED", "d": _about(payload)}
        case _:
            return


def _about(payload: Payload) -> Payload:
    return {"interaction_id": payload["interaction_id"]}


async def _read_form(request: web.Request) -> tuple[Payload, Mapping[str, list[Upload]]]:
    """Read the field `json` and the files of a multipart form."""
    body: Payload = {}
    files: dict[str, list[Upload]] = {}
    reader = await request.multipart()
    while isinstance(part := await reader.next(), BodyPartReader):
        data = bytearray()
        while chunk := await part.read_chunk(_CHUNK_BYTES):
            data += chunk
        if part.name == "json":
            body = json.loads(data)
        else:
            files.setdefault(part.name or "files", []).append(Upload(name=part.filename or "file", data=bytes(data)))
    return body, files


@web.middleware
async def _guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Refuse whoever is not a tab of this very server."""
    port = request.transport.get_extra_info("sockname")[1] if request.transport is not None else None
    own = {f"{name}:{port}" for name in _OWN_NAMES}
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin not in {f"http://{one}" for one in own}
    site = request.headers.get("Sec-Fetch-Site", "none")
    if request.host not in own or foreign or not (site in _OWN_SITES or _is_visit(request)):
        raise web.HTTPForbidden(text="This page answers its own address only.")
    return await handler(request)


def _is_visit(request: web.Request) -> bool:
    """Tell whether somebody followed a link to here; the site with the link cannot read what they see."""
    wanted = (request.method, request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest"))
    return wanted == ("GET", "navigate", "document")


@web.middleware
async def _answer_refusals(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Turn what the client app refuses into a sentence the page can show."""
    try:
        return await handler(request)
    except RefusedError as error:
        return _json({"message": _sentence(str(error))}, HTTPStatus.CONFLICT)
    except DiscordError as error:
        return _json({"message": _sentence(error.message)}, error.status)
    except (KeyError, TypeError, ValueError) as error:
        return _json({"message": f"This server could not read that: {error}."}, HTTPStatus.BAD_REQUEST)


async def _set_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _json(value: object, status: int = HTTPStatus.OK) -> web.Response:
    return web.Response(status=status, text=write_json(value), content_type="application/json")
