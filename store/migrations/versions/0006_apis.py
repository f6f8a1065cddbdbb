"""Protected APIs, subscriptions to them, and who has called them."""

import sqlalchemy as sa
from alembic import op

from store.columns import UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "apis",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("upstream", sa.String(), nullable=True),
        sa.Column("gateway", sa.String(), nullable=True),
        sa.Column("by_client_id", sa.Boolean(), nullable=False),
        sa.Column("by_secret", sa.Boolean(), nullable=False),
        sa.Column("by_bearer", sa.Boolean(), nullable=False),
        sa.Column("client_id_in", sa.String(), nullable=False),
        sa.Column("client_id_name", sa.String(), nullable=False),
        sa.Column("client_secret_in", sa.String(), nullable=False),
        sa.Column("client_secret_name", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("any_scope", sa.Boolean(), nullable=False),
        sa.Column("api_scope", sa.String(), nullable=True),
        sa.Column("subscribed_only", sa.Boolean(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 63", name=op.f("ck_apis_name_length")),
        sa.CheckConstraint("name = lower(name)", name=op.f("ck_apis_name_lower")),
        sa.CheckConstraint("path LIKE '/%'", name=op.f("ck_apis_path_absolute")),
        sa.CheckConstraint("length(title) <= 100", name=op.f("ck_apis_title_length")),
        sa.CheckConstraint("by_client_id OR by_secret OR by_bearer", name=op.f("ck_apis_some_security")),
        sa.CheckConstraint("NOT (by_client_id AND by_secret)", name=op.f("ck_apis_secret_or_not")),
        sa.CheckConstraint(
            "client_id_in <> client_secret_in OR lower(client_id_name) <> lower(client_secret_name)",
            name=op.f("ck_apis_apart"),
        ),
        sa.CheckConstraint("client_id_in IN ('header', 'query')", name=op.f("ck_apis_client_id_in")),
        sa.CheckConstraint("client_secret_in IN ('header', 'query')", name=op.f("ck_apis_client_secret_in")),
        sa.CheckConstraint(
            "api_scope IN ('application', 'application-users', 'openid')", name=op.f("ck_apis_api_scope")
        ),
        sa.CheckConstraint(
            "profile IN ('rfc6750', 'ibm-v5', 'ibm-v10', 'gravitee-2016')", name=op.f("ck_apis_profile")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apis")),
        sa.UniqueConstraint("name", name=op.f("uq_apis_name")),
        sa.UniqueConstraint("path", name=op.f("uq_apis_path")),
    )
    _of_both(
        "subscriptions",
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
    )
    _of_both(
        "api_callers",
        sa.Column("last_called_at", UtcDateTime(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
    )


def _of_both(table: str, *columns: sa.Column[object]) -> None:
    """Make a table of what an application and an API have to do with each other."""
    op.create_table(
        table,
        sa.Column("api_id", sa.String(), nullable=False),
        sa.Column("application_id", sa.String(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["api_id"], ["apis.id"], name=op.f(f"fk_{table}_api_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f(f"fk_{table}_application_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("api_id", "application_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_application_id"), table, ["application_id"])
