"""What the services hand out: frozen, free of rows and sessions, safe to keep and to draw."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.rules.expiry import CertificateState, CredentialKind, SecretState
from core.rules.limits import THUMBPRINT_HINT
from core.rules.scopes import ApiScope


class ApplicationState(StrEnum):
    """What an application is at a moment: the first that applies."""

    DISABLED = "disabled"
    LOCKED = "locked"
    EXPIRING = "expiring"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class SecretCount:
    """How many secrets an application has: `live` ones work, `counted` ones take a place under the limit."""

    live: int
    counted: int
    limit: int


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application as it stands at the moment of reading; times are UTC, `token_lifetime` is in minutes."""

    id: str
    name: str
    description: str | None
    client_id: str
    enabled: bool
    state: ApplicationState
    locking_enabled: bool
    locked_until: datetime | None
    failed_logons: int
    introspects: bool
    token_lifetime: int
    scopes: tuple[str, ...]
    secrets: SecretCount
    next_expiry: datetime | None
    last_used_at: datetime | None
    created_at: datetime
    certificates: int = 0
    trusts: int = 0
    """How many JWT trusts it has, of both kinds."""
    position: tuple[Any, str] = field(repr=False, compare=False, default=("", ""))
    """Where it stands in the list that it was read from: what the next page is asked with."""


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


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate as it stands at the moment of reading.

    `subject` and `issuer` are distinguished names (RFC 4514) as whoever made it wrote them, to be cleaned when they are
    shown; `serial` and `thumbprint` (SHA-256 of its DER) are lower-case hexadecimal digits; `days_left` are whole
    days, negative once it has ended.
    """

    id: str
    description: str | None
    subject: str
    issuer: str
    serial: str
    thumbprint: str
    not_before: datetime
    not_after: datetime
    days_left: int
    state: CertificateState
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    last_used_from: str | None
    use_count: int

    @property
    def hint(self) -> str:
        """What names it in short: the first digits of its thumbprint."""
        return self.thumbprint[:THUMBPRINT_HINT]


@dataclass(frozen=True, slots=True)
class ExpiringView:
    """A credential of any application on the list of what ends; `enabled` is the application's.

    `expires_at` is when it stops working: its expiry, or the end of its grace period, whichever comes first.
    `days_left` are whole days, negative once it has ended.
    """

    kind: CredentialKind
    id: str
    application: str
    application_id: str
    client_id: str
    enabled: bool
    hint: str
    description: str | None
    state: SecretState
    expires_at: datetime
    days_left: int
    last_used_at: datetime | None
    last_used_from: str | None
    subject: str | None = None
    """A certificate's; None of any other kind."""
    position: tuple[Any, ...] = field(repr=False, compare=False, default=())
    """Where it stands in the list that it was read from: what the next page is asked with."""


@dataclass(frozen=True, slots=True)
class ExpiringCount:
    """How many credentials have ended within a number of days before now, and how many will within as many."""

    days: int
    ended: int
    ending: int


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


@dataclass(frozen=True, slots=True)
class Failure:
    """One line of the lock panel: a refused logon, `count` times."""

    at: datetime
    reason: str
    source: str | None
    count: int


@dataclass(frozen=True, slots=True)
class LockView:
    """The lock of a client ID at the moment of reading."""

    locked: bool
    locked_until: datetime | None
    failed_logons: int
    limit: int
    locking_enabled: bool
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One change, or one refused logon, as a link of the hash chain. `before` and `after` hold what differs."""

    id: int
    at: datetime
    actor: str
    claimed: str | None
    action: str
    object: str
    object_id: str
    application_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
    source: str | None
    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChainHead:
    """How many rows the activity's hash chain says that it has, and the hash of the last one."""

    rows: int
    hash: str


class ChainBreak(StrEnum):
    """Where the activity's hash chain is broken."""

    ROW = "row"
    END = "end"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The outcome of checking the activity's hash chain: how many rows fit, and the hash of the last of them."""

    ok: bool
    rows: int
    head: str
    first_bad_id: int | None
    broken: ChainBreak | None = None

    @property
    def sentence(self) -> str:
        """Say how it went, to an operator."""
        if self.broken is None:
            return f"The chain holds: {self.rows} rows, head {self.head}"
        return {
            ChainBreak.ROW: f"Row {self.first_bad_id} is the first that does not fit: altered, cut or reordered.",
            ChainBreak.END: f"Row {self.first_bad_id} does not follow: the end was cut off, or the head altered.",
            ChainBreak.NOTED: "The rows fit each other, but that head is none of theirs: "
            "the end was cut off, or all was written anew.",
        }[self.broken]


@dataclass(frozen=True, slots=True)
class SigningKeyView:
    """A key of the authorization server, without its private half; `public` is its JWK (RFC 7517)."""

    kid: str
    algorithm: str
    signs: bool
    created_at: datetime
    published_until: datetime | None
    public: dict[str, Any] = field(repr=False)

    @property
    def state(self) -> str:
        """Whether it signs, or is there for the tokens that it has signed."""
        return "signing" if self.signs else "published"


@dataclass(frozen=True, slots=True)
class ServerView:
    """A `keydesk serve` that has started on this database: where it listens, and how it calls itself."""

    address: str
    issuer: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ServeStanding:
    """What is known of `keydesk serve` on this database: how it calls itself, and the server that answers, if one does.

    While none does, the issuer is that of the last one, or what the first one will call itself.
    """

    issuer: str
    running: ServerView | None


@dataclass(frozen=True, slots=True)
class TrialView:
    """What asking the token endpoint at `url` came to; nothing in it works as a credential.

    `status` is None where nobody answered, `answer` where it was no JSON object, `header` and `claims`, which nobody
    has verified, where it held no token that can be read. `trouble` is a sentence about what went wrong on the way.
    """

    url: str
    status: int | None = None
    answer: dict[str, Any] | None = field(default=None, repr=False)
    header: dict[str, Any] | None = field(default=None, repr=False)
    claims: dict[str, Any] | None = field(default=None, repr=False)
    trouble: str | None = None
