"""What client authentication without a shared secret has in common: how it refuses.

The lock of the client ID counts none of it and blocks none of it: there is nothing to guess (PRODUCT.md section 4).
"""

from collections.abc import Callable
from typing import NoReturn

from sqlmodel import Session, select

from core.applications.applications import held
from core.authentication.proofs import Authenticated, as_stored
from core.authentication.refused_logons import record_refusal
from core.desk import Desk
from core.rules.errors import LogonRefused, NotFound
from core.rules.methods import Method
from store.queries.standing import OF_CLIENT
from store.tables import Application

DISABLED = "application disabled"


class Objection(Exception):
    """Why a known application's client is not let in: words of ours, in which nothing is echoed."""

    def __init__(self, reason: str, method: Method | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.method = method


class Secretless:
    """Lets a client in, or refuses it with a row of the activity. Whoever asks keeps the pace: it takes no thread."""

    def __init__(self, desk: Desk, method: Method) -> None:
        self._desk = desk
        self._method = method

    def decided(
        self, application_id: str | None, source: str | None, decide: Callable[[str], Authenticated]
    ) -> Authenticated:
        """Return the client that *decide* lets in; raises `LogonRefused`. A client that is not known makes no row."""
        if application_id is None:
            raise LogonRefused(f"{self._method}: unknown client")
        try:
            return decide(application_id)
        except Objection as objection:
            reason = f"{objection.method or self._method}: {objection.reason}"
            raise self._refused(application_id, reason, source) from None

    def refuse(self, client_id: str, reason: str, source: str | None) -> NoReturn:
        """Raise `LogonRefused` for a logon that came to nothing before it could be looked at, and make its row."""
        with self._desk.database.read() as session:
            application = application_of(session, client_id)

        if application is None:
            raise LogonRefused(f"{self._method}: unknown client")
        raise self._refused(application.id, f"{self._method}: {reason}", source)

    def meant(self, client_id: str) -> str | None:
        """Return the client ID as it is stored where somebody can be let in with it; a lock does not matter."""
        found = self._desk.database.look(OF_CLIENT, client_id=as_stored(client_id))
        return as_stored(client_id) if found and found.enabled else None

    def _refused(self, application_id: str, reason: str, source: str | None) -> LogonRefused:
        with self._desk.database.transaction() as session:
            try:
                application = held(session, self._desk, application_id)
            except NotFound:
                return LogonRefused(reason)
            record_refusal(session, self._desk, application, reason=reason, hint=None, source=source)
        return LogonRefused(reason)


def application_of(session: Session, client_id: str) -> Application | None:
    """Return the application with this client ID, however it is spelt."""
    return session.exec(select(Application).where(Application.client_id == as_stored(client_id))).first()


def enabled(session: Session, desk: Desk, application_id: str) -> Application:
    """Return the row, locked; raises `Objection` where it lets nobody in."""
    try:
        application = held(session, desk, application_id)
    except NotFound:
        raise LogonRefused("unknown client") from None
    if not application.enabled:
        raise Objection(DISABLED)
    return application
