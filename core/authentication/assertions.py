"""Client authentication by a signed assertion, `private_key_jwt` (RFC 7523): who signed is whom a JWT trust names.

What costs little is decided first: no key is fetched and no signature checked for an assertion that says the wrong
things, or that is about nobody we know.
"""

import hashlib
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select, update

from core.authentication.presented_assertion import PresentedAssertion
from core.authentication.proofs import Authenticated, as_stored
from core.authentication.secretless import DISABLED, Objection, Secretless, application_of, enabled
from core.desk import Desk
from core.jwt_trusts.jwt_trusts import rows_of
from core.jwt_trusts.trusted_keys import KeysWanted, TrustedKeys
from core.rules.assertions import LEEWAY, NotAccepted, Said
from core.rules.limits import CLOCKS_DIFFER
from core.rules.methods import Basis, Method
from store.queries.standing import OF_SUBJECT
from store.tables import Application, JwtTrust, UsedAssertion

_REPEATED = "presented before"
_NOT_SIGNED = "wrong signature, or unknown key"


class Assertions:
    """Authenticates clients by assertions for one of *audiences*; the first is what a trust without its own means."""

    def __init__(self, desk: Desk, keys: TrustedKeys, audiences: Collection[str]) -> None:
        self._desk = desk
        self._keys = keys
        self._audiences = frozenset(audiences)
        self._secretless = Secretless(desk, Method.PRIVATE_KEY_JWT)
        self.refuse = self._secretless.refuse

    def client(
        self, presented: PresentedAssertion, client_id: str | None, source: str | None, *, waited: bool = False
    ) -> Authenticated:
        """Authenticate; raises `LogonRefused`. Slow: it checks signatures, and commits.

        Raises `KeysWanted` where keys are missing or due, unless somebody has *waited* for them already.
        *client_id* is what the request says beside the assertion; *source* is the caller's address.
        """
        owner = self._owner(presented, client_id)
        return self._secretless.decided(
            owner, source, lambda application_id: self._let_in(application_id, presented, source, waited=waited)
        )

    def meant(self, presented: PresentedAssertion, client_id: str | None) -> str | None:
        """Return the client ID that an assertion may let in, by what it says; None where it can let nobody in.

        What it says anybody can say; but whoever sends junk in a client's name shall not take that client's turns.
        """
        try:
            said = presented.checked(self._desk.now().timestamp())
        except NotAccepted:
            return None
        default = said.aud if said.aud in self._audiences else None
        trusting = self._desk.database.look(
            OF_SUBJECT,
            issuer=said.iss,
            subject=said.sub,
            audience=said.aud,
            default=default,
            client_id=_named(client_id),
        )
        if trusting is not None:
            return str(trusting.client_id)
        its_own = said.iss == said.sub and default and _named(client_id) in (None, as_stored(said.sub))
        return self._secretless.meant(said.sub) if its_own else None

    def _owner(self, presented: PresentedAssertion, client_id: str | None) -> str | None:
        """Return the application that an assertion is about: the one that is named, or the only one that it can be."""
        with self._desk.database.read() as session:
            if client_id is not None:
                application = application_of(session, client_id)
                return application.id if application else None
            parties = presented.parties
            if parties is None:
                return None
            issuer, subject = parties
            if issuer == subject and (application := application_of(session, subject)):
                return application.id
            trusted = select(JwtTrust.application_id).where(JwtTrust.issuer == issuer, JwtTrust.subject == subject)
            owners = set(session.exec(trusted))
            return owners.pop() if len(owners) == 1 else None

    def _let_in(
        self, application_id: str, presented: PresentedAssertion, source: str | None, *, waited: bool
    ) -> Authenticated:
        said = _checked(presented, self._desk.now())
        trust = self._trust_of(application_id, presented, said, waited=waited)
        return self._accepted(application_id, trust, presented, source)

    def _trust_of(self, application_id: str, presented: PresentedAssertion, said: Said, *, waited: bool) -> JwtTrust:
        """Return the trust whose keys have signed; several may share a key ID, so all that fit are tried."""
        with self._desk.database.read() as session:
            application = session.get(Application, application_id)
            if application is None or not application.enabled:
                raise Objection(DISABLED)
            trusts = rows_of(session, application_id)
        fitting = self._fitting(trusts, application.client_id, said)
        signer = next((trust for trust in fitting if self._has_signed(trust, presented, said)), None)
        # A set that is due decides nothing before it was asked for anew: its key may have been withdrawn.
        asked = [signer] if signer else fitting
        fetches = () if waited else self._keys.fetching(asked, said.kid)
        if fetches:
            raise KeysWanted(fetches)
        if signer is None:
            raise Objection(_NOT_SIGNED)
        return signer

    def _has_signed(self, trust: JwtTrust, presented: PresentedAssertion, said: Said) -> bool:
        return presented.is_signed_by(self._keys.keys(trust, said.kid), said.alg)

    def _fitting(self, trusts: Iterable[JwtTrust], client_id: str, said: Said) -> list[JwtTrust]:
        """Return the trusts that speak of this issuer, this subject and this audience; there is at least one."""
        by_issuer = [trust for trust in trusts if (trust.issuer or client_id) == said.iss]
        if not by_issuer:
            raise Objection("wrong issuer")
        about = [trust for trust in by_issuer if (trust.subject if trust.issuer else client_id) == said.sub]
        if not about:
            raise Objection("wrong subject")
        meant = [trust for trust in about if said.aud in ({trust.audience} if trust.audience else self._audiences)]
        if not meant:
            raise Objection("wrong audience")
        return meant

    def _accepted(
        self, application_id: str, trust: JwtTrust, presented: PresentedAssertion, source: str | None
    ) -> Authenticated:
        """Let the client in by what is true now, and the assertion never again."""
        with self._desk.database.transaction() as session:
            application = enabled(session, self._desk, application_id)
            now = self._desk.now()  # not before: keys may have been waited for, and the lock
            said = _checked(presented, now)
            row = session.get(JwtTrust, trust.id)
            if row is None or _trusted_by(row) != _trusted_by(trust):
                raise Objection("trust deleted or edited")
            if row.keys != trust.keys and not self._has_signed(row, presented, said):
                raise Objection(_NOT_SIGNED)  # its key was withdrawn meanwhile
            _use_up(session, said, now)
            used = {"last_used_at": now, "last_used_from": source, "use_count": JwtTrust.use_count + 1}
            session.exec(update(JwtTrust).where(col(JwtTrust.id) == trust.id).values(used))
            return Authenticated.of(application, application_id, trust.id, Basis.TRUST)


def _checked(presented: PresentedAssertion, now: datetime) -> Said:
    try:
        return presented.checked(now.timestamp())
    except NotAccepted as problem:
        raise Objection(problem.reason) from None


def _named(client_id: str | None) -> str | None:
    return None if client_id is None else as_stored(client_id)


def _trusted_by(row: JwtTrust) -> tuple[str | None, ...]:
    return row.issuer, row.subject, row.audience, row.jwks_uri


def _use_up(session: Session, said: Said, now: datetime) -> None:
    """Take the one use of an assertion; raises `Objection` where it was taken before."""
    session.exec(delete(UsedAssertion).where(col(UsedAssertion.expires_at) <= now - CLOCKS_DIFFER))
    name = hashlib.sha256(f"{said.iss}\0{said.jti}".encode()).hexdigest()
    if session.get(UsedAssertion, name) is not None:
        raise Objection(_REPEATED)
    session.add(UsedAssertion(id=name, expires_at=datetime.fromtimestamp(said.exp, UTC) + timedelta(seconds=LEEWAY)))
    try:
        session.flush()
    except IntegrityError:  # another process has just taken it
        raise Objection(_REPEATED) from None
