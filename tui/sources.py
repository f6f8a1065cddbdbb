"""Where the long tables get their rows: services of the core, asked in a thread.

Imported when the core is, not before: the first frame does not wait for it.
"""

from functools import partial

from core.application_list import ApplicationOrder, ApplicationPage, ApplicationSort
from core.rules.activity_filter import EVERYTHING, ActivityFilter
from core.rules.views import ActivityRow, ApplicationView
from core.services import Services
from tui.calls import Calls
from tui.widgets.table import After, Around, Ask, At, Before, End, Page, Sort, Start


class ApplicationSource:
    """Applications that a filter finds, in an order."""

    def __init__(self, services: Services, calls: Calls, search: str, sort: Sort) -> None:
        self._list = services.application_list
        self._calls = calls
        self._order = ApplicationOrder(search, ApplicationSort(sort.key), sort.descending)

    async def page(self, ask: Ask[ApplicationView]) -> Page[ApplicationView]:
        """Answer one ask of the table."""
        page = await self._calls.look_up(lambda: self._answer(ask))
        return Page(page.rows, page.total, page.offset)

    def _answer(self, ask: Ask[ApplicationView]) -> ApplicationPage:
        match ask.where:
            case Start():
                return self._list.start(self._order, ask.limit)
            case End():
                return self._list.end(self._order, ask.limit)
            case After(row):
                return self._list.after(self._order, row, ask.limit)
            case Before(row):
                return self._list.before(self._order, row, ask.limit)
            case At(offset):
                return self._list.at(self._order, offset, ask.limit)
            case Around(row, _):
                return self._list.around(self._order, row, ask.limit)


class ActivitySource:
    """The activity of one application, or of all, newest first."""

    def __init__(
        self, services: Services, calls: Calls, application_id: str | None, wanted: ActivityFilter = EVERYTHING
    ) -> None:
        self._calls = calls
        self._page = partial(services.activity.page, application_id, wanted)

    async def page(self, ask: Ask[ActivityRow]) -> Page[ActivityRow]:
        """Answer one ask of the table."""
        return await self._calls.look_up(lambda: self._answer(ask))

    def _answer(self, ask: Ask[ActivityRow]) -> Page[ActivityRow]:
        limit = ask.limit
        match ask.where:
            case Start():
                page = self._page(limit=limit)
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
