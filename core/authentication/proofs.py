"""Secrets that this process has verified: they authenticate without a hash, and are as revocable as ever.

Proved once is proved for good: that a value is the one of a certain row. What that row is good for is asked each
time, of what was committed by then (`Database.fresh`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.authentication.remembered import Remembered
from core.authentication.uses import Uses
from core.desk import Desk
from core.present import scopes_of
from core.rules.methods import Basis
from core.rules.scopes import ApiScope
from core.rules.text import normalised
from store.queries.standing import OF_SECRET

_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A client that has proved who it is, by which credential, and what its tokens may be.

    `scopes` are its OAuth scopes, `token_lifetime` is in minutes.
    """

    application_id: str
    client_id: str
    credential_id: str
    scopes: tuple[str, ...]
    token_lifetime: int
    introspects: bool
    basis: Basis = Basis.SECRET
    thumbprint: str | None = None
    """The SHA-256 of the certificate by which it has proved that, base64url; its tokens are bound to it."""

    @classmethod
    def of(
        cls,
        row: Any,
        application_id: str,
        credential_id: str,
        basis: Basis = Basis.SECRET,
        thumbprint: str | None = None,
    ) -> "Authenticated":
        """Return the client that *row*, an application or a look at one, tells of."""
        return cls(
            application_id,
            row.client_id,
            credential_id,
            tuple(row.scopes.split()),
            row.token_lifetime,
            row.introspects,
            basis,
            thumbprint,
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """What a presented secret was proved to be, for whom, for which of our APIs, and from where; not the secret."""

    client_id: str
    secret_id: str
    scope: ApiScope | None
    """What the secret must open; None: anything."""
    source: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a secret that was verified before is good for, until it ends or something is committed."""

    client: Authenticated
    scopes: frozenset[ApiScope]
    ends: datetime | None


class Proofs:
    """What is remembered of verified secrets; good logons by them gather in *uses*."""

    def __init__(self, desk: Desk, uses: Uses) -> None:
        self._desk = desk
        self._uses = uses
        self._proved: Remembered[str] = Remembered(desk.token_bytes, _REMEMBERED)

    def keep(self, value: str, secret_id: str) -> None:
        """Remember that *value* is that secret."""
        self._proved.keep(value, secret_id)

    def secret_id(self, value: str) -> str | None:
        """Return the id of the secret that *value* was proved to be, or None."""
        return self._proved.recall(value)

    def of(self, client_id: str, value: str, scope: ApiScope | None, source: str | None) -> Proof | None:
        """Return the proof of a presented secret, or None where this process has none."""
        secret_id = self.secret_id(value)
        standing = self._fresh(secret_id) if secret_id else None
        if secret_id is None or standing is None or standing.client.client_id != as_stored(client_id):
            return None
        return Proof(standing.client.client_id, secret_id, scope, source)

    def claimed(self, client_id: str, value: str, scope: ApiScope | None, source: str | None) -> Proof | None:
        """Return what may be the proof of a presented secret, for `by_standing`: whose it is was not looked up."""
        secret_id = self.secret_id(value)
        return Proof(as_stored(client_id), secret_id, scope, source) if secret_id else None

    def client(self, proof: Proof) -> Authenticated | None:
        """Authenticate by *proof*, as things are now; None where they have to be looked at in full.

        One look into the database and nothing written: the use is gathered.
        """
        return self.by_standing(proof, self._fresh(proof.secret_id), self._desk.now())

    def by_standing(self, proof: Proof, standing: Standing | None, now: datetime) -> Authenticated | None:
        """Return `client` by what *standing* says, which was true at the look that this call shares or has made."""
        if standing is None or (proof.scope is not None and proof.scope not in standing.scopes):
            return None
        client = standing.client
        if client.client_id != proof.client_id or (standing.ends and standing.ends <= now):
            return None
        self._uses.note(proof.secret_id, now, proof.source)
        return client

    def _fresh(self, secret_id: str) -> Standing | None:
        return self._desk.database.fresh(secret_id, lambda: self.standing(secret_id))

    def standing(self, secret_id: str) -> Standing | None:
        """Look up what a secret is good for; None where that has to be decided in full."""
        found = self._desk.database.look(OF_SECRET, secret_id=secret_id)
        if found is None or not found.enabled or found.revoked_at:
            return None
        # A count has to go back to 0, and a secret's first use is committed before its answer.
        if found.failed_logons or found.locked_until or not found.last_used_at:
            return None
        ends = [end for end in (found.expires_at, found.retires_at) if end]
        client = Authenticated.of(found, found.application_id, secret_id)
        return Standing(client, scopes_of(found), min(ends, default=None))


def as_stored(client_id: str) -> str:
    """Return a client ID in the one spelling in which it is stored."""
    return normalised(client_id).lower()
