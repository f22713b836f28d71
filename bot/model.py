"""The vocabulary of Easel: orders, places, pictures, capabilities and receipts as frozen values.

Everything here is pure and JSON-able: no Discord object, no socket, no path that is needed after the
process ends. How the words relate is drawn in `bot/__init__.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Literal, NewType

OrderId = NewType("OrderId", str)
"""10 characters of Crockford base32; the same on cards, in `/show`, in logs."""
PictureId = NewType("PictureId", str)
"""10 characters of Crockford base32; posted files are named `easel-<id>.<format>`."""
UserId = NewType("UserId", int)
GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)
ThreadKey = NewType("ThreadKey", int)
"""Where editing goes on: a thread's or DM's channel id, else the id of the message with the first picture."""

Scalar = str | int | float | bool | None
"""A scalar that JSON can hold."""

REFUSAL_HOLDS = timedelta(days=7)
"""How long "not offered" is believed before it is tried again (design: refusals expire after 7 days)."""

Dialect = Literal["images", "chat", "responses"]
"""The three ways in which gateways take requests for pictures (image-api facts, sections 1, 4 and 5)."""

MaskPolarity = Literal["alpha", "white", "black"]
"""What marks the part to paint anew in a mask that is sent: no alpha, or a colour (image-api facts, section 1.2)."""


class OrderKind(StrEnum):
    """What an order asks the gateway for."""

    GENERATE = "generate"
    EDIT = "edit"


class OrderState(StrEnum):
    """Where an order stands.

    accepted → queued → sending → received → posted, or an ending without pictures from any live state.
    queued ← sending only after a provably unbilled call; unknown → received when that call's bytes come late.
    """

    ACCEPTED = "accepted"  # written down, not yet authorised or priced
    QUEUED = "queued"  # placed: waits for its thread and for a gateway slot
    SENDING = "sending"  # a call was written down; its POST may have left
    RECEIVED = "received"  # every byte that came is stored; waits to be posted
    POSTED = "posted"
    REFUSED = "refused"  # turned down before anything was paid
    FAILED = "failed"  # the gateway turned it down, or what came is no picture
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # a paid call left and nobody knows whether it was billed


FINAL_STATES = frozenset(
    {OrderState.POSTED, OrderState.REFUSED, OrderState.FAILED, OrderState.CANCELLED, OrderState.UNKNOWN}
)


class Billing(StrEnum):
    """Where an order's money stands, beside its state."""

    NONE = "none"
    RESERVED = "reserved"
    SETTLED = "settled"
    HELD = "held"


class Billed(StrEnum):
    """Whether a call cost money, as far as anyone can prove."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """What a running order is doing, for the progress line."""

    ASKING = "asking"  # waits for the person to agree to the price
    FETCHING = "fetching"  # downloads and cleans the uploads
    WAITING = "waiting"  # in the queue
    PAINTING = "painting"  # the gateway works
    PREVIEW = "preview"  # the gateway works and a preview has come
    BACKING_OFF = "backing_off"  # the last try was provably unbilled; another follows


class PlaceKind(StrEnum):
    """What sort of channel an order was given in."""

    CHANNEL = "channel"
    THREAD = "thread"
    DM = "dm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an order was given, as read at the edge: ids and limits, no live object."""

    guild_id: GuildId | None
    channel_id: ChannelId
    parent_id: ChannelId | None
    kind: PlaceKind
    age_restricted: bool
    upload_limit_bytes: int
    install: Literal["guild", "user"] = "guild"
    locale: str = "en-US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks, with what they may do there, as read at the edge."""

    user_id: UserId
    role_ids: tuple[int, ...] = ()
    manage_messages: bool = False
    can_post: bool = True
    is_host: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person may choose; `None` means "not given", never "auto"."""

    size: str | None = None
    quality: str | None = None
    draft: bool | None = None
    count: int | None = None
    background: str | None = None
    output_format: str | None = None
    compression: int | None = None
    model: str | None = None
    spoiler: bool | None = None
    minimum: bool | None = None  # send nothing but model, prompt, pictures and size
    once: bool | None = None  # the model was chosen for this order alone


class Scope(StrEnum):
    """Whose setting a value is, from the weakest to the strongest."""

    MODEL = "model"  # the gateway's own default
    HOST = "host"
    SERVER = "server"
    CHANNEL = "channel"
    ROLE = "role"
    USER = "user"
    THREAD = "thread"
    ORDER = "order"  # given with the order itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """An input that means "the thread's newest chosen picture", resolved when the order is claimed."""

    type: Literal["head"] = "head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An input that is already a picture of ours."""

    picture_id: PictureId
    type: Literal["stored"] = "stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An input that still lies at Discord; fetched, cleaned and stored when the order is placed."""

    url: str
    filename: str
    size_bytes: int
    type: Literal["upload"] = "upload"


Input = Head | Stored | Upload


class ParentRole(StrEnum):
    """What a parent picture was to its child."""

    INPUT = "input"
    MASK = "mask"
    REUPLOAD = "reupload"  # the same picture, posted again by a person under our file name


class PictureSource(StrEnum):
    """How a picture came to us."""

    GENERATED = "generated"
    UPLOAD = "upload"


class PostKind(StrEnum):
    """What a posted attachment is of its picture."""

    RESULT = "result"
    ORIGINAL = "original"
    LOG = "log"


class Reason(StrEnum):
    """Why something ended without pictures or was turned down; each has its sentence in `delivery/words.py`."""

    # what a person sent
    PROMPT_EMPTY = "prompt_empty"
    PROMPT_TOO_LONG = "prompt_too_long"
    OPTION_REFUSED = "option_refused"
    TOO_MANY_INPUTS = "too_many_inputs"
    NO_PICTURE = "no_picture"
    EDIT_NOT_OFFERED = "edit_not_offered"
    MODEL_UNKNOWN = "model_unknown"
    GATEWAY_UNKNOWN = "gateway_unknown"
    FETCH_FAILED = "fetch_failed"
    FILE_TOO_BIG = "file_too_big"
    TOO_MANY_PIXELS = "too_many_pixels"
    SIDE_TOO_LONG = "side_too_long"
    FORMAT_UNSUPPORTED = "format_unsupported"
    HEIC_UNSUPPORTED = "heic_unsupported"
    DAMAGED = "damaged"
    DECODER_CRASHED = "decoder_crashed"
    DECODER_TIMEOUT = "decoder_timeout"
    DECODER_OUT_OF_MEMORY = "decoder_out_of_memory"
    MASK_WITHOUT_PICTURE = "mask_without_picture"
    MASK_NOT_PNG = "mask_not_png"
    MASK_NO_ALPHA = "mask_no_alpha"
    MASK_NO_HOLE = "mask_no_hole"
    MASK_SIZE_DIFFERS = "mask_size_differs"
    MASK_TOO_BIG = "mask_too_big"
    MASK_NOT_OFFERED = "mask_not_offered"
    # what a person may do
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    DELETED = "deleted"
    EXPIRED = "expired"
    TOO_LATE = "too_late"
    OVER = "over"
    NOTHING_TO_UNDO = "nothing_to_undo"
    TOO_MANY_WAITING = "too_many_waiting"
    CLOSING = "closing"
    CHECK_RUNS = "check_runs"
    CANCELLED = "cancelled"
    # what the gateway said
    MODERATION = "moderation"
    WORD_FILTER = "word_filter"
    BAD_OPTION = "bad_option"
    BAD_PICTURE = "bad_picture"
    TOO_LARGE = "too_large"
    BAD_KEY = "bad_key"
    NO_PERMISSION = "no_permission"
    NO_MONEY = "no_money"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    NOT_SENT = "not_sent"
    RESTING = "resting"
    WRONG_URL = "wrong_url"
    UNKNOWN_OUTCOME = "unknown_outcome"
    NO_IMAGE = "no_image"
    WORDS_ONLY = "words_only"
    LINK_FAILED = "link_failed"
    BAD_IMAGE = "bad_image"
    # what broke on our side
    STORED_FILE_LOST = "stored_file_lost"
    DISK_FULL = "disk_full"
    INTERRUPTED = "interrupted"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an order ended without pictures.

    `facts` fill the sentence's blanks (numbers, option names, cut and redacted gateway text); `billed`
    says whether it cost anything; `host_hint` is for the person who runs the bot, and is logged.
    """

    reason: Reason
    billed: Billed = Billed.NO
    facts: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])
    request_id: str | None = None
    host_hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that was adapted, and why: `option` asked as `asked`, used as `used`."""

    option: str
    asked: Scalar
    used: Scalar
    why: str  # a key of the word list, e.g. "not_offered", "png_for_alpha", "nearest_size"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Money in millionths of `currency`; `source` says where the figure comes from."""

    micros: int
    currency: str
    source: Literal["list", "flat", "usage", "estimate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one order will send to one gateway, decided before anything is paid.

    `parameters` are the exact request fields besides prompt and files. `words` follow the prompt where a dialect
    has no field for what was chosen. `calls` is above 1 where a gateway makes one picture a call. `estimate` is
    None where the price is not known.
    """

    gateway: str
    dialect: Dialect
    model: str
    parameters: Mapping[str, Scalar]
    words: str = ""
    mask_polarity: MaskPolarity = "alpha"
    calls: int = 1
    changes: tuple[Change, ...] = ()
    estimate: Price | None = None
    usual_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What `plan` needs to know of an order: resolved options and the shape of its inputs."""

    kind: OrderKind
    options: Options
    prompt_chars: int
    input_count: int = 0
    has_mask: bool = False
    first_input_px: tuple[int, int] | None = None
    delivery_limit_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintInput:
    """One picture that travels with a call: a stored file and its decoded format."""

    path: Path
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintCall:
    """One paid call: everything a dialect needs to write the request.

    `folder` receives the pictures as files named `<key>-<n>.part`, so that an orphan finds its order.
    `user` is a keyed hash of the person, never the Discord id; None where the gateway wants none.
    `previous_response` is the gateway's own name for the answer that brought the first input. `is_size_chosen` says
    that a person chose the size, so that no other may be sent.
    """

    key: str
    plan: Plan
    kind: OrderKind
    prompt: str
    inputs: tuple[PaintInput, ...]
    mask: PaintInput | None
    folder: Path
    user: str | None = None
    previous_response: str | None = None
    is_size_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """A picture as it came: on disk, fsynced, hashed while it was written."""

    path: Path
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Token counts as the gateway reported them; every figure is finite and not negative.

    `text_out` are words the painting model wrote. `text_model_in` and `text_model_out` are of the text model that
    holds the image tool in the responses dialect. `total` is the sum of all.
    """

    text_in: int
    image_in: int
    image_out: int
    total: int
    text_out: int = 0
    text_model_in: int = 0
    text_model_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A capability value learned from an answer, with the reason, to be remembered for the gateway.

    A word with + in front is one of several that works. `expires_at` is None for what is not dated yet, and for what
    a gateway was seen to do: that it can.
    """

    model: str
    capability: str
    value: Scalar
    reason: str
    expires_at: datetime | None = None

    @property
    def is_gain(self) -> bool:
        """Say whether the gateway was seen to do something; all else is a refusal or a limit."""
        return self.value is True or (isinstance(self.value, str) and self.value.startswith("+"))

    def dated(self, now: datetime) -> "Learned":
        """Return the fact with its end: a refusal, or a limit, is believed for 7 days and then tried again."""
        return self if self.is_gain or self.expires_at else replace(self, expires_at=now + REFUSAL_HOLDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """What to send instead after an option was refused: the same pictures, asked for with less.

    `learned` is what the refusal taught of the gateway. `without` names fields of the `PaintCall` to leave out as well.
    """

    plan: Plan
    learned: tuple[Learned, ...] = ()
    without: tuple[Literal["user", "previous_response"], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What one call brought: files in the gateway's order, usage, and what the gateway said of them.

    `response_id` is the gateway's own name for its answer, where a further call may refer to it. `came_as` names the
    event of a stream that carried the last picture, or is "json" for a plain answer.
    """

    files: tuple[ReceivedFile, ...]
    usage: Usage | None = None
    request_id: str | None = None
    response_id: str | None = None
    came_as: str = ""
    revised_prompt: str | None = None
    echoed: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])
    changes: tuple[Change, ...] = ()
    learned: tuple[Learned, ...] = ()
    cost: Price | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Stored bytes, named by their SHA-256 (lower-case hex)."""

    sha256: str
    size_bytes: int
    format: str
    width_px: int
    height_px: int
    has_alpha: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """An edge of the lineage, in order."""

    picture_id: PictureId
    role: ParentRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with its bytes' facts and its parents in order."""

    id: PictureId
    order_id: OrderId | None
    position: int
    blob: Blob
    source: PictureSource
    subject_user_id: UserId | None
    alt_text: str
    age_restricted: bool
    parents: tuple[Parent, ...]
    created_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A picture as it hangs in Discord."""

    picture_id: PictureId
    channel_id: ChannelId
    message_id: MessageId
    attachment_id: int
    position: int
    kind: PostKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The state of one place of editing."""

    key: ThreadKey
    channel_id: ChannelId
    guild_id: GuildId | None
    starter_id: UserId
    head: PictureId | None
    every_message: bool
    next_version: int


class CallState(StrEnum):
    """Where one numbered call stands."""

    SENDING = "sending"
    RECEIVED = "received"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A numbered attempt of an order; its POST leaves at most once."""

    order_id: OrderId
    number: int
    gateway: str
    dialect: str
    model: str
    parameters: Mapping[str, Scalar]
    state: CallState
    request_id: str | None
    outcome: Reason | None
    billed: Billed
    cost: Price | None
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a cog hands in: one person's wish for pictures, not yet judged.

    `source_id` is `i:<interaction id>` or `m:<message id>`; the same event twice is one order.
    `thread_key` is None where the message that will hold the picture is not yet known.
    `ask_first` makes the order wait for a click after its price was shown.
    """

    source_id: str
    kind: OrderKind
    place: Place
    actor: Actor
    prompt: str
    inputs: tuple[Input, ...] = ()
    mask: Input | None = None
    asked: Options = field(default_factory=Options)
    thread_key: ThreadKey | None = None
    request_message_id: MessageId | None = None
    anchor_message_id: MessageId | None = None  # the picture's message that was replied to
    group_id: str | None = None
    group_kind: Literal["fan_out", "permutation", "duel"] | None = None
    ask_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionToken:
    """What lets us answer an interaction for 15 minutes; lives in a table of its own, never in a log."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One request for pictures as its row stands now."""

    id: OrderId
    request: Request
    state: OrderState
    billing: Billing
    thread_key: ThreadKey | None
    inputs: tuple[Input, ...]  # as they stand: uploads become Stored at placing, Head at claiming
    mask: Input | None
    resolved: Options | None
    resolved_from: Mapping[str, Scope]
    plan: Plan | None
    payer: Literal["host", "server", "user"]
    credential_id: str | None
    confirmed: bool  # its person agreed to the price, where it had to ask
    stage: Stage | None
    preview: str | None  # path of the newest preview file
    eta_at: datetime | None
    failure: Failure | None
    receipt: "Delivered | None"
    version: int | None
    response_message_id: MessageId | None
    response_channel_id: ChannelId | None
    created_at: datetime
    queued_at: datetime | None
    sending_at: datetime | None
    received_at: datetime | None
    posted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of an order, beside what was asked: for the card and for Details.

    `response_ids` hold the gateway's own names for its answers, one for each picture in order ("" where it gave
    none), so that a further edit may refer to them. `failure` is why a later call of the order brought nothing more.
    """

    count: int
    changes: tuple[Change, ...] = ()
    usage: Usage | None = None
    cost: Price | None = None
    request_id: str | None = None
    revised_prompt: str | None = None
    echoed: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])
    seconds: float | None = None
    response_ids: tuple[str, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRecord:
    """What the calls of one gateway say of it: the newest for its speed, those of a day or a month for the rest.

    `failures` counts by reason over 24 hours, `calls` all that ended in them. `spent_day` and `spent_month` (30 days)
    hold one price for each currency; `unsure_day` and `unsure_month` count the calls that may have been billed beside.
    """

    usual_s: float | None
    calls: int
    failures: Mapping[Reason, int]
    spent_day: tuple[Price, ...]
    spent_month: tuple[Price, ...]
    unsure_day: int = 0
    unsure_month: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A waiting order's place in its gateway's queue (1 is next) and when it may be done."""

    position: int
    eta_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFacts:
    """What a full decode says of a file; `is_transparent` means some pixel really is."""

    format: str
    width_px: int
    height_px: int
    has_alpha: bool
    is_transparent: bool


class CleanNote(StrEnum):
    """What cleaning an upload did that its owner should know."""

    ANIMATED_FIRST_FRAME = "animated_first_frame"
    ROTATED = "rotated"
    COLOURS_CONVERTED = "colours_converted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanPicture:
    """An upload after the darkroom: re-encoded from pixels, hashed, free of metadata."""

    path: Path
    blob: Blob
    notes: tuple[CleanNote, ...] = ()


class Action(StrEnum):
    """Everything a person can do to an order or a picture; `orders/authorise.py` says who may."""

    PAINT = "paint"  # place a new order
    AGAIN = "again"
    ELSEWHERE = "elsewhere"  # again, at another gateway
    MINIMUM = "minimum"  # again, with nothing but words, pictures and size
    EDIT = "edit"
    UNDO = "undo"
    HD = "hd"
    VARIATIONS = "variations"
    REFERENCE = "reference"
    ORIGINAL = "original"
    DETAILS = "details"
    DELETE = "delete"
    CANCEL = "cancel"
    CONFIRM = "confirm"  # agree to a price
    CHOOSE = "choose"  # make another of a message's pictures the head
    SHOW = "show"
    GATEWAYS = "gateways"  # look at the gateways' state, and try one for money
    EVERY_MESSAGE = "every_message"
