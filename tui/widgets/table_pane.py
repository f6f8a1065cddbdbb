"""A table that is filtered and sorted by keys, wherever it stands."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.binding import BindingType
from textual.widget import Widget

from tui.actions import Place, bindings
from tui.widgets.filter import Filter
from tui.widgets.table import Sort, Table
from tui.widgets.table.messages import Refused

if TYPE_CHECKING:
    from tui.app import KeydeskApp

CLEARS = "Esc clears the filter."
NO_MATCH = f"Nothing matches. {CLEARS}"


class TableKeys(Widget):
    """Mixed into the screen or pane that holds one `Table` and one `Filter`: the keys of tables.

    Subclasses set `sorts`, the keys of the columns that they can sort by, and `sort`, the order that they begin
    with, and implement `list_changed`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.TABLES)]
    sorts: ClassVar[tuple[str, ...]] = ()
    sort: Sort | None = None

    @property
    def table(self) -> Table[Any]:
        """The table."""
        return self.query_one(Table)

    @property
    def filter(self) -> Filter:
        """The filter line."""
        return self.query_one(Filter)

    def list_changed(self, *, keep: bool) -> None:
        """Show the list again under another filter or order; *keep* asks for the cursor to stay on its row."""
        raise NotImplementedError

    def awaits(self, key: str) -> bool:
        """Tell whether *key* can do nothing yet, because the rows are still on their way."""
        if not (self.table.has_focus and self.table.awaited):
            return False
        return not all(self.check_action(found.action, ()) for found in self._bindings.key_to_bindings.get(key, ()))

    def clear_filter(self) -> bool:
        """Clear the filter; returns whether there was one."""
        kept = bool(self.filter.text)
        if kept:
            self.filter.action_clear()
        return kept

    def action_move_down(self) -> None:
        """Move to the next row."""
        self.table.action_cursor_down()

    def action_move_up(self) -> None:
        """Move to the previous row."""
        self.table.action_cursor_up()

    def action_move_page_down(self) -> None:
        """Move down one page."""
        self.table.action_page_down()

    def action_move_page_up(self) -> None:
        """Move up one page."""
        self.table.action_page_up()

    def action_move_first(self) -> None:
        """Move to the first row."""
        self.table.action_first()

    def action_move_last(self) -> None:
        """Move to the last row."""
        self.table.action_last()

    def action_open(self) -> None:
        """Open the row."""
        self.table.action_select()

    def action_filter(self) -> None:
        """Open the filter line."""
        self.filter.open()

    def action_sort(self) -> None:
        """Sort by the next column."""
        place = self.sorts.index(self.sort.key) + 1 if self.sort else 0
        self._sort_by(Sort(self.sorts[place % len(self.sorts)]))

    def action_reverse(self) -> None:
        """Turn the order round."""
        current = self.sort or Sort(self.sorts[0])
        self._sort_by(Sort(current.key, descending=not current.descending))

    def _sort_by(self, sort: Sort) -> None:
        self.sort = sort
        self.table.sort = sort
        self.list_changed(keep=False)
        # The column may have found no room, and then no head is marked.
        title = next(column.title for column in self.table.columns if column.key == sort.key)
        cast("KeydeskApp", self.app).say(f"Sorted by {title}, {'descending' if sort.descending else 'ascending'}.")

    def on_table_refused(self, event: Refused[Any]) -> None:
        """Say why there are no rows, or no newer ones."""
        cast("KeydeskApp", self.app).say(event.sentence, trouble=True)

    def on_filter_changed(self, _event: Filter.Changed) -> None:
        """Follow the filter."""
        self.list_changed(keep=False)

    def on_filter_left(self, _event: Filter.Left) -> None:
        """Give the focus back to the table."""
        self.table.focus()
