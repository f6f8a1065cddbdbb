"""Which application? A list that narrows while one types, found as the list of applications finds them."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from textual.worker import WorkType

from core.rules.views.applications import ApplicationView
from tui.calls import refusals_said
from tui.modals.chooser import NO_MATCH, Chooser, Entry
from tui.widgets.filter import REST
from tui.widgets.table import ListSource, Table

NO_APPLICATION = "There is no application yet. Esc, then make one in the list of applications: n."

Search = Callable[[str], Sequence[ApplicationView]]


class ApplicationChooser(Chooser[ApplicationView]):
    """Returns an application; *told* is what stands beside each."""

    FOOT = "Type to narrow   Enter choose   Esc cancel"

    def __init__(self, title: str, search: Search, told: Callable[[ApplicationView], str]) -> None:
        super().__init__()
        self._title = title
        self._search = search
        self._told = told
        self._looking = False

    def title_text(self) -> str:
        """Say what it is chosen for."""
        return self._title

    def show_entries(self, search: str, *, keep: bool = False) -> None:
        """Look for what matches when the typing rests."""
        self._looking = True
        work: WorkType[None] = partial(self._find, search)  # a function: see `tui.calls.Reading`
        self.run_worker(work, group="search", exclusive=True)

    async def _find(self, search: str) -> None:
        if search:
            await asyncio.sleep(REST)
        with refusals_said(self.app):
            found = await self.desk.calls.look_up(lambda: self._search(search))
            entries = [Entry(row, self._told(row), row.name) for row in found]
            table = self.query_one(Table)
            table.empty = NO_MATCH if search else NO_APPLICATION
            table.reset(ListSource(entries))
        self._looking = False

    def awaits(self, key: str) -> bool:
        """Tell whether *key* would choose what was found for something else."""
        return key == "enter" and (self._looking or self.query_one(Table).awaited)
