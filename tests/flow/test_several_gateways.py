"""Two gateways of a file in one bot: chosen by name, each with its own key, abilities, prices and currency."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from playground.discord import Actor, Channel
from playground.images.catalogue import catalogue, chat_catalogue
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from playground.images.shapes import usage_of
from playground.stage import Stage, StageOptions
from tests.flow.gateways import ended
from tests.flow.pictures import is_result, mask, opened, painted, upload

FILE = """
[[gateway]]
slug = "studio"
title = "Studio"
profile = "local"
base_url = "{first}"
key_env = "STUDIO_KEY"
currency = "CNY"

[[gateway.model]]
id = "gpt-image-2"
good_for = "posters"
prices = {{ per_picture = 0.2 }}

[[gateway.model]]
id = "gpt-image-1.5"
edit = false
prices = {{ per_call = 1.5 }}

[[gateway.model]]
id = "gpt-image-1-mini"
mask_polarity = "white"

[[gateway]]
slug = "atelier"
title = "Atelier"
profile = "local"
base_url = "{second}"
key_env = "ATELIER_KEY"

[[gateway.model]]
id = "gpt-image-2"
mask = false
stream = false
max_n = 1
backgrounds = ["auto", "opaque"]
prices = {{ text_in = 5, image_in = 8, image_out = 30 }}

[[gateway.model]]
id = "gpt-image-1-mini"

[[gateway.model]]
id = "gemini-2.5-flash-image"
prices = {{ text_in = 1, image_in = 2, image_out = 40, text_out = 3 }}

[[gateway.model]]
id = "gpt-image-2.5-flare"
dialect = "responses"
text_model = "gpt-5-mini"
prices = {{ text_in = 5, image_in = 8, image_out = 30, text_model_in = 2, text_model_out = 16 }}
"""
KEYS = {name: f"sk-canary-0123456789-{name.lower()}" for name in ("STUDIO_KEY", "ATELIER_KEY")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Two:
    """A stage with two gateways: `studio`, which is the default, and `atelier`."""

    stage: Stage
    studio: LocalImages
    atelier: LocalImages

    def calls(self) -> list[tuple[str, str, int, str, str]]:
        """What the database holds of each call: gateway, model, and its cost with currency and source."""
        with sqlite3.connect(f"file:{self.stage.data_dir / 'easel.sqlite3'}?mode=ro", uri=True) as database:
            return list(
                database.execute(
                    "SELECT gateway, model, cost_micros, cost_currency, cost_source FROM calls ORDER BY started_at"
                )
            )


@pytest.fixture(name="two")
async def _two(
    tmp_path: Path, discord_spec: Path | None, images_spec: Path | None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Two]:
    for name, key in KEYS.items():
        monkeypatch.setenv(name, key)
    path, options = tmp_path / "gateways.toml", StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec)
    studio, atelier = (LocalImages(api_key=key, spec=images_spec) for key in KEYS.values())
    async with studio, atelier, Stage(options, log_level="warning", gateways_file=path, show_cost=True) as stage:
        path.write_text(FILE.format(first=studio.base_url, second=atelier.base_url), encoding="utf-8")
        await stage.start_bot()
        yield Two(stage=stage, studio=studio, atelier=atelier)
    assert not stage.discord.violations, stage.discord.transcript()
    assert not studio.violations + atelier.violations
    assert len(stage.images.posts) == 0, "the environment's gateway is not used beside a file"


@pytest.fixture(name="stage")
def _stage(two: Two) -> Stage:
    """What the fixtures of people and places stand on."""
    return two.stage


async def test_nobody_chose_so_the_first_model_of_the_first_gateway_paints(
    two: Two, ana: Actor, gallery: Channel
) -> None:
    await painted(ana, gallery)
    assert [post.fields["model"] for post in two.studio.posts] == ["gpt-image-2"]
    assert all(post.has_right_key for post in two.studio.posts)
    assert len(two.atelier.posts) == 0


@pytest.mark.parametrize(
    ("chosen", "at", "model"),
    [
        ("studio/gpt-image-2", "studio", "gpt-image-2"),
        ("atelier/gpt-image-2", "atelier", "gpt-image-2"),
        ("gpt-image-2", "studio", "gpt-image-2"),  # at two gateways: the first that has it
        ("atelier/gpt-image-1-mini", "atelier", "gpt-image-1-mini"),
        ("gpt-image-1.5", "studio", "gpt-image-1.5"),
    ],
)
async def test_a_model_is_chosen_with_its_gateway_or_alone(
    two: Two, ana: Actor, gallery: Channel, chosen: str, at: str, model: str
) -> None:
    await painted(ana, gallery, model=chosen)
    asked = {"studio": two.studio.posts, "atelier": two.atelier.posts}
    assert [post.fields["model"] for post in asked.pop(at)] == [model]
    assert [len(posts) for posts in asked.values()] == [0]


async def test_the_list_of_models_says_price_abilities_and_purpose(two: Two, ana: Actor, gallery: Channel) -> None:
    choices = await ana.autocomplete(gallery, "imagine", "model", "", prompt="a fox")
    named = {choice.value: choice.name for choice in choices}
    assert list(named) == [
        "studio/gpt-image-2", "studio/gpt-image-1.5", "studio/gpt-image-1-mini", "atelier/gpt-image-2",
        "atelier/gpt-image-1-mini", "atelier/gemini-2.5-flash-image", "atelier/gpt-image-2.5-flare",
    ]  # fmt: skip
    dot = " \N{MIDDLE DOT} "
    assert named["studio/gpt-image-2"] == dot.join(
        ["gpt-image-2", "Studio", "CN¥0.20", "edits, masks, transparent, up to 10, streams", "posters"]
    )
    assert named["studio/gpt-image-1.5"].startswith(f"gpt-image-1.5{dot}Studio{dot}CN¥1.50{dot}transparent, up to 10")
    assert named["atelier/gpt-image-2"].startswith(f"gpt-image-2{dot}Atelier{dot}about $0.0527{dot}edits{dot}text in")
    assert named["atelier/gpt-image-1-mini"].startswith(f"gpt-image-1-mini{dot}Atelier{dot}free{dot}edits, masks")
    assert all(len(name) <= 100 for name in named.values())
    found = await ana.autocomplete(gallery, "imagine", "model", "atelier", prompt="a fox", quality="superb")
    assert [choice.value for choice in found] == list(named)[3:]


async def test_the_list_answers_also_where_a_picture_is_attached_that_a_model_cannot_edit(
    ana: Actor, gallery: Channel
) -> None:
    choices = await ana.autocomplete(gallery, "imagine", "model", "", prompt="a fox", image=upload())
    assert len(choices) == 7
    qualities = await ana.autocomplete(
        gallery, "imagine", "quality", "", prompt="a fox", image=upload(), model="studio/gpt-image-1.5"
    )
    assert {"low", "medium", "high"} <= {choice.value for choice in qualities}


async def test_each_call_is_stored_with_what_its_own_gateway_costs(two: Two, ana: Actor, gallery: Channel) -> None:
    flat = await painted(ana, gallery, count=2, quality="low", model="studio/gpt-image-2")
    counted = await painted(
        ana, gallery, "b" * 8, count=2, quality="low", size="1024x1024", model="atelier/gpt-image-2"
    )
    each = 2 * 5 + 196 * 30  # eight letters are two tokens at the local gateway
    assert two.calls() == [
        ("studio", "gpt-image-2", 400_000, "CNY", "flat"),
        ("atelier", "gpt-image-2", each, "USD", "usage"),
        ("atelier", "gpt-image-2", each, "USD", "usage"),
    ]
    assert " \N{MIDDLE DOT} CN¥0.40 \N{MIDDLE DOT} " in flat.content
    assert " \N{MIDDLE DOT} $0.0118 \N{MIDDLE DOT} " in counted.content
    details = await (await ana.click(flat, "Details")).message()
    assert "**Cost**: CN¥0.40 (flat price)" in details.content
    details = await (await ana.click(counted, "Details")).message()
    assert "**Cost**: $0.0118 (by the tokens the gateway counted)" in details.content


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0},
        {"input_tokens": 5, "output_tokens": -7000},
        {"input_tokens": 5, "output_tokens": float("nan")},
        {"input_tokens": 5, "output_tokens": float("inf")},
        {"input_tokens": 5, "output_tokens": 10**11},
    ],
    ids=["missing", "zero", "negative", "NaN", "infinite", "absurd"],
)
async def test_without_usage_that_can_be_believed_the_cost_is_an_estimate_and_said_to_be(
    two: Two, ana: Actor, gallery: Channel, usage: dict[str, float] | None
) -> None:
    two.atelier.script.add(Behaviour(name="usage", answer=usage_of(lambda _: usage)))
    message = await painted(ana, gallery, "b" * 20, quality="low", size="1024x1024", model="atelier/gpt-image-2")
    assert two.calls() == [("atelier", "gpt-image-2", 196 * 30 + 7 * 5, "USD", "estimate")]
    assert "about $0.0059" in message.content
    details = await (await ana.click(message, "Details")).message()
    assert "$0.0059 (estimated)" in details.content


@pytest.mark.parametrize(
    ("model", "path", "micros"),
    [  # three tokens of prompt; low quality has 196 tokens, chat has no quality and 1,756
        ("gemini-2.5-flash-image", "chat/completions", 3 * 1 + 1756 * 40),
        ("gpt-image-2.5-flare", "responses", 3 * 5 + 196 * 30 + 3 * 2 + 24 * 16),  # the text model reads 3, writes 24
    ],
)
async def test_every_dialect_is_asked_at_its_own_address_and_its_usage_is_priced(
    two: Two, ana: Actor, gallery: Channel, model: str, path: str, micros: int
) -> None:
    await painted(ana, gallery, "a red fox", quality="low", model=model)
    (post,) = two.atelier.posts
    assert post.path.endswith(path)
    assert two.calls() == [("atelier", model, micros, "USD", "usage")]


@pytest.mark.parametrize(
    ("model", "answer", "cost", "said"),
    [
        ("studio/gpt-image-2", "cut_picture", (400_000, "CNY", "flat"), "CN¥0.40 (flat price)"),
        ("studio/gpt-image-2", "dead_url", (400_000, "CNY", "flat"), "CN¥0.40 (flat price)"),
        ("atelier/gemini-2.5-flash-image", "chat_question", (3 * 1 + 1756 * 40, "USD", "usage"), "by the tokens"),
    ],
)
async def test_what_was_billed_without_a_picture_has_its_cost(
    two: Two, ana: Actor, gallery: Channel, model: str, answer: str, cost: tuple[int, str, str], *, said: str
) -> None:
    behaviour = {**catalogue(), **chat_catalogue()}[answer].behaviour
    for images in (two.studio, two.atelier):
        images.script.add(behaviour)
    message = await ended(ana, gallery, count=2, quality="low", model=model)
    assert "It was billed" in message.content
    assert two.calls() == [(*model.split("/"), *cost)]
    details = await (await ana.click(message, "Details")).message()
    assert said in details.content


async def test_an_edit_stays_with_the_gateway_its_thread_chose(two: Two, ana: Actor, gallery: Channel) -> None:
    message = await painted(ana, gallery, model="atelier/gpt-image-2")
    await ana.say(gallery, "make it red", reply_to=message)
    await two.atelier.answered(2)
    assert [post.path.rsplit("/", 1)[1] for post in two.atelier.posts] == ["generations", "edits"]
    assert len(two.studio.posts) == 0


async def test_no_key_is_in_any_message_or_in_the_database(two: Two, ana: Actor, gallery: Channel) -> None:
    message = await painted(ana, gallery, model="atelier/gpt-image-2")
    assert is_result(message)
    stored = b"".join(path.read_bytes() for path in two.stage.data_dir.glob("easel.sqlite3*"))
    shown = two.stage.discord.transcript()
    for key in KEYS.values():
        assert key.encode() not in stored
        assert key not in shown


async def test_a_mask_is_sent_as_its_model_reads_it(two: Two, ana: Actor, gallery: Channel) -> None:
    """The local gateway wants alpha and refuses it; what was sent is the point."""
    run = await ana.slash(
        gallery, "imagine", prompt="a moon", image=upload(), mask=mask(), model="studio/gpt-image-1-mini"
    )
    await run.waits_for(lambda message: "mask" in message.content.lower())
    sent = opened(next(file.content for file in two.studio.posts[0].files if file.part == "mask"))
    assert sent.mode == "RGB"
    assert sent.getpixel((160, 120)) == (255, 255, 255)
    assert sent.getpixel((2, 2)) == (0, 0, 0)
