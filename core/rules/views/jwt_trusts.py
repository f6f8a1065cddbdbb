"""JWT trusts, and the keys that they have."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TrustKind(StrEnum):
    """By what a JWT trust knows whose assertions it takes; each kind has places of its own under the limit."""

    ISSUER = "issuer"
    JWKS_URI = "jwks_uri"


@dataclass(frozen=True, slots=True)
class TrustKey:
    """A key of a JWT trust, by the words of RFC 7517; `thumbprint` is that of RFC 7638, with SHA-256."""

    kid: str | None
    kty: str
    alg: str | None
    thumbprint: str


@dataclass(frozen=True, slots=True)
class TrustView:
    """A JWT trust and the keys that it has now: the last good set, whatever became of later fetches.

    `jwks_uri` is where they come from, None as long as it was not `discovered`; by JWKS URI alone, issuer and subject
    of an assertion are the client ID. `failure` is a sentence, None where the last fetch was good.
    """

    id: str
    kind: TrustKind
    issuer: str | None
    jwks_uri: str | None
    discovered: bool
    subject: str | None
    audience: str | None
    refresh_hours: int
    description: str | None
    keys: tuple[TrustKey, ...]
    fetched_at: datetime | None
    failed_at: datetime | None
    failure: str | None
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    last_used_from: str | None
    use_count: int
