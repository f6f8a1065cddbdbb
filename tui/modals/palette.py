"""The command palette: every action that is valid here, *go to application …* and *go to API …*."""

import asyncio
import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import Any

from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.worker import WorkType

from core.rules.views.apis import ApiView
from core.rules.views.applications import ApplicationView
from tui.calls import refusals_said
from tui.modals.chooser import Chooser, Entry, matches
from tui.modals.help import valid
from tui.widgets.filter import REST
from tui.widgets.table import Table


class Goal(StrEnum):
    """What somebody wants to go to, as far as the words say it."""

    ANYTHING = ""
    APPLICATION = "application"
    API = "api"


Destination = ApplicationView | ApiView
Search = Callable[[Goal, str], Sequence[Destination]]

_GO_TO = re.compile(r"go(\s+to(\s+(?P<goal>application|api))?)?(\s+|$)", re.IGNORECASE)


class Palette(Chooser[ActiveBinding | Destination]):
    """Finds actions by their sentences, applications as their list finds them, and APIs by name, title or path."""

    TITLE_TEXT = "Commands"

    def __init__(self, below: Screen[Any], search: Search | None) -> None:
        super().__init__()
        self._actions = [entry for entry in valid(below) if entry.choice.binding.action != "palette"]
        self._search = search
        self._places: Sequence[Destination] = ()
        self._looking = False

    def entries(self, search: str) -> Sequence[Entry[ActiveBinding | Destination]]:
        """Return the actions that match, and the applications and APIs that were found."""
        found: list[Entry[ActiveBinding | Destination]] = [
            Entry(entry.choice, entry.key, entry.text) for entry in self._actions if matches(search, entry.text)
        ]
        return found + [_entry(place) for place in self._places]

    def show_entries(self, search: str, *, keep: bool = False) -> None:
        """Show the actions at once, and where one can go when it is found."""
        self._places = ()
        super().show_entries(search, keep=keep)
        goal, wanted = _understood(search)
        self._looking = bool(wanted) and self._search is not None
        work: WorkType[None] = partial(self._find, search, goal, wanted)  # a function: see `tui.calls.Reading`
        self.run_worker(work, group="search", exclusive=True)

    async def _find(self, search: str, goal: Goal, wanted: str) -> None:
        """Look when the typing rests; the cursor stays on its entry when what was found comes."""
        lookup = self._search
        if lookup is None or not wanted:
            return
        await asyncio.sleep(REST)
        with refusals_said(self.app):
            self._places = await self.desk.calls.look_up(lambda: lookup(goal, wanted))
        self._looking = False
        super().show_entries(search, keep=True)

    def awaits(self, key: str) -> bool:
        """Tell whether *key* would run nothing yet, because what it is for is still looked for."""
        return key == "enter" and self._looking and not self.query_one(Table).total


def _understood(search: str) -> tuple[Goal, str]:
    """Return what somebody wants to go to, and the words by which it is to be found."""
    found = _GO_TO.match(search)
    return (Goal((found["goal"] or "").lower()), search[found.end() :]) if found else (Goal.ANYTHING, search)


def _entry(place: Destination) -> Entry[ActiveBinding | Destination]:
    if isinstance(place, ApiView):
        return Entry(place, place.path, f"Go to API {place.name}")
    return Entry(place, place.client_id[:8] + "…", f"Go to application {place.name}")
