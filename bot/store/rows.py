"""Rows to values of `bot/model.py` and back; no statement is written here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from bot.model import (
    Actor,
    Billing,
    Blob,
    Call,
    Order,
    OrderId,
    OrderState,
    Parent,
    Picture,
    PictureId,
    Place,
    Post,
    Price,
    Request,
    Thread,
)


def row_of_request(order_id: OrderId, request: Request, now: datetime) -> Mapping[str, Any]:
    """Return the row of an order that was just written down."""
    place, actor = request.place, request.actor
    return {
        "id": order_id,
        "source_id": request.source_id,
        "kind": request.kind,
        "guild_id": place.guild_id,
        "channel_id": place.channel_id,
        "parent_id": place.parent_id,
        "place_kind": place.kind,
        "age_restricted": place.age_restricted,
        "upload_limit_bytes": place.upload_limit_bytes,
        "install": place.install,
        "locale": place.locale,
        "user_id": actor.user_id,
        "role_ids": actor.role_ids,
        "manage_messages": actor.manage_messages,
        "can_post": actor.can_post,
        "is_host": actor.is_host,
        "prompt": request.prompt,
        "asked_inputs": request.inputs,
        "asked_mask": request.mask,
        "asked": request.asked,
        "asked_thread_key": request.thread_key,
        "request_message_id": request.request_message_id,
        "anchor_message_id": request.anchor_message_id,
        "group_id": request.group_id,
        "group_kind": request.group_kind,
        "ask_first": request.ask_first,
        "state": OrderState.ACCEPTED,
        "billing": Billing.NONE,
        "payer": "host",
        "thread_key": request.thread_key,
        "inputs": request.inputs,
        "mask": request.mask,
        "resolved_from": {},
        "holds_slot": False,
        "created_at": now,
    }


def order_of(row: RowMapping) -> Order:
    """Return the order of a row of `orders`."""
    return Order(
        id=row["id"],
        request=_request_of(row),
        state=row["state"],
        billing=row["billing"],
        thread_key=row["thread_key"],
        inputs=row["inputs"],
        mask=row["mask"],
        resolved=row["resolved"],
        resolved_from=row["resolved_from"],
        plan=row["plan"],
        payer=row["payer"],
        credential_id=row["credential_id"],
        confirmed=row["confirmed_at"] is not None,
        stage=row["stage"],
        preview=row["preview"],
        eta_at=row["eta_at"],
        failure=row["failure"],
        receipt=row["receipt"],
        version=row["version"],
        response_message_id=row["response_message_id"],
        response_channel_id=row["response_channel_id"],
        created_at=row["created_at"],
        queued_at=row["queued_at"],
        sending_at=row["sending_at"],
        received_at=row["received_at"],
        posted_at=row["posted_at"],
    )


def _request_of(row: RowMapping) -> Request:
    place = Place(
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        parent_id=row["parent_id"],
        kind=row["place_kind"],
        age_restricted=row["age_restricted"],
        upload_limit_bytes=row["upload_limit_bytes"],
        install=row["install"],
        locale=row["locale"],
    )
    actor = Actor(
        user_id=row["user_id"],
        role_ids=row["role_ids"],
        manage_messages=row["manage_messages"],
        can_post=row["can_post"],
        is_host=row["is_host"],
    )
    return Request(
        source_id=row["source_id"],
        kind=row["kind"],
        place=place,
        actor=actor,
        prompt=row["prompt"],
        inputs=row["asked_inputs"],
        mask=row["asked_mask"],
        asked=row["asked"],
        thread_key=row["asked_thread_key"],
        request_message_id=row["request_message_id"],
        anchor_message_id=row["anchor_message_id"],
        group_id=row["group_id"],
        group_kind=row["group_kind"],
        ask_first=row["ask_first"],
    )


def call_of(row: RowMapping) -> Call:
    """Return the call of a row of `calls`."""
    priced = row["cost_micros"] is not None
    return Call(
        order_id=row["order_id"],
        number=row["number"],
        gateway=row["gateway"],
        dialect=row["dialect"],
        model=row["model"],
        parameters=row["parameters"],
        state=row["state"],
        request_id=row["request_id"],
        outcome=row["outcome"],
        billed=row["billed"],
        cost=Price(micros=row["cost_micros"], currency=row["cost_currency"], source=row["cost_source"])
        if priced
        else None,
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )


def row_of_cost(cost: Price | None) -> Mapping[str, Any]:
    """Return a call's three columns of money, all NULL where nothing is known."""
    return {
        "cost_micros": cost.micros if cost else None,
        "cost_currency": cost.currency if cost else None,
        "cost_source": cost.source if cost else None,
    }


def row_of_blob(blob: Blob) -> Mapping[str, Any]:
    """Return the row of a blob."""
    return {
        "sha256": blob.sha256,
        "size_bytes": blob.size_bytes,
        "format": blob.format,
        "width_px": blob.width_px,
        "height_px": blob.height_px,
        "has_alpha": blob.has_alpha,
    }


def picture_of(row: RowMapping, parents: tuple[Parent, ...]) -> Picture:
    """Return the picture of a row of `pictures` joined with its blob."""
    return Picture(
        id=row["id"],
        order_id=row["order_id"],
        position=row["position"],
        blob=Blob(
            sha256=row["sha256"],
            size_bytes=row["size_bytes"],
            format=row["format"],
            width_px=row["width_px"],
            height_px=row["height_px"],
            has_alpha=row["has_alpha"],
        ),
        source=row["source"],
        subject_user_id=row["subject_user_id"],
        alt_text=row["alt_text"],
        age_restricted=row["age_restricted"],
        parents=parents,
        created_at=row["created_at"],
        deleted_at=row["deleted_at"],
    )


def parent_of(row: RowMapping) -> Parent:
    """Return the edge of a row of `parents`."""
    return Parent(picture_id=PictureId(row["parent_id"]), role=row["role"])


def post_of(row: RowMapping) -> Post:
    """Return the post of a row of `posts`."""
    return Post(
        picture_id=row["picture_id"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        attachment_id=row["attachment_id"],
        position=row["position"],
        kind=row["kind"],
    )


def row_of_post(post: Post) -> Mapping[str, Any]:
    """Return the row of a post."""
    return {
        "picture_id": post.picture_id,
        "channel_id": post.channel_id,
        "message_id": post.message_id,
        "attachment_id": post.attachment_id,
        "position": post.position,
        "kind": post.kind,
    }


def thread_of(row: RowMapping) -> Thread:
    """Return the state of a row of `threads`."""
    return Thread(
        key=row["key"],
        channel_id=row["channel_id"],
        guild_id=row["guild_id"],
        starter_id=row["starter_id"],
        head=row["head"],
        every_message=row["every_message"],
        next_version=row["next_version"],
    )
