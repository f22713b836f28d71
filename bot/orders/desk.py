"""The front desk: takes orders, and is what cogs and delivery hold.

`desk.compose` turns buttons and replies into requests, `desk.gallery` shows and chooses pictures; both authorise
through `authorise.py`. What happens to an order after it was taken is `place.py` and `run.py`.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.capability import ModelOffer, Quote, offer_named
from bot.errors import Conflict, Refusal
from bot.model import (
    FINAL_STATES,
    Action,
    Actor,
    ChannelId,
    Failure,
    InteractionToken,
    MessageId,
    Order,
    OrderId,
    OrderState,
    Place,
    PlaceKind,
    Post,
    Reason,
    Request,
    Stage,
    ThreadKey,
)
from bot.orders.authorise import authorise
from bot.orders.compose import Composer
from bot.orders.gallery import Gallery
from bot.orders.ports import Changes, Clock, Gateway, NewId, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An order that is written down; `fresh` is False where the same event came twice."""

    order: Order
    fresh: bool


class Desk:
    """Takes orders and answers for them; every method is authorised or says that it is not."""

    def __init__(  # the ports of this room
        self,
        *,
        store: Store,
        gateways: Mapping[str, Gateway],
        changes: Changes,
        clock: Clock,
        new_id: NewId,
        start_placing: Callable[[OrderId], None],
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._changes = changes
        self._clock = clock
        self._new_id = new_id
        self._start_placing = start_placing
        self._open = True
        self.gallery = Gallery(store, clock)
        self.compose = Composer(store, self.gallery, gateways)

    # -- taking orders ---------------------------------------------------------------------------------------

    async def accept(self, request: Request, token: InteractionToken | None = None) -> Accepted:
        """Write the request down as an `accepted` order, before anyone is answered. Idempotent by source id.

        Errors: `Refusal(CLOSING)` after shutdown began. What else may be wrong is judged at placing, where there is
        time to download and look.
        """
        if not self._open:
            raise Refusal(Reason.CLOSING)
        order, fresh = await self._store.orders.accept(OrderId(self._new_id()), request, token, self._clock())
        return Accepted(order=order, fresh=fresh)

    async def acknowledged(self, order_id: OrderId, channel_id: ChannelId, message_id: MessageId) -> Order:
        """Record the message that answers the order and start placing it.

        Its thread key, where still unknown, becomes the channel (thread, DM) or this message (ordinary channel).
        """
        order = await self._store.orders.load(order_id)
        in_channel = order.request.place.kind is PlaceKind.CHANNEL
        key = order.thread_key or ThreadKey(message_id if in_channel else channel_id)
        order = await self._store.orders.note_response(order_id, channel_id, message_id, key)
        self._start_placing(order_id)
        return order

    async def confirm(self, order_id: OrderId, actor: Actor, place: Place, token: InteractionToken | None) -> Order:
        """Agree to the price of an order that asked first; the token of that click serves it from now on.

        Errors: `NotAllowed`, `NotFound`, `Refusal` with `TOO_LATE` or `OVER` where it no longer waits.
        """
        order = await self._authorised(order_id, actor, Action.CONFIRM, place)
        if order.stage is not Stage.ASKING or order.state is not OrderState.ACCEPTED:
            raise _too_late(order)
        try:
            order = await self._store.orders.confirm(order_id, self._clock())
        except Conflict:
            raise _too_late(await self._store.orders.load(order_id)) from None
        try:
            if token is not None:
                await self._store.orders.replace_token(order_id, token)
        finally:  # agreed is agreed: without the token it is answered by the message's id
            self._start_placing(order_id)
        return order

    async def cancel(self, order_id: OrderId, actor: Actor, place: Place) -> Order:
        """End an order that no gateway was asked for yet.

        Errors: `NotAllowed`, `NotFound`, `Refusal(TOO_LATE)` once its call may have left: that cannot be taken
        back, may be billed, and its pictures will come; `Refusal(OVER)` once it has ended.
        """
        await self._authorised(order_id, actor, Action.CANCEL, place)
        return await self._cancelled(order_id)

    async def withdraw(self, order_id: OrderId) -> Order:
        """End an order whose person can no longer be answered (too late to acknowledge). Not authorised."""
        return await self._cancelled(order_id)

    def close(self) -> None:
        """Take no further orders; what is written down goes on."""
        self._open = False

    # -- what is on offer ----------------------------------------------------------------------------------------

    def offers(self) -> tuple[ModelOffer, ...]:
        """List what the configured gateways offer, the default first."""
        return tuple(offer for gateway in self._gateways.values() for offer in gateway.offers())

    def offer(self, model: str | None) -> ModelOffer:
        """Return the offer a `model` option names (`model` or `gateway/model`), the default for None or unknown."""
        offers = self.offers()
        return (offer_named(offers, model) if model else None) or offers[0]

    def quote(self, model: str | None, kind: str, quality: str | None, size: str | None) -> Quote:
        """Say what one picture usually costs and takes."""
        offer = self.offer(model)
        return self._gateways[offer.gateway].quote(offer.model, kind, quality, size)

    # -- for the delivery loop ------------------------------------------------------------------------------------

    def changes(self) -> AsyncIterator[OrderId]:
        """Yield ids of orders whose rows changed, each once until it is read."""
        return self._changes.subscribe()

    async def unshown(self) -> Sequence[OrderId]:
        """List orders whose result or ending waits to be shown, oldest first; read once at start."""
        return await self._store.orders.unnotified()

    async def token(self, order_id: OrderId) -> InteractionToken | None:
        """Return the order's interaction token while it lives."""
        return await self._store.orders.token(order_id, self._clock())

    async def posted(self, order_id: OrderId, posts: Sequence[Post]) -> Order:
        """Report that the result hangs in Discord."""
        return await self._store.orders.posted(order_id, posts, self._clock())

    async def add_posts(self, posts: Sequence[Post]) -> None:
        """Report further posts, such as originals."""
        await self._store.orders.add_posts(posts)

    async def shown(self, order_id: OrderId) -> None:
        """Report that an ending without pictures was shown."""
        await self._store.orders.notified(order_id, self._clock())

    def now(self) -> datetime:
        """Return the present instant."""
        return self._clock()

    async def _authorised(self, order_id: OrderId, actor: Actor, action: Action, place: Place) -> Order:
        order = await self._store.orders.load(order_id)
        authorise(actor, action, await self.gallery.subject(order), place)
        return order

    async def _cancelled(self, order_id: OrderId) -> Order:
        failure = Failure(reason=Reason.CANCELLED)
        order = await self._store.orders.cancel_queued(order_id, failure, self._clock())
        if order is None:
            raise _too_late(await self._store.orders.load(order_id))
        self._changes.publish(order_id)
        return order


def _too_late(order: Order) -> Refusal:
    return Refusal(Reason.OVER) if order.state in FINAL_STATES else Refusal(Reason.TOO_LATE)
