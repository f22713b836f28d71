"""Discord's rules for messages and modals that its OpenAPI description leaves out; the description's own are not here.

A message (sent, edited, answered with or deferred) is refused when:

* its content is over 2,000 characters, or it shows nothing at all;
* its embeds hold over 6,000 characters together;
* it uploads over ten files, an attachment's id names no upload, or `attachment://` names no file of the message;
* without the V2 flag: it has over five rows, or components that need the flag;
* with the V2 flag: it has content, embeds, stickers or a poll, over 4,000 characters of text, or over 40 components;
* a row holds a select beside anything else;
* two components share a custom_id or an id, or two options of a select share a value;
* a button has neither or both of custom_id and link, says nothing, or a premium button has more than its SKU;
* a select asks for more at least than at most;
* allowed_mentions both names people or roles and allows all of them;
* a deferral sets any flag but EPHEMERAL.

A modal is refused when it has over five rows, or breaks the rules above for custom_id, id, options and selects.
An autocomplete answer is refused when it offers over 25 choices.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from playground.json_values import Json, JsonObject, mapping, sequence, text, whole

Path: TypeAlias = tuple[str | int, ...]

V2 = 1 << 15  # IS_COMPONENTS_V2; Discord docs, resources/message#message-object-message-flags (read 2026-11-20)
EPHEMERAL = 1 << 6  # the same table

MAX_CONTENT = 2000  # Discord docs, resources/message#create-message-jsonform-params (read 2026-11-20)
MAX_EMBEDS_TEXT = 6000  # Discord docs, resources/message#embed-object-embed-limits (read 2026-11-20)
MAX_FILES = 10  # Discord docs, reference#uploading-files (read 2026-11-20)
MAX_ROWS = 5  # Discord docs, components/reference#legacy-message-component-behavior (read 2026-11-20)
MAX_COMPONENTS = 40  # Discord docs, components/reference: "up to 40 total components" with the flag (read 2026-11-20)
MAX_LAYOUT_TEXT = 4000  # the text of all Text Displays; discord/discord-api-docs#8562 (read 2026-11-20)
MAX_CHOICES = 25  # Discord docs, interactions/receiving-and-responding, autocomplete structure (read 2026-11-20)
OLDEST_SNOWFLAKE = 1 << 22  # ids below are places in the list of uploads, not snowflakes

ROW, BUTTON, TEXT_DISPLAY = 1, 2, 10
SELECTS = frozenset((3, 5, 6, 7, 8))
CHOOSERS = SELECTS | {19, 21, 22}  # and file upload, radio group, checkbox group
LAYOUTS = frozenset((9, 10, 11, 12, 13, 14, 17))
LINK, PREMIUM = 5, 6
FORWARD = 1  # a message_reference's type; 0 is a reply

_PARTS = ("content", "embeds", "components", "attachments")  # what an edit can put in or take away
_EXTRAS = ("sticker_ids", "poll", "shared_client_theme")  # what else a new message can show


class Flaw(NamedTuple):
    """Name one place that breaks a rule and say how; the rule is the function that found it."""

    path: Path
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message in a request: its JSON, the names of the files uploaded with it, and whether it is a new one."""

    body: JsonObject
    files: tuple[str, ...]
    new: bool

    @property
    def is_layout(self) -> bool:
        """Tell whether the request sets the V2 flag."""
        return bool(whole(self.body.get("flags")) & V2)


Rule: TypeAlias = Callable[[Message], Iterator[Flaw]]


def content_length(message: Message) -> Iterator[Flaw]:
    """Refuse more than 2,000 characters; the description lets a channel message have the 4,000 of paying people."""
    if len(text(message.body.get("content"))) > MAX_CONTENT:
        yield Flaw(("content",), f"Must be {MAX_CONTENT} or fewer in length.")


def empty_message(message: Message) -> Iterator[Flaw]:
    """Refuse a new message that shows nothing, and an edit that takes everything away."""
    forwards = mapping(message.body.get("message_reference")).get("type") == FORWARD
    shows = forwards or message.files or any(_is_shown(message.body.get(key)) for key in (*_PARTS, *_EXTRAS))
    says_all = message.new or all(key in message.body for key in _PARTS)
    if says_all and not shows:
        yield Flaw((), "Cannot send an empty message")


def embeds_total(message: Message) -> Iterator[Flaw]:
    """Refuse embeds whose titles, descriptions, fields, footers and authors pass 6,000 characters together."""
    if sum(_embed_text(mapping(embed)) for embed in sequence(message.body.get("embeds"))) > MAX_EMBEDS_TEXT:
        yield Flaw(("embeds",), f"Embed size exceeds maximum size of {MAX_EMBEDS_TEXT}")


def file_count(message: Message) -> Iterator[Flaw]:
    """Refuse more than ten uploads."""
    if len(message.files) > MAX_FILES:
        yield Flaw(("attachments",), f"Must be {MAX_FILES} or fewer in length.")


def attachment_ids(message: Message) -> Iterator[Flaw]:
    """Refuse an attachment that is neither an upload of this request nor, in an edit, one the message had."""
    for index, attachment in enumerate(sequence(message.body.get("attachments"))):
        number = _number(mapping(attachment).get("id"))
        kept = not message.new and number >= OLDEST_SNOWFLAKE
        if not (kept or 0 <= number < len(message.files)):
            yield Flaw(("attachments", index, "id"), "Attachment id does not name an uploaded file")


def attachment_names(message: Message) -> Iterator[Flaw]:
    """Refuse `attachment://` addresses of files that the message does not have."""
    names = _file_names(message)
    if names is None:
        return
    for path, url in _urls(message):
        if url.startswith("attachment://") and _cleansed(url.removeprefix("attachment://")) not in names:
            yield Flaw(path, f'The referenced attachment ("{url}") was not found')


def rows(message: Message) -> Iterator[Flaw]:
    """Refuse more than five rows in a message without the V2 flag."""
    if not message.is_layout and len(sequence(message.body.get("components"))) > MAX_ROWS:
        yield Flaw(("components",), f"Must be between 1 and {MAX_ROWS} in length.")


def row_width(message: Message) -> Iterator[Flaw]:
    """Refuse a row where a select has company; that a row holds five buttons at most is in the description."""
    for path, row in components(message.body):
        if _kind(row) == ROW and len(inner := sequence(row.get("components"))) > 1:
            for index, component in enumerate(inner):
                if _kind(mapping(component)) in SELECTS:
                    yield Flaw((*path, "components", index), "The specified component exceeds the maximum width")


def custom_ids(message: Message) -> Iterator[Flaw]:
    """Refuse a custom_id that an earlier component has."""
    places = ((path, component.get("custom_id")) for path, component in components(message.body))
    for path in _repeated((path, value) for path, value in places if isinstance(value, str)):
        yield Flaw((*path, "custom_id"), "Component custom id cannot be duplicated")


def component_ids(message: Message) -> Iterator[Flaw]:
    """Refuse a number (`id`) that an earlier component has; 0 asks Discord to choose one."""
    places = ((path, component.get("id")) for path, component in components(message.body))
    for path in _repeated((path, value) for path, value in places if isinstance(value, int) and value):
        yield Flaw((*path, "id"), "Component id cannot be duplicated")


def buttons(message: Message) -> Iterator[Flaw]:
    """Refuse a button that does not do exactly one thing: answer by custom_id, open a link, or sell a SKU."""
    for path, button in components(message.body):
        if _kind(button) == BUTTON:
            for key, detail in _button_flaws(button):
                yield Flaw((*path, key), detail)


def select_values(message: Message) -> Iterator[Flaw]:
    """Refuse an option whose value an earlier option of the same select has."""
    for path, component in components(message.body):
        options = enumerate(sequence(component.get("options")))
        for inner in _repeated(((*path, "options", n), text(mapping(option).get("value"))) for n, option in options):
            yield Flaw(inner, "The specified option value is already used")


def select_bounds(message: Message) -> Iterator[Flaw]:
    """Refuse a component that asks for at least more values than it takes at most."""
    for path, component in components(message.body):
        least, most = component.get("min_values"), component.get("max_values", 1)
        if _kind(component) in CHOOSERS and isinstance(least, int) and isinstance(most, int) and least > most:
            yield Flaw((*path, "min_values"), f"min_values must be equal to or less than {most}.")


def layout_flag(message: Message) -> Iterator[Flaw]:
    """Refuse V2 components without the V2 flag; an edit that names no flags may edit a message that has it."""
    if message.is_layout or not (message.new or "flags" in message.body):
        return
    for path, component in components(message.body):
        if _kind(component) in LAYOUTS and len(path) == len(("components", 0)):
            yield Flaw((*path, "type"), 'Value of field "type" must be one of (1,).')


def layout_legacy(message: Message) -> Iterator[Flaw]:
    """Refuse what the V2 flag switches off; on an edit the old values are taken away by null or []."""
    for key in ("content", "embeds", "sticker_ids", "poll"):
        if message.is_layout and message.body.get(key):
            yield Flaw((key,), f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")


def layout_text(message: Message) -> Iterator[Flaw]:
    """Refuse Text Displays of more than 4,000 characters together."""
    shown = (component for _, component in components(message.body) if _kind(component) == TEXT_DISPLAY)
    if sum(len(text(component.get("content"))) for component in shown) > MAX_LAYOUT_TEXT:
        yield Flaw(("components",), f"The total displayable text size exceeds the maximum size of {MAX_LAYOUT_TEXT}")


def layout_size(message: Message) -> Iterator[Flaw]:
    """Refuse more than 40 components, nested ones counted."""
    if sum(1 for _ in components(message.body)) > MAX_COMPONENTS:
        yield Flaw(("components",), f"The maximum number of components is {MAX_COMPONENTS}")


def mentions(message: Message) -> Iterator[Flaw]:
    """Refuse allowed_mentions that name some people or roles and allow all of them as well."""
    allowed = mapping(message.body.get("allowed_mentions"))
    for kind in ("users", "roles"):
        if kind in sequence(allowed.get("parse")) and allowed.get(kind):
            yield Flaw(("allowed_mentions",), f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.')


def deferral(message: Message) -> Iterator[Flaw]:
    """Refuse flags other than EPHEMERAL: a deferral shows nothing yet."""
    if whole(message.body.get("flags")) & ~EPHEMERAL:
        yield Flaw(("flags",), "Only EPHEMERAL may be set when an answer is deferred")


def modal_size(message: Message) -> Iterator[Flaw]:
    """Refuse more than five rows in a modal; the description allows 40."""
    if len(sequence(message.body.get("components"))) > MAX_ROWS:
        yield Flaw(("components",), f"Must be between 1 and {MAX_ROWS} in length.")


def choice_count(message: Message) -> Iterator[Flaw]:
    """Refuse more than 25 suggestions."""
    if len(sequence(message.body.get("choices"))) > MAX_CHOICES:
        yield Flaw(("choices",), f"Must be {MAX_CHOICES} or fewer in length.")


# Each rule with the code inside `errors` (50035): those Discord was seen to answer in public reports, as in
# discord/discord-api-docs#3395, #3673, #5615, #7754 (read 2026-11-20), and INVALID_BODY where none was found.
_COMPONENT_RULES: Mapping[Rule, str] = MappingProxyType(
    {
        custom_ids: "COMPONENT_CUSTOM_ID_DUPLICATED",
        component_ids: "COMPONENT_ID_DUPLICATED",
        select_values: "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        select_bounds: "NUMBER_TYPE_MAX",
        row_width: "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    }
)
MESSAGE_RULES: Mapping[Rule, str] = MappingProxyType(
    {
        content_length: "BASE_TYPE_MAX_LENGTH",
        empty_message: "",  # 50006, a code beside 50035 and not inside it
        embeds_total: "MAX_EMBED_SIZE_EXCEEDED",
        file_count: "BASE_TYPE_MAX_LENGTH",
        attachment_ids: "INVALID_BODY",
        attachment_names: "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
        rows: "BASE_TYPE_BAD_LENGTH",
        buttons: "BUTTON_COMPONENT_INVALID",
        layout_flag: "UNION_TYPE_CHOICES",
        layout_legacy: "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        layout_text: "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        layout_size: "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        mentions: "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        **_COMPONENT_RULES,
    }
)
DEFERRAL_RULES: Mapping[Rule, str] = MappingProxyType({deferral: "INVALID_BODY"})
MODAL_RULES: Mapping[Rule, str] = MappingProxyType({modal_size: "BASE_TYPE_BAD_LENGTH", **_COMPONENT_RULES})
CHOICE_RULES: Mapping[Rule, str] = MappingProxyType({choice_count: "BASE_TYPE_MAX_LENGTH"})


def components(body: JsonObject) -> Iterator[tuple[Path, JsonObject]]:
    """Walk every component of a message or modal with its path, outer ones first."""
    yield from _walk((), body)


def _walk(path: Path, body: JsonObject) -> Iterator[tuple[Path, JsonObject]]:
    inner = [((*path, "components", n), component) for n, component in enumerate(sequence(body.get("components")))]
    inner += [((*path, key), body[key]) for key in ("accessory", "component") if key in body]
    for place, component in inner:
        if isinstance(component, dict):
            yield place, component
            yield from _walk(place, component)


def _kind(component: JsonObject) -> int:
    return whole(component.get("type"))


def _is_shown(value: Json) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)


def _embed_text(embed: JsonObject) -> int:
    fields = [mapping(field) for field in sequence(embed.get("fields"))]
    parts = [embed.get("title"), embed.get("description")]
    parts += [mapping(embed.get("footer")).get("text"), mapping(embed.get("author")).get("name")]
    parts += [field.get(key) for field in fields for key in ("name", "value")]
    return sum(len(text(part)) for part in parts)


def _button_flaws(button: JsonObject) -> Iterator[tuple[str, str]]:
    style = button.get("style")
    needed = "url" if style == LINK else "sku_id" if style == PREMIUM else "custom_id"
    for key in ("custom_id", "url", "sku_id"):
        if key == needed and not button.get(key):
            yield key, f"A {key} is required for a button of style {style}"
        elif key != needed and button.get(key):
            yield key, f"A button of style {style} cannot have a {key}"
    if style == PREMIUM and (button.get("label") or button.get("emoji")):
        yield "label", "A premium button cannot have a label or an emoji"
    if style != PREMIUM and not (button.get("label") or button.get("emoji")):
        yield "label", "A button needs a label or an emoji"


def _repeated(places: Iterable[tuple[Path, str | int]]) -> Iterator[Path]:
    seen: set[str | int] = set()
    for path, value in places:
        if value in seen:
            yield path
        seen.add(value)


def _number(value: Json) -> int:
    if isinstance(value, str) and re.fullmatch("[0-9]{1,20}", value):
        return int(value)
    return value if isinstance(value, int) else -1


def _file_names(message: Message) -> frozenset[str] | None:
    """Name the files the message will have, or None when an edit keeps files whose names it does not say."""
    attachments = [mapping(attachment) for attachment in sequence(message.body.get("attachments"))]
    unsaid = "attachments" not in message.body or any("filename" not in attachment for attachment in attachments)
    if not message.new and unsaid:
        return None
    said = {text(attachment.get("filename")) for attachment in attachments}
    return frozenset(_cleansed(name) for name in said.union(message.files))


def _cleansed(name: str) -> str:
    """Clean a file name as Discord does to uploads and, alike, to their addresses (discord/discord-api-docs#7754)."""
    return re.sub(r"[^\w.-]", "", "_".join(name.split())).strip("._")


def _urls(message: Message) -> Iterator[tuple[Path, str]]:
    """Walk every address that may point to an attachment."""
    for n, embed in enumerate(sequence(message.body.get("embeds"))):
        for part, key in (("image", "url"), ("thumbnail", "url"), ("footer", "icon_url"), ("author", "icon_url")):
            yield ("embeds", n, part, key), text(mapping(mapping(embed).get(part)).get(key))
    for path, component in components(message.body):
        for part in ("media", "file"):
            yield (*path, part, "url"), text(mapping(component.get(part)).get("url"))
        for n, item in enumerate(sequence(component.get("items"))):
            yield (*path, "items", n, "media", "url"), text(mapping(mapping(item).get("media")).get("url"))
