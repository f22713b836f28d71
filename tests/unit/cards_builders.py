"""Orders, pictures and results for the tests of cards, with every field that a test does not care about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.model import (
    Actor,
    Billing,
    Blob,
    ChannelId,
    Delivered,
    GuildId,
    MessageId,
    Options,
    Order,
    OrderId,
    OrderKind,
    OrderState,
    Parent,
    ParentRole,
    Picture,
    PictureId,
    PictureSource,
    Place,
    PlaceKind,
    Plan,
    Request,
    Stage,
    ThreadKey,
    UserId,
)
from bot.orders.gallery import Result

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ORDER_ID = OrderId("0rder0rder")

PLACE = Place(
    guild_id=GuildId(1),
    channel_id=ChannelId(2),
    parent_id=None,
    kind=PlaceKind.CHANNEL,
    age_restricted=False,
    upload_limit_bytes=10 * 1024 * 1024,
)
REQUEST = Request(
    source_id="i:5",
    kind=OrderKind.GENERATE,
    place=PLACE,
    actor=Actor(user_id=UserId(42)),
    prompt="a red fox in snow",
)


def an_order(*, prompt: str = REQUEST.prompt, **changes: Any) -> Order:  # noqa: ANN401  # any field of an order
    """Return a queued order, or one with these fields changed."""
    order = Order(
        id=ORDER_ID,
        request=replace(REQUEST, prompt=prompt),
        state=OrderState.QUEUED,
        billing=Billing.NONE,
        thread_key=ThreadKey(7),
        inputs=(),
        mask=None,
        resolved=Options(),
        resolved_from={},
        plan=Plan(gateway="local", dialect="images", model="gpt-image-2", parameters={"size": "1024x1024"}),
        payer="host",
        credential_id=None,
        confirmed=False,
        stage=Stage.WAITING,
        preview=None,
        eta_at=None,
        failure=None,
        receipt=None,
        version=None,
        response_message_id=MessageId(7),
        response_channel_id=ChannelId(2),
        created_at=NOW,
        queued_at=NOW,
        sending_at=None,
        received_at=None,
        posted_at=None,
    )
    return replace(order, **changes)


def a_picture(number: int = 1, *, parents: tuple[str, ...] = (), alt: str = "a red fox in snow") -> Picture:
    """Return the order's picture number `number`."""
    blob = Blob(sha256="0" * 64, size_bytes=1_500_000, format="png", width_px=1024, height_px=1536, has_alpha=False)
    return Picture(
        id=PictureId(f"p{number:09}"),
        order_id=ORDER_ID,
        position=number,
        blob=blob,
        source=PictureSource.GENERATED,
        subject_user_id=None,
        alt_text=alt,
        age_restricted=False,
        parents=tuple(Parent(picture_id=PictureId(parent), role=ParentRole.INPUT) for parent in parents),
        created_at=NOW,
    )


def a_result(order: Order, pictures: tuple[Picture, ...] = (), inputs: tuple[Picture, ...] = ()) -> Result:
    """Return what the gallery would say of the order."""
    return Result(order=order, pictures=pictures, inputs=inputs, position=None, thread=None)


def received(*, count: int = 1, **changes: Any) -> Result:  # noqa: ANN401  # any field of an order
    """Return a received order with its pictures."""
    fields: dict[str, Any] = {"state": OrderState.RECEIVED, "version": 3, "receipt": Delivered(count=count, seconds=23)}
    order = an_order(**(fields | changes))
    return a_result(order, tuple(a_picture(number) for number in range(1, count + 1)))
