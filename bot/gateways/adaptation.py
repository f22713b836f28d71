"""What to send instead after a gateway refused an option: the "minimum working set", worked out from its answer. Pure.

Model, prompt, pictures and mask are never left out. Each option is adapted once; what was refused by name is worth
remembering, what was refused without a name is not.
Source: image-api facts, sections 1.4 and 3.2; a host's own advice there is "back to model, prompt and size".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.capability import Capabilities
from bot.gateways.fitting import RANKS
from bot.model import Adaptation, Billed, Change, Failure, Learned, PaintCall, Plan, Reason, Scalar

MOST_ADAPTED: Final = 4
"""Adapted calls of one order; a gateway that refuses more than that is set up wrongly."""

_ANSWERED: Final = (400, 422)
"""Statuses that say that nothing was painted. A 500 with the gateway's own check only offers a button."""

_BARE: Final = frozenset({"model", "size", "text_model"})
_NEVER: Final = frozenset({"model", "prompt", "image", "images", "mask", "input", "messages", "text_model"})
_USER: Final = frozenset({"user", "safety_identifier"})
_UNKNOWN_FIELD: Final = frozenset({"unknown_parameter", "unsupported_parameter", "invalid_input_fidelity_model"})
_WHYS: Final = frozenset({"refused_used", "refused_left_out", "refused_field", "bare_minimum"})
_SHOWN: Final[Mapping[str, str]] = {"output_format": "format", "output_compression": "compression"}
_HINTS: Final[Mapping[str, re.Pattern[str]]] = {
    "background": re.compile(r"\bbackground|\btransparen", re.IGNORECASE),
    "stream": re.compile(r"\bstream", re.IGNORECASE),
    "previous_response_id": re.compile(r"\bprevious_response", re.IGNORECASE),
    **{
        name: re.compile(rf"\b{name}\b|_{name}_", re.IGNORECASE)
        for name in (
            "input_fidelity", "output_compression", "output_format", "partial_images", "moderation", "quality",
            "modalities", "size", "safety_identifier",
        )
    },
}  # fmt: skip
"""How a message names an option where no parameter is; "n" and "user" are words like others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """A refused option: its name as sent, the value sent, whether the field itself is unknown, what is offered."""

    name: str
    value: Scalar
    is_field: bool
    offered: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What to do about it: parameters to set, parameters to leave out, and what was learned."""

    used: Scalar = None
    out: tuple[str, ...] = ()
    learned: Mapping[str, Scalar] | None = None


def adapt(call: PaintCall, failure: Failure, able: Capabilities) -> Adaptation | None:
    """Return what the order's next call should send instead, or None where nothing may be changed.

    Only a refusal that is provably unbilled counts. A size that a person chose is theirs to change.
    """
    is_plain = failure.reason is Reason.BAD_OPTION and failure.billed is Billed.NO
    done = [change for change in call.plan.changes if change.why in _WHYS]
    if not is_plain or failure.facts.get("status") not in _ANSWERED or len(done) >= MOST_ADAPTED:
        return None
    name = _named(call, failure, able)
    if name is None:
        return None if any(change.why == "bare_minimum" for change in done) else _bare(call, able)
    is_done = any(change.option == _SHOWN.get(name, name) for change in done)
    return None if name in _NEVER or is_done else _by_name(call, name, failure, able)


def _by_name(call: PaintCall, name: str, failure: Failure, able: Capabilities) -> Adaptation | None:
    if name in _USER:
        return _without(call, name, "user", {"user_field": ""}, failure) if call.user and able.user_field else None
    if name == "previous_response_id":
        lost: dict[str, Scalar] = {"keeps_responses": False}
        return _without(call, name, "previous_response", lost, failure) if call.previous_response else None
    if name not in call.plan.parameters:
        return None
    return _named_step(call, _refused(call.plan, name, failure), able)


def _named(call: PaintCall, failure: Failure, able: Capabilities) -> str | None:
    """Return the refused option's name as it was sent, None where the refusal names none."""
    sent = {*call.plan.parameters, *_NEVER}
    sent |= {able.user_field} if able.user_field and call.user else set()
    sent |= {"previous_response_id"} if call.previous_response else set()
    stated = re.sub(r"\[[^\]]*\]", "", str(failure.facts.get("option", ""))).rpartition(".")[2]
    if stated in sent or stated in _USER:
        return stated
    said = f"{failure.facts.get('code', '')} {failure.facts.get('detail', '')}"
    found = next((name for name, hint in _HINTS.items() if name in sent and hint.search(said)), None)
    return found or stated or None


def _refused(plan: Plan, name: str, failure: Failure) -> _Refused:
    facts = failure.facts
    offered = str(facts.get("offered", ""))
    return _Refused(
        name=name,
        value=plan.parameters.get(name),
        is_field=facts.get("code") in _UNKNOWN_FIELD,
        offered=tuple(filter(None, offered.split(", "))),
        reason=str(facts.get("detail", "")) or "refused by name",
    )


def _named_step(call: PaintCall, refused: _Refused, able: Capabilities) -> Adaptation | None:
    plan = call.plan
    if refused.name == "n":
        return _fanned(plan, refused)
    if refused.name == "size":
        step = _size(call, refused, able)
    else:
        rule = _RULES.get(refused.name)
        step = rule(refused) if rule else None
    if step is None:
        return None
    return Adaptation(plan=_changed(plan, refused, step), learned=_facts(plan, refused, step.learned or {}))


def _quality(refused: _Refused) -> _Step:
    """The next lower that is offered; where nothing is said of that, "high" is what every family has."""
    offered = refused.offered or (("high",) if refused.value in {"xhigh", "max"} else ())
    rank = RANKS.get(str(refused.value), 0)
    ranked = sorted((word for word in offered if word in RANKS and word != refused.value), key=RANKS.__getitem__)
    lower = [word for word in ranked if RANKS[word] <= rank]
    used = None if refused.is_field else (lower[-1:] or ranked[:1] or [None])[0]
    return _Step(used=used, out=("quality",), learned={"qualities": _word(refused)})


def _background(refused: _Refused) -> _Step:
    used = "opaque" if refused.value == "transparent" and not refused.is_field else None
    used = used if not refused.offered or used in refused.offered else None
    return _Step(used=used, out=("background",), learned={"backgrounds": _word(refused)})


def _format(refused: _Refused) -> _Step:
    used = "png" if refused.value != "png" and not refused.is_field else None
    return _Step(used=used, out=("output_format", "output_compression"), learned={"formats": _word(refused)})


def _word(refused: _Refused) -> Scalar:
    """What is remembered: that one value is not offered, or with False that the whole field is not."""
    return False if refused.is_field else refused.value


def _size(call: PaintCall, refused: _Refused, able: Capabilities) -> _Step | None:
    """Another size only where nobody chose one: the model's own, or the square that every model has."""
    if call.is_size_chosen:
        return None
    candidates = ("auto", "1024x1024") if able.sizes.auto else ("1024x1024",)
    usable = [size for size in candidates if size != refused.value and (not refused.offered or size in refused.offered)]
    if refused.is_field or usable:
        return _Step(used=None if refused.is_field else usable[0], out=("size",))
    return None


_RULES: Final[Mapping[str, Callable[[_Refused], _Step]]] = {
    "quality": _quality,
    "background": _background,
    "output_format": _format,
    "output_compression": lambda _: _Step(out=("output_compression",), learned={"compression": False}),
    "moderation": lambda refused: _Step(out=("moderation",), learned={"moderation": _word(refused)}),
    "input_fidelity": lambda _: _Step(out=("input_fidelity",), learned={"input_fidelity": False}),
    "stream": lambda _: _Step(out=("stream", "partial_images"), learned={"stream": False}),
    "partial_images": lambda _: _Step(out=("stream", "partial_images"), learned={"stream": False}),
    "modalities": lambda _: _Step(out=("modalities",), learned={"modalities": False}),
}


def _changed(plan: Plan, refused: _Refused, step: _Step) -> Plan:
    kept = {name: value for name, value in plan.parameters.items() if name not in step.out}
    option = _SHOWN.get(refused.name, refused.name)
    if step.used is not None:
        kept[refused.name] = step.used
        change = Change(option=option, asked=refused.value, used=step.used, why="refused_used")
    elif refused.is_field or isinstance(refused.value, bool):
        change = Change(option=option, asked=refused.value, used=None, why="refused_field")
    else:
        change = Change(option=option, asked=refused.value, used=None, why="refused_left_out")
    return replace(plan, parameters=kept, changes=(*plan.changes, change))


def _fanned(plan: Plan, refused: _Refused) -> Adaptation:
    """Ask for the same pictures one by one."""
    spread = _spread(plan)
    pictures = spread.calls
    told = any(change.why == "fan_out" for change in plan.changes)
    change = Change(option="count", asked=pictures, used=pictures, why="fan_out")
    before = tuple(one for one in plan.changes if one.why != "fan_out") if told else plan.changes
    noted = Change(option="n", asked=refused.value, used=None, why="refused_field")
    spread = replace(spread, changes=(*before, change, noted))
    return Adaptation(plan=spread, learned=_facts(plan, refused, {"max_n": 1}))


def _spread(plan: Plan) -> Plan:
    each = plan.parameters.get("n")
    kept = {name: value for name, value in plan.parameters.items() if name != "n"}
    return replace(plan, parameters=kept, calls=plan.calls * (each if isinstance(each, int) else 1))


def _without(
    call: PaintCall,
    name: str,
    field: Literal["user", "previous_response"],
    learned: Mapping[str, Scalar],
    failure: Failure,
) -> Adaptation:
    """Leave out what is no parameter of the plan."""
    plan = call.plan
    change = Change(option=name, asked=None, used=None, why="refused_field")
    return Adaptation(
        plan=replace(plan, changes=(*plan.changes, change)),
        learned=_facts(plan, _refused(plan, name, failure), learned),
        without=(field,),
    )


def _bare(call: PaintCall, able: Capabilities) -> Adaptation | None:
    """Back to model, prompt, pictures and size, where more than that was sent."""
    spread = _spread(call.plan)
    kept = {name: value for name, value in spread.parameters.items() if name in _BARE}
    has_user = bool(call.user and able.user_field)
    if kept == call.plan.parameters and not has_user:
        return None
    change = Change(option="options", asked=None, used=None, why="bare_minimum")
    plan = replace(spread, parameters=kept, changes=(*spread.changes, change))
    return Adaptation(plan=plan, without=("user",))


def _facts(plan: Plan, refused: _Refused, learned: Mapping[str, Scalar]) -> tuple[Learned, ...]:
    return tuple(
        Learned(model=plan.model, capability=capability, value=value, reason=refused.reason)
        for capability, value in learned.items()
    )
