"""What the activity of one application and that of all have in common: the list, its filter, and a row in full."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import BindingType

from core.rules.activity_filter import activity_filter
from core.rules.errors import Refusal
from core.rules.views.activity import ActivityRow
from core.rules.views.applications import ApplicationView
from tui.actions import Place, bindings
from tui.columns.activity import detail
from tui.drawing.plain import plain
from tui.modals.details import activity_details
from tui.widgets.cursor_line import CursorLine
from tui.widgets.filter import Filter
from tui.widgets.table.messages import Moved, Opened, Shown
from tui.widgets.table_pane import CLEARS, NO_MATCH, TableKeys
from tui.widgets.term_filter import TermFilter

if TYPE_CHECKING:
    from tui.app import KeydeskApp
    from tui.sources import ActivitySource

_NOTHING_YET = "Nothing has happened yet."


class ActivityKeys(TableKeys):
    """Mixed into the screen or pane that shows activity in one `Table`, under a `TermFilter`."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.ACTIVITY)]

    _source: "ActivitySource | None" = None

    @property
    def subject(self) -> ApplicationView | None:
        """The application whose activity this is, or None for that of all."""
        return None

    @property
    def filter(self) -> TermFilter:
        """The filter line."""
        return self.query_one(TermFilter)

    def read_rows(self) -> None:
        """Read the rows on the screen again, or for the first time."""
        if self.table.total is None:
            self.list_changed(keep=False)
        else:
            self.table.reload()

    def list_changed(self, *, keep: bool) -> None:
        """Show the rows that the filter finds; where it makes no sense, what was found before stays."""
        from tui.sources import ActivitySource

        app = cast("KeydeskApp", self.app)
        try:
            wanted = activity_filter(self.filter.text, app.now())
        except Refusal as refusal:
            self.filter.judge(refusal.sentence)
            return
        self.filter.judge(None)
        self.table.empty = NO_MATCH if self.filter.text else _NOTHING_YET
        self._source = ActivitySource(app.services, app.calls, self.subject.id if self.subject else None, wanted)
        self.table.reset(self._source, keep=keep)

    def on_filter_left(self, event: Filter.Left) -> None:
        """Keep the focus where there is something to mend."""
        if self.filter.refused:
            event.prevent_default()  # of `TableKeys`, whose own is called after this
            self.filter.open()

    def on_table_moved(self, _event: Moved[ActivityRow]) -> None:
        """Follow the cursor under the list."""
        self._remark()

    def on_table_shown(self, event: Shown[ActivityRow]) -> None:
        """Follow the list; of one without rows, say what there is where a term names what is not."""
        self._remark()
        if not event.total and self._source is not None and self._source.known_instead:
            self.table.empty = f"{self._source.known_instead} {CLEARS}"

    def _remark(self) -> None:
        """Say what the row under the cursor tells of, which its columns may cut."""
        row: ActivityRow | None = self.table.cursor_row
        self.query_one(CursorLine).show(plain(detail(row) if row else "", "$text-muted"))

    def on_table_opened(self, event: Opened[ActivityRow]) -> None:
        """Show a row in full."""
        self.app.push_screen(activity_details(self.subject, event.row))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The activity has one order, by time; a row can be opened where there is one."""
        if action == "open":
            return self.table.cursor_row is not None
        return action not in ("sort", "reverse")
