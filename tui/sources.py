"""Where the long tables get their rows: services of the core, asked in a thread.

Imported when the core is, not before: the first frame does not wait for it.
"""

from functools import partial
from typing import Generic

from core.applications.application_list import ApplicationOrder, ApplicationSort
from core.expiring import ExpiringOrder, ExpiringSort
from core.pages import Order, Pages, Row
from core.pages import Page as CorePage
from core.rules.activity_filter import EVERYTHING, ActivityFilter
from core.rules.views.activity import ActivityRow
from core.rules.views.applications import ApplicationView
from core.rules.views.expiring import ExpiringView
from core.services import Services
from tui.calls import Calls
from tui.widgets.table import After, Around, Ask, At, Before, End, Page, Sort, Start


class PagedSource(Generic[Order, Row]):
    """The rows of one of the core's lists, in an order."""

    def __init__(self, pages: Pages[Order, Row], calls: Calls, order: Order) -> None:
        self._pages = pages
        self._calls = calls
        self._order = order

    async def page(self, ask: Ask[Row]) -> Page[Row]:
        """Answer one ask of the table."""
        page = await self._calls.look_up(lambda: self._answer(ask))
        return Page(page.rows, page.total, page.offset)

    def _answer(self, ask: Ask[Row]) -> CorePage[Row]:
        match ask.where:
            case Start():
                return self._pages.start(self._order, ask.limit)
            case End():
                return self._pages.end(self._order, ask.limit)
            case After(row):
                return self._pages.after(self._order, row, ask.limit)
            case Before(row):
                return self._pages.before(self._order, row, ask.limit)
            case At(offset):
                return self._pages.at(self._order, offset, ask.limit)
            case Around(row, _):
                return self._pages.around(self._order, row, ask.limit)


class ApplicationSource(PagedSource[ApplicationOrder, ApplicationView]):
    """Applications that a filter finds, in an order."""

    def __init__(self, services: Services, calls: Calls, search: str, sort: Sort) -> None:
        order = ApplicationOrder(search, ApplicationSort(sort.key), sort.descending)
        super().__init__(services.application_list, calls, order)


class ExpiringSource(PagedSource[ExpiringOrder, ExpiringView]):
    """What ends within *days* days, or with None at any time, as far as a filter finds it, in an order."""

    def __init__(self, services: Services, calls: Calls, days: int | None, search: str, sort: Sort) -> None:
        order = ExpiringOrder(days, search, ExpiringSort(sort.key), sort.descending)
        super().__init__(services.expiring, calls, order)


class ActivitySource:
    """The activity of one application, or of all, newest first."""

    def __init__(
        self, services: Services, calls: Calls, application_id: str | None, wanted: ActivityFilter = EVERYTHING
    ) -> None:
        self.known_instead: str | None = None
        """Once a page was found empty: what to say of a term that no row fulfils."""
        self._calls = calls
        self._page = partial(services.activity.page, application_id, wanted)
        self._known_instead = partial(services.activity.known_instead, application_id, wanted)

    async def page(self, ask: Ask[ActivityRow]) -> Page[ActivityRow]:
        """Answer one ask of the table."""
        return await self._calls.look_up(lambda: self._answer(ask))

    def _answer(self, ask: Ask[ActivityRow]) -> Page[ActivityRow]:
        limit = ask.limit
        match ask.where:
            case Start():
                page = self._page(limit=limit)
                self.known_instead = None if page.total else self._known_instead()
            case End():
                page = self._page(after_id=0, limit=limit)
            case After(row):
                page = self._page(before_id=row.id, limit=limit)
            case Before(row):
                page = self._page(after_id=row.id, limit=limit)
            case At(offset) | Around(_, offset):
                first = max(0, offset - limit // 2) if isinstance(ask.where, Around) else offset
                page = self._page(offset=first, limit=limit)
                return Page(page.rows, page.total, first)
        return Page(page.rows, page.total)
