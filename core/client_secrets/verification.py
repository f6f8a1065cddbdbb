"""Whose secret is this, and does it work? Asked by an operator: counts as no logon and changes nothing."""

from sqlmodel import Session, col, select

from core.desk import Desk
from core.present import application_view, secret_view
from core.rules.secret_format import hint_of, is_hint
from core.rules.views.applications import ApplicationState, ApplicationView
from core.rules.views.client_secrets import SecretView, Verification
from store.queries import applications as queries
from store.tables import Application, ClientSecret

_UNKNOWN = Verification(matches=False, works=False, reason="It matches no client secret.")
_NOT_THIS_ONE = Verification(matches=False, works=False, reason="It matches no client secret of this application.")
_DAMAGED = Verification(
    matches=False, works=False, reason="The hash that is stored of it cannot be read; see: keydesk doctor."
)


class SecretVerification:
    """Looks up a presented value by its hint, and proves it by one verification."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def verify(self, application_id: str, value: str) -> Verification:
        """Tell which of the application's secrets *value* is, whether it works, and for what."""
        return self._prove(value.strip(), application_id) or _NOT_THIS_ONE

    def find(self, text: str) -> Verification:
        """Tell whose secret *text* is over all applications; a hint is enough to find, though it proves nothing."""
        given = text.strip()
        if is_hint(given):
            with self._desk.database.read() as session:
                row = _by_hint(session, given)
                return self._described(session, row) if row else _UNKNOWN
        return self._prove(given, None) or _UNKNOWN

    def _prove(self, value: str, application_id: str | None) -> Verification | None:
        hint = hint_of(value)
        with self._desk.database.read() as session:
            row = _by_hint(session, hint) if hint else None
            if row is None or application_id not in (None, row.application_id):
                self._desk.hasher.verify_nothing()
                return None
            if not self._desk.hasher.verify(row.hash, value):
                return None if self._desk.hasher.is_readable(row.hash) else _DAMAGED
            return self._described(session, row)

    def _described(self, session: Session, row: ClientSecret) -> Verification:
        clocks = self._desk.clocks()
        secret = secret_view(row, clocks.time)
        owner = queries.one(session, col(Application.id) == row.application_id, clocks)
        assert owner is not None, "a secret's application is there: the foreign key holds"
        application = application_view(owner, clocks)
        reason = _why_not(secret, application)
        return Verification(
            matches=True,
            works=reason is None,
            state=secret.state,
            hint=secret.hint,
            scopes=secret.scopes,
            application=application.name,
            client_id=application.client_id,
            reason=reason,
        )


def _by_hint(session: Session, hint: str) -> ClientSecret | None:
    return session.exec(select(ClientSecret).where(ClientSecret.hint == hint)).first()


def _why_not(secret: SecretView, application: ApplicationView) -> str | None:
    if secret.revoked_reason == "rotated":
        return "The secret is revoked: it was rotated."
    if not secret.state.works:
        return f"The secret is {secret.state}."
    if application.state is ApplicationState.DISABLED:
        return "The application is disabled."
    if application.state is ApplicationState.LOCKED:
        return "The client ID is locked."
    return None
