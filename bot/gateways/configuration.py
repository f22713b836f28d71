"""What a host configured: gateways with their models, read from the settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from bot.errors import ConfigurationError
from bot.gateways.endpoints import Endpoints, understand
from bot.gateways.exchange import Clocks
from bot.gateways.profiles import PROFILES, Profile, profile_for
from bot.model import Dialect, Learned
from bot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """One model of a gateway: its id as sent, how it is asked, and what overrules what is known of it.

    `capabilities` holds fields of `Capabilities`; `good_for` replaces the family's own line where it is given.
    """

    id: str
    dialect: Dialect = "images"
    good_for: str = ""
    capabilities: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayConfig:
    """One gateway as its host configured it; `models` has the default first.

    `moderation` is "" where nothing is to be sent. `ask_first` lets every order wait for a click on its price.
    `learned` is what earlier refusals taught, newest last.
    """

    slug: str
    title: str
    endpoints: Endpoints
    key: SecretStr
    models: tuple[ModelConfig, ...]
    profile: Profile
    clocks: Clocks = field(default_factory=Clocks)
    concurrency: int = 4
    moderation: str = ""
    ask_first: bool = False
    learned: tuple[Learned, ...] = ()


def config_from(settings: Settings, *, slug: str | None = None, ask_first: bool = False) -> GatewayConfig:
    """Read the one gateway of the environment.

    Errors: `ConfigurationError` where address, key or profile cannot be used; the key is never repeated.
    """
    endpoints = understand(settings.images_base_url)
    try:
        profile = profile_for(endpoints.generations, settings.images_profile)
    except KeyError:
        known = ", ".join(["auto", *(profile.name for profile in PROFILES), "unknown"])
        raise ConfigurationError(f"IMAGES_PROFILE is none of {known}. Choose one, or leave it out.") from None
    return GatewayConfig(
        slug=slug or profile.name,
        title=profile.title if profile.hosts else f"{profile.title} {endpoints.generations.host}",
        endpoints=endpoints,
        key=_usable(settings.images_api_key),
        models=(ModelConfig(id=settings.images_model),),
        profile=profile,
        clocks=Clocks(total_s=settings.images_total_timeout_s),
        concurrency=settings.images_concurrency,
        moderation=settings.images_moderation,
        ask_first=ask_first,
    )


def _usable(key: SecretStr | None) -> SecretStr:
    value = key.get_secret_value().strip() if key else ""
    if not value:
        raise ConfigurationError("IMAGES_API_KEY is missing. Set it to the gateway's key, in the environment or .env.")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigurationError("IMAGES_API_KEY holds a space or a character no key has. Copy it again.")
    return SecretStr(value)
