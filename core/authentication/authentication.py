"""Client authentication by secret (RFC 6749 section 2.3.1): every refusal looks alike and takes its time.

A refusal is committed before it is raised: raised inside its transaction, its count would be undone.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session, col, select, update

from core.activity.audit import About, record
from core.applications.applications import held
from core.applications.locks import count_failure, forget_failures
from core.authentication.objections import objection
from core.authentication.pace import Pace
from core.authentication.proofs import Authenticated, Proofs, as_stored
from core.authentication.refused_logons import at_api, record_refusal
from core.authentication.uses import Uses
from core.desk import Desk
from core.present import lock_of
from core.rules.denials import Denial
from core.rules.errors import LogonRefused, NotFound
from core.rules.scopes import ApiScope
from core.rules.secret_format import hint_of
from store.queries.standing import OF_CLIENT
from store.tables import Application, ClientSecret

Defer = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One presented secret and what was known before the decision."""

    application_id: str
    scope: ApiScope | None
    """What the secret must open; None: anything."""
    source: str | None
    api: str | None
    """The protected API that was called, by its name; None at our own endpoints."""
    hint: str | None
    """The hint of a secret that exists: made-up ones would make every guess a row of the activity."""
    secret_id: str | None
    """The secret that the value was proved to be, or None."""
    while_locked: bool
    """Nothing was verified, so nothing may be counted, even if the lock has opened meanwhile."""


class ClientAuthentication:
    """Authenticates clients. `pace` keeps refusals alike; `defer` runs something once the answer is out."""

    def __init__(self, desk: Desk, *, pace: Pace, defer: Defer) -> None:
        self._desk = desk
        self.pace = pace
        self.defer = defer
        self.uses = Uses(desk)
        self.proofs = Proofs(desk, self.uses)

    def warm_up(self) -> None:
        """Make what the first refusal would otherwise have to make, and a measure for it, while nobody waits."""
        self._desk.hasher.verify_nothing()
        start = self.pace.timer()
        self._desk.hasher.verify_nothing()
        self.pace.measured(start)

    def at_once(self, client_id: str, value: str, scope: ApiScope | None, source: str | None) -> Authenticated | None:
        """Authenticate by a secret that this process has verified before; None where `by_secret` must decide.

        One look into the database and nothing written: the use is gathered in `uses`.
        """
        proof = self.proofs.of(client_id, value, scope, source)
        return self.proofs.client(proof) if proof else None

    def is_stranger(self, client_id: str) -> bool:
        """Tell whether nobody with this client ID can be let in now: it is unknown, locked or disabled."""
        found = self._desk.database.look(OF_CLIENT, client_id=as_stored(client_id))
        if found is None or not found.enabled:
            return True
        return found.locked_until is not None and lock_of(found).is_locked(self._desk.clocks())

    def by_secret(
        self, client_id: str, value: str, scope: ApiScope | None, source: str | None, api: str | None = None
    ) -> Authenticated:
        """Authenticate a client for one of our APIs, or for *api*; raises `LogonRefused`. Slow: it hashes and commits.

        `source` is the caller's address; without `scope` a secret of any API scope will do. An unknown client ID
        makes no row; no value is no logon.
        """
        if not value:
            raise _refused(Denial.NO_SECRET)
        start = self.pace.timer()
        with self._desk.database.read() as session:
            statement = select(Application).where(Application.client_id == as_stored(client_id))
            application = session.exec(statement).first()
            found = _by_hint(session, hint_of(value))
        if application is None:
            self._desk.hasher.verify_nothing()
            self.pace.keep(start)
            raise _refused(Denial.UNKNOWN_CLIENT_ID)
        own = found if found and found.application_id == application.id else None
        locked = lock_of(application).is_locked(self._desk.clocks())
        known = own is not None and self.proofs.secret_id(value) == own.id
        computed = not (locked or known)
        right = known or (computed and self._verified(own, value))
        proved = own.id if own and right and not locked else None
        hint = found.hint if found else None
        attempt = _Attempt(application.id, scope, source, api, hint, proved, while_locked=locked)
        authenticated = self._decided(attempt, start, computed=computed)
        if own:
            self.proofs.keep(value, own.id)
            if self._desk.hasher.is_outdated(own.hash):
                self.defer(lambda: self._rehash(own.id, own.hash, value))
        return authenticated

    def _verified(self, own: ClientSecret | None, value: str) -> bool:
        """Tell whether *value* is that secret, after exactly one verification."""
        if own is None:
            self._desk.hasher.verify_nothing()
            return False
        return self._desk.hasher.verify(own.hash, value)

    def _decided(self, attempt: _Attempt, start: float, *, computed: bool) -> Authenticated:
        """Decide, and let every refusal take as long as one that was computed usually takes; none is quicker."""
        try:
            return self._decide(attempt)
        except LogonRefused:
            if not computed:
                if self.pace.keep(start):
                    raise
                self._desk.hasher.verify_nothing()  # the first answer of this process has nothing to go by
            self.pace.measured(start)
            self.pace.keep(start)
            raise

    def _decide(self, attempt: _Attempt) -> Authenticated:
        """Decide by what is true now, under the write lock: between reading and proving much may have changed."""
        with self._desk.database.transaction() as session:
            application = _still_there(session, self._desk, attempt.application_id)
            secret = session.get(ClientSecret, attempt.secret_id) if attempt.secret_id else None
            found = objection(application, secret, attempt.scope, self._desk.clocks(), locked=attempt.while_locked)
            if found is None:
                assert secret is not None, "without a secret there is an objection"
                return self._accept(session, application, secret, attempt)
            self._note(session, application, attempt, found.reason, counts=found.counts)
        raise LogonRefused(found.reason, found.denial)

    def _accept(
        self, session: Session, application: Application, secret: ClientSecret, attempt: _Attempt
    ) -> Authenticated:
        forget_failures(session, application)
        used = {
            "last_used_at": self._desk.now(),
            "last_used_from": attempt.source,
            "use_count": ClientSecret.use_count + 1,
        }
        session.exec(update(ClientSecret).where(col(ClientSecret.id) == secret.id).values(used))
        return Authenticated.of(application, application.id, secret.id)

    def _note(
        self, session: Session, application: Application, attempt: _Attempt, reason: str, *, counts: bool
    ) -> None:
        said = at_api(reason, attempt.api)
        record_refusal(session, self._desk, application, reason=said, hint=attempt.hint, source=attempt.source)
        if counts and count_failure(session, application, self._desk.clocks()).locked_until:
            about, actor = About.application(application), f"client {application.client_id}"
            record(session, self._desk, "client_id.locked", about, actor=actor, source=attempt.source)

    def _rehash(self, secret_id: str, outdated: str, value: str) -> None:
        """Hash with today's parameters; a row that has changed meanwhile stays as it is."""
        encoded = self._desk.hasher.hash(value)
        with self._desk.database.transaction() as session:
            row = (col(ClientSecret.id) == secret_id) & (col(ClientSecret.hash) == outdated)
            session.exec(update(ClientSecret).where(row).values(hash=encoded))


def _still_there(session: Session, desk: Desk, application_id: str) -> Application:
    """Return the row, locked; one that was deleted while its secret was verified is as unknown as any other."""
    try:
        return held(session, desk, application_id)
    except NotFound:
        raise _refused(Denial.UNKNOWN_CLIENT_ID) from None


def _refused(denial: Denial) -> LogonRefused:
    return LogonRefused(denial, denial)


def _by_hint(session: Session, hint: str | None) -> ClientSecret | None:
    return session.exec(select(ClientSecret).where(ClientSecret.hint == hint)).first() if hint else None
