"""Snowflakes: Discord's 64-bit ids that carry their instant. Source: Discord docs, reference#snowflakes."""

from datetime import UTC, datetime, timedelta

from playground.discord.clock import Clock

DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_TIMESTAMP_SHIFT = 22


def snowflake_at(at: datetime) -> int:
    """Return the lowest snowflake of the millisecond `at`."""
    return (at - DISCORD_EPOCH) // timedelta(milliseconds=1) << _TIMESTAMP_SHIFT


def snowflake_time(snowflake: int) -> datetime:
    """Return the instant that a snowflake carries, to the millisecond."""
    return DISCORD_EPOCH + timedelta(milliseconds=snowflake >> _TIMESTAMP_SHIFT)


class Snowflakes:
    """Give out ids, each larger than the one before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """Return a new id for this instant."""
        self._last = max(self._last + 1, snowflake_at(self._clock.now()))
        return self._last
