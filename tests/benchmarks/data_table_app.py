"""Textual's own table with 100 rows of our columns: what a key costs where nobody thought about it."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

HEADS = ("Name", "Client ID", "Secrets", "Next expiry", "Last used", "State")
ROWS = 100


class DataTableApp(App[None]):
    """Nothing but the table."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("j", "down")]

    def compose(self) -> ComposeResult:
        """Make the table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Give it its rows."""
        table = self.query_one(DataTable)
        table.add_columns(*HEADS)
        for number in range(ROWS):
            table.add_row(f"service-{number:06}", "426aecff-e…", "6/20", "2027-08-15", "5 min ago", "active")

    def action_down(self) -> None:
        """Move to the next row."""
        self.query_one(DataTable).action_cursor_down()


if __name__ == "__main__":
    DataTableApp().run()
