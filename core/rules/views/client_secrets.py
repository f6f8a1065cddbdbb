"""Client secrets: without their value, with it once, and what a value or a hint turned out to be."""

from dataclasses import dataclass, field
from datetime import datetime

from core.rules.expiry import SecretState
from core.rules.scopes import ApiScope


@dataclass(frozen=True, slots=True)
class SecretView:
    """A client secret without its value, which nobody has any more."""

    id: str
    hint: str
    description: str | None
    scopes: frozenset[ApiScope]
    state: SecretState
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    retires_at: datetime | None
    replaced_by: str | None
    last_used_at: datetime | None
    last_used_from: str | None
    use_count: int
    revoked_at: datetime | None
    revoked_reason: str | None = None
    """*revoked*, or *rotated* where its grace period is over; None while it is not revoked."""


@dataclass(frozen=True, slots=True)
class IssuedSecret:
    """The one object that holds a cleartext: it lives from the commit to the moment it was shown."""

    client_id: str
    secret: SecretView
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a presented value, or a hint, turned out to be."""

    matches: bool
    works: bool
    state: SecretState | None = None
    hint: str | None = None
    scopes: frozenset[ApiScope] = frozenset()
    application: str | None = None
    client_id: str | None = None
    reason: str | None = None
