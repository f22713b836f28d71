"""The front desk: everything cogs and delivery may ask of orders, and the one door where actions are authorised."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.capability import ModelOffer, Quote
from bot.model import (
    Actor,
    Call,
    ChannelId,
    InteractionToken,
    MessageId,
    Options,
    Order,
    OrderId,
    Picture,
    PictureId,
    Place,
    Position,
    Post,
    Request,
    Thread,
    ThreadKey,
    Upload,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An order that is written down; `fresh` is False where the same event came twice."""

    order: Order
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An order with everything a card needs."""

    order: Order
    pictures: tuple[Picture, ...]
    inputs: tuple[Picture, ...]
    position: Position | None
    thread: Thread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What was asked, sent and delivered of one picture's order."""

    order: Order | None  # None for an upload whose order is gone
    picture: Picture | None
    pictures: tuple[Picture, ...]
    calls: tuple[Call, ...]
    posts: tuple[Post, ...]


class Desk:
    """(signatures; bodies follow)"""

    # -- taking orders ------------------------------------------------------------------------------
    async def accept(self, request: Request, token: InteractionToken | None = None) -> Accepted:
        """Write the request down as an `accepted` order, before anyone is answered. Idempotent by source id.

        Errors: `NotAllowed`, `Refusal(CLOSING)` after shutdown began.
        """
        raise NotImplementedError

    async def acknowledged(self, order_id: OrderId, channel_id: ChannelId, message_id: MessageId) -> Order:
        """Record the message that answers the order and start placing it.

        Its thread key, where still unknown, becomes the channel (thread, DM) or this message (ordinary channel).
        """
        raise NotImplementedError

    async def confirm(self, order_id: OrderId, actor: Actor, place: Place, token: InteractionToken | None) -> Order:
        """Agree to the price of an order that asked first; only its own asker may."""
        raise NotImplementedError

    async def cancel(self, order_id: OrderId, actor: Actor, place: Place) -> Order:
        """Cancel: queued ends at once; in flight it means "stop waiting"; TOO_LATE once received."""
        raise NotImplementedError

    # -- composing requests (nothing is written; hand the result to `accept`) --------------------------
    async def compose_again(
        self, order_id: OrderId, actor: Actor, place: Place, source_id: str, prompt: str | None = None
    ) -> Request:
        """Same resolved inputs and options as a new order, with another prompt if given."""
        raise NotImplementedError

    async def compose_edit(
        self,
        picture_id: PictureId,
        actor: Actor,
        place: Place,
        source_id: str,
        *,
        prompt: str,
        uploads: Sequence[Upload] = (),
        mask: Upload | None = None,
        asked: Options | None = None,
    ) -> Request:
        """An edit of one picture, uploads joining as further inputs."""
        raise NotImplementedError

    async def compose_hd(self, picture_id: PictureId, actor: Actor, place: Place, source_id: str) -> Request:
        """An edit at the best quality and largest valid size of the same ratio; asks first."""
        raise NotImplementedError

    async def compose_variations(self, picture_id: PictureId, actor: Actor, place: Place, source_id: str) -> Request:
        """Four variations of one picture with a fixed prompt."""
        raise NotImplementedError

    async def compose_reply(
        self,
        place: Place,
        actor: Actor,
        message_id: MessageId,
        *,
        text: str,
        replied_to: MessageId | None,
        replied_uploads: Sequence[Upload] = (),
        uploads: Sequence[Upload] = (),
    ) -> "Reply":
        """Apply the head rule to a message that addresses the bot.

        A reply edits the picture it replies to ("2: make it red" picks the second of several); a mention or a
        reply without a picture edits the thread's head; attachments join, head first; with neither head nor
        attachment the text is a new picture.
        """
        raise NotImplementedError

    # -- acting on pictures (free) ------------------------------------------------------------------------
    async def undo(self, picture_id: PictureId, actor: Actor, place: Place) -> Picture:
        """Make the first parent the thread's head; returns it. `Refusal(NOTHING_TO_UNDO)` without one."""
        raise NotImplementedError

    async def choose(self, picture_id: PictureId, actor: Actor, place: Place) -> Picture:
        """Make this picture the thread's head."""
        raise NotImplementedError

    async def keep_reference(self, picture_id: PictureId, actor: Actor, place: Place) -> None:
        """Let the picture join this person's next order in the thread."""
        raise NotImplementedError

    async def delete(self, order_id: OrderId, actor: Actor, place: Place) -> tuple[Post, ...]:
        """Delete the order's pictures and their bytes; returns the posts the caller should remove from Discord."""
        raise NotImplementedError

    async def original(self, picture_id: PictureId, actor: Actor, place: Place) -> tuple[Picture, Path]:
        """Return a picture with its stored bytes."""
        raise NotImplementedError

    async def set_every_message(self, key: ThreadKey, actor: Actor, place: Place, *, on: bool) -> None:
        """Switch "every message is an edit"; only the thread's starter or Manage Messages."""
        raise NotImplementedError

    # -- reading ---------------------------------------------------------------------------------------------
    async def show(self, identifier: str, actor: Actor, place: Place) -> Details:
        """Find an order or picture by id, visible only in the server or DM it belongs to; `NotFound` otherwise."""
        raise NotImplementedError

    async def result(self, order_id: OrderId) -> Result:
        """Return the order with its pictures, inputs, position and thread, as rows stand now. Not authorised."""
        raise NotImplementedError

    async def pictures_of_message(self, message_id: MessageId) -> tuple[Picture, ...]:
        """List the pictures that hang at a message of ours, by position."""
        raise NotImplementedError

    async def picture_path(self, picture: Picture) -> Path:
        """Return the stored bytes' path; `Corrupt` if they are not as stored."""
        raise NotImplementedError

    async def edits_every_message(self, place: Place) -> bool:
        """Say whether this thread's starter switched "every message is an edit" on."""
        raise NotImplementedError

    def offers(self) -> tuple[ModelOffer, ...]:
        """List what the configured gateways offer, the default first."""
        raise NotImplementedError

    def quote(self, model: str | None, kind: str, quality: str | None, size: str | None) -> Quote:
        """Say what one picture usually costs and takes."""
        raise NotImplementedError

    # -- for the delivery loop ----------------------------------------------------------------------------------
    def changes(self) -> AsyncIterator[OrderId]:
        """Yield ids of orders whose rows changed, each at most once until read."""
        raise NotImplementedError

    async def unshown(self) -> Sequence[OrderId]:
        """List orders whose result or ending waits to be shown; read once at start."""
        raise NotImplementedError

    async def token(self, order_id: OrderId) -> InteractionToken | None:
        """Return the order's interaction token while it lives."""
        raise NotImplementedError

    async def posted(self, order_id: OrderId, posts: Sequence[Post]) -> Order:
        """Report that the result hangs in Discord."""
        raise NotImplementedError

    async def add_posts(self, posts: Sequence[Post]) -> None:
        """Report further posts, such as originals."""
        raise NotImplementedError

    async def shown(self, order_id: OrderId) -> None:
        """Report that an ending without pictures was shown."""
        raise NotImplementedError

    def now(self) -> datetime:
        """Return the present instant."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a reply came to: a request, or a note for the person where several pictures were meant.

    `picked` is the picture the edit starts from (None for a new picture); `alternatives` are the other pictures
    of the replied message where the person named none, so that the card can say which was taken and offer a choice.
    """

    request: Request
    picked: PictureId | None
    alternatives: tuple[PictureId, ...] = ()
