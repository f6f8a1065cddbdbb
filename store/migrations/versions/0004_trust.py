"""Certificates, JWT trusts, and the assertions that were used."""

import sqlalchemy as sa
from alembic import op

from store.columns import UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "certificates",
        *_of_an_application("certificates"),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("thumbprint", sa.String(), nullable=False),
        sa.Column("pem", sa.String(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("not_after", UtcDateTime(), nullable=False),
        sa.CheckConstraint("slot BETWEEN 1 AND 80", name=op.f("ck_certificates_slot_range")),
        sa.CheckConstraint("length(thumbprint) = 64", name=op.f("ck_certificates_thumbprint_length")),
        sa.CheckConstraint("pem NOT LIKE '%PRIVATE KEY%'", name=op.f("ck_certificates_public_only")),
        sa.UniqueConstraint("application_id", "slot", name=op.f("uq_certificates_application_id_slot")),
        sa.UniqueConstraint("application_id", "thumbprint", name=op.f("uq_certificates_application_id_thumbprint")),
    )
    op.create_index(op.f("ix_certificates_application_id"), "certificates", ["application_id"])
    op.create_table(
        "jwt_trusts",
        *_of_an_application("jwt_trusts"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("jwks_uri", sa.String(), nullable=True),
        sa.Column("discovered_uri", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("audience", sa.String(), nullable=True),
        sa.Column("refresh_hours", sa.Integer(), nullable=False),
        sa.Column("keys", sa.String(), nullable=True),
        sa.Column("fetched_at", UtcDateTime(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("failed_at", UtcDateTime(), nullable=True),
        sa.Column("attempted_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("slot BETWEEN 1 AND 20", name=op.f("ck_jwt_trusts_slot_range")),
        sa.CheckConstraint("kind IN ('issuer', 'jwks_uri')", name=op.f("ck_jwt_trusts_kind")),
        sa.CheckConstraint(
            "(kind = 'issuer') = (issuer IS NOT NULL) AND (kind = 'issuer') = (subject IS NOT NULL)",
            name=op.f("ck_jwt_trusts_issuer_with_subject"),
        ),
        sa.CheckConstraint(
            "kind = 'issuer' OR (jwks_uri IS NOT NULL AND audience IS NULL)", name=op.f("ck_jwt_trusts_jwks_uri_alone")
        ),
        sa.CheckConstraint("refresh_hours IN (12, 24)", name=op.f("ck_jwt_trusts_refresh_hours")),
        sa.CheckConstraint("(keys IS NULL) = (fetched_at IS NULL)", name=op.f("ck_jwt_trusts_keys_since")),
        sa.CheckConstraint("(failure IS NULL) = (failed_at IS NULL)", name=op.f("ck_jwt_trusts_failure_since")),
        sa.UniqueConstraint("application_id", "kind", "slot", name=op.f("uq_jwt_trusts_application_id_kind_slot")),
    )
    op.create_index(op.f("ix_jwt_trusts_application_id"), "jwt_trusts", ["application_id"])
    op.create_table(
        "used_assertions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_assertions")),
    )
    op.create_index(op.f("ix_used_assertions_expires_at"), "used_assertions", ["expires_at"])


def _of_an_application(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Return what both kinds of credentials have: whose they are, who made them, when they were used."""
    return (
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("application_id", sa.String(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_from", sa.String(), nullable=True),
        sa.Column("use_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(description) <= 200", name=op.f(f"ck_{table}_description_length")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f(f"fk_{table}_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
