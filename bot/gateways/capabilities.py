"""Which capabilities count: the profile's, overruled by what was learned, overruled by the host's configuration."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any, Final, cast

from bot.capability import Capabilities
from bot.gateways.families import TRANSPARENT, family_of
from bot.gateways.profiles import Profile
from bot.model import Learned

_NAMES: Final = frozenset(field.name for field in fields(Capabilities))


def capabilities_of(
    profile: Profile, model: str, *, learned: Iterable[Learned] = (), configured: Mapping[str, Any] | None = None
) -> Capabilities:
    """Merge everything known of one model at one gateway.

    `learned` holds what refusals taught, newest last: a switch, a limit, or the refused one of several words; what
    speaks of other models or of no capability is passed over. `configured` holds fields of `Capabilities`.
    """
    capabilities = _profiled(profile, model)
    for fact in learned:
        if fact.model == model and fact.capability in _NAMES:
            capabilities = _taught(capabilities, fact)
    return replace(capabilities, **(configured or {}))


def _profiled(profile: Profile, model: str) -> Capabilities:
    """Let the profile narrow what the family can do; no gateway adds edits or sizes to a model without them."""
    family = family_of(model)
    able = family.capabilities
    shows_preview = family.transparency_is_preview and profile.transparent_preview
    return replace(
        able,
        edit=able.edit and profile.edit,
        mask=able.mask and profile.edit,
        max_n=min(able.max_n, profile.max_n),
        sizes=profile.sizes if profile.sizes and able.sizes.free else able.sizes,
        backgrounds=TRANSPARENT if shows_preview else able.backgrounds,
        stream=profile.partial_images > 0,
        partial_images=profile.partial_images,
        moderation=profile.moderation,
        user_field=profile.user_field,
    )


def _taught(capabilities: Capabilities, fact: Learned) -> Capabilities:
    held: object = getattr(capabilities, fact.capability)
    if isinstance(held, tuple):
        words = cast("tuple[str, ...]", held)  # every tuple of Capabilities holds words
        return replace(capabilities, **{fact.capability: tuple(word for word in words if word != fact.value)})
    if type(held) is type(fact.value):
        return replace(capabilities, **{fact.capability: fact.value})
    return capabilities
