"""The files that answers name by URL, and a log of who fetched them; answers themselves live elsewhere."""

from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One GET of a file; `has_key` tells whether the client sent an Authorization header along, which it must not."""

    path: str
    status: int
    has_key: bool


class Downloads:
    """Files by name, kept until the server closes, and every GET of them in order (`log`)."""

    def __init__(self) -> None:
        self.log: list[Download] = []
        self._files: dict[str, tuple[bytes, str]] = {}

    def publish(self, content: bytes, content_type: str) -> str:
        """Keep a file and return its path on this server."""
        suffix = content_type.partition("/")[2]
        name = f"{len(self._files) + 1:06}.{suffix}"
        self._files[name] = (content, content_type)
        return f"/files/{name}"

    def at(self, path: str) -> tuple[bytes, str] | None:
        """Return the file at a path of this server and its content type, or None where there is none."""
        folder, _, name = path.rpartition("/")
        return self._files.get(name) if folder == "/files" else None

    async def serve(self, request: web.Request) -> web.Response:
        """Answer a GET, with 404 in the words of an object store where the file is not, or is no more."""
        found = self._files.get(request.match_info["name"])
        status = 404 if found is None else 200
        self.log.append(Download(path=request.path, status=status, has_key="Authorization" in request.headers))
        if found is None:
            text = "<Error><Code>BlobNotFound</Code><Message>The link has expired.</Message></Error>"
            return web.Response(status=404, text=text, content_type="application/xml")
        return web.Response(body=found[0], content_type=found[1])
