"""Client authentication without a shared secret: certificates (RFC 8705) and JWT trusts (RFC 7523)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from core.rules import limits
from store.columns import UtcDateTime, one_of
from store.tables.base import Table, moment, tally


class Certificate(Table, table=True):
    """A certificate by which an application authenticates; of its key only the public half is ever here.

    As with secrets, the limit is held by `slot`.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("application_id", "slot"),
        UniqueConstraint("application_id", "thumbprint"),
        CheckConstraint(f"slot BETWEEN 1 AND {limits.CERTIFICATES_PER_APPLICATION}", name="slot_range"),
        CheckConstraint(f"length(description) <= {limits.SECRET_DESCRIPTION_LENGTH}", name="description_length"),
        CheckConstraint("length(thumbprint) = 64", name="thumbprint_length"),
        CheckConstraint("pem NOT LIKE '%PRIVATE KEY%'", name="public_only"),
    )

    id: str = Field(primary_key=True)
    application_id: str = Field(foreign_key="applications.id", ondelete="CASCADE", index=True)
    slot: int
    description: str | None = None
    subject: str
    """The distinguished name as RFC 4514 writes it."""
    issuer: str
    serial: str
    """In lower-case hexadecimal digits."""
    thumbprint: str
    """SHA-256 of the certificate in DER, in lower-case hexadecimal digits."""
    pem: str
    not_before: datetime = moment()
    not_after: datetime = moment()
    created_at: datetime = moment()
    created_by: str
    last_used_at: datetime | None = moment(optional=True)
    last_used_from: str | None = None
    use_count: int = tally()


class DeletedCertificate(Table, table=True):
    """A certificate that an application has no more, until it would have expired: its subject shall not let it in."""

    __tablename__ = "deleted_certificates"
    __table_args__ = (
        CheckConstraint("length(thumbprint) = 64", name="thumbprint_length"),
        CheckConstraint("length(signed) = 64", name="signed_length"),
    )

    application_id: str = Field(primary_key=True, foreign_key="applications.id", ondelete="CASCADE")
    thumbprint: str = Field(primary_key=True)
    """What tokens are bound to."""
    signed: str | None = None
    """SHA-256 of what its signature covers, in hexadecimal digits; None where what was stored could not be read."""
    not_after: datetime = moment()


class JwtTrust(Table, table=True):
    """Whose JWTs authenticate an application: those of an issuer about a subject, or those of its own JWKS URI.

    The last good set of keys is kept, so that who cannot be reached for a while is trusted as before.
    """

    __tablename__ = "jwt_trusts"
    __table_args__ = (
        UniqueConstraint("application_id", "kind", "slot"),
        CheckConstraint(f"slot BETWEEN 1 AND {limits.TRUSTS_PER_KIND}", name="slot_range"),
        one_of("kind", ("issuer", "jwks_uri"), name="kind"),
        CheckConstraint(
            "(kind = 'issuer') = (issuer IS NOT NULL) AND (kind = 'issuer') = (subject IS NOT NULL)",
            name="issuer_with_subject",
        ),
        CheckConstraint("kind = 'issuer' OR (jwks_uri IS NOT NULL AND audience IS NULL)", name="jwks_uri_alone"),
        CheckConstraint("refresh_hours IN (12, 24)", name="refresh_hours"),
        CheckConstraint(f"length(description) <= {limits.SECRET_DESCRIPTION_LENGTH}", name="description_length"),
        CheckConstraint("(keys IS NULL) = (fetched_at IS NULL)", name="keys_since"),
        CheckConstraint("(failure IS NULL) = (failed_at IS NULL)", name="failure_since"),
        Index("ix_jwt_trusts_issuer_subject", "issuer", "subject"),
    )

    id: str = Field(primary_key=True)
    application_id: str = Field(foreign_key="applications.id", ondelete="CASCADE", index=True)
    slot: int
    kind: str
    issuer: str | None = None
    jwks_uri: str | None = None
    """By hand; None is discovered from the issuer's metadata."""
    discovered_uri: str | None = None
    subject: str | None = None
    audience: str | None = None
    """What the assertion must be for; None is our own issuer."""
    refresh_hours: int = 24
    description: str | None = None
    keys: str | None = None
    """The last good set, as a JWK Set (RFC 7517 section 5)."""
    fetched_at: datetime | None = moment(optional=True)
    failure: str | None = None
    """Why the last attempt to fetch failed, in a sentence; None where it did not."""
    failed_at: datetime | None = moment(optional=True)
    attempted_at: datetime | None = moment(optional=True)
    """When somebody last set out to fetch: by it the processes share what may be fetched in a while."""
    created_at: datetime = moment()
    created_by: str
    last_used_at: datetime | None = moment(optional=True)
    last_used_from: str | None = None
    use_count: int = tally()


class UsedAssertion(Table, table=True):
    """An assertion that was accepted, by its name: none is accepted twice (RFC 7523 section 3), over a restart too."""

    __tablename__ = "used_assertions"

    id: str = Field(primary_key=True)
    """SHA-256, in hexadecimal digits, of who issued it and its `jti`."""
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
