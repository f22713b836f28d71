"""Message and modal components: their kinds, and the walks through nested ones."""

from collections.abc import Iterator
from enum import IntEnum

from playground.discord.wire import Payload


class ComponentKind(IntEnum):
    """Component types, as Discord numbers them. Discord docs, components/reference (read 2026-11-20)."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = frozenset(
    {
        ComponentKind.STRING_SELECT,
        ComponentKind.USER_SELECT,
        ComponentKind.ROLE_SELECT,
        ComponentKind.MENTIONABLE_SELECT,
        ComponentKind.CHANNEL_SELECT,
    }
)
_SINGLE = ("accessory", "component")


def every_component(components: list[Payload]) -> Iterator[Payload]:
    """Yield all components, nested ones, accessories and labelled ones too, in reading order."""
    for one in components:
        yield one
        yield from every_component(one.get("components") or [])
        yield from every_component([one[part] for part in _SINGLE if one.get(part)])


def number_components(components: list[Payload]) -> list[Payload]:
    """Return components with the `id` that Discord gives those that came without one, from 1, in reading order."""
    taken = {one["id"] for one in every_component(components) if one.get("id")}
    free = (number for number in range(1, 10_000) if number not in taken)

    def numbered(one: Payload) -> Payload:
        shape: Payload = {**one, "id": one.get("id") or next(free)}
        if "components" in one:
            shape["components"] = [numbered(inner) for inner in one["components"]]
        for part in _SINGLE:
            if one.get(part):
                shape[part] = numbered(one[part])
        return shape

    return [numbered(one) for one in components]
