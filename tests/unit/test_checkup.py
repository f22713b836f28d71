"""What a check-up plans for each kind of model, and what it makes of what comes; nothing is sent."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.delivery.checkup_cards import asking_card, gateways_card, report_card, report_text, result_line, seen_of
from bot.delivery.words import Words
from bot.errors import OptionRefused
from bot.gateways.capabilities import capabilities_of
from bot.gateways.configuration import ModelConfig, configs_from
from bot.gateways.fetch import open_downloader
from bot.gateways.gateway import ImagesGateway, open_gateway
from bot.gateways.profiles import UNKNOWN
from bot.model import (
    Billed,
    Failure,
    GatewayRecord,
    Learned,
    PictureFacts,
    Price,
    Reason,
    Scalar,
    UserId,
)
from bot.orders.checkup import Report
from bot.orders.checkups import GatewayState, propose
from bot.orders.trials import Step, Trial, paid, steps_of, totals
from bot.orders.verdicts import (
    Brought,
    Came,
    Result,
    Seen,
    Sight,
    Verdict,
    ending_teaches,
    judge,
    refusal_teaches,
    verdict_of,
)
from bot.settings import load

ENGLISH = Words("en-US")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
Open = Callable[..., Awaitable[ImagesGateway]]


@pytest.fixture(name="open_one")
async def _open_one() -> AsyncIterator[Open]:
    """Open gateways by profile and models; no test here asks them anything but what is free and pure."""
    async with AsyncExitStack() as stack:

        async def opened(profile: str, *models: ModelConfig) -> ImagesGateway:
            settings = load(
                None, images_base_url="http://127.0.0.1:9/v1", images_api_key=SecretStr("k"), images_profile=profile
            )
            (config,) = configs_from(settings)
            downloader = await stack.enter_async_context(open_downloader(frozenset()))
            return await stack.enter_async_context(open_gateway(replace(config, models=models), downloader))

        yield opened


def names(steps: Sequence[Step]) -> list[str]:
    return [step.label if step.is_offered else f"({step.label})" for step in steps]


# -- planning ---------------------------------------------------------------------------------------------------------


async def test_a_model_that_does_everything_is_tried_in_everything(open_one: Open) -> None:
    gateway = await open_one("openai", ModelConfig(id="gpt-image-1.5"))
    assert names(steps_of(gateway)) == [
        "key", "small", "edit", "two-inputs", "count-2", "mask", "transparent", "format-png", "format-jpeg",
        "format-webp", "compression-30", "fidelity-high", "moderation-low", "stream", "size-1536x1024",
    ]  # fmt: skip


async def test_what_is_not_offered_is_planned_on_demand_only(open_one: Open) -> None:
    gateway = await open_one("aicentos", ModelConfig(id="gpt-image-2"))
    offered = names(steps_of(gateway))
    assert offered == ["key", "small", "transparent", "format-png", "format-jpeg", "format-webp", "compression-30"]
    everything = names(steps_of(gateway, everything=True))
    assert [name for name in everything if not name.startswith("(")] == offered
    assert {"(edit)", "(mask)", "(count-2)", "(stream)", "(size-3840x2160)", "(fidelity-high)"} <= set(everything)


@pytest.mark.parametrize(
    ("trial", "wanted"),
    [
        (Trial.SMALL, {}),
        (Trial.COUNT, {"n": 2}),
        (Trial.TRANSPARENT, {"background": "transparent", "output_format": "png"}),
        (Trial.COMPRESSION, {"output_format": "jpeg", "output_compression": 30}),
        (Trial.FIDELITY, {"input_fidelity": "high"}),
        (Trial.MODERATION, {"moderation": "low"}),
        (Trial.STREAM, {"stream": True, "partial_images": 1}),
        (Trial.MASK, {}),
    ],
)
async def test_a_step_sends_what_it_is_about_and_the_least_beside_it(
    open_one: Open, trial: Trial, wanted: dict[str, Scalar]
) -> None:
    gateway = await open_one("openai", ModelConfig(id="gpt-image-1.5"))
    step = next(step for step in steps_of(gateway) if step.trial is trial)
    assert step.plan is not None
    usual = {"model": "gpt-image-1.5", "size": "1024x1024", "quality": "low"}
    assert step.plan.parameters == {**usual, **wanted}
    assert step.plan.calls == 1


async def test_the_price_is_the_sum_of_the_steps_and_no_step_is_cheaper_than_planned(
    open_one: Open,
) -> None:
    gateway = await open_one("openai", ModelConfig(id="gpt-image-2"))
    proposal = propose(gateway, None, everything=True, identity=("0123456789", UserId(1)), now=NOW)
    prices = {step.label: step.plan.estimate for step in proposal.steps if step.plan and step.plan.estimate}
    assert proposal.unpriced == 0
    assert proposal.calls == len(paid(proposal.steps)) == len(prices)
    assert proposal.price[0].micros == sum(price.micros for price in prices.values())
    small = prices["small"].micros
    assert prices["count-2"].micros == pytest.approx(2 * small, rel=0.05)
    assert prices["stream"].micros > small + 100 * 30  # a preview is 100 tokens
    assert prices["size-3840x2160"].micros > small
    assert "about $0." in asking_card(ENGLISH, proposal).content


async def test_a_size_that_is_not_offered_is_priced_by_its_area(open_one: Open) -> None:
    gateway = await open_one("openai", ModelConfig(id="gpt-image-1.5"))
    prices = {step.label: step.plan.estimate for step in steps_of(gateway, everything=True) if step.plan}
    small, large = prices["small"], prices["size-2048x2048"]
    assert small is not None
    assert large is not None
    assert large.micros == pytest.approx(4 * small.micros, rel=0.05)


async def test_an_unknown_price_is_said_plainly(open_one: Open) -> None:
    gateway = await open_one("clauddy", ModelConfig(id="gpt-image-2"))
    proposal = propose(gateway, None, everything=False, identity=("0123456789", UserId(1)), now=NOW)
    assert (proposal.price, proposal.unpriced) == ((), proposal.calls)
    assert "The price is unknown" in asking_card(ENGLISH, proposal).content


async def test_chat_and_responses_have_their_own_steps(open_one: Open) -> None:
    chat = ModelConfig(id="gemini-3-pro-image", dialect="chat")
    tool = ModelConfig(id="gpt-image-2.6-flare", dialect="responses", capabilities={"text_model": "gpt-5"})
    gateway = await open_one("openai", ModelConfig(id="gpt-image-2"), chat, tool)
    of_chat = steps_of(gateway, "gemini-3-pro-image")
    assert [step.trial for step in of_chat][:4] == [Trial.KEY, Trial.SMALL, Trial.EDIT, Trial.TWO_INPUTS]
    assert all("size" not in step.plan.parameters for step in of_chat if step.plan)
    of_tool = steps_of(gateway, "gpt-image-2.6-flare")
    assert [step.trial for step in of_tool][:3] == [Trial.KEY, Trial.SMALL, Trial.SECOND_TURN]
    assert Trial.COUNT not in {step.trial for step in of_tool}
    assert all(step.plan.parameters["store"] is True for step in of_tool[1:3] if step.plan)
    of_images = steps_of(gateway, "gpt-image-2")
    assert [(step.dialect, step.trial) for step in of_images[-3:]] == [
        ("chat", Trial.SMALL), ("responses", Trial.SMALL), ("responses", Trial.SECOND_TURN)
    ]  # fmt: skip
    every = steps_of(gateway)
    assert [step.trial for step in every].count(Trial.SMALL) == 3
    assert [step.trial for step in every].count(Trial.KEY) == 1
    with pytest.raises(OptionRefused):
        steps_of(gateway, "no-such-model")


async def test_a_model_that_only_edits_is_tried_by_editing(open_one: Open) -> None:
    able: dict[str, object] = {"generate": False}
    gateway = await open_one("openai", ModelConfig(id="gpt-image-2", capabilities=able))
    steps = paid(steps_of(gateway))
    assert steps[0].trial is Trial.SMALL
    assert all(step.inputs >= 1 for step in steps)


# -- verdicts ---------------------------------------------------------------------------------------------------------


async def a_step(open_one: Open, trial: Trial, value: str = "") -> Step:
    gateway = await open_one("openai", ModelConfig(id="gpt-image-1.5"))
    return next(step for step in steps_of(gateway, everything=True) if step.trial is trial and value in step.value)


def a_picture(format_name: str = "png", size: tuple[int, int] = (1024, 1024), **facts: bool) -> Brought:
    has_alpha, is_transparent = facts.get("has_alpha", False), facts.get("is_transparent", False)
    told = PictureFacts(
        format=format_name, width_px=size[0], height_px=size[1], has_alpha=has_alpha, is_transparent=is_transparent
    )
    return Brought(path=Path("picture"), facts=told, size_bytes=1000)


ONE = (a_picture(),)
CUT_OUT = (a_picture(has_alpha=True, is_transparent=True),)


@pytest.mark.parametrize(
    ("trial", "value", "came", "verdict", "sight"),
    [
        (Trial.SMALL, "", Came(pictures=ONE), Verdict.WORKS, Sight.PICTURE),
        (Trial.SMALL, "", Came(pictures=(a_picture(size=(1254, 1254)),)), Verdict.DIFFERS, Sight.OTHER_SIZE),
        (Trial.COUNT, "", Came(pictures=ONE), Verdict.DIFFERS, Sight.COUNT),
        (Trial.COUNT, "", Came(pictures=ONE * 2), Verdict.WORKS, Sight.COUNT),
        (Trial.TRANSPARENT, "", Came(pictures=ONE), Verdict.DIFFERS, Sight.NO_ALPHA),
        (Trial.TRANSPARENT, "", Came(pictures=(a_picture(has_alpha=True),)), Verdict.DIFFERS, Sight.IDLE_ALPHA),
        (
            Trial.TRANSPARENT,
            "",
            Came(pictures=(a_picture(has_alpha=True, is_transparent=True),)),
            Verdict.WORKS,
            Sight.ALPHA,
        ),
        (Trial.FORMAT, "webp", Came(pictures=ONE), Verdict.DIFFERS, Sight.OTHER_FORMAT),
        (Trial.FORMAT, "webp", Came(pictures=(a_picture("webp"),)), Verdict.WORKS, Sight.PICTURE),
        (
            Trial.COMPRESSION,
            "",
            Came(pictures=(a_picture("jpeg"),), plain_bytes=1001),
            Verdict.DIFFERS,
            Sight.COMPRESSED,
        ),
        (Trial.COMPRESSION, "", Came(pictures=(a_picture("jpeg"),), plain_bytes=3000), Verdict.WORKS, Sight.COMPRESSED),
        (Trial.MASK, "", Came(pictures=ONE, outside=0.04), Verdict.WORKS, Sight.OUTSIDE),
        (Trial.MASK, "", Came(pictures=ONE, outside=0.4), Verdict.DIFFERS, Sight.OUTSIDE),
        (Trial.STREAM, "", Came(pictures=ONE, came_as="json"), Verdict.DIFFERS, Sight.PLAIN),
        (Trial.STREAM, "", Came(pictures=ONE, came_as="image_edit.completed"), Verdict.DIFFERS, Sight.NO_PREVIEWS),
        (
            Trial.STREAM,
            "",
            Came(pictures=ONE, came_as="image_generation.completed", previews=1),
            Verdict.WORKS,
            Sight.PREVIEWS,
        ),
        (Trial.SIZE, "2048", Came(pictures=(a_picture(size=(2048, 2048)),)), Verdict.WORKS, Sight.PICTURE),
        (Trial.SIZE, "2048", Came(pictures=ONE), Verdict.DIFFERS, Sight.OTHER_SIZE),
    ],
)
async def test_what_came_is_held_against_what_was_asked(  # one column each
    open_one: Open, trial: Trial, value: str, came: Came, verdict: Verdict, sight: Sight
) -> None:
    found, seen, _ = judge(await a_step(open_one, trial, value), came)
    assert found is verdict
    assert sight in {one.sight for one in seen}


@pytest.mark.parametrize(
    ("trial", "value", "came", "taught"),
    [
        (Trial.COUNT, "", Came(pictures=ONE), [("max_n", 1)]),
        (Trial.COUNT, "", Came(pictures=ONE, spoiled=1), []),
        (Trial.TRANSPARENT, "", Came(pictures=ONE), [("backgrounds", "transparent")]),
        (Trial.TRANSPARENT, "", Came(pictures=(a_picture(has_alpha=True),)), []),
        (Trial.FORMAT, "webp", Came(pictures=ONE), [("formats", "webp")]),
        (Trial.STREAM, "", Came(pictures=ONE, came_as="json"), [("stream", False)]),
        (Trial.STREAM, "", Came(pictures=ONE, came_as="image_edit.completed"), []),
        (Trial.MASK, "", Came(pictures=ONE, outside=0.9), []),
    ],
)
async def test_only_what_an_answer_proves_is_learned(
    open_one: Open, trial: Trial, value: str, came: Came, taught: list[tuple[str, Scalar]]
) -> None:
    _, _, learned = judge(await a_step(open_one, trial, value), came)
    assert [(fact.capability, fact.value) for fact in learned] == taught


@pytest.mark.parametrize(
    ("trial", "value", "came", "taught"),
    [
        (Trial.EDIT, "", Came(pictures=ONE), [("edit", True)]),
        (Trial.COUNT, "2", Came(pictures=ONE * 2), [("max_n", 2)]),
        (Trial.FORMAT, "webp", Came(pictures=(a_picture("webp"),)), [("formats", "+webp")]),
        (Trial.TRANSPARENT, "", Came(pictures=CUT_OUT), [("backgrounds", "+transparent")]),
        (Trial.COMPRESSION, "", Came(pictures=(a_picture("jpeg"),), plain_bytes=3000), [("compression", True)]),
        (Trial.MASK, "", Came(pictures=ONE, outside=0.01), [("mask", True)]),
        (
            Trial.STREAM,
            "",
            Came(pictures=ONE, came_as="x", previews=1),
            [("stream", True), ("partial_images", 1)],
        ),
        (Trial.SIZE, "", Came(pictures=(a_picture(size=(1536, 1024)),)), []),
    ],
)
async def test_what_works_although_it_was_not_known_to_is_learned_and_counts(
    open_one: Open, trial: Trial, value: str, came: Came, taught: list[tuple[str, Scalar]]
) -> None:
    step = replace(await a_step(open_one, trial, value), is_offered=False)
    verdict, _, learned = judge(step, came)
    assert verdict is Verdict.WORKS
    assert [(fact.capability, fact.value) for fact in learned] == taught
    able = capabilities_of(UNKNOWN, step.model, learned=learned)
    for capability, expected in taught:
        held = getattr(able, capability)
        assert str(expected).removeprefix("+") in held if isinstance(held, tuple) else held == expected


@pytest.mark.parametrize("is_offered", [True, False])
@pytest.mark.parametrize(
    ("trial", "came"),
    [
        (Trial.MODERATION, Came(pictures=ONE)),
        (Trial.FIDELITY, Came(pictures=ONE)),
        (Trial.TWO_INPUTS, Came(pictures=ONE)),
        (Trial.COMPRESSION, Came(pictures=(a_picture("jpeg"),))),
        (Trial.MASK, Came(pictures=ONE)),
    ],
)
async def test_what_leaves_no_trace_is_accepted_and_teaches_nothing(
    open_one: Open, trial: Trial, came: Came, *, is_offered: bool
) -> None:
    step = replace(await a_step(open_one, trial), is_offered=is_offered)
    verdict, seen, learned = judge(step, came)
    assert (verdict, learned) == (Verdict.ACCEPTED, ())
    assert Sight.UNSEEN in {one.sight for one in seen}
    result = Result(step=step, number=2, verdict=verdict, seen=seen)
    assert result.has_picture
    assert not result.differs_from_known
    text = report_text(ENGLISH, told_of(result))
    assert "1 of 1 steps, 0 work, 1 accepted" in text
    assert "taken, effect not visible" in text


@pytest.mark.parametrize(
    ("trial", "facts", "taught"),
    [
        (Trial.COUNT, {"option": "n", "detail": "n must be 1"}, [("max_n", 1)]),
        (Trial.TWO_INPUTS, {"option": "image[1]"}, [("max_inputs", 1)]),
        (Trial.STREAM, {"option": "tools[0].partial_images"}, [("stream", False)]),
        (
            Trial.TRANSPARENT,
            {"detail": "Transparent background is not supported for this model."},
            [("backgrounds", "transparent")],
        ),
        (Trial.TRANSPARENT, {"option": "size", "detail": "background"}, []),
        (Trial.COUNT, {"detail": "an n is too many"}, []),
        (Trial.COUNT, {"detail": "model: Input should be 'x', n: at most 1"}, [("max_n", 1)]),
        (Trial.COUNT, {"detail": "n: Input should be less than or equal to 1"}, [("max_n", 1)]),
        (Trial.COUNT, {"detail": "body.n: Input should be 1"}, [("max_n", 1)]),
        (Trial.COUNT, {"detail": "Unknown parameter: 'n'."}, [("max_n", 1)]),
        (Trial.COUNT, {"detail": "n is invalid"}, [("max_n", 1)]),
        (Trial.COUNT, {"detail": "n=2 is not supported"}, [("max_n", 1)]),
        (Trial.COUNT, {"detail": "seen: Input should be 1, as in: this"}, []),
        (Trial.SIZE, {"option": "size"}, []),
        (Trial.EDIT, {"detail": "edit is unknown"}, []),
    ],
)
async def test_a_refusal_teaches_what_it_names(
    open_one: Open, trial: Trial, facts: dict[str, Scalar], taught: list[tuple[str, Scalar]]
) -> None:
    step = await a_step(open_one, trial)
    learned = refusal_teaches(step, Failure(reason=Reason.BAD_OPTION, facts=facts))
    assert [(fact.capability, fact.value) for fact in learned] == taught
    for failure in (
        Failure(reason=Reason.MODERATION, facts=facts),
        Failure(reason=Reason.BAD_OPTION, billed=Billed.UNKNOWN, facts=facts),
    ):
        assert refusal_teaches(step, failure) == ()


@pytest.mark.parametrize(
    ("reason", "billed", "verdict"),
    [
        (Reason.BAD_OPTION, Billed.NO, Verdict.REFUSED),
        (Reason.WRONG_URL, Billed.NO, Verdict.REFUSED),
        (Reason.OVERLOADED, Billed.NO, Verdict.FAILED),
        (Reason.MODERATION, Billed.YES, Verdict.FAILED),
        (Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN, Verdict.UNKNOWN),
        (Reason.BAD_OPTION, Billed.UNKNOWN, Verdict.UNKNOWN),
    ],
)
def test_an_ending_without_a_picture_has_its_verdict(reason: Reason, billed: Billed, verdict: Verdict) -> None:
    assert verdict_of(Failure(reason=reason, billed=billed)) is verdict


@pytest.mark.parametrize(
    ("reason", "billed", "taught"),
    [
        (Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN, [("stream", False)]),
        (Reason.NO_IMAGE, Billed.YES, [("stream", False)]),
        (Reason.BAD_OPTION, Billed.NO, [("stream", False)]),
        (Reason.BAD_IMAGE, Billed.YES, []),
        (Reason.LINK_FAILED, Billed.YES, []),
        (Reason.DISK_FULL, Billed.NO, []),
        (Reason.DISK_FULL, Billed.UNKNOWN, []),
        (Reason.STORED_FILE_LOST, Billed.NO, []),
        (Reason.OVERLOADED, Billed.UNKNOWN, []),
        (Reason.MODERATION, Billed.UNKNOWN, []),
        (Reason.OVERLOADED, Billed.NO, []),
        (Reason.RATE_LIMITED, Billed.NO, []),
        (Reason.NOT_SENT, Billed.NO, []),
        (Reason.RESTING, Billed.NO, []),
        (Reason.BAD_KEY, Billed.NO, []),
    ],
)
async def test_a_stream_that_lost_its_picture_is_not_asked_for_again(
    open_one: Open, reason: Reason, billed: Billed, taught: list[tuple[str, Scalar]]
) -> None:
    failure = Failure(reason=reason, billed=billed)
    learned = ending_teaches(await a_step(open_one, Trial.STREAM), failure)
    assert [(fact.capability, fact.value) for fact in learned] == taught
    assert all(fact.dated(NOW).expires_at for fact in learned)
    assert ending_teaches(await a_step(open_one, Trial.SIZE), failure) == ()


@pytest.mark.parametrize(("option", "teaches"), [("stream", True), ("tools[0].partial_images", True), ("size", False)])
async def test_a_stream_is_given_up_for_a_refusal_of_its_own_options_only(
    open_one: Open, option: str, *, teaches: bool
) -> None:
    failure = Failure(reason=Reason.BAD_OPTION, facts={"option": option})
    assert bool(ending_teaches(await a_step(open_one, Trial.STREAM), failure)) is teaches


@pytest.mark.parametrize(
    ("reason", "billed", "differs"),
    [
        (Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN, True),
        (Reason.NO_IMAGE, Billed.YES, True),
        (Reason.BAD_OPTION, Billed.NO, True),
        (Reason.NOT_SENT, Billed.NO, False),
        (Reason.RESTING, Billed.NO, False),
    ],
)
async def test_what_is_known_as_offered_and_brought_nothing_is_a_difference(
    open_one: Open, reason: Reason, billed: Billed, *, differs: bool
) -> None:
    failure = Failure(reason=reason, billed=billed)
    step = await a_step(open_one, Trial.STREAM)
    result = Result(step=step, number=2, verdict=verdict_of(failure), failure=failure)
    assert result.differs_from_known is differs
    assert not replace(result, step=replace(step, is_offered=False)).differs_from_known
    text = report_text(ENGLISH, told_of(result))
    assert "Everything is as profile" not in text
    assert ("nobody knows what became of it" in text) is (reason is Reason.UNKNOWN_OUTCOME)
    assert ("Not everything could be tried" in text) is (reason is Reason.NOT_SENT)  # a rest ends it instead


@pytest.mark.parametrize(
    ("reason", "facts", "taught"),
    [
        (Reason.WRONG_URL, {"status": 404}, [("edit", False)]),
        (Reason.WRONG_URL, {"status": 405}, [("edit", False)]),
        (Reason.BAD_OPTION, {"status": 400}, []),
        (Reason.NOT_SENT, {}, []),
    ],
)
async def test_an_endpoint_that_is_not_there_teaches_that_there_are_no_edits(
    open_one: Open, reason: Reason, facts: dict[str, Scalar], taught: list[tuple[str, Scalar]]
) -> None:
    failure = Failure(reason=reason, facts=facts)
    learned = ending_teaches(await a_step(open_one, Trial.EDIT), failure)
    assert [(fact.capability, fact.value) for fact in learned] == taught
    assert ending_teaches(await a_step(open_one, Trial.SMALL), failure) == ()


async def test_a_hint_stands_only_where_it_helps(open_one: Open) -> None:
    small, edit = await a_step(open_one, Trial.SMALL), await a_step(open_one, Trial.EDIT)
    works = Result(step=small, number=2, verdict=Verdict.WORKS)
    lost = Failure(reason=Reason.WRONG_URL, host_hint="The base URL should be another.")
    refused = Failure(reason=Reason.BAD_OPTION, host_hint="Its profile promises an option.")
    no_edits = Result(step=edit, number=3, verdict=Verdict.REFUSED, failure=lost)
    option = replace(no_edits, failure=refused)
    unoffered = replace(option, step=replace(edit, is_offered=False))
    for results, has_hint in (
        ((works, no_edits), False),
        ((replace(works, verdict=Verdict.REFUSED, failure=lost), no_edits), True),
        ((works, option), True),
        ((works, unoffered), False),
    ):
        assert ("Hint:" in report_text(ENGLISH, told_of(*results))) is has_hint
    assert "Everything is as profile" in report_text(ENGLISH, told_of(works, unoffered))


def told_of(*results: Result) -> Report:
    return Report(
        gateway="main", title="Main", results=results, of=len(results), folder=Path("/data/check/main"), spent=(),
        unpriced=0, unsure=0, was_stopped=False,
    )  # fmt: skip


def test_prices_are_added_up_by_currency() -> None:
    dollars = Price(micros=5_000, currency="USD", source="usage")
    yuan = Price(micros=70_000, currency="CNY", source="flat")
    assert [(one.micros, one.currency) for one in totals([dollars, yuan, None, dollars])] == [
        (10_000, "USD"), (70_000, "CNY")
    ]  # fmt: skip
    assert totals([None]) == ()


# -- what hosts read --------------------------------------------------------------------------------------------------


async def a_report(open_one: Open, detail: str, count: int = 24) -> Report:
    step = await a_step(open_one, Trial.TRANSPARENT)
    failure = Failure(reason=Reason.BAD_OPTION, facts={"detail": detail}, host_hint="Check the key's group.")
    refused = Result(step=step, number=2, verdict=Verdict.REFUSED, failure=failure, seconds=1.25)
    lost = replace(refused, verdict=Verdict.UNKNOWN, billed=Billed.UNKNOWN)
    cost = Price(micros=5_900, currency="USD", source="usage")
    works = Result(
        step=step, number=3, verdict=Verdict.WORKS, seen=(Seen(sight=Sight.ALPHA),), billed=Billed.YES, cost=cost,
        learned=(Learned(model="m", capability="backgrounds", value="+transparent", reason="tried"),), seconds=40,
    )  # fmt: skip
    return Report(
        gateway="main", title="A **bold** gateway", results=(refused, lost, *[works] * count), of=count + 2,
        folder=Path("/data/check/main-20261120T120000Z"), spent=totals([cost] * count), unpriced=0, unsure=1,
        was_stopped=False,
    )  # fmt: skip


@pytest.mark.parametrize("detail", ["no", "```` @everyone **x** " * 40, "新的错误" * 100])
@pytest.mark.parametrize("count", [1, 24, 90])
async def test_a_report_fits_a_message_and_is_whole_in_its_file(open_one: Open, detail: str, count: int) -> None:
    report = await a_report(open_one, detail, count)
    card = report_card(ENGLISH, report)
    assert len(card.content.encode("utf-16-le")) // 2 <= 2000 - 32
    assert card.content.count("```") in {0, 2}
    assert "/data/check/main-20261120T120000Z" in card.content
    assert "Calls that may have been billed: 1" in card.content
    text = report_text(ENGLISH, report)
    assert text.count("transparent") >= count + 2
    assert "backgrounds with transparent" in text
    assert "Hint: Check the key's group." in text
    for file in card.files:
        assert getattr(file, "text", "") == text


@pytest.mark.parametrize(
    ("came_as", "previews", "told"),
    [
        ("image_generation.completed", 1, "1 preview; image_generation.completed"),
        ("image_generation.completed", 2, "2 previews; image_generation.completed"),
        ("image_generation.completed", 0, "no previews; image_generation.completed"),
        ("", 0, "no previews"),
    ],
)
async def test_previews_are_counted_in_words(open_one: Open, came_as: str, previews: int, told: str) -> None:
    step = await a_step(open_one, Trial.STREAM)
    verdict, seen, _ = judge(step, Came(pictures=ONE, came_as=came_as, previews=previews))
    result = Result(step=step, number=2, verdict=verdict, seen=seen, seconds=1.0)
    assert seen_of(ENGLISH, result) == f"png 1024x1024, 1,000 bytes; {told}"
    assert ",," not in result_line(ENGLISH, result)


@pytest.mark.parametrize("facts", [{}, {"detail": ""}, {"detail": "", "gateway": "main"}])
async def test_nothing_is_quoted_where_nothing_was_said(open_one: Open, facts: dict[str, Scalar]) -> None:
    step = await a_step(open_one, Trial.STREAM)
    failure = Failure(reason=Reason.NO_IMAGE, billed=Billed.YES, facts=facts)
    assert ENGLISH.what(failure) == "The gateway answered without a picture."
    result = Result(step=step, number=2, verdict=Verdict.FAILED, failure=failure, seconds=0.04, billed=Billed.YES)
    assert result_line(ENGLISH, result) == "failed, The gateway answered without a picture, 0.0 s, unknown"


async def test_the_free_look_is_a_line_of_all_models(open_one: Open) -> None:
    gateway = await open_one("openai", ModelConfig(id="gpt-image-2"), ModelConfig(id="gpt-image-1.5"))
    key, small = steps_of(gateway)[:2]
    told = tuple(Seen(sight=Sight.TOLD, facts={"text": f"Main offers {name}."}) for name in ("a", "b"))
    looked = Result(step=key, number=1, verdict=Verdict.WORKS, seen=told, seconds=0.04)
    assert result_line(ENGLISH, looked) == "works, Main offers a; Main offers b, 0.0 s"
    other = replace(small, model="gpt-image-1.5")
    text = report_text(
        ENGLISH,
        told_of(looked, *(Result(step=one, number=2, verdict=Verdict.WORKS) for one in (small, other))),
    )
    assert "\nkey and models " in text
    assert "\ngpt-image-2 small picture " in text


async def test_no_price_of_nothing_is_named_where_prices_are_unknown(open_one: Open) -> None:
    gateway = await open_one("openai", ModelConfig(id="gpt-image-2"))
    free, dear = (Price(micros=micros, currency="USD", source="flat") for micros in (0, 20_000))
    proposal = propose(gateway, None, everything=False, identity=("0123456789", UserId(1)), now=NOW)
    for price, unpriced, said in (
        (free, 4, "The price is unknown"),
        (free, 0, "Price: about $0.00."),
        (dear, 4, "Price: about $0.02. Calls of which no price is known: 4."),
    ):
        told = asking_card(ENGLISH, replace(proposal, price=(price,), unpriced=unpriced)).content
        assert said in told
        assert told.count("price") + told.count("Price") == (2 if price.micros else 1)
        text = report_text(ENGLISH, replace(told_of(), spent=(price,), unpriced=unpriced))
        assert ("Spent:" in text) is (price.micros > 0 or not unpriced)


def test_the_state_of_many_gateways_fits_a_message() -> None:
    record = GatewayRecord(
        usual_s=41.2,
        calls=12,
        failures={Reason.RATE_LIMITED: 3, Reason.UNKNOWN_OUTCOME: 1},
        spent_day=(Price(micros=120_000, currency="USD", source="usage"),),
        spent_month=(
            Price(micros=2_500_000, currency="CNY", source="usage"),
            Price(micros=3_000_000, currency="USD", source="usage"),
        ),
        unsure_day=1,
        unsure_month=4,
    )
    resting = Failure(reason=Reason.OVERLOADED, facts={"until_at": 1_800_000_000})
    state = GatewayState(slug="main", title="Main", offers=(), rest=resting, is_checked=False, record=record)
    card = gateways_card(ENGLISH, [state])
    for words in (
        "left alone until <t:1800000000:f>",
        "Usually 41 s a call",
        "Calls in 24 hours: 12, of which failed: `rate_limited` 3, `unknown_outcome` 1",
        "$0.12 in 24 hours, CN¥2.50 + $3.00 in 30 days",
        "may have been billed besides: 1 in 24 hours, 4 in 30 days",
    ):
        assert words in card.content
    many = gateways_card(ENGLISH, [state] * 20)
    assert len(many.content) <= 2000
    assert getattr(many.files[0], "text", "").count("hours: 12,") == 20
