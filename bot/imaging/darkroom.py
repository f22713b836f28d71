"""The room's door: jobs go to worker processes that may die without hurting anyone but their own job."""

import asyncio
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.errors import PictureRejected
from bot.imaging import fitting, jobs, trying
from bot.imaging.fitting import Fitted
from bot.imaging.limits import Limits
from bot.imaging.worker import Refused, perform, prepare
from bot.model import CleanPicture, MaskPolarity, PictureFacts, Reason

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Made = TypeVar("_Made", CleanPicture, Fitted)

_START_GRACE_S = 30.0
"""How long a job may wait for a worker that is still starting, on top of its own time."""

_POOLS_TO_TRY = 3


class Darkroom:
    """Everything Easel does with picture bytes, each job in a worker process with bounded memory and time.

    Pictures travel as paths. Every method raises `PictureRejected` for what is wrong with a picture (its
    `facts` hold the measured numbers) and `OSError` for what is wrong with the disk. A job whose task is
    cancelled is killed. Use as `async with`, or call `aclose`; workers start on entering.

    Args:
        workers: How many jobs run at once; each worker costs about 25 MiB idle, most of it shared.
        decode_timeout_s: How long one job may run.
        limits: What is refused before decoding, and how much memory a worker may map.
    """

    def __init__(self, *, workers: int = 2, decode_timeout_s: float = 20.0, limits: Limits | None = None) -> None:
        self._workers = workers
        self._timeout_s = decode_timeout_s
        self._limits = limits or Limits()
        self._free = asyncio.Semaphore(workers)
        self._replacing = asyncio.Lock()
        self._running = set[Future[Any]]()
        self._is_closed = False
        self._pool = self._new_pool()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(_start, self._pool)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End the workers; whoever still waits for a job gets `CancelledError`."""
        self._is_closed = True
        for future in tuple(self._running):
            future.cancel()
        await asyncio.to_thread(_end, self._pool)

    async def clean(self, source: Path, target_dir: Path, *, keep_png: bool = False) -> CleanPicture:
        """Rewrite an upload from its pixels: first frame, upright, sRGB, no metadata.

        The result is a new file in `target_dir`: PNG where a pixel is transparent or `keep_png` asks for
        it, else JPEG q95 4:4:4. The hash is that of the new bytes.
        """
        return await self._make(jobs.clean, source, target_dir, keep_png=keep_png)

    async def inspect(self, path: Path) -> PictureFacts:
        """Check a gateway's answer by the same gate, decode it whole, and say what it is; never rewrites.

        Width and height are as seen, with the EXIF orientation applied.
        """
        return await self.run(jobs.inspect, path, self._limits)

    async def check_mask(self, mask: Path, first_px: tuple[int, int], target_dir: Path) -> CleanPicture:
        """Check a mask against the first input's width and height, and rewrite it as a clean RGBA PNG.

        The result, a new file in `target_dir`, is black with the mask's alpha; alpha 0 is where to paint.
        """
        return await self._make(jobs.check_mask, mask, target_dir, first_px)

    async def recoloured(self, mask: Path, target_dir: Path, polarity: MaskPolarity) -> CleanPicture:
        """Rewrite a mask that `check_mask` made as an opaque PNG in black and white: `polarity` is where to paint.

        For models that read colours instead of alpha; with "alpha" it is only copied. A new file in `target_dir`.
        """
        return await self._make(jobs.recoloured, mask, target_dir, polarity)

    async def as_png(self, path: Path, target_dir: Path) -> CleanPicture:
        """Rewrite a stored picture as PNG, as a first input must travel beside a mask; nothing is lost but metadata.

        The result is always a new file in `target_dir`, the caller's to remove; a picture that is a PNG
        already needs none of this.
        """
        return await self._make(jobs.clean, path, target_dir, keep_png=True)

    async def fit(self, path: Path, target_dir: Path, limit_bytes: int) -> Fitted:
        """Return the picture in at most `limit_bytes`: the original where it fits, else a smaller copy.

        A copy is a new file in `target_dir`: JPEG, or WebP where there is alpha; first at its full size,
        then with fewer pixels. It carries no metadata. Raises `FILE_TOO_BIG` where not even one pixel fits.
        """
        return await self._make(fitting.fit, path, target_dir, limit_bytes)

    async def sample(self, size_px: tuple[int, int], target_dir: Path) -> CleanPicture:
        """Make a picture of this size to try a gateway with: a new PNG in `target_dir`."""
        return await self._new(trying.sample, target_dir, size_px)

    async def hole(self, size_px: tuple[int, int], target_dir: Path) -> CleanPicture:
        """Make a mask of this size whose middle is the hole: a new PNG in `target_dir`."""
        return await self._new(trying.hole, target_dir, size_px)

    async def changed_outside(self, before: Path, after: Path, mask: Path) -> float:
        """Return which share (0 to 1) of the pixels outside a mask's hole an edit visibly changed."""
        return await self.run(trying.changed_outside, before, after, mask, self._limits)

    async def run(self, job: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run a module-level function in a worker and return what it returns.

        Raises `PictureRejected` as the job does, and also where its worker died twice (`DECODER_CRASHED`) or ran
        out of time (`DECODER_TIMEOUT`). Other jobs are not touched by either.
        """
        task = partial(perform, self._limits, partial(job, *args, **kwargs))
        async with self._free:
            try:
                outcome = await self._perform(task)
            except PictureRejected as rejected:
                if rejected.reason is not Reason.DECODER_CRASHED:
                    raise
                outcome = await self._perform(task)  # the system may have killed the worker for others' memory
        if isinstance(outcome, Refused):
            raise PictureRejected(outcome.reason, **outcome.facts)
        return outcome

    async def _make(
        self,
        job: Callable[Concatenate[Path, Path, Limits, _P], _Made],
        source: Path,
        target_dir: Path,
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> _Made:
        """Run a job that may write a file; one that its result does not name is removed again."""
        output = _new_file(target_dir)
        kept = None
        try:
            made = await self.run(partial(job, source, output, self._limits), *args, **kwargs)
            kept = made.path
        finally:
            if kept != output:
                _remove(output)
        return made

    async def _new(
        self, job: Callable[[Path, tuple[int, int]], CleanPicture], target_dir: Path, size_px: tuple[int, int]
    ) -> CleanPicture:
        """Run a job that writes a new file; it is removed again where the job fails."""
        output = _new_file(target_dir)
        is_made = False
        try:
            made = await self.run(job, output, size_px)
            is_made = True
        finally:
            if not is_made:
                _remove(output)
        return made

    async def _perform(self, task: Callable[[], _T]) -> _T:
        """Run a task; where a worker died between jobs, pebble gives up its whole pool, so ask a new one."""
        for _ in range(_POOLS_TO_TRY):
            with suppress(BrokenProcessPool):
                return await self._attempt(task)
        raise PictureRejected(Reason.DECODER_CRASHED)

    async def _attempt(self, task: Callable[[], _T]) -> _T:
        pool = await self._living_pool()
        future = _schedule(pool, task, self._timeout_s)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        patience = asyncio.timeout(self._timeout_s + _START_GRACE_S)
        try:
            async with patience:
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            if patience.expired():  # pebble never answered: nothing to be hoped from this pool
                await self._replace(pool)
            raise PictureRejected(Reason.DECODER_TIMEOUT, limit_s=self._timeout_s) from error
        except ProcessExpired as error:
            raise PictureRejected(Reason.DECODER_CRASHED, exit_code=error.exitcode) from error

    async def _living_pool(self) -> ProcessPool:
        if self._is_closed:
            raise RuntimeError("the darkroom is closed")
        if not self._pool.active:
            await self._replace(self._pool)
        return self._pool

    async def _replace(self, broken: ProcessPool) -> None:
        async with self._replacing:
            if self._pool is not broken or self._is_closed:
                return
            self._pool = self._new_pool()
            await asyncio.to_thread(_start, self._pool)
        await asyncio.to_thread(_end, broken)

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            initializer=prepare,
            initargs=(self._limits,),
            context=_context(),  # pyright: ignore[reportArgumentType]  # pipes are its own on Windows
        )


def _context() -> BaseContext:
    """Return how workers come to be: forked from a process that holds the decoders already, where there is fork.

    That process has one thread and nothing of this one's memory; a worker it forks is ready in 20 ms, not in 200.
    """
    if "forkserver" not in get_all_start_methods():  # Windows
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["bot.imaging.worker"])
    return context


def _start(pool: ProcessPool) -> None:
    """Start the pool's processes and threads; asking whether it is active is what does it."""
    if not pool.active:
        raise RuntimeError("the picture workers did not start")


def _end(pool: ProcessPool) -> None:
    pool.stop()
    pool.join()


def _schedule(pool: ProcessPool, task: Callable[[], _T], timeout_s: float) -> Future[_T]:
    try:
        return pool.schedule(task, timeout=timeout_s)
    except RuntimeError as error:  # it broke since it was last asked
        raise BrokenProcessPool("the pool takes no jobs") from error


def _new_file(folder: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=folder, prefix="darkroom-", suffix=".part")
    os.close(handle)
    return Path(name)


def _remove(path: Path) -> None:
    with suppress(PermissionError):  # Windows keeps a file that a dying worker still holds open
        path.unlink(missing_ok=True)
