"""The Protocols this room calls: rows, picture files, gateways, downloads, the darkroom and the clock.

Each is implemented in another room (`store`, `gateways`, `imaging`) and handed in by `bot/app.py`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.capability import ModelOffer, Quote
from bot.errors import CallFailed
from bot.model import (
    Billed,
    Billing,
    Blob,
    Call,
    ChannelId,
    CleanPicture,
    Delivered,
    Failure,
    GatewayRecord,
    Input,
    InteractionToken,
    Learned,
    MaskPolarity,
    MessageId,
    Options,
    Order,
    OrderId,
    OrderState,
    PaintCall,
    Parent,
    Picture,
    PictureFacts,
    PictureId,
    PictureSource,
    Plan,
    Position,
    Post,
    Price,
    Reason,
    Receipt,
    Request,
    Scope,
    Stage,
    Thread,
    ThreadKey,
    UserId,
    Wish,
)

Clock = Callable[[], datetime]
"""Returns the present instant, aware, in UTC."""

NewId = Callable[[], str]
"""Returns a fresh id of 10 Crockford base32 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPicture:
    """A picture about to be written: its blob is already in the picture files."""

    id: PictureId
    position: int
    blob: Blob
    source: PictureSource
    subject_user_id: UserId | None
    alt_text: str
    age_restricted: bool
    parents: tuple[Parent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What placing decided, written in one transaction with the move to `queued`."""

    thread_key: ThreadKey
    inputs: tuple[Input, ...]
    mask: Input | None
    resolved: Options
    resolved_from: Mapping[str, Scope]
    plan: Plan
    uploads: tuple[NewPicture, ...]
    billing: Billing = Billing.NONE


class Claimed(Protocol):
    """What claiming returns; the store has a value of its own for it."""

    @property
    def order(self) -> Order:
        """The order, now `sending`."""
        ...

    @property
    def call_number(self) -> int:
        """The number of the call row written for it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnd:
    """How a call ended."""

    outcome: Reason | None
    billed: Billed
    request_id: str | None
    cost: Price | None = None


class OrderRows(Protocol):
    """Orders, their calls and their interaction tokens. Every method is one transaction.

    Errors: `NotFound` for an id that does not exist, `Conflict` where the order is no longer in the state
    the change starts from.
    """

    async def accept(
        self, order_id: OrderId, request: Request, token: InteractionToken | None, now: datetime
    ) -> tuple[Order, bool]:
        """Write the order down as `accepted`; the same source id again returns the first order and False."""
        ...

    async def load(self, order_id: OrderId) -> Order:
        """Return the order as it stands."""
        ...

    async def token(self, order_id: OrderId, now: datetime) -> InteractionToken | None:
        """Return the order's interaction token while it lives."""
        ...

    async def replace_token(self, order_id: OrderId, token: InteractionToken) -> None:
        """Keep a fresher interaction token for the order (a button gives 15 minutes more)."""
        ...

    async def note_response(
        self, order_id: OrderId, channel_id: ChannelId, message_id: MessageId, thread_key: ThreadKey | None
    ) -> Order:
        """Record which message answers the order, and its thread key where it had none."""
        ...

    async def ask(self, order_id: OrderId, plan: Plan) -> Order:
        """Keep the plan of an `accepted` order that waits for its person's consent; its stage becomes ASKING."""
        ...

    async def confirm(self, order_id: OrderId, now: datetime) -> Order:
        """Note that the person agreed to the price of an `accepted` order (`confirmed`, its stage leaves ASKING)."""
        ...

    async def place(self, order_id: OrderId, placed: Placed, now: datetime) -> Order:
        """Move `accepted` to `queued`, writing the uploads' pictures and the thread row where new."""
        ...

    async def progress(
        self, order_id: OrderId, stage: Stage, *, preview: Path | None = None, eta_at: datetime | None = None
    ) -> None:
        """Note what the order is doing; no effect once it is `received` or final."""
        ...

    async def claim(self, now: datetime) -> Claimed | None:
        """Take the next order that may run, or None.

        Oldest head of a thread first, among them the least-served person of the last hour, age breaks ties;
        an order blocks its thread while `queued` or `sending`. The order becomes `sending`, a call row is
        written and a slot of its gateway is taken by a conditional update, all in one transaction.
        """
        ...

    async def next_due_at(self, now: datetime) -> datetime | None:
        """Return when the next queued order that waits for a time (not for a slot) may be claimed."""
        ...

    async def resolve_inputs(self, order_id: OrderId, inputs: tuple[Input, ...]) -> Order:
        """Write a `sending` order's inputs after HEAD was resolved."""
        ...

    async def receive(  # one transaction writes all of it
        self,
        order_id: OrderId,
        call_number: int,
        pictures: Sequence[NewPicture],
        delivered: Delivered,
        end: CallEnd,
        now: datetime,
    ) -> Order:
        """Move `sending` (or `unknown`, for late bytes) to `received`.

        Writes the pictures, ends the call, numbers the version, moves the thread's head to the first picture
        and gives the gateway slot back.
        """
        ...

    async def next_call(
        self, order_id: OrderId, call_number: int, end: CallEnd, now: datetime, plan: Plan | None = None
    ) -> int:
        """End one call of a `sending` order and write the next; returns its number. The slot stays taken.

        With a plan, the order's becomes that one: only after a provably unbilled call.
        """
        ...

    async def requeue(  # one transaction writes all of it
        self,
        order_id: OrderId,
        call_number: int,
        end: CallEnd,
        not_before: datetime,
        now: datetime,
        plan: Plan | None = None,
    ) -> Order:
        """Move `sending` back to `queued` after a provably unbilled call; gives the slot back.

        With a plan, the order's becomes that one, and it waits for that plan's gateway.
        """
        ...

    async def end(  # noqa: PLR0913  # one transaction writes all of it
        self,
        order_id: OrderId,
        state: OrderState,
        failure: Failure,
        billing: Billing,
        now: datetime,
        call: tuple[int, CallEnd] | None = None,
        *,
        is_unclaimed: bool = False,
    ) -> Order:
        """Move a live order to `refused`, `failed`, `cancelled` or `unknown`; gives the slot back if it had one.

        With `is_unclaimed` only one that no gateway was asked for yet; `Conflict` otherwise.
        """
        ...

    async def cancel_queued(self, order_id: OrderId, failure: Failure, now: datetime) -> Order | None:
        """Cancel an order that has not been claimed (accepted or queued); None if it is past that."""
        ...

    async def posted(self, order_id: OrderId, posts: Sequence[Post], now: datetime) -> Order:
        """Move `received` to `posted` with the posts that hang in Discord (none where there was no place)."""
        ...

    async def add_posts(self, posts: Sequence[Post]) -> None:
        """Note further posts of pictures, such as originals."""
        ...

    async def notified(self, order_id: OrderId, now: datetime) -> None:
        """Note that the ending of an order without pictures was shown to its person."""
        ...

    async def unnotified(self) -> Sequence[OrderId]:
        """List orders whose result or ending still waits to be shown, oldest first."""
        ...

    async def in_state(self, *states: OrderState) -> Sequence[Order]:
        """List the orders in these states, oldest first."""
        ...

    async def position(self, order_id: OrderId, now: datetime) -> Position | None:
        """Return a queued order's place in line and its ETA from the gateway's recent speed, else None."""
        ...

    async def waiting_count(self, user_id: UserId) -> int:
        """Count a person's orders that are accepted, queued or sending."""
        ...

    async def calls(self, order_id: OrderId) -> Sequence[Call]:
        """List an order's calls by number."""
        ...

    async def open_gateways(self, limits: Mapping[str, int]) -> None:
        """Write each gateway's slot limit and free all slots; only at start, before anything runs."""
        ...


class PictureRows(Protocol):
    """Pictures, their lineage and their posts."""

    async def load(self, picture_id: PictureId) -> Picture:
        """Return the picture; `NotFound` if there is none (a deleted one is returned with `deleted_at`)."""
        ...

    async def of_order(self, order_id: OrderId) -> Sequence[Picture]:
        """List the pictures an order brought, by position, without its uploads."""
        ...

    async def posts_of_message(self, message_id: MessageId) -> Sequence[Post]:
        """List what hangs at a message, by position; empty for a message that is not ours."""
        ...

    async def posts_of_order(self, order_id: OrderId) -> Sequence[Post]:
        """List where an order's pictures hang."""
        ...

    async def delete(self, picture_ids: Sequence[PictureId], now: datetime) -> Sequence[str]:
        """Mark pictures deleted, keep their lineage; return the hashes no living picture uses any more."""
        ...


class ThreadRows(Protocol):
    """Thread state."""

    async def load(self, key: ThreadKey) -> Thread | None:
        """Return the thread's state, or None where nothing was painted yet."""
        ...

    async def set_head(self, key: ThreadKey, picture_id: PictureId | None) -> None:
        """Choose the picture the next edit starts from; None where the thread has none any more."""
        ...

    async def set_every_message(self, key: ThreadKey, *, on: bool) -> None:
        """Switch "every message is an edit" for the thread."""
        ...

    async def add_reference(self, key: ThreadKey, user_id: UserId, picture_id: PictureId, now: datetime) -> None:
        """Keep a picture for this person's next order in the thread."""
        ...

    async def references(self, key: ThreadKey, user_id: UserId) -> Sequence[PictureId]:
        """List this person's kept pictures, oldest first; `place` consumes those it used."""
        ...


class SettingRows(Protocol):
    """Settings by scope; today only host and thread are written."""

    async def options(self, scope: Scope, scope_id: int) -> Options:
        """Return the options set at this scope; all None where none are."""
        ...

    async def set_options(self, scope: Scope, scope_id: int, options: Options, who: UserId, now: datetime) -> None:
        """Write the options that are not None."""
        ...


class LearnedRows(Protocol):
    """What refusals taught of gateways."""

    async def remember(self, gateway: str, base_url: str, facts: Sequence[Learned], now: datetime) -> None:
        """Write facts down, for the gateway at this address."""
        ...


class GatewayRows(Protocol):
    """What the rows tell of gateways, and their slots for calls that belong to no order."""

    async def record(self, gateway: str, now: datetime) -> GatewayRecord:
        """Return what the gateway's calls tell of it."""
        ...

    async def take_slot(self, gateway: str) -> bool:
        """Take one of the gateway's slots; False where none is free."""
        ...

    async def give_slot(self, gateway: str) -> None:
        """Give a slot back that `take_slot` took."""
        ...


class PictureFiles(Protocol):
    """The bytes of pictures, by hash."""

    @property
    def incoming(self) -> Path:
        """The folder on the same disk where files are written before they are stored."""
        ...

    async def adopt(self, path: Path, sha256: str) -> None:
        """Move a finished file (already fsynced) into the store under its hash; an equal one may be there."""
        ...

    async def open_path(self, sha256: str) -> Path:
        """Return a readable path; `Corrupt` if the file is missing or its size differs from what was stored."""
        ...

    async def set_aside(self, path: Path) -> Path:
        """Keep a paid file that is no picture out of the way of the start-up sweep; returns where it lies now."""
        ...

    async def orphans(self) -> Sequence[Path]:
        """List the files in `incoming` by name; at start, whatever lies there was left by a process that ended."""
        ...

    async def discard(self, paths: Sequence[Path]) -> None:
        """Delete files of `incoming` and the folders this leaves empty."""
        ...

    async def remove(self, sha256: Sequence[str]) -> None:
        """Delete files nobody uses any more."""
        ...


class Found(Protocol):
    """One finding of the free look at a gateway: a whole sentence."""

    @property
    def level(self) -> str:
        """Return "ok", "warning" or "problem"."""
        ...

    @property
    def text(self) -> str:
        """Return the sentence."""
        ...


class Gateway(Protocol):
    """One configured image gateway."""

    @property
    def slug(self) -> str:
        """Return the name used in rows and logs."""
        ...

    @property
    def concurrency(self) -> int:
        """Return how many calls may run at once."""
        ...

    @property
    def address(self) -> str:
        """Return what learned facts are kept under beside the slug."""
        ...

    def resting(self) -> CallFailed | None:
        """Return what a call would end in at once, None where the gateway may be asked. Free, pure."""
        ...

    def learn(self, facts: Sequence[Learned]) -> None:
        """Let what an answer taught count from now on, in this process."""
        ...

    async def probe(self) -> Sequence[Found]:
        """Look at address, key and models with one free request."""
        ...

    def offers(self) -> Sequence[ModelOffer]:
        """List its models, the default first."""
        ...

    def quote(self, model: str, kind: str, quality: str | None, size: str | None) -> Quote:
        """Say what one picture usually costs and takes."""
        ...

    def plan(self, wish: Wish) -> Plan:
        """Turn a wish into exact parameters, adapting and saying so, or raise `OptionRefused`. Free, pure."""
        ...

    async def paint(self, call: PaintCall, on_preview: Callable[[Path], Awaitable[None]]) -> Receipt:
        """Send one paid POST, at most once, and stream the pictures into files.

        Errors: `CallFailed`, whose failure says whether it was billed, at once and with nothing sent while the
        gateway rests. Cancelling stops waiting only.
        """
        ...


class Fetcher(Protocol):
    """The key-less, guarded downloader."""

    async def fetch(self, url: str, into: Path, *, max_bytes: int) -> Path:
        """Download to a file below `into` and return its path; `FetchFailed` otherwise. Retried, free."""
        ...


class Darkroom(Protocol):
    """The only door to decoding."""

    async def clean(self, source: Path, target_dir: Path, *, keep_png: bool = False) -> CleanPicture:
        """Decode, orient, strip and re-encode an upload; `PictureRejected` otherwise."""
        ...

    async def inspect(self, path: Path) -> PictureFacts:
        """Fully decode without rewriting; `PictureRejected` otherwise."""
        ...

    async def check_mask(self, mask: Path, first_px: tuple[int, int], target_dir: Path) -> CleanPicture:
        """Check a mask against the first input's size and clean it; `PictureRejected` otherwise."""
        ...

    async def sample(self, size_px: tuple[int, int], target_dir: Path) -> CleanPicture:
        """Make a picture of this size to try a gateway with; the file is the caller's to remove."""
        ...

    async def recoloured(self, mask: Path, target_dir: Path, polarity: MaskPolarity) -> CleanPicture:
        """Rewrite a checked mask for a model that reads black and white; the file is the caller's to remove."""
        ...

    async def hole(self, size_px: tuple[int, int], target_dir: Path) -> CleanPicture:
        """Make a mask of this size whose middle is the hole; the file is the caller's to remove."""
        ...

    async def changed_outside(self, before: Path, after: Path, mask: Path) -> float:
        """Return which share (0 to 1) of the pixels outside a mask's hole an edit visibly changed."""
        ...

    async def as_png(self, path: Path, target_dir: Path) -> CleanPicture:
        """Re-encode a stored picture as PNG for travelling with a mask; the file is the caller's to remove."""
        ...


class Changes(Protocol):
    """The stream of order ids whose rows changed."""

    def publish(self, order_id: OrderId) -> None:
        """Say that the order's row changed."""
        ...

    def subscribe(self) -> AsyncIterator[OrderId]:
        """Yield ids from now on; an id published twice before it is read is yielded once."""
        ...


class Store(Protocol):
    """Everything that lasts."""

    @property
    def orders(self) -> OrderRows:
        """Orders, calls and tokens."""
        ...

    @property
    def pictures(self) -> PictureRows:
        """Pictures and posts."""
        ...

    @property
    def threads(self) -> ThreadRows:
        """Thread state."""
        ...

    @property
    def settings(self) -> SettingRows:
        """Settings by scope."""
        ...

    @property
    def learned(self) -> LearnedRows:
        """What refusals taught."""
        ...

    @property
    def gateways(self) -> GatewayRows:
        """What calls tell of gateways, and slots."""
        ...

    @property
    def files(self) -> PictureFiles:
        """Bytes by hash."""
        ...
