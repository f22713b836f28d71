"""Whatever a person may wish, the plan is refused in words or taken by the local gateway's own rules."""

from typing import Final

import pytest
from hypothesis import given, strategies as st

from bot.capability import ModelOffer
from bot.delivery.sentences import CHANGES
from bot.errors import OptionRefused
from bot.gateways.capabilities import capabilities_of
from bot.gateways.families import family_of
from bot.gateways.plan import Terms, plan
from bot.gateways.profiles import PROFILES, UNKNOWN, Profile
from bot.model import Options, OrderKind, Plan, Reason, Wish
from playground.images.endpoint import Endpoint
from playground.images.models import known_models
from playground.images.rules import check_fields

MODELS: Final = {model.id: model for model in known_models()}
PROFILE_LIST: Final = (*PROFILES, UNKNOWN)
LOCAL: Final = next(profile for profile in PROFILES if profile.name == "local")

SIZES: Final = st.one_of(
    st.none(),
    st.just("auto"),
    st.builds("{}x{}".format, st.integers(0, 99_999), st.integers(0, 99_999)),
    st.builds("{} × {}".format, st.integers(1, 5_000), st.integers(1, 5_000)),  # noqa: RUF001  # the sign people type
    st.text(max_size=8),
)


def words(*known: str) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(known), st.text(max_size=6))


OPTIONS: Final = st.builds(
    Options,
    size=SIZES,
    quality=words("auto", "low", "medium", "high", "xhigh", "max", "standard", "hd"),
    draft=st.none() | st.booleans(),
    count=st.none() | st.integers(-1, 12),
    background=words("auto", "opaque", "transparent", "white"),
    output_format=words("png", "jpeg", "jpg", "webp", "gif"),
    compression=st.none() | st.integers(-1, 101),
)
WISHES: Final = st.builds(
    Wish,
    kind=st.sampled_from(OrderKind),
    options=OPTIONS,
    prompt_chars=st.integers(1, 33_000),
    input_count=st.integers(0, 17),
    has_mask=st.booleans(),
    first_input_px=st.none() | st.tuples(st.integers(1, 20_000), st.integers(1, 20_000)),
    delivery_limit_bytes=st.none() | st.integers(1, 100 * 1024 * 1024),
)
REFUSALS: Final = {
    Reason.OPTION_REFUSED, Reason.PROMPT_TOO_LONG, Reason.TOO_MANY_INPUTS, Reason.NO_PICTURE,
    Reason.EDIT_NOT_OFFERED, Reason.MASK_NOT_OFFERED, Reason.MASK_WITHOUT_PICTURE,
}  # fmt: skip


def terms(profile: Profile, model: str, moderation: str) -> Terms:
    offer = ModelOffer(
        gateway=profile.name,
        gateway_title=profile.title,
        model=model,
        dialect="images",
        capabilities=capabilities_of(profile, model, configured={"moderation": (moderation,)} if moderation else None),
    )
    return Terms(offer=offer, family=family_of(model), profile=profile, moderation=moderation)


def planned_or_refused(wish: Wish, offered: Terms) -> Plan | Reason:
    try:
        return plan(wish, offered)
    except OptionRefused as refused:
        return refused.reason


@pytest.mark.parametrize("profile", PROFILE_LIST, ids=lambda profile: profile.name)
@given(wish=WISHES, model=st.sampled_from(sorted(MODELS)), moderation=st.sampled_from(["", "auto", "low"]))
def test_any_wish_is_refused_in_words_or_sends_what_openai_takes(
    profile: Profile, wish: Wish, model: str, moderation: str
) -> None:
    """Profiles only narrow what OpenAI offers, so the rules that copy OpenAI's take every profile's plans."""
    planned = planned_or_refused(wish, terms(profile, model, moderation))
    if isinstance(planned, Reason):
        assert planned in REFUSALS
        return
    endpoint = Endpoint.GENERATIONS if wish.kind is OrderKind.GENERATE else Endpoint.EDITS
    request = check_fields(endpoint, {"prompt": "x" * wish.prompt_chars, **planned.parameters}, MODELS)
    asked = wish.options.count or 1
    assert request.n * planned.calls == min(asked, 10)
    assert None not in planned.parameters.values()


@given(wish=WISHES, model=st.sampled_from(sorted(MODELS)))
def test_every_change_was_asked_for_and_differs(wish: Wish, model: str) -> None:
    planned = planned_or_refused(wish, terms(LOCAL, model, ""))
    for change in planned.changes if isinstance(planned, Plan) else ():
        assert change.asked != change.used
        assert change.asked is not None or change.why == "fits_delivery"
        assert change.why in CHANGES  # there is a sentence for it


@given(wish=WISHES, model=st.sampled_from(sorted(MODELS)))
def test_planning_what_was_planned_changes_nothing_more(wish: Wish, model: str) -> None:
    """A follow-up that repeats what was sent must not be adapted again."""
    offered = terms(LOCAL, model, "")
    first = planned_or_refused(wish, offered)
    if isinstance(first, Reason):
        return
    kept = {name: first.parameters.get(name) for name in ("size", "quality", "background", "output_format")}
    again = Wish(
        kind=wish.kind,
        options=Options(**kept),  # pyright: ignore[reportArgumentType]  # the plan's own words
        prompt_chars=1,
        input_count=wish.input_count,
        first_input_px=wish.first_input_px,
    )
    second = plan(again, offered)
    assert second.changes == ()
    assert {name: second.parameters.get(name) for name in kept} == kept
