"""Client authentication by secret (RFC 6749 section 2.3.1): every refusal looks alike and takes its time.

A refusal is committed before it is raised: raised inside its transaction, its count would be undone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from sqlmodel import Session, col, select, update

from core.applications import held
from core.audit import About, record
from core.desk import Desk
from core.locks import count_failure, forget_failures
from core.present import lock_of, scopes_of, secret_view
from core.refused_logons import record_refusal
from core.rules.errors import LogonRefused, NotFound
from core.rules.scopes import ApiScope
from core.rules.secret_format import hint_of
from core.rules.text import normalised
from store.tables import Application, ClientSecret

Sleep = Callable[[float], None]
Defer = Callable[[Callable[[], None]], None]

_REMEMBERED_TIMES = 51
_UNKNOWN = "unknown client ID"


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A client that has proved who it is, and by which secret."""

    application_id: str
    client_id: str
    secret_id: str


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One presented secret and what was known before it was verified."""

    application_id: str
    scope: ApiScope
    source: str | None
    hint: str | None
    """The hint of a secret that exists: made-up ones would make every guess a row of the activity."""
    secret_id: str | None
    """The secret that the value was proved to be, or None."""
    while_locked: bool
    """Nothing was verified, so nothing may be counted, even if the lock has opened meanwhile."""


class ClientAuthentication:
    """Authenticates clients. `sleep` takes seconds; `defer` runs something once the answer is out."""

    def __init__(self, desk: Desk, *, sleep: Sleep, defer: Defer) -> None:
        self._desk = desk
        self._sleep = sleep
        self._defer = defer
        self._times: list[float] = []

    def by_secret(self, client_id: str, value: str, scope: ApiScope, source: str | None) -> Authenticated:
        """Authenticate a client for one of our APIs; raises `LogonRefused`.

        `source` is the caller's address. An unknown client ID makes no row; no value is no logon.
        """
        if not value:
            raise LogonRefused("no secret")
        with self._desk.database.read() as session:
            statement = select(Application).where(Application.client_id == normalised(client_id).lower())
            application = session.exec(statement).first()
            found = _by_hint(session, hint_of(value))
        if application is None:
            self._desk.hasher.verify_nothing()
            raise LogonRefused(_UNKNOWN)
        own = found if found and found.application_id == application.id else None
        locked = lock_of(application).is_locked(self._desk.now())
        proved = self._wait_as_if_verifying() if locked else self._verified(own, value)
        hint = found.hint if found else None
        attempt = _Attempt(application.id, scope, source, hint, proved, while_locked=locked)
        authenticated = self._decide(attempt)
        if own and self._desk.hasher.is_outdated(own.hash):
            self._defer(lambda: self._rehash(own.id, own.hash, value))
        return authenticated

    def _verified(self, found: ClientSecret | None, value: str) -> str | None:
        """Return the id of the secret that *value* is, after exactly one verification."""
        start = perf_counter()
        try:
            if found is None:
                self._desk.hasher.verify_nothing()
                return None
            return found.id if self._desk.hasher.verify(found.hash, value) else None
        finally:
            self._times = [*self._times, perf_counter() - start][-_REMEMBERED_TIMES:]

    def _wait_as_if_verifying(self) -> str | None:
        if self._times:
            self._sleep(median(self._times))
            return None
        return self._verified(None, "")  # the first answer of this process has nothing to go by

    def _decide(self, attempt: _Attempt) -> Authenticated:
        """Decide by what is true now, under the write lock: between reading and proving much may have changed."""
        with self._desk.database.transaction() as session:
            application = _still_there(session, attempt.application_id)
            secret = session.get(ClientSecret, attempt.secret_id) if attempt.secret_id else None
            reason, counts = self._objection(application, secret, attempt)
            if reason is None:
                assert secret is not None, "without a secret there is an objection"
                return self._accept(session, application, secret, attempt)
            self._note(session, application, attempt, reason, counts=counts)
        raise LogonRefused(reason)

    def _objection(
        self, application: Application, secret: ClientSecret | None, attempt: _Attempt
    ) -> tuple[str | None, bool]:
        """Return why this logon is refused, or None, and whether it counts towards the lock."""
        now = self._desk.now()
        if not application.enabled:
            return "application disabled", False
        if attempt.while_locked or lock_of(application).is_locked(now):
            return "client ID locked", False
        if secret is None:
            return "wrong secret", True
        state = secret_view(secret, now).state
        if not state.works:
            return f"secret {state}", False
        if attempt.scope not in scopes_of(secret):
            return f"secret without API scope {attempt.scope}", False
        return None, False

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
        return Authenticated(application.id, application.client_id, secret.id)

    def _note(
        self, session: Session, application: Application, attempt: _Attempt, reason: str, *, counts: bool
    ) -> None:
        now = self._desk.now()
        record_refusal(session, self._desk, application, reason=reason, hint=attempt.hint, source=attempt.source)
        if counts and count_failure(session, application, now).is_locked(now):
            about, actor = About.application(application), f"client {application.client_id}"
            record(session, self._desk, "client_id.locked", about, actor=actor, source=attempt.source)

    def _rehash(self, secret_id: str, outdated: str, value: str) -> None:
        """Hash with today's parameters; a row that has changed meanwhile stays as it is."""
        encoded = self._desk.hasher.hash(value)
        with self._desk.database.transaction() as session:
            row = (col(ClientSecret.id) == secret_id) & (col(ClientSecret.hash) == outdated)
            session.exec(update(ClientSecret).where(row).values(hash=encoded))


def _still_there(session: Session, application_id: str) -> Application:
    """Return the row, locked; one that was deleted while its secret was verified is as unknown as any other."""
    try:
        return held(session, application_id)
    except NotFound:
        raise LogonRefused(_UNKNOWN) from None


def _by_hint(session: Session, hint: str | None) -> ClientSecret | None:
    return session.exec(select(ClientSecret).where(ClientSecret.hint == hint)).first() if hint else None
