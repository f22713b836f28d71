"""The breaker: what opens it, for how long, and what closes it again; time is a number here."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from bot.gateways.breaker import FIRST_REST_S, LONGEST_REST_S, OPENS_AFTER, Breaker
from bot.model import Failure, Reason

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def breaker(time: Time) -> Breaker:
    return Breaker(time)


def fail(breaker: Breaker, reason: Reason, times: int = 1, retry_after_s: float | None = None) -> None:
    for _ in range(times):
        breaker.failed(Failure(reason=reason), retry_after_s)


def left_s(breaker: Breaker) -> float | None:
    rest = breaker.rest()
    return rest.left_s if rest else None


@pytest.mark.parametrize("reason", [Reason.OVERLOADED, Reason.NOT_SENT, Reason.UNKNOWN_OUTCOME])
def test_a_few_failures_in_a_row_open_it(breaker: Breaker, reason: Reason) -> None:
    fail(breaker, reason, OPENS_AFTER - 1)
    assert breaker.rest() is None
    fail(breaker, reason)
    rest = breaker.rest()
    assert rest
    assert (rest.left_s, rest.because.reason, rest.is_short) == (FIRST_REST_S, reason, False)


@pytest.mark.parametrize("reason", [Reason.BAD_KEY, Reason.NO_MONEY])
def test_what_only_the_host_can_mend_opens_it_at_once(breaker: Breaker, reason: Reason) -> None:
    fail(breaker, reason)
    assert left_s(breaker) == FIRST_REST_S


@pytest.mark.parametrize("reason", [Reason.MODERATION, Reason.BAD_OPTION, Reason.NO_PERMISSION, Reason.NO_IMAGE])
def test_what_speaks_of_the_order_shows_that_the_gateway_is_well(breaker: Breaker, reason: Reason) -> None:
    fail(breaker, Reason.OVERLOADED, OPENS_AFTER - 1)
    fail(breaker, reason)
    fail(breaker, Reason.OVERLOADED, OPENS_AFTER - 1)
    assert breaker.rest() is None


@pytest.mark.parametrize("reason", [Reason.DISK_FULL, Reason.STORED_FILE_LOST, Reason.MODEL_UNKNOWN, Reason.RESTING])
def test_what_never_reached_the_gateway_says_nothing_of_it(breaker: Breaker, reason: Reason) -> None:
    fail(breaker, Reason.NOT_SENT, OPENS_AFTER - 1)
    fail(breaker, reason, 5)
    assert breaker.rest() is None
    fail(breaker, Reason.NOT_SENT)
    assert breaker.rest()


def test_when_the_rest_is_over_a_probe_is_wanted_and_an_answer_lets_calls_pass(breaker: Breaker, time: Time) -> None:
    fail(breaker, Reason.NOT_SENT, OPENS_AFTER)
    time.passes(FIRST_REST_S - 1)
    assert left_s(breaker) == 1
    assert not breaker.wants_probe
    time.passes(1)
    assert breaker.rest() is None
    assert breaker.wants_probe
    breaker.answered()
    assert not breaker.wants_probe


def test_after_a_rest_one_failure_opens_it_again_for_twice_as_long(breaker: Breaker, time: Time) -> None:
    fail(breaker, Reason.OVERLOADED, OPENS_AFTER)
    rests = list[float | None]()
    for _ in range(7):
        rests.append(left_s(breaker))
        time.passes(rests[-1] or 0)
        breaker.answered()
        fail(breaker, Reason.OVERLOADED)
    assert rests == [30, 60, 120, 240, 480, LONGEST_REST_S, LONGEST_REST_S]


def test_a_success_forgets_everything(breaker: Breaker, time: Time) -> None:
    fail(breaker, Reason.OVERLOADED, OPENS_AFTER)
    time.passes(FIRST_REST_S)
    breaker.answered()
    breaker.succeeded()
    fail(breaker, Reason.OVERLOADED, OPENS_AFTER - 1)
    assert breaker.rest() is None
    fail(breaker, Reason.OVERLOADED)
    assert left_s(breaker) == FIRST_REST_S


def test_calls_that_were_under_way_do_not_make_a_rest_longer(breaker: Breaker) -> None:
    fail(breaker, Reason.UNKNOWN_OUTCOME, OPENS_AFTER + 10)
    assert left_s(breaker) == FIRST_REST_S


def test_a_rate_limit_is_a_short_rest_of_its_own_length(breaker: Breaker, time: Time) -> None:
    fail(breaker, Reason.RATE_LIMITED)
    assert breaker.rest() is None
    fail(breaker, Reason.RATE_LIMITED, retry_after_s=52)
    fail(breaker, Reason.RATE_LIMITED, retry_after_s=5)
    rest = breaker.rest()
    assert rest
    assert (rest.left_s, rest.is_short) == (52, True)
    time.passes(52)
    assert breaker.rest() is None
    assert not breaker.wants_probe


@given(st.lists(st.tuples(st.sampled_from(list(Reason)), st.floats(0, 1000)), max_size=40))
def test_no_rest_is_longer_than_its_bound_and_every_rest_ends(events: list[tuple[Reason, float]]) -> None:
    time = Time()
    breaker = Breaker(time)
    for reason, seconds in events:
        breaker.failed(Failure(reason=reason))
        time.passes(seconds)
        assert (left_s(breaker) or 0) <= LONGEST_REST_S
    time.passes(LONGEST_REST_S)
    assert breaker.rest() is None
