"""Trying one gateway for money, step by step: each step is at most one paid call, never repeated.

What comes is decoded and kept, and what it teaches is written down after each step, so that a check-up that is cut off
has still taught something. Its calls belong to no order.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog

from bot.errors import CallFailed, PictureRejected, StoreError
from bot.model import (
    Billed,
    Failure,
    Learned,
    PaintCall,
    PaintInput,
    Plan,
    Price,
    Reason,
    Receipt,
    Scalar,
)
from bot.orders.ports import Clock, Darkroom, Gateway, Store
from bot.orders.trials import USUAL_PX, Step, Trial, totals
from bot.orders.verdicts import (
    Brought,
    Came,
    Result,
    Seen,
    Sight,
    Verdict,
    ending_teaches,
    judge,
    verdict_of,
)

SLOT_POLL_S = 1.0
LONGEST_PAUSE_S = 120.0
"""A gateway that wants to be left alone for longer is asked the next step all the same."""

_LEVELS = {"ok": Verdict.WORKS, "warning": Verdict.DIFFERS, "problem": Verdict.FAILED}

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A step begins."""

    step: Step
    number: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The end of a check-up: every step's result, and where its pictures lie.

    `spent` is what the calls cost by currency, as far as prices are known; `unpriced` counts the billed calls of
    which none is known, `unsure` those that may have been billed. `was_stopped` tells that somebody, or the end of
    the process, ended it before its last step, `was_cut` that a paid call was under way then.
    """

    gateway: str
    title: str
    results: tuple[Result, ...]
    of: int
    folder: Path
    spent: tuple[Price, ...]
    unpriced: int
    unsure: int
    was_stopped: bool
    was_cut: bool = False

    @property
    def learned(self) -> tuple[Learned, ...]:
        """Return everything that was learned."""
        return tuple(fact for result in self.results for fact in result.learned)

    @property
    def differences(self) -> tuple[Result, ...]:
        """Return the steps in which the gateway did otherwise than its profile and configuration promise."""
        return tuple(result for result in self.results if result.differs_from_known)

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what failures advise the host, each once; a base URL under which pictures come is right."""
        has_worked = any(result.has_picture and result.step.plan is not None for result in self.results)
        hints = (
            result.hint
            for result in self.results
            if not (has_worked and result.failure and result.failure.reason is Reason.WRONG_URL)
        )
        return tuple(dict.fromkeys(hint for hint in hints if hint))

    @property
    def has_untried(self) -> bool:
        """Say whether steps about what is known as offered came to no painter."""
        return any(result.is_untried and result.step.is_offered for result in self.results)

    @property
    def is_broken_off(self) -> bool:
        """Say whether the gateway itself made going on useless."""
        return any(result.ends_it for result in self.results)


@dataclass(slots=True)
class _Known:
    """What earlier steps of one model brought."""

    verdicts: dict[Trial, Verdict] = field(default_factory=dict[Trial, Verdict])
    picture: Brought | None = None  # of the small one
    response_id: str | None = None
    plain_bytes: dict[Scalar, int] = field(default_factory=dict[Scalar, int])


class Checkup:
    """One check-up of one gateway.

    Args:
        folder: Where its pictures are kept; made when it runs.
        store: Where what is learned goes.
        slots: Whether each paid step takes one of the gateway's slots, as orders do; not where no orders run.
        released: Called whenever a slot came back.
    """

    def __init__(  # noqa: PLR0913  # the ports of this room
        self,
        *,
        gateway: Gateway,
        steps: Sequence[Step],
        folder: Path,
        darkroom: Darkroom,
        store: Store,
        clock: Clock,
        slots: bool,
        released: Callable[[], None] = lambda: None,
    ) -> None:
        self.gateway = gateway
        self.steps = tuple(steps)
        self.folder = folder
        self._darkroom = darkroom
        self._store = store
        self._clock = clock
        self._slots = slots
        self._released = released
        self._stop = asyncio.Event()
        self._pause_s = 0.0
        self._known: dict[str, _Known] = {}
        self._is_paying = False  # from a paid call's start until its result is told

    def stop(self) -> None:
        """Begin no further step; what the running one brings is still kept and reported."""
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        """Say whether no further step begins."""
        return self._stop.is_set()

    async def run(self) -> AsyncGenerator[Started | Result | Report]:
        """Try every step, telling when each begins and how it ended; at last comes the report.

        Errors: `OSError` where the folder cannot be made. Effects: paid calls; files in `folder`; learned facts.
        """
        await asyncio.to_thread(self.folder.mkdir, parents=True, exist_ok=True)
        results = list[Result]()
        for number, step in enumerate(self.steps, 1):
            if self._stop.is_set() or any(result.ends_it for result in results):
                break
            yield Started(step=step, number=number, of=len(self.steps))
            result = await self._try(step, number)
            self._known_of(step).verdicts[step.trial] = result.verdict
            await self._learn(result)
            self._is_paying = False
            results.append(result)
            yield result
        yield self.report(results)

    def report(self, results: Sequence[Result]) -> Report:
        """Sum up what was done so far."""
        billed = [result for result in results if result.billed is Billed.YES]
        ends = any(result.ends_it for result in results)
        return Report(
            gateway=self.gateway.slug,
            title=self.gateway.offers()[0].gateway_title,
            results=tuple(results),
            of=len(self.steps),
            folder=self.folder,
            spent=totals([result.cost for result in billed]),
            unpriced=sum(result.cost is None for result in billed),
            unsure=sum(result.billed is Billed.UNKNOWN for result in results),
            was_stopped=len(results) < len(self.steps) and not ends,
        )

    def cut(self, results: Sequence[Result]) -> Report:
        """Sum up a check-up that was cut off: the call that ran then may be billed."""
        report = self.report(results)
        return replace(report, unsure=report.unsure + 1, was_cut=True) if self._is_paying else report

    # -- one step ---------------------------------------------------------------------------------------------------

    async def _try(self, step: Step, number: int) -> Result:
        if step.plan is None:
            return await self._look(step, number)
        known = self._known_of(step)
        needed = step.needs and known.verdicts.get(step.needs)
        if step.needs and needed not in {Verdict.WORKS, Verdict.DIFFERS}:
            return _skipped(step, number, Seen(sight=Sight.NEEDS, facts={"trial": step.needs.value}))
        if step.trial is Trial.SECOND_TURN and known.response_id is None:
            return _skipped(step, number, Seen(sight=Sight.NO_ANSWER_NAME))
        await self._rest()
        if not await self._take_slot():
            return _skipped(step, number, Seen(sight=Sight.STOPPED))
        try:
            return await self._pay(step, step.plan, number)
        except (PictureRejected, OSError) as error:
            return self._failed(step, number, self._unkept(error), 0.0)
        finally:
            await self._give_slot()

    async def _pay(self, step: Step, plan: Plan, number: int) -> Result:
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".making-", ignore_cleanup_errors=True) as scratch:
            return await self._send(step, number, await self._call(step, plan, number, Path(scratch)))

    async def _look(self, step: Step, number: int) -> Result:
        """Look at key and models for nothing."""
        began = self._clock()
        found = await self.gateway.probe()
        worst = next((level for level in ("problem", "warning", "ok") if any(f.level == level for f in found)), "ok")
        return Result(
            step=step,
            number=number,
            verdict=_LEVELS[worst],
            seen=tuple(Seen(sight=Sight.TOLD, facts={"text": one.text}) for one in found),
            seconds=(self._clock() - began).total_seconds(),
        )

    async def _send(self, step: Step, number: int, call: PaintCall) -> Result:
        began, previews = self._clock(), list[None]()

        async def count(_: Path) -> None:
            previews.append(None)

        try:
            with tempfile.TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True) as scratch:
                sent = await self._as_sent(call, Path(scratch))
                self._is_paying = True
                receipt = await self.gateway.paint(sent, count)
        except CallFailed as failed:
            self._pause_s = min(failed.retry_after_s or 0.0, LONGEST_PAUSE_S)
            result = self._failed(step, number, failed.failure, (self._clock() - began).total_seconds())
            adapted = failed.adaptation.learned if failed.adaptation else ()
            known = {fact.capability for fact in adapted}
            own = tuple(fact for fact in result.learned if fact.capability not in known)
            return replace(result, cost=failed.cost, learned=(*adapted, *own))
        seconds = (self._clock() - began).total_seconds()
        try:
            result = await self._judged(step, number, call, receipt, len(previews))
        except OSError as error:  # it is paid for: its price must be told all the same
            failed = self._failed(step, number, _of_disk(error, Billed.YES), seconds)
            return replace(failed, cost=receipt.cost)
        return replace(result, seconds=seconds)

    async def _judged(self, step: Step, number: int, call: PaintCall, receipt: Receipt, previews: int) -> Result:
        """Keep and judge what came. Errors: `OSError`."""
        brought, spoiled = await self._keep(step, number, receipt)
        result = Result(
            step=step,
            number=number,
            verdict=Verdict.FAILED,
            billed=Billed.YES,
            cost=receipt.cost,
            files=tuple(one.path for one in brought) + spoiled,
        )
        if not brought:
            failure = Failure(reason=Reason.BAD_IMAGE, billed=Billed.YES, request_id=receipt.request_id)
            return replace(result, failure=failure, learned=ending_teaches(step, failure))
        came = replace(await self._came(step, call, receipt, brought, previews), spoiled=len(spoiled))
        self._note(step, receipt, brought[0])
        verdict, seen, learned = judge(step, came)
        return replace(result, verdict=verdict, seen=seen, learned=learned)

    def _failed(self, step: Step, number: int, failure: Failure, seconds: float) -> Result:
        log.info("a step of a check-up failed", trial=step.trial.value, reason=failure.reason.value)
        return Result(
            step=step,
            number=number,
            verdict=verdict_of(failure),
            failure=failure,
            billed=failure.billed,
            seconds=seconds,
            learned=ending_teaches(step, failure),
        )

    def _unkept(self, error: PictureRejected | OSError) -> Failure:
        if isinstance(error, PictureRejected):  # what earlier steps brought could be decoded; this machine cannot now
            return error.failure()
        return _of_disk(error, Billed.UNKNOWN if self._is_paying else Billed.NO)

    # -- the call ---------------------------------------------------------------------------------------------------

    async def _call(self, step: Step, plan: Plan, number: int, scratch: Path) -> PaintCall:
        known = self._known_of(step)
        inputs = [await self._input(known, index, scratch) for index in range(step.inputs)]
        mask = None
        if step.trial is Trial.MASK:
            inputs[0] = await self._as_png(inputs[0], scratch)
            facts = await self._darkroom.inspect(inputs[0].path)
            hole = await self._darkroom.hole((facts.width_px, facts.height_px), scratch)
            mask = PaintInput(path=hole.path, format="png")
        return PaintCall(
            key=f"check-{number:02d}",
            plan=plan,
            kind=step.kind,
            prompt=step.prompt,
            inputs=tuple(inputs),
            mask=mask,
            folder=self.folder,
            previous_response=known.response_id if step.trial is Trial.SECOND_TURN else None,
        )

    async def _as_sent(self, call: PaintCall, scratch: Path) -> PaintCall:
        """Return the call with its mask as the model reads it; what came is compared with the mask's own hole."""
        if call.mask is None or call.plan.mask_polarity == "alpha":
            return call
        coloured = await self._darkroom.recoloured(call.mask.path, scratch, call.plan.mask_polarity)
        return replace(call, mask=PaintInput(path=coloured.path, format="png"))

    async def _input(self, known: _Known, index: int, scratch: Path) -> PaintInput:
        """Return the small picture as the first input; every other one is made for this."""
        if index == 0 and known.picture is not None:
            return PaintInput(path=known.picture.path, format=known.picture.facts.format)
        sample = await self._darkroom.sample(USUAL_PX, scratch)
        return PaintInput(path=sample.path, format=sample.blob.format)

    async def _as_png(self, picture: PaintInput, scratch: Path) -> PaintInput:
        if picture.format == "png":
            return picture
        return PaintInput(path=(await self._darkroom.as_png(picture.path, scratch)).path, format="png")

    async def _rest(self) -> None:
        """Wait as long as the gateway asked for after the last step, unless somebody stops."""
        pause_s, self._pause_s = self._pause_s, 0.0
        if pause_s:
            await self._stopped_within(pause_s)

    async def _take_slot(self) -> bool:
        """Wait for one of the gateway's slots, which orders take too; False where somebody stopped meanwhile."""
        while self._slots and not await self._has_taken_slot():
            if await self._stopped_within(SLOT_POLL_S):
                return False
        return True

    async def _has_taken_slot(self) -> bool:
        try:
            return await self._store.gateways.take_slot(self.gateway.slug)
        except StoreError:  # a busy database must not end what is paid for by half
            log.exception("no slot could be taken; trying again", in_s=SLOT_POLL_S)
            return False

    async def _give_slot(self) -> None:
        if self._slots:
            await asyncio.shield(self._insist_on_giving_slot())

    async def _insist_on_giving_slot(self) -> None:
        """Give the slot back, however often it takes: orders would miss it until the next start."""
        while True:
            try:
                await self._store.gateways.give_slot(self.gateway.slug)
            except StoreError:
                log.exception("a slot could not be given back; trying again", in_s=SLOT_POLL_S)
                await asyncio.sleep(SLOT_POLL_S)
            else:
                self._released()
                return

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return False
        return True

    # -- what came --------------------------------------------------------------------------------------------------

    async def _keep(self, step: Step, number: int, receipt: Receipt) -> tuple[list[Brought], tuple[Path, ...]]:
        """Name what came after its step and its real format; what is no picture is kept as it is."""
        brought, spoiled = list[Brought](), list[Path]()
        for index, file in enumerate(receipt.files, 1):
            further = f"-{index}" if index > 1 else ""
            stem = f"{number:02d}-{step.label}{further}"
            try:
                facts = await self._darkroom.inspect(file.path)
            except PictureRejected:
                spoiled.append(await asyncio.to_thread(file.path.rename, self.folder / f"{stem}.bin"))
                continue
            path = await asyncio.to_thread(file.path.rename, self.folder / f"{stem}.{facts.format}")
            brought.append(Brought(path=path, facts=facts, size_bytes=file.size_bytes))
        return brought, tuple(spoiled)

    async def _came(
        self, step: Step, call: PaintCall, receipt: Receipt, brought: Sequence[Brought], previews: int
    ) -> Came:
        asked = call.plan.parameters.get("output_format")
        return Came(
            pictures=brought,
            came_as=receipt.came_as,
            previews=previews,
            outside=await self._outside(call, brought[0]),
            plain_bytes=self._known_of(step).plain_bytes.get(asked) if step.trial is Trial.COMPRESSION else None,
        )

    async def _outside(self, call: PaintCall, brought: Brought) -> float | None:
        if call.mask is None:
            return None
        try:
            return await self._darkroom.changed_outside(call.inputs[0].path, brought.path, call.mask.path)
        except PictureRejected as rejected:  # it was decoded a moment ago: the machine is short of something
            log.warning("an edit could not be compared", reason=rejected.reason.value)
            return None

    def _note(self, step: Step, receipt: Receipt, first: Brought) -> None:
        known = self._known_of(step)
        if step.trial is Trial.SMALL:
            known.picture, known.response_id = first, receipt.response_id
        if step.trial is Trial.FORMAT:
            known.plain_bytes[step.value] = first.size_bytes

    def _known_of(self, step: Step) -> _Known:
        return self._known.setdefault(step.model, _Known())

    async def _learn(self, result: Result) -> None:
        if not result.learned:
            return
        self.gateway.learn(result.learned)
        try:
            await self._store.learned.remember(self.gateway.slug, self.gateway.address, result.learned, self._clock())
        except StoreError:
            log.exception("what a check-up learned could not be written")


def _of_disk(error: OSError, billed: Billed) -> Failure:
    log.warning("a step's files could not be kept", error=error.strerror or type(error).__name__)
    return Failure(reason=Reason.DISK_FULL, billed=billed)


def _skipped(step: Step, number: int, why: Seen) -> Result:
    return Result(step=step, number=number, verdict=Verdict.SKIPPED, seen=(why,))
