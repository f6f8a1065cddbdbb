"""The lock of a client ID: what an operator sees of it, and unlocking. The arithmetic is in `core.rules.lockout`."""

from datetime import datetime

from sqlmodel import Session, col, select, update

from core.activity.audit import About, record
from core.applications.applications import gone, held
from core.authentication.refused_logons import REFUSED, keep_to_the_hour
from core.desk import Desk
from core.present import activity_row, lock_columns, lock_of
from core.rules.clocks import Clocks
from core.rules.errors import NotLocked
from core.rules.limits import FAILED_LOGONS
from core.rules.lockout import OPEN, LockCount
from core.rules.views.locks import Failure, LockView
from store.tables import Application, AuditEvent, LogonRepeat

_SHOWN_FAILURES = 10


class ClientIdLocks:
    """Show and open the locks of client IDs."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show(self, application_id: str) -> LockView:
        """Return the lock with the latest refused logons, newest first."""
        with self._desk.database.read() as session:
            application = session.get(Application, application_id)
            if application is None:
                raise gone()
            if not lock_of(application).is_overlong(self._desk.clocks()):
                return self._view(session, application)
        return self._shortened(application_id)

    def unlock(self, application_id: str) -> LockView:
        """Open a locked client ID with its count at 0; raises `NotLocked` for an open one."""
        with self._desk.database.transaction() as session:
            application = held(session, self._desk, application_id)
            lock = lock_of(application).at(self._desk.clocks())
            if lock.locked_until is None:
                raise NotLocked(f"The client ID of “{application.name}” is not locked.")
            application.sqlmodel_update(lock_columns(OPEN))
            before = {"failed_logons": lock.failed_logons, "locked_until": lock.locked_until}
            after = {"failed_logons": 0, "locked_until": None}
            about = About.application(application)
            record(session, self._desk, "client_id.unlocked", about, before=before, after=after)
            return self._view(session, application)

    def _shortened(self, application_id: str) -> LockView:
        """Count the hour from now where the clock was set back, lest it slides on with every look."""
        with self._desk.database.transaction() as session:
            application = held(session, self._desk, application_id)
            keep_to_the_hour(application, self._desk.clocks())
            return self._view(session, application)

    def _view(self, session: Session, application: Application) -> LockView:
        lock = lock_of(application).at(self._desk.clocks())
        return LockView(
            locked=lock.locked_until is not None,
            locked_until=lock.locked_until,
            failed_logons=lock.failed_logons,
            limit=FAILED_LOGONS,
            locking_enabled=application.locking_enabled,
            failures=_failures(session, application.id),
        )


def count_failure(session: Session, application: Application, clocks: Clocks) -> LockCount:
    """Count one failed logon in the row that this transaction holds, and return the lock as it is after it."""
    lock = lock_of(application).after_failure(clocks) if application.locking_enabled else OPEN
    _store(session, application, lock)
    return lock


def forget_failures(session: Session, application: Application) -> None:
    """Set the count to 0 after a good logon; writes only where it was not."""
    if lock_of(application) != OPEN:
        _store(session, application, OPEN)


def _store(session: Session, application: Application, lock: LockCount) -> None:
    session.exec(update(Application).where(col(Application.id) == application.id).values(lock_columns(lock)))


def _failures(session: Session, application_id: str) -> tuple[Failure, ...]:
    """Return written refusals and those still being counted, newest first."""
    repeats = session.exec(
        select(LogonRepeat).where(LogonRepeat.application_id == application_id, col(LogonRepeat.count) > 0)
    )
    events = session.exec(
        select(AuditEvent)
        .where(AuditEvent.application_id == application_id, AuditEvent.action == REFUSED)
        .order_by(col(AuditEvent.id).desc())
        .limit(_SHOWN_FAILURES)
    )
    failures = [
        Failure(repeat.until or repeat.ends_at, repeat.reason, repeat.source or None, repeat.count)
        for repeat in repeats
    ]
    failures += [Failure(_last_time(event), event.reason or "", event.source, event.count) for event in events]
    return tuple(sorted(failures, key=lambda failure: failure.at, reverse=True)[:_SHOWN_FAILURES])


def _last_time(event: AuditEvent) -> datetime:
    """Return when a refusal was, or the last of its repeats: their row is written only when they are over."""
    try:
        until = datetime.fromisoformat((activity_row(event).after or {})["until"])
    except (KeyError, TypeError, ValueError):  # a single one; or one from another hand, which shall hide no other
        return event.at
    return until if until.tzinfo else event.at
