"""Cards: what a message will show, as frozen values; and the cards of orders that have no pictures yet. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Literal

from bot.delivery.codes import order_code
from bot.delivery.quoting import MESSAGE_CHARS, length, one_line, quoted
from bot.delivery.sentences import Press, Say
from bot.delivery.words import Raw, Words
from bot.model import Failure, Order, OrderState, Plan, Reason, Stage, UserId
from bot.orders.failover import Way
from bot.orders.gallery import Result

MAX_FILES = 10  # https://discord.com/developers/docs/resources/message#create-message (read 2026-11-20)
MAX_ROWS = 5  # https://discord.com/developers/docs/components/reference (read 2026-11-20); also buttons in a row
MAX_CHOICES = 25
PROMPT_CHARS = 300
"""How much of a prompt a card's line shows; alt text and Details hold more."""

TITLE_CHARS = 30
"""How much of a gateway's name a button shows; its label holds 80."""

HINT_CHARS = 300
ROUGHLY_S = 5
_SERVER_ERROR = 500
_IN_THE_MINIMUM = frozenset({"model", "prompt", "size", "image", "images", "mask"})

_OF_THE_PROMPT = frozenset({Reason.PROMPT_EMPTY, Reason.PROMPT_TOO_LONG, Reason.MODERATION, Reason.WORD_FILTER})
"""What other words may mend."""

_OF_THE_REST = frozenset(
    {Reason.BAD_OPTION, Reason.BAD_PICTURE, Reason.TOO_LARGE, Reason.DELETED, Reason.STORED_FILE_LOST}
)
_PASSING = frozenset(
    {
        Reason.TOO_MANY_WAITING,
        Reason.FETCH_FAILED,
        Reason.DECODER_CRASHED,
        Reason.DECODER_TIMEOUT,
        Reason.DECODER_OUT_OF_MEMORY,
        Reason.DISK_FULL,
        Reason.INTERRUPTED,
        Reason.INTERNAL,
    }
)
"""Refusals that do not lie in the order itself."""

Style = Literal["primary", "secondary", "success", "danger"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """A picture to attach, by path; opened anew for every try."""

    path: Path
    name: str
    alt: str
    spoiler: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A text to attach."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardButton:
    """A button; `code` is its custom_id."""

    code: str
    label: str
    style: Style = "secondary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of a select."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSelect:
    """A select of which one value is taken."""

    code: str
    placeholder: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What can be pressed at a message: rows of buttons above an optional select."""

    rows: tuple[tuple[CardButton, ...], ...] = ()
    select: CardSelect | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message: words, files and controls. `ping` is the one person it may notify, None for nobody."""

    content: str
    files: tuple[PictureFile | TextFile, ...] = ()
    controls: Controls = Controls()
    ping: UserId | None = None


def waiting(words: Words, result: Result, now: datetime) -> Card:
    """Return the card of an order that is not final yet: asking, queued or being painted, with its preview."""
    order = result.order
    if order.stage is Stage.ASKING:
        return _asking(words, order)
    if order.state in {OrderState.ACCEPTED, OrderState.QUEUED}:
        cancel = CardButton(code=order_code(Press.CANCEL, order.id), label=words.label(Press.CANCEL))
        return Card(content=_line(order, _queued(words, result)), controls=Controls(rows=((cancel,),)))
    preview = Path(order.preview) if order.preview else None
    files = (PictureFile(path=preview, name=f"preview-{order.id}{preview.suffix}", alt=""),) if preview else ()
    return Card(content=_line(order, _painting(words, order, now)), files=files)


def ended(words: Words, order: Order, failure: Failure, way: Way | None = None) -> Card:
    """Return the card of an order that brought no pictures, with Again and Remix where they can help.

    `way` is another gateway that can be tried. What somebody cancelled is over: nothing is left to press.
    """
    notes = host_hint(words, failure) if order.request.actor.is_host else ()
    dearer = (words.say(Say.DEARER_WITHOUT),) if failure.facts.get("dearer") else ()
    content = lines([words.failure(failure), *dearer, *map(small, notes), small(_line(order))])
    if failure.reason is Reason.CANCELLED:
        return Card(content=content)
    presses = (*_further_tries(order, failure), Press.DETAILS)
    row = tuple(CardButton(code=order_code(press, order.id), label=words.label(press)) for press in presses)
    other = (CardButton(code=order_code(Press.ELSEWHERE, order.id), label=_try_at(words, way)),) if way else ()
    return Card(content=content, controls=Controls(rows=((*other, *row),)))


def host_hint(words: Words, failure: Failure) -> tuple[str, ...]:
    """Return what the host can do about a failure, as lines; nothing where nobody knows."""
    hint = failure.host_hint
    return (words.say(Say.HOST_HINT, hint=Raw(one_line(hint, HINT_CHARS))),) if hint else ()


def _try_at(words: Words, way: Way) -> str:
    gateway, price = Raw(one_line(way.offer.gateway_title, TITLE_CHARS)), way.plan.estimate
    if price is None:
        return words.say(Say.TRY_AT_UNPRICED, gateway=gateway)
    free = not price.micros
    said = Say.TRY_AT_FREE if free else Say.TRY_AT
    return words.say(said, gateway=gateway, price=Raw(words.price(price)))


def _further_tries(order: Order, failure: Failure) -> tuple[Press, ...]:
    """Return what may end otherwise than this did: an order that was refused would be refused again, unchanged."""
    if failure.reason in _OF_THE_PROMPT:
        return (Press.REMIX,)
    if _may_lack_less(order, failure):
        return (Press.MINIMUM, Press.REMIX)
    if failure.facts.get("dearer"):  # what was refused is known now, and will be left out
        return (Press.AGAIN, Press.REMIX)
    is_lasting = order.state is OrderState.REFUSED and failure.reason not in _PASSING
    return () if is_lasting or failure.reason in _OF_THE_REST else (Press.AGAIN, Press.REMIX)


def _may_lack_less(order: Order, failure: Failure) -> bool:
    """Say whether a gateway refused more than words, pictures and size, and it is for a person to try with these.

    Nobody knows for sure what its own check, under a server's error, cost; and to leave an option out may cost more.
    """
    facts, is_option = failure.facts, failure.reason is Reason.BAD_OPTION
    is_own_check = is_option and facts.get("status") == _SERVER_ERROR
    is_own_check = is_own_check or (is_option and facts.get("dearer") == "minimum")
    is_bare = order.resolved is not None and order.resolved.minimum
    return is_own_check and not is_bare and failure.facts.get("option") not in _IN_THE_MINIMUM


def note(content: str) -> Card:
    """Return a card of one sentence."""
    return Card(content=lines([content]))


def lines(parts: Iterable[str]) -> str:
    """Join whole lines as far as Discord's limit goes; a line that does not fit is left out with all after it."""
    kept, used = list[str](), -1
    for part in parts:
        used += length(part) + 1
        if used > MESSAGE_CHARS:
            break
        kept.append(part)
    return "\n".join(kept)


def small(text: str) -> str:
    """Return a line in Discord's small print."""
    return f"-# {text}"


def mention(user_id: UserId) -> Raw:
    """Return the words that show a person's name; whether they are notified is the card's `ping`."""
    return Raw(f"<@{user_id}>")


def prompt_and_person(order: Order) -> tuple[str, str]:
    """Return the quoted prompt and who asked, for a card's line."""
    return quoted(order.request.prompt, PROMPT_CHARS), mention(order.request.actor.user_id)


def _asking(words: Words, order: Order) -> Card:
    ask = _question(words, order.plan) if order.plan else words.stage(Stage.ASKING)
    confirm = CardButton(code=order_code(Press.CONFIRM, order.id), label=words.label(Press.CONFIRM), style="success")
    cancel = CardButton(code=order_code(Press.CANCEL, order.id), label=words.label(Press.CANCEL))
    return Card(content=lines([ask, small(_line(order))]), controls=Controls(rows=((confirm, cancel),)))


def _question(words: Words, plan: Plan) -> str:
    price = plan.estimate
    if price is None:
        return words.say(Say.ASK_UNPRICED, gateway=plan.gateway)
    if not price.micros:
        return words.say(Say.ASK_FREE, gateway=plan.gateway)
    return words.say(Say.ASK, gateway=plan.gateway, price=Raw(words.price(price)))


def _queued(words: Words, result: Result) -> str:
    position = result.position
    if position is None:
        return words.stage(result.order.stage or Stage.WAITING)
    ordinal = Raw(words.ordinal(position.position))
    if position.eta_s is None:
        return words.say(Say.QUEUED_NO_ETA, ordinal=ordinal)
    return words.say(Say.QUEUED, ordinal=ordinal, eta_s=_rough(position.eta_s))


def _painting(words: Words, order: Order, now: datetime) -> str:
    stage = words.stage(order.stage or Stage.PAINTING)
    left_s = (order.eta_at - now).total_seconds() if order.eta_at else 0.0
    return words.say(Say.ABOUT, stage=Raw(stage), eta_s=_rough(left_s)) if left_s > 0 else stage


def _rough(seconds: float) -> float:
    """Round up to five seconds: an estimate is no stopwatch, and a message that does not change is not sent."""
    return ceil(seconds / ROUGHLY_S) * ROUGHLY_S


def _line(order: Order, *before: str) -> str:
    return " \N{MIDDLE DOT} ".join((*before, *prompt_and_person(order)))
