"""Paints requests away from the event loop, each repetition of a request a little differently."""

import asyncio
from collections import Counter
from concurrent.futures import Executor
from functools import lru_cache
from typing import Final

from playground.images.endpoint import ImageRequest
from playground.images.painting.painter import blur, paint

_KEPT: Final = 16  # files; a fresh studio repeats itself, so those who ask the same of many save most of the painting


@lru_cache(_KEPT)
def _painted(request: ImageRequest, seed: int, index: int) -> bytes:
    return paint(request, seed, index)


@lru_cache(_KEPT)
def _blurred(picture: bytes, count: int) -> tuple[bytes, ...]:
    return blur(picture, count)


class Studio:
    """A pool of painters.

    Shape:  the k-th request with the same prompt and inputs is painted with seed `seed + k`, so that asking again
            gives another picture while a fresh studio repeats itself exactly.
    """

    def __init__(self, painters: Executor, *, seed: int = 0) -> None:
        self._painters = painters
        self._seed = seed
        self._asked: Counter[tuple[str, tuple[bytes, ...]]] = Counter()

    async def paint(self, request: ImageRequest) -> tuple[bytes, ...]:
        """Paint `request.n` pictures, encoded as asked."""
        key = (request.prompt, request.inputs)
        seed = self._seed + self._asked[key]
        self._asked[key] += 1
        loop = asyncio.get_running_loop()
        jobs = [loop.run_in_executor(self._painters, _painted, request, seed, index) for index in range(request.n)]
        return tuple(await asyncio.gather(*jobs))

    async def blur(self, picture: bytes, count: int) -> tuple[bytes, ...]:
        """Return so many previews of an encoded picture, the least clear first."""
        if not count:
            return ()
        return await asyncio.get_running_loop().run_in_executor(self._painters, _blurred, picture, count)
