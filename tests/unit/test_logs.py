import io
import logging

import pytest
import structlog

from bot import logs

CANARY = "canary-4711-secret"


@pytest.fixture(name="lines", params=["text", "json"])
def _lines(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(level="debug", style=request.param, secrets=(CANARY,), stream=stream)
    return stream


def test_a_secret_is_hidden_wherever_it_stands(lines: io.StringIO) -> None:
    log = structlog.stdlib.get_logger("easel.test")
    log.info("the key is %s", CANARY, also=CANARY)
    logging.getLogger("other.library").warning("%s", CANARY)
    key = CANARY
    try:
        raise ValueError(f"bad {key}")  # noqa: TRY301  # the traceback is the point
    except ValueError:
        log.exception("it broke")
    text = lines.getvalue()
    assert "ValueError" in text
    assert text.count(logs.HIDDEN) >= 4
    assert CANARY not in text


@pytest.mark.parametrize(
    "text",
    [
        "PATCH https://discord.com/api/v10/webhooks/123/aW50ZXJhY3Rpb246MTIz/messages/@original",
        "POST https://discord.com/api/v10/interactions/123/aW50ZXJh.Y3Rpb24/callback",
        "Authorization: Bearer abc.def-ghi",
        "TokenStatusExhausted[sk-abcdefghijkl]",
        "the key gsk_abcdefghijkl",
    ],
)
def test_a_secret_is_known_by_its_shape(text: str) -> None:
    hidden = logs.Redactor(())(text)
    assert logs.HIDDEN in hidden
    for secret in ("aW50ZXJh", "abc.def", "abcdefghijkl"):
        assert secret not in hidden


@pytest.mark.parametrize("library", ["aiosqlite", "sqlalchemy.engine", "discord.http", "aiohttp.client"])
def test_what_a_library_says_at_debug_may_hold_tokens_and_is_never_logged(library: str, lines: io.StringIO) -> None:
    logging.getLogger(library).debug("INSERT INTO interactions VALUES ('a token')")
    assert "a token" not in lines.getvalue()
