"""What happened to all applications, also to those that are gone, and whether the record of it still holds."""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from tui.actions import Place, bindings
from tui.calls import Reading
from tui.columns.activity import columns_of_all
from tui.screens.base import DeskScreen
from tui.widgets.activity_keys import ActivityKeys
from tui.widgets.chain_head import HeadPanel
from tui.widgets.chrome import Crumbs, Frame
from tui.widgets.cursor_line import CursorLine
from tui.widgets.table import Table
from tui.widgets.table.messages import Moved, Shown
from tui.widgets.term_filter import TermFilter

if TYPE_CHECKING:
    from core.rules.views.activity import ActivityRow
    from core.rules.views.applications import ApplicationView

_PATH = ("Applications", "Activity")


class ActivityScreen(ActivityKeys, DeskScreen):
    """The whole activity, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.ALL_ACTIVITY)]

    def __init__(self) -> None:
        super().__init__()
        self._head = Reading(self, self._read_head)
        self._verifying = Reading(self, self._verify)

    def compose(self) -> ComposeResult:
        """Lay out list and head."""
        yield Crumbs()
        yield TermFilter()
        yield Table(columns_of_all(self.app.size.width), row_key=lambda row: str(row.id))
        yield CursorLine()
        yield HeadPanel()
        yield Frame()

    def on_mount(self) -> None:
        """Say where we are, and give the keys to the list."""
        self.query_one(Crumbs).show(_PATH)
        self.table.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Give what happened a column of its own where there is room."""
        self.table.columns = columns_of_all(event.size.width)

    @property
    def _owner(self) -> str | None:
        """The id of the application that the row under the cursor tells of; a signing key has none."""
        row: ActivityRow | None = self.table.cursor_row
        return row.application_id or None if row else None

    def refresh_data(self) -> None:
        """Read the rows on the screen and the head again."""
        if self.is_open:
            self.read_rows()
            self._head.ask()

    async def _read_head(self) -> None:
        head = await self.desk.calls.read(self.desk.services.activity.head)
        if self.is_open:
            self.query_one(HeadPanel).show(head)
            self.hint()

    def on_table_shown(self, event: "Shown[ActivityRow]") -> None:
        """Tell how many rows there are."""
        found = f" · /{self.filter.text}" if self.filter.text else ""
        self.query_one(Crumbs).show(_PATH, f"{event.total:,}{found}")
        self.hint()

    def on_table_moved(self, _event: "Moved[ActivityRow]") -> None:
        """Some keys want a row."""
        self.hint()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs a row, an application or the head only where there is one."""
        if action == "copy_client_id":
            return self._owner is not None
        if action == "copy_head":
            return self.query_one(HeadPanel).head is not None
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Clear a kept filter, or else go up to the list."""
        if not self.clear_filter():
            super().action_back()

    def action_copy_client_id(self) -> None:
        """Copy the client ID of the application that the row tells of, if it still stands."""

        def copy(application: "ApplicationView") -> None:
            self.desk.copy(application.client_id)

        owner, get = self._owner, self.desk.services.applications.get
        if owner is not None:
            self.desk.calls.keeping.put(lambda: get(owner), copy, self.desk.tell_refusal)

    def action_copy_head(self) -> None:
        """Copy the hash of the last row."""
        head = self.query_one(HeadPanel).head
        if head is not None:
            self.desk.copy(head.hash)

    def action_verify_chain(self) -> None:
        """Walk the whole chain, and say whether it holds."""
        self.desk.say("Checking every row of the chain …")
        self._verifying.ask()

    async def _verify(self) -> None:
        report = await self.desk.calls.read(self.desk.services.activity.verify)
        holds = f"The chain holds: all of its {report.rows:,} rows fit each other."
        self.desk.say(holds if report.ok else report.sentence, trouble=not report.ok)
