"""What of a request arrives behind LiteLLM, what of an answer comes back, and what LiteLLM says of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from bot.errors import CallFailed
from bot.gateways.profiles import PROFILES
from bot.model import Billed, Options, OrderKind, Reason, Receipt
from playground.images.answers import answers
from playground.images.errors import errors
from playground.images.server import LocalImages
from tests.contract.image_calls import Caller
from tests.flow.pictures import mask, png
from tests.litellm.asking import Way, asking, verdict_of
from tests.litellm.differences import POSTS_OF_ONE_CALL, Verdict
from tests.litellm.proxy import COOLING, MASTER_KEY, MODEL, STEADY, Proxy

KINDS: Final = {OrderKind.GENERATE: "generations", OrderKind.EDIT: "edits"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: Any


async def _post(
    base_url: str, kind: OrderKind, *, key: str = MASTER_KEY, model: str = STEADY, **fields: object
) -> Answer:
    asked = {"model": model, "prompt": "a red fox", "quality": "low", **fields}
    if kind is OrderKind.EDIT:
        form = aiohttp.FormData()
        for name, value in asked.items():
            form.add_field(name, str(value).lower() if isinstance(value, bool) else str(value))
        form.add_field("image", png(), filename="image-1.png", content_type="image/png")
        body: dict[str, Any] = {"data": form}
    else:
        body = {"json": asked}
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as session,
        session.post(f"{base_url}/images/{KINDS[kind]}", **body) as answer,
    ):
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(status=answer.status, headers=headers, body=await answer.json())


@pytest.fixture(name="caller")
async def _caller(tmp_path: Path, proxy: Proxy) -> AsyncIterator[Caller]:
    async with asking(tmp_path, Way(base_url=proxy.base_url, key=MASTER_KEY, model=STEADY)) as caller:
        yield caller


# -- requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
async def test_inputs_arrive_as_image_with_brackets_in_their_order_byte_for_byte_with_the_mask(
    upstream: LocalImages, caller: Caller, count: int
) -> None:
    call = caller.call(OrderKind.EDIT)
    inputs = tuple(caller.input(f"{number}.bin") for number in range(count))
    inputs[0].path.write_bytes(png())
    hole = replace(inputs[0], path=caller.folder / "mask.bin")
    hole.path.write_bytes(mask().data)
    assert isinstance(await caller.paint(replace(call, inputs=inputs, mask=hole)), Receipt)
    files = upstream.posts[0].files
    assert [file.part for file in files] == [*["image[]"] * count, "mask"]
    assert [file.content for file in files] == [one.path.read_bytes() for one in (*inputs, hole)]
    assert {file.name for file in files[:count]} == {"image.png"}  # LiteLLM's own, whatever they were called


async def test_one_kind_of_field_name_for_inputs_is_refused_beside_the_other(
    upstream: LocalImages, proxy: Proxy
) -> None:
    form = aiohttp.FormData({"model": STEADY, "prompt": "a red fox"})
    form.add_field("image", png(), filename="1.png", content_type="image/png")
    form.add_field("image[]", png(), filename="2.png", content_type="image/png")
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {MASTER_KEY}"}) as session,
        session.post(f"{proxy.base_url}/images/edits", data=form) as answer,
    ):
        assert answer.status == 422
    assert len(upstream.posts) == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_every_option_arrives_and_the_person_is_named_in_user(
    upstream: LocalImages, caller: Caller, kind: OrderKind
) -> None:
    options = Options(
        quality="low", size="1536x1024", count=2, background="opaque", output_format="webp", compression=60
    )
    came = await caller.paint(caller.call(kind, caller.plan(kind, options)))
    assert isinstance(came, Receipt)
    assert len(came.files) == 2
    fields = {name: str(value) for name, value in upstream.posts[0].fields.items()}
    assert fields == {
        "model": MODEL,
        "prompt": "a red cat 一只红色的猫",
        "quality": "low",
        "size": "1536x1024",
        "n": "2",
        "background": "opaque",
        "output_format": "webp",
        "output_compression": "60",
        "user": "c0ffee",
    }


async def test_moderation_arrives(upstream: LocalImages, proxy: Proxy) -> None:
    assert (await _post(proxy.base_url, OrderKind.GENERATE, moderation="low")).status == 200
    assert upstream.posts[0].fields["moderation"] == "low"


# -- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
async def test_what_the_upstream_left_out_comes_as_null_and_zero(
    upstream: LocalImages, proxy: Proxy, kind: OrderKind
) -> None:
    upstream.script.add(answers()["only_created_and_data"].behaviour)
    body = (await _post(proxy.base_url, kind)).body
    assert body["data"][0]["url"] is None
    assert body["data"][0]["revised_prompt"] is None
    assert body["size"] is None
    assert body["usage"]["total_tokens"] == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_zeros_and_nulls_are_taken_as_nothing(upstream: LocalImages, caller: Caller, kind: OrderKind) -> None:
    upstream.script.add(answers()["only_created_and_data"].behaviour)
    came = await caller.paint(caller.call(kind))
    assert isinstance(came, Receipt)
    assert came.usage is None
    assert len(came.files) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_stream_is_painted_and_paid_for_and_answered_with_500(
    upstream: LocalImages, proxy: Proxy, kind: OrderKind
) -> None:
    answer = await _post(proxy.base_url, kind, stream=True, partial_images=1)
    assert answer.status == 500
    assert [(post.status, post.answered) for post in upstream.posts] == [(200, True)]


def test_so_the_profile_never_asks_for_one() -> None:
    (profile,) = [profile for profile in PROFILES if profile.name == "litellm"]
    assert profile.partial_images == 0
    assert profile.user_field == "user"
    assert profile.hosts == ()


async def test_the_upstreams_code_type_and_request_id_are_lost_but_not_its_words(
    upstream: LocalImages, proxy: Proxy
) -> None:
    upstream.script.add(replace(errors()["transparent_refused"].behaviour, times=2))
    painted = await _post(proxy.base_url, OrderKind.GENERATE)
    edited = await _post(proxy.base_url, OrderKind.EDIT)
    assert [answer.body["error"]["code"] for answer in (painted, edited)] == ["400", "400"]
    assert painted.body["error"]["type"] == "image_generation_user_error"
    assert edited.body["error"]["type"] == "invalid_request_error"
    assert '"code": "invalid_value"' in edited.body["error"]["message"]  # the whole answer, as text
    for answer in (painted, edited):
        assert "Transparent background is not supported" in answer.body["error"]["message"]
        assert "x-request-id" not in answer.headers
        assert "x-litellm-call-id" in answer.headers


@pytest.mark.parametrize("kind", KINDS)
async def test_a_timeout_at_the_edge_becomes_408(upstream: LocalImages, proxy: Proxy, kind: OrderKind) -> None:
    upstream.script.add(replace(errors()["cloudflare_524"].behaviour, times=None))
    assert (await _post(proxy.base_url, kind)).status == 408


@pytest.mark.parametrize("kind", KINDS)
async def test_an_upstreams_waiting_time_is_dropped(upstream: LocalImages, proxy: Proxy, kind: OrderKind) -> None:
    upstream.script.add(replace(errors()["overloaded"].behaviour, times=None))
    answer = await _post(proxy.base_url, kind)
    assert answer.status == 503
    assert answer.body["error"]["type"] == "internal_server_error"
    assert "retry-after" not in answer.headers


# -- asking more than once --------------------------------------------------------------------------------------------


async def test_neither_max_retries_nor_num_retries_keeps_generations_from_asking_three_times(
    upstream: LocalImages, proxy: Proxy
) -> None:
    upstream.script.add(replace(errors()["server_error"].behaviour, times=None))
    assert (await _post(proxy.base_url, OrderKind.GENERATE)).status == 500
    assert len(upstream.posts) == POSTS_OF_ONE_CALL


async def test_a_failure_in_between_is_hidden_by_the_picture_that_comes_in_the_end(
    upstream: LocalImages, caller: Caller
) -> None:
    upstream.script.add(errors()["server_error"].behaviour)
    assert isinstance(await caller.paint(caller.call(OrderKind.GENERATE)), Receipt)
    assert [post.status for post in upstream.posts] == [500, 200]


# -- LiteLLM's own answers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", COOLING)
async def test_after_some_failures_litellm_pauses_and_easel_waits_as_long_as_it_says(
    upstream: LocalImages, proxy: Proxy, tmp_path: Path, failure: str
) -> None:
    upstream.script.add(replace(errors()[failure].behaviour, times=None, prompt="<first>"))
    way = Way(base_url=proxy.base_url, key=MASTER_KEY, model=COOLING[failure])
    await verdict_of(tmp_path, way, OrderKind.GENERATE, "<first>")
    asked = len(upstream.posts)
    for kind in KINDS:
        answer = await _post(proxy.base_url, kind, model=way.model)
        assert answer.status == 429
        assert answer.body["error"]["type"] == "all_deployments_in_cooldown"
        assert answer.headers.get("retry-after") == ("5" if kind is OrderKind.EDIT else None)
        async with asking(tmp_path, way) as caller:
            failed = await caller.paint(caller.call(kind))
        assert isinstance(failed, CallFailed)
        assert failed.failure.reason is Reason.RATE_LIMITED
        assert failed.failure.billed is Billed.NO
        assert failed.retry_after_s == 5
    assert len(upstream.posts) == asked


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "refused",
    [
        # without a database, every key but the master key ends like this
        ("sk-wrong", MODEL, "No connected db", Reason.BAD_KEY, "virtual key"),
        (MASTER_KEY, "gpt-image-2-elsewhere", "Invalid model name", Reason.MODEL_UNKNOWN, "model_name"),
    ],
    ids=["wrong key", "model it does not have"],
)
async def test_what_litellm_refuses_itself_costs_nothing_and_tells_its_host_what_to_mend(
    upstream: LocalImages, proxy: Proxy, tmp_path: Path, kind: OrderKind, refused: tuple[str, str, str, Reason, str]
) -> None:
    key, model, words, reason, hint = refused
    async with asking(tmp_path, Way(base_url=proxy.base_url, key=key, model=model)) as caller:
        failed = await caller.paint(caller.call(kind))
    assert isinstance(failed, CallFailed)
    assert failed.failure.billed is Billed.NO
    assert failed.failure.reason is reason
    assert words in str(failed.failure.facts["detail"])
    assert hint in (failed.failure.host_hint or "")
    assert len(upstream.posts) == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["base_url", "pass_through_url"])
async def test_an_upstream_that_is_not_there_becomes_500_so_nobody_knows(
    proxy: Proxy, tmp_path: Path, kind: OrderKind, way: str
) -> None:
    unknown = Verdict(reason=Reason.UNKNOWN_OUTCOME, billed=Billed.UNKNOWN)
    there = Way(base_url=getattr(proxy, way), key=MASTER_KEY, model=STEADY)
    assert await verdict_of(tmp_path, there, kind, "a red fox") == unknown


async def test_the_check_finds_the_model_and_names_the_others(
    upstream: LocalImages, proxy: Proxy, caller: Caller, tmp_path: Path
) -> None:
    assert [finding.level for finding in await caller.gateway.probe()] == ["ok"]
    async with asking(tmp_path, Way(base_url=proxy.base_url, key=MASTER_KEY, model="gpt-image-9")) as stranger:
        (finding,) = await stranger.gateway.probe()
    assert MODEL in finding.text
    async with asking(tmp_path, Way(base_url=proxy.base_url, key="sk-wrong", model=MODEL)) as stranger:
        (finding,) = await stranger.gateway.probe()
    assert "master key" in finding.text


# -- the pass-through -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
async def test_the_pass_through_streams_and_asks_once(
    upstream: LocalImages, proxy: Proxy, tmp_path: Path, kind: OrderKind
) -> None:
    async with asking(
        tmp_path, Way(base_url=proxy.pass_through_url, key=MASTER_KEY, model=MODEL, profile="local")
    ) as caller:
        plan = caller.plan(kind, Options(quality="medium"))
        assert plan.parameters["stream"] is True
        async with asyncio.timeout(15):
            assert isinstance(await caller.paint(caller.call(kind, plan)), Receipt)
    assert len(caller.previews) == 2
    assert len(upstream.posts) == 1
    assert [file.part for file in upstream.posts[0].files] == ["image"] * (kind is OrderKind.EDIT)


async def test_the_pass_through_takes_the_master_key_only_and_keeps_it(upstream: LocalImages, proxy: Proxy) -> None:
    assert (await _post(proxy.pass_through_url, OrderKind.GENERATE, key="sk-wrong")).status == 400
    assert len(upstream.posts) == 0
    answer = await _post(proxy.pass_through_url, OrderKind.GENERATE, model=MODEL)
    assert answer.status == 200
    assert upstream.posts[0].has_right_key  # LiteLLM's own, in the place of the caller's
    assert MASTER_KEY not in str(upstream.posts[0].headers)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_pass_through_leaves_refusals_and_their_waiting_time_as_they_are(
    upstream: LocalImages, proxy: Proxy, kind: OrderKind
) -> None:
    upstream.script.add(errors()["overloaded"].behaviour)
    answer = await _post(proxy.pass_through_url, kind, model=MODEL)
    assert answer.status == 503
    assert answer.body["error"]["code"] == "server_is_overloaded"
    assert answer.headers["retry-after"] == "2"
    assert answer.headers["x-request-id"] == upstream.posts[0].request_id
