"""What one document says, in whichever shape a gateway wrote it: pictures, words, errors, and whether it ends.

Every shape of every dialect is understood wherever it comes, since gateways answer in each other's (image-api facts,
sections 2, 4 and 5). Nothing is taken from the wire here; a picture's text is its index in the document already.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.gateways.error_body import GatewayError, error_in
from bot.gateways.json_shape import items, members, text

_PREVIEW: Final = ".partial_image"
_PREVIEW_MEMBERS: Final = ("partial_image_index", "partial_image_b64")
_FINALS: Final = (".completed", ".result")
_RESPONSE_ENDS: Final = frozenset({"response.completed", "response.failed", "response.incomplete"})
_CHATS: Final = frozenset({"choices", "candidates", "promptFeedback"})
_CALL: Final = "image_generation_call"
_FILTERED: Final = "content_filter"
_SAFETY: Final = re.compile(r"SAFETY|PROHIBITED|BLOCK|RECITATION")
_LEADS: Final = (
    "b64_json", "result", "url", "image_url", "base64", "image_base64", "data", "image", "inlineData", "inline_data",
)  # fmt: skip
"""Members that hold a picture, or a member that does; bytes are preferred to addresses, whatever their order here."""

_DEEPEST: Final = 3
_MOST_ITEMS: Final = 64  # looked at in one list: no answer has as many, and a flood of them would hold the loop
_LINKS: Final = (
    re.compile(r"!\[[^\]]{0,2000}\]\(\s*<?(https?://[^\s)>]{1,4000})"),
    re.compile(r"<img\b[^<>]{0,2000}?\bsrc=[\"'](https?://[^\"'\s>]{1,4000})", re.IGNORECASE),
    re.compile(r"(?<!\w)(https?://[^\s)<>\"']{1,4000}\.(?:png|jpe?g|webp)(?:\?[^\s)<>\"']{0,2000})?)", re.IGNORECASE),
)
_BYTES: Final = re.compile(r"[^\s\u0100-\uffff]{200,}")
_EMPTY_PICTURE: Final = re.compile(r"!\[[^\]]{0,2000}\]\(\s*\)|<img\b[^<>]*>")


class Kind(StrEnum):
    """What a document is to the answer it belongs to."""

    PREVIEW = "preview"
    SHARE = "share"  # brings one or more of the pictures that were asked for; the rest follows
    PART = "part"  # brings something; how much follows is not said
    LAST = "last"  # brings what is left; nothing follows
    NOISE = "noise"  # says nothing we need


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one document says.

    `entries` are where its pictures stand; `repeats` tells that they may have come before. `is_whole` tells that the
    answer is complete with it. `counts_up` tells that its usage is that of the answer so far, not of its own share.
    """

    kind: Kind
    entries: tuple[object, ...] = ()
    errors: tuple[GatewayError, ...] = ()
    usage: Mapping[str, object] = field(default_factory=dict[str, object])
    words: str = ""
    response_id: str = ""
    is_whole: bool = False
    repeats: bool = False
    counts_up: bool = False


def read(name: str, value: object) -> Said:
    """Read one parsed document; `name` is its event's, "" for a plain answer."""
    said = members(value)
    kind = text(said.get("type")) or name
    # Proxies write every member a kind of event may have, and null for those it has not (image-api facts, 2.1).
    is_numbered = any(said.get(name) is not None for name in _PREVIEW_MEMBERS)
    if kind.endswith(_PREVIEW) or (is_numbered and not kind.endswith(_FINALS)):
        return Said(kind=Kind.PREVIEW)
    errors = tuple(filter(None, [error_in(said)]))
    if kind.startswith("response."):
        return _response_event(kind, said, errors)
    if said.get("object") == "response" or ("output" in said and "data" not in said):
        return _response(said, errors)
    if said.keys() & _CHATS:
        return _chat(said, errors)
    is_final = "data" in said or not kind or kind.endswith(_FINALS)
    return Said(
        kind=Kind.SHARE if is_final else Kind.NOISE,
        entries=tuple(_entries(said)) if is_final else (),
        errors=errors,
        usage=said,
        is_whole=is_final,
    )


def picture_in(entry: object, left: Mapping[int, object]) -> int | str | None:
    """Return an entry's picture: its index among those `left`, else its address, None where it has neither."""
    found = list(_leaves(entry, _DEEPEST))
    index = next((one for one in found if isinstance(one, int) and one in left), None)
    if index is not None:
        return index
    named = (one for one in found if isinstance(one, str))
    return next((one for one in named if one.startswith(("https://", "http://", "/"))), None)


def links_in(words: str, *, is_all: bool = True) -> Sequence[str]:
    """Return the addresses of a text's pictures: in Markdown; with `is_all` else in HTML, else wherever one is."""
    found = (list[str](dict.fromkeys(pattern.findall(words))) for pattern in _LINKS[: None if is_all else 1])
    return next(filter(None, found), list[str]())


def without_pictures(words: str) -> str:
    """Return a text without what stood around its pictures, and without bytes that were none."""
    return _BYTES.sub("…", _EMPTY_PICTURE.sub("", words)).strip()


def _entries(said: Mapping[str, object]) -> Iterator[object]:
    """Return where the pictures of an images answer stand: in `data`, in `images`, or in the document itself."""
    yield from _first(said, "data") or _first(said, "images") or [said.get("data") or said]


def _first(said: Mapping[str, object], name: str) -> Sequence[object]:
    return items(said.get(name))[:_MOST_ITEMS]


def _leaves(entry: object, depth: int) -> Iterator[int | str]:
    if isinstance(entry, int | str) and not isinstance(entry, bool):
        yield entry
    elif depth > 0:
        said = members(entry)
        for name in _LEADS:
            if said.get(name) is not None:
                yield from _leaves(said[name], depth - 1)


# -- chat ----------------------------------------------------------------------------------------------------------


def _chat(said: Mapping[str, object], errors: Iterable[GatewayError]) -> Said:
    """Read a completion or a chunk of one, also as Gemini itself writes it."""
    entries, words, stops = list[object](), list[str](), list[str]()
    errors = list(errors)
    for choice in (*_first(said, "choices"), *_first(said, "candidates")):
        chosen = members(choice)
        stops.append(text(chosen.get("finish_reason")) or text(chosen.get("finishReason")))
        errors += filter(None, [error_in(chosen)])
        for name in ("message", "delta", "content"):
            message = members(chosen.get(name))
            words.append(text(message.get("refusal")))
            entries += (*_first(message, "images"), *_first(message, "parts"), *_first(message, "content"))
    entries = [entry for entry in entries if text(members(entry).get("type")) != "text"]
    return Said(
        kind=Kind.PART,
        entries=(*entries, *_first(said, "images"), *_first(said, "data")),
        errors=tuple(errors) or _blocked(said) or _filtered(stops),
        usage=said,
        words="".join(words),
        is_whole=any(stops),
        repeats=True,
        counts_up=True,
    )


def _blocked(said: Mapping[str, object]) -> tuple[GatewayError, ...]:
    """Return Gemini's refusal of the prompt itself; what a gateway in front of it charges for that, nobody says."""
    why = text(members(said.get("promptFeedback")).get("blockReason"))
    return (GatewayError(message=f"block reason: {why}", code=_FILTERED, stage="unknown"),) if why else ()


def _filtered(stops: Sequence[str]) -> tuple[GatewayError, ...]:
    stop = next((one for one in stops if one == _FILTERED or _SAFETY.search(one)), "")
    # It stopped while it painted, or before: nobody says what that cost.
    return (GatewayError(message=f"finish reason: {stop}", code=_FILTERED, stage="unknown"),) if stop else ()


# -- responses -----------------------------------------------------------------------------------------------------


def _response_event(kind: str, said: Mapping[str, object], errors: tuple[GatewayError, ...]) -> Said:
    if kind in _RESPONSE_ENDS:
        inner = members(said.get("response")) or said
        return _response(inner, errors or tuple(filter(None, [error_in(inner)])))
    response_id = text(members(said.get("response")).get("id"))
    if kind == "response.output_item.done":
        item = said.get("item")
        entries = (item,) if _is_call(item) else ()
        return Said(kind=Kind.PART, entries=entries, response_id=response_id, repeats=True)
    if said.get("result") is not None:  # the call's own event has none, but a picture is a picture
        return Said(kind=Kind.PART, entries=(said,), response_id=response_id, repeats=True)
    return Said(kind=Kind.NOISE, errors=errors if kind == "response.error" else (), response_id=response_id)


def _response(said: Mapping[str, object], errors: tuple[GatewayError, ...]) -> Said:
    output = _first(said, "output")
    calls = [item for item in output if _is_call(item)]
    words = " ".join(filter(None, map(_spoken, output)))
    failed = list(filter(None, (error_in(members(item)) for item in calls)))
    if not (words or failed) and any(members(item).get("status") == "failed" for item in calls):
        failed.append(GatewayError(message="the image tool failed", code="image_generation_failed"))
    stopped = text(members(said.get("incomplete_details")).get("reason"))
    cut = GatewayError(
        message=f"incomplete: {stopped}", code=_FILTERED if stopped == _FILTERED else "incomplete", stage="unknown"
    )
    return Said(
        kind=Kind.LAST,
        entries=tuple(calls),
        errors=(*errors, *failed, *([cut] if stopped else [])),
        usage=said,
        words=words,
        response_id=text(said.get("id")),
        is_whole=True,
        repeats=True,
        counts_up=True,
    )


def _is_call(item: object) -> bool:
    return text(members(item).get("type")) == _CALL


def _spoken(item: object) -> str:
    parts = (members(part) for part in _first(members(item), "content"))
    return " ".join(text(part.get("text")) or text(part.get("refusal")) for part in parts)
