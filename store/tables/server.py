"""What belongs to the authorization server: keys, revoked tokens, and which servers there are."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field

from store.columns import UtcDateTime
from store.tables.base import Table, moment


class SigningKey(Table, table=True):
    """A key of the authorization server: at most one signs, the retired ones stay published for a while."""

    __tablename__ = "signing_keys"
    __table_args__ = (
        UniqueConstraint("signer"),
        CheckConstraint("signer = 1", name="single_signer"),
        CheckConstraint("(signer IS NULL) = (published_until IS NOT NULL)", name="signs_or_ends"),
        CheckConstraint("(signer IS NULL) = (sealed IS NULL)", name="sealed_while_it_signs"),
    )

    kid: str = Field(primary_key=True)
    """The thumbprint of the public key (RFC 7638)."""
    public: str
    """The public key as a JWK (RFC 7517)."""
    sealed: str | None = Field(default=None, repr=False)
    """The private key, encrypted under the key file; gone once it signs no more."""
    signer: int | None = None
    created_at: datetime = moment()
    published_until: datetime | None = moment(optional=True)


class RevokedToken(Table, table=True):
    """An access token that its application has revoked (RFC 7009), until it would have expired anyway."""

    __tablename__ = "revoked_tokens"

    jti: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))


class Server(Table, table=True):
    """A `keydesk serve` on this database, by the address where it listens; a killed one leaves its row."""

    __tablename__ = "servers"

    address: str = Field(primary_key=True)
    issuer: str
    started_at: datetime = moment()
