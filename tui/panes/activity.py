"""The activity of one application, newest first."""

from textual.app import ComposeResult

from core.rules.views import ActivityRow, ApplicationView
from tui.columns.activity import columns
from tui.modals.details import activity_details
from tui.panes.base import Pane
from tui.widgets.filter import Filter
from tui.widgets.table import Table
from tui.widgets.table.messages import Opened, Shown
from tui.widgets.table_pane import NO_MATCH, TableKeys


class ActivityPane(TableKeys, Pane):
    """What was done to this application, and which logons it was refused."""

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield Filter()
        yield Table(columns(), row_key=lambda row: str(row.id), empty=NO_MATCH)

    def show(self, application: ApplicationView) -> None:
        """Read the rows on the screen again, or for the first time."""
        if self.table.total is None:
            self.list_changed(keep=False)
        else:
            self.table.reload()

    def take_focus(self) -> None:
        """The table has the keys."""
        self.table.focus()

    def list_changed(self, *, keep: bool) -> None:
        """Show the rows that the filter finds."""
        from tui.sources import ActivitySource

        source = ActivitySource(self.desk.services, self.desk.calls, self.application.id, self.filter.text)
        self.table.reset(source, keep=keep)

    def on_table_shown(self, _event: Shown[ActivityRow]) -> None:
        """Some keys want a row."""
        self.owner.hint()

    def on_table_opened(self, event: Opened[ActivityRow]) -> None:
        """Show a row in full."""
        self.app.push_screen(activity_details(self.application, event.row))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The activity has one order, by time; a row can be opened where there is one."""
        if action == "open":
            return self.table.cursor_row is not None
        return action not in ("sort", "reverse")
