from dataclasses import replace
from typing import Any, Final, Literal, TypedDict

import pytest
from typing_extensions import Unpack

from bot.capability import Capabilities, ModelOffer, SizeRule
from bot.delivery.words import Words
from bot.errors import OptionRefused
from bot.gateways.capabilities import capabilities_of
from bot.gateways.families import family_of
from bot.gateways.plan import Terms, plan, repriced
from bot.gateways.prices import Tariff
from bot.gateways.profiles import PROFILES, UNKNOWN
from bot.model import Change, Options, OrderKind, Plan, Price, Reason, Wish

BY_NAME: Final = {profile.name: profile for profile in (*PROFILES, UNKNOWN)}
MIB: Final = 1024 * 1024


class Chosen(TypedDict, total=False):
    """Options by name."""

    size: str | None
    quality: str | None
    draft: bool | None
    count: int | None
    background: str | None
    output_format: str | None
    compression: int | None
    model: str | None
    spoiler: bool | None


class Able(TypedDict, total=False):
    """Capabilities by name, as far as tests overrule them."""

    generate: bool
    edit: bool
    max_inputs: int
    mask: bool
    mask_polarity: Literal["alpha", "white", "black"]
    qualities: tuple[str, ...]
    max_n: int
    formats: tuple[str, ...]
    compression: bool
    stream: bool
    partial_images: int
    input_fidelity: tuple[str, ...]


def terms(profile: str = "unknown", model: str = "gpt-image-2", *, moderation: str = "", **able: Unpack[Able]) -> Terms:
    """What one model at one gateway offers; `able` overrules single capabilities, `max_n=10` unless said otherwise."""
    described = BY_NAME[profile]
    usual: Able = {"max_n": 10} if profile == "unknown" else {}
    offer = ModelOffer(
        gateway=profile,
        gateway_title=described.title,
        model=model,
        dialect="images",
        capabilities=replace(capabilities_of(described, model), **(usual | able)),
    )
    return Terms(offer=offer, family=family_of(model), profile=described, moderation=moderation)


def wish(kind: OrderKind = OrderKind.GENERATE, **options: Unpack[Chosen]) -> Wish:
    return Wish(kind=kind, options=Options(**options), prompt_chars=20)


def edit(
    input_px: tuple[int, int] = (1024, 1024), *, inputs: int = 1, mask: bool = False, **options: Unpack[Chosen]
) -> Wish:
    return replace(wish(OrderKind.EDIT, **options), input_count=inputs, first_input_px=input_px, has_mask=mask)


def sent(planned: Plan) -> dict[str, Any]:
    """The request's fields but for the model, which every plan names."""
    parameters = dict(planned.parameters)
    assert parameters.pop("model") == planned.model
    return parameters


def changed(option: str, asked: str | int | None, used: str | int | None, why: str) -> tuple[Change, ...]:
    return (Change(option=option, asked=asked, used=used, why=why),)


def refusal(asked: Wish, offered: Terms) -> OptionRefused:
    with pytest.raises(OptionRefused) as refused:
        plan(asked, offered)
    return refused.value


# -- nothing asked, everything asked ----------------------------------------------------------------------------------


def test_a_wish_without_options_sends_the_model_alone() -> None:
    planned = plan(wish(), terms())
    assert planned.parameters == {"model": "gpt-image-2"}
    assert (planned.gateway, planned.dialect, planned.model) == ("unknown", "images", "gpt-image-2")
    assert (planned.calls, planned.changes) == (1, ())


def test_what_is_offered_is_sent_exactly_as_asked() -> None:
    asked = wish(size="1536x1024", quality="high", background="opaque", output_format="webp", compression=80, count=3)
    planned = plan(asked, terms())
    assert sent(planned) == {
        "size": "1536x1024",
        "quality": "high",
        "background": "opaque",
        "output_format": "webp",
        "output_compression": 80,
        "n": 3,
    }
    assert planned.changes == ()


def test_nothing_is_ever_sent_that_gateways_refuse_or_that_is_not_the_plans() -> None:
    asked = wish(size="1024x1024", quality="high", count=2, model="gpt-image-2", spoiler=True, draft=False)
    assert set(plan(asked, terms("openai", moderation="low")).parameters) == {
        "model", "size", "quality", "n", "moderation", "stream", "partial_images",
    }  # fmt: skip


# -- size -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "asked", "used", "changes"),
    [
        ("openai", None, None, ()),
        ("openai", "auto", "auto", ()),
        ("openai", " AUTO ", "auto", ()),
        ("openai", "1024x1024", "1024x1024", ()),
        ("openai", "1024×1536", "1024x1536", ()),  # noqa: RUF001  # the sign people type
        ("openai", "2048 X 1152", "2048x1152", ()),
        ("openai", "1920x1080", "1920x1088", changed("size", "1920x1080", "1920x1088", "nearest_size")),
        ("openai", "10000x10000", "2880x2880", changed("size", "10000x10000", "2880x2880", "nearest_size")),
        ("openai", "1x1", "816x816", changed("size", "1x1", "816x816", "nearest_size")),
        ("qiuqiu", "1920x1080", "1536x1024", changed("size", "1920x1080", "1536x1024", "nearest_size")),
        ("clauddy", "2048x2048", "2048x2048", ()),
        ("clauddy", "3840x3840", "2048x2048", changed("size", "3840x3840", "2048x2048", "nearest_size")),
        ("aicentos", "1536x1024", "1024x1024", changed("size", "1536x1024", "1024x1024", "nearest_size")),
        ("aicentos", "auto", None, ()),  # its guide knows no such word: leaving it out means the same
    ],
)
def test_the_size_of_a_generation(
    profile: str, asked: str | None, used: str | None, changes: tuple[Change, ...]
) -> None:
    planned = plan(wish(size=asked), terms(profile))
    assert planned.parameters.get("size") == used
    assert planned.changes == changes


@pytest.mark.parametrize(
    "nonsense", ["big", "1024", "1024x", "0x0", "1024x0", "-5x9", "1e3x1e3", "x" * 99, "", "\uff11x\uff11"]
)
def test_a_size_that_is_none_is_refused_with_an_example(nonsense: str) -> None:
    refused = refusal(wish(size=nonsense), terms("qiuqiu"))
    assert refused.reason is Reason.OPTION_REFUSED
    assert refused.facts == {
        "option": "size",
        "asked": nonsense[:40],
        "example": "1024x1024, 1536x1024, 1024x1536",
    }


@pytest.mark.parametrize(
    ("input_px", "free", "classic"),
    [
        ((1024, 1024), "1024x1024", "1024x1024"),
        ((1920, 1080), "1920x1088", "1536x1024"),  # about its own area
        ((3840, 2160), "3840x2160", "1536x1024"),  # a valid size stays, so that follow-up edits keep theirs
        ((4032, 3024), "1664x1248", "1536x1024"),  # a phone's 12 megapixels come down to Full HD's
        ((3024, 4032), "1248x1664", "1024x1536"),
        ((100, 100), "1024x1024", "1024x1024"),  # a thumbnail grows
        ((4000, 500), "2448x816", "1536x1024"),  # wider than any valid shape
        ((1, 1), "1024x1024", "1024x1024"),
    ],
)
@pytest.mark.parametrize("asked", [None, "auto"])
def test_an_edit_always_names_the_size_its_first_input_suggests(
    input_px: tuple[int, int], free: str, classic: str, asked: str | None
) -> None:
    for profile, expected in (("openai", free), ("qiuqiu", classic)):
        planned = plan(edit(input_px, size=asked), terms(profile))
        assert planned.parameters["size"] == expected
        assert planned.changes == ()


def test_an_edit_of_a_picture_not_measured_yet_is_square() -> None:
    unmeasured = replace(edit(), first_input_px=None)
    assert plan(unmeasured, terms("openai")).parameters["size"] == "1024x1024"


def test_a_size_chosen_for_an_edit_counts() -> None:
    assert plan(edit((1024, 1024), size="1536x1024"), terms("openai")).parameters["size"] == "1536x1024"


# -- quality and drafts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "asked", "used", "why"),
    [
        ("gpt-image-2", None, None, None),
        ("gpt-image-2", "auto", None, None),
        ("gpt-image-2", "high", "high", None),
        ("gpt-image-2", "xhigh", "high", "not_offered"),
        ("gpt-image-2", "max", "high", "not_offered"),
        ("gpt-image-2", "hd", "high", "not_offered"),
        ("gpt-image-2", "standard", "medium", "not_offered"),
        ("gpt-image-2.5-sunburst", "max", "max", None),
        ("dall-e-3", "high", "hd", "not_offered"),
        ("dall-e-3", "medium", "standard", "not_offered"),
        ("dall-e-3", "low", "standard", "not_offered"),  # nothing lower exists
        ("dall-e-3", "hd", "hd", None),
        ("dall-e-2", "high", None, "left_out"),
    ],
)
def test_a_quality_becomes_the_next_lower_that_is_offered(
    model: str, asked: str | None, used: str | None, why: str | None
) -> None:
    planned = plan(wish(quality=asked), terms("openai", model))
    assert planned.parameters.get("quality") == used
    assert planned.changes == (changed("quality", asked, used, why) if why else ())


def test_a_dearer_quality_is_never_chosen_though_it_be_nearer() -> None:
    planned = plan(wish(quality="high"), terms(qualities=("xhigh", "low")))
    assert planned.parameters["quality"] == "low"


def test_a_quality_nobody_knows_is_refused_with_what_there_is() -> None:
    refused = refusal(wish(quality="ultra"), terms())
    assert refused.reason is Reason.OPTION_REFUSED
    assert refused.facts == {"option": "quality", "asked": "ultra", "example": "auto, low, medium, high"}


def test_a_draft_is_low_and_jpeg_and_worth_no_note() -> None:
    planned = plan(wish(draft=True), terms())
    assert sent(planned) == {"quality": "low", "output_format": "jpeg"}
    assert planned.changes == ()


@pytest.mark.parametrize("quality", ["high", "hd"])
def test_a_draft_overrules_a_quality_that_stands_for_other_orders_and_says_so(quality: str) -> None:
    planned = plan(wish(draft=True, quality=quality), terms())
    assert sent(planned) == {"quality": "low", "output_format": "jpeg"}
    assert planned.changes == changed("quality", quality, "low", "draft")


@pytest.mark.parametrize("quality", ["low", "auto"])
def test_a_draft_with_a_quality_that_does_not_disagree_says_nothing(quality: str) -> None:
    assert plan(wish(draft=True, quality=quality), terms()).changes == ()


def test_a_draft_keeps_the_format_its_person_chose() -> None:
    assert sent(plan(wish(draft=True, output_format="png"), terms())) == {"quality": "low", "output_format": "png"}


def test_a_transparent_draft_stays_png() -> None:
    planned = plan(wish(draft=True, background="transparent"), terms("model-go"))
    assert sent(planned) == {"quality": "low", "background": "transparent"}
    assert planned.changes == ()


def test_a_draft_where_there_is_no_low_quality_takes_the_lowest_and_says_so() -> None:
    planned = plan(wish(draft=True), terms("openai", "dall-e-3"))
    assert sent(planned) == {"quality": "standard"}
    assert planned.changes == changed("quality", "low", "standard", "not_offered")


def test_no_draft_changes_nothing() -> None:
    assert sent(plan(wish(draft=False, quality="high"), terms())) == {"quality": "high"}


# -- background, format, compression ----------------------------------------------------------------------------------

FELL_BACK: Final = changed("background", "transparent", "opaque", "not_offered")


@pytest.mark.parametrize(
    ("profile", "model", "asked", "used", "changes"),
    [
        ("openai", "gpt-image-2", None, None, ()),
        ("openai", "gpt-image-2", "auto", "auto", ()),
        ("openai", "gpt-image-2", "opaque", "opaque", ()),
        ("openai", "gpt-image-2", "transparent", "transparent", ()),
        ("ciyuanx", "gpt-image-2", "transparent", "opaque", FELL_BACK),
        ("ciyuanx", "gpt-image-2.5-flare", "transparent", "transparent", ()),
        ("openai", "dall-e-3", "transparent", None, FELL_BACK),
        ("openai", "dall-e-3", "opaque", None, ()),
        ("openai", "dall-e-3", "auto", None, ()),
    ],
)  # fmt: skip
def test_the_background(
    profile: str, model: str, asked: str | None, used: str | None, changes: tuple[Change, ...]
) -> None:
    planned = plan(wish(background=asked), terms(profile, model))
    assert planned.parameters.get("background") == used
    assert planned.changes == changes


def test_white_is_no_background_though_a_guide_says_so() -> None:
    refused = refusal(wish(background="white"), terms("aicentos"))
    assert refused.facts == {"option": "background", "asked": "white", "example": "transparent"}


@pytest.mark.parametrize(
    ("able", "asked", "background", "used", "changes"),
    [
        ({}, "png", None, "png", ()),
        ({}, "jpeg", None, "jpeg", ()),
        ({}, "JPG", None, "jpeg", ()),
        ({}, "webp", "transparent", "webp", ()),
        ({}, "jpeg", "transparent", "png", changed("format", "jpeg", "png", "png_for_alpha")),
        ({"formats": ("webp",)}, "jpeg", "transparent", "webp", changed("format", "jpeg", "webp", "png_for_alpha")),
        ({"formats": ("jpeg",)}, "jpeg", "transparent", None, changed("format", "jpeg", None, "png_for_alpha")),
        ({"formats": ("png", "jpeg")}, "webp", None, "png", changed("format", "webp", "png", "not_offered")),
        ({"formats": ("jpeg",)}, "png", None, "jpeg", changed("format", "png", "jpeg", "not_offered")),
        ({"formats": ()}, "png", None, None, ()),
        ({"formats": ()}, "jpeg", None, None, changed("format", "jpeg", "png", "not_offered")),
    ],
)  # fmt: skip
def test_the_format(
    able: Able, asked: str, background: str | None, used: str | None, changes: tuple[Change, ...]
) -> None:
    planned = plan(wish(output_format=asked, background=background), terms("model-go", **able))
    assert planned.parameters.get("output_format") == used
    assert planned.changes == changes


def test_a_background_that_fell_back_to_opaque_may_be_jpeg() -> None:
    planned = plan(wish(output_format="jpeg", background="transparent"), terms("ciyuanx"))
    assert (planned.parameters["background"], planned.parameters["output_format"]) == ("opaque", "jpeg")


def test_a_format_nobody_knows_is_refused() -> None:
    refused = refusal(wish(output_format="gif"), terms())
    assert refused.facts == {"option": "format", "asked": "gif", "example": "png, jpeg, webp"}


@pytest.mark.parametrize(
    ("able", "output_format", "used", "changes"),
    [
        ({}, "jpeg", 50, ()),
        ({}, "webp", 50, ()),
        ({}, "png", None, changed("compression", 50, None, "no_compression")),
        ({}, None, None, changed("compression", 50, None, "no_compression")),
        ({"compression": False}, "jpeg", None, changed("compression", 50, None, "left_out")),
    ],
)
def test_compression_is_for_jpeg_and_webp(
    able: Able, output_format: str | None, used: int | None, changes: tuple[Change, ...]
) -> None:
    planned = plan(wish(compression=50, output_format=output_format), terms(**able))
    assert planned.parameters.get("output_compression") == used
    assert planned.changes == changes


@pytest.mark.parametrize("compression", [0, 100])
def test_compression_at_its_ends_is_sent(compression: int) -> None:
    planned = plan(wish(compression=compression, draft=True), terms())
    assert planned.parameters["output_compression"] == compression


@pytest.mark.parametrize("compression", [-1, 101])
def test_compression_out_of_range_is_refused(compression: int) -> None:
    refused = refusal(wish(compression=compression, output_format="jpeg"), terms())
    assert refused.facts == {"option": "compression", "asked": compression, "example": "0-100"}


@pytest.mark.parametrize(
    ("size", "limit_bytes", "options", "used"),
    [
        ("3840x2160", 10 * MIB, {}, "jpeg"),
        ("2048x1152", 10 * MIB, {}, "jpeg"),
        ("1152x2048", 8 * MIB, {}, "jpeg"),
        ("2032x1152", 10 * MIB, {}, None),
        ("3840x2160", 50 * MIB, {}, None),
        ("3840x2160", None, {}, None),
        ("3840x2160", 10 * MIB, {"output_format": "png"}, "png"),
        ("3840x2160", 10 * MIB, {"background": "transparent"}, None),
    ],
)
def test_a_large_picture_for_a_small_place_is_asked_for_as_jpeg_and_said(
    size: str, limit_bytes: int | None, options: Chosen, used: str | None
) -> None:
    chosen: Chosen = {"size": size, **options}
    asked = replace(wish(**chosen), delivery_limit_bytes=limit_bytes)
    planned = plan(asked, terms("openai"))
    assert planned.parameters.get("output_format") == used
    assert planned.changes == (changed("format", None, "jpeg", "fits_delivery") if used == "jpeg" else ())


# -- count ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "max_n", "n", "calls"),
    [
        (None, 10, None, 1),
        (1, 10, None, 1),
        (2, 10, 2, 1),
        (10, 10, 10, 1),
        (1, 1, None, 1),
        (4, 1, None, 4),
        (10, 8, 5, 2),
        (6, 4, 3, 2),
        (7, 4, None, 7),  # a prime has no other equal parts
    ],
)
def test_a_count_past_what_one_call_makes_becomes_equal_calls(
    count: int | None, max_n: int, n: int | None, calls: int
) -> None:
    planned = plan(wish(count=count), terms(max_n=max_n))
    assert planned.parameters.get("n") == n
    assert planned.calls == calls
    assert planned.calls * (n or 1) == (count or 1)
    assert planned.changes == (changed("count", count, calls, "fan_out") if calls > 1 else ())


def test_more_than_a_message_holds_is_clamped_and_said() -> None:
    planned = plan(wish(count=11), terms())
    assert planned.parameters["n"] == 10
    assert planned.changes == changed("count", 11, 10, "not_offered")


@pytest.mark.parametrize("count", [0, -3])
def test_no_pictures_at_all_is_refused(count: int) -> None:
    assert refusal(wish(count=count), terms()).facts == {"option": "count", "asked": count, "example": "1-10"}


# -- what is refused, because adapting would betray the wish ----------------------------------------------------------

NAMED: Final = {"model": "gpt-image-2", "gateway": "the gateway"}


@pytest.mark.parametrize(
    ("asked", "able", "reason", "facts"),
    [
        (edit(), {"edit": False}, Reason.EDIT_NOT_OFFERED, {}),
        (edit(mask=True), {"mask": False}, Reason.MASK_NOT_OFFERED, {}),
        (edit(inputs=17), {}, Reason.TOO_MANY_INPUTS, {"limit": 16, "count": 17}),
        (edit(inputs=2), {"max_inputs": 1}, Reason.TOO_MANY_INPUTS, {"limit": 1, "count": 2}),
        (replace(wish(), prompt_chars=32_001), {}, Reason.PROMPT_TOO_LONG, {"limit_chars": 32_000, "chars": 32_001}),
        (edit(inputs=0), {}, Reason.NO_PICTURE, {}),
        (edit(inputs=0, mask=True), {}, Reason.MASK_WITHOUT_PICTURE, {}),
        (wish(), {"generate": False}, Reason.NO_PICTURE, {}),
    ],
)
def test_what_cannot_be_adapted_is_refused_with_the_numbers(
    asked: Wish, able: Able, reason: Reason, facts: dict[str, int]
) -> None:
    refused = refusal(asked, terms(**able))
    assert refused.reason is reason
    assert refused.facts == NAMED | facts


def test_a_person_reads_what_was_adapted_and_what_was_refused() -> None:
    english = Words("en-US")
    planned = plan(wish(size="1920x1080", count=4, compression=50), terms(max_n=2))
    assert [english.change(change) for change in planned.changes] == [
        "size `1920x1080` is not valid here: used `1920x1088`",
        "compression 50 needs jpeg or webp and was left out",
        "4 pictures in 2 calls",
    ]
    said = english.failure(refusal(wish(quality="ultra"), terms()).failure())
    assert all(word in said for word in ("quality", "ultra", "low, medium, high", "It cost nothing."))


@pytest.mark.parametrize(
    "asked", [edit(inputs=16), edit(mask=True), replace(wish(), prompt_chars=32_000)], ids=["inputs", "mask", "prompt"]
)
def test_the_limits_themselves_are_allowed(asked: Wish) -> None:
    assert plan(asked, terms()).calls == 1


@pytest.mark.parametrize("profile", BY_NAME)
def test_edits_are_refused_exactly_where_a_guide_documents_none(profile: str) -> None:
    if profile in {"aicentos", "model-go", "local-server"}:
        assert refusal(edit(), terms(profile)).reason is Reason.EDIT_NOT_OFFERED
    else:
        assert plan(edit(mask=True), terms(profile)).parameters["size"] == "1024x1024"


# -- moderation, fidelity, previews -----------------------------------------------------------------------------------


def test_moderation_is_the_hosts_word_and_travels_with_generations_only() -> None:
    strict = terms("openai", "gpt-image-2", moderation="low")
    assert plan(wish(), strict).parameters["moderation"] == "low"
    assert "moderation" not in plan(edit(), strict).parameters
    assert "moderation" not in plan(wish(), terms("openai")).parameters
    assert "moderation" not in plan(wish(), terms(moderation="low")).parameters


@pytest.mark.parametrize(
    ("model", "quality", "fidelity"),
    [
        ("gpt-image-1.5", None, "high"),
        ("gpt-image-1.5", "high", "high"),
        ("gpt-image-1.5", "low", None),
        ("gpt-image-1-mini", "high", None),  # it knows "low" only, which is its default
        ("gpt-image-2", "high", None),
        ("gpt-image-2.5-sunburst", "high", None),
    ],
)
def test_input_fidelity_is_sent_only_with_edits_where_a_model_has_a_high_one(
    model: str, quality: str | None, fidelity: str | None
) -> None:
    assert plan(edit(quality=quality), terms("openai", model)).parameters.get("input_fidelity") == fidelity
    assert "input_fidelity" not in plan(wish(quality=quality), terms("openai", model)).parameters


@pytest.mark.parametrize(
    ("profile", "quality", "previews"),
    [
        ("openai", None, 1), ("openai", "medium", 1), ("openai", "low", None), ("local", "high", 2),
        ("ciyuanx", "high", 1), ("clauddy", "high", None), ("unknown", "high", None),
    ],
)  # fmt: skip
def test_previews_are_asked_for_where_they_are_offered_and_worth_it(
    profile: str, quality: str | None, previews: int | None
) -> None:
    parameters = plan(wish(quality=quality), terms(profile)).parameters
    assert parameters.get("partial_images") == previews
    assert parameters.get("stream") == (True if previews else None)


@pytest.mark.parametrize("able", [{"stream": False}, {"partial_images": 0}])
def test_no_stream_without_previews(able: Able) -> None:
    assert sent(plan(wish(), terms("local", **able))) == {}


# -- price and time ---------------------------------------------------------------------------------------------------


def test_an_estimate_covers_every_picture_preview_input_and_call() -> None:
    planned = plan(wish(quality="high", size="1024x1024", count=4), terms("openai"))
    assert planned.estimate == Price(micros=4 * (7024 + 100) * 30 + 20 * 7 // 20 * 5, currency="USD", source="estimate")
    once = plan(edit(quality="high"), terms("openai", max_n=1)).estimate
    thrice = plan(edit(quality="high", count=3), terms("openai", max_n=1)).estimate
    assert once is not None
    assert thrice is not None
    assert thrice.micros == 3 * once.micros


def test_an_edit_is_estimated_with_its_inputs() -> None:
    one, three = (plan(edit(inputs=n), terms("openai")).estimate for n in (1, 3))
    assert one is not None
    assert three is not None
    assert three.micros - one.micros == 2 * 1024 * 8


def test_high_fidelity_is_in_the_estimate() -> None:
    asked = edit(quality="medium")
    with_it = plan(asked, terms("openai", "gpt-image-1.5")).estimate
    without = plan(asked, terms("openai", "gpt-image-1.5", input_fidelity=())).estimate
    assert with_it is not None
    assert without is not None
    assert with_it.micros - without.micros == 4160 * 8


@pytest.mark.parametrize("profile", [name for name, one in BY_NAME.items() if one.pricing == "unknown"])
def test_resellers_have_no_price_but_a_time(profile: str) -> None:
    planned = plan(wish(quality="medium"), terms(profile))
    assert planned.estimate is None
    assert planned.usual_s == 40


def test_the_local_gateway_costs_nothing() -> None:
    planned = plan(wish(count=10, quality="high"), terms("local"))
    assert planned.estimate == Price(micros=0, currency="USD", source="flat")
    assert planned.usual_s is not None


def test_the_usual_time_is_one_calls() -> None:
    each = plan(wish(quality="medium", count=4), terms("openai", max_n=1))
    assert each.calls == 4
    assert each.usual_s == plan(wish(quality="medium"), terms("openai")).usual_s


# -- a whole profile in one look --------------------------------------------------------------------------------------

EVERYTHING: Final[Chosen] = {
    "size": "1920x1080",
    "quality": "high",
    "background": "transparent",
    "output_format": "png",
    "count": 2,
}


@pytest.mark.parametrize(
    ("profile", "parameters", "calls"),
    [
        ("openai", {"size": "1920x1088", "background": "transparent", "n": 2, "stream": True, "partial_images": 1}, 1),
        ("aicentos", {"size": "1024x1024", "background": "transparent"}, 2),
        ("model-go", {"size": "1536x1024", "background": "transparent", "n": 2}, 1),
        ("clauddy", {"size": "1536x1024", "background": "transparent", "n": 2}, 1),
        ("qiuqiu", {"size": "1536x1024", "background": "transparent", "n": 2}, 1),
        ("ciyuanx", {"size": "1920x1088", "background": "opaque", "stream": True, "partial_images": 1}, 2),
        ("local", {"size": "1920x1088", "background": "transparent", "n": 2, "stream": True, "partial_images": 2}, 1),
        ("unknown", {"size": "1920x1088", "background": "opaque"}, 2),
    ],
)
def test_the_same_wish_at_every_gateway(profile: str, parameters: dict[str, Any], calls: int) -> None:
    able: Able = {"max_n": 1} if profile == "unknown" else {}
    planned = plan(wish(**EVERYTHING), terms(profile, **able))
    assert sent(planned) == {"quality": "high", "output_format": "png"} | parameters
    assert planned.calls == calls


def test_a_gateway_described_by_hand_is_planned_like_any_other() -> None:
    able = Capabilities(sizes=SizeRule(presets=((512, 512),), auto=False), qualities=("standard",), formats=())
    offer = ModelOffer(gateway="mine", gateway_title="Mine", model="m", dialect="images", capabilities=able)
    described = Terms(offer=offer, family=family_of("m"), profile=UNKNOWN)
    planned = plan(wish(size="100x100", quality="max", output_format="png"), described)
    assert planned.parameters == {"model": "m", "size": "512x512", "quality": "standard"}


# -- what an adapted plan costs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [edit(quality="low"), wish(quality="low", count=4), edit((2048, 2048), inputs=3, quality="high", size="1536x1024")],
    ids=["edit", "several", "large"],
)
def test_an_adapted_plan_costs_what_it_would_have_cost_from_the_start(asked: Wish) -> None:
    priced = replace(terms(), host_prices=Tariff(tokens=family_of("gpt-image-2").prices))
    before = plan(asked, priced)
    after = plan(replace(asked, options=replace(asked.options, quality="medium")), priced)
    assert after.estimate
    assert repriced(before, replace(after, estimate=None), priced).estimate == after.estimate


@pytest.mark.parametrize(
    ("tariff", "micros"),
    [(Tariff(per_call=0.1), 300_000), (Tariff(per_picture=0.1), 300_000), (Tariff(per_call=0.0), 0), (None, None)],
)
def test_pictures_asked_for_one_by_one_cost_every_call(tariff: Tariff | None, micros: int | None) -> None:
    priced = replace(terms(), host_prices=tariff)
    before = plan(wish(count=3), priced)
    found = repriced(before, replace(before, calls=3, parameters={"model": "gpt-image-2"}), priced).estimate
    assert (found.micros if found else None) == micros
