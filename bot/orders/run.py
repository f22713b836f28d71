"""Running: queued orders are claimed one by one, sent to their gateway at most once, and what comes is stored."""

import asyncio
import random
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from bot.errors import CallFailed, Conflict, Corrupt, EaselError, PictureRejected, Refusal, StoreError
from bot.model import (
    Adaptation,
    Billed,
    Billing,
    Blob,
    Delivered,
    Failure,
    Head,
    Input,
    Learned,
    Options,
    Order,
    OrderId,
    OrderKind,
    OrderState,
    PaintCall,
    PaintInput,
    Parent,
    ParentRole,
    Picture,
    PictureFacts,
    PictureId,
    PictureSource,
    Plan,
    Price,
    Reason,
    Receipt,
    ReceivedFile,
    Scope,
    Stage,
    Stored,
    Usage,
    UserId,
)
from bot.orders.comparing import differences
from bot.orders.failover import becomes_dearer, left_to_ask, may_go_elsewhere, ways
from bot.orders.fence import fenced
from bot.orders.ports import (
    CallEnd,
    Changes,
    Claimed,
    Clock,
    Darkroom,
    Gateway,
    NewId,
    NewPicture,
    Store,
)
from bot.orders.wishes import planned_wish

T = TypeVar("T")

PASSING = frozenset({Reason.RATE_LIMITED, Reason.OVERLOADED, Reason.NOT_SENT})
"""What may be over in a moment; how often one order may run into it stands beside each failure."""

STORE_RETRY_S = 1.0
LONGEST_STORE_RETRY_S = 30.0
PATIENCE_S = 10.0
"""An order that would have to wait for longer goes to another gateway, where one may be taken without asking."""

LONGEST_PAUSE_S = 60.0
"""Between the calls of one order its slot is kept, so a gateway that wants to be left alone for longer ends it."""

LONGEST_WAIT_S = 600.0
"""A gateway that wants to be left alone for longer ends the order instead."""

DARKROOM_TROUBLES = frozenset({Reason.DECODER_TIMEOUT, Reason.DECODER_OUT_OF_MEMORY})
"""What may lie in this machine's state as well as in the picture; a worker's death the darkroom repeats itself."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Developed:
    """A received file that is a picture; `response_id` is the answer's that brought it, "" where it has none."""

    file: ReceivedFile
    blob: Blob
    response_id: str


class Runner:
    """Claims orders and carries them out, as many at once as their gateways have slots."""

    def __init__(  # noqa: PLR0913  # the ports of this room
        self,
        *,
        store: Store,
        gateways: Mapping[str, Gateway],
        darkroom: Darkroom,
        changes: Changes,
        clock: Clock,
        new_id: NewId,
        jitter: random.Random,
        hash_user: Callable[[UserId], str],
        first_backoff_s: float,
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._darkroom = darkroom
        self._changes = changes
        self._clock = clock
        self._new_id = new_id
        self._jitter = jitter
        self._hash_user = hash_user
        self._first_backoff_s = first_backoff_s
        self._work = asyncio.Event()
        self._closing = asyncio.Event()
        self._running = 0

    def wake(self) -> None:
        """Say that an order may have become claimable; never waits."""
        self._work.set()

    def close(self) -> None:
        """Claim nothing further; `run` returns once the running calls have ended."""
        self._closing.set()
        self.wake()

    @property
    def running(self) -> int:
        """Return how many orders are being carried out now."""
        return self._running

    async def run(self) -> None:
        """Claim and carry out until `close`, then wait for what runs. Cancelling cuts running calls off.

        A call that is cut off stays `sending`, and the next start tells its person that the outcome is unknown.
        """
        async with asyncio.TaskGroup() as tasks:
            while not self._closing.is_set():
                self._work.clear()
                now = self._clock()  # one instant for both questions: what becomes due between two would be missed
                try:
                    claimed = await self._store.orders.claim(now)
                    wait_s = await self._until_due_s(now) if claimed is None else None
                except StoreError:
                    # Running calls are paid for: a database that is busy or full must not take them down.
                    log.exception("the queue could not be read; trying again", in_s=STORE_RETRY_S)
                    claimed, wait_s = None, STORE_RETRY_S
                if claimed is not None:
                    self._running += 1
                    tasks.create_task(self._run_one(claimed), name=f"order {claimed.order.id}")
                else:
                    await self._idle(wait_s)

    async def _until_due_s(self, now: datetime) -> float | None:
        due_at = await self._store.orders.next_due_at(now)
        return max(0.0, (due_at - self._clock()).total_seconds()) if due_at else None

    async def _idle(self, wait_s: float | None) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._work.wait()
        except TimeoutError:
            return

    async def _run_one(self, claimed: Claimed) -> None:
        order = claimed.order
        structlog.contextvars.bind_contextvars(order=order.id)
        failure = Failure(reason=Reason.INTERNAL, billed=Billed.UNKNOWN)
        broken = partial(self._end, order, claimed.call_number, OrderState.UNKNOWN, failure, Billing.HELD)
        try:
            await fenced(self._carry_out(claimed), order.id, broken)
        finally:
            self._running -= 1
            self.wake()
            self._changes.publish(order.id)

    async def _carry_out(self, claimed: Claimed) -> bool:
        """Resolve, send and store; says whether a call was made."""
        order, number = claimed.order, claimed.call_number
        with ExitStack() as stack:
            try:
                folder = tempfile.TemporaryDirectory(dir=self._store.files.incoming, prefix=f"{order.id}-")
                scratch = stack.enter_context(folder)
                order = await self._resolve(order)
                call = await self._prepare(order, number, Path(scratch))
            except (Refusal, Corrupt, OSError) as error:
                failure = _unsent(error)
                log.info("an order ended before its call", reason=failure.reason.value, why=str(error))
                await self._end(order, number, OrderState.FAILED, failure, Billing.NONE)
                return False
            await self._store.orders.progress(order.id, Stage.PAINTING, eta_at=self._eta(order))
            self._changes.publish(order.id)
            await self._send(order, number, call)
            return True

    # -- before the call ----------------------------------------------------------------------------------------

    async def _resolve(self, order: Order) -> Order:
        """Replace HEAD by the thread's head as it is now; without one, the other inputs stand alone."""
        if Head() not in order.inputs:
            return order
        thread = await self._store.threads.load(order.thread_key) if order.thread_key else None
        head: tuple[Input, ...] = (Stored(picture_id=thread.head),) if thread and thread.head else ()
        rest = tuple(part for part in order.inputs if not isinstance(part, Head) and part not in head)
        if not head and not rest:
            raise Refusal(Reason.NO_PICTURE)
        return await self._store.orders.resolve_inputs(order.id, (*head, *rest))

    async def _prepare(self, order: Order, number: int, scratch: Path) -> PaintCall:
        """Gather the call's files; what is made for it alone goes to `scratch`."""
        plan = _plan_of(order)
        is_bare = bool(order.resolved and order.resolved.minimum)
        is_bare = is_bare or any(change.why == "bare_minimum" for change in plan.changes)
        inputs = [await self._input(part) for part in order.inputs]
        mask = await self._input(order.mask) if order.mask else None
        if mask and inputs and inputs[0].format != "png":
            as_png = await self._darkroom.as_png(inputs[0].path, scratch)
            inputs[0] = PaintInput(path=as_png.path, format="png")
        if mask and plan.mask_polarity != "alpha":
            coloured = await self._darkroom.recoloured(mask.path, scratch, plan.mask_polarity)
            mask = PaintInput(path=coloured.path, format="png")
        return PaintCall(
            key=f"{order.id}-{number}",
            plan=plan,
            kind=OrderKind.EDIT if inputs else OrderKind.GENERATE,
            prompt=order.request.prompt,
            inputs=tuple(inputs),
            mask=mask,
            folder=self._store.files.incoming,
            user=None if is_bare else self._hash_user(order.request.actor.user_id),
            previous_response=await self._previous_response(order, plan),
            is_size_chosen=order.resolved_from.get("size", Scope.HOST) not in {Scope.MODEL, Scope.HOST},
        )

    async def _previous_response(self, order: Order, plan: Plan) -> str | None:
        """Return the gateway's own name for the answer that brought this person the first input, the same way."""
        first = order.inputs[0] if order.inputs else None
        if plan.dialect != "responses" or not isinstance(first, Stored):
            return None
        picture = await self._store.pictures.load(first.picture_id)
        maker = await self._store.orders.load(picture.order_id) if picture.order_id else None
        if maker is None or maker.plan is None or maker.receipt is None or picture.source is PictureSource.UPLOAD:
            return None
        same = (maker.plan.gateway, maker.plan.dialect) == (plan.gateway, plan.dialect)
        # The answer stands for all that was said and sent before it, which is its person's own.
        same = same and maker.request.actor.user_id == order.request.actor.user_id
        named = maker.receipt.response_ids[picture.position - 1 : picture.position]
        return next(filter(None, named), None) if same else None

    async def _input(self, part: Input) -> PaintInput:
        assert isinstance(part, Stored)  # noqa: S101  # placing stored the uploads, `_resolve` the head
        picture: Picture = await self._store.pictures.load(part.picture_id)
        if picture.deleted_at is not None:
            raise Refusal(Reason.DELETED, id=picture.id)
        path = await self._store.files.open_path(picture.blob.sha256)
        return PaintInput(path=path, format=picture.blob.format)

    def _eta(self, order: Order) -> datetime | None:
        plan = _plan_of(order)
        return self._clock() + timedelta(seconds=plan.usual_s * plan.calls) if plan.usual_s else None

    # -- the call -------------------------------------------------------------------------------------------------

    async def _send(self, order: Order, number: int, call: PaintCall) -> None:
        """Make the plan's calls one after the other, and store what came of them."""
        gateway, left, told = self._gateways[call.plan.gateway], call.plan.calls, call.plan.estimate
        receipts: list[Receipt] = []
        end: CallEnd | None = None  # of the call before, once there is one
        while left:
            if end:
                number = await self._insist(partial(self._store.orders.next_call, order.id, number, end, self._clock()))
                call = replace(call, key=f"{order.id}-{number}")
            try:
                receipts.append(await self._paint(order.id, gateway, call))
                end, left = _end_of(receipts[-1]), left - 1
            except CallFailed as failed:
                if receipts and await self._paused(order, failed):
                    end = _failed_end(failed)
                    continue
                if receipts:
                    # What came before was paid for and is delivered; this call's row says how it ended.
                    log.warning("a later call of an order failed", reason=failed.failure.reason.value)
                    await self._received(order, number, receipts, _failed_end(failed), failed)
                    return
                if failed.adaptation is None:
                    await self._failed(order, number, failed)
                    return
                if becomes_dearer(call.plan, failed.adaptation.plan, told):
                    await self._remember(gateway, failed.adaptation.learned)
                    await self._failed(order, number, left_to_ask(failed, failed.adaptation.plan))
                    return
                number, call = await self._adapted(order, number, call, failed, failed.adaptation)
                order, left = replace(order, plan=call.plan), call.plan.calls
        await self._received(order, number, receipts, _end_of(receipts[-1]))

    async def _paused(self, order: Order, failed: CallFailed) -> bool:
        """Wait until a further call may be made in place of one that was free; says whether it may.

        The stop of the bot ends the wait: what has come is delivered.
        """
        wait_s = self._wait_s(await self._insist(partial(self._tries, order)), failed)
        if wait_s is None or wait_s > LONGEST_PAUSE_S:
            return False
        log.info("a later call of an order is tried again", reason=failed.failure.reason.value, in_s=wait_s)
        try:
            async with asyncio.timeout(wait_s):
                await self._closing.wait()
        except TimeoutError:
            return True
        return False

    async def _adapted(
        self, order: Order, number: int, call: PaintCall, failed: CallFailed, adaptation: Adaptation
    ) -> tuple[int, PaintCall]:
        """Write down the order's next call, without what the gateway refused; the refusal was free."""
        failure = failed.failure
        changes = adaptation.plan.changes[len(call.plan.changes) :]
        options = [change.option for change in changes]
        log.info("a refused option is adapted", options=options, request_id=failure.request_id, hint=failure.host_hint)
        gateway, now = self._gateways[call.plan.gateway], self._clock()
        step = partial(self._store.orders.next_call, order.id, number, _failed_end(failed), now, adaptation.plan)
        number = await self._insist(step)
        await self._remember(gateway, adaptation.learned)
        without = dict.fromkeys(adaptation.without)
        return number, replace(call, key=f"{order.id}-{number}", plan=adaptation.plan, **without)

    async def _remember(self, gateway: Gateway, facts: Sequence[Learned]) -> None:
        try:
            await self._store.learned.remember(gateway.slug, gateway.address, facts, self._clock())
        except StoreError:
            log.exception("what a refusal taught could not be written")  # the next refusal teaches it again

    async def _paint(self, order_id: OrderId, gateway: Gateway, call: PaintCall) -> Receipt:
        """Make one call; previews are noted beside it, since a stream that is not read may be cut by its gateway."""
        notes = set[asyncio.Task[None]]()

        async def note(path: Path) -> None:
            notes.add(asyncio.create_task(self._note_preview(order_id, path)))

        try:
            return await gateway.paint(call, note)
        finally:
            if notes:  # whatever becomes of them, they must not take what was paid for with them
                await asyncio.wait(notes)

    async def _note_preview(self, order_id: OrderId, path: Path) -> None:
        try:
            await self._store.orders.progress(order_id, Stage.PREVIEW, preview=path)
        except EaselError:
            log.exception("a preview could not be noted")  # the call it belongs to goes on
        self._changes.publish(order_id)

    async def _failed(self, order: Order, number: int, failed: CallFailed) -> None:
        failure = failed.failure
        log.info(
            "a call failed",
            reason=failure.reason.value,
            billed=failure.billed.value,
            request_id=failure.request_id,
            hint=failure.host_hint,
        )
        wait_s = self._wait_s(await self._insist(partial(self._tries, order)), failed)
        if (wait_s is None or wait_s > PATIENCE_S) and await self._gone_elsewhere(order, number, failed):
            return
        if wait_s is not None:
            now = self._clock()
            not_before = now + timedelta(seconds=wait_s)
            await self._insist(
                partial(self._store.orders.requeue, order.id, number, _failed_end(failed), not_before, now)
            )
            return
        match failure.billed:
            case Billed.UNKNOWN:
                state, billing = OrderState.UNKNOWN, Billing.HELD
            case Billed.YES:
                state, billing = OrderState.FAILED, Billing.SETTLED
            case Billed.NO:
                state, billing = OrderState.FAILED, Billing.NONE
        await self._end(order, number, state, failure, billing, _failed_end(failed))

    async def _gone_elsewhere(self, order: Order, number: int, failed: CallFailed) -> bool:
        """Let the order wait for another gateway, if one may be taken without asking; says whether it does."""
        if not may_go_elsewhere(failed.failure):
            return False
        plan, calls = _plan_of(order), await self._store.orders.calls(order.id)
        visited = {call.gateway for call in calls}
        wish = await planned_wish(self._store, order)
        found = ways(self._gateways, plan, wish, visited=visited, has_agreed=order.confirmed)
        way = next((way for way in found if way.is_free_to_take), None)
        if way is None:
            return False
        log.info("an order goes to another gateway", gateway=way.plan.gateway, was=plan.gateway)
        now = self._clock()
        await self._insist(
            partial(self._store.orders.requeue, order.id, number, _failed_end(failed), now, now, way.plan)
        )
        return True

    async def _tries(self, order: Order) -> int:
        """Count the call that just failed, and the order's calls at this gateway that met something passing before.

        Calls that were not made, since the gateway rested, do not count.
        """
        gateway = _plan_of(order).gateway
        calls = await self._store.orders.calls(order.id)
        return 1 + sum(call.gateway == gateway and call.outcome in PASSING for call in calls)

    def _wait_s(self, tries: int, failed: CallFailed) -> float | None:
        """Return how long to wait before a further call, or None where there must be none.

        The gateway's own waiting time counts, with some chance added, so that those who wait do not come back at once.
        """
        if failed.failure.billed is not Billed.NO or tries >= failed.most_calls:
            return None
        backoff_s = self._first_backoff_s * 2 ** (tries - 1) * (1 + self._jitter.random())
        wait_s = max(backoff_s, (failed.retry_after_s or 0.0) + self._jitter.random())
        return wait_s if wait_s <= LONGEST_WAIT_S else None

    # -- after the call -------------------------------------------------------------------------------------------

    async def _received(
        self, order: Order, number: int, receipts: Sequence[Receipt], end: CallEnd, failed: CallFailed | None = None
    ) -> None:
        """Store what came of an order's calls; `failed` is what the last one met, if it brought nothing."""
        developed, spoiled = await self._develop(receipts)
        if not developed:
            failure = Failure(
                reason=Reason.BAD_IMAGE,
                billed=Billed.YES,
                facts={"detail": spoiled[0] if spoiled else "nothing came"},
                request_id=receipts[-1].request_id,
            )
            # A picture that is none was paid for all the same; a later call that failed keeps its own ending.
            spoiled_end = end if end.outcome else replace(end, outcome=failure.reason)
            await self._end(order, number, OrderState.FAILED, failure, Billing.SETTLED, spoiled_end)
            return
        pictures = [self._picture(order, position, item) for position, item in enumerate(developed, 1)]
        for item in developed:
            await self._insist(partial(self._store.files.adopt, item.file.path, item.blob.sha256))
        delivered = replace(
            self._delivered(order, receipts, [item.blob for item in developed]),
            cost=_total_cost([known.cost for known in (*receipts, failed) if known and known.cost]),
            response_ids=tuple(item.response_id for item in developed),
            failure=failed.failure if failed else None,
        )
        await self._insist(
            partial(self._store.orders.receive, order.id, number, pictures, delivered, end, self._clock())
        )

    async def _insist(self, write: Callable[[], Awaitable[T]]) -> T:
        """Repeat what the database did not take until it does: it is about a call that was made, and its slot."""
        wait_s = STORE_RETRY_S
        while True:
            try:
                return await write()
            except (Conflict, Corrupt):
                raise
            except StoreError:
                log.exception("what was paid for could not be written; trying again", in_s=wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_STORE_RETRY_S)

    async def _develop(self, receipts: Sequence[Receipt]) -> tuple[list[_Developed], list[str]]:
        """Sort what came into pictures and what is none; the latter is set aside, since it was paid for."""
        developed, spoiled = list[_Developed](), list[str]()
        for file, response_id in [(file, receipt.response_id) for receipt in receipts for file in receipt.files]:
            try:
                facts = await self._inspect(file.path)
            except PictureRejected as rejected:
                kept = await self._store.files.set_aside(file.path)
                log.warning("the gateway sent what is no picture", reason=rejected.reason.value, kept=kept.name)
                spoiled.append(rejected.reason.value)
                continue
            blob = Blob(
                sha256=file.sha256,
                size_bytes=file.size_bytes,
                format=facts.format,
                width_px=facts.width_px,
                height_px=facts.height_px,
                has_alpha=facts.is_transparent,
            )
            developed.append(_Developed(file=file, blob=blob, response_id=response_id or ""))
        return developed, spoiled

    async def _inspect(self, path: Path) -> PictureFacts:
        """Look at a paid picture; where it was the looking that failed, look once more before it counts as none."""
        try:
            return await self._darkroom.inspect(path)
        except PictureRejected as rejected:
            if rejected.reason not in DARKROOM_TROUBLES:
                raise
            log.warning("a paid picture could not be looked at; trying again", reason=rejected.reason.value)
            return await self._darkroom.inspect(path)

    def _picture(self, order: Order, position: int, item: _Developed) -> NewPicture:
        parents = [
            Parent(picture_id=part.picture_id, role=ParentRole.INPUT)
            for part in order.inputs
            if isinstance(part, Stored)
        ]
        if isinstance(order.mask, Stored):
            parents.append(Parent(picture_id=order.mask.picture_id, role=ParentRole.MASK))
        return NewPicture(
            id=PictureId(self._new_id()),
            position=position,
            blob=item.blob,
            source=PictureSource.GENERATED,
            subject_user_id=order.request.actor.user_id,
            alt_text=order.request.prompt,
            age_restricted=order.request.place.age_restricted,
            parents=tuple(parents),
        )

    def _delivered(self, order: Order, receipts: Sequence[Receipt], blobs: Sequence[Blob]) -> Delivered:
        first, plan = receipts[0], _plan_of(order)
        changes = [*plan.changes, *(change for receipt in receipts for change in receipt.changes)]
        changes += differences(plan, order.resolved or Options(), blobs, first.echoed)
        started_at = order.sending_at or self._clock()
        return Delivered(
            count=len(blobs),
            changes=tuple(dict.fromkeys(changes)),
            usage=_total_usage([receipt.usage for receipt in receipts if receipt.usage]),
            request_id=first.request_id,
            revised_prompt=first.revised_prompt,
            echoed=first.echoed,
            seconds=(self._clock() - started_at).total_seconds(),
        )

    async def _end(  # an ending, and its call's
        self,
        order: Order,
        number: int,
        state: OrderState,
        failure: Failure,
        billing: Billing,
        end: CallEnd | None = None,
    ) -> None:
        call = (number, end or _uncalled(failure))
        end_order = partial(self._store.orders.end, order.id, state, failure, billing, call=call)
        try:
            await self._insist(lambda: end_order(self._clock()))
        except StoreError:  # it has ended already, or its row cannot be read
            log.exception("an order's ending could not be written", order=order.id)


def _unsent(error: Refusal | Corrupt | OSError) -> Failure:
    """Say why no call was made; it cost nothing."""
    if isinstance(error, Refusal):
        return error.failure()
    lost = Reason.STORED_FILE_LOST if isinstance(error, Corrupt) else Reason.DISK_FULL
    return Failure(reason=lost, billed=Billed.NO)


def _plan_of(order: Order) -> Plan:
    assert order.plan is not None  # noqa: S101  # placing wrote it
    return order.plan


def _total_usage(usages: Sequence[Usage]) -> Usage | None:
    if not usages:
        return None
    return Usage(**{part.name: sum(getattr(usage, part.name) for usage in usages) for part in fields(Usage)})


def _total_cost(costs: Sequence[Price]) -> Price | None:
    if not costs:
        return None
    guessed = next((cost for cost in costs if cost.source == "estimate"), costs[0])  # one guess makes the sum a guess
    return replace(guessed, micros=sum(cost.micros for cost in costs))


def _end_of(receipt: Receipt) -> CallEnd:
    return CallEnd(outcome=None, billed=Billed.YES, request_id=receipt.request_id, cost=receipt.cost)


def _failed_end(failed: CallFailed) -> CallEnd:
    return replace(_uncalled(failed.failure), cost=failed.cost)


def _uncalled(failure: Failure) -> CallEnd:
    return CallEnd(outcome=failure.reason, billed=failure.billed, request_id=failure.request_id)
