"""Request bodies: JSON, or multipart with `payload_json` and `files[n]`, as fast as a fault lets them come in."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, MultipartReader, web

from playground.discord.errors import Problem
from playground.discord.wire import Payload
from playground.discord.world import Upload

_CHUNK_BYTES = 1 << 16
_FILE = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A request body: its JSON (None if there was none) and its files by their number n of `files[n]`."""

    body: Payload | list[Payload] | None = None
    files: Mapping[int, Upload] = field(default_factory=dict[int, Upload])


async def read_incoming(request: web.Request, *, bytes_per_s: float | None = None) -> Incoming:
    """Read a body; DiscordError 50109 if it is no JSON. `bytes_per_s` slows the reading down."""
    if request.content_type.startswith("multipart/"):
        return await _read_parts(await request.multipart(), bytes_per_s)
    data = bytearray()
    async for chunk in request.content.iter_chunked(_CHUNK_BYTES):
        data += chunk
        await _wait_for(len(chunk), bytes_per_s)
    return Incoming(body=_parse(bytes(data)) if data else None)


async def _read_parts(reader: MultipartReader, bytes_per_s: float | None) -> Incoming:
    body: Payload | list[Payload] | None = None
    files: dict[int, Upload] = {}
    while isinstance(part := await reader.next(), BodyPartReader):
        data = bytearray()
        while chunk := await part.read_chunk(_CHUNK_BYTES):
            data += chunk
            await _wait_for(len(chunk), bytes_per_s)
        if part.name == "payload_json":
            body = _parse(bytes(data))
        elif numbered := _FILE.fullmatch(part.name or ""):
            files[int(numbered[1])] = Upload(name=part.filename or "file", data=bytes(data))
    return Incoming(body=body, files=files)


def _parse(data: bytes) -> Payload | list[Payload]:
    try:
        return json.loads(data)
    except ValueError as error:
        raise Problem.NOT_VALID_JSON.error() from error


async def _wait_for(count: int, bytes_per_s: float | None) -> None:
    if bytes_per_s is not None:
        await asyncio.sleep(count / bytes_per_s)
