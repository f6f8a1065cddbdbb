"""Refused logons in the activity: the first is a row at once, its repeats within five minutes one more.

A forgotten service that retries every second would otherwise write 86,400 rows a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, or_, select, tuple_

from core.activity.audit import About, Entry, append, next_time
from core.desk import Desk
from core.present import lock_columns, lock_of
from core.rules.activity_filter import LOGON_REFUSED
from core.rules.clocks import Clocks
from core.rules.limits import REPEATS_WITHIN
from store.tables import Application, LogonRepeat

REFUSED = LOGON_REFUSED

SETTLED_AT_ONCE = 100
"""How many counts that are over a refusal turns into rows beside its own: the write lock is held meanwhile."""

_Key = tuple[str, str, str, str]
"""Application, reason, hint, source: what repeats are alike in."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A logon that was refused, *count* times alike."""

    application: Application
    reason: str
    hint: str | None = None
    source: str | None = None
    count: int = 1

    @property
    def key(self) -> _Key:
        """What it is alike in with its repeats."""
        return self.application.id, self.reason, self.hint or "", self.source or ""


def record_refusal(
    session: Session, desk: Desk, application: Application, *, reason: str, hint: str | None, source: str | None
) -> None:
    """Write a refused logon, or count it where one like it was written within five minutes."""
    record_refusals(session, desk, [Refused(application, reason, hint, source)])


def record_refusals(session: Session, desk: Desk, refused: Sequence[Refused]) -> None:
    """Write refused logons as `record_refusal` does one, no two of them alike, by as many statements as one takes.

    Their applications are held. Counts are held before the activity is: two servers would wait for one another.
    """
    known = _held(session, [each.key for each in refused])
    over = {key: repeat for key, repeat in known.items() if _is_over(repeat, desk.now())}
    over |= {_key(repeat): repeat for repeat in _due(session, desk, SETTLED_AT_ONCE)}
    _turn_into_rows(session, desk, over.values())
    for each in refused:
        keep_to_the_hour(each.application, desk.clocks())
    counting = {key: repeat for key, repeat in known.items() if key not in over}
    first = [each for each in refused if each.key not in counting]
    append(session, desk, [_entry(each) for each in first])
    ends_at = desk.now() + REPEATS_WITHIN
    for each in first:
        owner, reason, hint, source = each.key
        made = LogonRepeat(application_id=owner, reason=reason, hint=hint, source=source, ends_at=ends_at, count=-1)
        counting[each.key] = made
    now = next_time(session, desk)
    for each in refused:
        repeat = counting[each.key]
        repeat.count += each.count
        if repeat.count:
            repeat.since, repeat.until = repeat.since or now, now
    session.add_all(counting.values())


def at_api(reason: str, api: str | None) -> str:
    """Return a reason as it is recorded: with the name of the protected API that was called, if there is one."""
    return reason if api is None else f"{reason}, API {api}"


def is_due(session: Session, desk: Desk) -> bool:
    """Tell whether there are counts whose five minutes are over."""
    return session.exec(select(LogonRepeat.count).where(_over(desk.now())).limit(1)).first() is not None


def settle(session: Session, desk: Desk, most: int) -> int:
    """Turn counts whose five minutes are over, *most* of them, into rows, and forget them; return how many it were."""
    repeats = _due(session, desk, most)
    _turn_into_rows(session, desk, repeats)
    return len(repeats)


def settle_all_of(session: Session, desk: Desk, application_id: str) -> None:
    """Turn all counts of an application that is about to go into rows: they would go with it."""
    its_own = select(LogonRepeat).where(LogonRepeat.application_id == application_id)
    _turn_into_rows(session, desk, session.exec(its_own.with_for_update()).all())


def keep_to_the_hour(application: Application, clocks: Clocks) -> None:
    """Store the end of a lock by both clocks as they are now: an attempt while locked is what finds them changed."""
    lock = lock_of(application)
    if lock.is_locked(clocks):
        application.sqlmodel_update(lock_columns(lock.at(clocks)))


def _held(session: Session, keys: Sequence[_Key]) -> dict[_Key, LogonRepeat]:
    """Return the counts that there are of *keys*, which nobody changes until the transaction ends."""
    columns = (LogonRepeat.application_id, LogonRepeat.reason, LogonRepeat.hint, LogonRepeat.source)
    alike = tuple_(*map(col, columns))
    found = select(LogonRepeat).where(alike.in_(keys)).order_by(*map(col, columns))
    return {_key(repeat): repeat for repeat in session.exec(found.with_for_update())}


def _due(session: Session, desk: Desk, most: int) -> Sequence[LogonRepeat]:
    """Return counts whose five minutes are over, but those that another server is turning into rows just now."""
    found = select(LogonRepeat).where(_over(desk.now())).limit(most)
    return session.exec(found.with_for_update(skip_locked=True)).all()


def _over(now: datetime):  # type: ignore[no-untyped-def]  # sqlmodel does not export the type
    """Return the condition that five minutes are over: one that would last longer is from before the clock was set."""
    ends_at = col(LogonRepeat.ends_at)
    return or_(ends_at <= now, ends_at > now + REPEATS_WITHIN)


def _is_over(repeat: LogonRepeat, now: datetime) -> bool:
    return not now < repeat.ends_at <= now + REPEATS_WITHIN


def _key(repeat: LogonRepeat) -> _Key:
    return repeat.application_id, repeat.reason, repeat.hint, repeat.source


def _turn_into_rows(session: Session, desk: Desk, repeats: Iterable[LogonRepeat]) -> None:
    """Write a row for each count of what was repeated, and forget all of them."""
    over = sorted(repeats, key=lambda repeat: repeat.until or repeat.ends_at)
    if not over:
        return
    owners = select(Application).where(col(Application.id).in_({repeat.application_id for repeat in over}))
    named = {application.id: application for application in session.exec(owners)}
    counted = [repeat for repeat in over if repeat.count and repeat.application_id in named]
    append(session, desk, [_entry_of(repeat, named[repeat.application_id]) for repeat in counted])
    for repeat in over:
        session.delete(repeat)
    session.flush()


def _entry_of(repeat: LogonRepeat, application: Application) -> Entry:
    """Return the row of what was repeated; it is not earlier than the last of it."""
    told = Refused(application, repeat.reason, repeat.hint or None, repeat.source or None, repeat.count)
    return replace(
        _entry(told), count=told.count, not_before=repeat.until, after={"since": repeat.since, "until": repeat.until}
    )


def _entry(refused: Refused) -> Entry:
    """Return the row of a first one: its repeats are counted elsewhere."""
    application, hint = refused.application, refused.hint
    about = About(application.id, application.id, f"{application.name} {hint}" if hint else application.name)
    actor = f"client {application.client_id}"
    return Entry(REFUSED, about, actor=actor, reason=refused.reason, source=refused.source)
