"""Client authentication by certificate (RFC 8705): the very one that is registered, or one of its subject by our CA.

That the client has the private key was proved to the proxy, in the handshake of TLS.
"""

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime
from ssl import PEM_cert_to_DER_cert

from cryptography.exceptions import UnsupportedAlgorithm

from core.authentication.proofs import Authenticated
from core.authentication.secretless import DISABLED, Objection, Secretless, application_of
from core.authentication.uses import Uses
from core.certificates.deleted import is_deleted
from core.certificates.rows import Registered, registered
from core.certificates.x509.chain_of_trust import Authorities
from core.certificates.x509.facts import CertificateFacts, facts
from core.desk import Desk
from core.rules.errors import LogonRefused
from core.rules.methods import Basis, Method
from store.tables import Application, Certificate


class MutualTls:
    """Authenticates clients by their certificates; *authorities* are those of `[mtls] ca`."""

    def __init__(self, desk: Desk, uses: Uses, authorities: Authorities) -> None:
        self._desk = desk
        self._uses = uses
        self._authorities = authorities
        self._secretless = Secretless(desk, Method.SELF_SIGNED_TLS)
        self.meant = self._secretless.meant
        self.refuse = self._secretless.refuse

    @property
    def methods(self) -> tuple[Method, ...]:
        """What works: without authorities only what is registered itself."""
        return (Method.TLS, Method.SELF_SIGNED_TLS) if self._authorities else (Method.SELF_SIGNED_TLS,)

    def client(self, client_id: str, certificate: bytes, source: str | None) -> Authenticated:
        """Authenticate by a certificate in DER; raises `LogonRefused`. Slow: it checks signatures, and may commit."""
        with self._desk.database.read() as session:
            application = application_of(session, client_id)
        owner = application.id if application else None
        return self._secretless.decided(
            owner, source, lambda application_id: self._let_in(application_id, certificate, source)
        )

    def _let_in(self, application_id: str, der: bytes, source: str | None) -> Authenticated:
        now, presented = self._desk.now(), _read(der)
        with self._desk.database.read() as session:
            application = session.get(Application, application_id)
            found = registered(session, application_id)
            deleted = is_deleted(session, application_id, presented)
        if application is None:
            raise LogonRefused("unknown client")
        if not application.enabled:
            raise Objection(DISABLED)
        if deleted:
            raise Objection("certificate deleted", self._method_of(presented))
        row = self._registered(found, presented, der, now)
        self._uses.note(row.id, now, source, Certificate)
        if row.last_used_at is None:
            self._uses.flush()  # a first use is on record before its answer: "never used" is what gets deleted
        return Authenticated.of(application, application_id, row.id, Basis.CERTIFICATE, thumbprint_of(der))

    def _registered(self, found: Registered, presented: CertificateFacts, der: bytes, now: datetime) -> Certificate:
        """Return what lets this certificate in; raises `Objection`. One that is registered itself needs no CA."""
        for row in found.rows:
            if row.thumbprint == presented.thumbprint:
                _check_times(presented, now, Method.SELF_SIGNED_TLS)
                return row
        if any(each.thumbprint == presented.thumbprint for each in found.unreadable):
            raise Objection("registered certificate has a time that cannot be read", Method.SELF_SIGNED_TLS)
        named = [row for row in found.rows if row.subject == presented.subject and row.subject != row.issuer]
        if not named or not presented.subject:
            method = self._method_of(presented)
            raise Objection(f"{'subject' if method is Method.TLS else 'certificate'} not registered", method)
        _check_times(presented, now, Method.TLS)
        objection = self._authorities.objection(der, now)
        if objection:
            raise Objection(objection, Method.TLS)
        living = [row for row in named if row.not_before <= now < row.not_after]
        if not living:
            raise Objection("registered certificate expired", Method.TLS)
        # What another authority has issued was registered as that very certificate, not as a name of ours.
        ders = {row.id: PEM_cert_to_DER_cert(row.pem) for row in living}
        living = [row for row in living if self._authorities.objection(ders[row.id], now) is None]
        if not living:
            raise Objection("registered certificate of an unknown authority", Method.TLS)
        # One that differs from a registered one in how its signature is written, stands and falls with that.
        return max(living, key=lambda row: (_read(ders[row.id]).signed == presented.signed, row.not_after, row.id))

    def _method_of(self, presented: CertificateFacts) -> Method:
        """Return the method that somebody means with a certificate which is not registered itself."""
        by_authority = self._authorities and presented.subject != presented.issuer
        return Method.TLS if by_authority else Method.SELF_SIGNED_TLS


def _read(der: bytes) -> CertificateFacts:
    try:
        return facts(der)
    except (ValueError, UnsupportedAlgorithm):
        raise Objection("certificate cannot be read") from None


def _check_times(presented: CertificateFacts, now: datetime, method: Method) -> None:
    """Refuse one that has expired, or whose time is yet to come."""
    if now >= presented.not_after:
        raise Objection("certificate expired", method)
    if now < presented.not_before:
        raise Objection("certificate not yet valid", method)


def thumbprint_of(der: bytes) -> str:
    """Return the SHA-256 of a certificate, base64url: what tokens are bound to (RFC 8705 section 3.1)."""
    return urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
