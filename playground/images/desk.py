"""One POST from its arrival to its answer: logged, its key checked, read, checked, scripted, answered."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from playground.images.chat_rules import Fetch
from playground.images.checks import Checks, Valid
from playground.images.downloads import Downloads
from playground.images.endpoint import Endpoint
from playground.images.exchange import Exchange
from playground.images.honest import honest
from playground.images.memory import Memory
from playground.images.persona import Persona
from playground.images.posts import Post, PostLog
from playground.images.references import read_edit
from playground.images.refusal import Refusal
from playground.images.replies import Outcome, send
from playground.images.script import Behaviour, Script
from playground.images.studio import Studio
from playground.images.turn import response_id
from playground.images.uploads import read_json
from playground.images.usage import usage_of
from playground.images.wire import json_reply

REQUEST_ID = web.RequestKey("request_id", str)
_READERS = {
    Endpoint.GENERATIONS: read_json,
    Endpoint.EDITS: read_edit,
    Endpoint.CHAT: read_json,
    Endpoint.RESPONSES: read_json,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Answers POSTs.

    Shape:  `checks` hold every rule, and `persona` narrows them; `memory` keeps what a next turn may refer to.
    Units:  `latency_s` is what every picture takes beside the painting.
    """

    api_key: str
    persona: Persona
    checks: Checks
    memory: Memory
    latency_s: float
    posts: PostLog
    script: Script
    downloads: Downloads
    studio: Studio
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]

    def wrong_key(self, request: web.BaseRequest) -> Refusal | None:
        """Return what is said to a request without the right key; the key itself is never repeated."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(key.strip().encode(), self.api_key.encode()):
            return None
        voice = self.persona.voice
        if not self.persona.wants_key:
            return None
        return voice.refuse(voice.wrong_key if key else voice.no_key or voice.wrong_key)

    async def unknown_url(self, request: web.Request) -> web.StreamResponse:
        """Answer what is no part of the API; a POST is logged all the same."""
        refusal = self._no_such_url(request)
        reply = json_reply(refusal.body, status=refusal.status)
        if request.method == "POST":
            post = self._open(request)
            await request.read()
            self.posts.change(post.number, lambda known: replace(known, read=True))
            return await self._send(request, post, reply)
        return (await send(request, reply, self.sleep)).response

    async def images(self, request: web.Request) -> web.StreamResponse:
        """Answer a request to the Images API."""
        return await self._answer(request, Endpoint(request.match_info["endpoint"]))

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """Answer a chat completion."""
        return await self._answer(request, Endpoint.CHAT)

    async def responses(self, request: web.Request) -> web.StreamResponse:
        """Answer a request to the Responses API."""
        return await self._answer(request, Endpoint.RESPONSES)

    async def _answer(self, request: web.Request, endpoint: Endpoint) -> web.StreamResponse:
        post = self._open(request)
        try:
            valid = await self._read(request, endpoint, post)
        except Refusal as refusal:
            return await self._send(request, post, json_reply(refusal.body, status=refusal.status))
        behaviour = self.script.take(valid.request)
        self.posts.change(post.number, lambda known: replace(known, behaviour=behaviour.name))
        if behaviour.gate is not None:
            await behaviour.gate.wait()
        return await self._send(request, post, await self._outcome(request, post, behaviour, valid))

    def _open(self, request: web.BaseRequest) -> Post:
        number = len(self.posts)
        post = Post(
            number=number,
            path=request.path,
            arrived_at=self.now(),
            request_id=f"req_local{number:06}",
            headers={name.lower(): text for name, text in request.headers.items() if name.lower() != "authorization"},
            has_right_key=self.wrong_key(request) is None,
        )
        request[REQUEST_ID] = post.request_id
        self.posts.open(post)
        return post

    async def _read(self, request: web.BaseRequest, endpoint: Endpoint, post: Post) -> Valid:
        try:
            body = await _READERS[endpoint](request)
        except Refusal:
            self.posts.change(post.number, lambda known: replace(known, read=True))
            raise
        self.posts.change(post.number, lambda known: replace(known, fields=body.fields, files=body.files, read=True))
        if endpoint not in self.persona.endpoints:
            raise self._no_such_url(request)
        if refusal := self.wrong_key(request):
            raise refusal
        if self.checks.switches.is_out_of_money:
            raise self.persona.voice.refuse(self.persona.voice.no_money)
        body = self.persona.narrow(endpoint, body)
        try:
            valid = await self.checks.check(endpoint, body, self._fetch(request))
        except Refusal as refusal:
            raise self.persona.voice.retell(refusal, body.fields.get("model")) from None
        if valid.files:
            self.posts.change(post.number, lambda known: replace(known, files=valid.files))
        return valid

    def _no_such_url(self, request: web.BaseRequest) -> Refusal:
        voice = self.persona.voice
        return voice.refuse(voice.wrong_url, value=f"{request.method} {request.path}")

    def _fetch(self, request: web.BaseRequest) -> Fetch:
        origin = str(request.url.origin())
        return lambda url: self.downloads.at(url.removeprefix(origin)) if url.startswith(origin) else None

    async def _outcome(self, request: web.BaseRequest, post: Post, behaviour: Behaviour, valid: Valid) -> Outcome:
        latency_s = self.latency_s + behaviour.latency_s
        if latency_s and not valid.request.stream:
            await self.sleep(latency_s)
        axis = self.checks.axis(valid.request)

        async def pictures() -> tuple[bytes, ...]:
            if behaviour.picture_bytes is not None:
                painted = (behaviour.picture_bytes,) * valid.request.n
            else:
                painted = await self.studio.paint(valid.request)
            if valid.request.endpoint is Endpoint.RESPONSES and valid.turn.is_stored:
                self.memory.keep(response_id(post.number), painted)
            return painted

        exchange = Exchange(
            request=valid.request,
            created_at=int(self.now().timestamp()),
            spread_s=latency_s if valid.request.stream else 0.0,
            paint=pictures,
            blur=self.studio.blur,
            publish=lambda content, kind: str(request.url.origin()) + self.downloads.publish(content, kind),
            usage=lambda count: usage_of(valid.request, axis, valid.inputs_px, pictures=count),
            conformance=self.checks.conformance,
            number=post.number,
            turn=valid.turn,
        )
        answer = self.persona.answer(valid.request) if behaviour.answer is honest else behaviour.answer
        return await answer(exchange)

    async def _send(self, request: web.BaseRequest, post: Post, outcome: Outcome) -> web.StreamResponse:
        sent = await send(request, outcome, self.sleep)
        status = sent.response.status if sent.began else None
        self.posts.change(post.number, lambda known: replace(known, status=status, answered=sent.finished))
        return sent.response
