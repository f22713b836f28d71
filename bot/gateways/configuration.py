"""What a host configured: gateways with their models, read from the settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from hashlib import sha256

from pydantic import SecretStr

from bot import gateway_file
from bot.errors import ConfigurationError
from bot.gateways.endpoints import Endpoints, exactly, understand
from bot.gateways.exchange import Clocks
from bot.gateways.families import TokenPrices, family_of
from bot.gateways.prices import Tariff
from bot.gateways.profiles import PROFILES, UNKNOWN, Profile, profile_for
from bot.model import Dialect, Learned
from bot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """One model of a gateway: its id as sent, how it is asked, and what overrules what is known of it.

    `capabilities` holds fields of `Capabilities`; `good_for` replaces the family's own line where it is given, `prices`
    what is known of the gateway's.
    """

    id: str
    dialect: Dialect = "images"
    good_for: str = ""
    capabilities: Mapping[str, object] = field(default_factory=dict[str, object])
    prices: Tariff | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayConfig:
    """One gateway as its host configured it; `models` has the default first.

    `key` is empty where the gateway wants none. `requests_per_minute` is None where nothing limits them. `moderation`
    is "" where nothing is to be sent. `ask_first` lets every order wait for a click on its price. `learned` is what
    earlier refusals taught, newest last.
    """

    slug: str
    title: str
    endpoints: Endpoints
    key: SecretStr
    models: tuple[ModelConfig, ...]
    profile: Profile
    clocks: Clocks = field(default_factory=Clocks)
    concurrency: int = 4
    requests_per_minute: int | None = None
    moderation: str = ""
    ask_first: bool = False
    learned: tuple[Learned, ...] = ()

    @property
    def address(self) -> str:
        """Return what learned facts are kept under beside the slug: another address is another gateway.

        It is a fingerprint, since a path may hold a secret.
        """
        return sha256(str(self.endpoints.generations).encode()).hexdigest()


def configs_from(settings: Settings) -> tuple[GatewayConfig, ...]:
    """Read every gateway, the default first: those of the file, else the one of the environment.

    Errors: `ConfigurationError` with all that is wrong; no key and no address is repeated.
    """
    if not settings.gateways:
        return (config_from(settings),)
    configs, problems = list[GatewayConfig](), list[str]()
    for gateway in settings.gateways:
        try:
            configs.append(_config_of(gateway))
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(*problems)
    return tuple(configs)


def _config_of(gateway: gateway_file.Configured) -> GatewayConfig:
    entry, clocks = gateway.entry, gateway.entry.timeouts
    endpoints = _endpoints(entry, gateway.where)
    try:
        profile = profile_for(endpoints.generations, entry.profile)
    except KeyError:
        raise ConfigurationError(f"{gateway.where}: profile is none of {_known()}. Choose one of them.") from None
    return GatewayConfig(
        slug=entry.slug,
        title=entry.title or (profile.title if profile.hosts else entry.slug),
        endpoints=endpoints,
        key=gateway.key,
        models=tuple(_model(model, profile, entry.currency) for model in entry.model),
        profile=profile,
        clocks=Clocks(connect_s=clocks.connect_s, total_s=clocks.total_s, idle_s=clocks.idle_s),
        concurrency=entry.concurrency,
        requests_per_minute=entry.requests_per_minute,
        moderation=entry.moderation,
        ask_first=entry.ask_first,
    )


def _endpoints(entry: gateway_file.Entry, where: str) -> Endpoints:
    """Understand the base URL, or what is given instead, and put every exact address in its place."""
    given = entry.endpoints.given()
    if entry.base_url is not None:
        base = understand(entry.base_url, f"{where}: base_url")
    else:
        name, first = next(iter(given.items()))
        base = understand(f"{first.strip().removesuffix('#')}#", f"{where}: endpoints.{name}")
    return exactly(base, given, f"{where}: endpoints.")


def _model(model: gateway_file.Model, profile: Profile, currency: str) -> ModelConfig:
    return ModelConfig(
        id=model.id,
        dialect=model.dialect or profile.dialect_for(family_of(model.id)),
        good_for=model.good_for,
        capabilities=model.capabilities(),
        prices=_tariff(model.prices, currency) if model.prices else None,
    )


def _tariff(prices: gateway_file.Prices, currency: str) -> Tariff:
    known = dict.fromkeys((part.name for part in fields(TokenPrices)), 0.0) | prices.token_prices
    return Tariff(
        currency=prices.currency or currency,
        per_call=prices.per_call,
        per_picture=prices.per_picture,
        tokens=TokenPrices(**known) if prices.token_prices else None,
    )


def _known() -> str:
    return ", ".join(["auto", *(profile.name for profile in (*PROFILES, UNKNOWN))])


def config_from(settings: Settings) -> GatewayConfig:
    """Read the one gateway of the environment.

    A gateway on this machine or a private network may want no key, nor does one whose profile is free.
    Errors: `ConfigurationError` where address, key or profile cannot be used; the key is never repeated.
    """
    endpoints = understand(settings.images_base_url)
    try:
        profile = profile_for(endpoints.generations, settings.images_profile)
    except KeyError:
        raise ConfigurationError(f"IMAGES_PROFILE is none of {_known()}. Choose one, or leave it out.") from None
    key, is_free = _usable(settings.images_api_key), profile.pricing == "free"
    if not key.get_secret_value() and not (is_free or endpoints.is_near):
        raise ConfigurationError("IMAGES_API_KEY is missing. Set it to the gateway's key, in the environment or .env.")
    if not key.get_secret_value() and not is_free:
        endpoints = replace(endpoints, notes=(*endpoints.notes, "IMAGES_API_KEY is empty, so no key is sent."))
    return GatewayConfig(
        slug=profile.name,
        title=profile.title if profile.hosts else f"{profile.title} {endpoints.generations.host}",
        endpoints=endpoints,
        key=key,
        models=(ModelConfig(id=settings.images_model, dialect=profile.dialect_for(family_of(settings.images_model))),),
        profile=profile,
        clocks=Clocks(total_s=settings.images_total_timeout_s),
        concurrency=settings.images_concurrency,
        moderation=settings.images_moderation,
    )


def _usable(key: SecretStr | None) -> SecretStr:
    """Return the key, empty where none is set."""
    value = key.get_secret_value().strip() if key else ""
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigurationError("IMAGES_API_KEY holds a space or a character no key has. Copy it again.")
    return SecretStr(value)
