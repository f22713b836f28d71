"""What a client says of itself when it identifies, and why the gateway may refuse it."""

from dataclasses import dataclass
from typing import Self

from playground.discord.gateway_session import CloseCode, Intent
from playground.discord.wire import Payload

PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify:
    """An IDENTIFY, read. `intents` is None if it was no number, `shard` if it was no pair (number, count)."""

    token: str
    intents: int | None
    shard: tuple[int, int] | None

    @classmethod
    def read(cls, data: Payload) -> Self:
        """Read the payload; nothing in it is trusted to be there."""
        match data.get("shard", [0, 1]):
            case [int() as number, int() as count]:
                shard = (number, count)
            case _:
                shard = None
        intents = data.get("intents")
        return cls(
            token=str(data.get("token")).removeprefix("Bot "),
            intents=intents if isinstance(intents, int) else None,
            shard=shard,
        )

    def refusal(self, *, token: str, allowed: Intent) -> CloseCode | None:
        """Return the code with which Discord closes the socket, None if it lets the client in."""
        if self.token != token:
            return CloseCode.AUTHENTICATION_FAILED
        if self.intents is None or self.intents & ~Intent.known():
            return CloseCode.INVALID_INTENTS
        if self.shard is None or not 0 <= self.shard[0] < self.shard[1]:
            return CloseCode.INVALID_SHARD
        return CloseCode.DISALLOWED_INTENTS if self.intents & PRIVILEGED & ~allowed else None


def application_flags(allowed: Intent) -> int:
    """Return an application's flags for the privileged intents switched on for it (below 100 servers: "limited")."""
    flags = {Intent.GUILD_PRESENCES: 1 << 13, Intent.GUILD_MEMBERS: 1 << 15, Intent.MESSAGE_CONTENT: 1 << 19}
    return sum(flag for intent, flag in flags.items() if intent in allowed)
