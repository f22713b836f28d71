import asyncio
import io

import pytest
from PIL import Image

from playground.discord import Actor, CallbackKind, Channel, Fault, LocalDiscord, Message, Upload
from playground.images.server import LocalImages
from playground.stage import Stage
from tests.flow.pictures import is_result, mask, opened, painted, png, upload


async def test_words_become_a_picture(discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel) -> None:
    run = await ana.slash(gallery, "imagine", prompt="a red fox on a hill")
    assert await run.acknowledged() is CallbackKind.DEFERRED_MESSAGE
    message = await run.waits_for(is_result)
    (attachment,) = message.attachments
    assert attachment.description == "a red fox on a hill"
    assert attachment.filename.startswith("easel-")
    assert attachment.filename.endswith(".png")
    assert opened(discord.downloads(attachment)).size == (attachment.width, attachment.height)
    assert "a red fox on a hill" in message.content
    assert "v1" in message.content
    assert len(images.posts) == 1
    assert images.posts[0].fields["prompt"] == "a red fox on a hill"
    assert images.posts[0].fields["model"] == "gpt-image-2"


async def test_what_is_posted_is_what_was_paid_for_byte_for_byte(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel, stage: Stage
) -> None:
    message = await painted(ana, gallery)
    posted = discord.downloads(message.attachments[0])
    stored = [path.read_bytes() for path in stage.data_dir.rglob("pictures/**/*") if path.is_file()]
    assert posted in stored
    assert opened(posted).text["Software"]  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]  # the gateway's own note survives


async def test_several_options_reach_the_gateway(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    message = await painted(
        ana, gallery, "four owls", size="1536x1024", quality="low", count=4, format="webp", compression=60
    )
    assert [one.filename.rsplit(".", 1)[1] for one in message.attachments] == ["webp"] * 4
    fields = images.posts[0].fields
    wanted = {"size": "1536x1024", "quality": "low", "n": 4, "output_format": "webp", "output_compression": 60}
    assert {name: fields[name] for name in wanted} == wanted


async def test_a_draft_is_low_and_jpeg(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    message = await painted(ana, gallery, draft=True)
    assert message.attachments[0].filename.endswith(".jpg")
    assert images.posts[0].fields["quality"] == "low"
    assert images.posts[0].fields["output_format"] == "jpeg"


async def test_a_chinese_prompt_keeps_its_words_and_gets_an_ascii_file_name(
    images: LocalImages, discord: LocalDiscord, gallery: Channel
) -> None:
    prompt = "夜晚的海边,一只蓝色的猫在看月亮" * 40
    message = await painted(discord.user("chen"), gallery, prompt)
    (attachment,) = message.attachments
    assert attachment.filename.isascii()
    assert attachment.description == prompt[:1024]
    assert images.posts[0].fields["prompt"] == prompt


async def test_attached_pictures_are_edited_in_their_order(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    message = await painted(
        ana,
        gallery,
        "the style of the second image",
        image=upload("first.png", width_px=640, height_px=480),
        image2=Upload(name="second.png", data=png(100, 100, (0, 0, 255))),
    )
    post = images.posts[0]
    assert post.path.endswith("/images/edits")
    assert [file.part for file in post.files] == ["image[]", "image[]"]
    assert [opened(file.content).size for file in post.files] == [(640, 480), (100, 100)]
    assert all(file.name.isascii() for file in post.files)
    assert is_result(message)


async def test_a_mask_travels_as_png_with_the_first_picture(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    message = await painted(ana, gallery, "add a moon", image=upload(), mask=mask())
    files = {file.part: file for file in images.posts[0].files}
    assert set(files) == {"image", "mask"}
    assert files["image"].content.startswith(b"\x89PNG")
    assert opened(files["mask"].content).mode == "RGBA"
    assert "mask" in message.content


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mask": mask()}, "mask"),
        ({"image": Upload(name="cat.png", data=b"<svg xmlns='http://www.w3.org/2000/svg'/>")}, "PNG"),
        ({"image": upload(), "mask": mask(100, 100)}, "320"),
        ({"model": "no-such-model"}, "no-such-model"),
        ({"size": "as big as a house"}, "size"),
    ],
    ids=["mask alone", "no picture", "mask of another size", "unknown model", "a size that is none"],
)
async def test_what_cannot_be_is_said_in_one_sentence_and_costs_nothing(
    images: LocalImages, ana: Actor, gallery: Channel, options: dict[str, object], words: str
) -> None:
    run = await ana.slash(gallery, "imagine", prompt="a fox", **options)
    message = await run.waits_for(lambda one: "cost" in one.content.lower() or "paid" in one.content.lower())
    assert words in message.content
    assert len(images.posts) == 0


async def test_of_several_uploads_the_wrong_one_is_named(images: LocalImages, ana: Actor, gallery: Channel) -> None:
    broken = Upload(name="holi*day*.png", data=png()[:60])
    run = await ana.slash(gallery, "imagine", prompt="a fox", image=upload("cat.png"), image2=broken)
    message = await run.waits_for(lambda one: "damaged" in one.content)
    assert "holi" in message.content
    assert "*day*.png:" not in message.content
    assert "cat.png" not in message.content
    assert len(images.posts) == 0


async def test_a_spoiler_is_hidden(ana: Actor, gallery: Channel) -> None:
    message = await painted(ana, gallery, spoiler=True)
    assert message.attachments[0].filename.startswith("SPOILER_")


async def test_a_waiting_order_shows_its_place_and_can_be_cancelled(
    images: LocalImages, ana: Actor, gallery: Channel, discord: LocalDiscord
) -> None:
    holds = [images.script.hold() for _ in range(4)]
    running = [await ana.slash(gallery, "imagine", prompt=f"fox {number}") for number in range(4)]
    await images.arrived(4)
    waiting = await ana.slash(gallery, "imagine", prompt="the fifth fox")
    queued = await waiting.waits_for(lambda one: "Queued, 1st" in one.content)
    await ana.click(queued, "Cancel")
    cancelled = await waiting.waits_for(lambda one: "ancel" in one.content and not one.components)
    assert not cancelled.attachments
    for hold in holds:
        hold.release()
    await asyncio.gather(*(run.waits_for(is_result) for run in running))
    assert len(images.posts) == 4


async def test_once_the_gateway_paints_an_order_cannot_be_taken_back(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    hold = images.script.hold()
    run = await ana.slash(gallery, "imagine", prompt="a fox")
    await images.arrived(1)
    painting = await run.waits_for(lambda one: "Painting" in one.content)
    assert not any("Cancel" in str(row) for row in painting.components)
    hold.release()
    await run.waits_for(is_result)


async def test_the_same_interaction_told_twice_is_painted_once(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    discord.faults.add(Fault(method="POST", path="/callback", status=500, drop="after"))
    message = await painted(ana, gallery)
    assert is_result(message)
    assert len(images.posts) == 1


async def test_an_acknowledgement_that_comes_too_late_costs_nothing(
    discord: LocalDiscord, images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    discord.faults.add(Fault(method="POST", path="/callback", status=404, code=10062))
    run = await ana.slash(gallery, "imagine", prompt="too late")
    await discord.until(lambda: any(request.path.endswith("/callback") for request in discord.requests))
    again = await painted(ana, gallery, "in time")
    assert is_result(again)
    assert [post.fields["prompt"] for post in images.posts] == ["in time"]
    assert run.messages == []


async def test_sizes_are_offered_valid_and_nearest(ana: Actor, gallery: Channel) -> None:
    choices = await ana.autocomplete(gallery, "imagine", "size", "1920x1080", prompt="a fox")
    assert "1920x1088" in {choice.value for choice in choices}
    everything = await ana.autocomplete(gallery, "imagine", "size", "", prompt="a fox")
    assert {"1024x1024", "1536x1024", "1024x1536"} <= {choice.value for choice in everything}


async def test_qualities_are_offered_with_their_usual_time(ana: Actor, gallery: Channel) -> None:
    choices = await ana.autocomplete(gallery, "imagine", "quality", "", prompt="a fox")
    assert {"low", "medium", "high"} <= {choice.value for choice in choices}


async def test_a_direct_message_is_a_place_like_any_other(images: LocalImages, ana: Actor) -> None:
    message = await painted(ana, ana.dm, "a fox in private")
    await ana.say(ana.dm, "now at night", reply_to=message)
    edited = await ana.waits_for(ana.dm, lambda one: is_result(one) and "v2" in one.content)
    assert images.posts[1].path.endswith("/images/edits")
    assert isinstance(edited, Message)


async def test_of_an_animation_the_first_frame_is_used_and_said(
    images: LocalImages, ana: Actor, gallery: Channel
) -> None:
    file = io.BytesIO()
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    message = await painted(ana, gallery, "more red", image=Upload(name="dance.gif", data=file.getvalue()))
    assert "first frame" in message.content
    sent = opened(images.posts[0].files[0].content).convert("RGB")
    red, _, blue = sent.getpixel((10, 10))  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]  # an RGB pixel
    assert red > 200 > blue
