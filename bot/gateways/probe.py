"""Asking a gateway what it offers, for nothing: `GET /models`, as findings for `check`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import aiohttp
from yarl import URL

from bot.gateways.decoder import parse
from bot.gateways.error_body import GatewayError, error_in
from bot.gateways.json_shape import items, members, text
from bot.gateways.outcome_table import Answer
from bot.gateways.outcomes import Namer
from bot.model import Failure, Reason

TOTAL_S: Final = 30.0
KNOCK_S: Final = 5.0
_MOST_BYTES: Final = 4 << 20
_OK: Final = 200
_SERVER_ERROR: Final = 500
_WANTS_KEY: Final = frozenset({401, 403})
_MOST_NAMED: Final = 8
_NAME_CHARS: Final = 80
_DATE_CHARS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of a check: whether it is well, and a whole sentence with what to do if it is not."""

    level: Literal["ok", "warning", "problem"]
    text: str


async def probe(session: aiohttp.ClientSession, url: URL, namer: Namer, models: Sequence[str]) -> list[Finding]:
    """Say what `GET /models` tells of the key and of the configured models. One GET, free; no wire error is raised."""
    try:
        async with session.get(url, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=TOTAL_S)) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            said = await _read(response)
    except (aiohttp.ClientError, TimeoutError) as error:
        what = f"{namer.gateway} cannot be reached at {url.origin()} ({type(error).__name__})."
        return [
            Finding(
                level="problem",
                text=f"{what} Check its base URL (IMAGES_BASE_URL, or base_url in the gateways file) and the network.",
            )
        ]
    document, _ = parse(said)
    listed = items(members(document).get("data"))
    if response.status == _OK and listed:
        return _judge(namer, [members(entry) for entry in listed], models, is_keyed="Authorization" in session.headers)
    answer = Answer(status=response.status, headers=headers, error=error_in(document) or GatewayError(), text=said)
    return [_refused(namer, answer, is_keyed="Authorization" in session.headers)]


async def knock(session: aiohttp.ClientSession, url: URL, namer: Namer) -> Failure | None:
    """Ask `GET /models`, free, whether a gateway that failed is back; returns what still speaks against it, or None."""
    try:
        async with session.get(url, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=KNOCK_S)) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            said = await _read(response)
    except (aiohttp.ClientError, TimeoutError) as error:
        return namer.of_silence(type(error).__name__, was_sent=False).failure
    if response.status == _OK:
        return None
    document, _ = parse(said)
    answer = Answer(status=response.status, headers=headers, error=error_in(document) or GatewayError(), text=said)
    failure = namer.of_answer(answer).failure
    is_down = response.status >= _SERVER_ERROR or failure.reason in {Reason.BAD_KEY, Reason.NO_MONEY}
    return failure if is_down else None


async def _read(response: aiohttp.ClientResponse) -> str:
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > _MOST_BYTES:
            break
    return content.decode("utf-8", "replace")


def _refused(namer: Namer, answer: Answer, *, is_keyed: bool) -> Finding:
    if answer.status in _WANTS_KEY and not is_keyed:
        what = f"{namer.gateway} wants a key (status {answer.status}), and none is set."
        return Finding(level="problem", text=f"{what} Set IMAGES_API_KEY, or key_env in the gateways file.")
    failure = namer.of_answer(answer).failure
    is_key = failure.reason in {Reason.BAD_KEY, Reason.NO_PERMISSION, Reason.NO_MONEY}
    hint = failure.host_hint or "Check its base URL, key and model."
    if is_key or answer.is_page:
        what = "does not accept the key" if is_key else "answers with a web page"
        return Finding(level="problem", text=f"{namer.gateway} {what} (status {answer.status}). {hint}")
    what = f"{namer.gateway} does not list its models (status {answer.status}), so key and model stay unproven."
    return Finding(level="warning", text=f"{what} {hint}")


def _judge(
    namer: Namer, listed: Sequence[Mapping[str, object]], models: Sequence[str], *, is_keyed: bool
) -> list[Finding]:
    known = {text(entry.get("id")): entry for entry in listed}
    proven = f"{namer.gateway} takes the key" if is_keyed else f"{namer.gateway} answers without a key"
    return [_judge_model(namer, model, known, proven) for model in models]


def _judge_model(namer: Namer, model: str, known: Mapping[str, Mapping[str, object]], proven: str) -> Finding:
    if model not in known:
        painters = sorted(name for name in known if "image" in name or "dall" in name) or sorted(known)
        named = ", ".join(namer.redactor.shown(name, _NAME_CHARS) for name in painters[:_MOST_NAMED])
        return Finding(
            level="warning",
            text=f"{proven} but does not list {model}. Choose one it lists: {named}.",
        )
    if ends := namer.redactor.shown(text(known[model].get("shutdown_date")), _DATE_CHARS):
        return Finding(level="warning", text=f"{namer.gateway} offers {model} until {ends}. Choose its successor.")
    return Finding(level="ok", text=f"{proven} and offers {model}.")
