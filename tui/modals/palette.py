"""The command palette: every action that is valid here, and *go to application …*."""

import asyncio
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.worker import WorkType

from core.rules.views.applications import ApplicationView
from tui.calls import refusals_said
from tui.modals.chooser import Chooser, Entry, matches
from tui.modals.help import valid
from tui.widgets.filter import REST
from tui.widgets.table import Table

Search = Callable[[str], Sequence[ApplicationView]]

_GO_TO = re.compile(r"go(\s+to(\s+application)?)?(\s+|$)", re.IGNORECASE)


class Palette(Chooser[ActiveBinding | ApplicationView]):
    """Finds actions by their sentences, and applications by whatever the list finds them by."""

    TITLE_TEXT = "Commands"

    def __init__(self, below: Screen[Any], search: Search | None) -> None:
        super().__init__()
        self._actions = [entry for entry in valid(below) if entry.choice.binding.action != "palette"]
        self._search = search
        self._applications: Sequence[ApplicationView] = ()
        self._looking = False

    def entries(self, search: str) -> Sequence[Entry[ActiveBinding | ApplicationView]]:
        """Return the actions that match, and the applications that were found."""
        found: list[Entry[ActiveBinding | ApplicationView]] = [
            Entry(entry.choice, entry.key, entry.text) for entry in self._actions if matches(search, entry.text)
        ]
        return found + [
            Entry(row, row.client_id[:8] + "…", f"Go to application {row.name}") for row in self._applications
        ]

    def show_entries(self, search: str, *, keep: bool = False) -> None:
        """Show the actions at once, and the applications when they are found."""
        self._applications = ()
        super().show_entries(search, keep=keep)
        wanted = search[found.end() :] if (found := _GO_TO.match(search)) else search
        self._looking = bool(wanted) and self._search is not None
        work: WorkType[None] = partial(self._find, search, wanted)  # a function: see `tui.calls.Reading`
        self.run_worker(work, group="search", exclusive=True)

    async def _find(self, search: str, wanted: str) -> None:
        """Look when the typing rests; the cursor stays on its entry when the applications come."""
        lookup = self._search
        if lookup is None or not wanted:
            return
        await asyncio.sleep(REST)
        with refusals_said(self.app):
            self._applications = await self.desk.calls.look_up(lambda: lookup(wanted))
        self._looking = False
        super().show_entries(search, keep=True)

    def awaits(self, key: str) -> bool:
        """Tell whether *key* would run nothing yet, because what it is for is still looked for."""
        return key == "enter" and self._looking and not self.query_one(Table).total
