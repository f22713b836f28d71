"""Stages with several gateways, and the words in which local gateways refuse."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app import Seams
from bot.gateways.configuration import GatewayConfig, ModelConfig
from bot.gateways.endpoints import understand
from bot.gateways.profiles import profile_for
from playground.discord import Actor, Channel, Message
from playground.images.errors import refused
from playground.images.refusal import error_body
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from playground.stage import Stage, StageOptions

SOON_S = 0.01
"""The first wait before a free call is made once more, in tests."""


@dataclass
class Time:
    """The bot's clock: the real one, moved on by `ahead_s`."""

    ahead_s: float = 0.0
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s)


def configured(
    images: LocalImages, slug: str, *, profile: str = "local", model: str = "gpt-image-2", per_minute: int | None = None
) -> GatewayConfig:
    """A gateway at this server, called after its slug."""
    endpoints = understand(images.base_url)
    return GatewayConfig(
        slug=slug,
        title=slug.title(),
        endpoints=endpoints,
        key=SecretStr(images.api_key),
        models=(ModelConfig(id=model),),
        profile=profile_for(endpoints.generations, profile),
        requests_per_minute=per_minute,
    )


@asynccontextmanager
async def a_stage(
    tmp_path: Path, *more: GatewayConfig, clock: Callable[[], datetime] | None = None, **settings: object
) -> AsyncGenerator[Stage]:
    """A stage whose bot has these gateways beside its own, and hardly waits before it repeats a free call."""
    seams = Seams(first_backoff_s=SOON_S, clock=clock) if clock else Seams(first_backoff_s=SOON_S)
    options = StageOptions(data_dir=tmp_path / "data", more_gateways=more, seams=seams)
    async with Stage(options, log_level="error", **settings) as stage:
        await stage.start_bot()
        yield stage
        stage.images.script.clear()
    assert not stage.discord.violations, stage.discord.transcript()


def refuses(  # the parts of an error
    status: int,
    message: str,
    *,
    code: str | None = None,
    param: str | None = None,
    times: int | None = None,
    **headers: str,
) -> Behaviour:
    """Refuse every request, or so many, in OpenAI's words."""
    body = error_body(message, code=code, param=param)
    return Behaviour(name=message, answer=refused(status, body, **headers), times=times)


def is_over(message: Message) -> bool:
    """Say whether an order's message tells an ending without pictures."""
    return "cost" in message.content or "billed" in message.content


async def ended(person: Actor, channel: Channel, prompt: str = "a red fox", **options: object) -> Message:
    """Type /imagine and return the message that tells how it ended without pictures."""
    run = await person.slash(channel, "imagine", prompt=prompt, **options)
    return await run.waits_for(is_over)


def buttons(message: Message) -> list[str]:
    """List the labels of a message's buttons."""
    rows = [row.get("components", ()) for row in message.components]
    return [str(button.get("label")) for row in rows for button in row]
