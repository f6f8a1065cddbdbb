"""The authorization server: signing keys, revoked tokens, running servers; and names folded once more.

Folding has learnt that letters are taken apart before they are compared, so the keys of old names are made anew.
"""

import sqlalchemy as sa
from alembic import op

from core.rules.text import folded
from store.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the three tables, and the folded keys of every application anew."""
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("signer", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("published_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint("signer = 1", name=op.f("ck_signing_keys_single_signer")),
        sa.CheckConstraint(
            "(signer IS NULL) = (published_until IS NOT NULL)", name=op.f("ck_signing_keys_signs_or_ends")
        ),
        sa.CheckConstraint("(signer IS NULL) = (sealed IS NULL)", name=op.f("ck_signing_keys_sealed_while_it_signs")),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("signer", name=op.f("uq_signing_keys_signer")),
    )
    op.create_table(
        "revoked_tokens",
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_revoked_tokens")),
    )
    op.create_index(op.f("ix_revoked_tokens_expires_at"), "revoked_tokens", ["expires_at"])
    op.create_table(
        "servers",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_servers")),
    )
    _fold_again(op.get_bind())


def _fold_again(connection: sa.Connection) -> None:
    applications = sa.table(
        "applications", *map(sa.column, ("id", "name", "name_key", "description", "description_key"))
    )
    rows = [row for row in connection.execute(sa.select(applications)).all() if isinstance(row.name, str)]
    taken = {row.name_key for row in rows}
    for row in rows:
        name_key = folded(row.name)
        if name_key != row.name_key and name_key in taken:
            name_key = row.name_key  # twins that were two names so far stay two
        taken.add(name_key)
        keys = {"name_key": name_key, "description_key": folded(row.description) if row.description else None}
        connection.execute(applications.update().where(applications.c.id == row.id).values(keys))
