"""Credentials of all applications by when they end, as pages of a sorted, filtered list, and how many soon do.

Every kind of credential is one SELECT with the columns of `_client_secrets`, put together by UNION ALL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlmodel import Session, col

from core.rules.expiry import CredentialKind
from core.rules.limits import THUMBPRINT_HINT
from store.columns import UtcDateTime
from store.queries.ends import END_OF_SECRET
from store.queries.search import begins_hint, in_texts
from store.tables import Application, Certificate, ClientSecret

_LONG_AGO = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Wanted:
    """Which of them, and in which order.

    With *within*: what ends within that time, or has ended within it before, of applications that are enabled. With
    None: everything that ends at all.
    """

    now: datetime
    search: str = ""
    within: timedelta | None = None
    sort: str = "expires"
    backwards: bool = False


class _Listing:
    """The statements over all kinds together, at one moment."""

    def __init__(self, wanted: Wanted) -> None:
        self._credentials = union_all(_client_secrets(wanted.now), _certificates()).subquery("credentials")
        self.columns = self._credentials.c
        self._sort_key = self._sorted_by(wanted.sort)
        self.place = (self._sort_key, self.columns.ends_at, self.columns.id)
        self.order = [column.desc() if wanted.backwards else column.asc() for column in self.place]
        self._conditions = [*self._window(wanted), *self._matches(wanted.search)]

    def rows(self) -> Select[Any]:
        owner = (col(Application.name), col(Application.client_id), col(Application.enabled))
        columns: list[Any] = [*self.columns, *owner, self._sort_key.label("sort_key")]
        return self._of_owners(select(*columns)).where(*self._conditions)

    def total(self) -> Select[Any]:
        return self._counted(func.count())  # without the owners, which would double what it costs

    def ended(self, now: datetime) -> Select[Any]:
        return self._counted(func.count().filter(self.columns.ends_at <= now), func.count())

    def before(self, condition: ColumnElement[bool]) -> Select[Any]:
        return self._of_owners(select(func.count())).where(condition, *self._conditions)

    def _counted(self, *counts: Any) -> Select[Any]:
        return select(*counts).select_from(self._credentials).where(*self._conditions)

    def _of_owners(self, statement: Select[Any]) -> Select[Any]:
        of_owner = col(Application.id) == self.columns.application_id
        return statement.select_from(self._credentials).join(Application, of_owner)

    def _sorted_by(self, sort: str) -> ColumnElement[Any]:
        """Return the never-null expression that the word *sort* stands for."""
        used = func.coalesce(self.columns.last_used_at, literal(_LONG_AGO, UtcDateTime), type_=UtcDateTime)
        by_name: ColumnElement[Any] = col(Application.name_key)  # type: ignore[assignment]  # it is one
        return {"expires": self.columns.ends_at, "application": by_name, "last_used": used}[sort]

    def _window(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        if wanted.within is None:
            return []
        first, last = wanted.now - wanted.within, wanted.now + wanted.within
        disabled = select(col(Application.id)).where(col(Application.enabled).is_(False))
        return [self.columns.ends_at.between(first, last), self.columns.application_id.not_in(disabled)]

    def _matches(self, search: str) -> list[ColumnElement[bool]]:
        if not search:
            return []
        owners = select(col(Application.id)).where(in_texts(search))
        described = self.columns.description.icontains(search, autoescape=True)
        subject = self.columns.subject.icontains(search, autoescape=True)
        hint = self.columns.hint
        thumbprint = and_(self.columns.subject.is_not(None), hint.istartswith(search, autoescape=True))
        named = or_(described, subject, begins_hint(search, hint), thumbprint)
        return [or_(self.columns.application_id.in_(owners), named)]


def page(
    session: Session, wanted: Wanted, *, beyond: tuple[Any, ...] | None = None, offset: int = 0, limit: int
) -> tuple[Sequence[Row[Any]], int]:
    """Return up to *limit* rows after the place *beyond*, and how many the whole list has."""
    listing = _Listing(wanted)
    statement = listing.rows()
    if beyond is not None:
        here = tuple_(*listing.place)
        statement = statement.where(here < beyond if wanted.backwards else here > beyond)
    rows = session.execute(statement.order_by(*listing.order).offset(offset).limit(limit)).all()
    return rows, int(session.execute(listing.total()).scalar_one())


def count_before(session: Session, wanted: Wanted, place: tuple[Any, ...]) -> int:
    """Return how many rows stand before *place* in this order."""
    listing = _Listing(wanted)
    here = tuple_(*listing.place)
    before = here > place if wanted.backwards else here < place
    return int(session.execute(listing.before(before)).scalar_one())


def counts(session: Session, wanted: Wanted) -> tuple[int, int]:
    """Return how many have ended already, and how many still will, in one look."""
    listing = _Listing(wanted)
    ended, total = session.execute(listing.ended(wanted.now)).one()
    return int(ended), int(total) - int(ended)


def _client_secrets(now: datetime) -> Select[Any]:
    """Every client secret that ends by itself and has not been taken back, by hand or at the end of its grace."""
    retires_at = col(ClientSecret.retires_at)
    columns: list[Any] = [
        literal(CredentialKind.SECRET.value).label("kind"),
        col(ClientSecret.id),
        col(ClientSecret.application_id),
        col(ClientSecret.hint),
        col(ClientSecret.description),
        END_OF_SECRET.label("ends_at"),
        col(ClientSecret.expires_at),
        retires_at,
        col(ClientSecret.last_used_at),
        col(ClientSecret.last_used_from),
        cast(null(), String).label("subject"),
    ]
    return select(*columns).where(
        and_(col(ClientSecret.revoked_at).is_(None), END_OF_SECRET.is_not(None)),
        or_(retires_at.is_(None), retires_at > now),
    )


def _certificates() -> Select[Any]:
    """Every certificate: all of them end, and none is retired."""
    columns: list[Any] = [
        literal(CredentialKind.CERTIFICATE.value).label("kind"),
        col(Certificate.id),
        col(Certificate.application_id),
        func.substr(col(Certificate.thumbprint), 1, THUMBPRINT_HINT).label("hint"),
        col(Certificate.description),
        col(Certificate.not_after).label("ends_at"),
        col(Certificate.not_after).label("expires_at"),
        cast(null(), UtcDateTime).label("retires_at"),
        col(Certificate.last_used_at),
        col(Certificate.last_used_from),
        col(Certificate.subject),
    ]
    return select(*columns)
