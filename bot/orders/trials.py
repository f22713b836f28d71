"""What a check-up tries at a gateway: one step after the other, each at most one paid call. Pure.

A step sends the least that shows its point: low quality, one small picture, one option beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from bot.capability import Capabilities, ModelOffer
from bot.errors import OptionRefused
from bot.model import Dialect, Options, OrderKind, Plan, Price, Scalar, Wish

USUAL_PX = (1024, 1024)
SIZES = ((1536, 1024), (2048, 2048), (3840, 2160), (1280, 768))
"""One size of each class: classic, 2K, 4K, and one that no list holds but the rule for free sizes allows."""

FORMATS = ("png", "jpeg", "webp")
COMPRESSION = 30

_PAINT = "A red paper boat on calm blue water, plain sky"
_CHANGE = "Make the boat green. Keep everything else identical."
_PROMPTS: Mapping[str, str] = {
    "two_inputs": "Put the stripes of the second image on the boat in the first image.",
    "mask": "Add a small yellow sun in the middle. Keep everything else identical.",
    "transparent": "A red paper boat, cut out, on a fully transparent background",
}
_OPTIONAL = frozenset(
    {"stream", "partial_images", "moderation", "input_fidelity", "output_format", "output_compression", "background"}
)
"""What a plan may add on its own; a step sends only what it is about."""


class Trial(StrEnum):
    """What one step tries; each has its name in `delivery/sentences.py`."""

    KEY = "key"  # the free look at key and models
    SMALL = "small"  # one small picture: everything else needs it
    EDIT = "edit"
    TWO_INPUTS = "two_inputs"
    COUNT = "count"
    MASK = "mask"
    TRANSPARENT = "transparent"
    FORMAT = "format"
    COMPRESSION = "compression"
    FIDELITY = "fidelity"
    MODERATION = "moderation"
    STREAM = "stream"
    SIZE = "size"
    SECOND_TURN = "second_turn"  # a further picture from an answer that the gateway kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what is tried with which value, at which model, and the call that shows it (None: it is free).

    `needs` names the step of the same model without whose picture this one makes no sense.
    """

    trial: Trial
    model: str
    dialect: Dialect
    value: str = ""
    is_offered: bool = True
    needs: Trial | None = None
    kind: OrderKind = OrderKind.GENERATE
    inputs: int = 0
    prompt: str = ""
    plan: Plan | None = None

    @property
    def label(self) -> str:
        """Return the step's name for a file."""
        return "-".join(filter(None, (self.trial.value.replace("_", "-"), self.value)))


class Planner(Protocol):
    """What planning a check-up asks of a gateway: its free, pure part."""

    def offers(self) -> Sequence[ModelOffer]:
        """List its models, the default first."""
        ...

    def plan(self, wish: Wish) -> Plan:
        """Turn a wish into exact parameters, or raise `OptionRefused`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Idea:
    """A step before its call is planned; `factor` is what it costs at most, in calls without it."""

    trial: Trial
    is_offered: bool
    value: str = ""
    sends: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])
    is_edit: bool = False
    inputs: int = 0
    size_px: tuple[int, int] | None = None
    quality: str = "low"
    factor: float = 1.0


def steps_of(gateway: Planner, model: str | None = None, *, everything: bool = False) -> tuple[Step, ...]:
    """List the steps of a check-up of one model, or of all models of a gateway.

    What a model is known not to offer is tried only with `everything`: a refusal is free, but a success is not.
    With an images model, the first chat and the first responses model of the gateway paint one picture each.
    Errors: `OptionRefused` for a model the gateway does not have.
    """
    offers = gateway.offers()
    chosen = [offer for offer in offers if model in {None, offer.model}]
    if not chosen:
        gateway.plan(Wish(kind=OrderKind.GENERATE, options=Options(model=model), prompt_chars=1))
    first = Step(trial=Trial.KEY, model=chosen[0].model, dialect=chosen[0].dialect)
    steps = [step for offer in chosen for step in _steps(gateway, offer, everything=everything)]
    if model is not None and chosen[0].dialect == "images":
        for dialect in ("chat", "responses"):
            other = next((offer for offer in offers if offer.dialect == dialect), None)
            brief = _steps(gateway, other, everything=False) if other else ()
            steps += [step for step in brief if step.trial in {Trial.SMALL, Trial.SECOND_TURN}]
    return (first, *steps)


def paid(steps: Sequence[Step]) -> list[Step]:
    """Return the steps that cost money."""
    return [step for step in steps if step.plan is not None]


def totals(prices: Sequence[Price | None]) -> tuple[Price, ...]:
    """Add prices up by currency; what has none is left out."""
    known = [price for price in prices if price is not None]
    currencies = dict.fromkeys(price.currency for price in known)
    return tuple(
        Price(
            micros=sum(price.micros for price in known if price.currency == currency),
            currency=currency,
            source="estimate" if any(price.source == "estimate" for price in known) else known[0].source,
        )
        for currency in currencies
    )


def _steps(gateway: Planner, offer: ModelOffer, *, everything: bool) -> Iterator[Step]:
    able = offer.capabilities
    for idea in _ideas(offer):
        # The second turn is the only way to learn whether answers are kept.
        if not (idea.is_offered or everything or idea.trial is Trial.SECOND_TURN):
            continue
        kind = OrderKind.EDIT if idea.is_edit or not able.generate else OrderKind.GENERATE
        inputs = max(1, idea.inputs) if kind is OrderKind.EDIT else 0
        prompt = _PROMPTS.get(idea.trial, _PAINT if kind is OrderKind.GENERATE else _CHANGE)
        plan = _plan(gateway, offer, idea, kind, inputs, prompt)
        if plan is None:
            continue
        yield Step(
            trial=idea.trial,
            model=offer.model,
            dialect=offer.dialect,
            value=idea.value,
            is_offered=idea.is_offered,
            needs=_need(idea.trial),
            kind=kind,
            inputs=inputs,
            prompt=prompt,
            plan=plan,
        )


def _need(trial: Trial) -> Trial | None:
    match trial:
        case Trial.KEY | Trial.SMALL:
            return None
        case Trial.TWO_INPUTS | Trial.MASK | Trial.FIDELITY:
            return Trial.EDIT
        case _:
            return Trial.SMALL


def _ideas(offer: ModelOffer) -> Iterator[_Idea]:
    able = offer.capabilities
    is_tool = offer.dialect == "responses"
    yield _Idea(trial=Trial.SMALL, is_offered=True, sends={"store": True} if is_tool else {})
    if is_tool:
        yield _Idea(trial=Trial.SECOND_TURN, is_offered=able.keeps_responses, sends={"store": True}, is_edit=True)
    if able.generate:
        yield _Idea(trial=Trial.EDIT, is_offered=able.edit and able.max_inputs >= 1, is_edit=True)
    yield _Idea(trial=Trial.TWO_INPUTS, is_offered=able.edit and able.max_inputs > 1, is_edit=True, inputs=2)
    if offer.dialect == "chat":
        yield _Idea(trial=Trial.STREAM, is_offered=able.stream, sends={"stream": True})
        return
    if offer.dialect == "images":
        yield _Idea(trial=Trial.COUNT, value="2", is_offered=able.max_n > 1, sends={"n": 2}, factor=2)
    yield _Idea(trial=Trial.MASK, is_offered=able.mask and able.edit, is_edit=True)
    yield from _options(able)
    yield from _sizes(able)


def _options(able: Capabilities) -> Iterator[_Idea]:
    transparent = {"background": "transparent", "output_format": "png"}
    if "png" not in able.formats:
        del transparent["output_format"]
    yield _Idea(trial=Trial.TRANSPARENT, is_offered="transparent" in able.backgrounds, sends=transparent)
    for name in FORMATS:
        yield _Idea(trial=Trial.FORMAT, value=name, is_offered=name in able.formats, sends={"output_format": name})
    lossy = [name for name in ("jpeg", "webp") if name in able.formats]
    smaller: dict[str, Scalar] = {"output_format": (lossy or ["jpeg"])[0], "output_compression": COMPRESSION}
    offers_smaller = able.compression and bool(lossy)
    yield _Idea(trial=Trial.COMPRESSION, value=str(COMPRESSION), is_offered=offers_smaller, sends=smaller)
    fidelity = next((word for word in ("high", *able.input_fidelity) if word in able.input_fidelity), "high")
    yield _Idea(
        trial=Trial.FIDELITY,
        value=fidelity,
        is_offered=able.edit and fidelity in able.input_fidelity,
        sends={"input_fidelity": fidelity},
        is_edit=True,
        quality="medium",  # a plan for low quality would not reckon with it; what is sent stays low
    )
    moderation = next((word for word in ("low", *able.moderation) if word in able.moderation), "low")
    yield _Idea(
        trial=Trial.MODERATION,
        value=moderation,
        is_offered=moderation in able.moderation,
        sends={"moderation": moderation},
    )
    previews = max(1, able.partial_images)
    # A preview costs 100 tokens, a low picture 158 at least (image-api facts, sections 2.3 and 6).
    yield _Idea(
        trial=Trial.STREAM,
        is_offered=able.stream,
        sends={"stream": True, "partial_images": previews},
        factor=1.0 + previews,
    )


def _sizes(able: Capabilities) -> Iterator[_Idea]:
    small = small_px(able)
    wanted = [SIZES[0], *SIZES[1:]]
    if not able.sizes.allows(*SIZES[0]):
        wanted[0] = next((preset for preset in able.sizes.presets if preset != small), SIZES[0])
    for size_px in dict.fromkeys(wanted):
        written = _written(size_px)
        is_offered = able.sizes.allows(*size_px)
        yield _Idea(trial=Trial.SIZE, value=written, is_offered=is_offered, sends={"size": written}, size_px=size_px)


def small_px(able: Capabilities) -> tuple[int, int]:
    """Return the size of the small pictures: the square that nearly every model has, else the smallest valid one."""
    if able.sizes.allows(*USUAL_PX):
        return USUAL_PX
    return min(able.sizes.presets, key=lambda size: size[0] * size[1], default=USUAL_PX)


def _plan(gateway: Planner, offer: ModelOffer, idea: _Idea, kind: OrderKind, inputs: int, prompt: str) -> Plan | None:
    """Plan the call of a step: what the gateway would send, and beside it what the step is about."""
    small = small_px(offer.capabilities)
    size_px = idea.size_px or small
    base = _base(gateway, offer, kind, inputs, prompt, size_px=size_px, quality=idea.quality)
    if base is None:
        return None
    kept = {name: value for name, value in base.parameters.items() if name not in _OPTIONAL}
    if offer.dialect != "chat":
        kept["size"] = _written(size_px)
    if idea.quality != "low" and "quality" in kept:
        cheap = _base(gateway, offer, kind, inputs, prompt, size_px=size_px, quality="low")
        kept |= {"quality": cheap.parameters["quality"]} if cheap and "quality" in cheap.parameters else {}
    planned = base.parameters.get("size")
    grown = 1.0 if planned in {None, "auto"} else _grown(str(planned), size_px)
    estimate = base.estimate and replace(base.estimate, micros=round(base.estimate.micros * grown * idea.factor))
    return replace(base, parameters={**kept, **idea.sends}, calls=1, changes=(), estimate=estimate)


def _base(  # noqa: PLR0913  # what a wish holds
    gateway: Planner,
    offer: ModelOffer,
    kind: OrderKind,
    inputs: int,
    prompt: str,
    *,
    size_px: tuple[int, int],
    quality: str,
) -> Plan | None:
    """Plan the nearest thing the gateway offers; for an edit that is not offered, that is a picture from words."""
    able = offer.capabilities
    options = Options(model=offer.model, quality=quality, size=_written(size_px))
    wished = Wish(
        kind=kind,
        options=options,
        prompt_chars=len(prompt),
        input_count=inputs,
        first_input_px=small_px(able) if inputs else None,
    )
    from_words = replace(wished, kind=OrderKind.GENERATE, input_count=0, first_input_px=None)
    for wish in (wished, from_words):
        try:
            return gateway.plan(wish)
        except OptionRefused:
            continue
    return None


def _grown(planned: str, size_px: tuple[int, int]) -> float:
    """Return how many times the planned area is asked for, at least 1: prices grow less than the area does."""
    width_px, _, height_px = planned.partition("x")
    return max(1.0, size_px[0] * size_px[1] / (int(width_px) * int(height_px)))


def _written(size_px: tuple[int, int]) -> str:
    return f"{size_px[0]}x{size_px[1]}"
