"""The images dialect: `images/generations` and `images/edits`, one paid POST per call.

Source: image-api facts, sections 1 to 3; openai-openapi 2.3.0 (read 2026-11-20).
"""

import shutil
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
from yarl import URL

from bot.capability import Capabilities
from bot.errors import CallFailed, FetchFailed
from bot.gateways.arrivals import MAX_PICTURE_BYTES, Arrivals
from bot.gateways.endpoints import Endpoints
from bot.gateways.error_body import GatewayError
from bot.gateways.exchange import Exchange, Request, Wire
from bot.gateways.fetch import Downloader
from bot.gateways.outcome_table import Answer
from bot.gateways.outcomes import Namer, request_id_of
from bot.model import Billed, OrderKind, PaintCall, PaintInput, Reason, Receipt, Scalar

_SUFFIXES: Final = {"png": "png", "jpeg": "jpg", "webp": "webp"}
_BASE64_BYTES: Final = MAX_PICTURE_BYTES * 4 // 3 + 1024
_REST_BYTES: Final = 2 << 20
_OK: Final = 200

OnPreview = Callable[[Path], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesDialect:
    """Writes requests, and makes a receipt or a failure of what comes."""

    wire: Wire
    endpoints: Endpoints
    downloader: Downloader
    namer: Namer

    async def paint(self, call: PaintCall, on_preview: OnPreview, able: Capabilities) -> Receipt:
        """Send one paid POST and keep what comes; pictures that came whole are returned whatever else happened.

        `able` says under which names the person and the inputs travel.
        Errors: `CallFailed`. Effect: paid; files `<key>-<n>.part` in the call's folder, synced to disk. Previews
        are removed before this returns.
        """
        arrivals = Arrivals(call.folder, call.key, wanted=_number(call, "n") or 1, on_preview=on_preview)
        exchange, disk = Exchange(), ""
        if not has_room(call.folder, MAX_PICTURE_BYTES * (_number(call, "n") or 1)):
            raise self.namer.of_loss(
                Reason.DISK_FULL, "no room for the pictures, so none were asked for", billed=Billed.NO
            )
        try:
            with ExitStack() as files:
                request = self._request(call, able, files)
                await self.wire.converse(request, exchange, arrivals, limit_bytes=_limit_bytes(call))
            await self._fetch_remotes(arrivals)
        except OSError as error:
            disk = error.strerror or type(error).__name__
        finally:
            await arrivals.clear()
        if not arrivals.files:
            raise self._failure(arrivals, exchange, disk)
        return Receipt(
            files=arrivals.files,
            usage=arrivals.usage,
            request_id=request_id_of(exchange.headers),
            revised_prompt=arrivals.revised_prompt,
            echoed=arrivals.echoed,
        )

    # -- the request ------------------------------------------------------------------------------------------------

    def _request(self, call: PaintCall, able: Capabilities, files: ExitStack) -> Request:
        fields = {"prompt": call.prompt, **call.plan.parameters}
        if able.user_field and call.user:
            fields[able.user_field] = call.user
        match call.kind:
            case OrderKind.GENERATE:
                return Request(url=self.endpoints.generations, body={"json": fields})
            case OrderKind.EDIT:
                return Request(url=self.endpoints.edits, body={"data": self._form(call, fields, able, files)})

    def _form(
        self, call: PaintCall, fields: Mapping[str, Scalar], able: Capabilities, files: ExitStack
    ) -> aiohttp.FormData:
        """Write the form: text parts, then the pictures as opened files, one as `image`, several as `image[]`.

        new-api reads exactly one spelling and takes each part's type from its file name (image-api facts, 1.2).
        """
        form = aiohttp.FormData(quote_fields=False)
        for field, value in fields.items():
            form.add_field(field, _as_text(value))
        by_count = "image" if len(call.inputs) == 1 else "image[]"
        name = by_count if able.edit_field == "auto" else able.edit_field
        try:
            for number, picture in enumerate(call.inputs, 1):
                _add_file(form, name, f"image-{number}", picture, files)
            if call.mask is not None:
                _add_file(form, "mask", "mask", call.mask, files)
        except OSError as error:
            raise self.namer.of_loss(Reason.STORED_FILE_LOST, error.strerror or "", billed=Billed.NO) from error
        return form

    # -- what came of it ----------------------------------------------------------------------------------------------

    async def _fetch_remotes(self, arrivals: Arrivals) -> None:
        """Fetch the pictures the gateway only named, without its key."""
        for remote in arrivals.remotes:
            try:
                file = await self.downloader.download(
                    self._absolute(remote.url), arrivals.begin, max_bytes=MAX_PICTURE_BYTES
                )
                await arrivals.take_remote(remote.number, file)
            except FetchFailed as failed:
                arrivals.lost.append(failed)

    def _absolute(self, address: str) -> str:
        """Complete an address that names only a path, as some pools do."""
        return str(self.endpoints.generations.join(URL(address))) if address.startswith("/") else address

    def _failure(self, arrivals: Arrivals, exchange: Exchange, disk: str) -> CallFailed:
        """Say why there is no picture; `disk` is what the disk said, "" if nothing."""
        request_id = request_id_of(exchange.headers)
        if disk:
            return self.namer.of_loss(Reason.DISK_FULL, disk, billed=Billed.UNKNOWN, request_id=request_id)
        if exchange.status is None:
            return self.namer.of_silence(exchange.trouble, was_sent=exchange.was_sent)
        if arrivals.lost:
            told = arrivals.lost[0].facts
            detail = " ".join(str(told[name]) for name in ("host", "detail", "status") if told.get(name))
            return self.namer.of_loss(Reason.FETCH_FAILED, detail, billed=Billed.YES, request_id=request_id)
        answer = Answer(
            status=exchange.status,
            headers=exchange.headers,
            error=arrivals.errors[0] if arrivals.errors else GatewayError(),
            text=arrivals.text,
            was_streaming=exchange.was_stream,
        )
        if arrivals.errors or exchange.status != _OK or answer.is_page:
            return self.namer.of_answer(answer)
        if exchange.trouble or not arrivals.is_whole:
            detail = exchange.trouble or "the answer broke off before a picture was whole"
            return self.namer.of_silence(detail, was_sent=True, request_id=request_id)
        reason = Reason.BAD_IMAGE if arrivals.spoiled else Reason.NO_IMAGE
        billed = Billed.YES if arrivals.spoiled or arrivals.usage else Billed.UNKNOWN
        return self.namer.of_loss(reason, arrivals.text, billed=billed, request_id=request_id)


def has_room(folder: Path, wanted_bytes: int) -> bool:
    """Tell whether a folder is there and its disk has so much left: better found out before anything is paid."""
    try:
        return shutil.disk_usage(folder).free >= wanted_bytes
    except OSError:
        return False


def _add_file(form: aiohttp.FormData, part: str, stem: str, picture: PaintInput, files: ExitStack) -> None:
    file = files.enter_context(picture.path.open("rb"))
    suffix = _SUFFIXES.get(picture.format, picture.format)
    form.add_field(part, file, filename=f"{stem}.{suffix}", content_type=f"image/{picture.format}")


def _as_text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(call: PaintCall, name: str) -> int:
    value = call.plan.parameters.get(name)
    return value if isinstance(value, int) else 0


def _limit_bytes(call: PaintCall) -> int:
    """Return the most bytes an answer may have: every picture and preview at its largest, and the rest."""
    return (_number(call, "n") or 1) * (1 + _number(call, "partial_images")) * _BASE64_BYTES + _REST_BYTES
