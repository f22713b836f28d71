"""The tables: every word of `bot/model.py` as rows. How a database comes to have them is in `migrations/`.

A column that may hold a person's id is marked with `PERSON`, and `erasure.py` says what becomes of it.
"""

from collections.abc import Mapping

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.model import (
    Billed,
    Billing,
    CallState,
    Delivered,
    Failure,
    Input,
    Options,
    OrderKind,
    OrderState,
    ParentRole,
    PictureSource,
    PlaceKind,
    Plan,
    PostKind,
    Reason,
    Scalar,
    Scope,
    Stage,
)
from bot.store.columns import Checked, Instant, one_of, word

PERSON = {"user_id": True}
"""The `info` of a column that may hold a Discord user's id."""

_ID = String(10)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

orders = Table(
    "orders",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("source_id", String(80), nullable=False),
    Column("kind", word(OrderKind), nullable=False),
    # place
    Column("guild_id", BigInteger),
    Column("channel_id", BigInteger, nullable=False),
    Column("parent_id", BigInteger),
    Column("place_kind", word(PlaceKind), nullable=False),
    Column("age_restricted", Boolean, nullable=False),
    Column("upload_limit_bytes", BigInteger, nullable=False),
    Column("install", String(8), nullable=False),
    Column("locale", String(16), nullable=False),
    # actor
    Column("user_id", BigInteger, nullable=False, info=PERSON),
    Column("role_ids", Checked(tuple[int, ...]), nullable=False),
    Column("manage_messages", Boolean, nullable=False),
    Column("can_post", Boolean, nullable=False),
    Column("is_host", Boolean, nullable=False),
    # what was asked
    Column("prompt", Text, nullable=False),
    Column("asked_inputs", Checked(tuple[Input, ...]), nullable=False),
    Column("asked_mask", Checked(Input)),
    Column("asked", Checked(Options), nullable=False),
    Column("asked_thread_key", BigInteger),
    Column("request_message_id", BigInteger),
    Column("anchor_message_id", BigInteger),
    Column("group_id", String(40)),
    Column("group_kind", String(16)),
    Column("ask_first", Boolean, nullable=False),
    # where it stands
    Column("state", word(OrderState), nullable=False),
    Column("billing", word(Billing), nullable=False),
    Column("payer", String(8), nullable=False),
    Column("credential_id", String(40)),
    Column("thread_key", BigInteger),
    Column("inputs", Checked(tuple[Input, ...]), nullable=False),
    Column("mask", Checked(Input)),
    Column("resolved", Checked(Options)),
    Column("resolved_from", Checked(Mapping[str, Scope]), nullable=False),
    Column("plan", Checked(Plan)),
    Column("gateway", String(64)),  # the plan's, so that the queue need not read plans
    Column("ticket", BigInteger),  # place in the line: a number and no time, because clocks jump
    Column("holds_slot", Boolean, nullable=False),
    Column("not_before", Instant),
    Column("stage", word(Stage)),
    Column("preview", Text),
    Column("eta_at", Instant),
    Column("failure", Checked(Failure)),
    Column("receipt", Checked(Delivered)),
    Column("version", Integer),
    Column("response_channel_id", BigInteger),
    Column("response_message_id", BigInteger),
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("queued_at", Instant),
    Column("sending_at", Instant),
    Column("received_at", Instant),
    Column("posted_at", Instant),
    Column("ended_at", Instant),  # when it ended without pictures
    Column("notified_at", Instant),  # when its person was shown the result or the ending
    UniqueConstraint("source_id"),
    CheckConstraint(one_of("state", OrderState), name="state"),
    CheckConstraint(one_of("billing", Billing), name="billing"),
    CheckConstraint("payer IN ('host', 'server', 'user')", name="payer"),
    CheckConstraint("state != 'queued' OR (ticket IS NOT NULL AND gateway IS NOT NULL)", name="line"),
    Index(None, "state", "ticket"),  # claim, position
    Index(None, "state", "notified_at"),  # unnotified
    Index(None, "thread_key", "state", "ticket"),  # what blocks a thread
    Index(None, "user_id", "sending_at"),  # who was served in the last hour
    Index(None, "user_id", "state"),  # how much a person has waiting
    Index(None, "ticket"),
)

interactions = Table(
    "interactions",
    metadata,
    Column("order_id", _ID, ForeignKey("orders.id"), primary_key=True),
    Column("token", Text, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

calls = Table(
    "calls",
    metadata,
    Column("order_id", _ID, ForeignKey("orders.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("gateway", String(64), nullable=False),
    Column("dialect", String(24), nullable=False),
    Column("model", Text, nullable=False),
    Column("parameters", Checked(Mapping[str, Scalar]), nullable=False),
    Column("state", word(CallState), nullable=False),
    Column("request_id", Text),
    Column("outcome", word(Reason)),
    Column("billed", word(Billed), nullable=False),
    Column("cost_micros", BigInteger),
    Column("cost_currency", String(8)),
    Column("cost_source", String(16)),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint(one_of("state", CallState), name="state"),
    CheckConstraint(one_of("billed", Billed), name="billed"),
    Index(None, "gateway", "state", "ended_at"),  # a gateway's recent speed
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("format", String(16), nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("has_alpha", Boolean, nullable=False),
)

pictures = Table(
    "pictures",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("order_id", _ID, ForeignKey("orders.id")),
    Column("position", Integer, nullable=False),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False, index=True),
    Column("source", word(PictureSource), nullable=False),
    Column("subject_user_id", BigInteger, index=True, info=PERSON),
    Column("alt_text", Text, nullable=False),
    Column("age_restricted", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    CheckConstraint(one_of("source", PictureSource), name="source"),
    Index(None, "order_id", "position"),
)

parents = Table(
    "parents",
    metadata,
    Column("picture_id", _ID, ForeignKey("pictures.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("parent_id", _ID, ForeignKey("pictures.id"), nullable=False, index=True),
    Column("role", word(ParentRole), nullable=False),
    CheckConstraint(one_of("role", ParentRole), name="role"),
)

posts = Table(
    "posts",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("attachment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("picture_id", _ID, ForeignKey("pictures.id"), primary_key=True, index=True),
    Column("channel_id", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", word(PostKind), nullable=False),
    CheckConstraint(one_of("kind", PostKind), name="kind"),
)

threads = Table(
    "threads",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("starter_id", BigInteger, nullable=False, index=True, info=PERSON),
    Column("head", _ID, ForeignKey("pictures.id")),
    Column("every_message", Boolean, nullable=False),
    Column("next_version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("scope", word(Scope), primary_key=True),
    Column(
        "scope_id", BigInteger, primary_key=True, autoincrement=False, info=PERSON
    ),  # a person's id where the scope is `user`
    Column("key", String(64), primary_key=True),
    Column("value", Checked(Scalar), nullable=False),
    Column("who", BigInteger, nullable=False, info=PERSON),
    Column("at", Instant, nullable=False),
    CheckConstraint(one_of("scope", Scope), name="scope"),
)

learned = Table(
    "learned",
    metadata,
    Column("gateway", String(64), primary_key=True),
    Column("base_url", String(255), primary_key=True),
    Column("model", String(255), primary_key=True),
    Column("capability", String(64), primary_key=True),
    Column("word", String(64), primary_key=True),  # the value where it is text: a capability may refuse several words
    Column("value", Checked(Scalar)),
    Column("reason", Text, nullable=False),
    Column("learned_at", Instant, nullable=False),
    Column("expires_at", Instant),
)

gateway_slots = Table(
    "gateway_slots",
    metadata,
    Column("gateway", String(64), primary_key=True),
    Column("running", Integer, nullable=False),
    Column("slot_limit", Integer, nullable=False),
    CheckConstraint("running >= 0 AND running <= slot_limit", name="running"),
)

references = Table(
    "references",
    metadata,
    Column("thread_key", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False, index=True, info=PERSON),
    Column("picture_id", _ID, ForeignKey("pictures.id"), primary_key=True),
    Column("kept_at", Instant, nullable=False),
)
