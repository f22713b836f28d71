"""Asked against delivered: what came of an order is held against its plan and its options. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.model import Blob, Change, Options, Plan, Scalar

_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}\Z")
_SAYS_NOTHING = frozenset({None, "", "auto"})


def differences(plan: Plan, options: Options, blobs: Sequence[Blob], echoed: Mapping[str, Scalar]) -> list[Change]:
    """List how what came differs from what was asked, each once; `echoed` is what the gateway said of it.

    What was adapted before sending is told by the plan's own changes. The pictures themselves are believed, the
    gateway's words only about what cannot be seen: model and quality.
    """
    asked = plan.parameters
    found = [
        *_sizes(asked.get("size") or _said_size(plan.words), blobs),
        *_formats(asked.get("output_format"), blobs),
        *_transparency(asked.get("background"), options, blobs),
        *_count(options.count or 1, len(blobs), plan),
        *_model(plan, echoed.get("model")),
        *_quality(asked.get("quality"), echoed.get("quality")),
    ]
    return list(dict.fromkeys(found))


def _said_size(words: str) -> str | None:
    """Return the size that the words behind a prompt wish for, where a dialect has no field for it."""
    found = _SIZE.search(words)
    return found[0] if found else None


def _sizes(asked: Scalar, blobs: Iterable[Blob]) -> Iterable[Change]:
    if not isinstance(asked, str) or not _SIZE.fullmatch(asked):
        return
    for blob in blobs:
        used = f"{blob.width_px}x{blob.height_px}"
        if used != asked:
            yield Change(option="size", asked=asked, used=used, why="gateway_changed")


def _formats(asked: Scalar, blobs: Iterable[Blob]) -> Iterable[Change]:
    for blob in blobs:
        if asked not in _SAYS_NOTHING and blob.format != asked:
            yield Change(option="format", asked=asked, used=blob.format, why="gateway_changed")


def _transparency(sent: Scalar, options: Options, blobs: Sequence[Blob]) -> Iterable[Change]:
    """What was sent counts; where a refusal took it from the plan, that was told already."""
    if sent == "transparent" and not all(blob.has_alpha for blob in blobs):
        yield Change(option="background", asked=sent, used="opaque", why="not_transparent")
    elif sent == "opaque" and options.background != "transparent" and any(blob.has_alpha for blob in blobs):
        yield Change(option="background", asked=sent, used="transparent", why="gateway_changed")


def _count(asked: int, came: int, plan: Plan) -> Iterable[Change]:
    """A count over the limit was adapted, and told, before anything was sent."""
    adapted = any(change.option == "count" and change.why != "fan_out" for change in plan.changes)
    if came != asked and not adapted:
        yield Change(option="count", asked=asked, used=came, why="gateway_count")


def _model(plan: Plan, echoed: Scalar) -> Iterable[Change]:
    """A vendor's prefix and a snapshot's date are the same model; responses echo the text model that holds the tool."""
    is_painter = isinstance(echoed, str) and echoed and plan.dialect != "responses"
    if is_painter and _plain(str(echoed)) != _plain(plan.model):
        yield Change(option="model", asked=plan.model, used=echoed, why="gateway_changed")


def _quality(asked: Scalar, echoed: Scalar) -> Iterable[Change]:
    if asked not in _SAYS_NOTHING and echoed not in _SAYS_NOTHING and echoed != asked:
        yield Change(option="quality", asked=asked, used=echoed, why="gateway_changed")


def _plain(model: str) -> str:
    return _DATED.sub("", model.rpartition("/")[2].lower())
