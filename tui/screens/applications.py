"""The first screen: every application, found by typing."""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from tui.actions import Place, bindings
from tui.calls import Reading
from tui.columns.applications import columns
from tui.drawing.moments import days
from tui.drawing.plain import line
from tui.screens.base import DeskScreen
from tui.widgets.chrome import Crumbs, Frame
from tui.widgets.filter import Filter
from tui.widgets.table import Sort, Table
from tui.widgets.table.messages import Moved, Opened, Shown
from tui.widgets.table_pane import NO_MATCH, TableKeys

if TYPE_CHECKING:
    from core.rules.views.applications import ApplicationView
    from core.rules.views.expiring import ExpiringCount
    from core.services import Services

EMPTY = "No applications yet. Press n to make the first one."


class ApplicationsScreen(TableKeys, DeskScreen):
    """The list of applications."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.APPLICATIONS)]
    DEFAULT_CSS = "ApplicationsScreen Crumbs > #note { max-width: 80%; }"
    sorts = ("name", "client_id", "secrets", "next_expiry", "last_used", "state")
    sort: Sort | None = Sort("name")

    def __init__(self) -> None:
        super().__init__()
        self._expiring: ExpiringCount | None = None
        self._counting = Reading(self, self._count)

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield Crumbs()
        yield Filter()
        yield Table(columns(self.desk.now, self.app.size.width), row_key=lambda row: row.id)
        yield Frame()

    def on_mount(self) -> None:
        """Show the order, and where we are before there is anything to list."""
        self.table.sort = self.sort
        self.query_one(Crumbs).show(["Applications"])
        self.table.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Show the client ID in full where there is room."""
        self.table.columns = columns(self.desk.now, event.size.width)

    @property
    def application(self) -> "ApplicationView | None":
        """The application under the cursor."""
        row: ApplicationView | None = self.table.cursor_row
        return row

    def refresh_data(self) -> None:
        """Read the rows on the screen again."""
        if self.desk.opened:
            self.table.reload()
            self.table.redraw()
            self._counting.ask()

    def list_changed(self, *, keep: bool) -> None:
        """Show the applications that the filter finds, in the chosen order."""
        if not self.desk.opened:
            return
        from tui.sources import ApplicationSource

        self.table.empty = NO_MATCH if self.filter.text else EMPTY
        order = self.sort or Sort("name")
        source = ApplicationSource(self.desk.services, self.desk.calls, self.filter.text, order)
        self.table.reset(source, keep=keep)

    def open_services(self, _services: "Services") -> None:
        """Begin to show data, now that there is somebody to ask."""
        self.list_changed(keep=False)

    def on_table_shown(self, _event: "Shown[ApplicationView]") -> None:
        """Tell how many there are, once they are drawn."""
        self._show_crumbs()
        self.hint()
        self.call_after_refresh(self.desk.trace.mark, "data shown")
        if self._expiring is None:  # not before: the list is what one waits for
            self.call_after_refresh(self._counting.ask)

    async def _count(self) -> None:
        services, within = self.desk.services, self.desk.thresholds[0]
        self._expiring = await self.desk.calls.read(lambda: services.expiring.count(within))
        self._show_crumbs()

    def _show_crumbs(self) -> None:
        if self.table.total is not None:
            badge = in_short(self._expiring) if self._expiring else ""
            found = f" · /{self.filter.text}" if self.filter.text else ""
            counted = f"{self.table.total:,}{found}{' · ' if badge else ''}"
            note = line(counted, (badge, "$text-warning"))  # last, for a number behind its key would read as one
            self.query_one(Crumbs).show(["Applications"], note)

    def on_table_moved(self, _event: "Moved[ApplicationView]") -> None:
        """Some keys want a row."""
        self.hint()

    def on_table_opened(self, event: "Opened[ApplicationView]") -> None:
        """Open an application at its client authentication."""
        self.desk.open_application(event.row)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs a row only where there is one."""
        if action in ("edit_application", "delete_application", "copy_client_id", "open"):
            return self.application is not None
        if action in ("filter", "sort", "reverse"):
            return bool(self.table.total) or bool(self.filter.text)
        return self.desk.opened if action in ("new_application", "activity", "expiring", "apis") else True

    def action_back(self) -> None:
        """Clear a kept filter; Esc never quits."""
        self.clear_filter()

    def action_new_application(self) -> None:
        """Ask for a name and make an application."""
        from tui.errands import applications as application_errands

        application_errands.new_application(self.desk)

    def action_edit_application(self) -> None:
        """Edit the application under the cursor."""
        from tui.errands import applications as application_errands

        if self.application:
            application_errands.edit_application(self.desk, self.application)

    def action_delete_application(self) -> None:
        """Ask for the name and delete the application under the cursor."""
        from tui.errands import applications as application_errands

        if self.application:
            application_errands.delete_application(self.desk, self.application)

    def action_expiring(self) -> None:
        """Show what expires next, over all applications."""
        from tui.screens.expiring import ExpiringScreen

        self.app.push_screen(ExpiringScreen())

    def action_copy_client_id(self) -> None:
        """Copy the client ID of the application under the cursor."""
        if self.application:
            self.desk.copy(self.application.client_id)

    def action_activity(self) -> None:
        """Show what happened to all applications."""
        from tui.screens.activity import ActivityScreen

        self.app.push_screen(ActivityScreen())

    def action_apis(self) -> None:
        """Show the protected APIs."""
        from tui.screens.apis import ApisScreen

        self.app.push_screen(ApisScreen())

    def action_leave_root(self) -> None:
        """Quit."""
        self.desk.action_leave()


def in_short(count: "ExpiringCount") -> str:
    """Return what asks for something to be done, with the key that shows it; nothing where nothing does."""
    numbers = {"expired": count.ended, "expires" if count.ending == 1 else "expire": count.ending}
    said = ", ".join(f"{number:,} {word}" for word, number in numbers.items() if number)
    return f"{said} within {days(count.days)}: E" if said else ""
