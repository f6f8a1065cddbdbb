"""What client authentication without a shared secret has in common: how it refuses.

The lock of the client ID counts none of it and blocks none of it: there is nothing to guess (PRODUCT.md section 4).
"""

from collections.abc import Callable

from sqlmodel import Session, select

from core.applications import held
from core.desk import Desk
from core.pace import Pace
from core.proofs import Authenticated, as_stored
from core.refused_logons import record_refusal
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
    """Lets a client in, or refuses it with a row of the activity; refusals keep the pace of those of secrets."""

    def __init__(self, desk: Desk, pace: Pace) -> None:
        self._desk = desk
        self._pace = pace

    def decided(
        self,
        application_id: str | None,
        method: Method,
        source: str | None,
        decide: Callable[[str], Authenticated],
    ) -> Authenticated:
        """Return the client that *decide* lets in; raises `LogonRefused`. A client that is not known makes no row."""
        start = self._pace.timer()
        try:
            if application_id is None:
                raise LogonRefused(f"{method}: unknown client")
            try:
                return decide(application_id)
            except Objection as objection:
                raise self._refused(
                    application_id, f"{objection.method or method}: {objection.reason}", source
                ) from None
        except LogonRefused:
            if not self._pace.keep(start):
                self._desk.hasher.verify_nothing()  # the first refusal of this process has nothing to go by
                self._pace.measured(start)
            raise

    def is_stranger(self, client_id: str) -> bool:
        """Tell whether nobody with this client ID can be let in: it is unknown or disabled. A lock does not matter."""
        found = self._desk.database.look(OF_CLIENT, client_id=as_stored(client_id))
        return found is None or not found.enabled

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
