"""Applications, client secrets, the lock and the activity.

A revision spells out what it makes, because the tables move on and it does not.
"""

import sqlalchemy as sa
from alembic import op

from store.birth import GENESIS
from store.columns import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, and the head of the activity's chain."""
    op.create_table(
        "applications",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("description_key", sa.String(), nullable=True),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("locking_enabled", sa.Boolean(), nullable=False),
        sa.Column("failed_logons", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.Column("introspects", sa.Boolean(), nullable=False),
        sa.Column("token_lifetime", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("failed_logons BETWEEN 0 AND 5", name=op.f("ck_applications_failed_logons")),
        sa.CheckConstraint("length(description) <= 500", name=op.f("ck_applications_description_length")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name=op.f("ck_applications_name_length")),
        sa.CheckConstraint("token_lifetime BETWEEN 1 AND 720", name=op.f("ck_applications_token_lifetime")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("client_id", name=op.f("uq_applications_client_id")),
        sa.UniqueConstraint("name_key", name=op.f("uq_applications_name_key")),
    )
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("claimed", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("application_id", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_audit_events_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_application_id"), "audit_events", ["application_id"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "client_secrets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("application_id", sa.String(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("for_application", sa.Boolean(), nullable=False),
        sa.Column("for_application_users", sa.Boolean(), nullable=False),
        sa.Column("for_openid", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("retires_at", UtcDateTime(), nullable=True),
        sa.Column("replaced_by", sa.String(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_reason", sa.String(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_from", sa.String(), nullable=True),
        sa.Column("use_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("hash LIKE '$argon2id$%'", name=op.f("ck_client_secrets_argon2id_only")),
        sa.CheckConstraint("revoked_reason IN ('revoked', 'rotated')", name=op.f("ck_client_secrets_revoked_reason")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_reason IS NULL)", name=op.f("ck_client_secrets_revoked_with_reason")
        ),
        sa.CheckConstraint(
            "(slot IS NULL) = (revoked_at IS NOT NULL)", name=op.f("ck_client_secrets_slot_held_until_revoked")
        ),
        sa.CheckConstraint(
            "for_application OR for_application_users OR for_openid", name=op.f("ck_client_secrets_some_api_scope")
        ),
        sa.CheckConstraint("length(description) <= 200", name=op.f("ck_client_secrets_description_length")),
        sa.CheckConstraint(
            "retires_at IS NULL OR replaced_by IS NOT NULL", name=op.f("ck_client_secrets_retiring_has_twin")
        ),
        sa.CheckConstraint("slot BETWEEN 1 AND 20", name=op.f("ck_client_secrets_slot_range")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_client_secrets_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["replaced_by"], ["client_secrets.id"], name=op.f("fk_client_secrets_replaced_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_secrets")),
        sa.UniqueConstraint("application_id", "slot", name=op.f("uq_client_secrets_application_id_slot")),
        sa.UniqueConstraint("hint", name=op.f("uq_client_secrets_hint")),
    )
    op.create_index(op.f("ix_client_secrets_application_id"), "client_secrets", ["application_id"], unique=False)
    op.create_table(
        "logon_repeats",
        sa.Column("application_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_logon_repeats_application_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("application_id", "reason", "hint", "source", name=op.f("pk_logon_repeats")),
    )
    op.create_index("ix_client_secrets_hint_lower", "client_secrets", [sa.text("lower(hint)")], unique=False)
    op.execute(sa.text("INSERT INTO audit_head (id, count, hash) VALUES (1, 0, :hash)").bindparams(hash=GENESIS))
