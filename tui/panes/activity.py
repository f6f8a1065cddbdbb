"""The activity of one application, newest first."""

from textual.app import ComposeResult

from core.rules.views.activity import ActivityRow
from core.rules.views.applications import ApplicationView
from tui.columns.activity import columns
from tui.panes.base import Pane
from tui.widgets.activity_keys import ActivityKeys
from tui.widgets.cursor_line import CursorLine
from tui.widgets.table import Table
from tui.widgets.table.messages import Shown
from tui.widgets.term_filter import TermFilter


class ActivityPane(ActivityKeys, Pane):
    """What was done to this application, and which logons it was refused."""

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield TermFilter()
        yield Table(columns(), row_key=lambda row: str(row.id))
        yield CursorLine()

    @property
    def subject(self) -> ApplicationView:
        """The application of this tab."""
        return self.application

    def show(self, application: ApplicationView) -> None:
        """Read the rows on the screen again, or for the first time."""
        self.read_rows()

    def take_focus(self) -> None:
        """The table has the keys."""
        self.table.focus()

    def on_table_shown(self, _event: Shown[ActivityRow]) -> None:
        """Some keys want a row."""
        self.owner.hint()
