from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest
from hypothesis import given, strategies as st
from yarl import URL

from bot.capability import Capabilities
from bot.errors import ConfigurationError
from bot.gateways.capabilities import capabilities_of
from bot.gateways.families import FAMILIES, family_of
from bot.gateways.profiles import PROFILES, UNKNOWN, Profile, profile_for
from bot.model import Learned, Reason, Scalar

BY_NAME: Final = {profile.name: profile for profile in (*PROFILES, UNKNOWN)}
CLASSIC: Final = ((1024, 1024), (1536, 1024), (1024, 1536))
OPAQUE: Final = ("auto", "opaque")
TRANSPARENT: Final = ("auto", "opaque", "transparent")


def can(
    profile: str,
    model: str = "gpt-image-2",
    *,
    learned: Sequence[Learned] = (),
    configured: Mapping[str, object] | None = None,
) -> Capabilities:
    return capabilities_of(BY_NAME[profile], model, learned=learned, configured=configured)


# -- which profile ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://eu.api.openai.com/v1", "openai"),
        ("https://API.OpenAI.com/v1", "openai"),
        ("https://www.aicentos.com/v1", "aicentos"),
        ("https://model-go.com/v1", "model-go"),
        ("https://clauddy.com/v1", "clauddy"),
        ("https://api.qiuqiutoken.com/v1", "qiuqiu"),
        ("https://ciyuanx.io/v1", "ciyuanx"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("http://127.0.0.1:8123/v1", "unknown"),
        ("http://localhost:8123/v1", "unknown"),
        ("http://[::1]:8123/v1", "unknown"),
        ("https://gateway.example/v1", "unknown"),
        ("https://notopenai.com/v1", "unknown"),
        ("https://openai.com.gateway.example/v1", "unknown"),
    ],
)
def test_a_gateway_is_told_by_its_domain_and_nothing_else(address: str, name: str) -> None:
    assert profile_for(URL(address)).name == name


@pytest.mark.parametrize("name", BY_NAME)
def test_a_name_overrules_the_domain(name: str) -> None:
    assert profile_for(URL("https://api.openai.com/v1"), name).name == name


def test_an_unknown_name_is_no_profile() -> None:
    with pytest.raises(KeyError):
        profile_for(URL("https://api.openai.com/v1"), "openia")


@pytest.mark.parametrize("profile", BY_NAME.values(), ids=BY_NAME.keys())
def test_every_profile_says_where_it_was_read_and_what_to_do_about_each_refusal(profile: Profile) -> None:
    assert len(profile.source) > 20
    for reason in (Reason.BAD_KEY, Reason.NO_PERMISSION, Reason.MODEL_UNKNOWN, Reason.WRONG_URL, Reason.NO_MONEY):
        hint = profile.hints[reason]
        assert hint.endswith(".")
        assert len(hint) > 20


def test_hints_carry_what_only_that_gateway_knows() -> None:
    assert "CodeX dedicated" in BY_NAME["qiuqiu"].hints[Reason.BAD_KEY]
    assert "https://api.qiuqiutoken.com/v1" in BY_NAME["qiuqiu"].hints[Reason.WRONG_URL]
    assert "include" in BY_NAME["aicentos"].hints[Reason.NO_PERMISSION]
    assert "verified" in BY_NAME["openai"].hints[Reason.NO_PERMISSION]


# -- what each can do with gpt-image-2 --------------------------------------------------------------------------------

FEATURES: Final = ("edit", "mask", "max_n", "backgrounds", "free", "presets", "streams", "partial_images")
TABLE: Final[dict[str, tuple[Any, ...]]] = {
    "openai": (True, True, 10, TRANSPARENT, True, None, True, 1),
    "aicentos": (False, False, 1, ("transparent",), False, ((1024, 1024),), False, 0),
    "model-go": (False, False, 10, TRANSPARENT, False, CLASSIC, False, 0),
    "clauddy": (True, True, 10, TRANSPARENT, False, (*CLASSIC, (2048, 2048)), False, 0),
    "qiuqiu": (True, True, 10, TRANSPARENT, False, CLASSIC, False, 0),
    "ciyuanx": (True, True, 1, OPAQUE, True, None, True, 1),
    "litellm": (True, True, 10, OPAQUE, True, None, False, 0),
    "new-api": (True, True, 1, OPAQUE, True, None, False, 0),
    "openrouter": (True, True, 1, OPAQUE, True, None, False, 0),
    "local-server": (False, False, 1, OPAQUE, True, None, False, 0),
    "local": (True, True, 10, TRANSPARENT, True, None, True, 2),
    "unknown": (True, True, 1, OPAQUE, True, None, False, 0),
}


@pytest.mark.parametrize(
    ("name", "feature", "expected"),
    [(name, feature, value) for name, row in TABLE.items() for feature, value in zip(FEATURES, row, strict=True)],
)
def test_what_a_gateway_promises_for_gpt_image_2(name: str, feature: str, expected: object) -> None:
    able = can(name)
    found: dict[str, object] = {
        "free": able.sizes.free,
        "presets": able.sizes.presets if expected is not None else None,
        "streams": able.stream,
    }
    assert found.get(feature, getattr(able, feature, None)) == expected


def test_every_profile_is_in_the_table() -> None:
    assert set(TABLE) == set(BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_no_gateway_is_sent_input_fidelity_for_gpt_image_2(name: str) -> None:
    assert can(name).input_fidelity == ()


@pytest.mark.parametrize("name", BY_NAME)
def test_only_words_that_openai_knows_are_ever_offered(name: str) -> None:
    for model in MODELS:
        able = can(name, model)
        assert set(able.backgrounds) <= set(TRANSPARENT)
        assert set(able.formats) <= {"png", "jpeg", "webp"}
        assert 0 <= able.partial_images <= 3
        assert able.sizes.presets


# -- families ---------------------------------------------------------------------------------------------------------

MODELS: Final = (
    "gpt-image-2", "gpt-image-2-2026-04-21", "gpt-image-2.5-sunburst", "gpt-image-2.6-flare", "gpt-image-1.5",
    "gpt-image-1-mini", "gpt-image-1", "chatgpt-image-latest", "dall-e-3", "dall-e-2", "flux-pro",
    "gemini-3-pro-image-preview",
)  # fmt: skip


@pytest.mark.parametrize(
    ("model", "qualities", "transparent", "fidelity", "free"),
    [
        ("gpt-image-2", ("low", "medium", "high"), True, (), True),
        ("gpt-image-2-2026-04-21", ("low", "medium", "high"), True, (), True),
        ("gpt-image-2-all", ("low", "medium", "high"), True, (), True),
        ("gpt-image-2.5-sunburst", ("low", "medium", "high", "xhigh", "max"), True, (), True),
        ("gpt-image-2.6-flare", ("low", "medium", "high", "xhigh", "max"), True, (), True),
        ("gpt-image-1.5", ("low", "medium", "high"), True, ("low", "high"), False),
        ("openai/gpt-image-1.5", ("low", "medium", "high"), True, ("low", "high"), False),
        ("gpt-image-1-mini", ("low", "medium", "high"), True, ("low",), False),
        ("dall-e-3", ("standard", "hd"), False, (), False),
        ("flux-pro", ("low", "medium", "high"), False, (), False),
    ],
)
def test_what_a_family_can_do_at_openai(
    model: str,
    qualities: tuple[str, ...],
    transparent: bool,  # noqa: FBT001  # a column of the table
    fidelity: tuple[str, ...],
    free: bool,  # noqa: FBT001  # a column of the table
) -> None:
    able = can("openai", model)
    assert able.qualities == qualities
    assert ("transparent" in able.backgrounds) is transparent
    assert able.input_fidelity == fidelity
    assert able.sizes.free is free


@pytest.mark.parametrize("name", ["unknown", "ciyuanx"])
def test_transparency_of_the_newer_models_needs_no_preview(name: str) -> None:
    assert "transparent" not in can(name, "gpt-image-2").backgrounds
    assert "transparent" in can(name, "gpt-image-2.5-sunburst").backgrounds


def test_a_gateway_never_widens_what_a_model_can_do() -> None:
    assert not can("openai", "dall-e-3").edit
    assert can("local", "dall-e-3").max_n == 1
    assert can("clauddy", "gpt-image-1.5").sizes.presets == CLASSIC


def test_a_model_nobody_described_is_treated_with_caution() -> None:
    able = can("openai", "flux-pro")
    assert able.max_n == 1
    assert able.sizes.presets == CLASSIC
    assert family_of("flux-pro").prices is None


@pytest.mark.parametrize(
    "model",
    ["gemini-2.5-flash-image", "gemini-3-pro-image", "gemini-3-pro-image-preview", "gemini-3.1-flash-image",
     "gemini-3.1-flash-image-preview", "google/gemini-2.5-flash-image", "nano-banana-pro"],
)  # fmt: skip
def test_nano_banana_edits_several_pictures_in_a_conversation_without_fields(model: str) -> None:
    family = family_of(model)
    assert (family.name, family.dialect) == ("nano-banana", "chat")
    able = can("unknown", model)
    assert able.edit
    assert able.max_inputs > 1
    assert not able.mask
    assert (able.qualities, able.formats, able.backgrounds, able.compression, able.max_n) == ((), (), (), False, 1)


@pytest.mark.parametrize("model", ["gemini-2.5-flash", "gemini-3-pro", "imagen-4"])
def test_other_models_of_google_are_no_nano_banana(model: str) -> None:
    assert family_of(model).name == "other"


@pytest.mark.parametrize(
    ("name", "model", "dialect"),
    [
        ("openai", "gpt-image-2", "images"),
        ("new-api", "gpt-image-2", "images"),
        ("new-api", "gemini-2.5-flash-image", "chat"),
        ("openrouter", "gemini-2.5-flash-image", "chat"),
        ("openrouter", "openai/gpt-5-image", "chat"),
        ("aicentos", "gpt-image-2", "images"),
        ("unknown", "gemini-3-pro-image", "chat"),
    ],
)
def test_a_profile_knows_how_a_family_is_asked(name: str, model: str, dialect: str) -> None:
    assert BY_NAME[name].dialect_for(family_of(model)) == dialect


def test_only_openrouters_chat_wants_to_be_told_what_to_answer_with() -> None:
    assert {name for name in BY_NAME if can(name).modalities} == {"openrouter"}
    assert can("openrouter").modalities == ("image", "text")


def test_only_openai_is_known_to_keep_its_responses() -> None:
    assert {name for name in BY_NAME if can(name).keeps_responses} == {"openai"}


def test_families_have_names_of_their_own() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


@given(st.text(max_size=40))
def test_every_model_id_has_a_family(model: str) -> None:
    assert family_of(model) in FAMILIES


# -- profile < learned < configured -----------------------------------------------------------------------------------


def fact(capability: str, value: Scalar, model: str = "gpt-image-2") -> Learned:
    return Learned(model=model, capability=capability, value=value, reason="unknown_parameter")


def test_what_was_learned_overrules_the_profile() -> None:
    able = can("local", learned=[fact("stream", value=False), fact("max_n", 4), fact("backgrounds", "transparent")])
    assert not able.stream
    assert able.max_n == 4
    assert able.backgrounds == OPAQUE
    assert able.edit is can("local").edit


def test_the_newest_lesson_counts() -> None:
    assert can("local", learned=[fact("max_n", 4), fact("max_n", 2)]).max_n == 2


def test_a_whole_field_can_be_learned_to_be_refused() -> None:
    assert can("openai", learned=[fact("moderation", value=False)]).moderation == ()


def test_what_the_host_configured_overrules_both() -> None:
    able = can(
        "unknown",
        learned=[fact("max_inputs", 4), fact("edit", value=False), fact("formats", "+webp")],
        configured={"max_inputs": 8, "edit": True, "backgrounds": TRANSPARENT, "formats": ("png",)},
    )
    assert (able.max_inputs, able.edit, able.backgrounds, able.formats) == (8, True, TRANSPARENT, ("png",))


def test_an_option_that_was_refused_is_not_sent_again_because_it_is_configured() -> None:
    able = can(
        "unknown",
        learned=[fact("max_n", 4), fact("qualities", "low"), fact("compression", value=False)],
        configured={"max_n": 8, "qualities": ("low", "high"), "compression": True},
    )
    assert (able.max_n, able.qualities, able.compression) == (4, ("high",), False)
    assert can("unknown", learned=[fact("max_n", 4)], configured={"max_n": 1}).max_n == 1


def test_lessons_of_other_models_are_passed_over() -> None:
    assert can("local", learned=[fact("max_n", 1, model="gpt-image-1.5")]) == can("local")


@pytest.mark.parametrize(
    ("capability", "value"),
    [
        ("max_n", 0), ("max_n", 99), ("max_n", True), ("max_n", "4"), ("max_n", None), ("stream", 1),
        ("stream", "false"), ("partial_images", 7), ("max_prompt_chars", -1), ("edit_field", "picture"),
        ("user_field", "account"), ("sizes", "1024x1024"), ("wings", True), ("backgrounds", "plaid"),
        ("__class__", 1), ("max_inputs", 1.5),
    ],
)  # fmt: skip
def test_a_lesson_that_makes_no_sense_is_passed_over(capability: str, value: Scalar) -> None:
    assert can("local", learned=[fact(capability, value)]) == can("local")


@pytest.mark.parametrize(("capability", "value"), [("edit_field", "image[]"), ("user_field", "user"), ("mask", False)])
def test_a_lesson_that_makes_sense_is_kept(capability: str, value: Scalar) -> None:
    assert getattr(can("local", learned=[fact(capability, value)]), capability) == value


@pytest.mark.parametrize("wrong", [{"wings": True}, {"max_n": 0}, {"stream": "yes"}, {"formats": "png"}, {"sizes": 3}])
def test_a_wrong_configuration_is_an_error_that_names_the_field(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        can("local", configured=wrong)
    assert next(iter(wrong)) in refused.value.problems[0]
