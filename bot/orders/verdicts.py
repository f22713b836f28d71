"""What a step of a check-up showed: a verdict, what was seen, and what it teaches of the gateway. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bot.model import Billed, Failure, Learned, PictureFacts, Price, Reason, Scalar
from bot.orders.trials import Step, Trial

MASK_HOLDS = 0.05
"""Up to this share of changed pixels outside the hole a mask counts as honoured; a guess, as is every such line."""

SMALLER = 0.9
"""A compressed picture is at most this share of the plain one's bytes."""

ENDS_IT = frozenset({Reason.BAD_KEY, Reason.NO_MONEY, Reason.RESTING})
"""After these no further step can work."""

_LOST_IN_STREAM = frozenset({Reason.UNKNOWN_OUTCOME, Reason.NO_IMAGE, Reason.BAD_OPTION})
"""Endings that speak against the stream itself; any other has a cause that a plain answer would have met as well."""

_OF_OUR_DISK = frozenset({Reason.DISK_FULL, Reason.STORED_FILE_LOST})
_UNTRIED = _OF_OUR_DISK | {Reason.NOT_SENT, Reason.RESTING, Reason.RATE_LIMITED, Reason.BAD_KEY, Reason.NO_MONEY}
"""Endings that show nothing of what the gateway does, whatever was asked for."""

_MAX_REASON_CHARS = 300
_PARAMETERS: Mapping[Trial, tuple[str, ...]] = {
    Trial.TWO_INPUTS: ("image",),
    Trial.COUNT: ("n",),
    Trial.MASK: ("mask", "input_image_mask"),
    Trial.TRANSPARENT: ("background",),
    Trial.FORMAT: ("output_format",),
    Trial.COMPRESSION: ("output_compression",),
    Trial.FIDELITY: ("input_fidelity",),
    Trial.MODERATION: ("moderation",),
    Trial.STREAM: ("stream", "partial_images"),
    Trial.SIZE: ("size",),
    Trial.SECOND_TURN: ("previous_response_id",),
}
"""How the request names what a step is about."""

_CAPABILITIES: Mapping[Trial, str] = {
    Trial.SMALL: "generate",
    Trial.EDIT: "edit",
    Trial.TWO_INPUTS: "max_inputs",
    Trial.COUNT: "max_n",
    Trial.MASK: "mask",
    Trial.TRANSPARENT: "backgrounds",
    Trial.FORMAT: "formats",
    Trial.COMPRESSION: "compression",
    Trial.FIDELITY: "input_fidelity",
    Trial.MODERATION: "moderation",
    Trial.STREAM: "stream",
    Trial.SIZE: "sizes",
    Trial.SECOND_TURN: "keeps_responses",
}
"""Which field of `Capabilities` a step is about."""

_REFUSED: Mapping[Trial, Scalar] = {
    Trial.EDIT: False,
    Trial.TWO_INPUTS: 1,
    Trial.COUNT: 1,
    Trial.MASK: False,
    Trial.COMPRESSION: False,
    Trial.STREAM: False,
    Trial.SECOND_TURN: False,
}
"""What a refusal teaches where it is no word of several."""

_WORKED: Mapping[Trial, Scalar] = {
    Trial.EDIT: True,
    Trial.COUNT: 2,
    Trial.MASK: True,
    Trial.COMPRESSION: True,
    Trial.STREAM: True,
    Trial.SECOND_TURN: True,
}
"""What a success teaches where it is no word of several."""

_WORDS = frozenset({Trial.TRANSPARENT, Trial.FORMAT, Trial.FIDELITY, Trial.MODERATION})
"""Steps about one word of several."""


class Verdict(StrEnum):
    """How a step ended."""

    WORKS = "works"
    ACCEPTED = "accepted"  # a picture came; whether the option did anything cannot be seen in it
    DIFFERS = "differs"  # a picture came, but not what was asked for
    REFUSED = "refused"  # the gateway said no, and nothing was billed
    FAILED = "failed"
    UNKNOWN = "unknown"  # nobody knows what became of the call; it may have been billed
    SKIPPED = "skipped"


_FALLS_SHORT = frozenset({Verdict.REFUSED, Verdict.FAILED, Verdict.UNKNOWN, Verdict.DIFFERS})
"""Verdicts on what is known as offered that are worth a host's look."""


class Sight(StrEnum):
    """What may be seen of an answer; each has its words in `delivery/sentences.py`."""

    TOLD = "told"  # a sentence of the free look
    PICTURE = "picture"
    COUNT = "count"
    OTHER_SIZE = "other_size"
    OTHER_FORMAT = "other_format"
    ALPHA = "alpha"
    NO_ALPHA = "no_alpha"
    IDLE_ALPHA = "idle_alpha"
    COMPRESSED = "compressed"
    OUTSIDE = "outside"
    PREVIEWS = "previews"
    NO_PREVIEWS = "no_previews"
    EVENT = "event"  # the one of a stream that carried the picture
    PLAIN = "plain"  # plain JSON came although a stream was asked for
    UNSEEN = "unseen"  # the option was taken, and leaves no trace in a picture
    NOT_SENT_AGAIN = "not_sent_again"
    NO_ANSWER_NAME = "no_answer_name"  # of the first answer, so that no further one can refer to it
    NEEDS = "needs"
    STOPPED = "stopped"  # while it waited for a free slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One thing that was seen; `facts` fill the blanks of its words."""

    sight: Sight
    facts: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One decoded picture of an answer."""

    path: Path
    facts: PictureFacts
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What a step brought.

    `spoiled` counts the files beside them that are no pictures. `came_as` names the stream event that carried the
    picture, "json" for a plain answer. `outside` is the share of pixels an edit changed outside the hole, None where
    that was not measured. `plain_bytes` is the size of the same picture without compression, None where there is none
    to compare with.
    """

    pictures: Sequence[Brought]
    spoiled: int = 0
    came_as: str = ""
    previews: int = 0
    outside: float | None = None
    plain_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one step ended; `cost` is None where no price is known or nothing was paid, as `billed` says."""

    step: Step
    number: int
    verdict: Verdict
    seen: tuple[Seen, ...] = ()
    failure: Failure | None = None
    billed: Billed = Billed.NO
    cost: Price | None = None
    seconds: float | None = None
    files: tuple[Path, ...] = ()
    learned: tuple[Learned, ...] = ()

    @property
    def has_picture(self) -> bool:
        """Say whether the step brought a picture that others may start from."""
        return self.verdict in {Verdict.WORKS, Verdict.ACCEPTED, Verdict.DIFFERS}

    @property
    def ends_it(self) -> bool:
        """Say whether no further step can work: the key is refused, or the money or the disk is used up."""
        is_unreachable = self.step.trial is Trial.KEY and self.verdict is Verdict.FAILED
        return is_unreachable or (self.failure is not None and self.failure.reason in ENDS_IT) or self._is_unkept

    @property
    def _is_unkept(self) -> bool:
        """Say whether the disk could not keep what was asked for: the next one would be paid for in vain."""
        is_disk = self.failure is not None and self.failure.reason is Reason.DISK_FULL
        return is_disk and self.billed is not Billed.NO

    @property
    def differs_from_known(self) -> bool:
        """Say whether the gateway did otherwise than its profile and configuration promise."""
        if self.step.trial is Trial.KEY:
            return self.verdict is Verdict.DIFFERS
        if self.step.is_offered:
            return self.verdict in _FALLS_SHORT and not self.is_untried
        return self.verdict is Verdict.WORKS

    @property
    def is_untried(self) -> bool:
        """Say whether the step came to no painter, or nothing of it could be kept, so that it shows nothing."""
        return self.verdict is Verdict.SKIPPED or (self.failure is not None and self.failure.reason in _UNTRIED)

    @property
    def hint(self) -> str | None:
        """Return what its failure advises the host; nothing where only what is known to be missing is missing."""
        is_expected = self.verdict is Verdict.REFUSED and not self.step.is_offered
        return None if self.failure is None or is_expected else self.failure.host_hint

    @property
    def capability(self) -> str:
        """Return the capability the step is about, as configurations name it; "" for none."""
        return _CAPABILITIES.get(self.step.trial, "")


_About = tuple[tuple[Seen, ...], bool, tuple[Learned, ...]]
"""What is seen of a step's own subject, whether it is as asked, and what it teaches if it is not."""

_NOTHING: _About = ((), True, ())


def judge(step: Step, came: Came) -> tuple[Verdict, tuple[Seen, ...], tuple[Learned, ...]]:
    """Compare what came with what the step asked for; there is at least one picture."""
    first = came.pictures[0]
    look = _ABOUT.get(step.trial)
    seen, is_as_asked, learned = look(step, came) if look else _NOTHING
    told = (_picture(first), *_off(step, first.facts), *seen)
    is_as_asked = is_as_asked and not (_off(step, first.facts) and _hangs_on_file(step.trial))
    if is_as_asked:
        if _leaves_no_trace(step, came):
            return Verdict.ACCEPTED, (*told, Seen(sight=Sight.UNSEEN)), ()
        return Verdict.WORKS, told, () if step.is_offered else _worked(step)
    return Verdict.DIFFERS, told, learned


def _leaves_no_trace(step: Step, came: Came) -> bool:
    """Say whether a gateway that ignores the option would have answered just so."""
    match step.trial:
        case Trial.MODERATION | Trial.FIDELITY | Trial.TWO_INPUTS:
            return True
        case Trial.COMPRESSION:
            return came.plain_bytes is None
        case Trial.MASK:
            return came.outside is None
        case _:
            return False


def verdict_of(failure: Failure) -> Verdict:
    """Sort an ending without a picture."""
    if failure.billed is Billed.UNKNOWN:
        return Verdict.UNKNOWN
    is_said = failure.reason in {Reason.BAD_OPTION, Reason.BAD_PICTURE, Reason.WRONG_URL, Reason.TOO_LARGE}
    return Verdict.REFUSED if is_said and failure.billed is Billed.NO else Verdict.FAILED


def ending_teaches(step: Step, failure: Failure) -> tuple[Learned, ...]:
    """Return what an ending without a picture teaches.

    A stream is tried after the same small picture came without one: where it brings none, the stream lost it, unless
    the ending names another cause. So are edits: where their own endpoint is not there, the base URL is right all the
    same.
    """
    learned = refusal_teaches(step, failure)
    if step.trial is Trial.EDIT and step.dialect == "images" and failure.reason is Reason.WRONG_URL:
        has_none = failure.billed is Billed.NO
        return (_fact(step, _REFUSED[step.trial], "there is no such endpoint"),) if has_none else ()
    is_lost = failure.reason in _LOST_IN_STREAM and not _is_of_another(step, failure)
    if learned or step.trial is not Trial.STREAM or not is_lost:
        return learned
    return (_fact(step, _REFUSED[step.trial], f"a stream brought no picture: {failure.reason.value}"),)


def refusal_teaches(step: Step, failure: Failure) -> tuple[Learned, ...]:
    """Return what an unbilled refusal teaches that names what the step is about; nothing where it names none."""
    if failure.reason is not Reason.BAD_OPTION or failure.billed is not Billed.NO or not _is_named(step, failure):
        return ()
    value = step.value or "transparent" if step.trial in _WORDS else _REFUSED.get(step.trial)
    detail = str(failure.facts.get("detail", "")) or "refused by name"
    return () if value is None else (_fact(step, value, detail),)


def _is_named(step: Step, failure: Failure) -> bool:
    names = _PARAMETERS.get(step.trial, ())
    if option := _option_of(failure):
        return option in names
    detail = str(failure.facts.get("detail", ""))
    return any(_says(detail, name) for name in names)


def _is_of_another(step: Step, failure: Failure) -> bool:
    """Say whether a failure names an option that the step is not about."""
    option = _option_of(failure)
    return bool(option) and option not in _PARAMETERS.get(step.trial, ())


def _option_of(failure: Failure) -> str:
    return re.sub(r"\[[^\]]*\]", "", str(failure.facts.get("option", ""))).rpartition(".")[2].strip("`'\" ")


def _says(detail: str, name: str) -> bool:
    """Say whether a message names an option; a single letter only where it stands as a name: `n: …`, quoted."""
    pattern = (
        rf"\b{name}\b" if len(name) > 1 else rf"(?<!\w){name}\s*[:=]|(['\"`]){name}\1|^{name} (?:is|must|should)\b"
    )
    return re.search(pattern, detail, re.IGNORECASE) is not None


def _count(step: Step, came: Came) -> _About:
    count, wanted = len(came.pictures), int(step.value)
    seen = Seen(sight=Sight.COUNT, facts={"count": count, "wanted": wanted})
    is_short = count + came.spoiled < wanted  # a file that cannot be decoded was sent all the same
    return (seen,), count >= wanted, (_fact(step, 1, f"sent {count} of {wanted} pictures"),) if is_short else ()


def _outside(_: Step, came: Came) -> _About:
    if came.outside is None:
        return (), True, ()
    seen = Seen(sight=Sight.OUTSIDE, facts={"percent": round(came.outside * 100, 1)})
    return (seen,), came.outside <= MASK_HOLDS, ()


def _alpha(step: Step, came: Came) -> _About:
    facts = came.pictures[0].facts
    if facts.is_transparent:
        return (Seen(sight=Sight.ALPHA),), True, ()
    if facts.has_alpha:  # it may lie in this one picture
        return (Seen(sight=Sight.IDLE_ALPHA),), False, ()
    return (Seen(sight=Sight.NO_ALPHA),), False, (_fact(step, "transparent", "sent a picture without alpha"),)


def _compressed(_: Step, came: Came) -> _About:
    size_bytes, plain_bytes = came.pictures[0].size_bytes, came.plain_bytes
    if plain_bytes is None:
        return (), True, ()
    seen = Seen(sight=Sight.COMPRESSED, facts={"size_bytes": size_bytes, "plain_bytes": plain_bytes})
    return (seen,), size_bytes <= SMALLER * plain_bytes, ()


def _stream(step: Step, came: Came) -> _About:
    if came.came_as == "json":
        return (Seen(sight=Sight.PLAIN),), False, (_fact(step, _REFUSED[step.trial], "answered plain JSON"),)
    previews = Seen(sight=Sight.NO_PREVIEWS)
    if came.previews:
        previews = Seen(sight=Sight.PREVIEWS, facts={"count": came.previews})
    event = (Seen(sight=Sight.EVENT, facts={"event": came.came_as}),) if came.came_as else ()
    # Of chat nothing but words comes before the picture.
    return (previews, *event), step.dialect == "chat" or came.previews > 0, ()


def _format(step: Step, came: Came) -> _About:
    """The file says what came; one in another format teaches that this one is not offered."""
    sent = came.pictures[0].facts.format
    return (), sent == step.value, (_fact(step, step.value, f"sent {sent} instead"),)


def _second_turn(_: Step, __: Came) -> _About:
    return (Seen(sight=Sight.NOT_SENT_AGAIN),), True, ()


_ABOUT: Mapping[Trial, Callable[[Step, Came], _About]] = {
    Trial.COUNT: _count,
    Trial.TRANSPARENT: _alpha,
    Trial.FORMAT: _format,
    Trial.COMPRESSION: _compressed,
    Trial.MASK: _outside,
    Trial.STREAM: _stream,
    Trial.SECOND_TURN: _second_turn,
}
"""How a step's own subject is looked at; for the others the file says everything."""


def _picture(brought: Brought) -> Seen:
    facts = brought.facts
    return Seen(
        sight=Sight.PICTURE,
        facts={
            "format": facts.format,
            "size": f"{facts.width_px}x{facts.height_px}",
            "size_bytes": brought.size_bytes,
        },
    )


def _off(step: Step, facts: PictureFacts) -> tuple[Seen, ...]:
    """Say where size and format of the file are not those that were asked for."""
    asked = dict[str, Scalar](step.plan.parameters) if step.plan else dict[str, Scalar]()
    size, wanted_format = asked.get("size"), asked.get("output_format")
    found = list[Seen]()
    if size not in {None, "auto", f"{facts.width_px}x{facts.height_px}"}:
        found.append(Seen(sight=Sight.OTHER_SIZE, facts={"wanted": size}))
    if wanted_format not in {None, facts.format}:
        found.append(Seen(sight=Sight.OTHER_FORMAT, facts={"wanted": wanted_format}))
    return tuple(found)


def _hangs_on_file(trial: Trial) -> bool:
    return trial in {Trial.SMALL, Trial.SIZE, Trial.FORMAT, Trial.COMPRESSION}


def _worked(step: Step) -> tuple[Learned, ...]:
    """Return what it teaches that something works although it was not known to."""
    if step.trial in _WORDS:
        return (_fact(step, f"+{step.value or 'transparent'}", "a check-up tried it"),)
    value = _WORKED.get(step.trial)
    if value is None:
        return ()
    fact = _fact(step, value, "a check-up tried it")
    if step.trial is not Trial.STREAM or step.dialect == "chat":
        return (fact,)
    return fact, Learned(model=step.model, capability="partial_images", value=1, reason=fact.reason)


def _fact(step: Step, value: Scalar, reason: str) -> Learned:
    return Learned(
        model=step.model, capability=_CAPABILITIES[step.trial], value=value, reason=reason[:_MAX_REASON_CHARS]
    )
