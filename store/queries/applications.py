"""An application with what is known of its secrets, one by one or as a page of a sorted, filtered list.

Pages are asked for by the place of a neighbouring row (keyset), so the hundredth costs what the first does.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select, tuple_
from sqlmodel import Session, col

from core.rules.clocks import Clocks
from core.rules.errors import Refusal
from core.rules.limits import EXPIRING_WITHIN
from store.columns import UnreadableTime, UtcDateTime
from store.queries.ends import END_OF_SECRET
from store.queries.latest import latest
from store.queries.locked import is_locked
from store.queries.search import Found
from store.queries.times import application_with_a_strange_time
from store.tables import Application, Certificate, ClientSecret, JwtTrust

_NEVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")
_LONG_AGO = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


_USED = (ClientSecret, Certificate, JwtTrust)
"""Whatever an application authenticates by."""


class Summary:
    """The columns that tell of an application's credentials at one moment."""

    def __init__(self, clocks: Clocks) -> None:
        now = clocks.time
        ends_at = func.coalesce(END_OF_SECRET, literal(_NEVER, UtcDateTime))
        # A secret whose grace is over has its place until the next change; it counts no more all the same.
        retires_at = col(ClientSecret.retires_at)
        counted = and_(col(ClientSecret.slot).is_not(None), or_(retires_at.is_(None), retires_at > now))
        live = and_(counted, ends_at > now)
        last_end = _of_secrets(func.max(ends_at, type_=UtcDateTime), live)
        self.counted = _of_secrets(func.count(), counted)
        self.live = _of_secrets(func.count(), live)
        self.next_expiry = _of_secrets(func.min(ends_at, type_=UtcDateTime), and_(live, ends_at < _NEVER))
        self.certificates = _of(Certificate, func.count())
        self.trusts = _of(JwtTrust, func.count())
        last_uses = (_of(each, func.max(each.last_used_at, type_=UtcDateTime)) for each in _USED)
        never = literal(_LONG_AGO, UtcDateTime)
        last = latest(*(func.coalesce(each, never, type_=UtcDateTime) for each in last_uses))
        self.last_used_at = func.nullif(last, never, type_=UtcDateTime)
        self.state = case(
            (col(Application.enabled).is_(False), "disabled"),
            (is_locked(clocks), "locked"),
            (last_end <= now + EXPIRING_WITHIN, "expiring"),
            else_="active",
        )

    def sorted_by(self, sort: str) -> ColumnElement[Any]:
        """Return the never-null expression that the word *sort* stands for."""
        return {
            "name": Application.name_key,
            "client_id": Application.client_id,
            "secrets": self.counted,
            "next_expiry": func.coalesce(self.next_expiry, literal(_NEVER, UtcDateTime), type_=UtcDateTime),
            "last_used": func.coalesce(self.last_used_at, literal(_LONG_AGO, UtcDateTime), type_=UtcDateTime),
            "state": self.state,
        }[sort]  # type: ignore[return-value]

    def select(self, sort: str) -> Select[Any]:
        """Return the statement of every application with its summary and its place under *sort*."""
        return select(
            Application,
            self.counted.label("counted"),
            self.live.label("live"),
            self.next_expiry.label("next_expiry"),
            self.last_used_at.label("last_used_at"),
            self.certificates.label("certificates"),
            self.trusts.label("trusts"),
            self.state.label("state"),
            self.sorted_by(sort).label("sort_key"),
        )


def one(session: Session, condition: Any, clocks: Clocks) -> Row[Any] | None:
    """Return the application that *condition* picks, or None."""
    return session.execute(Summary(clocks).select("name").where(condition)).first()


def page(
    session: Session,
    clocks: Clocks,
    found: Found,
    *,
    sort: str,
    backwards: bool,
    beyond: tuple[Any, ...] | None = None,
    offset: int = 0,
    limit: int,
) -> Sequence[Row[Any]]:
    """Return up to *limit* rows in the order that *backwards* turns round, after the place *beyond*.

    Refuses with the name of an application that cannot be shown: any time in its place would be taken for true.
    """
    summary = Summary(clocks)
    place = (summary.sorted_by(sort), col(Application.name_key))
    statement = summary.select(sort).where(*found.conditions)
    if beyond is not None:
        here = tuple_(*place)
        statement = statement.where(here < beyond if backwards else here > beyond)
    order = [column.desc() if backwards else column.asc() for column in place]
    try:
        return session.execute(statement.order_by(*order).offset(offset).limit(limit)).all()
    except UnreadableTime:
        name = application_with_a_strange_time(session)
        if name is None:
            raise  # somebody has mended it meanwhile
        raise Refusal(f"Application “{name}” holds a time that cannot be read; see: keydesk doctor.") from None


def count_before(
    session: Session, clocks: Clocks, found: Found, *, sort: str, backwards: bool, place: tuple[Any, ...]
) -> int:
    """Return how many rows stand before *place* in this order."""
    here = tuple_(Summary(clocks).sorted_by(sort), col(Application.name_key))
    before = here > place if backwards else here < place
    statement = select(func.count()).select_from(Application).where(before, *found.conditions)
    return int(session.execute(statement).scalar_one())


def _of_secrets(expression: ColumnElement[Any], *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    return _of(ClientSecret, expression, *conditions)


def _of(table: Any, expression: ColumnElement[Any], *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return *expression* over one application's rows of *table*, as a subquery that only shown rows pay for."""
    owned = col(table.application_id) == col(Application.id)
    return select(expression).select_from(table).where(owned, *conditions).scalar_subquery()
