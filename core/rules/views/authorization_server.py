"""The authorization server: its keys, where it runs, and what a client that tried it was told."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


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
