"""Reading the activity: pages of it, its head, and whether its chain still holds."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import col, select

from core.applications import DELETED
from core.chain import check
from core.desk import Desk
from core.present import activity_row
from core.refused_logons import due, settle
from core.rules.errors import Refusal
from core.rules.search import search_text
from core.rules.text import folded, normalised
from core.rules.views import ActivityRow, ChainReport
from store.tables import Application, AuditEvent, AuditHead


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """Some rows, newest first, and how many there are in all."""

    rows: tuple[ActivityRow, ...]
    total: int


class Activity:
    """What happened, of one application or of all."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(
        self,
        application_id: str | None,
        *,
        search: str = "",
        before_id: int | None = None,
        after_id: int | None = None,
        offset: int = 0,
        limit: int = 100,
    ) -> ActivityPage:
        """Return rows newest first: older than *before_id*, or the next newer ones than *after_id*.

        *search* looks into actor, action, object, reason and source, without regard to case. *offset* skips rows
        where the place is known by its number only.
        """
        self._settle()
        statement, counted = select(AuditEvent), select(func.count()).select_from(AuditEvent)
        wanted = search_text(search)
        statement, counted = _of(application_id, wanted, statement), _of(application_id, wanted, counted)
        order = col(AuditEvent.id).desc()
        if before_id is not None:
            statement = statement.where(AuditEvent.id < before_id)
        if after_id is not None:
            statement, order = statement.where(AuditEvent.id > after_id), col(AuditEvent.id).asc()
        with self._desk.database.read() as session:
            total = session.exec(counted).one()
            try:
                rows = tuple(map(activity_row, session.exec(statement.order_by(order).offset(offset).limit(limit))))
            except (TypeError, ValueError):  # a time that is none, or JSON that is none: not written by us
                raise Refusal("The activity holds a row that cannot be read; see: keydesk activity verify.") from None
        return ActivityPage(rows if after_id is None else rows[::-1], total)

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

    def _settle(self) -> None:
        """Write what is due first, so that a list is complete; almost always there is nothing."""
        with self._desk.database.read() as session:
            waiting = bool(due(session, self._desk))
        if waiting:
            with self._desk.database.transaction() as session:
                settle(session, self._desk)


def _of(application_id: str | None, search: str, statement: Any) -> Any:
    """Narrow a statement to one application's rows, and to those that *search* finds."""
    if application_id is not None:
        statement = statement.where(AuditEvent.application_id == application_id)
    if not search:
        return statement
    texts = (AuditEvent.actor, AuditEvent.claimed, AuditEvent.action, AuditEvent.object, AuditEvent.reason)
    finds = [col(text).icontains(search, autoescape=True) for text in (*texts, AuditEvent.source)]
    if not search.isascii():  # whose case SQLite does not know, but a name that still stands is stored folded
        named = select(Application.id).where(col(Application.name_key).contains(folded(search), autoescape=True))
        finds.append(col(AuditEvent.application_id).in_(named))
    return statement.where(or_(*finds))
