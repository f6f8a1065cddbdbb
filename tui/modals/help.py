"""The keys that are valid here, filterable; Enter runs one."""

from collections.abc import Iterable, Sequence
from typing import Any

from textual.binding import ActiveBinding
from textual.screen import Screen

from tui.actions import ACTIONS, Action, Place, key_names
from tui.modals.chooser import Chooser, Entry, matches

Choice = ActiveBinding

_GENERAL = (Place.TABLES, Place.EVERYWHERE)


class Help(Chooser[ActiveBinding]):
    """Lists the bindings that are active on the screen below."""

    TITLE_TEXT = "Keys that are valid here"

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self._active = list(valid(below))

    def entries(self, search: str) -> Sequence[Entry[ActiveBinding]]:
        """Return the keys that match, each action once."""
        return [entry for entry in self._active if matches(search, entry.key, entry.text)]


def valid(below: Screen[Any]) -> Iterable[Entry[ActiveBinding]]:
    """Return an entry for each enabled action of the registry on a screen, what is special to it first."""
    active = {found.binding.action: found for found in below.active_bindings.values() if found.enabled}
    seen = set()
    for action in sorted(ACTIONS, key=_generality):
        found = active.get(action.id)
        if found is None or action.id in seen or found.tooltip != action.sentence:
            continue
        seen.add(action.id)
        yield Entry(found, " ".join(key_names(action.keys)), action.sentence)


def _generality(action: Action) -> int:
    return _GENERAL.index(action.place) if action.place in _GENERAL else -1
