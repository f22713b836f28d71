"""Looking at pictures and choosing among them: everything that is free and needs no gateway."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import NotFound, Refusal
from bot.model import (
    Action,
    Actor,
    Call,
    ChannelId,
    MessageId,
    Order,
    OrderId,
    OrderState,
    ParentRole,
    Picture,
    PictureId,
    Place,
    PlaceKind,
    Position,
    Post,
    Reason,
    Stored,
    Thread,
    ThreadKey,
)
from bot.orders.authorise import Subject, authorise, is_here
from bot.orders.ids import read_id
from bot.orders.ports import Clock, Store


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
    """What was asked, sent and delivered; `picture` is the one that was meant, None for a whole order."""

    order: Order
    picture: Picture | None
    pictures: tuple[Picture, ...]
    calls: tuple[Call, ...]
    posts: tuple[Post, ...]
    belongs_here: bool  # whether its buttons work from where it is looked at


class Gallery:
    """Pictures and orders as people may see them. Nothing here is paid."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    # -- reading -----------------------------------------------------------------------------------------

    async def result(self, order_id: OrderId) -> Result:
        """Return the order with its pictures, inputs, position and thread as rows stand now. Not authorised."""
        order = await self._store.orders.load(order_id)
        inputs = [part.picture_id for part in order.inputs if isinstance(part, Stored)]
        waits = order.state is OrderState.QUEUED
        return Result(
            order=order,
            pictures=tuple(await self._store.pictures.of_order(order_id)) if order.received_at else (),
            inputs=tuple([await self._store.pictures.load(picture_id) for picture_id in inputs]),
            position=await self._store.orders.position(order_id, self._clock()) if waits else None,
            thread=await self._store.threads.load(order.thread_key) if order.thread_key else None,
        )

    async def show(self, identifier: str, actor: Actor, place: Place) -> Details:
        """Find an order or picture by id as people type it, if it may be seen from here.

        Errors: `NotFound`, also where the id exists but belongs elsewhere.
        """
        found = read_id(identifier)
        if found is None:
            raise NotFound(Reason.NOT_FOUND, id=identifier[:40])
        try:
            picture = await self._store.pictures.load(PictureId(found))
        except NotFound:
            return await self.details(OrderId(found), actor, place)
        order = await self.authorised(picture, actor, Action.SHOW, place)
        return await self._details(order, picture, place)

    async def details(self, order_id: OrderId, actor: Actor, place: Place) -> Details:
        """Return what was asked, sent and delivered of one order."""
        order = await self._store.orders.load(order_id)
        authorise(actor, Action.DETAILS, await self.subject(order), place)
        return await self._details(order, None, place)

    async def pictures_of_message(self, message_id: MessageId) -> tuple[Picture, ...]:
        """List the living pictures that hang at a message of ours, by position; empty for any other message."""
        posts = await self._store.pictures.posts_of_message(message_id)
        pictures = [await self._store.pictures.load(post.picture_id) for post in posts]
        return tuple(picture for picture in pictures if picture.deleted_at is None)

    async def prompt_of_message(self, message_id: MessageId) -> str | None:
        """Return the prompt of the pictures at a message of ours, None for any other message."""
        pictures = await self.pictures_of_message(message_id)
        order_id = pictures[0].order_id if pictures else None
        return (await self._store.orders.load(order_id)).request.prompt if order_id else None

    async def path(self, picture: Picture) -> Path:
        """Return where the stored bytes lie; `Corrupt` if they are not as stored."""
        return await self._store.files.open_path(picture.blob.sha256)

    async def original(self, picture_id: PictureId, actor: Actor, place: Place) -> tuple[Picture, Path]:
        """Return a picture with the path of its stored bytes."""
        picture = await self.picture(picture_id)
        await self.authorised(picture, actor, Action.ORIGINAL, place)
        return picture, await self.path(picture)

    async def edits_every_message(self, place: Place) -> bool:
        """Say whether this thread's starter switched "every message is an edit" on."""
        if place.kind is not PlaceKind.THREAD:
            return False
        thread = await self._store.threads.load(ThreadKey(place.channel_id))
        return thread is not None and thread.every_message

    # -- choosing ----------------------------------------------------------------------------------------

    async def undo(self, picture_id: PictureId, actor: Actor, place: Place) -> Picture:
        """Make the picture's first parent its thread's head and return it; nothing is deleted.

        Errors: `Refusal(NOTHING_TO_UNDO)` where the picture was made from words alone.
        """
        picture = await self.picture(picture_id)
        order = await self.authorised(picture, actor, Action.UNDO, place)
        parents = [parent.picture_id for parent in picture.parents if parent.role is ParentRole.INPUT]
        if not parents:
            raise Refusal(Reason.NOTHING_TO_UNDO)
        head = await self.picture(parents[0])
        await self._store.threads.set_head(self._key(order, place), head.id)
        return head

    async def choose(self, picture_id: PictureId, actor: Actor, place: Place) -> Picture:
        """Make this picture its thread's head and return it."""
        picture = await self.picture(picture_id)
        order = await self.authorised(picture, actor, Action.CHOOSE, place)
        await self._store.threads.set_head(self._key(order, place), picture.id)
        return picture

    async def keep_reference(self, picture_id: PictureId, actor: Actor, place: Place) -> None:
        """Let the picture join this person's next order in the thread."""
        picture = await self.picture(picture_id)
        order = await self.authorised(picture, actor, Action.REFERENCE, place)
        key = self._key(order, place)
        await self._store.threads.add_reference(key, actor.user_id, picture.id, self._clock())

    async def may_delete(self, order_id: OrderId, actor: Actor, place: Place) -> None:
        """Return if the actor may delete the order's pictures. Errors: `NotAllowed`, `NotFound`."""
        order = await self._store.orders.load(order_id)
        authorise(actor, Action.DELETE, await self.subject(order), place)

    async def delete(self, order_id: OrderId, actor: Actor, place: Place) -> tuple[tuple[ChannelId, MessageId], ...]:
        """Delete the order's pictures and their bytes; returns the messages to take down.

        Descendants keep their lineage, and bytes another picture shares stay. Where the thread's head is among
        them, the nearest living ancestor takes its place.
        """
        order = await self._store.orders.load(order_id)
        authorise(actor, Action.DELETE, await self.subject(order), place)
        posts = await self._store.pictures.posts_of_order(order_id)
        pictures = await self._store.pictures.of_order(order_id)
        unused = await self._store.pictures.delete([picture.id for picture in pictures], self._clock())
        await self._store.files.remove(unused)
        await self._move_head_off(order, pictures)
        messages = [(post.channel_id, post.message_id) for post in posts]
        if not messages and order.response_channel_id and order.response_message_id:
            messages = [(order.response_channel_id, order.response_message_id)]  # the post is not on record yet
        return tuple(dict.fromkeys(messages))

    async def set_every_message(self, actor: Actor, place: Place, *, on: bool) -> None:
        """Switch "every message is an edit" for the thread this is said in.

        Errors: `Refusal(NO_PICTURE)` where nothing was painted yet or the place is no thread.
        """
        thread = await self._store.threads.load(ThreadKey(place.channel_id))
        if thread is None or place.kind is not PlaceKind.THREAD:
            raise Refusal(Reason.NO_PICTURE)
        subject = Subject(
            guild_id=thread.guild_id,
            channel_ids=frozenset({place.channel_id}),
            asker_id=thread.starter_id,
            starter_id=thread.starter_id,
            age_restricted=place.age_restricted,
        )
        authorise(actor, Action.EVERY_MESSAGE, subject, place)
        await self._store.threads.set_every_message(thread.key, on=on)

    # -- shared with composing ------------------------------------------------------------------------------

    async def picture(self, picture_id: PictureId) -> Picture:
        """Return a living picture; `NotFound`, or `Refusal(DELETED)`."""
        picture = await self._store.pictures.load(picture_id)
        if picture.deleted_at is not None:
            raise Refusal(Reason.DELETED, id=picture_id)
        return picture

    async def authorised(self, picture: Picture, actor: Actor, action: Action, place: Place) -> Order:
        """Return the picture's order if the actor may do that from here."""
        if picture.order_id is None:
            raise NotFound(Reason.NOT_FOUND)
        order = await self._store.orders.load(picture.order_id)
        authorise(actor, action, await self.subject(order), place)
        return order

    async def subject(self, order: Order) -> Subject:
        """Describe an order for `authorise`: every channel it was given in, answered in or posted to."""
        asked_in = order.request.place
        thread = await self._store.threads.load(order.thread_key) if order.thread_key else None
        posts = await self._store.pictures.posts_of_order(order.id)
        channels = {asked_in.channel_id, order.response_channel_id, *(post.channel_id for post in posts)}
        if order.thread_key:
            channels.add(ChannelId(order.thread_key))  # a thread on a message has that message's id
        return Subject(
            guild_id=asked_in.guild_id,
            channel_ids=frozenset(channel for channel in channels if channel is not None),
            asker_id=order.request.actor.user_id,
            starter_id=thread.starter_id if thread else None,
            age_restricted=asked_in.age_restricted,
        )

    async def _details(self, order: Order, picture: Picture | None, place: Place) -> Details:
        return Details(
            belongs_here=is_here(await self.subject(order), place),
            order=order,
            picture=picture,
            pictures=tuple(await self._store.pictures.of_order(order.id)),
            calls=tuple(await self._store.orders.calls(order.id)),
            posts=tuple(await self._store.pictures.posts_of_order(order.id)),
        )

    async def _move_head_off(self, order: Order, deleted: Sequence[Picture]) -> None:
        thread = await self._store.threads.load(order.thread_key) if order.thread_key else None
        head = next((picture for picture in deleted if thread and picture.id == thread.head), None)
        if thread is not None and head is not None:
            await self._store.threads.set_head(thread.key, await self._living_ancestor(head))

    async def _living_ancestor(self, picture: Picture) -> PictureId | None:
        """Return the first living picture up the line of first parents, or None."""
        parents = [parent.picture_id for parent in picture.parents if parent.role is ParentRole.INPUT]
        while parents:
            above = await self._store.pictures.load(parents[0])
            if above.deleted_at is None:
                return above.id
            parents = [parent.picture_id for parent in above.parents if parent.role is ParentRole.INPUT]
        return None

    @staticmethod
    def _key(order: Order, place: Place) -> ThreadKey:
        return order.thread_key or ThreadKey(place.channel_id)
