"""The lock of a client ID is measured by the time since boot; one that holds already goes by the clock to its end."""

import sqlalchemy as sa
from alembic import op

from store.columns import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the three columns and their constraints."""
    with op.batch_alter_table("applications") as table:
        table.add_column(sa.Column("lock_boot", sa.String(), nullable=True))
        table.add_column(sa.Column("lock_boot_end", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("lock_boot_until", UtcDateTime(), nullable=True))
        table.create_check_constraint(
            op.f("ck_applications_lock_boot_whole"),
            "(lock_boot IS NULL) = (lock_boot_end IS NULL) AND (lock_boot IS NULL) = (lock_boot_until IS NULL)",
        )
        table.create_check_constraint(
            op.f("ck_applications_lock_boot_end"), "lock_boot_end BETWEEN 0 AND 9000000000000000"
        )
