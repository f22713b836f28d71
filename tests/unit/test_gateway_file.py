"""The file of gateways: what a host may write, and how everything wrong in it is said without a value."""

import re
import tomllib
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import BaseModel

from bot.capability import SizeRule
from bot.errors import ConfigurationError
from bot.gateway_file import Addresses, Entry, Model, Prices, Rule, Timeouts
from bot.gateways.capabilities import capabilities_of
from bot.gateways.configuration import GatewayConfig, ModelConfig, configs_from
from bot.gateways.families import TokenPrices
from bot.gateways.prices import Tariff
from bot.gateways.profiles import PROFILES, UNKNOWN
from bot.gateways.session import keyed_session
from bot.settings import ONE_GATEWAY, Settings, load

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "gateways.example.toml"
CANARY = "sk-canary-0123456789abcdef"
FIRST = """
[[gateway]]
slug = "first"
base_url = "https://first.example/v1"
key_env = "FIRST_KEY"
{gateway}
[[gateway.model]]
id = "gpt-image-2"
{model}
"""


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, field in Settings.model_fields.items():
        for spelling in {name.upper(), *(str(choice) for choice in getattr(field.validation_alias, "choices", ()))}:
            monkeypatch.delenv(spelling, raising=False)
    monkeypatch.setenv("FIRST_KEY", CANARY)


@pytest.fixture(name="read")
def _read(tmp_path: Path) -> Callable[[str], Settings]:
    def read(text: str) -> Settings:
        path = tmp_path / "gateways.toml"
        path.write_text(text, encoding="utf-8")
        return load(None, gateways_file=path)

    return read


@pytest.fixture(name="problems")
def _problems(read: Callable[[str], Settings]) -> Callable[[str], tuple[str, ...]]:
    def problems(text: str) -> tuple[str, ...]:
        with pytest.raises(ConfigurationError) as refused:
            configs_from(read(text))
        assert refused.value.__cause__ is None
        return refused.value.problems

    return problems


def first(gateway: str = "", model: str = "") -> str:
    return FIRST.format(gateway=gateway, model=model)


# -- what is read -----------------------------------------------------------------------------------------------------


def test_three_lines_are_a_gateway_and_the_profile_knows_the_rest(read: Callable[[str], Settings]) -> None:
    text = (
        '[[gateway]]\nslug="mine"\nbase_url="https://api.openai.com/v1"\nkey_env="FIRST_KEY"\n[[gateway.model]]\nid="m"'
    )
    (config,) = configs_from(read(text))
    assert (config.slug, config.title, config.profile.name) == ("mine", "OpenAI", "openai")
    assert config.key.get_secret_value() == CANARY
    assert (config.concurrency, config.requests_per_minute, config.clocks.total_s) == (4, None, 600)
    (model,) = config.models
    assert (model.id, model.dialect, model.capabilities, model.prices) == ("m", "images", {}, None)


def test_everything_that_is_written_arrives(read: Callable[[str], Settings]) -> None:
    text = first(
        'title = "First"\nprofile = "clauddy"\nconcurrency = 9\nrequests_per_minute = 30\nmoderation = "low"\n'
        'ask_first = true\ncurrency = "EUR"\n[gateway.timeouts]\nconnect_s = 3\ntotal_s = 400.5\nidle_s = 60\n'
        '[gateway.endpoints]\nedits = "https://edits.example/fix"',
        'dialect = "chat"\ngood_for = "owls"\nedit = false\nmax_n = 2\nqualities = ["fast"]\nbackgrounds = []\n'
        'modalities = ["image"]\nuser_field = "user"\n[gateway.model.prices]\nper_call = 0.03',
    )
    (config,) = configs_from(read(text))
    assert (config.title, config.profile.name, config.ask_first, config.moderation) == ("First", "clauddy", True, "low")
    assert (config.concurrency, config.requests_per_minute) == (9, 30)
    assert (config.clocks.connect_s, config.clocks.total_s, config.clocks.idle_s) == (3, 400.5, 60)
    assert str(config.endpoints.edits) == "https://edits.example/fix"
    assert str(config.endpoints.generations) == "https://first.example/v1/images/generations"
    (model,) = config.models
    assert (model.dialect, model.good_for) == ("chat", "owls")
    assert model.prices == Tariff(currency="EUR", per_call=0.03)
    able = capabilities_of(config.profile, model.id, configured=model.capabilities)
    assert (able.edit, able.max_n, able.qualities, able.backgrounds) == (False, 2, ("fast",), ())
    assert (able.modalities, able.user_field) == (("image",), "user")


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ('sizes = ["512x512"]', "sizes", SizeRule(presets=((512, 512),), auto=False)),
        ('sizes = ["auto", "512x768"]', "sizes", SizeRule(presets=((512, 768),), auto=True)),
        (
            "size_rule = { step_px = 8, longest_px = 2000 }",
            "sizes",
            SizeRule(presets=((1024, 1024),), free=True, step_px=8, longest_px=2000),
        ),
        ('input_fidelity = "high"', "input_fidelity", ("low", "high")),
        ('input_fidelity = "low"', "input_fidelity", ("low",)),
        ('input_fidelity = "omit"', "input_fidelity", ()),
        ("stream = true", "partial_images", 1),
        ("partial_images = 3", "stream", True),
        ("stream = false\npartial_images = 3", "stream", False),
        ('formats = ["png"]', "formats", ("png",)),
        ("keeps_responses = true", "keeps_responses", True),
        ('mask_polarity = "white"', "mask_polarity", "white"),
    ],
)
def test_a_capability_overrules_what_is_known(
    read: Callable[[str], Settings], line: str, name: str, value: object
) -> None:
    (config,) = configs_from(read(first(model=line)))
    (model,) = config.models
    able = capabilities_of(config.profile, model.id, configured=model.capabilities)
    assert getattr(able, name) == value


def test_prices_for_tokens_are_in_the_gateways_currency_unless_they_name_another(
    read: Callable[[str], Settings],
) -> None:
    prices = "[gateway.model.prices]\ntext_in = 1\nimage_out = 20\ntext_model_out = 3\n"
    (config,) = configs_from(read(first('currency = "CNY"', prices)))
    tokens = TokenPrices(text_in=1, image_in=0, image_out=20, text_model_out=3)
    assert config.models[0].prices == Tariff(currency="CNY", tokens=tokens)
    (config,) = configs_from(read(first('currency = "CNY"', prices + 'currency = "EUR"')))
    assert config.models[0].prices == Tariff(currency="EUR", tokens=tokens)


def test_a_gateway_without_a_base_url_is_found_by_one_exact_endpoint(read: Callable[[str], Settings]) -> None:
    text = first('[gateway.endpoints]\nchat = "https://talk.example/paint/chat/completions"')
    (config,) = configs_from(read(text.replace('base_url = "https://first.example/v1"', "")))
    assert str(config.endpoints.chat) == "https://talk.example/paint/chat/completions"
    assert str(config.endpoints.edits) == "https://talk.example/paint/images/edits"


def test_the_first_model_of_the_first_gateway_stands_first(read: Callable[[str], Settings]) -> None:
    text = first(model='[[gateway.model]]\nid = "b"') + first().replace('"first"', '"second"')
    configs = configs_from(read(text))
    assert [(one.slug, [model.id for model in one.models]) for one in configs] == [
        ("first", ["gpt-image-2", "b"]),
        ("second", ["gpt-image-2"]),
    ]


@pytest.mark.parametrize(
    ("address", "model", "dialect"),
    [
        ("https://openrouter.ai/api/v1", "openai/gpt-5-image", "chat"),
        ("https://openrouter.ai/api/v1", "google/gemini-2.5-flash-image", "chat"),
        ("https://clauddy.com/v1", "gemini-3-pro-image-preview", "chat"),
        ("https://clauddy.com/v1", "gpt-image-2", "images"),
        ("https://api.openai.com/v1", "gpt-image-2", "images"),
    ],
)
def test_a_model_is_asked_as_its_gateway_and_family_want(
    read: Callable[[str], Settings], address: str, model: str, dialect: str
) -> None:
    text = first().replace("https://first.example/v1", address).replace('"gpt-image-2"', f'"{model}"')
    (config,) = configs_from(read(text))
    assert config.models[0].dialect == dialect
    (config,) = configs_from(read(text + 'dialect = "images"'))
    assert config.models[0].dialect == "images"


# -- which file, and which keys ---------------------------------------------------------------------------------------


def test_without_the_file_the_environments_gateway_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(Path(".env"), images_api_key=CANARY, images_base_url="https://clauddy.com/v1")
    assert settings.gateways == ()
    (config,) = configs_from(settings)
    assert (config.slug, config.models[0].id) == ("clauddy", "gpt-image-2")


def test_a_file_in_the_folder_is_used_without_being_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gateways.toml").write_text(first(), encoding="utf-8")
    settings = load(Path(".env"), images_api_key=CANARY, images_model="m", images_base_url="https://other.example/v1")
    assert load(None).gateways == ()
    assert [config.slug for config in configs_from(settings)] == ["first"]
    assert settings.without_effect == ("IMAGES_BASE_URL", "IMAGES_API_KEY", "IMAGES_MODEL")


def test_no_setting_is_called_unused_where_there_is_no_file() -> None:
    assert load(None, gateways_file=None, images_model="m").without_effect == ()
    assert set(ONE_GATEWAY) < set(Settings.model_fields)


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^GATEWAYS_FILE: there is no file .*mine\.toml.*gateways\.example"):
        load(None, gateways_file=tmp_path / "mine.toml")


def test_a_key_is_looked_up_in_the_environment_and_then_in_dotenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, env_file = tmp_path / "gateways.toml", tmp_path / ".env"
    path.write_text(first() + first().replace('"first"', '"second"').replace("FIRST_KEY", "Second_Key"))
    env_file.write_text("FIRST_KEY=from-file\nSecond_Key=' sk-second-0123456789 '\n")
    settings = load(env_file, gateways_file=path)
    assert [one.key.get_secret_value() for one in settings.gateways] == [CANARY, "sk-second-0123456789"]
    assert set(settings.secrets()) == {CANARY, "sk-second-0123456789"}
    monkeypatch.delenv("FIRST_KEY")
    assert load(env_file, gateways_file=path).gateways[0].key.get_secret_value() == "from-file"


def test_keys_are_secrets_everywhere(read: Callable[[str], Settings]) -> None:
    settings = read(first())
    assert settings.secrets() == (CANARY,)
    assert CANARY not in repr(settings) + repr(settings.gateways) + repr(configs_from(settings))


def test_a_gateway_may_want_no_key(read: Callable[[str], Settings]) -> None:
    settings = read(first().replace('key_env = "FIRST_KEY"', ""))
    assert settings.gateways[0].key.get_secret_value() == ""
    assert settings.secrets() == ()


async def test_a_gateway_that_wants_no_key_is_sent_none() -> None:
    async with (
        keyed_session("", connect_s=1, traces=[]) as without,
        keyed_session("k", connect_s=1, traces=[]) as with_,
    ):
        assert "Authorization" not in without.headers
        assert with_.headers["Authorization"] == "Bearer k"


@pytest.mark.parametrize(
    ("value", "said"), [("", "neither in the environment nor in .env"), (f"{CANARY} twice", "space"), ("ключ", "space")]
)
def test_a_key_that_is_missing_or_none_is_said_and_never_shown(
    problems: Callable[[str], tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    monkeypatch.setenv("FIRST_KEY", value)
    (problem,) = problems(first())
    assert problem.startswith('gateways.toml, gateway "first": the variable that key_env names')
    assert said in problem
    assert value == "" or value not in problem


# -- what is wrong ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gateway", "model", "said"),
    [
        ("concurrency = 0", "", 'gateway "first": concurrency is below 1. Write how many'),
        ('concurrency = "4"', "", "concurrency is no whole number without quotes"),
        ("concurency = 4", "", "concurency is no field here. Did you mean concurrency?"),
        ("xyz = 4", "", "xyz is no field here. It may hold slug, title"),
        (f'key = "{CANARY}"', "", "key is no field here. Write key_env, the name of the environment variable"),
        ("requests_per_minute = -1", "", "requests_per_minute is below 1"),
        ('moderation = "strict"', "", "moderation is none of '', 'auto' or 'low'. Write"),
        ('currency = "dollars"', "", "currency is not a currency's three capital letters"),
        ('profile = "acme"', "", "profile is none of auto, openai"),
        ('ask_first = "yes"', "", "ask_first is neither true nor false without quotes. Write true if"),
        ("timeouts = 3", "", "timeouts is no table. Write a table of seconds"),
        ("[gateway.timeouts]\ntotal_s = 0", "", 'gateway "first", timeouts: total_s is below 1'),
        ("[gateway.timeouts]\ntotal_s = inf", "", "timeouts: total_s is no finite number"),
        ("[gateway.timeouts]\ntotal_s = nan", "", "timeouts: total_s is no finite number"),
        ("[gateway.timeouts]\ntotal = 3", "", "timeouts: total is no field here. Did you mean total_s?"),
        ("[gateway.endpoints]\nedits = 'no address'", "", "endpoints.edits is no web address"),
        (
            "[gateway.endpoints]\nupscale = 'https://x'",
            "",
            "endpoints: upscale is no field here. It may hold generations",
        ),
        ("", "dialect = 'soap'", "model \"gpt-image-2\": dialect is none of 'images', 'chat' or 'responses'"),
        ("", "dialect = 'responses'", "text_model is missing, and with the dialect responses"),
        ("", "max_n = 11", "max_n is above 10"),
        ("", "max_n = true", "max_n is no whole number without quotes"),
        ("", "max_inputs = 17", "max_inputs is above 16"),
        ("", "partial_images = 4", "partial_images is above 3"),
        ("", "edit_field = 'images'", "edit_field is none of 'auto', 'image' or 'image[]'"),
        ("", "mask_polarity = 'red'", "mask_polarity is none of 'alpha', 'white' or 'black'"),
        ("", "sizes = ['big']", "sizes holds something that is not a size such as 1024x1024"),
        ("", "sizes = []", "sizes is empty. Write the sizes it paints"),
        ("", "sizes = '1024x1024'", "sizes is no list in brackets"),
        ("", "size_rule = { min_area_px = 9, max_area_px = 1 }", "size_rule: min_area_px is above max_area_px"),
        ("", "size_rule = { step_px = 0 }", "size_rule: step_px is below 1"),
        ("", "size_rule = { max_ratio = nan }", "size_rule: max_ratio is no finite number"),
        (
            "",
            "backgrounds = ['white']",
            "backgrounds holds something that is none of 'auto', 'opaque' or 'transparent'",
        ),
        ("", "formats = ['jpg']", "formats holds something that is none of 'png', 'jpeg' or 'webp'"),
        ("", "input_fidelity = 'medium'", "input_fidelity is none of 'high', 'low' or 'omit'"),
        ("", "user_field = 'name'", "user_field is none of '', 'user' or 'safety_identifier'"),
        ("", "max_prompt_chars = 0", "max_prompt_chars is below 1"),
        ("", "prices = 3", "prices is no table. Write a table of prices"),
        ("", "prices = {}", "prices: holds no price of a picture"),
        (
            "",
            "prices = { text_in = 3 }",
            "prices: holds no price of a picture. Write per_call, per_picture or image_out",
        ),
        ("", "prices = { per_call = 1, image_out = 3 }", "prices: holds both a flat price and prices for tokens"),
        ("", "prices = { per_call = -1 }", "prices: per_call is below 0"),
        ("", "prices = { per_call = nan }", "prices: per_call is no finite number"),
        ("", "prices = { per_call = 1e999 }", "prices: per_call is no finite number"),
        ("", "prices = { per_call = '1' }", "prices: per_call is no number without quotes"),
        ("", "prices = { per_call = 1, currency = 'usd' }", "prices: currency is not a currency's three capital"),
        ("timeouts = { connect_s = 20, total_s = 10 }", "", "timeouts: connect_s is above total_s"),
        ('title = "a\\nb"', "", "title holds a line break or a control character. Write the name that people see"),
        ('title = "a\\u009b31m"', "", "title holds a line break or a control character"),
        (f'title = "{CANARY}"', "", "title looks like a key, which belongs into the variable that key_env names."),
        (f'"{CANARY}" = 1', "", 'gateway "first": a field here has no known name. It may hold slug'),
        (f"{'x' * 41} = 1", "", 'gateway "first": a field here has no known name. It may hold slug'),
        ("", "sizes = ['00x00']", "sizes holds something that is not a size such as"),
        ("", "sizes = ['99999x99999']", "sizes holds something that is not a size such as"),
        ("", "size_rule = { longest_px = 100 }", "size_rule: no size is within these limits. Raise longest_px"),
        ("", "size_rule = { step_px = 5000 }", "size_rule: no size is within these limits"),
        ("", "size_rule = { longest_px = 70000 }", "size_rule: longest_px is above 65536. Write the longest edge"),
        ("", "edit = true\nmax_inputs = 0", "edit is true and max_inputs is 0. Raise max_inputs, or write edit"),
        ("", "edit = false\ngenerate = false", "generate and edit are both false. Write true for one of them"),
        ("", "good_for = 'a\u202eb'", "good_for holds a line break or a control character"),
        ("", "qualities = ['low', 3]", "qualities holds something that is no text in quotes"),
        ("", f"[[gateway.model]]\nid = '{CANARY}'\nmax_n = 1", 'gateway "first", model 2: id looks like a key'),
        ("", "[[gateway.model]]\nid = ''", 'gateway "first", model 2: id is empty. Write the model'),
        ("", "[[gateway.model]]\nid = 'gpt-image-2'", 'gateway "first": two models have the same id'),
        ("", "[[gateway.model]]\n", 'gateway "first", model 2: id is missing. Write the model\'s id'),
        ("", "[[gateway.model]]\nid = 5", 'gateway "first", model 2: id is no text in quotes'),
        ("", f"[[gateway.model]]\nid = '{'m' * 81}'", "model 2: id is longer than 80 characters. Write"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_its_fix(
    problems: Callable[[str], tuple[str, ...]], gateway: str, model: str, said: str
) -> None:
    (problem,) = problems(first(gateway, model))
    assert problem.startswith("gateways.toml, gateway ")
    assert said in problem
    assert problem.endswith((".", "?"))
    assert CANARY not in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "gateways.toml: gateway is missing. Write at least one [[gateway]]."),
        ("[gateway]\nslug = 'a'", "gateways.toml: gateway is no list of tables. Write at least one [[gateway]]."),
        ("gateway = [3]", "gateways.toml, gateway 1: this is no table. Write [[gateway]] on a line, and its fields"),
        ("[[gateways]]\nslug = 'a'", "gateways.toml: gateways is no field here. Did you mean gateway?"),
        ("slug = ", "gateways.toml: the file is no TOML (at "),
        (f"{CANARY} = = 3", "gateways.toml: the file is no TOML (at line 1"),
        (first().replace('slug = "first"', ""), "gateways.toml, gateway 1: slug is missing. Write a short name"),
        (first().replace('"first"', '"First One"'), "gateway 1: slug is not a short name of small letters"),
        (first() + first(), "gateways.toml: two gateways have the same slug. Give each its own."),
        (first().split("[[gateway.model]]", maxsplit=1)[0], "model is missing. Write at least one [[gateway.model]]."),
        (first().replace('base_url = "https://first.example/v1"', ""), "base_url is missing. Write the gateway's"),
        (first().replace("https://first.example/v1", "ftp://x"), 'gateway "first": base_url is no web address'),
        (
            first().replace("[[gateway.model]]\nid", "model = [3]\n#"),
            "model 1: this is no table. Write [[gateway.model]]",
        ),
        (first() + f"x = {'[' * 5000}{']' * 5000}", "the file holds a number or a nesting beyond all measure"),
        (first(f"concurrency = {'9' * 5000}"), "the file holds a number or a nesting beyond all measure"),
        (first().replace("https://first.example/v1", CANARY), "base_url looks like a key. Put that into the variable"),
        (first().replace("first.example", CANARY), "base_url looks like a key. Put that into the variable"),
        (first().replace("example/v1", "example/v1#frag"), 'gateway "first": base_url goes on after a #. Remove'),
        (first().replace("//first", f"//{CANARY}@first"), "base_url holds a user name or password. Put the key into"),
        (
            first().replace("FIRST_KEY", CANARY),
            "key_env is not the name of an environment variable; never write the key",
        ),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_said(
    problems: Callable[[str], tuple[str, ...]], text: str, said: str
) -> None:
    found = problems(text)
    assert any(said in problem for problem in found), found
    assert CANARY not in " ".join(found)


def test_every_problem_of_every_gateway_has_its_own_sentence(problems: Callable[[str], tuple[str, ...]]) -> None:
    found = problems(first("concurrency = 0", "max_n = 11") + first("ask_first = 1").replace('"first"', '"second"'))
    assert len(found) == 3
    assert sum('gateway "second"' in problem for problem in found) == 1
    found = problems(first("profile = 'a'") + first("profile = 'b'").replace('"first"', '"second"'))
    assert len(found) == 2


def test_a_slug_and_an_id_fit_into_one_choice_together(problems: Callable[[str], tuple[str, ...]]) -> None:
    text = first().replace('"first"', f'"{"s" * 32}"').replace('"gpt-image-2"', f'"{"m" * 80}"')
    assert "over 100 characters together" in problems(text)[0]


def test_a_file_with_a_byte_order_mark_is_read(read: Callable[[str], Settings]) -> None:
    assert [gateway.entry.slug for gateway in read("\ufeff" + first().strip()).gateways] == ["first"]


def test_a_model_that_takes_no_picture_offers_no_edits(read: Callable[[str], Settings]) -> None:
    assert model_of(read(first(model="max_inputs = 0"))).capabilities["edit"] is False


def test_a_size_rule_alone_suggests_a_size_within_it(read: Callable[[str], Settings]) -> None:
    rule = "size_rule = { step_px = 64, longest_px = 768, min_area_px = 65536 }"
    sizes = model_of(read(first(model=rule))).capabilities["sizes"]
    assert isinstance(sizes, SizeRule)
    assert sizes.presets == ((768, 768),)


def model_of(settings: Settings) -> ModelConfig:
    (config,) = configs_from(settings)
    return config.models[0]


def test_a_file_that_cannot_be_read_as_text_is_said(tmp_path: Path) -> None:
    path = tmp_path / "gateways.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load(None, gateways_file=path)


TABLES: Mapping[str, type[BaseModel]] = {
    "": Entry,
    "endpoints": Addresses,
    "timeouts": Timeouts,
    "model": Model,
    "model.prices": Prices,
    "model.size_rule": Rule,
}
FIELDS = [(table, name) for table, held in TABLES.items() for name in held.model_fields]


@pytest.mark.parametrize(("table", "name"), FIELDS)
@pytest.mark.parametrize("pasted", [f'"{CANARY} {CANARY}"', f'["{CANARY} {CANARY}"]', f'{{ a = "{CANARY}" }}'])
def test_a_key_pasted_into_any_field_is_never_repeated(
    read: Callable[[str], Settings], table: str, name: str, pasted: str
) -> None:
    line = f"{name} = {pasted}"
    inner = f"[gateway.{table}]\n{line}" if "." in table else line
    if table in {"endpoints", "timeouts"}:
        text = first(gateway=f"[gateway.{table}]\n{line}")
    elif table:
        text = first(model=inner)
    else:
        text = first(gateway=line)
    text = re.sub(rf'(?m)^{name} = ".*"\n(?=(.*\n)*{name} =)', "", text) if name in {"slug", "id", "base_url"} else text
    assert CANARY not in complaint(lambda: configs_from(read(text)))


def complaint(work: Callable[[], object]) -> str:
    """What is said of work that may be refused, with what a traceback of it would show."""
    try:
        work()
    except ConfigurationError as error:
        return "".join(traceback.format_exception(error))
    return ""


# -- the example ------------------------------------------------------------------------------------------------------


@pytest.fixture(name="example")
def _example(monkeypatch: pytest.MonkeyPatch) -> tuple[GatewayConfig, ...]:
    for number, name in enumerate(sorted(set(re.findall(r'^key_env = "(\w+)"', EXAMPLE.read_text(), re.MULTILINE)))):
        monkeypatch.setenv(name, f"{CANARY}-{number}")
    return configs_from(load(None, gateways_file=EXAMPLE))


def test_the_example_loads_with_every_kind_of_gateway(example: tuple[GatewayConfig, ...]) -> None:
    profiles = {config.profile.name for config in example}
    assert profiles >= {
        "openai", "aicentos", "model-go", "clauddy", "qiuqiu", "ciyuanx", "new-api", "openrouter", "local-server",
    }  # fmt: skip
    assert "litellm" in {config.slug for config in example}
    assert {model.dialect for config in example for model in config.models} == {"images", "chat", "responses"}
    for config in example:
        for model in config.models:
            assert capabilities_of(config.profile, model.id, configured=model.capabilities).sizes.presets


def test_the_example_names_every_profile_but_the_playgrounds() -> None:
    explained = re.search(r"^profile = .*\n(?: +#.*\n)+", EXAMPLE.read_text(), re.MULTILINE)
    assert explained
    assert {*(one.name for one in PROFILES), UNKNOWN.name} - {"local"} <= set(re.findall(r"[a-z-]+", explained[0]))


@pytest.mark.parametrize(("table", "name"), FIELDS)
def test_the_example_explains_every_option_in_a_line(table: str, name: str) -> None:
    shown = rf"^#?{name} = .*# \w|^#?\[+gateway\.(model\.)?{name}\]"
    assert re.search(shown, EXAMPLE.read_text(), re.MULTILINE)


def test_every_option_of_the_example_may_be_switched_on() -> None:
    """The lines that show an option are right too: without their # the first gateway still loads."""
    first_gateway = EXAMPLE.read_text().split("[[gateway]]")[1].split("# The same key")[0]
    switched = re.sub(r"(?m)^#(?=[a-z_]+ = |\[)", "", first_gateway)
    flat = re.sub(r"(?m)^(per_call|per_picture) = .*\n", "", switched)
    document = cast("Mapping[str, Any]", tomllib.loads(f"[[gateway]]{flat}"))
    entry = Entry.model_validate(document["gateway"][0])
    assert set(entry.model_fields_set) == set(Entry.model_fields)
    assert set(entry.model[0].model_fields_set) == set(Model.model_fields)
