"""What a worker process is before its first job, and how a job's refusal leaves it."""

import ctypes
import importlib
import importlib.util
import signal
import sys
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from PIL import AvifImagePlugin, Image

from bot.errors import PictureRejected
from bot.imaging.limits import Limits
from bot.model import Reason, Scalar

T = TypeVar("T")

_OPEN_FILES = 64
_BYTES_PER_PIXEL = 4
_FILE_SLACK_BYTES = 1 << 22
"""What a PNG of pure noise needs beyond its pixels: a byte a row, and zlib's framing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A `PictureRejected` on its way through the pipe, as values that any process can read."""

    reason: Reason
    facts: Mapping[str, Scalar]


if sys.platform == "win32":

    def _bound_resources(limits: Limits) -> None:
        """Do nothing: Windows has no such limits, and the pixel limits stand alone."""

else:
    import resource

    def _bound_resources(limits: Limits) -> None:
        bounds = {
            resource.RLIMIT_AS: limits.memory_bytes,
            resource.RLIMIT_NOFILE: _OPEN_FILES,
            resource.RLIMIT_FSIZE: limits.max_pixels * _BYTES_PER_PIXEL + _FILE_SLACK_BYTES,
            resource.RLIMIT_CORE: 0,  # a dump would hold somebody's picture
        }
        for kind, bound in bounds.items():
            _, hard = resource.getrlimit(kind)
            value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            with suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS below what is mapped already
                resource.setrlimit(kind, (value, value))


def prepare(limits: Limits) -> None:
    """Set a fresh worker process up: bounds, decoders, and death without ceremony.

    Effects: process-wide settings of Pillow, `warnings`, signals and resource limits; call it nowhere else.
    """
    Image.init()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a Python handler would wait for the hung decoder to end
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # the pool is the parallelism; each thread reserves address space
    if importlib.util.find_spec("pillow_heif"):
        importlib.import_module("pillow_heif").register_heif_opener()
    _bound_resources(limits)


def perform(limits: Limits, job: Callable[[], T]) -> T | Refused:
    """Run one job; a refusal comes back as a value, since not every exception survives pickling."""
    try:
        return job()
    except PictureRejected as error:
        return Refused(reason=error.reason, facts=dict(error.facts))
    except MemoryError:
        return Refused(reason=Reason.DECODER_OUT_OF_MEMORY, facts={"limit_bytes": limits.memory_bytes})
    finally:
        _give_memory_back()


def _give_memory_back() -> None:
    """Return freed memory to the system; glibc alone keeps it, some 200 MiB after one large WebP."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
