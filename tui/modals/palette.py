"""The command palette: every action that is valid here, and *go to application …*."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.worker import WorkType

from core.rules.views import ApplicationView
from tui.modals.chooser import Chooser, Entry, matches
from tui.modals.help import valid

Search = Callable[[str], Sequence[ApplicationView]]


class Palette(Chooser[ActiveBinding | ApplicationView]):
    """Finds actions by their sentences, and applications by whatever the list finds them by."""

    TITLE_TEXT = "Commands"

    def __init__(self, below: Screen[Any], search: Search | None) -> None:
        super().__init__()
        self._actions = [entry for entry in valid(below) if entry.choice.binding.action != "palette"]
        self._search = search
        self._applications: Sequence[ApplicationView] = ()

    def entries(self, search: str) -> Sequence[Entry[ActiveBinding | ApplicationView]]:
        """Return the actions that match, and the applications that were found."""
        found: list[Entry[ActiveBinding | ApplicationView]] = [
            Entry(entry.choice, entry.key, entry.text) for entry in self._actions if matches(search, entry.text)
        ]
        return found + [
            Entry(row, row.client_id[:8] + "…", f"Go to application {row.name}") for row in self._applications
        ]

    def show_entries(self, search: str) -> None:
        """Show the actions at once, and the applications when they are found."""
        self._applications = ()
        super().show_entries(search)
        wanted = search.removeprefix("go to application").strip() if search else ""
        if wanted and self._search is not None:
            work: WorkType[None] = partial(self._find, search, wanted)  # a function: see `tui.calls.Reading`
            self.run_worker(work, group="search", exclusive=True)

    async def _find(self, search: str, wanted: str) -> None:
        assert self._search is not None
        lookup = self._search
        self._applications = await self.desk.calls.read(lambda: lookup(wanted))
        super().show_entries(search)
