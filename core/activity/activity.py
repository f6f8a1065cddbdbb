"""Reading the activity: pages of it, its head, and whether its chain still holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.activity.chain import check
from core.applications.applications import DELETED
from core.authentication.refused_logons import is_due, settle
from core.desk import Desk
from core.present import activity_row
from core.rules.activity_filter import EVERYTHING, ActivityFilter
from core.rules.errors import Refusal
from core.rules.near_words import known_instead
from core.rules.text import folded, normalised
from core.rules.views.activity import ActivityRow, ChainHead, ChainReport
from store.queries.activity import conditions, looks_at_names
from store.tables import AuditEvent, AuditHead

Rows = tuple[ActivityRow, ...]

_PAGE = 500
_SETTLED_AT_ONCE = 1000
"""How many counts that are over become rows in one transaction."""
_NO_HEAD = "The activity has lost its head; see: keydesk activity verify."


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """Some rows, newest first, and how many there are in all."""

    rows: Rows
    total: int


@dataclass(frozen=True, slots=True)
class _Counted:
    """How many rows up to one of them are wanted: who scrolls asks again and again, and rows never change.

    A page that follows none is counted anew, in case one was changed all the same. So is each one of a filter that
    looks at the names of applications.
    """

    key: tuple[str | None, ActivityFilter] = (None, EVERYTHING)
    last: int | None = None
    total: int = 0

    def of(self, key: tuple[str | None, ActivityFilter]) -> "_Counted":
        """Return what is known of the rows that *key* wants."""
        return self if self.key == key else _Counted(key)

    def brought_up_to_date(self, session: Session, found: list[Any]) -> "_Counted":
        """Count those that have come since, too; *found* are the conditions of the key."""
        newest = session.exec(select(func.max(AuditEvent.id))).one()
        if newest is None:
            return _Counted(self.key)
        newer = [*found, col(AuditEvent.id) <= newest]  # what comes between the two statements is counted next time
        if self.last is not None:
            newer.append(col(AuditEvent.id) > self.last)
        total = session.exec(select(func.count()).select_from(AuditEvent).where(*newer)).one()
        return _Counted(self.key, newest, self.total + total)


class Activity:
    """What happened, of one application or of all."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._counted = _Counted()

    def page(
        self,
        application_id: str | None,
        wanted: ActivityFilter = EVERYTHING,
        *,
        before_id: int | None = None,
        after_id: int | None = None,
        offset: int = 0,
        limit: int = 100,
    ) -> ActivityPage:
        """Return rows newest first: older than *before_id*, or the next newer ones than *after_id*.

        *offset* skips rows where the place is known by its number only.
        """
        self._settle()
        found = conditions(application_id, wanted)
        with self._desk.database.read() as session:
            anew = (before_id is None and after_id is None) or looks_at_names(wanted)
            known = _Counted() if anew else self._counted
            self._counted = counted = known.of((application_id, wanted)).brought_up_to_date(session, found)
            rows = _rows(session, found, before_id=before_id, after_id=after_id, offset=offset, limit=limit)
        return ActivityPage(rows if after_id is None else rows[::-1], counted.total)

    def known_instead(self, application_id: str | None, wanted: ActivityFilter) -> str | None:
        """Return what to say of an action or a reason in *wanted* that no row has: the near ones, or all there are."""
        of_one = [] if application_id is None else [col(AuditEvent.application_id) == application_id]
        for key, typed, column in (
            ("action", wanted.action, col(AuditEvent.action)),
            ("reason", wanted.reason, col(AuditEvent.reason)),
        ):
            with self._desk.database.read() as session:
                known = session.exec(select(column).where(*of_one).distinct()).all() if typed else ()
            sentence = known_instead(key, typed, (str(word) for word in known if word)) if typed else None
            if sentence:
                return sentence
        return None

    def newest_first(self, application_id: str | None, wanted: ActivityFilter = EVERYTHING) -> Iterator[Rows]:
        """Give all of it, some hundred rows at a time."""
        self._settle()
        last = None
        while rows := self._some(application_id, wanted, before_id=last):
            yield rows
            last = rows[-1].id

    def oldest_first(self, application_id: str | None, wanted: ActivityFilter = EVERYTHING) -> Iterator[Rows]:
        """Give all of it, some hundred rows at a time."""
        self._settle()
        last = 0
        while rows := self._some(application_id, wanted, after_id=last):
            yield rows
            last = rows[-1].id

    def head(self) -> ChainHead:
        """Return how many rows the chain has and the hash of the last, for an operator to note it down."""
        self._settle()
        with self._desk.database.read() as session:
            head = session.exec(select(AuditHead)).first()
        if head is None or not isinstance(head.count, int):
            raise Refusal(_NO_HEAD)
        return ChainHead(head.count, head.hash)

    def of_deleted(self, text: str) -> str | None:
        """Return the id of the application that *text* named before it was deleted: its id, client ID or last name."""
        named = normalised(text)
        key, client_id = folded(named), f'"client_id": "{named.lower()}"'
        told = select(AuditEvent.application_id, AuditEvent.object, col(AuditEvent.before))
        statement = told.where(AuditEvent.action == DELETED).order_by(col(AuditEvent.id).desc())
        with self._desk.database.read() as session:
            for application_id, name, before in session.exec(statement):
                if named.lower() == application_id or client_id in (before or "") or key == folded(name):
                    return application_id
        return None

    def verify(self, head: str | None = None) -> ChainReport:
        """Walk the whole chain; with *head*, also ask whether that hash is still part of it."""
        # One by one (it costs no more): a row that cannot be read shall not take those before it along.
        statement = select(AuditEvent).order_by(col(AuditEvent.id)).execution_options(yield_per=1)
        with self._desk.database.read() as session:
            return check(session.exec(statement), session.exec(select(AuditHead)).first(), head)

    def _some(self, application_id: str | None, wanted: ActivityFilter, **bounds: int | None) -> Rows:
        with self._desk.database.read() as session:
            return _rows(session, conditions(application_id, wanted), limit=_PAGE, **bounds)

    def _settle(self) -> None:
        """Write what is due first, so that a list is complete; almost always there is nothing."""
        with self._desk.database.read() as session:
            waiting = is_due(session, self._desk)
        while waiting:  # others may write in between
            with self._desk.database.transaction() as session:
                waiting = settle(session, self._desk, _SETTLED_AT_ONCE) == _SETTLED_AT_ONCE


def _rows(
    session: Session,
    found: list[Any],
    *,
    limit: int,
    before_id: int | None = None,
    after_id: int | None = None,
    offset: int | None = 0,
) -> Rows:
    """Return rows that fulfil the conditions *found*: newest first, but after *after_id* oldest first."""
    statement, order = select(AuditEvent).where(*found), col(AuditEvent.id).desc()
    if before_id is not None:
        statement = statement.where(AuditEvent.id < before_id)
    if after_id is not None:
        statement, order = statement.where(AuditEvent.id > after_id), col(AuditEvent.id).asc()
    try:
        return tuple(map(activity_row, session.exec(statement.order_by(order).offset(offset).limit(limit))))
    except (TypeError, ValueError):  # a time that is none, or JSON that is none: not written by us
        raise Refusal("The activity holds a row that cannot be read; see: keydesk activity verify.") from None
