"""Certificates that were deleted, so that none comes back by its subject; whom an issuer speaks of, found at once."""

import sqlalchemy as sa
from alembic import op

from store.columns import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "deleted_certificates",
        sa.Column("application_id", sa.String(), nullable=False),
        sa.Column("thumbprint", sa.String(), nullable=False),
        sa.Column("signed", sa.String(), nullable=True),
        sa.Column("not_after", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(thumbprint) = 64", name=op.f("ck_deleted_certificates_thumbprint_length")),
        sa.CheckConstraint("length(signed) = 64", name=op.f("ck_deleted_certificates_signed_length")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_deleted_certificates_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_id", "thumbprint", name=op.f("pk_deleted_certificates")),
    )
    op.create_index(op.f("ix_jwt_trusts_issuer_subject"), "jwt_trusts", ["issuer", "subject"])
