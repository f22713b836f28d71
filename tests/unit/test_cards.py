"""Cards: what people see of an order, in every state, and never more than Discord takes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, strategies as st

from bot.capability import Capabilities, ModelOffer
from bot.delivery.cards import Card, PictureFile, TextFile, ended, note, waiting
from bot.delivery.codes import BUTTON, FORM, Pressed, order_code, picture_code, pressed
from bot.delivery.details import details_card, help_card
from bot.delivery.quoting import length
from bot.delivery.results import Extras, Fit, Origin, result_card
from bot.delivery.sentences import Press
from bot.delivery.words import Words
from bot.model import (
    Actor,
    Billed,
    Call,
    CallState,
    Change,
    Delivered,
    Failure,
    MessageId,
    Options,
    Order,
    OrderState,
    Picture,
    PictureId,
    Plan,
    Position,
    Price,
    Reason,
    Scalar,
    Stage,
    Stored,
    Thread,
    ThreadKey,
    UserId,
)
from bot.orders.failover import Way
from bot.orders.gallery import Details, Result
from tests.unit.cards_builders import NOW, ORDER_ID, PLACE, a_picture, a_result, an_order, received

WORDS = Words("en-US")
MB = 1024 * 1024


def fits_of(result: Result, note_: str | None = None) -> tuple[Fit, ...]:
    return tuple(
        Fit(
            picture=picture,
            file=PictureFile(path=Path("x.png"), name=f"easel-{picture.id}.png", alt=picture.alt_text),
            note=note_,
        )
        for picture in result.pictures
    )


def card_of(result: Result, *, extras: Extras | None = None, note_: str | None = None) -> Card:
    return result_card(WORDS, result, fits_of(result, note_), extras or Extras())


def codes(card: Card) -> list[str]:
    return [button.code for row in card.controls.rows for button in row]


def presses(card: Card) -> set[Press | None]:
    found = [BUTTON.fullmatch(code) for code in codes(card)]
    return {pressed(match).press for match in found if match}


def holds_discords_limits(card: Card) -> None:
    assert length(card.content) <= 2000
    assert card.content.strip() or card.files
    assert len(card.files) <= 10
    assert len({file.name for file in card.files}) == len(card.files)
    for file in card.files:
        assert file.name.isascii()
        if isinstance(file, PictureFile):
            assert length(file.alt) <= 1024
    rows, select = card.controls.rows, card.controls.select
    assert len(rows) + bool(select) <= 5
    assert all(1 <= len(row) <= 5 for row in rows)
    assert len(set(codes(card))) == len(codes(card))
    for row in rows:
        for button in row:
            assert 0 < len(button.label) <= 80
            assert len(button.code) <= 100
            assert BUTTON.fullmatch(button.code)
    if select:
        assert 1 <= len(select.choices) <= 25
        assert len(select.placeholder) <= 150
        assert sum(choice.chosen for choice in select.choices) <= 1
        assert all(0 < len(choice.label) <= 100 for choice in select.choices)


# -- progress -----------------------------------------------------------------------------------------------


def test_a_queued_order_says_its_place_and_when_and_can_be_cancelled() -> None:
    queued = replace(a_result(an_order()), position=Position(position=3, eta_s=38))
    card = waiting(WORDS, queued, NOW)
    assert card.content == "Queued, 3rd, about 40 s \N{MIDDLE DOT} `a red fox in snow` \N{MIDDLE DOT} <@42>"
    assert codes(card) == [f"v1:cancel:o{ORDER_ID}"]
    assert card.ping is None


def test_without_an_estimate_only_the_place_is_said() -> None:
    queued = replace(a_result(an_order()), position=Position(position=1, eta_s=None))
    assert waiting(WORDS, queued, NOW).content.startswith("Queued, 1st \N{MIDDLE DOT} ")


@pytest.mark.parametrize(("stage", "said"), [(Stage.FETCHING, "Looking at your pictures"), (None, "Waiting in the")])
def test_before_it_is_queued_the_stage_is_said(stage: Stage | None, said: str) -> None:
    card = waiting(WORDS, a_result(an_order(state=OrderState.ACCEPTED, stage=stage)), NOW)
    assert card.content.startswith(said)
    assert presses(card) == {Press.CANCEL}


def test_a_painting_order_says_what_is_left_and_can_no_longer_be_cancelled() -> None:
    order = an_order(state=OrderState.SENDING, stage=Stage.PAINTING, eta_at=NOW + timedelta(seconds=21))
    card = waiting(WORDS, a_result(order), NOW)
    assert card.content.startswith("Painting, about 25 s left")
    assert codes(card) == []


def test_an_estimate_that_has_passed_is_not_shown() -> None:
    order = an_order(state=OrderState.SENDING, stage=Stage.PAINTING, eta_at=NOW - timedelta(seconds=5))
    assert waiting(WORDS, a_result(order), NOW).content.startswith("Painting \N{MIDDLE DOT} ")


def test_a_preview_is_attached() -> None:
    order = an_order(state=OrderState.SENDING, stage=Stage.PREVIEW, preview="/data/preview.png")
    card = waiting(WORDS, a_result(order), NOW)
    assert [file.name for file in card.files] == [f"preview-{ORDER_ID}.png"]
    assert "preview" in card.content


def test_a_price_is_asked_before_it_is_paid() -> None:
    order = an_order(state=OrderState.ACCEPTED, stage=Stage.ASKING)
    assert order.plan is not None
    priced = replace(order, plan=replace(order.plan, estimate=Price(micros=170_000, currency="USD", source="list")))
    card = waiting(WORDS, a_result(priced), NOW)
    assert "$0.17" in card.content
    assert codes(card) == [f"v1:confirm:o{ORDER_ID}", f"v1:cancel:o{ORDER_ID}"]
    free = replace(order, plan=replace(order.plan, estimate=Price(micros=0, currency="USD", source="list")))
    assert "costs nothing" in waiting(WORDS, a_result(free), NOW).content
    assert "no price" in waiting(WORDS, a_result(order), NOW).content


# -- endings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("billed", Billed)
def test_every_ending_has_its_card(reason: Reason, billed: Billed) -> None:
    failure = Failure(reason=reason, billed=billed)
    card = ended(WORDS, an_order(state=OrderState.FAILED, failure=failure), failure)
    holds_discords_limits(card)
    assert card.content.startswith(WORDS.failure(failure))
    assert (Press.DETAILS in presses(card)) is (reason is not Reason.CANCELLED)


@pytest.mark.parametrize(
    ("state", "reason", "offered"),
    [
        (OrderState.FAILED, Reason.MODERATION, {Press.REMIX}),
        (OrderState.FAILED, Reason.STORED_FILE_LOST, set[Press]()),
        (OrderState.FAILED, Reason.BAD_OPTION, set[Press]()),
        (OrderState.FAILED, Reason.OVERLOADED, {Press.AGAIN, Press.REMIX}),
        (OrderState.FAILED, Reason.BAD_KEY, {Press.AGAIN, Press.REMIX}),
        (OrderState.REFUSED, Reason.OPTION_REFUSED, set[Press]()),
        (OrderState.REFUSED, Reason.MASK_SIZE_DIFFERS, set[Press]()),
        (OrderState.REFUSED, Reason.PROMPT_TOO_LONG, {Press.REMIX}),
        (OrderState.REFUSED, Reason.TOO_MANY_WAITING, {Press.AGAIN, Press.REMIX}),
        (OrderState.REFUSED, Reason.DISK_FULL, {Press.AGAIN, Press.REMIX}),
    ],
)
def test_an_ending_offers_only_what_may_end_otherwise(state: OrderState, reason: Reason, offered: set[Press]) -> None:
    failure = Failure(reason=reason)
    card = ended(WORDS, an_order(state=state, failure=failure), failure)
    assert presses(card) == offered | {Press.DETAILS}


@pytest.mark.parametrize(
    ("micros", "label"),
    [(39_900, "(about $0.0399)"), (0, "(free)"), (None, "(price unknown)")],
)
def test_another_gateway_is_offered_with_its_price(micros: int | None, label: str) -> None:
    failure = Failure(reason=Reason.NO_MONEY)
    price = Price(micros=micros, currency="USD", source="estimate") if micros is not None else None
    plan = Plan(gateway="other", dialect="images", model="gpt-image-2", parameters={}, estimate=price)
    offer = ModelOffer(
        gateway="other",
        gateway_title="The *other* gateway at\nsome-very-long-name.example" * 3,
        model="gpt-image-2",
        dialect="images",
        capabilities=Capabilities(),
    )
    order = an_order(state=OrderState.FAILED, failure=failure)
    card = ended(WORDS, order, failure, Way(offer=offer, plan=plan, is_free_to_take=False))
    holds_discords_limits(card)
    first = card.controls.rows[0][0]
    assert first.code == f"v1:elsewhere:o{ORDER_ID}"
    assert first.label.startswith("Try at The ")
    assert first.label.endswith(label)
    assert "\n" not in first.label


@pytest.mark.parametrize(
    ("status", "option", "minimum", "is_offered"),
    [(500, "quality", None, True), (500, None, None, True), (500, "size", None, False), (400, "quality", None, False),
     (500, "quality", True, False)],
)  # fmt: skip
def test_the_minimum_is_offered_where_a_person_must_decide(
    status: int,
    option: str | None,
    minimum: bool | None,  # noqa: FBT001
    is_offered: bool,  # noqa: FBT001
) -> None:
    named: dict[str, Scalar] = {"option": option} if option else {}
    failure = Failure(reason=Reason.BAD_OPTION, facts={"status": status, **named})
    order = an_order(state=OrderState.FAILED, failure=failure, resolved=Options(minimum=minimum))
    assert (Press.MINIMUM in presses(ended(WORDS, order, failure))) is is_offered


@pytest.mark.parametrize("is_host", [True, False])
def test_the_hosts_hint_is_for_hosts(is_host: bool) -> None:  # noqa: FBT001
    failure = Failure(reason=Reason.BAD_KEY, host_hint="Copy the key again.")
    request = replace(an_order().request, actor=Actor(user_id=UserId(42), is_host=is_host))
    order = an_order(state=OrderState.FAILED, failure=failure, request=request)
    assert ("For the host: Copy the key again." in ended(WORDS, order, failure).content) is is_host
    details = details_of(order, ())
    assert ("Copy the key" in details_card(WORDS, details, for_host=is_host).content) is is_host


def test_an_unknown_outcome_says_that_again_may_cost_once_more() -> None:
    failure = Failure(reason=Reason.UNKNOWN_OUTCOME, billed=Billed.UNKNOWN)
    card = ended(WORDS, an_order(state=OrderState.UNKNOWN, failure=failure), failure)
    assert "may have been billed" in card.content
    assert "cost once more" in card.content
    assert Press.AGAIN in presses(card)


# -- results ------------------------------------------------------------------------------------------------


def test_a_result_is_one_line_with_every_button() -> None:
    card = card_of(received())
    assert card.content == (
        "**v3** \N{MIDDLE DOT} `a red fox in snow` \N{MIDDLE DOT} 1024\N{MULTIPLICATION SIGN}1536"
        " \N{MIDDLE DOT} 23 s \N{MIDDLE DOT} <@42>"
    )
    on_order = {Press.AGAIN, Press.REMIX, Press.DELETE}
    on_picture = {Press.EDIT, Press.VARIATIONS, Press.HD, Press.REFERENCE, Press.ORIGINAL, Press.DETAILS}
    assert presses(card) == on_order | on_picture
    assert set(codes(card)) == {
        *(order_code(press, ORDER_ID) for press in on_order),
        *(picture_code(press, PictureId("p000000001")) for press in on_picture),
    }
    assert card.controls.select is None


def test_undo_is_offered_where_there_is_something_to_go_back_to() -> None:
    edited = replace(received(), inputs=(a_picture(9),))
    assert Press.UNDO in presses(card_of(edited))
    assert Press.UNDO not in presses(card_of(received()))


def test_several_pictures_are_numbered_and_one_is_where_the_next_edit_starts() -> None:
    four = received(count=4)
    select = card_of(four).controls.select
    assert select is not None
    assert [choice.label for choice in select.choices] == ["v3.1: the next edit starts here", "v3.2", "v3.3", "v3.4"]
    assert select.code == f"v1:choose:o{ORDER_ID}"


def test_the_buttons_follow_the_chosen_head() -> None:
    chosen = Thread(
        key=ThreadKey(7),
        channel_id=PLACE.channel_id,
        guild_id=PLACE.guild_id,
        starter_id=UserId(42),
        head=PictureId("p000000003"),
        every_message=False,
        next_version=4,
    )
    card = card_of(replace(received(count=4), thread=chosen))
    assert f"v1:edit:p{'p000000003'}" in codes(card)
    assert card.controls.select is not None
    assert [choice.value for choice in card.controls.select.choices if choice.chosen] == ["p000000003"]


def test_what_was_changed_is_said_once() -> None:
    change = Change(option="background", asked="transparent", used="opaque", why="not_offered")
    order = received().order
    assert order.plan is not None
    result = received(
        plan=replace(order.plan, changes=(change,)), receipt=Delivered(count=1, changes=(change,), seconds=1)
    )
    lines = card_of(result, note_="made smaller").content.splitlines()
    assert lines[1:] == ["-# background `transparent` is not offered here: used `opaque`", "-# made smaller"]


def test_a_mask_is_said_to_guide_only() -> None:
    masked = received(mask=Stored(picture_id=PictureId("m000000001")))
    assert "not exact to the pixel" in card_of(masked).content


def test_where_an_edit_started_is_said_when_there_were_several() -> None:
    extras = Extras(origin=Origin(version=2, picture=a_picture(3), count=4))
    assert "started from v2.3, picture 3 of 4" in card_of(received(), extras=extras).content


def test_a_long_prompt_is_attached_whole() -> None:
    prompt = "雪" * 5000
    card = card_of(received(prompt=prompt))
    texts = [file for file in card.files if isinstance(file, TextFile)]
    assert [text.text for text in texts] == [prompt]
    assert "attached as text" in card.content
    ten = card_of(received(prompt=prompt, count=10))
    assert len(ten.files) == 10
    assert "under Details" in ten.content


def test_every_message_is_offered_only_where_it_can_work() -> None:
    assert Press.EVERY_MESSAGE in presses(card_of(received(), extras=Extras(every_message=True)))
    assert Press.EVERY_MESSAGE not in presses(card_of(received()))


def test_a_picture_that_fits_nowhere_still_has_its_buttons() -> None:
    result = received()
    card = result_card(WORDS, result, [Fit(picture=result.pictures[0], file=None, note="kept")], Extras())
    assert card.files == ()
    assert "kept" in card.content
    assert Press.ORIGINAL in presses(card)


# -- details and help -----------------------------------------------------------------------------------------


def details_of(order: Order, pictures: tuple[Picture, ...]) -> Details:
    call = Call(
        order_id=order.id,
        number=1,
        gateway="local",
        dialect="images",
        model="gpt-image-2",
        parameters={},
        state=CallState.RECEIVED,
        request_id="req_1",
        outcome=None,
        billed=Billed.YES,
        cost=None,
        started_at=NOW,
        ended_at=NOW,
    )
    picture = pictures[0] if pictures else None
    return Details(order=order, picture=picture, pictures=pictures, calls=(call,), posts=(), belongs_here=True)


def test_details_say_asked_sent_delivered_and_cost() -> None:
    result = received()
    asked = replace(result.order.request, asked=Options(size="1000x1500", quality="high"))
    order = replace(result.order, request=asked)
    content = details_card(WORDS, details_of(order, result.pictures)).content
    assert str(ORDER_ID) in content
    assert "**Asked**: size `1000x1500`, quality `high`" in content
    assert "**Sent**: `local` \N{MIDDLE DOT} `gpt-image-2` \N{MIDDLE DOT} size `1024x1024`" in content
    assert "png 1024\N{MULTIPLICATION SIGN}1536 1.4 MB" in content
    assert "**Cost**: unpriced" in content
    assert "`req_1`" in content


def test_details_show_what_was_paid() -> None:
    paid = Delivered(count=1, cost=Price(micros=41_200, currency="USD", source="usage"))
    assert "**Cost**: $0.0412" in details_card(WORDS, details_of(received(receipt=paid).order, ())).content


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("usage", "$0.0412 (by the tokens the gateway counted)"),
        ("flat", "$0.0412 (flat price)"),
        ("list", "$0.0412 (list price)"),
        ("estimate", "$0.0412 (estimated)"),
    ],
)
def test_details_say_where_a_price_comes_from(source: Literal["usage", "flat", "list", "estimate"], said: str) -> None:
    paid = Delivered(count=1, cost=Price(micros=41_200, currency="USD", source=source))
    assert f"**Cost**: {said}" in details_card(WORDS, details_of(received(receipt=paid).order, ())).content


def test_a_result_says_what_it_cost_only_where_the_host_wants_it() -> None:
    paid = received(receipt=Delivered(count=1, cost=Price(micros=41_200, currency="EUR", source="usage")))
    assert "€0.0412" in card_of(paid, extras=Extras(cost=True)).content
    assert "0.0412" not in card_of(paid).content
    guessed = received(receipt=Delivered(count=1, cost=Price(micros=41_200, currency="EUR", source="estimate")))
    assert "about €0.0412" in card_of(guessed, extras=Extras(cost=True)).content
    assert card_of(received(), extras=Extras(cost=True)) == card_of(received())
    nothing = received(receipt=Delivered(count=1, cost=Price(micros=0, currency="EUR", source="flat")))
    assert " \N{MIDDLE DOT} free \N{MIDDLE DOT} " in card_of(nothing, extras=Extras(cost=True)).content


def test_help_names_the_models() -> None:
    offer = ModelOffer(
        gateway="local", gateway_title="Local", model="gpt-image-2", dialect="images", capabilities=Capabilities()
    )
    card = help_card(WORDS, (offer, offer))
    holds_discords_limits(card)
    assert card.content.count("`gpt-image-2`") == 1


def test_a_note_is_one_card() -> None:
    assert note("done").content == "done"


# -- limits, whatever comes -------------------------------------------------------------------------------------

ANY_TEXT = st.text(max_size=3000)
CHANGES = st.builds(Change, option=st.text(max_size=60), asked=st.text(max_size=900), used=st.none(), why=st.text())


@given(
    prompt=ANY_TEXT,
    count=st.integers(1, 10),
    changes=st.lists(CHANGES, max_size=12),
    note_=st.none() | st.text(min_size=1, max_size=500),
    every=st.booleans(),
)
def test_no_result_exceeds_discords_limits(
    prompt: str, count: int, changes: list[Change], note_: str | None, *, every: bool
) -> None:
    receipt = Delivered(count=count, changes=tuple(changes), seconds=1.5, revised_prompt=prompt)
    result = received(prompt=prompt, count=count, receipt=receipt)
    extras = Extras(every_message=every, origin=Origin(version=2, picture=a_picture(2), count=4))
    holds_discords_limits(card_of(replace(result, inputs=(a_picture(8),)), extras=extras, note_=note_))
    holds_discords_limits(details_card(WORDS, details_of(result.order, result.pictures)))


@given(
    prompt=ANY_TEXT,
    state=st.sampled_from([OrderState.ACCEPTED, OrderState.QUEUED, OrderState.SENDING]),
    stage=st.none() | st.sampled_from(Stage),
    eta_s=st.none() | st.floats(0, 1e6),
)
def test_no_progress_exceeds_discords_limits(
    prompt: str, state: OrderState, stage: Stage | None, eta_s: float | None
) -> None:
    result = replace(
        a_result(an_order(prompt=prompt, state=state, stage=stage)), position=Position(position=10**6, eta_s=eta_s)
    )
    holds_discords_limits(waiting(WORDS, result, NOW))


@given(prompt=ANY_TEXT, said=st.text(max_size=3000), reason=st.sampled_from(Reason))
def test_no_ending_exceeds_discords_limits(prompt: str, said: str, reason: Reason) -> None:
    failure = Failure(reason=reason, facts={"said": said, "model": said, "option": said, "asked": said})
    holds_discords_limits(ended(WORDS, an_order(prompt=prompt, failure=failure), failure))


# -- custom_ids -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("press", Press)
def test_a_press_is_read_back_from_its_custom_id(press: Press) -> None:
    on_order = BUTTON.fullmatch(order_code(press, ORDER_ID))
    on_picture = BUTTON.fullmatch(picture_code(press, PictureId("p000000001")))
    assert on_order
    assert on_picture
    assert pressed(on_order) == Pressed(press=press, kind="o", id=ORDER_ID)
    assert pressed(on_picture) == Pressed(press=press, kind="p", id="p000000001")


def test_an_action_of_another_version_is_known_to_be_unknown() -> None:
    found = BUTTON.fullmatch(f"v1:frobnicate:o{ORDER_ID}")
    assert found
    assert pressed(found).press is None


@pytest.mark.parametrize(
    "forged",
    ["v1:again:o", f"v0:again:o{ORDER_ID}", f"v1:again:x{ORDER_ID}", "v1:again:o../../etc/p", f"v1:again:o{ORDER_ID}0"],
)
def test_what_is_not_ours_is_not_read(forged: str) -> None:
    assert BUTTON.fullmatch(forged) is None


def test_a_forms_custom_id_carries_its_state() -> None:
    found = FORM.fullmatch(f"edit:p000000001:{2**63}")
    assert found
    assert (found["form"], found["ref"]) == ("edit", "p000000001")
    assert FORM.fullmatch(f"paint::{MessageId(1)}")
