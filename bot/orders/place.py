"""Placing: an accepted order's uploads are fetched and cleaned, its options resolved and planned, and it is queued.

Nothing here is paid. Whatever is wrong ends the order as `refused`, with one reason.
"""

import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from bot.capability import ModelOffer, offer_named
from bot.errors import Conflict, FetchFailed, NotAllowed, OptionRefused, Refusal, StoreError
from bot.model import (
    Action,
    Billing,
    Change,
    CleanPicture,
    Failure,
    Head,
    Input,
    Options,
    Order,
    OrderId,
    OrderState,
    Parent,
    ParentRole,
    Picture,
    PictureId,
    PictureSource,
    Place,
    Plan,
    Reason,
    Scope,
    Stage,
    Stored,
    ThreadKey,
    Upload,
    Wish,
)
from bot.orders.failover import is_dearer, ways
from bot.orders.ids import read_id
from bot.orders.options import given_in, quality_rank, resolve, sticky
from bot.orders.ports import Changes, Clock, Darkroom, Fetcher, Gateway, NewId, NewPicture, Placed, Store
from bot.orders.wishes import wish_of

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
"""The Images API takes files under 50 MB. OpenAI's API description (read 2026-11-20)."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inputs:
    """An order's inputs once every upload became a picture (HEAD still stands for itself)."""

    inputs: tuple[Input, ...]
    mask: Stored | None
    uploads: tuple[NewPicture, ...]
    first_px: tuple[int, int] | None
    notes: tuple[Change, ...]  # what cleaning did that the person should know


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDefaults:
    """What the host's configuration sets where nobody chose, and how much one person may have waiting."""

    options: Options
    max_waiting: int


@contextmanager
def _naming(upload: Upload) -> Generator[None]:
    """Say of whatever is wrong with an upload which one it is: there may be sixteen."""
    try:
        yield
    except (Refusal, FetchFailed) as wrong:
        wrong.facts = {**wrong.facts, "filename": upload.filename}
        raise


class Placer:
    """Judges accepted orders and queues them."""

    def __init__(  # noqa: PLR0913  # the ports of this room
        self,
        *,
        store: Store,
        gateways: Mapping[str, Gateway],
        fetcher: Fetcher,
        darkroom: Darkroom,
        changes: Changes,
        clock: Clock,
        new_id: NewId,
        defaults: HostDefaults,
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._fetcher = fetcher
        self._darkroom = darkroom
        self._changes = changes
        self._clock = clock
        self._new_id = new_id
        self._defaults = defaults

    async def place(self, order_id: OrderId) -> bool:
        """Bring an accepted order to the queue; says whether it got there.

        Not there means: it ended `refused`, it waits for its person to agree to the price, or somebody was first.
        Effects: downloads the uploads (free).
        """
        order = await self._store.orders.load(order_id)
        if order.state is not OrderState.ACCEPTED or order.stage is Stage.ASKING:
            return False
        try:
            queued = await self._place(order)
        except (Refusal, FetchFailed) as refusal:
            await self._refuse(order_id, Failure(reason=refusal.reason, facts=refusal.facts))
            return False
        except StoreError as error:
            if isinstance(error, Conflict):  # cancelled meanwhile
                return False
            log.exception("an order could not be placed", order=order_id)
            await self._refuse(order_id, Failure(reason=Reason.DISK_FULL))
            return False
        self._changes.publish(order_id)
        return queued

    async def _place(self, order: Order) -> bool:
        request = order.request
        await self._authorise(order)
        if not request.prompt.strip():
            raise Refusal(Reason.PROMPT_EMPTY)
        key = order.thread_key or ThreadKey(request.place.channel_id)
        inputs = await self._gather(order, key)
        resolved, origin = resolve(await self._layers(order, key))
        offer = self._offer(resolved.model)
        wish = self._wish(order, resolved, inputs)
        plan = self._plan(offer, wish, inputs)
        resting = self._resting(plan)
        if resting and (way := self._way(plan, wish, order)):
            plan, resting = way, None
        asks = request.ask_first or offer.ask_first or _is_finer(plan)
        if resting is None and asks and not _has_agreed(order, plan):
            await self._store.orders.ask(order.id, plan)
            return False
        placed = Placed(
            thread_key=key,
            inputs=inputs.inputs,
            mask=inputs.mask,
            resolved=resolved,
            resolved_from=origin,
            plan=plan,
            uploads=inputs.uploads,
            billing=Billing.NONE,
        )
        await self._store.orders.place(order.id, placed, self._clock())
        if resting:
            # Written down with its plan, so that its person can choose another gateway, or this one again.
            log.info("an order meets a resting gateway", order=order.id, gateway=plan.gateway)
            end = self._store.orders.end
            await end(order.id, OrderState.FAILED, resting, Billing.NONE, self._clock(), is_unclaimed=True)
            return True
        await self._remember(order, key)
        return True

    def _resting(self, plan: Plan) -> Failure | None:
        """Return what the order would end in, where its gateway is left alone for longer than anyone should wait."""
        failed = self._gateways[plan.gateway].resting()
        return failed.failure if failed and not failed.retriable else None

    def _way(self, plan: Plan, wish: Wish, order: Order) -> Plan | None:
        """Return the plan of another gateway that may be taken without asking."""
        found = ways(self._gateways, plan, wish, visited=(), has_agreed=order.confirmed)
        return next((way.plan for way in found if way.is_free_to_take), None)

    async def _authorise(self, order: Order) -> None:
        actor = order.request.actor
        if not actor.can_post:
            raise NotAllowed(Reason.NOT_ALLOWED, action=Action.PAINT.value)
        waiting = await self._store.orders.waiting_count(actor.user_id)
        if waiting > self._defaults.max_waiting:  # the count holds this order too
            raise Refusal(Reason.TOO_MANY_WAITING, limit=self._defaults.max_waiting)

    # -- inputs ------------------------------------------------------------------------------------------------

    async def _gather(self, order: Order, key: ThreadKey) -> _Inputs:
        """Fetch and clean the uploads, join kept references, and find the first input's size."""
        request = order.request
        if any(isinstance(part, Upload) for part in (*request.inputs, request.mask)):
            await self._store.orders.progress(order.id, Stage.FETCHING)
            self._changes.publish(order.id)
        references = await self._store.threads.references(key, request.actor.user_id)
        named = {part.picture_id for part in request.inputs if isinstance(part, Stored)}
        joining = [Stored(picture_id=picture_id) for picture_id in references if picture_id not in named]
        if not (request.inputs or joining) and request.mask is not None:
            raise Refusal(Reason.MASK_WITHOUT_PICTURE)
        with tempfile.TemporaryDirectory(dir=self._store.files.incoming, prefix=f"{order.id}-") as folder:
            return await self._clean(order, key, (*request.inputs, *joining), Path(folder))

    async def _clean(self, order: Order, key: ThreadKey, wanted: Sequence[Input], folder: Path) -> _Inputs:
        request = order.request
        inputs: list[Input] = []
        uploads: list[NewPicture] = []
        notes: list[Change] = []
        for part in wanted:
            if isinstance(part, Upload):
                clean = await self._fetch(part, folder, keep_png=request.mask is not None and not inputs)
                picture = await self._keep(order, clean, len(uploads), part.filename)
                uploads.append(picture)
                inputs.append(Stored(picture_id=picture.id))
                name = f"image {len(inputs)}"
                notes += [Change(option=name, asked=None, used=None, why=note.value) for note in clean.notes]
            else:
                inputs.append(part)
        first_px = await self._first_px(inputs, uploads, key)
        mask = None
        if request.mask is not None:
            picture = await self._mask(order, request.mask, first_px, folder, len(uploads))
            uploads.append(picture)
            mask = Stored(picture_id=picture.id)
        return _Inputs(inputs=tuple(inputs), mask=mask, uploads=tuple(uploads), first_px=first_px, notes=tuple(notes))

    async def _fetch(self, upload: Upload, folder: Path, *, keep_png: bool) -> CleanPicture:
        with _naming(upload):
            source = await self._download(upload, folder)
            return await self._darkroom.clean(source, folder, keep_png=keep_png)

    async def _download(self, upload: Upload, folder: Path) -> Path:
        if upload.size_bytes > MAX_UPLOAD_BYTES:
            raise Refusal(Reason.FILE_TOO_BIG, size_bytes=upload.size_bytes, limit_bytes=MAX_UPLOAD_BYTES)
        return await self._fetcher.fetch(upload.url, folder, max_bytes=MAX_UPLOAD_BYTES)

    async def _mask(
        self, order: Order, mask: Input, first_px: tuple[int, int] | None, folder: Path, position: int
    ) -> NewPicture:
        if first_px is None:
            raise Refusal(Reason.MASK_WITHOUT_PICTURE)
        match mask:
            case Upload():
                with _naming(mask):
                    source = await self._download(mask, folder)
                    clean = await self._darkroom.check_mask(source, first_px, folder)
            case Stored():
                source = await self._store.files.open_path((await self._living(mask.picture_id)).blob.sha256)
                clean = await self._darkroom.check_mask(source, first_px, folder)
            case Head():
                raise Refusal(Reason.MASK_WITHOUT_PICTURE)
        return await self._keep(order, clean, position, None)

    async def _keep(self, order: Order, clean: CleanPicture, position: int, filename: str | None) -> NewPicture:
        """Put a cleaned upload into the store; a file named like one of ours keeps its lineage."""
        await self._store.files.adopt(clean.path, clean.blob.sha256)
        parent = await self._reuploaded(order.request.place, filename)
        return NewPicture(
            id=PictureId(self._new_id()),
            position=position,
            blob=clean.blob,
            source=PictureSource.UPLOAD,
            subject_user_id=order.request.actor.user_id,
            alt_text=filename or "",
            age_restricted=order.request.place.age_restricted,
            parents=(Parent(picture_id=parent, role=ParentRole.REUPLOAD),) if parent else (),
        )

    async def _reuploaded(self, place: Place, filename: str | None) -> PictureId | None:
        """Return the picture a file name speaks of, if it belongs to the same server or DM."""
        named = read_id(filename) if filename and "easel-" in filename.lower() else None
        if named is None:
            return None
        try:
            picture = await self._store.pictures.load(PictureId(named))
            order = await self._store.orders.load(picture.order_id) if picture.order_id else None
        except Refusal:
            return None
        if order is None:
            return None
        same_server = place.guild_id is not None and order.request.place.guild_id == place.guild_id
        return picture.id if same_server or order.request.place.channel_id == place.channel_id else None

    async def _first_px(
        self, inputs: Sequence[Input], uploads: Sequence[NewPicture], key: ThreadKey
    ) -> tuple[int, int] | None:
        """Return the first input's size in pixels; for HEAD, that of the head as it is now."""
        if not inputs:
            return None
        first = inputs[0]
        if isinstance(first, Head):
            thread = await self._store.threads.load(key)
            if thread is None or thread.head is None:
                return await self._first_px(inputs[1:], uploads, key)
            first = Stored(picture_id=thread.head)
        assert isinstance(first, Stored)  # noqa: S101  # uploads became Stored above
        fresh = next((picture.blob for picture in uploads if picture.id == first.picture_id), None)
        blob = fresh or (await self._living(first.picture_id)).blob
        return blob.width_px, blob.height_px

    async def _living(self, picture_id: PictureId) -> Picture:
        picture = await self._store.pictures.load(picture_id)
        if picture.deleted_at is not None:
            raise Refusal(Reason.DELETED, id=picture_id)
        return picture

    # -- options -----------------------------------------------------------------------------------------------

    async def _layers(self, order: Order, key: ThreadKey) -> list[tuple[Scope, Options]]:
        return [
            (Scope.HOST, self._defaults.options),
            (Scope.THREAD, await self._store.settings.options(Scope.THREAD, key)),
            (Scope.ORDER, order.request.asked),
        ]

    def _offer(self, model: str | None) -> ModelOffer:
        offers = [offer for gateway in self._gateways.values() for offer in gateway.offers()]
        if model is None:
            return offers[0]
        offer = offer_named(offers, model)
        if offer is None:
            raise OptionRefused(Reason.MODEL_UNKNOWN, model=model[:80])
        return offer

    @staticmethod
    def _wish(order: Order, resolved: Options, inputs: _Inputs) -> Wish:
        return wish_of(
            order,
            resolved,
            input_count=len(inputs.inputs),
            has_mask=inputs.mask is not None,
            first_px=inputs.first_px,
        )

    def _plan(self, offer: ModelOffer, wish: Wish, inputs: _Inputs) -> Plan:
        named = replace(wish, options=replace(wish.options, model=offer.model))
        plan = self._gateways[offer.gateway].plan(named)
        return replace(plan, changes=(*plan.changes, *inputs.notes))

    async def _remember(self, order: Order, key: ThreadKey) -> None:
        """Let the order's own options stay with its thread, but not those of a one-off such as HD."""
        stay = sticky(order.request.asked)
        if given_in(stay) and not order.request.ask_first:
            who = order.request.actor.user_id
            await self._store.settings.set_options(Scope.THREAD, key, stay, who, self._clock())

    async def _refuse(self, order_id: OrderId, failure: Failure) -> None:
        log.info("an order was refused", order=order_id, reason=failure.reason.value)
        end = self._store.orders.end
        try:
            await end(order_id, OrderState.REFUSED, failure, Billing.NONE, self._clock(), is_unclaimed=True)
        except Conflict:  # it has ended, or its paid call is under way
            return
        self._changes.publish(order_id)


def _has_agreed(order: Order, plan: Plan) -> bool:
    """Say whether the order's person said yes to a price that this plan keeps to; what is free now needs no yes."""
    if not order.confirmed or order.plan is None:
        return False
    told, price = order.plan.estimate, plan.estimate
    return not is_dearer(price, told) and (told is not None or price is None or not price.micros)


def _is_finer(plan: Plan) -> bool:
    """Say whether the plan takes a better quality than was asked for, since that is not offered, and pays for it."""
    is_finer = any(
        change.option == "quality"
        and change.why in {"not_offered", "left_out"}
        and quality_rank(change.used) > quality_rank(change.asked) >= 0
        for change in plan.changes
    )
    return is_finer and plan.estimate is not None and plan.estimate.source == "estimate"
