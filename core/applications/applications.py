"""Applications: create, change, delete, and find one by what a person would type."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core.activity.audit import About, differences, record
from core.authentication.refused_logons import settle_all_of
from core.client_secrets.grace import write_down_ends
from core.desk import Desk
from core.present import application_view
from core.rules.errors import NameTaken, NotFound, Refusal
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.fields import UNCHANGED
from core.rules.text import folded, normalised, shown
from core.rules.views.applications import ApplicationView
from store.queries import applications as queries
from store.tables import Application

DELETED = "application.deleted"


class Applications:
    """What an operator does with applications."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def create(self, asked: NewApplication) -> ApplicationView:
        """Make an application with a new client ID; refuses a name that is taken."""
        with self._desk.database.transaction() as session:
            application = Application(
                id=self._desk.new_id(),
                name=asked.name,
                name_key=folded(asked.name),
                description=asked.description,
                description_key=_searchable(asked.description),
                client_id=self._desk.new_id(),
                created_at=self._desk.now(),
            )
            session.add(application)
            _flush_name(session, self._desk, asked.name)
            after = {"client_id": application.client_id, **_settings(application)}
            record(session, self._desk, "application.created", About.application(application), after=after)
            return self._view(session, application.id)

    def get(self, application_id: str) -> ApplicationView:
        """Return one application as it stands now."""
        with self._desk.database.read() as session:
            return self._view(session, application_id)

    def resolve(self, text: str) -> ApplicationView:
        """Return the application that *text* names: its client ID, its id or its name, tried in this order."""
        named = normalised(text)
        key = folded(named)
        conditions = (
            col(Application.client_id) == named.lower(),
            col(Application.id) == named.lower(),
            col(Application.name_key) == key,
        )
        with self._desk.database.read() as session:
            for condition in conditions if key else ():  # nothing names nothing, whatever plain SQL has named so
                clocks = self._desk.clocks()
                row = queries.one(session, condition, clocks)
                if row is not None:
                    return application_view(row, clocks)
        raise NotFound("No application has this client ID, id or name; see: keydesk application list.")

    def change(self, application_id: str, changes: ApplicationChanges) -> ApplicationView:
        """Change what is given, all of it or nothing; what is as it was leaves no trace.

        Locking switched off while locked: the count goes to 0, and the lock stays until its end.
        """
        with self._desk.database.transaction() as session:
            application = held(session, self._desk, application_id)
            old = _settings(application)
            _apply(application, changes)
            before, after = differences(old, _settings(application))
            if after:
                _flush_name(session, self._desk, application.name)
                about = About.application(application)
                record(session, self._desk, "application.changed", about, before=before, after=after)
            return self._view(session, application_id)

    def delete(self, application_id: str, typed_name: str) -> None:
        """Delete an application with all its secrets; *typed_name* must be its name. Its activity stays."""
        with self._desk.database.transaction() as session:
            application = held(session, self._desk, application_id)
            if _as_read(typed_name) != _as_read(application.name):
                raise Refusal("This is not the name of the application; nothing was deleted.", field="name")
            before = {"client_id": application.client_id, **_settings(application)}
            settle_all_of(session, self._desk, application.id)
            record(session, self._desk, DELETED, About.application(application), before=before)
            session.delete(application)

    def _view(self, session: Session, application_id: str) -> ApplicationView:
        clocks = self._desk.clocks()
        row = queries.one(session, col(Application.id) == application_id, clocks)
        if row is None:
            raise gone()
        return application_view(row, clocks)


def held(session: Session, desk: Desk, application_id: str) -> Application:
    """Return the row of an application, locked for this transaction where the database can lock a row.

    Whoever is about to change something of it finds the places free that retired secrets had.
    """
    application = session.get(Application, application_id, with_for_update=True)
    if application is None:
        raise gone()
    write_down_ends(session, application.id, desk.now())
    return application


def gone() -> NotFound:
    """Return the refusal for an application that is no longer there."""
    return NotFound("This application is no longer there: somebody has deleted it.")


def _settings(application: Application) -> dict[str, object]:
    """Return what an operator can set, by its names in the interface."""
    return {
        "name": application.name,
        "description": application.description,
        "enabled": application.enabled,
        "locking_enabled": application.locking_enabled,
        "introspects": application.introspects,
        "token_lifetime": application.token_lifetime,
        "scopes": application.scopes.split(),
    }


def _apply(application: Application, changes: ApplicationChanges) -> None:
    for field in ("name", "description", "enabled", "locking_enabled", "introspects", "token_lifetime"):
        value = getattr(changes, field)
        if value is not UNCHANGED:
            setattr(application, field, value)
    if changes.scopes is not UNCHANGED:
        application.scopes = " ".join(changes.scopes)  # type: ignore[arg-type]  # UNCHANGED is ruled out above
    application.name_key = folded(application.name)
    application.description_key = _searchable(application.description)
    if changes.locking_enabled is False:
        application.failed_logons = 0


def _as_read(name: str) -> str:
    """Return a name as an operator reads it on a screen, and can therefore type it."""
    return shown(normalised(name))


def _searchable(description: str | None) -> str | None:
    return folded(description) if description else None


def _flush_name(session: Session, desk: Desk, name: str) -> None:
    """Write what is pending; the unique key decides whether the name is free."""
    try:
        session.flush()
    except IntegrityError as error:
        if "name_key" not in str(error.orig):
            raise
        raise NameTaken(f"There is already an application named “{_holder(desk, name)}”.", field="name") from None


def _holder(desk: Desk, name: str) -> str:
    """Return how the name is written that stands in the way: it may differ in case or form."""
    with desk.database.read() as session:
        holder = session.exec(select(Application.name).where(Application.name_key == folded(name))).first()
    return holder or name
