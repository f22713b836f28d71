"""The free question that a gateway is asked after its rest, and what its answer decides."""

import json
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.errors import CallFailed
from bot.gateways.breaker import FIRST_REST_S, OPENS_AFTER
from bot.gateways.configuration import GatewayConfig, ModelConfig
from bot.gateways.endpoints import understand
from bot.gateways.fetch import open_downloader
from bot.gateways.gateway import open_gateway
from bot.gateways.profiles import profile_for
from bot.model import OrderKind, Reason
from tests.contract.image_calls import Caller
from tests.flow.gateways import Time


@pytest.mark.parametrize(
    ("status", "body", "is_asked_again"),
    [
        (200, {"data": []}, True),
        (404, {"error": {"message": "no such page"}}, True),
        (403, {"error": {"message": "this key may not list models"}}, True),
        (401, {"error": {"message": "Invalid token"}}, False),
        (403, {"error": {"message": "用户额度不足", "code": "insufficient_user_quota"}}, False),
        (500, {}, False),
        (503, {"error": {"message": "overloaded"}}, False),
    ],
)
async def test_a_paid_call_follows_only_where_the_gateway_is_back(
    tmp_path: Path, status: int, body: object, *, is_asked_again: bool
) -> None:
    seen, time = list[str](), Time()

    async def answer(request: web.BaseRequest) -> web.Response:
        seen.append(request.method)
        await request.read()
        if request.method == "POST":
            return web.Response(status=500)
        return web.Response(status=status, text=json.dumps(body))

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        endpoints = understand(f"http://127.0.0.1:{runner.addresses[0][1]}/v1")
        config = GatewayConfig(
            slug="failing",
            title="Failing",
            endpoints=endpoints,
            key=SecretStr("sk-canary-of-knocking"),
            models=(ModelConfig(id="gpt-image-2"),),
            profile=profile_for(endpoints.generations, "local"),
        )
        async with (
            open_downloader(frozenset()) as downloader,
            open_gateway(config, downloader, clock=time) as gateway,
        ):
            caller = Caller(gateway=gateway, folder=tmp_path)
            for _ in range(OPENS_AFTER):
                await caller.paint(caller.call(OrderKind.GENERATE))
            assert await reason_of(caller) is Reason.RESTING
            assert seen == ["POST"] * OPENS_AFTER
            time.ahead_s = FIRST_REST_S
            expected = Reason.UNKNOWN_OUTCOME if is_asked_again else Reason.RESTING
            assert await reason_of(caller) is expected
            assert seen[OPENS_AFTER:] == (["GET", "POST"] if is_asked_again else ["GET"])
            assert await reason_of(caller) is Reason.RESTING
            assert seen.count("GET") == 1
    finally:
        await runner.cleanup()


async def reason_of(caller: Caller) -> Reason:
    outcome = await caller.paint(caller.call(OrderKind.GENERATE))
    assert isinstance(outcome, CallFailed)
    return outcome.failure.reason
