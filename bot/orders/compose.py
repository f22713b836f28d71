"""Composing requests from buttons, modals and replies; nothing is written and nothing is paid here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.capability import Capabilities
from bot.errors import OptionRefused, Refusal
from bot.model import (
    Action,
    Actor,
    Head,
    Input,
    MessageId,
    Options,
    Order,
    OrderId,
    OrderKind,
    Picture,
    PictureId,
    Place,
    PlaceKind,
    Reason,
    Request,
    Stored,
    ThreadKey,
    Upload,
)
from bot.orders.authorise import authorise
from bot.orders.failover import Way, may_go_elsewhere, ways
from bot.orders.gallery import Gallery
from bot.orders.options import quality_rank, sticky
from bot.orders.ports import Gateway, Store
from bot.orders.wishes import planned_wish

HD_PROMPT = "Redraw this picture in the highest quality and detail. Keep everything else identical."
VARIATIONS_PROMPT = (
    "Paint a variation of this picture: the same subject, style and mood, with a fresh composition and details."
)
VARIATIONS = 4

# "2: make it red", also with the full-width colon of Chinese keyboards.
_PICK = re.compile(r"^\s*#?(?P<number>\d{1,2})\s*[:.)\uff1a](?!\d)\s*(?P<rest>.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What every composed request carries over from the edge."""

    actor: Actor
    place: Place
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a message to the bot came to.

    `picked` is the picture the edit starts from (None for the thread's head or a new picture); `alternatives` are
    all pictures of the replied message where the person named none of several, so that the card can say which was
    taken and offer a choice.
    """

    request: Request
    picked: PictureId | None = None
    alternatives: tuple[PictureId, ...] = ()


class Composer:
    """Turns what people press and say into requests."""

    def __init__(self, store: Store, gallery: Gallery, gateways: Mapping[str, Gateway]) -> None:
        self._store = store
        self._gallery = gallery
        self._gateways = gateways

    async def again(self, source: Source, order_id: OrderId, prompt: str | None = None) -> Request:
        """The same resolved inputs and options as a new order, with another prompt if one is given."""
        order = await self._store.orders.load(order_id)
        authorise(source.actor, Action.AGAIN, await self._gallery.subject(order), source.place)
        request = self._repeated(source, order, order.resolved or order.request.asked, prompt)
        return _agreed_first(request, order)

    async def elsewhere(self, order: Order) -> Way | None:
        """Return the gateway that an order which failed may be tried at when a person chooses it; None if none can.

        Nothing is authorised here: it only names a gateway and a price.
        """
        if order.plan is None or order.failure is None or not may_go_elsewhere(order.failure):
            return None
        visited = {call.gateway for call in await self._store.orders.calls(order.id)}
        wish = await planned_wish(self._store, order)
        return next(iter(ways(self._gateways, order.plan, wish, visited=visited, has_agreed=True)), None)

    async def try_elsewhere(self, source: Source, order_id: OrderId) -> Request:
        """The same order at another gateway, as `elsewhere` works it out now; its price is the presser's.

        It asks first: since the button was made another gateway may have become the next one, at another price.
        Errors: `Refusal(EXPIRED)` where no gateway can take it any more.
        """
        order = await self._store.orders.load(order_id)
        authorise(source.actor, Action.ELSEWHERE, await self._gallery.subject(order), source.place)
        way = await self.elsewhere(order)
        if way is None:
            raise Refusal(Reason.EXPIRED)
        model = f"{way.offer.gateway}/{way.offer.model}"
        # Whoever says yes to a price says it for one order: the thread stays with the gateway it had.
        asked = replace(order.resolved or order.request.asked, model=model, once=True)
        return replace(self._repeated(source, order, asked), ask_first=True)

    async def minimum(self, source: Source, order_id: OrderId) -> Request:
        """The same order with nothing but its words, pictures and size: for a gateway that refused more.

        Its price is asked first: without its quality, or in several calls, it may be another one.
        """
        order = await self._store.orders.load(order_id)
        authorise(source.actor, Action.MINIMUM, await self._gallery.subject(order), source.place)
        asked = replace(order.resolved or order.request.asked, minimum=True)
        return replace(self._repeated(source, order, asked), ask_first=True)

    async def edit(
        self,
        source: Source,
        picture_id: PictureId,
        *,
        prompt: str,
        extra: Sequence[Upload] = (),
        mask: Upload | None = None,
        keep: bool = True,
    ) -> Request:
        """An edit of one picture with further inputs; `keep=False` edits the uploads instead of the picture."""
        picture = await self._gallery.picture(picture_id)
        order = await self._gallery.authorised(picture, source.actor, Action.EDIT, source.place)
        kept: tuple[Input, ...] = (Stored(picture_id=picture.id),) if keep or not extra else ()
        return self._request(
            source,
            prompt=prompt,
            inputs=(*kept, *extra),
            mask=mask,
            asked=Options(),
            thread_key=self._key(order, source.place),
        )

    async def hd(self, source: Source, picture_id: PictureId) -> Request:
        """An edit at the best quality and the largest valid size of the same ratio; its price is asked first."""
        picture = await self._gallery.picture(picture_id)
        order = await self._gallery.authorised(picture, source.actor, Action.HD, source.place)
        capabilities = self._capabilities(order)
        width_px, height_px = capabilities.sizes.largest(picture.blob.width_px, picture.blob.height_px)
        best = max(capabilities.qualities, key=quality_rank, default=None)
        asked = replace(
            sticky(order.resolved or Options()), size=f"{width_px}x{height_px}", quality=best, compression=None
        )
        request = self._from_picture(source, picture, order, prompt=HD_PROMPT, asked=asked)
        return replace(request, ask_first=True)

    async def variations(self, source: Source, picture_id: PictureId) -> Request:
        """Four variations of one picture."""
        picture = await self._gallery.picture(picture_id)
        order = await self._gallery.authorised(picture, source.actor, Action.VARIATIONS, source.place)
        asked = replace(sticky(order.resolved or Options()), count=VARIATIONS)
        return self._from_picture(source, picture, order, prompt=VARIATIONS_PROMPT, asked=asked)

    async def reply(  # noqa: PLR0913  # the parts of one message
        self,
        place: Place,
        actor: Actor,
        message_id: MessageId,
        *,
        text: str,
        replied_to: MessageId | None,
        replied_pictures: Sequence[PictureId] = (),
        replied_uploads: Sequence[Upload] = (),
        uploads: Sequence[Upload] = (),
    ) -> Reply:
        """Apply the head rule to a message that addresses the bot.

        A reply edits the picture it replies to ("2: make it red" means the second of several); a mention, or a
        reply to no picture, edits the thread's head; attachments join as further inputs, head first; with neither
        head nor attachment the words become a new picture.
        `replied_pictures` are what the file names of a message of ours say; they count where the post itself is not
        on record yet, since a person may answer sooner than Discord's answer to us arrives.
        Errors: `Refusal(PROMPT_EMPTY)`, `NotFound` where the replied picture belongs elsewhere.
        """
        source = Source(actor=actor, place=place, source_id=f"m:{message_id}")
        hung = await self._gallery.pictures_of_message(replied_to) if replied_to else ()
        hung = hung or tuple([await self._gallery.picture(picture_id) for picture_id in replied_pictures])
        if hung:
            reply = await self._reply_to_ours(source, hung, text, uploads)
        elif replied_to and replied_uploads:
            key = self._place_key(place) or ThreadKey(replied_to)
            inputs = (*replied_uploads, *uploads)
            reply = Reply(request=self._request(source, prompt=text, inputs=inputs, thread_key=key))
        else:
            reply = Reply(request=await self._mention(source, message_id, text, uploads))
        if not reply.request.prompt.strip():
            raise Refusal(Reason.PROMPT_EMPTY)
        anchored = replace(reply.request, request_message_id=message_id, anchor_message_id=replied_to)
        return replace(reply, request=anchored)

    async def _reply_to_ours(
        self, source: Source, hung: tuple[Picture, ...], text: str, uploads: Sequence[Upload]
    ) -> Reply:
        number, prompt = _picked(text) if len(hung) > 1 else (None, text)
        named = number is not None and 1 <= number <= len(hung)
        picture = hung[number - 1] if number is not None and named else await self._likely(hung)
        request = await self.edit(source, picture.id, prompt=prompt if named else text, extra=uploads)
        others = tuple(other.id for other in hung) if len(hung) > 1 and not named else ()
        return Reply(request=request, picked=picture.id, alternatives=others)

    async def _likely(self, hung: tuple[Picture, ...]) -> Picture:
        """Of several pictures at a message: the thread's head if it is among them, else the first."""
        order_id = hung[0].order_id
        order = await self._store.orders.load(order_id) if order_id else None
        thread = await self._store.threads.load(order.thread_key) if order and order.thread_key else None
        return next((picture for picture in hung if thread and picture.id == thread.head), hung[0])

    async def _mention(self, source: Source, message_id: MessageId, text: str, uploads: Sequence[Upload]) -> Request:
        key = self._place_key(source.place)
        thread = await self._store.threads.load(key) if key else None
        inputs: tuple[Input, ...] = (Head(), *uploads) if thread and thread.head else tuple(uploads)
        if key is None and uploads:
            key = ThreadKey(message_id)  # the message that holds the first picture
        return self._request(source, prompt=text, inputs=inputs, thread_key=key)

    def _from_picture(self, source: Source, picture: Picture, order: Order, *, prompt: str, asked: Options) -> Request:
        return self._request(
            source,
            prompt=prompt,
            inputs=(Stored(picture_id=picture.id),),
            asked=asked,
            thread_key=self._key(order, source.place),
        )

    def _repeated(self, source: Source, order: Order, asked: Options, prompt: str | None = None) -> Request:
        fresh = source.place.kind is PlaceKind.CHANNEL and not order.inputs
        return self._request(
            source,
            prompt=prompt or order.request.prompt,
            inputs=order.inputs,
            mask=order.mask,
            asked=asked,
            # A picture from words alone starts a place of its own; an edit goes on where it was.
            thread_key=None if fresh else self._key(order, source.place),
        )

    def _request(  # the fields of a request that differ
        self,
        source: Source,
        *,
        prompt: str,
        inputs: tuple[Input, ...],
        thread_key: ThreadKey | None,
        mask: Input | None = None,
        asked: Options | None = None,
    ) -> Request:
        return Request(
            source_id=source.source_id,
            kind=OrderKind.EDIT if inputs else OrderKind.GENERATE,
            place=source.place,
            actor=source.actor,
            prompt=prompt.strip(),
            inputs=inputs,
            mask=mask,
            asked=asked or Options(),
            thread_key=thread_key,
        )

    def _capabilities(self, order: Order) -> Capabilities:
        wanted = (order.plan.gateway, order.plan.model) if order.plan else None
        offers = [offer for gateway in self._gateways.values() for offer in gateway.offers()]
        chosen = next((offer for offer in offers if (offer.gateway, offer.model) == wanted), offers[0])
        if not chosen.capabilities.edit:
            raise OptionRefused(Reason.EDIT_NOT_OFFERED, model=chosen.model)
        return chosen.capabilities

    @staticmethod
    def _place_key(place: Place) -> ThreadKey | None:
        return None if place.kind is PlaceKind.CHANNEL else ThreadKey(place.channel_id)

    @classmethod
    def _key(cls, order: Order, place: Place) -> ThreadKey | None:
        return cls._place_key(place) or order.thread_key


def _picked(text: str) -> tuple[int | None, str]:
    found = _PICK.match(text)
    return (int(found["number"]), found["rest"]) if found else (None, text)


def _agreed_first(request: Request, order: Order) -> Request:
    """Let it wait for a click on its price where that was asked for the order before, or went up under way."""
    is_dearer = order.failure is not None and bool(order.failure.facts.get("dearer"))
    return replace(request, ask_first=is_dearer or order.request.ask_first)
