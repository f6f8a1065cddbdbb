"""What expires next, over all applications and every kind of credential, page by page.

With a number of days the list holds what asks for something to be done: what ends within so many days, and what has
ended within as many before, because that is what has just broken. Revoked credentials, those whose grace period is
over and those of disabled applications ask for nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from core.desk import Desk
from core.pages import Pages, Stretch
from core.present import expiring_view
from core.rules.limits import THRESHOLDS
from core.rules.search import search_text
from core.rules.views.expiring import ExpiringCount, ExpiringView
from store.queries import expiring as queries
from store.queries.expiring import Wanted


class ExpiringSort(StrEnum):
    """The columns that the list can be sorted by; ties go by what ends sooner."""

    EXPIRES = "expires"
    APPLICATION = "application"
    LAST_USED = "last_used"


@dataclass(frozen=True, slots=True)
class ExpiringOrder:
    """Which credentials, and in which order; without *days*, all that end at all, whoever has them.

    A pasted secret is cut down to its hint before it goes further.
    """

    days: int | None = THRESHOLDS[0]
    search: str = ""
    sort: ExpiringSort = ExpiringSort.EXPIRES
    reverse: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "search", search_text(self.search))


class Expiring(Pages[ExpiringOrder, ExpiringView]):
    """Pages of what expires, and how much of it does soon."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def count(self, days: int) -> ExpiringCount:
        """Return how many ask for something to be done within *days* days."""
        wanted = Wanted(self._desk.now(), within=timedelta(days=days))
        with self._desk.database.read() as session:
            ended, ending = queries.counts(session, wanted)
        return ExpiringCount(days, ended, ending)

    def _read(self, order: ExpiringOrder, wanted: Stretch) -> tuple[Sequence[ExpiringView], int]:
        asked = self._asked(order, backwards=order.reverse != wanted.upwards)
        with self._desk.database.read() as session:
            rows, total = queries.page(session, asked, beyond=wanted.beyond, offset=wanted.offset, limit=wanted.limit)
        return [expiring_view(row, asked.now) for row in rows], total

    def _rank(self, order: ExpiringOrder, place: tuple[Any, ...]) -> int:
        with self._desk.database.read() as session:
            return queries.count_before(session, self._asked(order, backwards=order.reverse), place)

    def _asked(self, order: ExpiringOrder, *, backwards: bool) -> Wanted:
        within = None if order.days is None else timedelta(days=order.days)
        return Wanted(self._desk.now(), order.search, within, order.sort, backwards)
