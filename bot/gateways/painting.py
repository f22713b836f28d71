"""One paid call, whatever its dialect: the request is written and sent once, and what comes is kept or named."""

import shutil
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import structlog
from yarl import URL

from bot.capability import Capabilities
from bot.errors import CallFailed, FetchFailed
from bot.gateways.arrivals import MAX_PICTURE_BYTES, Arrivals
from bot.gateways.chat import chat_request
from bot.gateways.endpoints import Endpoints
from bot.gateways.error_body import GatewayError
from bot.gateways.exchange import Exchange, Request, Wire
from bot.gateways.fetch import Downloader
from bot.gateways.images import images_request
from bot.gateways.outcome_table import Answer
from bot.gateways.outcomes import Namer, request_id_of
from bot.gateways.responses import responses_request
from bot.model import Billed, Dialect, PaintCall, Reason, Receipt

_BASE64_BYTES: Final = MAX_PICTURE_BYTES * 4 // 3 + 1024
_REST_BYTES: Final = 2 << 20
_OK: Final = 200
_REFUSED: Final = 400
_ADDRESS_CHARS: Final = 2000

log = structlog.stdlib.get_logger(__name__)

OnPreview = Callable[[Path], Awaitable[None]]
Write = Callable[[PaintCall, Capabilities, Endpoints, ExitStack], Request]

_WRITE: Final[Mapping[Dialect, Write]] = {
    "images": images_request,
    "chat": chat_request,
    "responses": responses_request,
}
_MOST_COPIES: Final[Mapping[Dialect, int]] = {"images": 1, "chat": 4, "responses": 2}
"""How often an answer may hold as many pictures as were asked for: a chat model may paint more, and a stream of
responses repeats them at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Painting:
    """Carries out the calls of one gateway."""

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
        wanted = _number(call, "n") or 1
        arrivals = Arrivals(call.folder, call.key, wanted=wanted, on_preview=on_preview)
        exchange, disk = Exchange(), ""
        if not has_room(call.folder, MAX_PICTURE_BYTES * wanted):
            raise self.namer.of_loss(
                Reason.DISK_FULL, "no room for the pictures, so none were asked for", billed=Billed.NO
            )
        try:
            with ExitStack() as files:
                request = self._request(call, able, files)
                await self.wire.converse(request, exchange, arrivals, limit_bytes=_limit_bytes(call))
            if exchange.status is not None and exchange.status < _REFUSED:  # a refusal may name where it came from
                await self._fetch_remotes(arrivals, request.url)
                await arrivals.take_unplaced()
        except OSError as error:
            disk = error.strerror or type(error).__name__
        finally:
            await arrivals.clear()
        return self.judge(arrivals, exchange, disk)

    def judge(self, arrivals: Arrivals, exchange: Exchange, disk: str = "") -> Receipt:
        """Say what one exchange came to, once all of it is here; `disk` is what the disk said, "" if nothing.

        Errors: `CallFailed` where no picture is whole.
        """
        if not arrivals.files:
            failed = self._failure(arrivals, exchange, disk)
            failed.usage = arrivals.usage
            raise failed
        return Receipt(
            files=arrivals.files,
            usage=arrivals.usage,
            request_id=request_id_of(exchange.headers),
            response_id=arrivals.response_id,
            came_as=arrivals.event if exchange.was_stream else "json",
            revised_prompt=arrivals.revised_prompt,
            echoed=arrivals.echoed,
        )

    def _request(self, call: PaintCall, able: Capabilities, files: ExitStack) -> Request:
        try:
            return _WRITE[call.plan.dialect](call, able, self.endpoints, files)
        except OSError as error:
            raise self.namer.of_loss(Reason.STORED_FILE_LOST, error.strerror or "", billed=Billed.NO) from error

    async def _fetch_remotes(self, arrivals: Arrivals, base: URL) -> None:
        """Fetch the pictures the gateway only named, without its key; some pools name a path only."""
        for remote in arrivals.remotes:
            address = _absolute(remote.url, base)
            try:
                file = await self.downloader.download(address, arrivals.begin, max_bytes=MAX_PICTURE_BYTES)
                await arrivals.take_remote(remote.number, file)
            except FetchFailed as failed:
                arrivals.lost.append(failed)
                # It was paid for: its host may still get it by hand, while the link lives.
                shown = self.namer.redactor.shown(address, _ADDRESS_CHARS)
                log.warning("a paid picture cannot be fetched", address=shown, why=dict(failed.facts))

    def _failure(self, arrivals: Arrivals, exchange: Exchange, disk: str) -> CallFailed:
        """Say why there is no picture."""
        request_id = request_id_of(exchange.headers)
        if disk:
            return self.namer.of_loss(Reason.DISK_FULL, disk, billed=Billed.UNKNOWN, request_id=request_id)
        if exchange.status is None:
            return self.namer.of_silence(exchange.trouble, was_sent=exchange.was_sent)
        if arrivals.lost:
            told = arrivals.lost[0].facts
            detail = " ".join(str(told[name]) for name in ("host", "detail", "status") if told.get(name))
            return self.namer.of_loss(Reason.LINK_FAILED, detail, billed=Billed.YES, request_id=request_id)
        answer = Answer(
            status=exchange.status,
            headers=exchange.headers,
            error=arrivals.errors[0] if arrivals.errors else GatewayError(),
            text=arrivals.text,
            was_streaming=exchange.was_stream,
        )
        if arrivals.errors or exchange.status != _OK or answer.is_page:
            return _corrected(self.namer.of_answer(answer), arrivals)
        return self._of_nothing(arrivals, exchange.trouble, request_id)

    def _of_nothing(self, arrivals: Arrivals, trouble: str, request_id: str | None) -> CallFailed:
        """Name an answer that is no error and holds no picture."""
        if trouble or not arrivals.is_whole:
            detail = trouble or "the answer broke off before a picture was whole"
            return self.namer.of_silence(detail, was_sent=True, request_id=request_id)
        billed = Billed.YES if arrivals.spoiled or arrivals.usage else Billed.UNKNOWN
        if arrivals.words and not arrivals.spoiled:
            return self.namer.of_words(arrivals.words, billed=billed, request_id=request_id)
        reason = Reason.BAD_IMAGE if arrivals.spoiled else Reason.NO_IMAGE
        said = "" if arrivals.text.lstrip()[:1] in {"{", "["} else arrivals.text  # nobody reads JSON
        return self.namer.of_loss(reason, said, billed=billed, request_id=request_id)


def _corrected(failed: CallFailed, arrivals: Arrivals) -> CallFailed:
    """Take back that a call was free where something shows that it painted, whatever it says of its end."""
    if failed.failure.billed is not Billed.NO:
        return failed
    if arrivals.usage and arrivals.usage.image_out:  # what counted a picture's tokens will ask for money
        return CallFailed(replace(failed.failure, billed=Billed.YES))
    has_begun = arrivals.has_preview or arrivals.spoiled
    return CallFailed(replace(failed.failure, billed=Billed.UNKNOWN)) if has_begun else failed


def _absolute(address: str, base: URL) -> str:
    """Complete an address that is a path only; what is none is left for the downloader to refuse."""
    try:
        return str(base.join(URL(address))) if address.startswith("/") else address
    except ValueError:
        return address


def has_room(folder: Path, wanted_bytes: int) -> bool:
    """Tell whether a folder is there and its disk has so much left: better found out before anything is paid."""
    try:
        return shutil.disk_usage(folder).free >= wanted_bytes
    except OSError:
        return False


def _number(call: PaintCall, name: str) -> int:
    value = call.plan.parameters.get(name)
    return value if isinstance(value, int) else 0


def _limit_bytes(call: PaintCall) -> int:
    """Return the most bytes an answer may have: every picture and preview at its largest, and the rest."""
    copies = _MOST_COPIES[call.plan.dialect] + _number(call, "partial_images")
    return (_number(call, "n") or 1) * copies * _BASE64_BYTES + _REST_BYTES
