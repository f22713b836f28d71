"""The file store of the local Discord and its signed addresses, which expire as Discord's do.

Source: Discord docs, reference#signed-attachment-cdn-urls (read 2026-11-20). The life of 24 hours is what is
seen in the wild; no document promises it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from urllib.parse import quote

from playground.discord.clock import Clock
from playground.discord.media import look_at
from playground.discord.snowflakes import Snowflakes
from playground.discord.world import Attachment, Upload

LINK_LIFE = timedelta(hours=24)


class Cdn:
    """Keep files in a folder, from `open` to `close`, and sign links to them; equal bytes are kept once."""

    def __init__(self, *, clock: Clock, ids: Snowflakes, secret: bytes) -> None:
        self._origin = ""
        self._folder: Path | None = None
        self._clock = clock
        self._ids = ids
        self._secret = secret
        self._files: dict[int, Attachment] = {}

    def open(self, origin: str) -> None:
        """Make the folder; links start with `origin` from now on."""
        self._origin = origin
        self._folder = Path(mkdtemp(prefix="local-discord-"))

    def close(self) -> None:
        """Delete all files."""
        if self._folder is not None:
            rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def keep(self, upload: Upload, *, channel_id: int, ephemeral: bool = False) -> Attachment:
        """Store a file and return what Discord knows of it from then on."""
        media = look_at(upload.name, upload.data)
        path = self._write(upload.data)
        kept = Attachment(
            id=self._ids.next(),
            channel_id=channel_id,
            filename=upload.name,
            size=len(upload.data),
            path=path,
            description=upload.description,
            content_type=media.content_type,
            width=media.width,
            height=media.height,
            ephemeral=ephemeral,
        )
        self._files[kept.id] = kept
        return kept

    def link(self, file: Attachment) -> str:
        """Return a fresh signed address, good for 24 hours by the clock."""
        issued = self._clock.now()
        issued_hex = f"{int(issued.timestamp()):x}"
        expires_hex = f"{int((issued + LINK_LIFE).timestamp()):x}"
        folder = "ephemeral-attachments" if file.ephemeral else "attachments"
        path = f"/{folder}/{file.channel_id}/{file.id}/{quote(file.filename)}"
        signature = self._sign(file, expires_hex, issued_hex)
        return f"{self._origin}{path}?ex={expires_hex}&is={issued_hex}&hm={signature}&"

    def find(self, attachment_id: int, query: Mapping[str, str]) -> Attachment | None:
        """Return the file that a link leads to; None for an unknown, forged or expired one."""
        file = self._files.get(attachment_id)
        if file is None:
            return None
        expires, issued = query.get("ex", ""), query.get("is", "")
        signed = self._sign(file, expires, issued).encode()
        genuine = hmac.compare_digest(signed, query.get("hm", "").encode())
        return file if genuine and int(expires, 16) > self._clock.now().timestamp() else None

    def _write(self, data: bytes) -> Path:
        if self._folder is None:
            raise RuntimeError("the local Discord is not running")
        path = self._folder / hashlib.sha256(data).hexdigest()
        if not path.exists():
            path.write_bytes(data)
        return path

    def _sign(self, file: Attachment, expires: str, issued: str) -> str:
        text = f"{file.channel_id}/{file.id}/{file.filename}?{expires}&{issued}"
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
