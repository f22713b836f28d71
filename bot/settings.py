"""Every setting of Easel, typed and described; nothing is read when this module is imported.

`load` is called once, in `bot/__main__.py` or the playground, and its parts are handed down. Each field's
description is the sentence that `.env.example` and the README carry. Several gateways are in a file of their own,
which `gateway_file` describes.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict

from bot import gateway_file
from bot.errors import ConfigurationError
from bot.gateway_file import Configured, Variable

_ADDRESS = re.compile(r"(?:https?|wss?)://[\w.\-\[\]:]+")
_ORIGIN = re.compile(r"https?://[\w.\-\[\]:]+")

IGNORED_ALOUD = ("ENABLE_IMAGE_GENERATION", "IMAGE_GENERATION_ENGINE")
"""Open WebUI's two switches: understood, without effect here, and `check` says so."""

ONE_GATEWAY = (
    "images_base_url",
    "images_api_key",
    "images_model",
    "images_profile",
    "images_concurrency",
    "images_total_timeout_s",
    "images_moderation",
)
"""The settings that describe the one gateway of the environment; a file of gateways takes their place."""


class Settings(BaseSettings):
    """One frozen reading of the environment and `.env`."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        env_ignore_empty=True,
    )

    discord_token: SecretStr | None = Field(
        default=None, description="The bot's token from Discord's developer portal. Without it, the playground opens."
    )
    discord_api_url: str | None = Field(
        default=None, description="Base of Discord's REST API, for a proxy or a Discord-compatible server."
    )
    discord_gateway_url: str | None = Field(
        default=None, description="Address of Discord's gateway WebSocket, for a Discord-compatible server."
    )
    message_content: bool = Field(
        default=False,
        description="Ask for the privileged Message Content intent; needed only for 'every message is an edit'.",
    )
    host_user_ids: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(),
        description="Discord user ids of the bot's hosts, separated by commas; the application's owners if empty.",
    )
    reply_opens_thread: bool = Field(
        default=True, description="A reply to a picture in an ordinary channel opens a thread for the edits."
    )
    max_waiting: int = Field(default=10, ge=1, le=1000, description="Orders one person may have waiting at once.")

    gateways_file: Path | None = Field(
        default=Path("gateways.toml"),
        description="File that describes any number of gateways, used where it exists; gateways.example.toml explains "
        "it.",
    )
    images_base_url: str = Field(
        default="https://api.openai.com/v1",
        description="Base URL of the image gateway, with /v1; a trailing # makes it an exact endpoint.",
        validation_alias=AliasChoices(
            "images_base_url", "IMAGES_BASE_URL", "IMAGES_OPENAI_API_BASE_URL", "OPENAI_BASE_URL"
        ),
    )
    images_api_key: SecretStr | None = Field(
        default=None,
        description="Key of the image gateway; empty where a server of your own wants none.",
        validation_alias=AliasChoices("images_api_key", "IMAGES_API_KEY", "IMAGES_OPENAI_API_KEY", "OPENAI_API_KEY"),
    )
    images_model: str = Field(
        default="gpt-image-2",
        description="Model id sent to the gateway.",
        validation_alias=AliasChoices("images_model", "IMAGES_MODEL", "IMAGE_GENERATION_MODEL"),
    )
    images_profile: str = Field(
        default="auto",
        description="What the gateway can do: auto (told by its address), openai, aicentos, model-go, clauddy, "
        "qiuqiu, ciyuanx, litellm, new-api, openrouter, local-server, local (the playground's) or unknown (cautious).",
    )
    images_size: str | None = Field(
        default=None,
        description="Size used when nobody chose one, such as 1024x1024; the model's own default if empty.",
        validation_alias=AliasChoices("images_size", "IMAGES_SIZE", "IMAGE_SIZE"),
    )
    images_quality: str | None = Field(
        default=None, description="Quality used when nobody chose one; the model's own default if empty."
    )
    images_concurrency: int = Field(default=4, ge=1, le=256, description="Calls that may run at the gateway at once.")
    images_total_timeout_s: float = Field(
        default=600, ge=10, le=3600, description="Seconds after which an unanswered call is given up."
    )
    drain_s: float = Field(
        default=600, ge=0, le=3600, description="Seconds that running calls have to finish when the bot is stopped."
    )
    images_moderation: Literal["", "auto", "low"] = Field(
        default="", description="Moderation strictness sent with generations (auto or low); not sent if empty."
    )
    show_cost: bool = Field(default=False, description="Say under each result what it cost.")
    media_origins: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(),
        description="Exact extra origins (https://host:port) that pictures may be downloaded from although the "
        "guard against private addresses would refuse them, separated by commas.",
    )

    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL of the database; SQLite under DATA_DIR if empty."
    )
    data_dir: Path = Field(default=Path("data"), description="Folder for the database and the picture files.")

    web_host: str = Field(default="127.0.0.1", description="Address the health and metrics page listens on.")
    web_port: int | None = Field(
        default=None, ge=0, le=65535, description="Port of the health and metrics page; none is opened if empty."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="How much is logged.")
    log_format: Literal["text", "json"] = Field(default="text", description="Logs for people or for machines.")

    @field_validator("host_user_ids", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if not all(part.isdecimal() for part in _parts(value)):
            raise ValueError("holds something that is no Discord user id (digits only, separated by commas)")
        return frozenset(int(part) for part in _parts(value))

    @field_validator("discord_api_url", "discord_gateway_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not _ADDRESS.match(value):
            raise ValueError("is no address that begins with http://, https://, ws:// or wss:// and names a host")
        return value

    @field_validator("media_origins", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        origins = [part.rstrip("/") for part in _parts(value)]
        if not all(_ORIGIN.fullmatch(origin) for origin in origins):
            raise ValueError("holds something that is no origin (https://host or https://host:port, without a path)")
        return frozenset(origins)

    _gateways: tuple[Configured, ...] = PrivateAttr(default=())

    @property
    def gateways(self) -> tuple[Configured, ...]:
        """Return the gateways of `GATEWAYS_FILE`; none where there is no such file: the environment's then counts."""
        return self._gateways

    def with_gateways(self, gateways: tuple[Configured, ...]) -> "Settings":
        """Return these settings with what the file holds; `load` reads it, once the rest is known."""
        self._gateways = gateways
        return self

    @property
    def without_effect(self) -> tuple[str, ...]:
        """Return the variables that are set and unused because a file describes the gateways."""
        unused = [name for name in ONE_GATEWAY if name in self.model_fields_set] if self._gateways else []
        return tuple(name.upper() for name in unused)

    @property
    def effective_database_url(self) -> str:
        """Return the database to open: the configured one, or SQLite under the data folder."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data_dir / 'easel.sqlite3').as_posix()}"

    def secrets(self) -> tuple[str, ...]:
        """Return every secret value, for redaction by value only."""
        held = (self.discord_token, self.images_api_key, *(gateway.key for gateway in self._gateways))
        return tuple(secret.get_secret_value() for secret in held if secret and secret.get_secret_value())


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def ignored_aloud() -> tuple[str, ...]:
    """Return the names in the environment that are understood and have no effect."""
    return tuple(name for name in IGNORED_ALOUD if os.getenv(name))


def load(env_file: Path | None = Path(".env"), **overrides: object) -> Settings:
    """Read the environment, `.env` and the file of gateways once.

    Without an `env_file` nothing of the current folder is read, so a file of gateways only where it is named.
    Errors: `ConfigurationError`, one sentence per problem with the variable, what is wrong and the fix; never
    the value, since pydantic's own messages may hold secrets.
    """
    try:
        settings = Settings(_env_file=env_file, **overrides)  # pyright: ignore[reportCallIssue]  # pydantic-settings reads `_env_file` at run time
    except ValidationError as error:
        problems = [_sentence(entry) for entry in error.errors(include_input=False, include_context=False)]
        raise ConfigurationError(*problems) from None
    return settings.with_gateways(_gateways(settings, env_file))


def _gateways(settings: Settings, env_file: Path | None) -> tuple[Configured, ...]:
    path, is_named = settings.gateways_file, "gateways_file" in settings.model_fields_set
    if path is None or (env_file is None and not is_named):
        return ()
    if not path.is_file():
        if is_named:
            raise ConfigurationError(
                f"GATEWAYS_FILE: there is no file {path}. Copy gateways.example.toml there, or leave the setting out."
            )
        return ()
    return gateway_file.read(path, _variables(env_file))


def _variables(env_file: Path | None) -> Variable:
    """Return what looks a variable up as settings are: in the environment, then in `.env`."""
    in_file = DotEnvSettingsSource(Settings, env_file=env_file, case_sensitive=True).env_vars
    return lambda name: os.getenv(name) or in_file.get(name)


def _sentence(entry: ErrorDetails) -> str:
    """Say variable, reason and fix; the wrong value itself is left out, since it may be a secret."""
    name = str(entry["loc"][0]).upper() if entry["loc"] else "configuration"
    field = Settings.model_fields.get(name.lower())
    reason = entry["msg"].removeprefix("Value error, ").removeprefix("Input ")
    meaning = f" It is: {field.description}" if field and field.description else ""
    return f"{name}: {reason}.{meaning} Mend it in the environment or in .env."
