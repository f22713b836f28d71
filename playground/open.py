"""Opening the playground for a person: both servers, the bot, the address of the page, and the real gateway if any."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.app import GatewayConfig, StartupError, configs_from
from bot.settings import Settings
from playground.stage import Stage, StageOptions

SPEC_FOLDER = Path("../shared/specs")
LOCAL_DRAIN_S = 5.0  # nothing is paid for here, so nobody need wait longer
LOCAL_SLUG = "local"
CHAT_MODEL = "gemini-2.5-flash-image"
RESPONSES_MODEL = "gpt-image-2.5-flare"
TEXT_MODEL = "gpt-5-mini"
LOCAL_LATENCY_S = 1.2  # long enough to see the progress line, short enough to play


async def open_playground(
    settings: Settings, stop: asyncio.Event, *, port: int, data_dir: Path, say: Callable[[str], None]
) -> None:
    """Serve until `stop` is set. Errors: `StartupError` where the port is taken or the bot cannot start."""
    real = _real_gateways(settings)
    options = StageOptions(
        data_dir=data_dir,
        discord_spec=discord_spec(),
        images_spec=_spec("IMAGES_SPEC", "images-openapi-gateway.json"),
        discord_port=port,
        latency_s=LOCAL_LATENCY_S,
        notices=_notices(real),
        more_gateways=real,
    )
    drain_s = settings.drain_s if options.more_gateways else LOCAL_DRAIN_S
    stage = Stage(options, log_level=settings.log_level, log_format=settings.log_format, drain_s=drain_s)
    try:
        await stage.__aenter__()
    except OSError as error:
        raise StartupError(
            f"--port: {port} cannot be listened on ({error.strerror}). Try another, as in: make run ARGS='--port 8091'."
        ) from error
    stage.offer(*other_dialects(stage))
    try:
        await stage.start_bot()
        for line in _greeting(stage, options):
            say(line)
        assert stage.bot is not None  # noqa: S101  # started above
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({stopping, stage.bot}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
    finally:
        await stage.__aexit__(None, None, None)


def other_dialects(stage: Stage) -> tuple[GatewayConfig, ...]:
    """Return the local gateway's models that are asked in a chat and behind a text model."""
    settings = stage.settings()
    chat = configs_from(settings.model_copy(update={"images_model": CHAT_MODEL}))[0]
    one = configs_from(settings.model_copy(update={"images_model": RESPONSES_MODEL}))[0]
    able = {"text_model": TEXT_MODEL, "keeps_responses": True}
    tool = replace(one.models[0], dialect="responses", capabilities=able)
    return (
        replace(chat, slug="local-chat", title="the local gateway, chat"),
        replace(one, slug="local-responses", title="the local gateway, Responses", models=(tool,)),
    )


def _real_gateways(settings: Settings) -> tuple[GatewayConfig, ...]:
    """Return the host's own gateways, where there is a file or a key; every order there asks before it pays."""
    if settings.gateways:
        return tuple(replace(one, slug=_apart(one.slug), ask_first=True) for one in configs_from(settings))
    if settings.images_api_key is None:
        return ()
    return tuple(replace(one, slug="real", ask_first=True) for one in configs_from(settings))


def _apart(slug: str) -> str:
    """Return a slug that is not the local gateway's."""
    return "real-local" if slug == LOCAL_SLUG else slug


def _notices(real: tuple[GatewayConfig, ...]) -> tuple[str, ...]:
    dialects = f"{CHAT_MODEL} in a chat and {RESPONSES_MODEL} through Responses too"
    offline = f"Pictures are painted offline by the local gateway; /imagine model: offers {dialects}."
    if not real:
        return (offline,)
    return (offline, f"/imagine model: also offers {_offered(real)}, which costs money.")


def _offered(real: tuple[GatewayConfig, ...]) -> str:
    if len(real) == 1:
        return f"{real[0].models[0].id} at your own gateway"
    return f"the models of your own gateways ({', '.join(one.title for one in real)})"


def _greeting(stage: Stage, options: StageOptions) -> list[str]:
    lines = [
        "",
        f"  The playground is open:  {stage.discord.origin}/play",
        "",
        "  A local Discord and a local image gateway that paints offline.",
        f"  Pictures are kept in {options.data_dir}. Stop with Ctrl+C.",
    ]
    if options.more_gateways:
        origins = ", ".join(dict.fromkeys(str(one.endpoints.generations.origin()) for one in options.more_gateways))
        lines.append(
            f"  Your own gateway was found: /imagine model: also offers {_offered(options.more_gateways)}, {origins}. "
            "That costs money; the price is shown and asked first."
        )
    else:
        lines.append("  Nothing leaves this machine.")
    if options.discord_spec is None:
        lines.append("  Schema check OFF: set DISCORD_SPEC to Discord's OpenAPI description to switch it on.")
    return [*lines, ""]


def discord_spec() -> Path | None:
    """Return Discord's OpenAPI description where DISCORD_SPEC or the default names it, else None."""
    return _spec("DISCORD_SPEC", "discord-openapi.json")


def _spec(variable: str, name: str) -> Path | None:
    path = Path(os.getenv(variable) or SPEC_FOLDER / name)
    return path if path.is_file() else None
