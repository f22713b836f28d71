"""The way of one REST request: fault, body, ban, token, rate limit, check, route, check of the answer, fault."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from aiohttp import web

from playground.discord.check import Checker, Violation, as_discord_errors
from playground.discord.core import Core
from playground.discord.errors import DiscordError, Problem
from playground.discord.faults import Fault
from playground.discord.journal import Journal, Request
from playground.discord.limits import Verdict
from playground.discord.multipart import Incoming, read_incoming
from playground.discord.routes import Answer, Call, Route
from playground.discord.wire import Payload, write_json
from playground.json_values import Json

API_PREFIX = "/api/v10"
_ANSWERED_FROM = 400
_CLOUDFLARE_1015 = (
    "<html><head><title>Access denied | error 1015</title></head><body>You are being rate limited</body></html>"
)
_TOO_MANY = 429
_GONE = 404
_UPLOADED = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
"""An uploaded HTML or SVG file must not run beside the page that shares this origin."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the client is to hear: a status, a body (None, text for HTML, or JSON), headers."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


_UNSAID = _Outcome(0)
_BANNED = _Outcome(_TOO_MANY, _CLOUDFLARE_1015, {"Retry-After": "600"})


class Pipeline:
    """Carry requests to their routes and answers back, noting all that Discord would not have done or taken."""

    def __init__(self, core: Core, *, checker: Checker, token: str) -> None:
        self.journal = Journal()
        self.violations: list[Violation] = []
        self.checker = checker
        self._core = core
        self._token = token

    async def serve(self, route: Route | None, request: web.Request) -> web.StreamResponse:
        """Answer one request; `route` is None for a path this server does not know."""
        path = request.rel_url.raw_path.removeprefix(API_PREFIX)
        entry = self.journal.begin(request.method, path, request.query_string)
        fault = self._core.faults.take(request.method, path)
        try:
            return await self._serve(route, request, entry, fault)
        finally:
            self._core.bus.beat()

    async def _serve(
        self, route: Route | None, request: web.Request, entry: Request, fault: Fault
    ) -> web.StreamResponse:
        try:
            incoming = await read_incoming(request, bytes_per_s=fault.slow_upload_bytes_per_s)
        except DiscordError as error:
            entry.status = error.status
            return _response(_Outcome(error.status, error.body()))
        entry.body = incoming.body
        entry.files = tuple((one.name, len(one.data)) for one in incoming.files.values())
        outcome = self._act(route, request, entry, incoming) if fault.acts_first else _UNSAID
        await asyncio.sleep(fault.delay_s)
        broken = self._break(request, fault)
        entry.status = fault.status or outcome.status or None
        return _response(outcome) if broken is None else broken

    async def serve_file(self, request: web.Request) -> web.StreamResponse:
        """Answer a download by its signed link; scripted faults strike here too, by the path of the link."""
        fault = self._core.faults.take(request.method, request.rel_url.raw_path)
        await asyncio.sleep(fault.delay_s)
        if (broken := self._break(request, fault)) is not None:
            return broken
        attachment_id = request.match_info["attachment_id"]
        file = self._core.cdn.find(int(attachment_id), request.query) if attachment_id.isdecimal() else None
        if file is None:
            return web.Response(status=_GONE, text="This content is no longer available.")
        kind = (file.content_type or "application/octet-stream").partition(";")[0]
        return web.FileResponse(file.path, headers={**_UPLOADED, "Content-Type": kind})

    def _break(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        """Do what the fault says instead of answering; None if it leaves the answer alone."""
        if fault.status is not None:
            self._core.limits.note(fault.status)
            return _response(_Outcome(fault.status, fault.answer_body(), fault.headers), via=fault.via)
        if fault.raw is None and fault.drop is None:
            return None
        if request.transport is not None:
            request.transport.write(fault.raw or b"")
            request.transport.close()
        return web.Response()

    def _act(self, route: Route | None, request: web.Request, entry: Request, incoming: Incoming) -> _Outcome:
        core = self._core
        if core.limits.is_banned:
            return _BANNED
        headers: Mapping[str, str] = {}
        try:
            if route is None:
                raise self._unknown(entry)
            self._authorise(route, request)
            parameters = {name: str(value) for name, value in request.match_info.items()}
            verdict = core.limits.admit(route.method, route.path, parameters, counts_globally=not route.by_token)
            if verdict.retry_after_s is not None:
                return self._too_many(verdict)
            headers = verdict.headers
            answer = self._route(route, entry, Call(parameters=parameters, query=request.query, incoming=incoming))
        except DiscordError as error:
            core.limits.note(error.status)
            # The description types the codes under `errors` as integers; Discord sends names ("BASE_TYPE_REQUIRED").
            self._check_answer(entry, error.status, {"code": error.code, "message": error.message})
            return _Outcome(error.status, error.body(), headers)
        self._check_answer(entry, answer.status, answer.body)
        return _Outcome(answer.status, answer.body, headers)

    def _route(self, route: Route, entry: Request, call: Call) -> Answer:
        files = tuple(one.name for one in call.incoming.files.values())
        found = self.checker.request(entry.method, entry.path, cast("Json", entry.body), files=files)
        self.violations += found
        if errors := as_discord_errors(found):
            status, code, message = Problem.INVALID_FORM.value
            raise DiscordError(status, code, message, errors)
        self._core.threads.archive_idle()
        try:
            return route.handle(self._core, call)
        except DiscordError:
            raise
        except Exception as error:
            self._note(entry, "simulator_failed", f"{type(error).__name__}: {error}")
            raise

    def _authorise(self, route: Route, request: web.Request) -> None:
        if not route.by_token and request.headers.get("Authorization") != f"Bot {self._token}":
            raise Problem.UNAUTHORIZED.error()

    def _unknown(self, entry: Request) -> DiscordError:
        self._note(entry, "unknown_route", "the local Discord has no such route, so it answers 404")
        return Problem.NOT_FOUND.error()

    def _too_many(self, verdict: Verdict) -> _Outcome:
        wait = verdict.retry_after_s or 0.0
        self._core.limits.note(_TOO_MANY)
        scope = "global" if verdict.is_global else "user"
        headers = {**verdict.headers, "Retry-After": str(int(wait) + 1), "X-RateLimit-Scope": scope}
        body: Payload = {
            "message": "You are being rate limited.",
            "retry_after": round(wait, 3),
            "global": verdict.is_global,
        }
        return _Outcome(_TOO_MANY, body, headers)

    def _check_answer(self, entry: Request, status: int, body: object) -> None:
        known = status < _ANSWERED_FROM or status != Problem.NOT_FOUND.value[0] or self._knows(entry)
        if known:
            self.violations += self.checker.response(entry.method, entry.path, status, cast("Json", body))

    def _knows(self, entry: Request) -> bool:
        return self.checker.knows(entry.method, entry.path)

    def _note(self, entry: Request, rule: str, detail: str) -> None:
        self.violations.append(Violation(where=f"{entry.method} {entry.path}", rule=rule, detail=detail))


def _response(outcome: _Outcome, *, via: bool = True) -> web.Response:
    headers = {**outcome.headers, **({"Via": "1.1 google"} if via else {})}
    match outcome.body:
        case None:
            return web.Response(status=outcome.status, headers=headers)
        case str() as page:
            return web.Response(status=outcome.status, headers=headers, text=page, content_type="text/html")
        case body:
            # Exactly this type: with a charset behind it, discord.py takes the body for text (http.py:110).
            headers["Content-Type"] = "application/json"
            return web.Response(status=outcome.status, headers=headers, body=write_json(body).encode())
