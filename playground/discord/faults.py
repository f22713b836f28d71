"""Faults one may script into the local Discord's REST side; the gateway's own are methods of `Gateway`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from playground.discord.wire import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with which requests.

    `path` is a regular expression searched in the path after `/api/v10`. The first `skip` matching requests are
    spared, the next `times` are hit. By default the server does not act and answers `status` with `code` (or `body`,
    or the bytes `raw` as the whole answer, after which the connection closes). `drop` cuts the connection:
    "before" the server acted, or "after" it did; "after" with a `status` lets the client hear that instead.
    """

    path: str = ""
    method: str | None = None
    times: int = 1
    skip: int = 0
    status: int | None = None
    code: int = 0
    message: str = "a scripted fault"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Payload | str | None = None
    raw: bytes | None = None
    via: bool = True
    delay_s: float = 0.0
    drop: Literal["before", "after"] | None = None
    slow_upload_bytes_per_s: float | None = None

    @property
    def acts_first(self) -> bool:
        """Return whether the server does what was asked before things go wrong, or nothing goes wrong but time."""
        return self.drop == "after" or (self.drop is None and self.status is None and self.raw is None)

    def answer_body(self) -> Payload | str:
        """Return what the client hears with `status`."""
        return {"message": self.message, "code": self.code} if self.body is None else self.body


NO_FAULT = Fault(times=0)


@dataclass(slots=True)
class _Pending:
    fault: Fault
    skip: int
    left: int


class Faults:
    """The faults still to come, and those that struck."""

    def __init__(self) -> None:
        self.struck: list[Fault] = []
        self._pending: list[_Pending] = []

    def add(self, *faults: Fault) -> None:
        """Script faults; the first one added that matches a request strikes it, alone."""
        self._pending += [_Pending(one, one.skip, one.times) for one in faults]

    def clear(self) -> None:
        """Call off all that have not struck yet."""
        self._pending.clear()

    def take(self, method: str, path: str) -> Fault:
        """Return the fault that strikes this request, or `NO_FAULT`."""
        for pending in self._pending:
            fault = pending.fault
            if pending.left == 0 or fault.method not in (None, method) or not re.search(fault.path, path):
                continue
            if pending.skip > 0:
                pending.skip -= 1
                continue
            pending.left -= 1
            self.struck.append(fault)
            return fault
        return NO_FAULT
