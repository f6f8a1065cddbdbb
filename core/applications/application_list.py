"""The list of applications, page by page: searched, sorted, never read as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from core.desk import Desk
from core.pages import Page, Pages, Stretch
from core.present import application_view
from core.rules.search import search_text
from core.rules.views.applications import ApplicationView
from store.queries import applications as queries
from store.queries.search import find

ApplicationPage: TypeAlias = Page[ApplicationView]


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


class ApplicationList(Pages[ApplicationOrder, ApplicationView]):
    """Pages of applications."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def _read(self, order: ApplicationOrder, wanted: Stretch) -> tuple[Sequence[ApplicationView], int]:
        clocks = self._desk.clocks()
        with self._desk.database.read() as session:
            found = find(session, order.search)
            rows = queries.page(
                session,
                clocks,
                found,
                sort=order.sort,
                backwards=order.reverse != wanted.upwards,
                beyond=wanted.beyond,
                offset=wanted.offset,
                limit=wanted.limit,
            )
        return [application_view(row, clocks) for row in rows], found.total

    def _rank(self, order: ApplicationOrder, place: tuple[Any, ...]) -> int:
        with self._desk.database.read() as session:
            return queries.count_before(
                session,
                self._desk.clocks(),
                find(session, order.search),
                sort=order.sort,
                backwards=order.reverse,
                place=place,
            )
