"""Wishes: what a gateway needs to know of an order to plan it."""

from bot.errors import Refusal
from bot.model import Options, Order, OrderKind, Stored, Wish
from bot.orders.ports import Store


def wish_of(
    order: Order, options: Options, *, input_count: int, has_mask: bool, first_px: tuple[int, int] | None
) -> Wish:
    """Return the wish of an order with these options and inputs."""
    return Wish(
        kind=OrderKind.EDIT if input_count else OrderKind.GENERATE,
        options=options,
        prompt_chars=len(order.request.prompt),
        input_count=input_count,
        has_mask=has_mask,
        first_input_px=first_px,
        delivery_limit_bytes=order.request.place.upload_limit_bytes,
    )


async def planned_wish(store: Store, order: Order) -> Wish:
    """Return the wish of an order that was planned before; a first input that is gone has no size."""
    first, first_px = next(iter(order.inputs), None), None
    if isinstance(first, Stored):
        try:
            blob = (await store.pictures.load(first.picture_id)).blob
        except Refusal:
            pass
        else:
            first_px = (blob.width_px, blob.height_px)
    return wish_of(
        order,
        order.resolved or order.request.asked,
        input_count=len(order.inputs),
        has_mask=order.mask is not None,
        first_px=first_px,
    )
