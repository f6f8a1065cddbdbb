"""One protected API: how it is protected, and who calls it."""

from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static
from textual.worker import WorkType

from core.rules.errors import NotFound
from core.rules.views.apis import ApiView, CallerView, UpstreamStatus
from tui.actions import Place, bindings
from tui.calls import Reading, refusals_said
from tui.columns.apis import columns_of_callers
from tui.drawing.plain import line
from tui.errands import apis as api_errands
from tui.facts.apis import api_facts
from tui.orders.apis import CALLER_SORTS, arranged_callers
from tui.screens.application import ApplicationScreen
from tui.screens.base import DeskScreen
from tui.screens.gateway import GatewayScreen
from tui.screens.try_api import TryApiScreen
from tui.widgets.chrome import Crumbs, Frame
from tui.widgets.fact_list import FactList
from tui.widgets.filter import Filter
from tui.widgets.redraw import update_if_changed
from tui.widgets.table import ListSource, Sort, Table
from tui.widgets.table.messages import Moved, Opened, Shown
from tui.widgets.table_pane import NO_MATCH, TableKeys

NAME = "APIs"
NOBODY = "Nobody has subscribed or called yet. Press n to subscribe an application, T to try a call."
_LEFT_FOR_CALLERS = 10
"""Lines that the list of callers wants beside the facts, with heads, crumbs and hints."""


class ApiScreen(DeskScreen, TableKeys):  # a screen first: Textual takes the styles from that, its background too
    """An API; the keys are those of the list of its callers."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.API)]
    DEFAULT_CSS = """
    ApiScreen > #callers { height: 1; padding: 0 2; text-style: bold; }
    """
    sorts = CALLER_SORTS
    sort: Sort | None = Sort("application")

    def __init__(self, api: ApiView, status: UpstreamStatus | None = None) -> None:
        super().__init__()
        self.api = api
        self._status = status
        self._callers: tuple[CallerView, ...] = ()
        self._pointed_at: str | None = None
        self._looking = False
        self._reading = Reading(self, self._read)

    def compose(self) -> ComposeResult:
        """Lay out facts and callers."""
        yield Crumbs()
        yield FactList(api_facts(self.api, self._status))
        yield Static(id="callers", markup=False)
        yield Filter()
        yield Table(columns_of_callers(self.desk.now), row_key=lambda row: row.application_id)
        yield Frame()

    def on_mount(self) -> None:
        """Show what is known, and the order."""
        self.table.sort = self.sort
        self._show()
        self.table.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Leave room for the callers; the facts scroll."""
        self.query_one(FactList).allow(max(4, event.size.height - _LEFT_FOR_CALLERS))

    @property
    def row(self) -> CallerView | None:
        """The caller under the cursor."""
        row: CallerView | None = self.table.cursor_row
        return row

    # Reading and drawing

    def refresh_data(self) -> None:
        """Read the API and its callers again; if somebody has deleted it, go back to the list and say so."""
        self._reading.ask()

    async def _read(self) -> None:
        services, api_id = self.desk.services, self.api.id
        try:
            self.api, self._callers = await self.desk.calls.read(
                lambda: (services.apis.get(api_id), services.subscriptions.of_api(api_id))
            )
        except NotFound as gone:
            self.leave_gone(gone)
            return
        if self.is_open:
            self._show()
            await self.query_one(FactList).show(api_facts(self.api, self._status))
            if self.table.total is None or self._pointed_at:
                self.table.reset(self._source())
                self._go_to_pointed_at()
            else:
                self.table.reload(self._source())
                self.table.redraw()

    def _show(self) -> None:
        self.query_one(Crumbs).show([NAME, self.api.name])
        subscribed = sum(caller.subscribed_at is not None for caller in self._callers)
        called = sum(caller.last_called_at is not None for caller in self._callers)
        counted = f"Callers   {subscribed:,} subscribed, {called:,} {'has' if called == 1 else 'have'} called"
        found = f"   /{self.filter.text}" if self.filter.text else ""
        update_if_changed(self.query_one("#callers", Static), line(counted, (found, "$text-muted not bold")))
        self.hint()

    def _source(self) -> ListSource[CallerView]:
        self.table.empty = NO_MATCH if self.filter.text else NOBODY
        return ListSource(arranged_callers(self._callers, self.filter.text, self.sort))

    def _go_to_pointed_at(self) -> None:
        ids = [row.application_id for row in arranged_callers(self._callers, self.filter.text, self.sort)]
        if self._pointed_at in ids:
            self.table.move_to(ids.index(self._pointed_at))
        self._pointed_at = None

    def _point_at(self, application_id: str) -> None:
        self._pointed_at = application_id

    def list_changed(self, *, keep: bool) -> None:
        """Show the callers that the filter finds, in the chosen order."""
        self._show()
        self.table.reset(self._source(), keep=keep)

    def on_table_shown(self, _event: Shown[CallerView]) -> None:
        """Some keys want rows."""
        self.hint()

    def on_table_moved(self, _event: Moved[CallerView]) -> None:
        """Some keys want a row."""
        self.hint()

    # Keys

    def on_table_opened(self, event: Opened[CallerView]) -> None:
        """Open the application that calls."""
        if not self._looking:
            self._looking = True
            work: WorkType[None] = partial(self._open, event.row)  # a function: see `tui.calls.Reading`
            self.run_worker(work)

    async def _open(self, caller: CallerView) -> None:
        services = self.desk.services
        try:
            with refusals_said(self.app):
                application = await self.desk.calls.read(lambda: services.applications.get(caller.application_id))
                if self.app.screen is self:
                    self.app.push_screen(ApplicationScreen(application, above=self.api.name))
        finally:
            self._looking = False

    def awaits(self, key: str) -> bool:
        """Tell whether *key* comes too early, because the one before it still looks for what it means."""
        return self._looking or super().awaits(key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs a caller only where there is one, and to unsubscribe only who has subscribed."""
        if action == "unsubscribe":
            return self.row is not None and self.row.subscribed_at is not None
        if action in ("open", "copy_client_id"):
            return self.row is not None
        if action in ("filter", "sort", "reverse"):
            return bool(self.table.total) or bool(self.filter.text)
        return self.api.upstream is not None if action == "ask_upstreams" else True

    def action_back(self) -> None:
        """Clear a kept filter, or else go up to the APIs."""
        if not self.clear_filter():
            super().action_back()

    def action_copy_client_id(self) -> None:
        """Copy the client ID of the caller under the cursor."""
        if self.row:
            self.desk.copy(self.row.client_id)

    def action_edit_api(self) -> None:
        """Change how it is protected."""
        api_errands.edit_api(self.desk, self.api)

    def action_subscribe(self) -> None:
        """Choose an application, and let it call."""
        api_errands.subscribe(self.desk, self.api, self._callers, self._point_at)

    def action_unsubscribe(self) -> None:
        """Ask, and take the subscription under the cursor away."""
        if self.row:
            api_errands.unsubscribe(self.desk, self.api, self.row)

    def action_test_api(self) -> None:
        """Open the Test panel, as the caller under the cursor."""
        self.app.push_screen(TryApiScreen(self.api, self.row))

    def action_gateway(self) -> None:
        """Show the configuration of its gateway."""
        self.app.push_screen(GatewayScreen(self.api))

    def action_ask_upstreams(self) -> None:
        """Ask the upstream whether it is up."""
        api_errands.ask_upstreams(self.desk, [self.api], self._take)

    def _take(self, found: dict[str, UpstreamStatus]) -> None:
        self._status = found.get(self.api.id)
        if self.is_open:
            self.refresh_data()
