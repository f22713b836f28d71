"""What is sent after an option was refused: once each, never without model, words, pictures and mask."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bot.capability import Capabilities
from bot.gateways.adaptation import MOST_ADAPTED, adapt
from bot.gateways.families import family_of
from bot.model import (
    Adaptation,
    Billed,
    Change,
    Failure,
    OrderKind,
    PaintCall,
    Plan,
    Reason,
    Scalar,
)

ABLE = replace(family_of("gpt-image-2").capabilities, user_field="safety_identifier")
FULL: dict[str, Scalar] = {
    "model": "gpt-image-2",
    "size": "1536x1024",
    "quality": "xhigh",
    "background": "transparent",
    "output_format": "webp",
    "output_compression": 60,
    "moderation": "low",
    "input_fidelity": "high",
    "n": 3,
    "stream": True,
    "partial_images": 2,
}
"""Every option at once, as no plan has them."""


def a_call(parameters: Mapping[str, Scalar] = FULL, **changes: Any) -> PaintCall:  # noqa: ANN401  # any field of a call
    plan = Plan(gateway="local", dialect="images", model="gpt-image-2", parameters=parameters)
    call = PaintCall(
        key="o-1",
        plan=plan,
        kind=OrderKind.GENERATE,
        prompt="a fox",
        inputs=(),
        mask=None,
        folder=Path(),
        user="c0ffee",
    )
    return replace(call, **changes)


def refusal(option: str = "", *, status: int = 400, **facts: Scalar) -> Failure:
    named = {"option": option} if option else {}
    return Failure(reason=Reason.BAD_OPTION, facts={"status": status, **named, **facts})


def adapted(failure: Failure, call: PaintCall | None = None, able: Capabilities = ABLE) -> Adaptation:
    found = adapt(call or a_call(), failure, able)
    assert found is not None
    return found


def taught(adaptation: Adaptation) -> list[tuple[str, Scalar]]:
    return [(fact.capability, fact.value) for fact in adaptation.learned]


def told(adaptation: Adaptation) -> Change:
    return adaptation.plan.changes[-1]


# -- refused by name --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "facts", "used", "learned"),
    [
        ("quality", {"offered": "low, medium, high, auto"}, "high", ("qualities", "xhigh")),
        ("quality", {"offered": "low, medium"}, "medium", ("qualities", "xhigh")),
        ("quality", {}, "high", ("qualities", "xhigh")),
        ("quality", {"code": "unknown_parameter"}, None, ("qualities", False)),
        ("background", {}, "opaque", ("backgrounds", "transparent")),
        ("background", {"code": "unknown_parameter"}, None, ("backgrounds", False)),
        ("output_format", {}, "png", ("formats", "webp")),
        ("output_compression", {}, None, ("compression", False)),
        ("moderation", {}, None, ("moderation", "low")),
        ("input_fidelity", {"code": "invalid_input_fidelity_model"}, None, ("input_fidelity", False)),
        ("stream", {}, None, ("stream", False)),
        ("partial_images", {}, None, ("stream", False)),
        ("tools[0].quality", {"offered": "low, high"}, "high", ("qualities", "xhigh")),
    ],
)
def test_an_option_refused_by_name_is_adapted_or_left_out_and_remembered(
    option: str, facts: Mapping[str, Any], used: Scalar, learned: tuple[str, Scalar]
) -> None:
    name = option.rpartition(".")[2]
    found = adapted(refusal(option, detail="no", **facts))
    assert found.plan.parameters.get(name) == used
    assert taught(found) == [learned]
    assert all(fact.model == "gpt-image-2" and fact.reason == "no" for fact in found.learned)
    assert told(found).asked == FULL[name]
    assert told(found).used == used
    untouched = {"model", "size", "n"}
    assert {key: found.plan.parameters[key] for key in untouched} == {key: FULL[key] for key in untouched}


@pytest.mark.parametrize(
    ("detail", "left_out"),
    [
        ("Transparent background is not supported for this model", None),
        ("input_fidelity is not allowed here", "input_fidelity"),
        ("Streaming must have non-zero partial images", "stream"),
        ("the chosen output_format cannot be made", None),
    ],
)
def test_a_name_within_the_message_counts(detail: str, left_out: str | None) -> None:
    found = adapted(refusal(detail=detail))
    assert told(found).why != "bare_minimum"
    assert left_out is None or left_out not in found.plan.parameters


def test_streaming_goes_with_its_previews_and_a_format_with_its_compression() -> None:
    assert not {"stream", "partial_images"} & adapted(refusal("partial_images")).plan.parameters.keys()
    assert "output_compression" not in adapted(refusal("output_format")).plan.parameters


def test_a_refused_n_becomes_single_calls_for_as_many_pictures() -> None:
    call = a_call({"model": "gpt-image-2", "n": 3})
    found = adapted(refusal("n"), replace(call, plan=replace(call.plan, calls=2)))
    assert "n" not in found.plan.parameters
    assert found.plan.calls == 6
    assert taught(found) == [("max_n", 1)]


@pytest.mark.parametrize("name", ["user", "safety_identifier"])
def test_a_refused_person_is_left_out_and_never_shown(name: str) -> None:
    found = adapted(refusal(name))
    assert found.without == ("user",)
    assert taught(found) == [("user_field", "")]
    assert "c0ffee" not in str(found.plan.changes)
    assert adapt(a_call(user=None), refusal(name), ABLE) is None


def test_an_answer_the_gateway_no_longer_has_is_not_referred_to_again() -> None:
    found = adapted(refusal("previous_response_id"), a_call(previous_response="resp_1"))
    assert found.without == ("previous_response",)
    assert taught(found) == [("keeps_responses", False)]


@pytest.mark.parametrize("name", ["model", "prompt", "image", "images", "image[0]", "mask"])
def test_what_makes_the_order_is_never_left_out(name: str) -> None:
    assert adapt(a_call(), refusal(name), ABLE) is None


def test_what_was_not_sent_cannot_be_left_out() -> None:
    assert adapt(a_call(), refusal("style"), ABLE) is None
    assert adapt(a_call({"model": "gpt-image-2"}), refusal("quality"), ABLE) is None


# -- the size ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "used"),
    [({}, "auto"), ({"offered": "1024x1024, 512x512"}, "1024x1024"), ({"offered": "256x256"}, "refused")],
)
def test_a_size_nobody_chose_becomes_the_models_own_or_a_square(facts: Mapping[str, Any], used: str) -> None:
    found = adapt(a_call(), refusal("size", **facts), ABLE)
    assert (found.plan.parameters["size"] if found else "refused") == used
    assert not found or not found.learned


def test_a_size_somebody_chose_is_theirs_to_change() -> None:
    assert adapt(a_call(is_size_chosen=True), refusal("size"), ABLE) is None


# -- refused without a name -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 422])
def test_a_refusal_that_names_nothing_gets_one_try_with_the_minimum(status: int) -> None:
    found = adapted(refusal(status=status, detail="something is wrong"))
    assert found.plan.parameters == {"model": "gpt-image-2", "size": "1536x1024"}
    assert found.plan.calls == 3
    assert found.without == ("user",)
    assert not found.learned
    assert told(found).why == "bare_minimum"
    assert adapt(replace(a_call(), plan=found.plan, user=None), refusal(status=status), ABLE) is None


def test_what_is_the_minimum_already_is_not_tried_again() -> None:
    bare = a_call({"model": "gpt-image-2", "size": "auto"}, user=None)
    assert adapt(bare, refusal(), ABLE) is None
    assert adapt(replace(bare, user="c0ffee"), refusal(), ABLE) is not None


# -- what never is adapted --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "failure",
    [
        refusal("quality", status=500),
        refusal(status=500),
        refusal("quality", status=200),
        replace(refusal("quality"), billed=Billed.UNKNOWN),
        replace(refusal("quality"), billed=Billed.YES),
        replace(refusal("image"), reason=Reason.BAD_PICTURE),
        replace(refusal("quality"), reason=Reason.MODERATION),
        Failure(reason=Reason.BAD_OPTION),
    ],
)
def test_only_a_plain_and_free_refusal_is_followed_by_another_call(failure: Failure) -> None:
    assert adapt(a_call(), failure, ABLE) is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", *FULL, "user", "style", "image"]),
            st.sampled_from([400, 422, 500]),
            st.sampled_from(["", "low, high", "auto, 1024x1024", "opaque"]),
            st.sampled_from(["", "unknown_parameter"]),
        ),
        max_size=12,
    )
)
def test_no_gateway_can_make_an_order_call_without_end(refusals: list[tuple[str, int, str, str]]) -> None:
    call, adaptations = a_call(), 0
    for option, status, offered, code in refusals:
        found = adapt(call, refusal(option, status=status, offered=offered, code=code), ABLE)
        if found is None:
            continue
        adaptations += 1
        assert found.plan != call.plan or found.without
        assert found.plan.parameters["model"] == "gpt-image-2"
        each = found.plan.parameters.get("n", 1)
        assert isinstance(each, int)
        assert found.plan.calls * each == 3
        call = replace(call, plan=found.plan, user=None if "user" in found.without else call.user)
    assert adaptations <= MOST_ADAPTED
