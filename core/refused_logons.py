"""Refused logons in the activity: the first is a row at once, its repeats within five minutes one more.

A forgotten service that retries every second would otherwise write 86,400 rows a day.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from core.audit import About, next_time, record
from core.desk import Desk
from core.present import lock_columns, lock_of
from core.rules.activity_filter import LOGON_REFUSED
from core.rules.clocks import Clocks
from core.rules.limits import REPEATS_WITHIN
from store.tables import Application, LogonRepeat

REFUSED = LOGON_REFUSED


def record_refusal(
    session: Session,
    desk: Desk,
    application: Application,
    *,
    reason: str,
    hint: str | None,
    source: str | None,
    count: int = 1,
) -> None:
    """Write a refused logon, or count it where one like it was written within five minutes; *count* alike came."""
    settle(session, desk)
    keep_to_the_hour(application, desk.clocks())
    key = (application.id, reason, hint or "", source or "")
    repeat = session.get(LogonRepeat, key, with_for_update=True)
    if repeat is None:
        _write(session, desk, application, reason=reason, hint=hint, source=source)
        owner, word, shown_hint, where = key
        ends_at = desk.now() + REPEATS_WITHIN
        repeat = LogonRepeat(application_id=owner, reason=word, hint=shown_hint, source=where, ends_at=ends_at, count=0)
        session.add(repeat)
        count -= 1
    if count:
        now = next_time(session, desk)
        repeat.since, repeat.until, repeat.count = repeat.since or now, now, repeat.count + count


def at_api(reason: str, api: str | None) -> str:
    """Return a reason as it is recorded: with the name of the protected API that was called, if there is one."""
    return reason if api is None else f"{reason}, API {api}"


def due(session: Session, desk: Desk, application_id: str | None = None) -> Sequence[LogonRepeat]:
    """Return the counts whose five minutes are over, and those of *application_id* at any time.

    One that would last longer than five minutes is from before the clock was set back: it is over, too.
    """
    now, ends_at = desk.now(), col(LogonRepeat.ends_at)
    over = or_(ends_at <= now, ends_at > now + REPEATS_WITHIN, col(LogonRepeat.application_id) == application_id)
    return session.exec(select(LogonRepeat).where(over)).all()


def settle(session: Session, desk: Desk, *, application_id: str | None = None) -> None:
    """Turn every count whose five minutes are over into its row, and forget the count.

    With an application that is about to go, all of its counts: they would go with it.
    """
    for repeat in due(session, desk, application_id):
        application = session.get(Application, repeat.application_id)
        if repeat.count and application is not None:
            _write(
                session,
                desk,
                application,
                reason=repeat.reason,
                hint=repeat.hint or None,
                source=repeat.source or None,
                count=repeat.count,
                not_before=repeat.until,
                after={"since": repeat.since, "until": repeat.until},
            )
        session.delete(repeat)
    session.flush()


def keep_to_the_hour(application: Application, clocks: Clocks) -> None:
    """Store the end of a lock by both clocks as they are now: an attempt while locked is what finds them changed."""
    lock = lock_of(application)
    if lock.is_locked(clocks):
        application.sqlmodel_update(lock_columns(lock.at(clocks)))


def _write(
    session: Session,
    desk: Desk,
    application: Application,
    *,
    reason: str,
    hint: str | None,
    source: str | None,
    count: int = 1,
    not_before: datetime | None = None,
    after: dict[str, object] | None = None,
) -> None:
    about = About(application.id, application.id, f"{application.name} {hint}" if hint else application.name)
    record(
        session,
        desk,
        REFUSED,
        about,
        actor=f"client {application.client_id}",
        reason=reason,
        source=source,
        count=count,
        not_before=not_before,
        after=after,
    )
