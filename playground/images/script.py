"""What tests tell the local image gateway to do: an ordered list of behaviours, used up one request at a time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from playground.images.endpoint import Endpoint, ImageRequest
from playground.images.exchange import Exchange
from playground.images.honest import honest
from playground.images.replies import Hold, Outcome

Answer = Callable[[Exchange], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What happens to a valid request.

    Shape:  `endpoint` None and `prompt` "" match everything, `prompt` is looked for inside the request's;
            `times` None means for ever; `picture_bytes` is sent instead of painting, as it stands.
            The request first waits for `gate`, then `latency_s`, then `answer` makes the outcome.
    """

    name: str = "honest"
    endpoint: Endpoint | None = None
    prompt: str = ""
    times: int | None = 1
    latency_s: float = 0.0
    gate: Hold | None = None
    picture_bytes: bytes | None = field(default=None, repr=False)
    answer: Answer = honest

    def matches(self, request: ImageRequest) -> bool:
        """Tell whether this is meant for the request."""
        return self.endpoint in (None, request.endpoint) and self.prompt in request.prompt


class Script:
    """Behaviours in order; the first that matches a request is taken, and the honest one when none does."""

    def __init__(self) -> None:
        self._behaviours: list[Behaviour] = []
        self._holds: list[Hold] = []

    @property
    def waiting(self) -> tuple[Behaviour, ...]:
        """What is not used up yet."""
        return tuple(self._behaviours)

    def add(self, *behaviours: Behaviour) -> None:
        """Put these behind what is waiting already."""
        self._behaviours.extend(behaviours)

    def hold(self, behaviour: Behaviour | None = None) -> Hold:
        """Add a behaviour (the honest one, once) whose answer waits until the returned gate is released."""
        hold = Hold()
        self._holds.append(hold)
        self.add(replace(behaviour or Behaviour(), gate=hold))
        return hold

    def take(self, request: ImageRequest) -> Behaviour:
        """Return what happens to this request, and use it up."""
        for position, behaviour in enumerate(self._behaviours):
            if behaviour.matches(request):
                self._use(position, behaviour)
                return behaviour
        return Behaviour()

    def clear(self) -> None:
        """Forget what is waiting and open every gate that was handed out."""
        self._behaviours.clear()
        for hold in self._holds:
            hold.release()

    def _use(self, position: int, behaviour: Behaviour) -> None:
        if behaviour.times is None:
            return
        if behaviour.times > 1:
            self._behaviours[position] = replace(behaviour, times=behaviour.times - 1)
        else:
            del self._behaviours[position]
