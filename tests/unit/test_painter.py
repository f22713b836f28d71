"""The offline painter paints what the words say, at the size asked for, the same way every time."""

import io
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st
from PIL import Image, ImageChops, ImageStat

from playground.images.endpoint import Endpoint, ImageRequest
from playground.images.painting.encode import LABEL
from playground.images.painting.grades import CHANGES, TIMES
from playground.images.painting.painter import blur, paint
from playground.images.painting.pixels import mapped
from playground.images.painting.styles import STYLES
from playground.images.painting.subjects import SUBJECTS
from playground.images.painting.vocabulary import STYLES as STYLE_WORDS
from playground.images.painting.words import chance

SCENE = "a fox and a tree in the mountains by day"


def request(prompt: str, size: tuple[int, int] = (192, 192), background: str = "opaque") -> ImageRequest:
    return ImageRequest(
        endpoint=Endpoint.GENERATIONS,
        model="gpt-image-2",
        prompt=prompt,
        n=1,
        width_px=size[0],
        height_px=size[1],
        quality="low",
        background=background,
        output_format="png",
        compression_pct=100,
        stream=False,
        partial_images=0,
    )


def painted(asked: ImageRequest, seed: int = 0, index: int = 0) -> Image.Image:
    return Image.open(io.BytesIO(paint(asked, seed, index)))


def mean(picture: Image.Image) -> list[float]:
    return ImageStat.Stat(picture.convert("RGB")).mean


def unlikeness(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3


def edit_of(source: Image.Image, prompt: str, *others: Image.Image) -> Image.Image:
    files: list[bytes] = []
    for picture in (source, *others):
        buffer = io.BytesIO()
        picture.save(buffer, format="PNG")
        files.append(buffer.getvalue())
    return painted(replace(request(prompt, source.size), endpoint=Endpoint.EDITS, inputs=tuple(files)))


def test_the_same_words_seed_and_index_give_the_same_bytes() -> None:
    asked = request(SCENE)

    assert paint(asked, 3, 1) == paint(asked, 3, 1)
    assert len({paint(asked, 3, 1), paint(asked, 4, 1), paint(asked, 3, 2)}) == 3


@pytest.mark.parametrize("size", [(1024, 640), (640, 1024), (1536, 512), (400, 1200), (3840, 2160)])
def test_the_size_is_exact(size: tuple[int, int]) -> None:
    assert painted(request(SCENE, size)).size == size


@pytest.mark.parametrize(("name", "kind"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_the_format_is_the_one_asked_for(name: str, kind: str) -> None:
    assert painted(replace(request(SCENE), output_format=name)).format == kind


@pytest.mark.parametrize("name", ["jpeg", "webp"])
def test_more_compression_makes_a_smaller_file(name: str) -> None:
    large, small = (
        len(paint(replace(request(SCENE), output_format=name, compression_pct=percent), 0, 0)) for percent in (95, 20)
    )

    assert small < large * 0.7


def test_a_better_quality_holds_more_detail() -> None:
    low, high = (
        painted(replace(request("a city at night", (768, 768)), quality=quality)) for quality in ("low", "high")
    )

    assert unlikeness(low, high) > 1


def test_each_picture_says_what_it_is_in_its_text() -> None:
    text = painted(request("一只猫")).info

    assert LABEL in text["Comment"]
    assert text["Description"] == "一只猫"


@pytest.mark.parametrize("name", sorted(SUBJECTS))
def test_every_thing_is_drawn_whole_and_on_nothing(name: str) -> None:
    word = {"person": "a woman", "cherry": "a cherry tree", "pine": "a pine"}.get(name, f"one {name}")
    picture = painted(request(word, (256, 256), "transparent"))
    alpha = mapped(picture.getchannel("A"), lambda value: value if value > 40 else 0)  # a halo may reach the edge
    alpha.paste(0, (170, 236, 256, 256))  # the note in the corner is no part of it

    left, top, right, bottom = alpha.getbbox() or (0, 0, 0, 0)
    assert right - left > 60
    assert bottom - top > 20
    assert alpha.crop((0, 0, 1, 256)).getbbox() is None
    assert alpha.crop((255, 0, 256, 256)).getbbox() is None
    assert alpha.crop((0, 0, 256, 1)).getbbox() is None
    assert sum(alpha.histogram()[150:]) > 0.02 * 256 * 256


@pytest.mark.parametrize(
    ("color", "strongest"), [("red", 0), ("green", 1), ("blue", 2), ("红色", 0), ("绿色", 1), ("蓝色", 2)]
)
@pytest.mark.parametrize("prompt", ["{} dragon on a plain background", "everything {}", "{}"])
def test_a_colour_word_is_the_strongest_colour(prompt: str, color: str, strongest: int) -> None:
    picture = painted(request(prompt.format(color), background="opaque"))
    middle = picture.crop((64, 64, 128, 128)) if "dragon" in prompt else picture

    assert max(range(3), key=mean(middle).__getitem__) == strongest


def test_night_is_darker_than_day_and_sunset_warmer() -> None:
    day, night, sunset = (mean(painted(request(f"a house at {time}"))) for time in ("day", "night", "sunset"))

    assert sum(night) < 0.6 * sum(day)
    assert sunset[0] - sunset[2] > day[0] - day[2] + 30


def test_several_things_are_all_there() -> None:
    alone = painted(request("a castle in the meadow by day"))
    together = painted(request("a castle and a red dragon in the meadow by day"))

    assert mean(together)[0] - mean(together)[1] > mean(alone)[0] - mean(alone)[1] + 3


@pytest.mark.parametrize("name", sorted(STYLES))
def test_every_style_changes_the_picture_but_not_beyond_knowing(name: str) -> None:
    word = STYLE_WORDS[name].split()[0].replace("_", " ")
    plain = painted(request("a fox", (320, 320)))
    styled = STYLES[name](plain.convert("RGB"), chance("style"))

    assert styled.size == plain.size
    assert 2 < unlikeness(plain, styled) < 120
    assert unlikeness(plain, painted(request(f"a fox, {word}", (320, 320)))) > 2


@pytest.mark.parametrize("name", sorted({**CHANGES, **TIMES}))
def test_every_grade_changes_the_picture_and_keeps_its_size(name: str) -> None:
    plain = painted(request(SCENE, (320, 240))).convert("RGB")
    graded = {**CHANGES, **TIMES}[name](plain)

    assert graded.size == plain.size
    assert unlikeness(plain, graded) > 0.5


def test_an_edit_brightens_and_darkens() -> None:
    source = painted(request(SCENE))

    assert sum(mean(edit_of(source, "make it brighter"))) > sum(mean(source)) + 20
    assert sum(mean(edit_of(source, "much darker please"))) < sum(mean(source)) - 20


def test_an_edit_takes_over_the_colours_of_the_second_image() -> None:
    source = painted(request(SCENE))
    model = Image.new("RGB", (64, 64), (200, 40, 40))
    model.paste((120, 20, 60), (0, 0, 64, 32))

    red, green, _ = mean(edit_of(source, "in the style of the second image", model))

    assert red > green + 80


def test_further_inputs_are_shown_in_the_picture() -> None:
    source = painted(request(SCENE, (320, 320)))
    extra = Image.new("RGB", (80, 80), (255, 0, 255))

    colors = edit_of(source, "combine these", extra).convert("RGB").getcolors(200_000) or []

    assert max((count for count, color in colors if color == (255, 0, 255)), default=0) > 300


def test_an_edit_of_another_shape_keeps_the_whole_input() -> None:
    source = Image.new("RGB", (200, 200), (40, 160, 90))
    source.paste((250, 250, 250), (0, 0, 200, 4))
    source.paste((250, 250, 250), (0, 196, 200, 200))
    buffer = io.BytesIO()
    source.save(buffer, format="PNG")
    asked = replace(request("add a frame", (400, 200)), endpoint=Endpoint.EDITS, inputs=(buffer.getvalue(),))

    picture = painted(replace(asked, prompt="unknowable"))

    assert picture.size == (400, 200)
    assert picture.convert("L").getpixel((200, 1)) > 240  # pyright: ignore[reportOperatorIssue] - L gives one number
    assert picture.convert("L").getpixel((200, 198)) > 240  # pyright: ignore[reportOperatorIssue] - L gives one number


def test_words_nobody_understands_still_change_the_picture_visibly() -> None:
    source = painted(request(SCENE))

    assert 0.3 < unlikeness(source, edit_of(source, "hmm")) < 40


def test_a_new_thing_is_drawn_on_an_edit_and_a_known_one_is_not() -> None:
    source = painted(request(SCENE, (320, 320)))

    assert unlikeness(edit_of(source, "add a red dragon"), source) > 2
    assert unlikeness(edit_of(source, "brighten the dragon"), edit_of(source, "brighten")) < 1


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_previews_have_the_size_and_format_of_the_whole(kind: str) -> None:
    whole = paint(replace(request(SCENE), output_format=kind), 0, 0)
    previews = [Image.open(io.BytesIO(preview)) for preview in blur(whole, 3)]
    target = Image.open(io.BytesIO(whole))

    assert {(preview.size, preview.format) for preview in previews} == {(target.size, target.format)}
    distances = [unlikeness(preview, target) for preview in previews]
    assert distances == sorted(distances, reverse=True)
    assert blur(whole, 0) == ()


@given(st.text(min_size=1, max_size=80), st.sampled_from(["opaque", "transparent"]))
def test_any_prompt_becomes_a_picture(prompt: str, background: str) -> None:
    picture = painted(request(prompt, (96, 96), background))

    assert picture.size == (96, 96)
    assert picture.mode == ("RGBA" if background == "transparent" else "RGB")
