"""What a gateway refuses is left out or adapted, once, said and remembered; and what came is held against the order."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bot.gateways.configuration import ModelConfig
from bot.gateways.families import family_of
from bot.gateways.prices import Tariff
from playground.discord import Actor, Channel
from playground.images.errors import errors
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from playground.stage import Stage
from tests.flow.gateways import a_stage, buttons, configured, ended, refuses
from tests.flow.pictures import is_result, painted, png, upload

FAMILY = family_of("gpt-image-2")


@pytest.fixture(name="stage")
async def _stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with a_stage(tmp_path) as stage:
        yield stage


async def test_a_parameter_refused_by_name_is_left_out_said_and_remembered(
    stage: Stage, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    refusal = refuses(400, "Not supported", code="invalid_value", param="background", times=1)
    images.script.add(refusal)
    message = await painted(ana, gallery, background="transparent")
    assert "refused background `transparent`: used `opaque`" in message.content
    assert [post.fields.get("background") for post in images.posts] == ["transparent", "opaque"]
    again = await painted(ana, gallery, "a second fox", background="transparent")
    assert "background `transparent` is not offered here" in again.content
    await stage.restart_bot()
    await painted(ana, gallery, "a third fox", background="transparent")
    assert [post.fields.get("background") for post in images.posts][2:] == ["opaque", "opaque"]


async def test_a_quality_that_is_not_offered_becomes_the_next_lower(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    said = "'high' is not one of ['low', 'medium', 'auto'] - 'quality'"
    images.script.add(refuses(400, said, times=1))
    message = await painted(ana, gallery, quality="high")
    assert "refused quality `high`: used `medium`" in message.content
    assert [post.fields["quality"] for post in images.posts] == ["high", "medium"]


async def test_streaming_is_given_up_where_it_is_refused(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    images.script.add(refuses(400, "Unknown parameter: 'stream'.", code="unknown_parameter", param="stream", times=1))
    await painted(ana, gallery)
    await painted(ana, gallery, "a second fox")
    assert [post.fields.get("stream") for post in images.posts] == [True, None, None]


async def test_without_n_the_pictures_are_asked_for_one_by_one(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    images.script.add(refuses(422, "n must be 1", param="n", times=1))
    message = await painted(ana, gallery, count=3)
    assert len(message.attachments) == 3
    assert [post.fields.get("n") for post in images.posts] == [3, None, None, None]


async def test_what_would_become_dearer_is_asked_about_first(stage: Stage, ana: Actor, gallery: Channel) -> None:
    async with LocalImages() as by_the_call:
        model = ModelConfig(id="gpt-image-2", prices=Tariff(per_call=0.1), capabilities={"max_n": 4})
        stage.offer(replace(configured(by_the_call, "resold"), models=(model,)))
        await stage.restart_bot()
        by_the_call.script.add(refuses(422, "n must be 1", param="n"))
        message = await ended(ana, gallery, count=3, model="resold/gpt-image-2")
        assert "would cost more than you were told" in message.content
        assert "cost nothing" in message.content
        assert len(by_the_call.posts) == 1
        by_the_call.script.clear()
        asked = await (await ana.click(message, "Again")).waits_for(lambda one: "0.30" in one.content)
        assert len(by_the_call.posts) == 1
        run = await ana.click(asked, "Paint it")
        assert len((await run.waits_for(is_result)).attachments) == 3
        assert [post.fields.get("n") for post in by_the_call.posts] == [3, None, None, None]


async def test_a_yes_to_one_price_is_none_to_a_higher_one(
    stage: Stage, ana: Actor, ben: Actor, gallery: Channel
) -> None:
    async with LocalImages() as by_the_call:
        model = ModelConfig(id="gpt-image-2", prices=Tariff(per_call=0.1))
        stage.offer(replace(configured(by_the_call, "resold"), models=(model,), ask_first=True))
        await stage.restart_bot()
        run = await ana.slash(gallery, "imagine", prompt="a red fox", count=3, model="resold/gpt-image-2")
        asked = await run.waits_for(lambda one: "$0.10" in one.content)
        by_the_call.script.add(refuses(422, "n must be 1", param="n", times=1))
        other = await ben.slash(gallery, "imagine", prompt="an owl", count=2, model="resold/gpt-image-2")
        await ben.click(await other.waits_for(lambda one: "$0.10" in one.content), "Paint it")
        await other.waits_for(lambda one: "would cost more" in one.content)
        await ana.click(asked, "Paint it")
        dearer = await run.waits_for(lambda one: "$0.30" in one.content)
        assert len(by_the_call.posts) == 1
        await ana.click(dearer, "Paint it")
        assert len((await run.waits_for(is_result)).attachments) == 3


async def test_without_its_cheap_quality_an_order_asks_before_it_goes_on(
    stage: Stage, ana: Actor, gallery: Channel
) -> None:
    async with LocalImages() as priced:
        model = ModelConfig(id="gpt-image-2", prices=Tariff(tokens=FAMILY.prices))
        stage.offer(replace(configured(priced, "priced"), models=(model,)))
        await stage.restart_bot()
        priced.script.add(refuses(400, "something is wrong"))
        message = await ended(ana, gallery, quality="low", model="priced/gpt-image-2")
        assert "would cost more than you were told" in message.content
        assert "Try with the bare minimum" in buttons(message)
        await (await ana.click(message, "Try with the bare minimum")).waits_for(lambda one: "$" in one.content)
        assert len(priced.posts) == 1
        priced.script.clear()


async def test_a_finer_quality_than_was_asked_for_is_agreed_to_first(
    stage: Stage, ana: Actor, gallery: Channel
) -> None:
    async with LocalImages() as priced:
        able: dict[str, object] = {"qualities": ("medium", "high")}
        model = ModelConfig(id="gpt-image-2", prices=Tariff(tokens=FAMILY.prices), capabilities=able)
        stage.offer(replace(configured(priced, "priced"), models=(model,)))
        await stage.restart_bot()
        run = await ana.slash(gallery, "imagine", prompt="a fox", quality="low", model="priced/gpt-image-2")
        await run.waits_for(lambda one: "$" in one.content and "Paint it" in buttons(one))
        assert len(priced.posts) == 0


async def test_several_refused_parameters_are_each_left_out_once(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    for name in ("output_compression", "stream", "quality"):
        images.script.add(refuses(400, "no", code="unknown_parameter", param=name, times=1))
    await painted(ana, gallery, quality="high", format="webp", compression=50)
    assert len(images.posts) == 4
    assert set(images.posts[3].fields) == {"model", "prompt", "output_format", "safety_identifier"}


async def test_a_gateway_that_refuses_the_same_thing_again_is_not_asked_a_third_time(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    images.script.add(refuses(400, "no quality", param="quality"))
    message = await ended(ana, gallery, quality="high")
    assert "did not accept `quality`" in message.content
    assert len(images.posts) == 1 + 1  # `quality` is not among what the second call sends


async def test_what_is_refused_without_a_name_is_tried_once_with_the_minimum(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    images.script.add(refuses(400, "invalid request", times=1))
    message = await painted(ana, gallery, "more red", image=upload(), size="1536x1024", quality="high")
    assert "only words, pictures and size were sent" in message.content
    first, second = images.posts
    assert set(second.fields) == {"model", "prompt", "size"}
    assert second.files[0].sha256 == first.files[0].sha256


async def test_the_minimum_is_tried_once_only(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    images.script.add(refuses(400, "invalid request"))
    message = await ended(ana, gallery, quality="high")
    assert "did not accept an option" in message.content
    assert len(images.posts) == 2


async def test_a_size_somebody_chose_is_not_changed_for_them(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    images.script.add(refuses(400, "size must be one of 1024x1024, 1536x1024", param="size"))
    message = await ended(ana, gallery, size="2048x2048")
    assert "it takes `1024x1024, 1536x1024`" in message.content
    assert len(images.posts) == 1


async def test_a_size_nobody_chose_becomes_the_models_own(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    images.script.add(refuses(400, "Invalid size", param="size", times=1))
    await painted(ana, gallery, "more red", image=upload())
    assert images.posts[1].fields["size"] == "auto"


async def test_a_gateways_own_check_under_500_only_offers_the_minimum(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    images.script.add(refuses(500, "quality is wrong", code="invalid_request", times=1))
    message = await ended(ana, gallery, quality="high")
    assert len(images.posts) == 1
    assert "Try with the bare minimum" in buttons(message)
    asked = await (await ana.click(message, "Try with the bare minimum")).waits_for(
        lambda one: "Paint it" in buttons(one)
    )
    assert len(images.posts) == 1
    await (await ana.click(asked, "Paint it")).waits_for(is_result)
    assert set(images.posts[1].fields) <= {"model", "prompt", "size"}
    await painted(ana, gallery, "and never sticks", quality="high")
    assert images.posts[2].fields["quality"] == "high"


async def test_a_size_refused_under_500_offers_no_minimum_that_would_send_it_again(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    images.script.add(errors()["size_refused_new_api"].behaviour)
    message = await ended(ana, gallery)
    assert "Try with the bare minimum" not in buttons(message)


# -- asked against delivered ------------------------------------------------------------------------------------------


def jpeg(width_px: int, height_px: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width_px, height_px), "red").save(file, "JPEG")
    return file.getvalue()


async def test_what_came_otherwise_than_asked_is_told(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    images.script.add(Behaviour(picture_bytes=jpeg(512, 512)))
    message = await painted(ana, gallery, size="1024x1024", format="webp")
    assert "size: asked for `1024x1024`, the gateway used `512x512`" in message.content
    assert "format: asked for" not in message.content
    details = await (await ana.click(message, "Details")).message()
    assert "size: asked for `1024x1024`, the gateway used `512x512`" in details.content
    assert "format: asked for `webp`, the gateway used `jpeg`" in details.content


async def test_a_picture_that_should_be_transparent_and_is_not_is_told(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    images.script.add(Behaviour(picture_bytes=png(1024, 1024)))
    message = await painted(ana, gallery, background="transparent")
    assert "asked for a transparent background, but the picture has none" in message.content


async def test_what_came_as_asked_is_not_talked_about(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    message = await painted(ana, gallery, size="1024x1024", quality="low", background="transparent", format="webp")
    assert "asked for" not in message.content
    details = await (await ana.click(message, "Details")).message()
    assert "asked for" not in details.content


# -- the host ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_host", [True, False])
async def test_only_a_host_reads_what_a_host_can_do(tmp_path: Path, is_host: bool) -> None:  # noqa: FBT001
    async with a_stage(tmp_path) as stage:
        ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
        await stage.stop_bot()
    hosts = frozenset({ana.id if is_host else 1})
    async with a_stage(tmp_path, host_user_ids=hosts) as stage:
        ana, gallery = stage.discord.user("ana"), stage.discord.guild("Atelier").channel("gallery")
        stage.images.script.add(refuses(402, "insufficient balance"))
        message = await ended(ana, gallery)
        details = await (await ana.click(message, "Details")).message()
        assert ("For the host" in message.content) is is_host
        assert ("For the host" in details.content) is is_host
