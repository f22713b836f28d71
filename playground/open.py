"""Opening the playground for a person: both servers, the bot, the address of the page, and the real gateway if any."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from bot.app import GatewayConfig, StartupError, config_from
from bot.settings import Settings
from playground.stage import Stage, StageOptions

SPEC_FOLDER = Path("../shared/specs")
LOCAL_DRAIN_S = 5.0  # nothing is paid for here, so nobody need wait longer
LOCAL_LATENCY_S = 1.2  # long enough to see the progress line, short enough to play


async def open_playground(
    settings: Settings, stop: asyncio.Event, *, port: int, data_dir: Path, say: Callable[[str], None]
) -> None:
    """Serve until `stop` is set. Errors: `StartupError` where the port is taken or the bot cannot start."""
    options = StageOptions(
        data_dir=data_dir,
        discord_spec=discord_spec(),
        images_spec=_spec("IMAGES_SPEC", "images-openapi-gateway.json"),
        discord_port=port,
        latency_s=LOCAL_LATENCY_S,
        notices=_notices(settings),
        more_gateways=_real_gateway(settings),
    )
    drain_s = settings.drain_s if options.more_gateways else LOCAL_DRAIN_S
    stage = Stage(options, log_level=settings.log_level, log_format=settings.log_format, drain_s=drain_s)
    try:
        await stage.__aenter__()
    except OSError as error:
        raise StartupError(
            f"--port: {port} cannot be listened on ({error.strerror}). Try another, as in: make run ARGS='--port 8091'."
        ) from error
    try:
        await stage.start_bot()
        for line in _greeting(stage, settings, options):
            say(line)
        assert stage.bot is not None  # noqa: S101  # started above
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({stopping, stage.bot}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
    finally:
        await stage.__aexit__(None, None, None)


def _real_gateway(settings: Settings) -> tuple[GatewayConfig, ...]:
    """Return the gateway the environment's key belongs to; every order there asks before it pays."""
    if settings.images_api_key is None:
        return ()
    return (config_from(settings, slug="real", ask_first=True),)


def _notices(settings: Settings) -> tuple[str, ...]:
    offline = "Pictures are painted offline by the local gateway."
    if settings.images_api_key is None:
        return (offline,)
    return (offline, f"/imagine model: also offers {settings.images_model} at your own gateway, which costs money.")


def _greeting(stage: Stage, settings: Settings, options: StageOptions) -> list[str]:
    lines = [
        "",
        f"  The playground is open:  {stage.discord.origin}/play",
        "",
        "  A local Discord and a local image gateway that paints offline.",
        f"  Pictures are kept in {options.data_dir}. Stop with Ctrl+C.",
    ]
    if settings.images_api_key is None:
        lines.append("  Nothing leaves this machine.")
    else:
        lines.append(
            f"  Your key was found: /imagine model: also offers {settings.images_model} at {settings.images_base_url}. "
            "That costs money; the price is shown and asked first."
        )
    if options.discord_spec is None:
        lines.append("  Schema check OFF: set DISCORD_SPEC to Discord's OpenAPI description to switch it on.")
    return [*lines, ""]


def discord_spec() -> Path | None:
    """Return Discord's OpenAPI description where DISCORD_SPEC or the default names it, else None."""
    return _spec("DISCORD_SPEC", "discord-openapi.json")


def _spec(variable: str, name: str) -> Path | None:
    path = Path(os.getenv(variable) or SPEC_FOLDER / name)
    return path if path.is_file() else None
