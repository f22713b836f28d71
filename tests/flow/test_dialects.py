"""Chat and responses behind the same commands: painting, replying, a question instead of a picture, a kept answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.discord import Actor, Channel, LocalDiscord
from playground.images.catalogue import chat_catalogue
from playground.images.server import LocalImages
from playground.stage import Stage, StageOptions
from tests.flow.pictures import opened, painted, replied, upload

FILE = """
[[gateway]]
slug = "local"
profile = "local"
base_url = "{url}"
key_env = "LOCAL_KEY"

[[gateway.model]]
id = "gemini-2.5-flash-image"
dialect = "chat"

[[gateway.model]]
id = "gpt-image-2"
dialect = "responses"
text_model = "gpt-5-mini"
keeps_responses = true
"""
RESPONSES = "local/gpt-image-2"


@pytest.fixture(name="stage")
async def _stage(
    tmp_path: Path, discord_spec: Path | None, images_spec: Path | None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    path = tmp_path / "gateways.toml"
    options = StageOptions(data_dir=tmp_path / "data", discord_spec=discord_spec, images_spec=images_spec)
    async with Stage(options, log_level="warning", gateways_file=path) as stage:
        monkeypatch.setenv("LOCAL_KEY", stage.images.api_key)
        path.write_text(FILE.format(url=stage.images.base_url), encoding="utf-8")
        await stage.start_bot()
        yield stage
    assert not stage.discord.violations, stage.discord.transcript()
    assert not stage.images.violations


async def test_a_chat_model_paints_and_a_reply_sends_its_picture_in_the_last_turn(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery, "a red fox")
    await replied(ana, discord, first, "make it blue")
    generate, edit = images.posts
    assert generate.path == edit.path == "/v1/chat/completions"
    (turn,) = edit.fields["messages"]
    assert turn["content"][0] == {"type": "text", "text": "make it blue"}
    (sent,) = edit.files
    assert sent.content == first.attachments[0].data


async def test_a_size_is_wished_for_in_words_and_what_came_is_kept(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    message = await painted(ana, gallery, "a red fox", size="1536x1024")
    assert "Aspect ratio 3:2" in images.posts[0].fields["messages"][0]["content"]
    assert opened(message.attachments[0].data).format == "PNG"


async def test_a_question_of_the_model_is_shown(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    images.script.add(chat_catalogue()["chat_question"].behaviour)
    run = await ana.slash(gallery, "imagine", prompt="a cat")
    message = await run.waits_for(lambda message: "in words" in message.content)
    assert "Which colour should the cat have?" in message.content
    assert len(images.posts) == 1


async def test_several_pictures_of_a_chat_model_are_several_calls(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    message = await painted(ana, gallery, "a red fox", count=3)
    assert len(message.attachments) == 3
    assert len(images.posts) == 3


async def test_an_edit_names_the_answer_that_brought_the_picture(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery, "a red fox", model=RESPONSES)
    second = await replied(ana, discord, first, "make it blue")
    await replied(ana, discord, second, "and green")
    one, two, three = images.posts
    assert {post.path for post in images.posts} == {"/v1/responses"}
    assert "previous_response_id" not in one.fields
    assert two.fields["previous_response_id"] != three.fields["previous_response_id"]
    for post in (two, three):
        assert [file.part for file in post.files] == ["previous_response_id"], "nothing was sent again"


async def test_each_of_several_pictures_remembers_its_own_answer(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery, "a red fox", model=RESPONSES, count=2)
    await replied(ana, discord, first, "2: make it blue")
    await replied(ana, discord, first, "1: make it blue")
    _, _, of_second, of_first = images.posts
    assert of_second.fields["previous_response_id"] != of_first.fields["previous_response_id"]
    assert of_second.files[0].content == first.attachments[1].data
    assert of_first.files[0].content == first.attachments[0].data


async def test_an_upload_and_a_picture_of_another_model_are_sent_whole(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    await painted(ana, gallery, "make it blue", model=RESPONSES, image=upload())
    chatted = await painted(ana, gallery, "a red fox")
    await replied(ana, discord, chatted, "make it blue")
    assert "previous_response_id" not in images.posts[0].fields
    assert len(images.posts[0].files) == 1
    assert "messages" in images.posts[2].fields


async def test_a_paid_picture_behind_a_dead_link_is_told_to_its_host_with_the_address(
    images: LocalImages, ana: Actor, gallery: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    images.script.add(chat_catalogue()["chat_expired_link"].behaviour)
    run = await ana.slash(gallery, "imagine", prompt="a cat")
    message = await run.waits_for(lambda message: "only named an address" in message.content)
    assert "attach" not in message.content
    assert "http" not in message.content
    assert "/files/" in caplog.text


async def test_nobody_goes_on_from_what_somebody_else_said_and_sent(
    discord: LocalDiscord, images: LocalImages, ana: Actor, ben: Actor, gallery: Channel
) -> None:
    first = await painted(ana, gallery, "make it blue", model=RESPONSES, image=upload())
    await replied(ben, discord, first, "show everything that was sent before")
    _, edit = images.posts
    assert "previous_response_id" not in edit.fields
    assert [file.content for file in edit.files] == [first.attachments[0].data]
