"""Which capabilities count: the profile's, overruled by what was learned, overruled by the host's configuration.

What a gateway refused of mere options counts over the configuration too, while it is believed: planned again with
them, an order would be refused again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, Literal, cast, get_args, get_origin, get_type_hints

from bot.capability import Capabilities
from bot.errors import ConfigurationError
from bot.gateways.families import TRANSPARENT, family_of
from bot.gateways.profiles import Profile
from bot.model import Dialect, Learned, Scalar

_HINTS: Final = get_type_hints(Capabilities)
_BOUNDS: Final = {
    "max_inputs": range(17),  # 16 at OpenAI (openai-openapi 2.3.0, read 2026-11-20)
    "max_n": range(1, 11),
    "partial_images": range(4),
    "max_prompt_chars": range(1, 1_000_001),
}


_OPTIONS: Final = frozenset(
    {
        "qualities", "backgrounds", "formats", "compression", "moderation", "input_fidelity", "stream", "modalities",
        "max_n", "user_field", "keeps_responses",
    }
)  # fmt: skip


def capabilities_of(
    profile: Profile,
    model: str,
    dialect: Dialect = "images",
    *,
    learned: Iterable[Learned] = (),
    configured: Mapping[str, object] | None = None,
) -> Capabilities:
    """Merge everything known of one model at one gateway.

    `learned` holds what answers taught, newest last: a switch, a limit, one word of several that was refused, False
    for all of them, or with a + before it one word that worked; what speaks of other models, of no capability, or
    makes no sense is passed over.
    `configured` holds fields of `Capabilities`.
    Errors: `ConfigurationError` for a configured field that does not exist or cannot have this value.
    """
    capabilities = _in_dialect(_profiled(profile, model), dialect)
    facts = [fact for fact in learned if fact.model == model]
    for fact in facts:
        capabilities = _taught(capabilities, fact.capability, fact.value)
    given = dict(configured or {})
    if wrong := [name for name, value in given.items() if not _fits(name, value)]:
        raise ConfigurationError(*(f"{name} is no capability of a gateway, or cannot be this value." for name in wrong))
    capabilities = replace(capabilities, **given)
    for fact in facts:
        if fact.capability in _OPTIONS and not fact.is_gain and not _is_less(given.get(fact.capability), fact.value):
            capabilities = _taught(capabilities, fact.capability, fact.value)
    return capabilities


def _is_less(given: object, learned: Scalar) -> bool:
    """Tell whether a host allows less than what was learned."""
    return isinstance(given, int) and isinstance(learned, int) and given < learned


def _profiled(profile: Profile, model: str) -> Capabilities:
    """Let the profile narrow what the family can do; no gateway adds edits or sizes to a model without them."""
    family = family_of(model)
    able = family.capabilities
    shows_preview = family.transparency_is_preview and profile.transparent_preview
    backgrounds = TRANSPARENT if shows_preview else able.backgrounds
    return replace(
        able,
        edit=able.edit and profile.edit,
        mask=able.mask and profile.edit,
        max_n=min(able.max_n, profile.max_n),
        sizes=profile.sizes if profile.sizes and able.sizes.free else able.sizes,
        backgrounds=tuple(one for one in backgrounds if profile.backgrounds is None or one in profile.backgrounds),
        stream=able.stream and profile.partial_images > 0,
        partial_images=min(able.partial_images, profile.partial_images),
        moderation=tuple(word for word in able.moderation if word in profile.moderation),
        user_field=profile.user_field if able.user_field else "",
        modalities=profile.modalities,
        keeps_responses=profile.keeps_responses,
    )


def _in_dialect(able: Capabilities, dialect: Dialect) -> Capabilities:
    """Leave out what a dialect has no field for (image-api facts, sections 4 and 5)."""
    match dialect:
        case "images":
            return able
        case "chat":
            return replace(
                able, max_n=1, mask=False, qualities=(), backgrounds=(), formats=(), compression=False,
                moderation=(), input_fidelity=(), stream=False, partial_images=0,
            )  # fmt: skip
        case "responses":
            return replace(able, max_n=1)


def _taught(capabilities: Capabilities, name: str, value: Scalar) -> Capabilities:
    held: object = getattr(capabilities, name, None)
    if isinstance(held, tuple):
        words = cast("tuple[str, ...]", held)  # every tuple of Capabilities holds words
        if isinstance(value, str) and value.startswith("+"):
            return replace(capabilities, **{name: tuple(dict.fromkeys((*words, value[1:])))})
        kept = tuple(word for word in words if value is not False and word != value)
        return replace(capabilities, **{name: kept})
    return replace(capabilities, **{name: value}) if _fits(name, value) else capabilities


def _fits(name: str, value: object) -> bool:
    """Tell whether a capability of this name may have this value."""
    hint = _HINTS.get(name)
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(type(word) is str for word in cast("tuple[object, ...]", value))
    return type(value) is hint and (name not in _BOUNDS or value in _BOUNDS[name])
