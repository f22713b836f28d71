"""The card of a finished order: its pictures, one line about them, what was changed, and every button. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.delivery.cards import (
    MAX_FILES,
    PROMPT_CHARS,
    Card,
    CardButton,
    CardSelect,
    Choice,
    Controls,
    PictureFile,
    Style,
    TextFile,
    host_hint,
    lines,
    prompt_and_person,
    small,
)
from bot.delivery.codes import order_code, picture_code
from bot.delivery.quoting import ALT_TEXT_CHARS, length, plain
from bot.delivery.sentences import Press, Say
from bot.delivery.words import Raw, Words
from bot.model import Change, Order, Picture, PictureId, Price
from bot.orders.gallery import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One of several pictures that an edit started from, so that the card can name it."""

    version: int
    picture: Picture
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A picture as it can be posted here: `file` is None where no copy fits; `note` says what was done."""

    picture: Picture
    file: PictureFile | None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a result's card knows besides the rows."""

    origin: Origin | None = None
    every_message: bool = False  # offer the switch "every message edits"
    cost: bool = False  # say what it cost


def result_card(words: Words, result: Result, fits: Sequence[Fit], extras: Extras) -> Card:
    """Return the finished order's card; `fits` are its pictures in order, as many as hang at the message."""
    pictures = tuple(fit.file for fit in fits if fit.file)
    text = _prompt_file(result.order, room=MAX_FILES - len(pictures))
    return Card(
        content=lines(
            [_line(words, result, extras), *map(small, _notes(words, result, fits, extras, attached=bool(text)))]
        ),
        files=(*pictures, *text),
        controls=controls(words, result, extras),
    )


def controls(words: Words, result: Result, extras: Extras) -> Controls:
    """Return the buttons and, for several pictures, the select of a result, as the thread's head stands now."""
    head = _head(result)
    if head is None:
        return Controls()
    several = len(result.pictures) > 1
    return Controls(rows=_rows(words, result, head, extras), select=_select(words, result, head) if several else None)


def version_name(result: Result, picture: Picture | None = None) -> Raw:
    """Return v3, or v3.2 for one of several pictures."""
    version = f"v{result.order.version}" if result.order.version else "v?"
    several = picture is not None and len(result.pictures) > 1
    return Raw(f"{version}.{picture.position}" if several and picture else version)


def _head(result: Result) -> Picture | None:
    chosen = result.thread.head if result.thread else None
    first = result.pictures[0] if result.pictures else None
    return next((picture for picture in result.pictures if picture.id == chosen), first)


def _line(words: Words, result: Result, extras: Extras) -> str:
    sizes = {f"{picture.blob.width_px}\N{MULTIPLICATION SIGN}{picture.blob.height_px}" for picture in result.pictures}
    prompt, person = prompt_and_person(result.order)
    parts = [f"**{version_name(result)}**", prompt, ", ".join(sorted(sizes))]
    seconds = result.order.receipt.seconds if result.order.receipt else None
    if seconds is not None:
        parts.append(words.seconds(seconds))
    if extras.cost and (price := cost_of(result.order)):
        parts.append(words.cost(price))
    return " \N{MIDDLE DOT} ".join([*parts, person])


def _notes(words: Words, result: Result, fits: Sequence[Fit], extras: Extras, *, attached: bool) -> list[str]:
    notes = [words.change(change) for change in changes_of(result.order) if _matters(change)]
    notes += missing(words, result.order, for_host=result.order.request.actor.is_host)
    notes += [fit.note for fit in fits if fit.note]
    if result.order.mask:
        notes.append(words.say(Say.MASK_GUIDES))
    if extras.origin:
        notes.append(_origin(words, extras.origin))
    if attached or _is_long(result.order):
        notes.append(words.say(Say.PROMPT_ATTACHED if attached else Say.PROMPT_IN_DETAILS))
    return notes


def _matters(change: Change) -> bool:
    """Say whether a change belongs on the card; what only Details tell, few people look for."""
    is_detail = change.why == "gateway_changed" and change.option not in {"size", "background", "count"}
    return not is_detail and change.why != "refused_field"


def changes_of(order: Order) -> tuple[Change, ...]:
    """Return everything that was adapted, each once: by the plan, and by what came back."""
    planned = order.plan.changes if order.plan else ()
    delivered = order.receipt.changes if order.receipt else ()
    return tuple(dict.fromkeys((*planned, *delivered)))


def missing(words: Words, order: Order, *, for_host: bool) -> list[str]:
    """Return why fewer pictures came than were asked for and what that cost, where a later call failed; as lines."""
    failure = order.receipt.failure if order.receipt else None
    if failure is None:
        return []
    hint = host_hint(words, failure) if for_host else ()
    return [words.say(Say.REST_MISSING, why=Raw(words.failure(failure))), *hint]


def cost_of(order: Order) -> Price | None:
    """Return what an order cost, else what it was estimated at."""
    paid = order.receipt.cost if order.receipt else None
    return paid or (order.plan.estimate if order.plan else None)


def _origin(words: Words, origin: Origin) -> str:
    number = origin.picture.position
    version = Raw(f"v{origin.version}.{number}")
    return words.say(Say.FROM_ONE_OF, version=version, number=number, count=origin.count)


def _is_long(order: Order) -> bool:
    return length(plain(order.request.prompt)) > max(ALT_TEXT_CHARS, PROMPT_CHARS)


def _prompt_file(order: Order, *, room: int) -> tuple[TextFile, ...]:
    if not _is_long(order) or room < 1:
        return ()
    return (TextFile(name=f"prompt-{order.id}.txt", text=order.request.prompt),)


def _rows(words: Words, result: Result, head: Picture, extras: Extras) -> tuple[tuple[CardButton, ...], ...]:
    order_id = result.order.id

    def on_order(press: Press, style: Style = "secondary") -> CardButton:
        return CardButton(code=order_code(press, order_id), label=words.label(press), style=style)

    def on_picture(press: Press, style: Style = "secondary") -> CardButton:
        return CardButton(code=picture_code(press, head.id), label=words.label(press), style=style)

    making = (
        on_order(Press.AGAIN),
        on_picture(Press.EDIT, "primary"),
        on_picture(Press.VARIATIONS),
        on_picture(Press.HD),
        on_order(Press.REMIX),
    )
    undo = (on_picture(Press.UNDO),) if result.inputs else ()
    keeping = (
        *undo,
        on_picture(Press.REFERENCE),
        on_picture(Press.ORIGINAL),
        on_picture(Press.DETAILS),
        on_order(Press.DELETE, "danger"),
    )
    switch = ((on_order(Press.EVERY_MESSAGE),),) if extras.every_message else ()
    return (making, keeping, *switch)


def _select(words: Words, result: Result, head: Picture) -> CardSelect:
    choices = [_choice(words, result, picture, head.id) for picture in result.pictures]
    code = order_code(Press.CHOOSE, result.order.id)
    return CardSelect(code=code, placeholder=words.label(Press.CHOOSE), choices=tuple(choices))


def _choice(words: Words, result: Result, picture: Picture, head_id: PictureId) -> Choice:
    version, chosen = version_name(result, picture), picture.id == head_id
    label = words.say(Say.NEXT_FROM, version=version) if chosen else version
    return Choice(value=picture.id, label=label, chosen=chosen)
