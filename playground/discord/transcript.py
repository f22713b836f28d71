"""The local Discord as text: who said what where, what hangs on it, and what the bot asked for. Read on failure."""

from collections.abc import Iterable, Iterator, Sequence

from playground.discord.check import Violation
from playground.discord.components import SELECTS, ComponentKind, every_component
from playground.discord.journal import Request
from playground.discord.state import World
from playground.discord.world import Channel, Message

LAST_REQUESTS = 20


def transcribe(
    world: World, *, channels: Iterable[Channel], violations: Sequence[Violation], requests: Sequence[Request]
) -> str:
    """Return the channels that have messages, all violations and the last requests as readable text."""
    lines: list[str] = []
    for channel in channels:
        lines += _channel_lines(channel, world)
    lines.append(f"violations: {len(violations)}")
    lines += [f"  {one.where}: {one.rule}: {one.detail}" for one in violations]
    lines.append(f"the last {LAST_REQUESTS} of {len(requests)} requests:")
    lines += [f"  {one}" for one in requests[-LAST_REQUESTS:]]
    return "\n".join(lines)


def channel_title(channel: Channel) -> str:
    """Return a channel's name as a person would point to it."""
    if channel.guild is None:
        return f"DM with {channel.name}"
    parent = f"#{channel.parent.name} > " if channel.parent is not None else "#"
    return f"{parent}{channel.name} ({channel.guild.name})"


def _channel_lines(channel: Channel, world: World) -> Iterator[str]:
    if not channel.messages:
        return
    archived = " [archived]" if channel.thread is not None and channel.thread.archived else ""
    yield f"{channel_title(channel)}{archived}"
    for message in channel.messages.values():
        yield from (f"  {line}" for line in message_lines(message, world))


def message_lines(message: Message, world: World) -> Iterator[str]:
    """Yield one message as lines: the text first, then files, embeds, components, reactions, earlier texts."""
    yield f"{message.created_at:%H:%M:%S} {message.author.username}{_marks(message, world)}: {_text(message)}"
    for file in message.files:
        alt = f", alt {file.description!r}" if file.description else ""
        size = f", {file.width}x{file.height}" if file.width else ""
        yield f"    file {file.filename} ({file.content_type}, {file.size} bytes{size}{alt})"
    for embed in message.embeds:
        yield f"    embed {embed.get('title') or ''} {embed.get('description') or ''}".rstrip()
    for one in every_component(message.components):
        if said := _component(one):
            yield f"    {said}"
    for emoji, who in message.reactions.items():
        yield f"    {emoji} by {', '.join(world.users[one].username for one in who)}"
    for old in message.revisions:
        yield f"    before the edit: {old!r}"


def _text(message: Message) -> str:
    return "thinking…" if message.loading else message.content


def _marks(message: Message, world: World) -> str:
    marks: list[str] = []
    if message.interaction is not None:
        marks.append(f"to {message.interaction['user']['username']}'s {message.interaction.get('name', 'interaction')}")
    if message.referenced is not None:
        marks.append(f"in reply to {message.referenced.author.username}: {message.referenced.content[:40]!r}")
    if message.visible_to is not None:
        marks.append(f"only {world.users[message.visible_to].username} sees this")
    if message.edited_at is not None:
        marks.append("edited")
    return f" ({'; '.join(marks)})" if marks else ""


def _component(one: dict[str, object]) -> str | None:
    off = " (off)" if one.get("disabled") else ""
    match one["type"]:
        case ComponentKind.BUTTON:
            return f"[{one.get('label') or one.get('emoji')}]{off} {one.get('custom_id') or one.get('url')}"
        case kind if kind in SELECTS:
            return f"select {one['custom_id']}{off}: {one.get('placeholder') or ''} {one.get('options') or ''}"
        case ComponentKind.TEXT_DISPLAY:
            return f"text: {one['content']}"
        case _:
            return None
