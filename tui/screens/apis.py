"""The protected APIs: what a gateway lets through, by keydesk's word."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import WorkType

from core.rules.views.apis import ApiView, CallerView, UpstreamStatus
from tui.actions import Place, bindings
from tui.calls import Reading, refusals_said
from tui.columns.apis import columns, in_full
from tui.drawing.plain import plain
from tui.errands import apis as api_errands
from tui.orders.apis import SORTS, arranged
from tui.screens.api import NAME, ApiScreen
from tui.screens.base import DeskScreen
from tui.screens.try_api import TryApiScreen
from tui.widgets.chrome import Crumbs, Frame
from tui.widgets.cursor_line import CursorLine
from tui.widgets.filter import Filter
from tui.widgets.table import ListSource, Sort, Table
from tui.widgets.table.messages import Moved, Opened, Shown
from tui.widgets.table_pane import NO_MATCH, TableKeys

EMPTY = "No API is protected yet. Press n to put keydesk in front of one."
_ROW_KEYS = ("open", "edit_api", "delete_api", "test_api")


class ApisScreen(DeskScreen, TableKeys):
    """The list of APIs; the cursor is on *api* at first, if it is given."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.APIS)]
    sorts = SORTS
    sort: Sort | None = Sort("name")

    def __init__(self, api: ApiView | None = None) -> None:
        super().__init__()
        self._first = api
        self._apis: tuple[ApiView, ...] = ()
        self._statuses: dict[str, UpstreamStatus] = {}
        self._looking = False
        self._reading = Reading(self, self._read)

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield Crumbs()
        yield Filter()
        yield Table(columns(self.desk.now, self._status), row_key=lambda row: row.id)
        yield CursorLine()
        yield Frame()

    def on_mount(self) -> None:
        """Show the order, and where we are."""
        self.table.sort = self.sort
        self.query_one(Crumbs).show(["Applications", NAME])
        self.table.focus()

    @property
    def row(self) -> ApiView | None:
        """The API under the cursor."""
        row: ApiView | None = self.table.cursor_row
        return row

    def _status(self, api: ApiView) -> UpstreamStatus | None:
        return self._statuses.get(api.id)

    def refresh_data(self) -> None:
        """Read the list again."""
        self._reading.ask()

    async def _read(self) -> None:
        self._apis = await self.desk.calls.read(self.desk.services.apis.list)
        if self.is_open:
            if self.table.total is None:
                self.list_changed(keep=False)
                self._go_to_first()
            else:
                self.table.reload(self._source())
                self.table.redraw()
                self._follow()

    def _go_to_first(self) -> None:
        ids = [row.id for row in arranged(self._apis, self.filter.text, self.sort)]
        if self._first is not None and self._first.id in ids:
            self.table.move_to(ids.index(self._first.id))

    def _source(self) -> ListSource[ApiView]:
        self.table.empty = NO_MATCH if self.filter.text else EMPTY
        return ListSource(arranged(self._apis, self.filter.text, self.sort))

    def list_changed(self, *, keep: bool) -> None:
        """Show the APIs that the filter finds, in the chosen order."""
        self.table.reset(self._source(), keep=keep)

    def on_table_shown(self, event: Shown[ApiView]) -> None:
        """Tell how many there are."""
        found = f" · /{self.filter.text}" if self.filter.text else ""
        self.query_one(Crumbs).show(["Applications", NAME], f"{event.total:,}{found}")
        self.hint()

    def on_table_moved(self, _event: Moved[ApiView]) -> None:
        """Say which one it is; some keys want a row."""
        self._follow()

    def _follow(self) -> None:
        said = in_full(self.row, self._status(self.row)) if self.row else ""
        self.query_one(CursorLine).show(plain(said, "$text-muted"))
        self.hint()

    def on_table_opened(self, event: Opened[ApiView]) -> None:
        """Open an API."""
        self._open(event.row)

    def _open(self, api: ApiView) -> None:
        self.app.push_screen(ApiScreen(api, self._status(api)))

    def awaits(self, key: str) -> bool:
        """Tell whether *key* comes too early, because the one before it still looks for what it means."""
        return self._looking or super().awaits(key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs a row only where there is one; an API has no client ID."""
        if action == "copy_client_id":
            return False
        if action in _ROW_KEYS:
            return self.row is not None
        if action == "ask_upstreams":
            return bool(self._apis)
        if action in ("filter", "sort", "reverse"):
            return bool(self.table.total) or bool(self.filter.text)
        return True

    def action_back(self) -> None:
        """Clear a kept filter, or else go up to the applications."""
        if not self.clear_filter():
            super().action_back()

    def action_new_api(self) -> None:
        """Protect an API, and open it."""
        api_errands.new_api(self.desk, self._open)

    def action_edit_api(self) -> None:
        """Change the API under the cursor."""
        if self.row:
            api_errands.edit_api(self.desk, self.row)

    def action_delete_api(self) -> None:
        """Ask, telling who still uses it, and delete the API under the cursor."""
        self._with_callers(partial(api_errands.delete_api, self.desk))

    def action_ask_upstreams(self) -> None:
        """Ask every upstream whether it is up."""
        api_errands.ask_upstreams(self.desk, self._apis, self._take)

    def _take(self, found: dict[str, UpstreamStatus]) -> None:
        self._statuses = found
        if self.is_open:
            self.table.redraw()
            self._follow()

    def action_test_api(self) -> None:
        """Open the Test panel of the API under the cursor, as the first that may call it."""
        self._with_callers(self._test)

    def _test(self, api: ApiView, callers: Sequence[CallerView]) -> None:
        self.app.push_screen(TryApiScreen(api, next((row for row in callers if row.subscribed_at), None)))

    def _with_callers(self, then: Callable[[ApiView, Sequence[CallerView]], object]) -> None:
        """Read who calls what is under the cursor, and do something with that."""
        if self.row is not None and not self._looking:
            self._looking = True
            work: WorkType[None] = partial(self._look, self.row, then)  # a function: see `tui.calls.Reading`
            self.run_worker(work)

    async def _look(self, api: ApiView, then: Callable[[ApiView, Sequence[CallerView]], object]) -> None:
        services = self.desk.services
        try:
            with refusals_said(self.app):
                callers = await self.desk.calls.read(lambda: services.subscriptions.of_api(api.id))
                if self.app.screen is self:
                    then(api, callers)
        finally:
            self._looking = False
