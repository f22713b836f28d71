"""What Easel makes of each failure of the upstream through LiteLLM, and how often the upstream was asked for it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from bot.model import OrderKind, Reason
from playground.images.cases import Case
from playground.images.catalogue import catalogue
from playground.images.errors import errors
from playground.images.server import LocalImages
from tests.litellm.asking import Came, Way, ask_each
from tests.litellm.differences import PASSED_THROUGH, POSTS_OF_ONE_CALL, THROUGH, Difference, is_asked_again
from tests.litellm.proxy import MASTER_KEY, MODEL, STEADY, Proxy

Answers = Mapping[tuple[str, OrderKind, str], Came]

# Answers under status 200 and broken connections that differ, beside every error there is.
_MORE: Final = (
    "error_under_200", "moderation_under_200", "page_under_200", "usage_nan", "usage_is_text", "usage_missing",
    "reset", "reset_after_painting", "cut_midway",
)  # fmt: skip
# LiteLLM waits for what "retry-after: 52" asks for, twice, within the one call; rate_limit_ms asks for 1.5 s.
_TOO_SLOW: Final = frozenset({"rate_limit"})
_CASES: Final[Mapping[str, Case]] = {
    name: case for name, case in catalogue().items() if name in {*errors(), *_MORE} - _TOO_SLOW
}
_EVERY: Final = [(kind, name) for kind in OrderKind for name in _CASES]


@pytest.fixture(scope="module", name="answers")
def _answers(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Every case, asked of the gateway itself, through /v1 and through the pass-through, for both kinds, at once."""
    return asyncio.run(_ask_everything(proxy, tmp_path_factory.mktemp("failures")))


async def _ask_everything(proxy: Proxy, folder: Path) -> Answers:
    answers = dict[tuple[str, OrderKind, str], Came]()
    async with LocalImages(port=proxy.upstream_port) as upstream:
        ways = {
            "direct": Way(base_url=upstream.base_url, key=upstream.api_key, model=MODEL),
            "through": Way(base_url=proxy.base_url, key=MASTER_KEY, model=STEADY),
            "passed": Way(base_url=proxy.pass_through_url, key=MASTER_KEY, model=MODEL),
        }
        for name, way in ways.items():
            for kind in OrderKind:
                came = await ask_each(folder, way, upstream, kind, _CASES.values())
                answers |= {(name, kind, case): one for case, one in came.items()}
    return answers


def _expected(answers: Answers, differences: Mapping[str, Difference], kind: OrderKind, name: str) -> object:
    known = differences.get(name)
    return known.verdict if known else answers["direct", kind, name].verdict


@pytest.mark.parametrize(("kind", "name"), _EVERY)
@pytest.mark.timeout(240)
def test_a_failure_through_litellm_is_judged_as_without_it_or_as_written_down(
    answers: Answers, kind: OrderKind, name: str
) -> None:
    assert answers["through", kind, name].verdict == _expected(answers, THROUGH[kind], kind, name)


@pytest.mark.parametrize(("kind", "name"), _EVERY)
@pytest.mark.timeout(240)
def test_a_failure_passed_through_is_judged_as_without_litellm_or_as_written_down(
    answers: Answers, kind: OrderKind, name: str
) -> None:
    assert answers["passed", kind, name].verdict == _expected(answers, PASSED_THROUGH, kind, name)


@pytest.mark.parametrize("name", _CASES)
@pytest.mark.timeout(240)
def test_generations_ask_a_failing_upstream_three_times_even_where_retries_are_switched_off(
    answers: Answers, name: str
) -> None:
    posts = answers["through", OrderKind.GENERATE, name].posts
    is_again = is_asked_again(posts[0].status, was_answered=posts[0].answered)
    assert len(posts) == (POSTS_OF_ONE_CALL if is_again else 1)


@pytest.mark.timeout(240)
def test_one_generation_whose_answer_breaks_off_is_painted_three_times(answers: Answers) -> None:
    assert len(answers["through", OrderKind.GENERATE, "reset_after_painting"].posts) == POSTS_OF_ONE_CALL
    assert len(answers["passed", OrderKind.GENERATE, "reset_after_painting"].posts) == 1
    assert len(answers["direct", OrderKind.GENERATE, "reset_after_painting"].posts) == 1


@pytest.mark.timeout(240)
def test_edits_and_the_pass_through_ask_once(answers: Answers) -> None:
    once = {key: came for key, came in answers.items() if key[0] == "passed" or key[1] is OrderKind.EDIT}
    assert len(once) == 4 * len(_CASES)
    assert {key: came.posts for key, came in once.items() if len(came.posts) != 1} == {}


def test_every_difference_that_is_written_down_belongs_to_a_case() -> None:
    named = {name for differences in (*THROUGH.values(), PASSED_THROUGH) for name in differences}
    assert named <= set(_CASES)
    assert {Reason.MODERATION, Reason.UNKNOWN_OUTCOME} <= {
        one.verdict.reason for differences in THROUGH.values() for one in differences.values()
    }
