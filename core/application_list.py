"""The list of applications, page by page: searched, sorted, never read as a whole."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from core.desk import Desk
from core.present import application_view
from core.rules.search import search_text
from core.rules.views import ApplicationView
from store.queries import applications as queries
from store.queries.search import find


class ApplicationSort(StrEnum):
    """The columns that the list can be sorted by; ties, and the first of them, go by name."""

    NAME = "name"
    CLIENT_ID = "client_id"
    SECRETS = "secrets"
    NEXT_EXPIRY = "next_expiry"
    LAST_USED = "last_used"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class ApplicationOrder:
    """Which applications, and in which order. A pasted secret is cut down to its hint before it goes further."""

    search: str = ""
    sort: ApplicationSort = ApplicationSort.NAME
    reverse: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "search", search_text(self.search))


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """Some neighbouring rows in order, how many the whole list has, and where in it these begin, if asked for."""

    rows: tuple[ApplicationView, ...]
    total: int
    offset: int | None = None


class ApplicationList:
    """Pages of applications; `limit` is the number of rows at most."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def start(self, order: ApplicationOrder, limit: int) -> ApplicationPage:
        """Return the first rows."""
        return self._page(order, limit)

    def end(self, order: ApplicationOrder, limit: int) -> ApplicationPage:
        """Return the last rows."""
        return self._page(order, limit, upwards=True)

    def after(self, order: ApplicationOrder, row: ApplicationView, limit: int) -> ApplicationPage:
        """Return the rows that follow *row*, which need not exist any more."""
        return self._page(order, limit, beyond=row.position)

    def before(self, order: ApplicationOrder, row: ApplicationView, limit: int) -> ApplicationPage:
        """Return the rows that precede *row*, in list order."""
        return self._page(order, limit, beyond=row.position, upwards=True)

    def at(self, order: ApplicationOrder, offset: int, limit: int) -> ApplicationPage:
        """Return rows from a place that is known by its number only; dearer than the others."""
        return self._page(order, limit, offset=offset)

    def around(self, order: ApplicationOrder, row: ApplicationView, limit: int) -> ApplicationPage:
        """Return the rows on both sides of the place where *row* stood when it was read."""
        with self._desk.database.read() as session:
            rank = queries.count_before(
                session,
                self._desk.clocks(),
                find(session, order.search),
                sort=order.sort,
                backwards=order.reverse,
                place=row.position,
            )
        offset = max(0, rank - limit // 2)
        return replace(self._page(order, limit, offset=offset), offset=offset)

    def _page(
        self,
        order: ApplicationOrder,
        limit: int,
        *,
        beyond: tuple[Any, str] | None = None,
        upwards: bool = False,
        offset: int = 0,
    ) -> ApplicationPage:
        clocks = self._desk.clocks()
        with self._desk.database.read() as session:
            found = find(session, order.search)
            rows = queries.page(
                session,
                clocks,
                found,
                sort=order.sort,
                backwards=order.reverse != upwards,
                beyond=beyond,
                offset=offset,
                limit=limit,
            )
        views = [application_view(row, clocks) for row in rows]
        return ApplicationPage(tuple(reversed(views) if upwards else views), found.total)
