"""The answer to gateway op 8: a server's members by name or id, a thousand at a time."""

from collections.abc import Iterator

from playground.discord.shapes import member_shape
from playground.discord.wire import Payload, read_id
from playground.discord.world import Guild, Member

MEMBERS_IN_A_CHUNK = 1000  # Discord docs, events/gateway-events#guild-members-chunk (read 2026-11-20)


def member_chunks(guild: Guild, asked: Payload, *, may_list_all: bool, bot_id: int) -> Iterator[Payload]:
    """Yield the GUILD_MEMBERS_CHUNK events for a request; without the members intent nobody else is listed."""
    found, missing = _found(guild, asked)
    if not may_list_all and asked.get("user_ids") is None and not asked.get("query"):
        found = [guild.members[bot_id]]
    starts = range(0, max(1, len(found)), MEMBERS_IN_A_CHUNK)
    nonce = {"nonce": asked["nonce"]} if asked.get("nonce") else {}
    for number, start in enumerate(starts):
        yield {
            "guild_id": str(guild.id),
            "members": [member_shape(one) for one in found[start : start + MEMBERS_IN_A_CHUNK]],
            "chunk_index": number,
            "chunk_count": len(starts),
            "not_found": missing,
            **nonce,
        }


def _found(guild: Guild, asked: Payload) -> tuple[list[Member], list[str]]:
    wanted: list[object] | str | int | None = asked.get("user_ids")
    if wanted is not None:
        ids = [read_id(one) or 0 for one in (wanted if isinstance(wanted, list) else [wanted])]
        found = [guild.members[one] for one in ids if one in guild.members]
        return found, [str(one) for one in ids if one not in guild.members]
    query = str(asked.get("query") or "").casefold()
    named = [one for one in guild.members.values() if one.user.username.casefold().startswith(query)]
    return named[: int(asked.get("limit") or 0) or None], []
