"""Every exception Easel raises on purpose.

    EaselError
    ├── StartupError             the process cannot start; one line per problem, `exit_code` for the supervisor
    │   ├── ConfigurationError   a setting is missing or wrong (78)
    │   ├── AlreadyRunning       another process holds the database (75)
    │   └── Unreachable          Discord does not answer (69)
    ├── Refusal                  a person asked for what cannot be; nothing was paid
    │   ├── PictureRejected      a file is no picture we take
    │   ├── OptionRefused        the model does not offer what was asked
    │   ├── NotAllowed           the actor may not do that
    │   └── NotFound             no such order or picture here
    ├── CallFailed               a gateway call ended without pictures; says whether it was billed
    ├── FetchFailed              a download without a key failed; free
    ├── StoreError               the database or the picture files are not as they should be
    │   ├── Corrupt              a stored file is missing or its hash differs
    │   └── Conflict             the row was no longer in the state the change needs
    └── DeliveryError            Discord did not take a message
        ├── PlaceGone            channel, thread or message no longer exists
        ├── NoPermission         the bot may not write there
        └── TooLarge             a file is over the place's limit

None of them carries words for people: `reason` and `facts` do, and `bot/delivery/words.py` says them.
"""

from collections.abc import Mapping

from bot.model import Adaptation, Billed, Failure, Price, Reason, Scalar, Usage


class EaselError(Exception):
    """The root: anything Easel raises on purpose."""


class StartupError(EaselError):
    """The process cannot start; `problems` are whole sentences, each with its fix."""

    exit_code = 70  # EX_SOFTWARE

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class ConfigurationError(StartupError):
    """One or more settings are missing or wrong; no value of a secret appears in `problems`."""

    exit_code = 78  # EX_CONFIG


class AlreadyRunning(StartupError):  # reads as what happened
    """Another process holds this database."""

    exit_code = 75  # EX_TEMPFAIL


class Unreachable(StartupError):
    """Discord, which the bot cannot do without, does not answer."""

    exit_code = 69  # EX_UNAVAILABLE


class Refusal(EaselError):  # a refusal is an answer, not a fault
    """Something asked for cannot be done, and nothing was paid; shown to the person as a sentence."""

    def __init__(self, reason: Reason, **facts: Scalar) -> None:
        self.reason = reason
        self.facts: Mapping[str, Scalar] = facts
        super().__init__(reason.value)

    def failure(self) -> Failure:
        """Return this refusal as an order's ending."""
        return Failure(reason=self.reason, billed=Billed.NO, facts=self.facts)


class PictureRejected(Refusal):
    """A file did not pass the darkroom; `facts` hold the measured numbers."""


class OptionRefused(Refusal):
    """The chosen model does not offer what was asked, and adapting would betray the request."""


class NotAllowed(Refusal):
    """The actor may not do that to this order or picture."""


class NotFound(Refusal):
    """No such order or picture, or it is not visible from here."""


class CallFailed(EaselError):  # reads as what happened
    """A gateway call ended without pictures.

    `failure.billed` is `NO` only where that is provable (image-api facts, section 3.3); then `most_calls` says how
    many calls like this one an order may make at the gateway in all, `retry_after_s` how long the gateway wants to
    be left alone, and `adaptation` what the order's next call should send instead. `usage` is what the answer
    counted, and `cost` what it comes to where it was billed and a price is known.
    """

    def __init__(
        self,
        failure: Failure,
        *,
        most_calls: int = 1,
        retry_after_s: float | None = None,
        adaptation: Adaptation | None = None,
        usage: Usage | None = None,
        cost: Price | None = None,
    ) -> None:
        self.failure = failure
        self.most_calls = most_calls
        self.retry_after_s = retry_after_s
        self.adaptation = adaptation
        self.usage = usage
        self.cost = cost
        super().__init__(failure.reason.value)

    @property
    def retriable(self) -> bool:
        """Say whether the same call may be made once more."""
        return self.most_calls > 1


class FetchFailed(EaselError):  # reads as what happened
    """A key-less download failed: refused by the guard, gone, too big, or unreachable. Free."""

    def __init__(self, reason: Reason, **facts: Scalar) -> None:
        self.reason = reason
        self.facts: Mapping[str, Scalar] = facts
        super().__init__(reason.value)


class StoreError(EaselError):
    """The database or the picture files are not as they should be."""


class Corrupt(StoreError):
    """A stored file is missing, or its bytes no longer have the hash it is named by."""


class Conflict(StoreError):
    """The row was no longer in the state the change needs; somebody else was first."""


class DeliveryError(EaselError):
    """Discord did not take a message."""


class PlaceGone(DeliveryError):
    """The channel, thread or message no longer exists."""


class NoPermission(DeliveryError):
    """The bot may not write there."""


class TooLarge(DeliveryError):
    """A file is over the place's upload limit of `limit_bytes`."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        super().__init__(f"over {limit_bytes} bytes")
