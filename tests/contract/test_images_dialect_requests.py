"""What the images dialect sends: fields, forms, headers, and never more than once."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import trustme
from aiohttp import web
from PIL import Image

from bot.errors import CallFailed
from bot.gateways.exchange import Clocks
from bot.gateways.painting import has_room
from bot.model import Billed, Learned, Options, OrderKind, PaintCall, PaintInput, Reason, Receipt
from playground.images.answers import answers
from playground.images.breakages import held_before_event, stopping_at
from playground.images.errors import refused
from playground.images.replies import Hold
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from tests.contract.image_calls import Caller, calling, calling_local, noise, said, until


@pytest.fixture
async def images(images_spec: Path | None) -> AsyncIterator[LocalImages]:
    async with LocalImages(spec=images_spec, api_key="sk-canary-0123456789") as opened:
        yield opened
        assert not opened.violations


@pytest.fixture
async def caller(images: LocalImages, tmp_path: Path) -> AsyncIterator[Caller]:
    async with calling_local(tmp_path, images) as opened:
        yield opened


async def receipt_of(caller: Caller, call: PaintCall) -> Receipt:
    outcome = await caller.paint(call)
    assert isinstance(outcome, Receipt), outcome
    return outcome


# -- generations ----------------------------------------------------------------------------------------------------


async def test_a_generation_sends_its_plan_as_json_and_nothing_else(images: LocalImages, caller: Caller) -> None:
    options = Options(
        size="1536x1024", quality="low", background="opaque", output_format="jpeg", compression=80, count=2
    )
    call = caller.call(OrderKind.GENERATE, caller.plan(OrderKind.GENERATE, options))
    receipt = await receipt_of(caller, call)
    (post,) = images.posts
    assert post.path == "/v1/images/generations"
    assert post.has_right_key
    assert post.fields == {
        "model": "gpt-image-2",
        "prompt": "a red cat 一只红色的猫",
        "n": 2,
        "size": "1536x1024",
        "quality": "low",
        "background": "opaque",
        "output_format": "jpeg",
        "output_compression": 80,
        "safety_identifier": "c0ffee",
    }
    assert post.headers["accept-encoding"] == "identity"
    assert "cookie" not in post.headers
    with Image.open(receipt.files[0].path) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1536, 1024))


async def test_the_order_of_pictures_ids_and_usage_come_back(images: LocalImages, caller: Caller) -> None:
    call = caller.call(OrderKind.GENERATE, caller.plan(OrderKind.GENERATE, Options(quality="low", count=3)))
    receipt = await receipt_of(caller, call)
    assert [file.path.name for file in receipt.files] == ["CALL-1-1.part", "CALL-1-2.part", "CALL-1-3.part"]
    assert len({file.sha256 for file in receipt.files}) == 3
    assert receipt.request_id == images.posts[0].request_id
    assert receipt.usage is not None
    assert receipt.usage.image_out == 3 * 196
    assert receipt.usage.text_in + receipt.usage.image_out == receipt.usage.total
    assert receipt.echoed["size"] == "1024x1024"
    assert caller.previews == []


# -- edits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "part"), [(1, "image"), (2, "image[]"), (16, "image[]")])
async def test_one_file_is_image_and_several_are_image_brackets(
    images: LocalImages, caller: Caller, count: int, part: str
) -> None:
    kinds = ["PNG", "JPEG", "WEBP"]
    inputs = [caller.input(f"{number}.bin", kinds[number % 3]) for number in range(count)]
    call = replace(caller.call(OrderKind.EDIT), inputs=tuple(inputs))
    await receipt_of(caller, call)
    (post,) = images.posts
    assert post.path == "/v1/images/edits"
    assert [file.part for file in post.files] == [part] * count
    assert [file.content for file in post.files] == [one.path.read_bytes() for one in inputs]
    types = {"png": ("png", "image/png"), "jpeg": ("jpg", "image/jpeg"), "webp": ("webp", "image/webp")}
    for number, (file, one) in enumerate(zip(post.files, inputs, strict=True), 1):
        suffix, content_type = types[one.format]
        assert (file.name, file.content_type) == (f"image-{number}.{suffix}", content_type)
    assert post.fields["size"] == "1024x1024"
    assert "moderation" not in post.fields
    assert "transfer-encoding" not in post.headers


@pytest.mark.parametrize(("name", "count"), [("image", 1), ("image[]", 1), ("image[]", 2)])
async def test_a_gateway_that_reads_one_spelling_only_gets_it(
    images: LocalImages, tmp_path: Path, name: str, count: int
) -> None:
    fact = Learned(model="gpt-image-2", capability="edit_field", value=name, reason="the other was refused")
    async with calling(tmp_path, images.base_url, images.api_key, learned=(fact,)) as caller:
        inputs = tuple(caller.input(f"{number}.bin") for number in range(count))
        await receipt_of(caller, replace(caller.call(OrderKind.EDIT), inputs=inputs))
    assert [file.part for file in images.posts[0].files] == [name] * count


async def test_scalars_travel_as_text_and_the_mask_as_its_own_part(images: LocalImages, caller: Caller) -> None:
    mask_path = caller.folder / "mask.bin"
    Image.new("RGBA", (128, 128), (0, 0, 0, 0)).save(mask_path, format="PNG")
    plan = caller.plan(OrderKind.EDIT, Options(quality="medium", count=2))
    call = replace(caller.call(OrderKind.EDIT, plan), mask=PaintInput(path=mask_path, format="png"))
    await receipt_of(caller, call)
    (post,) = images.posts
    assert {name: post.fields[name] for name in ("n", "stream", "partial_images")} == {
        "n": "2",
        "stream": "true",
        "partial_images": "2",
    }
    assert post.fields["prompt"] == "a red cat 一只红色的猫"
    assert [(file.part, file.name) for file in post.files] == [("image", "image-1.png"), ("mask", "mask.png")]
    assert post.files[1].content == mask_path.read_bytes()


async def test_an_input_that_is_gone_costs_nothing_and_sends_nothing(images: LocalImages, caller: Caller) -> None:
    call = caller.call(OrderKind.EDIT)
    call.inputs[0].path.unlink()
    outcome = await caller.paint(call)
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.STORED_FILE_LOST, Billed.NO)
    assert len(images.posts) == 0


# -- streams --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(OrderKind))
async def test_previews_are_shown_while_it_paints_and_removed_at_the_end(
    images: LocalImages, caller: Caller, kind: OrderKind
) -> None:
    hold = Hold()
    images.script.add(Behaviour(name="held", answer=held_before_event(2, hold)))
    painting = asyncio.create_task(caller.paint(caller.call(kind, caller.plan(kind, Options()))))
    await until(lambda: len(caller.previews) == 2)
    assert not painting.done()
    hold.release()
    outcome = await painting
    assert isinstance(outcome, Receipt)
    assert len(caller.previews) == 2
    assert all(preview.startswith(b"\x89PNG") for preview in caller.previews)
    assert caller.left_files() == {"CALL-1-1.part"}


async def test_a_stream_that_falls_silent_after_a_preview_is_given_up(images: LocalImages, tmp_path: Path) -> None:
    waiting = Hold()
    images.script.add(Behaviour(name="silent", answer=held_before_event(1, waiting)))
    async with calling_local(tmp_path, images, clocks=Clocks(idle_s=0.3)) as caller:
        outcome = await caller.paint(caller.call(OrderKind.GENERATE, caller.plan(OrderKind.GENERATE, Options())))
        assert isinstance(outcome, CallFailed)
        assert (outcome.failure.reason, outcome.failure.billed) == (Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN)
        assert len(caller.previews) == 1
        assert caller.left_files() == set()
    waiting.release()
    assert len(images.posts) == 1


async def test_silence_before_the_first_event_is_only_bounded_by_the_whole_call(
    images: LocalImages, tmp_path: Path
) -> None:
    images.script.add(Behaviour(name="slow", latency_s=0.6))
    async with calling_local(tmp_path, images, clocks=Clocks(idle_s=0.05)) as caller:
        outcome = await caller.paint(caller.call(OrderKind.GENERATE))
        assert isinstance(outcome, Receipt)


# -- what was not sent ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(OrderKind))
async def test_a_refused_connection_is_provably_free(tmp_path: Path, kind: OrderKind, unused_tcp_port: int) -> None:
    async with calling(tmp_path, f"http://127.0.0.1:{unused_tcp_port}/v1", "sk-x") as caller:
        outcome = await caller.paint(caller.call(kind))
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.NOT_SENT, Billed.NO)
    assert outcome.retriable
    assert str(unused_tcp_port) not in said(outcome.failure.facts)


async def test_a_name_that_leads_nowhere_is_provably_free(tmp_path: Path) -> None:
    async with calling(tmp_path, "http://gateway.invalid/v1", "sk-x") as caller:
        outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.NOT_SENT, Billed.NO)


async def test_a_certificate_nobody_vouches_for_is_provably_free(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert("127.0.0.1")
    with certificate.private_key_and_cert_chain_pem.tempfile(dir=str(tmp_path)) as chain:
        context.load_cert_chain(chain)
    runner = web.AppRunner(web.Application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        port = runner.addresses[0][1]
        async with calling(tmp_path, f"https://127.0.0.1:{port}/v1", "sk-x") as caller:
            outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    finally:
        await runner.cleanup()
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.NOT_SENT, Billed.NO)


async def test_a_gateway_that_takes_the_connection_and_says_nothing_is_unknown(tmp_path: Path) -> None:
    silent = asyncio.Event()

    async def swallow(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        clocks = Clocks(total_s=0.3)
        async with calling(tmp_path, f"http://127.0.0.1:{port}/v1", "sk-x", clocks=clocks) as caller:
            outcome = await caller.paint(caller.call(OrderKind.GENERATE))
        silent.set()
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.UNKNOWN_OUTCOME, Billed.UNKNOWN)
    assert not outcome.retriable


# -- cancelling -------------------------------------------------------------------------------------------------------


async def test_cancelling_stops_waiting_and_leaves_nothing_half(images: LocalImages, caller: Caller) -> None:
    hold = Hold()
    images.script.add(Behaviour(name="stuck", answer=stopping_at(5_000, hold), picture_bytes=noise()))
    painting = asyncio.create_task(caller.paint(caller.call(OrderKind.GENERATE)))
    await until(caller.left_files)
    painting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await painting
    hold.release()
    assert caller.left_files() == set()
    assert len(images.posts) == 1


async def test_a_final_picture_survives_a_cancelled_wait_for_the_next(images: LocalImages, caller: Caller) -> None:
    hold = Hold()
    images.script.add(Behaviour(name="stuck", answer=held_before_event(1, hold)))
    painting = asyncio.create_task(caller.paint(caller.call(OrderKind.GENERATE, n=2, stream=True, partial_images=0)))
    await until(lambda: "CALL-1-1.part" in caller.left_files())
    painting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await painting
    hold.release()
    assert caller.left_files() == {"CALL-1-1.part"}


# -- secrets ----------------------------------------------------------------------------------------------------------


async def test_a_key_that_the_gateway_repeats_is_never_repeated(images: LocalImages, caller: Caller) -> None:
    text = f"key {images.api_key} and sk-other-key-123456 and Bearer abc.def are wrong (request id: 20261120abcdef)"
    images.script.add(Behaviour(name="echo", answer=refused(401, {"error": {"message": text}})))
    outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, CallFailed)
    detail = outcome.failure.facts["detail"]
    assert detail == "key [hidden] and [hidden] and [hidden] are wrong"
    assert outcome.failure.request_id == images.posts[0].request_id
    assert outcome.failure.host_hint is not None


async def test_a_redirect_is_never_followed_with_the_key(images: LocalImages, caller: Caller) -> None:
    async with LocalImages() as elsewhere:
        where = f"{elsewhere.base_url}/images/generations"
        for status in (301, 302, 303, 307, 308):
            images.script.add(Behaviour(name="moved", answer=refused(status, "", location=where)))
            outcome = await caller.paint(caller.call(OrderKind.GENERATE))
            assert isinstance(outcome, CallFailed)
            billed = Billed.UNKNOWN if status == 303 else Billed.NO  # "see other" follows what was done
            assert (outcome.failure.reason, outcome.failure.billed) == (Reason.WRONG_URL, billed)
        assert len(elsewhere.posts) == 0


async def test_a_picture_named_by_url_is_fetched_without_the_key(images: LocalImages, caller: Caller) -> None:
    images.script.add(answers()["url"].behaviour)
    receipt = await receipt_of(caller, caller.call(OrderKind.GENERATE))
    assert [download.has_key for download in images.downloads.log] == [False]
    assert receipt.files[0].path.read_bytes().startswith(b"\x89PNG")


async def test_sixty_four_calls_at_once_are_all_read(images: LocalImages, caller: Caller) -> None:
    images.script.add(Behaviour(name="same", times=None, picture_bytes=noise((256, 256))))
    calls = [caller.call(OrderKind.GENERATE) for _ in range(64)]
    outcomes = await asyncio.gather(*(caller.paint(call) for call in calls))
    assert all(isinstance(outcome, Receipt) for outcome in outcomes)
    assert len(caller.left_files()) == 64
    assert len(images.posts) == 64


def test_aiohttp_is_not_told_to_retry() -> None:
    """aiohttp repeats requests of idempotent methods on a dead pooled connection; POST must never be one of them."""
    assert "POST" not in aiohttp.client.IDEMPOTENT_METHODS


# -- the disk ---------------------------------------------------------------------------------------------------------


async def test_a_folder_without_room_is_found_out_before_anything_is_paid(images: LocalImages, caller: Caller) -> None:
    outcome = await caller.paint(replace(caller.call(OrderKind.GENERATE), folder=caller.folder / "missing"))
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.DISK_FULL, Billed.NO)
    assert len(images.posts) == 0


def test_room_is_what_the_disk_has_left(tmp_path: Path) -> None:
    assert has_room(tmp_path, 1)
    assert not has_room(tmp_path, 10**18)


async def test_a_disk_that_refuses_later_is_said_and_nothing_is_claimed(images: LocalImages, caller: Caller) -> None:
    (caller.folder / "CALL-1-1.arriving").mkdir()
    outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, CallFailed)
    assert (outcome.failure.reason, outcome.failure.billed) == (Reason.DISK_FULL, Billed.UNKNOWN)
    assert outcome.failure.request_id == images.posts[0].request_id
    assert not outcome.retriable


async def test_what_was_final_before_the_disk_refused_is_delivered(images: LocalImages, caller: Caller) -> None:
    hold = Hold()
    images.script.add(Behaviour(name="two", answer=held_before_event(1, hold)))
    painting = asyncio.create_task(caller.paint(caller.call(OrderKind.GENERATE, n=2, stream=True, partial_images=0)))
    await until(lambda: "CALL-1-1.part" in caller.left_files())
    (caller.folder / "CALL-1-2.arriving").mkdir()
    hold.release()
    outcome = await painting
    assert isinstance(outcome, Receipt)
    assert [file.path.name for file in outcome.files] == ["CALL-1-1.part"]
