"""Which way? A few lines, of which one is chosen before the form for it opens."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.rules.views.applications import ApplicationView
from tui.modals.dialog import Dialog
from tui.widgets.controls import ListedChoices


class Ways(Dialog[str]):
    """Returns the line that was chosen."""

    FOOT = "Enter go on   ↑ ↓ choose   Esc cancel"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", "choose", show=False)]
    DEFAULT_CSS = "Ways ListedChoices { margin-top: 1; }"

    def __init__(self, application: ApplicationView, title: str, ways: Sequence[str]) -> None:
        super().__init__()
        self.application = application
        self._title = title
        self._ways = tuple(ways)

    def title_text(self) -> str:
        """Say what is asked."""
        return self._title

    def body(self) -> ComposeResult:
        """Lay out the ways."""
        yield ListedChoices(self._ways)

    def on_mount(self) -> None:
        """Stand on the first."""
        self.query_one(ListedChoices).focus()

    def action_choose(self) -> None:
        """Return the chosen one."""
        self.close(self._ways[self.query_one(ListedChoices).chosen])
