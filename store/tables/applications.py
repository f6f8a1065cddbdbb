"""Applications with the lock of their client ID, and their client secrets."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint, func
from sqlmodel import Field

from core.rules import limits
from store.columns import one_of
from store.tables.base import Table, moment, tally

_MINUTES = limits.TOKEN_LIFETIME_MINUTES


class Application(Table, table=True):
    """An application with its client ID and the lock of that."""

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("name_key"),
        UniqueConstraint("client_id"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {limits.NAME_LENGTH}", name="name_length"),
        CheckConstraint(f"length(description) <= {limits.DESCRIPTION_LENGTH}", name="description_length"),
        CheckConstraint(f"token_lifetime BETWEEN {_MINUTES[0]} AND {_MINUTES[-1]}", name="token_lifetime"),
        CheckConstraint(f"failed_logons BETWEEN 0 AND {limits.FAILED_LOGONS}", name="failed_logons"),
        CheckConstraint(
            "(lock_boot IS NULL) = (lock_boot_end IS NULL) AND (lock_boot IS NULL) = (lock_boot_until IS NULL)",
            name="lock_boot_whole",
        ),
        # Between, because to SQLite text is more than any number.
        CheckConstraint("lock_boot_end BETWEEN 0 AND 9000000000000000", name="lock_boot_end"),
    )

    id: str = Field(primary_key=True)
    name: str
    name_key: str
    """The name as `core.rules.text.folded` gives it: one name, one application."""
    description: str | None = None
    description_key: str | None = None
    """The description folded likewise, for the search: SQLite compares ASCII alone without regard to case."""
    client_id: str
    enabled: bool = True
    locking_enabled: bool = True
    failed_logons: int = 0
    locked_until: datetime | None = moment(optional=True)
    lock_boot: str | None = None
    """The id of the boot since when the end of the lock is measured."""
    lock_boot_end: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """The end, in milliseconds since that boot."""
    lock_boot_until: datetime | None = moment(optional=True)
    """The `locked_until` that is the same end: plain SQL that sets another one is believed."""
    introspects: bool = False
    token_lifetime: int = limits.DEFAULT_TOKEN_LIFETIME_MINUTES
    scopes: str = ""
    """OAuth scopes as RFC 6749 section 3.3 writes them: with a space between."""
    created_at: datetime = moment()


class ClientSecret(Table, table=True):
    """A client secret: its hint in clear, its value as an Argon2id hash only.

    The limit is held by `slot`: a secret that counts has one of 20 numbered places, unique within its
    application, so that no race can make a twenty-first; revoking gives the place back.
    """

    __tablename__ = "client_secrets"
    __table_args__ = (
        UniqueConstraint("hint"),
        UniqueConstraint("application_id", "slot"),
        CheckConstraint(f"slot BETWEEN 1 AND {limits.SECRETS_PER_APPLICATION}", name="slot_range"),
        CheckConstraint("(slot IS NULL) = (revoked_at IS NOT NULL)", name="slot_held_until_revoked"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revoked_with_reason"),
        one_of("revoked_reason", ("revoked", "rotated"), name="revoked_reason"),
        CheckConstraint("retires_at IS NULL OR replaced_by IS NOT NULL", name="retiring_has_twin"),
        CheckConstraint("for_application OR for_application_users OR for_openid", name="some_api_scope"),
        CheckConstraint(f"length(description) <= {limits.SECRET_DESCRIPTION_LENGTH}", name="description_length"),
        CheckConstraint("hash LIKE '$argon2id$%'", name="argon2id_only"),
        Index("ix_client_secrets_hint_lower", func.lower(Column("hint"))),
    )

    id: str = Field(primary_key=True)
    application_id: str = Field(foreign_key="applications.id", ondelete="CASCADE", index=True)
    slot: int | None = None
    hint: str
    hash: str = Field(repr=False)
    description: str | None = None
    for_application: bool
    for_application_users: bool
    for_openid: bool
    created_at: datetime = moment()
    created_by: str
    expires_at: datetime | None = moment(optional=True)
    retires_at: datetime | None = moment(optional=True)
    replaced_by: str | None = Field(default=None, foreign_key="client_secrets.id")
    revoked_at: datetime | None = moment(optional=True)
    revoked_reason: str | None = None
    last_used_at: datetime | None = moment(optional=True)
    last_used_from: str | None = None
    use_count: int = tally()
