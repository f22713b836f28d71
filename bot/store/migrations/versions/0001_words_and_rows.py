"""The words and rows of the first release.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON()
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, the referred before the referring."""
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.String(16), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("has_alpha", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
    )
    op.create_table(
        "gateway_slots",
        sa.Column("gateway", sa.String(64), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("slot_limit", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("gateway", name="pk_gateway_slots"),
        sa.CheckConstraint("running >= 0 AND running <= slot_limit", name=op.f("ck_gateway_slots_running")),
    )
    op.create_table(
        "learned",
        sa.Column("gateway", sa.String(64), nullable=False),
        sa.Column("base_url", sa.String(255), nullable=False),
        sa.Column("model", sa.String(255), nullable=False),
        sa.Column("capability", sa.String(64), nullable=False),
        sa.Column("word", sa.String(64), nullable=False),
        sa.Column("value", JSON),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("learned_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.PrimaryKeyConstraint("gateway", "base_url", "model", "capability", "word", name="pk_learned"),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("guild_id", sa.BigInteger()),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger()),
        sa.Column("place_kind", sa.String(24), nullable=False),
        sa.Column("age_restricted", sa.Boolean(), nullable=False),
        sa.Column("upload_limit_bytes", sa.BigInteger(), nullable=False),
        sa.Column("install", sa.String(8), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role_ids", JSON, nullable=False),
        sa.Column("manage_messages", sa.Boolean(), nullable=False),
        sa.Column("can_post", sa.Boolean(), nullable=False),
        sa.Column("is_host", sa.Boolean(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("asked_inputs", JSON, nullable=False),
        sa.Column("asked_mask", JSON),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("asked_thread_key", sa.BigInteger()),
        sa.Column("request_message_id", sa.BigInteger()),
        sa.Column("anchor_message_id", sa.BigInteger()),
        sa.Column("group_id", sa.String(40)),
        sa.Column("group_kind", sa.String(16)),
        sa.Column("ask_first", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("billing", sa.String(24), nullable=False),
        sa.Column("payer", sa.String(8), nullable=False),
        sa.Column("credential_id", sa.String(40)),
        sa.Column("thread_key", sa.BigInteger()),
        sa.Column("inputs", JSON, nullable=False),
        sa.Column("mask", JSON),
        sa.Column("resolved", JSON),
        sa.Column("resolved_from", JSON, nullable=False),
        sa.Column("plan", JSON),
        sa.Column("gateway", sa.String(64)),
        sa.Column("ticket", sa.BigInteger()),
        sa.Column("holds_slot", sa.Boolean(), nullable=False),
        sa.Column("not_before", INSTANT),
        sa.Column("stage", sa.String(24)),
        sa.Column("preview", sa.Text()),
        sa.Column("eta_at", INSTANT),
        sa.Column("failure", JSON),
        sa.Column("receipt", JSON),
        sa.Column("version", sa.Integer()),
        sa.Column("response_channel_id", sa.BigInteger()),
        sa.Column("response_message_id", sa.BigInteger()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("queued_at", INSTANT),
        sa.Column("sending_at", INSTANT),
        sa.Column("received_at", INSTANT),
        sa.Column("posted_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("notified_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.CheckConstraint("billing IN ('none', 'reserved', 'settled', 'held')", name=op.f("ck_orders_billing")),
        sa.CheckConstraint(
            "state != 'queued' OR (ticket IS NOT NULL AND gateway IS NOT NULL)", name=op.f("ck_orders_line")
        ),
        sa.CheckConstraint("payer IN ('host', 'server', 'user')", name=op.f("ck_orders_payer")),
        sa.CheckConstraint(
            "state IN ("
            "'accepted', 'queued', 'sending', 'received', 'posted', 'refused', 'failed', 'cancelled', 'unknown')",
            name=op.f("ck_orders_state"),
        ),
        sa.UniqueConstraint("source_id", name="uq_orders_source_id"),
    )
    op.create_index("ix_orders_state_notified_at", "orders", ["state", "notified_at"])
    op.create_index("ix_orders_state_ticket", "orders", ["state", "ticket"])
    op.create_index("ix_orders_thread_key_state_ticket", "orders", ["thread_key", "state", "ticket"])
    op.create_index("ix_orders_ticket", "orders", ["ticket"])
    op.create_index("ix_orders_user_id_sending_at", "orders", ["user_id", "sending_at"])
    op.create_index("ix_orders_user_id_state", "orders", ["user_id", "state"])
    op.create_table(
        "settings",
        sa.Column("scope", sa.String(24), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("who", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("scope", "scope_id", "key", name="pk_settings"),
        sa.CheckConstraint(
            "scope IN ('model', 'host', 'server', 'channel', 'role', 'user', 'thread', 'order')",
            name=op.f("ck_settings_scope"),
        ),
    )
    op.create_table(
        "calls",
        sa.Column("order_id", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("gateway", sa.String(64), nullable=False),
        sa.Column("dialect", sa.String(24), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("parameters", JSON, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("request_id", sa.Text()),
        sa.Column("outcome", sa.String(24)),
        sa.Column("billed", sa.String(24), nullable=False),
        sa.Column("cost_micros", sa.BigInteger()),
        sa.Column("cost_currency", sa.String(8)),
        sa.Column("cost_source", sa.String(16)),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.PrimaryKeyConstraint("order_id", "number", name="pk_calls"),
        sa.CheckConstraint("billed IN ('yes', 'no', 'unknown')", name=op.f("ck_calls_billed")),
        sa.CheckConstraint("state IN ('sending', 'received', 'failed', 'unknown')", name=op.f("ck_calls_state")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_calls_order_id_orders"),
    )
    op.create_index("ix_calls_gateway_state_ended_at", "calls", ["gateway", "state", "ended_at"])
    op.create_table(
        "interactions",
        sa.Column("order_id", sa.String(10), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("order_id", name="pk_interactions"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_interactions_order_id_orders"),
    )
    op.create_index("ix_interactions_expires_at", "interactions", ["expires_at"])
    op.create_table(
        "pictures",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("order_id", sa.String(10)),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("source", sa.String(24), nullable=False),
        sa.Column("subject_user_id", sa.BigInteger()),
        sa.Column("alt_text", sa.Text(), nullable=False),
        sa.Column("age_restricted", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_pictures"),
        sa.CheckConstraint("source IN ('generated', 'upload')", name=op.f("ck_pictures_source")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_pictures_order_id_orders"),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_pictures_sha256_blobs"),
    )
    op.create_index("ix_pictures_order_id_position", "pictures", ["order_id", "position"])
    op.create_index("ix_pictures_sha256", "pictures", ["sha256"])
    op.create_index("ix_pictures_subject_user_id", "pictures", ["subject_user_id"])
    op.create_table(
        "parents",
        sa.Column("picture_id", sa.String(10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("parent_id", sa.String(10), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("picture_id", "position", name="pk_parents"),
        sa.CheckConstraint("role IN ('input', 'mask', 'reupload')", name=op.f("ck_parents_role")),
        sa.ForeignKeyConstraint(["parent_id"], ["pictures.id"], name="fk_parents_parent_id_pictures"),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_parents_picture_id_pictures"),
    )
    op.create_index("ix_parents_parent_id", "parents", ["parent_id"])
    op.create_table(
        "posts",
        sa.Column("message_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("attachment_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("picture_id", sa.String(10), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "attachment_id", "picture_id", name="pk_posts"),
        sa.CheckConstraint("kind IN ('result', 'original', 'log')", name=op.f("ck_posts_kind")),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_posts_picture_id_pictures"),
    )
    op.create_index("ix_posts_picture_id", "posts", ["picture_id"])
    op.create_table(
        "references",
        sa.Column("thread_key", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("picture_id", sa.String(10), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("thread_key", "user_id", "picture_id", name="pk_references"),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_references_picture_id_pictures"),
    )
    op.create_index("ix_references_user_id", "references", ["user_id"])
    op.create_table(
        "threads",
        sa.Column("key", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger()),
        sa.Column("starter_id", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(10)),
        sa.Column("every_message", sa.Boolean(), nullable=False),
        sa.Column("next_version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_threads"),
        sa.ForeignKeyConstraint(["head"], ["pictures.id"], name="fk_threads_head_pictures"),
    )
    op.create_index("ix_threads_starter_id", "threads", ["starter_id"])


def downgrade() -> None:
    """Drop the tables, the referring before the referred."""
    op.drop_table("threads")
    op.drop_table("references")
    op.drop_table("posts")
    op.drop_table("parents")
    op.drop_table("pictures")
    op.drop_table("interactions")
    op.drop_table("calls")
    op.drop_table("settings")
    op.drop_table("orders")
    op.drop_table("learned")
    op.drop_table("gateway_slots")
    op.drop_table("blobs")
