"""One POST from its arrival to its answer: logged, its key checked, read, checked, scripted, answered."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from playground.images.conformance import Conformance
from playground.images.downloads import Downloads
from playground.images.endpoint import Endpoint, ImageRequest
from playground.images.exchange import Exchange
from playground.images.honest import json_reply
from playground.images.models import Model
from playground.images.posts import Post, PostLog
from playground.images.references import read_edit, referenced
from playground.images.refusal import Refusal, error_body
from playground.images.replies import Outcome, send
from playground.images.rules import check_fields
from playground.images.script import Behaviour, Script
from playground.images.studio import Studio
from playground.images.uploads import (
    Body,
    check_inputs,
    check_mask,
    input_files,
    read_json,
    scalars,
)
from playground.images.usage import usage_of

REQUEST_ID = web.RequestKey("request_id", str)
_READERS = {Endpoint.GENERATIONS: read_json, Endpoint.EDITS: read_edit}


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """A request that passed every rule, with the sizes of its inputs for the usage."""

    request: ImageRequest
    inputs_px: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Answers POSTs.

    Units:  `latency_s` is what every picture takes beside the painting.
    """

    api_key: str
    models: Mapping[str, Model]
    latency_s: float
    posts: PostLog
    script: Script
    downloads: Downloads
    conformance: Conformance
    studio: Studio
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]

    def wrong_key(self, request: web.BaseRequest) -> Refusal | None:
        """Return what is said to a request without the right key; the key itself is never repeated."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(key.strip().encode(), self.api_key.encode()):
            return None
        if not key:
            return Refusal("You didn't provide an API key.", status=401)
        return Refusal("Incorrect API key provided.", status=401, code="invalid_api_key")

    async def unknown_url(self, request: web.Request) -> web.StreamResponse:
        """Answer what is no part of the API; a POST is logged all the same."""
        reply = json_reply(error_body(f"Invalid URL ({request.method} {request.path})"), status=404)
        if request.method == "POST":
            post = self._open(request)
            await request.read()
            self.posts.change(post.number, lambda known: replace(known, read=True))
            return await self._send(request, post, reply)
        return (await send(request, reply, self.sleep)).response

    async def images(self, request: web.Request) -> web.StreamResponse:
        """Answer a request for pictures."""
        endpoint = Endpoint(request.match_info["endpoint"])
        post = self._open(request)
        try:
            valid = await self._read(request, endpoint, post)
        except Refusal as refusal:
            return await self._send(request, post, json_reply(refusal.body, status=refusal.status))
        behaviour = self.script.take(valid.request)
        self.posts.change(post.number, lambda known: replace(known, behaviour=behaviour.name))
        if behaviour.gate is not None:
            await behaviour.gate.wait()
        return await self._send(request, post, await self._outcome(request, behaviour, valid))

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
        if refusal := self.wrong_key(request):
            raise refusal
        return await self._check(endpoint, body)

    async def _check(self, endpoint: Endpoint, body: Body) -> Valid:
        if endpoint is Endpoint.GENERATIONS:
            valid = Valid(request=check_fields(endpoint, body.fields, self.models), inputs_px=())
        else:
            valid = await asyncio.to_thread(self._check_edit, body)
        self.conformance.check_request(endpoint, body)
        return valid

    def _check_edit(self, body: Body) -> Valid:
        fields, files = (scalars(body), body.files) if body.is_form else referenced(body.fields)
        inputs, mask = input_files(files)
        sizes_px = check_inputs(inputs)
        if mask is not None:
            check_mask(mask, sizes_px[0])
        also = frozenset[str]() if body.is_form else frozenset({"moderation"})
        request = check_fields(Endpoint.EDITS, fields, self.models, canvas_px=sizes_px[0], also=also)
        contents = tuple(file.content for file in inputs)
        return Valid(request=replace(request, inputs=contents, mask=mask.content if mask else None), inputs_px=sizes_px)

    async def _outcome(self, request: web.BaseRequest, behaviour: Behaviour, valid: Valid) -> Outcome:
        latency_s = self.latency_s + behaviour.latency_s
        if latency_s and not valid.request.stream:
            await self.sleep(latency_s)
        axis = self.models[valid.request.model].axis

        async def pictures() -> tuple[bytes, ...]:
            if behaviour.picture_bytes is not None:
                return (behaviour.picture_bytes,) * valid.request.n
            return await self.studio.paint(valid.request)

        exchange = Exchange(
            request=valid.request,
            created_at=int(self.now().timestamp()),
            spread_s=latency_s if valid.request.stream else 0.0,
            paint=pictures,
            blur=self.studio.blur,
            publish=lambda content, kind: str(request.url.origin()) + self.downloads.publish(content, kind),
            usage=lambda count: usage_of(valid.request, axis, valid.inputs_px, pictures=count),
            conformance=self.conformance,
        )
        return await behaviour.answer(exchange)

    async def _send(self, request: web.BaseRequest, post: Post, outcome: Outcome) -> web.StreamResponse:
        sent = await send(request, outcome, self.sleep)
        status = sent.response.status if sent.began else None
        self.posts.change(post.number, lambda known: replace(known, status=status, answered=sent.finished))
        return sent.response
