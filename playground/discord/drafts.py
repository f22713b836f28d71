"""A message on its way in: the body and files of one request, whom it mentions, what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from playground.discord.components import ComponentKind, every_component
from playground.discord.errors import invalid_form
from playground.discord.wire import Payload, read_id, strings
from playground.discord.world import Attachment, Channel, Message, MessageFlag, Role, Upload, User

MAX_FILES = 10  # Discord docs, resources/message#create-message (read 2026-11-20)
_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What someone wants a message to be. `files` are by their number n of `files[n]`."""

    body: Payload
    files: Mapping[int, Upload] = field(default_factory=dict[int, Upload])
    limit_bytes: int

    def names(self, key: str) -> bool:
        """Return whether the request speaks of `key` at all; an edit leaves the rest as it was."""
        return key in self.body

    def items(self, key: str) -> list[Payload]:
        """Return the list under `key`; null and absent are empty."""
        return list(self.body.get(key) or [])

    @property
    def content(self) -> str:
        """Return the text; null and absent are empty."""
        return str(self.body.get("content") or "").strip()

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing in it that a message could consist of."""
        parts = ("embeds", "components", "sticker_ids")
        return not (self.content or self.files or self.body.get("poll") or any(self.items(one) for one in parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Whom a message pings."""

    users: list[User]
    role_ids: list[int]
    everyone: bool


def find_mentions(draft: Draft, channel: Channel, *, known: Mapping[int, User], replied: User | None) -> Mentions:
    """Return whom `draft` pings, after its `allowed_mentions`.

    Without `allowed_mentions` every mention counts and a reply pings. Source: Discord docs,
    resources/message#allowed-mentions-object (read 2026-11-20).
    """
    text = "\n".join((draft.content, *_texts(draft.items("components"))))
    allowed: Payload | None = draft.body.get("allowed_mentions")
    user_ids = [int(one) for one in _USER.findall(text)]
    role_ids = [int(one) for one in _ROLE.findall(text)]
    everyone = bool(_EVERYONE.search(text))
    if allowed is not None:
        kinds = set(allowed.get("parse") or [])
        user_ids = user_ids if "users" in kinds else _listed(user_ids, allowed.get("users"))
        role_ids = role_ids if "roles" in kinds else _listed(role_ids, allowed.get("roles"))
        everyone = everyone and "everyone" in kinds
    pings_author = replied is not None and (allowed is None or bool(allowed.get("replied_user")))
    users = [known[one] for one in dict.fromkeys(user_ids) if one in known]
    if replied is not None and pings_author and replied not in users:
        users.append(replied)
    roles: Mapping[int, Role] = channel.guild.roles if channel.guild is not None else {}
    return Mentions(users=users, role_ids=[one for one in dict.fromkeys(role_ids) if one in roles], everyone=everyone)


def _listed(ids: list[int], listed: list[object] | None) -> list[int]:
    wanted = {read_id(one) for one in listed or []}
    return [one for one in ids if one in wanted]


def _texts(components: list[Payload]) -> Iterator[str]:
    for one in every_component(components):
        if one["type"] == ComponentKind.TEXT_DISPLAY:
            yield str(one["content"])


def attachment_flaws(draft: Draft, message: Message | None) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with a draft's files: too many, or descriptions of files that are not there."""
    kept = {one.id for one in message.files} if message is not None else set[int]()
    listed = draft.items("attachments")
    if max(len(listed), len(draft.files)) > MAX_FILES:
        yield "attachments", "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_FILES} or fewer in length."
    for number, one in enumerate(listed):
        known = read_id(one.get("id"))
        if known not in draft.files and known not in kept:
            yield f"attachments[{number}].id", "ATTACHMENT_NOT_FOUND", f"Attachment {known} was not uploaded."


def message_flaws(message: Message) -> Iterator[tuple[str, str, str]]:
    """Yield what a message may not be as a whole: text beside components V2, or references to no file of its own."""
    if MessageFlag.COMPONENTS_V2 in message.flags:
        for name, value in (("content", message.content), ("embeds", message.embeds)):
            if value:
                detail = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                yield name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", detail
    names = {one.filename for one in message.files}
    for where, url in strings({"embeds": message.embeds, "components": message.components}):
        if url.startswith("attachment://") and url.removeprefix("attachment://") not in names:
            yield where, "UNKNOWN_ATTACHMENT_REFERENCE", f"Referenced attachment {url!r} not found."


def require_sound(flaws: Iterator[tuple[str, str, str]]) -> None:
    """Raise DiscordError 50035 with all flaws, if there are any."""
    found = list(flaws)
    if found:
        raise invalid_form(found)


def renamed(upload: Upload, described: Payload) -> Upload:
    """Return an upload under the name and alt text its `attachments` entry gives, as Discord spells names."""
    name = str(described.get("filename") or upload.name).replace(" ", "_")
    return Upload(name=name, data=upload.data, description=described.get("description") or None)


def with_description(file: Attachment, described: Payload) -> Attachment:
    """Return a kept file, with the alt text an edit gives it."""
    if "description" not in described or described["description"] == file.description:
        return file
    return replace(file, description=described["description"])
