"""Several gateways in one bot: where an order goes when the first cannot paint it, and who is asked before."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.discord import Actor, Channel, Invocation, LocalDiscord, Message
from playground.images.server import LocalImages
from tests.flow.gateways import Time, a_stage, buttons, configured, ended, refuses
from tests.flow.pictures import is_result, painted, upload

BUSY = {"status": 503, "message": "overloaded", "retry_after": "60"}
SPENT = {"status": 403, "message": "用户额度不足", "code": "insufficient_user_quota"}


@pytest.fixture
async def second() -> AsyncIterator[LocalImages]:
    async with LocalImages() as opened:
        yield opened


@pytest.fixture
async def third() -> AsyncIterator[LocalImages]:
    async with LocalImages() as opened:
        yield opened


def people(discord: LocalDiscord) -> tuple[Actor, Channel]:
    return discord.user("ana"), discord.guild("Atelier").channel("gallery")


async def agreed(person: Actor, message: Message, button: str) -> Invocation:
    """Press a button that asks for the price first, and say yes."""
    run = await person.click(message, button)
    question = await run.waits_for(lambda one: "Paint it" in buttons(one))
    await person.click(question, "Paint it")
    return run


@pytest.mark.parametrize(
    "refusal",
    [
        BUSY,
        SPENT,
        {"status": 401, "message": "Incorrect API key provided.", "code": "invalid_api_key"},
        {"status": 403, "message": "This token has no access to model gpt-image-2"},
        {"status": 404, "message": "Invalid URL (POST /images/generations)"},
        {"status": 404, "message": "The model 'gpt-image-2' does not exist.", "code": "model_not_found"},
        {"status": 429, "message": "Rate limit reached.", "code": "rate_limit_exceeded", "retry_after": "52"},
    ],
    ids=lambda refusal: refusal["message"],
)
async def test_what_speaks_of_the_gateway_goes_to_one_that_costs_no_more(
    tmp_path: Path, second: LocalImages, refusal: dict[str, object]
) -> None:
    async with a_stage(tmp_path, configured(second, "second")) as stage:
        stage.images.script.add(refuses(**refusal))  # pyright: ignore[reportArgumentType]  # the parts of an error
        ana, gallery = people(stage.discord)
        message = await painted(ana, gallery)
        assert "`Second` was asked" in message.content
        assert "cost nothing" in message.content
        assert (len(stage.images.posts), len(second.posts)) == (1, 1)


async def test_an_edit_takes_its_pictures_along(tmp_path: Path, second: LocalImages) -> None:
    async with a_stage(tmp_path, configured(second, "second")) as stage:
        stage.images.script.add(refuses(**BUSY))  # pyright: ignore[reportArgumentType]
        ana, gallery = people(stage.discord)
        await painted(ana, gallery, "more red", image=upload())
        assert second.posts[0].files[0].sha256 == stage.images.posts[0].files[0].sha256


@pytest.mark.parametrize(
    "refusal",
    [
        {"status": 400, "message": "rejected by the safety system", "code": "moderation_blocked"},
        {"status": 500, "message": "The server had an error."},
        {"status": 524, "message": "bad response status code 524", "code": "bad_response_status_code"},
        {"status": 413, "message": "request body too large"},
    ],
    ids=lambda refusal: refusal["message"],
)
async def test_what_may_be_billed_or_speaks_of_the_order_stays(
    tmp_path: Path, second: LocalImages, refusal: dict[str, object]
) -> None:
    async with a_stage(tmp_path, configured(second, "second")) as stage:
        stage.images.script.add(refuses(**refusal))  # pyright: ignore[reportArgumentType]
        message = await ended(*people(stage.discord))
        assert not any("Try at" in label for label in buttons(message))
        assert (len(stage.images.posts), len(second.posts)) == (1, 0)


@pytest.mark.parametrize(("profile", "label"), [("openai", "Try at Second (about $0"), ("unknown", "price unknown")])
async def test_a_dearer_gateway_or_one_without_a_price_is_only_offered(
    tmp_path: Path, second: LocalImages, profile: str, label: str
) -> None:
    async with a_stage(tmp_path, configured(second, "second", profile=profile)) as stage:
        stage.images.script.add(refuses(**SPENT))  # pyright: ignore[reportArgumentType]
        ana, gallery = people(stage.discord)
        message = await ended(ana, gallery)
        (other,) = [one for one in buttons(message) if "Try at" in one]
        assert label in other
        assert (len(stage.images.posts), len(second.posts)) == (1, 0)
        run = await agreed(ana, message, other)
        result = await run.waits_for(is_result)
        assert result.attachments
        assert (len(stage.images.posts), len(second.posts)) == (1, 1)


async def test_a_press_never_pays_what_its_label_did_not_say(
    tmp_path: Path, second: LocalImages, third: LocalImages
) -> None:
    dear, dearer = configured(second, "second", profile="openai"), configured(third, "third", profile="unknown")
    async with a_stage(tmp_path, dear, dearer) as stage:
        for images in (stage.images, second):
            images.script.add(refuses(402, "insufficient balance"))
        ana, gallery = people(stage.discord)
        message = await ended(ana, gallery)
        (other,) = [one for one in buttons(message) if "Try at" in one]
        assert "Second" in other
        await ended(stage.discord.user("ben"), gallery, model="second/gpt-image-2")  # from now on it rests
        question = await (await ana.click(message, other)).waits_for(lambda one: "Paint it" in buttons(one))
        assert "`third` names no price" in question.content
        assert (len(stage.images.posts), len(second.posts), len(third.posts)) == (1, 1, 0)


async def test_a_yes_to_a_dearer_gateway_is_for_one_order(tmp_path: Path, second: LocalImages) -> None:
    async with a_stage(tmp_path, configured(second, "second", profile="openai")) as stage:
        stage.images.script.add(refuses(402, "insufficient balance", times=1))
        ana = stage.discord.user("ana")
        message = await ended(ana, ana.dm)
        (other,) = [one for one in buttons(message) if "Try at" in one]
        await (await agreed(ana, message, other)).waits_for(is_result)
        again = await ended(ana, ana.dm, "the next one")
        assert "left alone" in again.content  # the first gateway still rests, and nobody was asked about the second
        assert (len(stage.images.posts), len(second.posts)) == (1, 1)


async def test_a_free_gateway_is_taken_in_place_of_one_that_costs(tmp_path: Path, second: LocalImages) -> None:
    async with a_stage(tmp_path, configured(second, "second"), images_profile="openai") as stage:
        stage.images.script.add(refuses(**SPENT))  # pyright: ignore[reportArgumentType]
        await painted(*people(stage.discord))
        assert (len(stage.images.posts), len(second.posts)) == (1, 1)


async def test_what_the_other_does_not_offer_is_not_taken_away(tmp_path: Path, second: LocalImages) -> None:
    async with a_stage(tmp_path, configured(second, "second", profile="unknown")) as stage:
        stage.images.script.add(refuses(**SPENT))  # pyright: ignore[reportArgumentType]
        ana, gallery = people(stage.discord)
        message = await ended(ana, gallery, background="transparent")
        assert not any("Try at" in label for label in buttons(message))
        assert len(second.posts) == 0


async def test_another_model_is_another_picture(tmp_path: Path, second: LocalImages) -> None:
    async with a_stage(tmp_path, configured(second, "second", model="gpt-image-1.5")) as stage:
        stage.images.script.add(refuses(**SPENT))  # pyright: ignore[reportArgumentType]
        message = await ended(*people(stage.discord))
        assert not any("Try at" in label for label in buttons(message))
        assert len(second.posts) == 0


async def test_gateways_that_fail_one_after_another_are_each_asked_once(
    tmp_path: Path, second: LocalImages, third: LocalImages
) -> None:
    async with a_stage(tmp_path, configured(second, "second"), configured(third, "third")) as stage:
        for images in (stage.images, second, third):
            images.script.add(refuses(**SPENT))  # pyright: ignore[reportArgumentType]
        message = await ended(*people(stage.discord))
        assert "run out of money" in message.content
        assert not any("Try at" in label for label in buttons(message))
        assert [len(images.posts) for images in (stage.images, second, third)] == [1, 1, 1]


async def test_a_press_comes_too_late_where_no_gateway_is_left(tmp_path: Path, second: LocalImages) -> None:
    time = Time()
    async with a_stage(tmp_path, configured(second, "second", profile="openai"), clock=time) as stage:
        for images in (stage.images, second):
            images.script.add(refuses(**SPENT))  # pyright: ignore[reportArgumentType]
        ana, gallery = people(stage.discord)
        message = await ended(ana, gallery)
        (other,) = [one for one in buttons(message) if "Try at" in one]
        await (await agreed(ana, message, other)).waits_for(lambda one: "money" in one.content)
        time.ahead_s += 4.0  # no double click
        late = await ana.click(message, other)
        await late.waits_for(lambda one: "no longer valid" in one.content)
        assert (len(stage.images.posts), len(second.posts)) == (1, 1)
