"""Counts of uses and calls in 64 bits; refused logons that are counted are found by when that ends."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_COUNTS = (
    ("client_secrets", "use_count"),
    ("certificates", "use_count"),
    ("jwt_trusts", "use_count"),
    ("api_callers", "calls"),
)


def upgrade() -> None:
    """Widen the columns, where the database tells 32 bits from 64, and make the index."""
    if op.get_context().dialect.name != "sqlite":  # which would build each table anew, for nothing
        for table, column in _COUNTS:
            op.alter_column(table, column, existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)
    op.create_index(op.f("ix_logon_repeats_ends_at"), "logon_repeats", ["ends_at"])
