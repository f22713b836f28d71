"""Every way of answering that the local image gateway knows, under one name each."""

from playground.images.answers import answers
from playground.images.breakages import breakages
from playground.images.cases import Case, by_name
from playground.images.errors import errors
from playground.images.streams import streams


def catalogue() -> dict[str, Case]:
    """Return all cases by name: answers, streams, errors, breakages."""
    return by_name(*(case for part in (answers(), streams(), errors(), breakages()) for case in part.values()))
