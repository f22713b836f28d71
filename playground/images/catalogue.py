"""Every way of answering that the local image gateway knows, under one name each, for each of its dialects."""

from playground.images.answers import answers
from playground.images.breakages import breakages
from playground.images.cases import Case, by_name
from playground.images.chat_answers import chat_answers
from playground.images.chat_failures import chat_failures
from playground.images.chat_stream_ends import chat_stream_ends
from playground.images.chat_streams import chat_streams
from playground.images.dialect_breakages import chat_breakages, responses_breakages
from playground.images.dialect_errors import chat_errors, responses_errors
from playground.images.errors import errors
from playground.images.responses_answers import responses_answers
from playground.images.responses_stream_ends import responses_stream_ends
from playground.images.responses_streams import responses_streams
from playground.images.streams import streams


def catalogue() -> dict[str, Case]:
    """Return all cases of the Images API by name: answers, streams, errors, breakages."""
    return _together(answers(), streams(), errors(), breakages())


def chat_catalogue() -> dict[str, Case]:
    """Return all cases of chat completions by name: their own, and what goes wrong at any endpoint."""
    return _together(chat_cases(), chat_errors(), errors(), chat_breakages(), breakages())


def chat_cases() -> dict[str, Case]:
    """Return every answer of status 200 that only chat completions give, by name."""
    return _together(chat_answers(), chat_failures(), chat_streams(), chat_stream_ends())


def responses_catalogue() -> dict[str, Case]:
    """Return all cases of the Responses API by name: its own, and what goes wrong at any endpoint."""
    return _together(responses_cases(), responses_errors(), errors(), responses_breakages(), breakages())


def responses_cases() -> dict[str, Case]:
    """Return every answer of status 200 that only the Responses API gives, by name."""
    return _together(responses_answers(), responses_streams(), responses_stream_ends())


def _together(*parts: dict[str, Case]) -> dict[str, Case]:
    return by_name(*(case for part in parts for case in part.values()))
