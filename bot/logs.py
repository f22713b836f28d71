"""Logging: structured lines for people or machines, from which every secret is removed by its value."""

import logging
import re
import sys
from collections.abc import Sequence
from typing import Literal, TextIO

import structlog
from typing_extensions import override

HIDDEN = "[hidden]"

LIBRARIES = {
    "discord": logging.INFO,
    "aiohttp": logging.WARNING,
    "aiosqlite": logging.WARNING,  # it writes every statement's parameters, interaction tokens among them
    "alembic": logging.WARNING,
    "sqlalchemy": logging.WARNING,
}
"""How little each library says: below these, tokens, prompts and every SQL parameter would be written."""

# Discord interaction tokens stand in webhook URLs; keys of gateways begin with "sk-", "sk_" or "gsk_".
_SHAPES = re.compile(r"(?<=/webhooks/)(\d+)/[\w-]+|(?<=/interactions/)(\d+)/[\w.-]+|\bg?sk[-_][\w-]{8,}|\bBearer\s+\S+")


class Redactor:
    """Removes secrets from text: those it was told of, by value, and those that are told by their shape."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._values = tuple(sorted((secret for secret in secrets if len(secret) >= 4), key=len, reverse=True))  # noqa: PLR2004  # a shorter "secret" would blank out ordinary words

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        for value in self._values:
            text = text.replace(value, HIDDEN)
        return _SHAPES.sub(HIDDEN, text)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """The last step before a line is written, so that tracebacks and foreign loggers pass it too."""

    redact: Redactor

    @override
    def format(self, record: logging.LogRecord) -> str:
        return self.redact(super().format(record))


def configure(
    *,
    level: str,
    style: Literal["text", "json"],
    secrets: Sequence[str],
    stream: TextIO | None = None,
) -> None:
    """Send every log line, discord.py's and aiohttp's included, to standard error through the redactor.

    Libraries stay at the levels of `LIBRARIES` or above, whatever `level` is.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # format_exc_info prints no local variables, where a key may stand.
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = _RedactingFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    formatter.redact = Redactor(secrets)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in list(root.handlers):
        if isinstance(old.formatter, _RedactingFormatter):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name, least in LIBRARIES.items():
        logging.getLogger(name).setLevel(max(least, root.level))
