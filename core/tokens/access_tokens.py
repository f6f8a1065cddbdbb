"""Access tokens (RFC 9068): issue, check, introspect (RFC 7662), revoke (RFC 7009).

A good signature is remembered; whether the token still counts is read at every request, so that revoking a
secret, or disabling an application, ends what it obtained at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from time import perf_counter
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from sqlmodel import col, delete

from core.activity.audit import About, record
from core.authentication.proofs import Authenticated
from core.authentication.remembered import Remembered
from core.desk import Desk
from core.rules.claims import Claims, Mould, granted, new_jti
from core.rules.errors import OAuthError
from core.rules.limits import CLOCKS_DIFFER
from core.tokens import jws
from core.tokens.signing_keys import Signer, SigningKeys
from core.tokens.standing import token_objection
from store.tables import Application, RevokedToken

_REMEMBERED = 10_000
_MOULDS = 1_000
_READ_BY_ALL = timedelta(seconds=2)
"""Within this time every server on the database has refreshed: each does so once a second."""
_INACTIVE = {"active": False}


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token; `expires_in` is in seconds, `scope` is None where the application has no OAuth scopes."""

    expires_in: int
    scope: str | None
    value: str = field(repr=False)


class AccessTokens:
    """The tokens of one issuer. `timer` tells seconds that nobody sets."""

    def __init__(
        self, desk: Desk, keys: SigningKeys, issuer: str, *, timer: Callable[[], float] = perf_counter
    ) -> None:
        self._desk = desk
        self._keys = keys
        self._issuer = issuer
        self._timer = timer
        self._verified: Remembered[Claims] = Remembered(desk.token_bytes, _REMEMBERED)
        self._mould = lru_cache(_MOULDS)(partial(Mould, issuer))
        self._signing: tuple[str, Signer] | None = None
        self._met = ("", 0.0)
        self.refresh()

    def refresh(self) -> None:
        """Look up which key signs and which are published: another process may have rotated them.

        A new key verifies at once and signs a little later, when every other server has read it too.
        """
        signer = self._keys.signer()
        self._verifiers = {jws.header(kid): key for kid, key in self._keys.verifiers().items()}
        if self._signing is None or self._is_read_by_all(signer):
            self._signing = (jws.header(signer.kid), signer)  # one pair: a token is made of both

    def _is_read_by_all(self, signer: Signer) -> bool:
        """Tell it by the age of the key, and by our own timer: its birth may lie ahead of a clock that was set back."""
        if self._met[0] != signer.kid:
            self._met = (signer.kid, self._timer())
        known_for = timedelta(seconds=self._timer() - self._met[1])
        return max(known_for, self._desk.now() - signer.created_at) >= _READ_BY_ALL

    def issue(self, client: Authenticated, asked: str | None) -> IssuedToken:
        """Return a token for the OAuth scopes in *asked*, or for all that the client has; refuses others.

        RFC 6749 sections 4.4 and 3.3.
        """
        scopes = granted(asked, client.scopes)
        if scopes is None:
            raise OAuthError("invalid_scope", "An OAuth scope is not one of this application's.")
        scope = " ".join(scopes) or None
        lifetime = client.token_lifetime * 60
        now = int(self._desk.now().timestamp())
        jti = new_jti(client.credential_id, self._desk.token_bytes(16), client.basis)
        claims = self._mould(client.client_id, scope).claims(now + lifetime, now, jti, client.thumbprint)
        assert self._signing, "the first refresh has found or made a key"
        header, signer = self._signing
        return IssuedToken(lifetime, scope, jws.signed(header, claims, signer.private))

    def active(self, token: str) -> Claims | None:
        """Return the claims of a token that counts at this moment."""
        claims = self.read(token)
        return claims if claims is not None and self.counts(claims) else None

    def read(self, token: str) -> Claims | None:
        """Return the claims of a token that is one of ours, whether or not it counts any more."""
        return self._verified.recall(token) or self._verify(token)

    def counts(self, claims: Claims) -> bool:
        """Tell whether the token of these claims, which are of `read`, counts at this moment."""
        if claims.exp <= self._desk.now().timestamp():
            return False
        return self._desk.database.fresh(claims.jti, lambda: self._stands(claims))

    def introspect(self, caller: Authenticated, token: str) -> Mapping[str, Any]:
        """Return what RFC 7662 section 2.2 tells of a token; to a stranger each one is inactive."""
        return self.told(caller, self.read(token))

    def told(self, caller: Authenticated, claims: Claims | None) -> Mapping[str, Any]:
        """Return what `introspect` does, of a token that was read already."""
        if claims is None or not (caller.introspects or claims.client_id == caller.client_id):
            return _INACTIVE
        return {"active": True, "token_type": "Bearer", **claims.as_dict()} if self.counts(claims) else _INACTIVE

    def revoke(self, caller: Authenticated, token: str) -> None:
        """End one token of the caller's own; any other is left alone without a word (RFC 7009 section 2.2)."""
        claims = self.active(token)
        if claims is None or claims.client_id != caller.client_id:
            return
        with self._desk.database.transaction() as session:
            long_ago = self._desk.now() - CLOCKS_DIFFER
            session.exec(delete(RevokedToken).where(col(RevokedToken.expires_at) <= long_ago))
            application = session.get(Application, caller.application_id)
            if application is None or session.get(RevokedToken, claims.jti) is not None:
                return
            session.add(RevokedToken(jti=claims.jti, expires_at=datetime.fromtimestamp(claims.exp, UTC)))
            about, actor = About.application(application), f"client {application.client_id}"
            record(session, self._desk, "token.revoked", about, actor=actor, after={"jti": claims.jti})

    def _stands(self, claims: Claims) -> bool:
        """Tell whether what the token stands on still stands: its application, its credential, and itself."""
        return token_objection(self._desk.database, claims) is None

    def _verify(self, token: str) -> Claims | None:
        found = jws.claims_of(token, self._verifiers)
        if found is None:
            return None
        claims = Claims(**found)
        if claims.iss != self._issuer:
            return None  # signed by us, when we had another name
        self._verified.keep(token, claims)
        return claims

    _verifiers: Mapping[str, ec.EllipticCurvePublicKey]
