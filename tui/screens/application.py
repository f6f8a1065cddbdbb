"""One application: its overview, its trust (client authentication) and its activity, as tabs."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import ContentSwitcher

from core.rules.errors import NotFound
from core.rules.views.applications import ApplicationView
from core.rules.views.certificates import CertificateView
from core.rules.views.client_secrets import SecretView
from tui.actions import Place, bindings
from tui.calls import Reading
from tui.columns.applications import STATE_STYLES
from tui.drawing.plain import plain
from tui.errands import secrets as secret_errands
from tui.panes.activity import ActivityPane
from tui.panes.base import Pane
from tui.panes.overview import OverviewPane
from tui.panes.trust import TrustPane
from tui.screens.base import DeskScreen
from tui.widgets.chrome import Crumbs, Frame
from tui.widgets.tabs import TabLine

TABS = {"overview": "1 Overview", "trust": "2 Trust", "activity": "3 Activity"}
_SECTIONS = {"overview": ["Overview"], "trust": ["Trust", "Client Authentication"], "activity": ["Activity"]}


class ApplicationScreen(DeskScreen):
    """An application, opened at its client authentication, with the cursor on *at* if one is given.

    *above* is the screen that Esc leads back to, as the crumbs name it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.APPLICATION)]

    def __init__(
        self,
        application: ApplicationView,
        *,
        above: str = "Applications",
        at: SecretView | CertificateView | None = None,
    ) -> None:
        super().__init__()
        self.application = application
        self._above = above
        self._at = at
        self._reading = Reading(self, self._read)

    def compose(self) -> ComposeResult:
        """Lay out tabs and panes."""
        yield Crumbs()
        yield TabLine(TABS)
        with ContentSwitcher(initial="trust"):
            yield OverviewPane(id="overview")
            yield TrustPane(id="trust")
            yield ActivityPane(id="activity")
        yield Frame()

    def on_mount(self) -> None:
        """Land on client authentication."""
        if self._at is not None:
            self.query_one(TrustPane).point_at(self._at)
        self.action_tab("trust")

    @property
    def pane(self) -> Pane:
        """The pane in front."""
        switcher = self.query_one(ContentSwitcher)
        return switcher.query_one(f"#{switcher.current}", Pane)

    def show(self, application: ApplicationView) -> None:
        """Draw the application as it stands now."""
        self.application = application
        name = self.query_one(ContentSwitcher).current or "trust"
        style = {"ok": "$text-success", "warn": "$text-warning", "bad": "$text-error"}
        state = plain(application.state, style.get(STATE_STYLES[application.state], "$text-muted"))
        self.query_one(Crumbs).show([self._above, application.name, *_SECTIONS[name]], state)
        self.pane.show(application)
        self.hint()

    def refresh_data(self) -> None:
        """Read the application again; if somebody has deleted it, go back to the list and say so."""
        self._reading.ask()

    async def _read(self) -> None:
        services, application_id = self.desk.services, self.application.id
        try:
            application = await self.desk.calls.read(lambda: services.applications.get(application_id))
        except NotFound as gone:
            self.leave_gone(gone)
            return
        self.take(application)

    def take(self, application: ApplicationView) -> None:
        """Take the application as it was read, or as a change has left it."""
        self.application = application
        if self.is_open:
            self.show(application)

    def action_tab(self, name: str) -> None:
        """Show a tab and put the focus where its keys are."""
        self.query_one(ContentSwitcher).current = name
        self.query_one(TabLine).choose(name)
        self.show(self.application)
        self.pane.take_focus()

    def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        """Follow the mouse."""
        self.action_tab(event.name)

    def action_back(self) -> None:
        """Clear the filter that the tab in front keeps, or else go up to the list."""
        if not self.pane.clear_filter():
            super().action_back()

    def action_next_tab(self) -> None:
        """Show the tab to the right."""
        self._step(1)

    def action_previous_tab(self) -> None:
        """Show the tab to the left."""
        self._step(-1)

    def _step(self, step: int) -> None:
        names = list(TABS)
        current = names.index(self.query_one(ContentSwitcher).current or "trust")
        self.action_tab(names[(current + step) % len(names)])

    def action_copy_client_id(self) -> None:
        """Copy the client ID."""
        self.desk.copy(self.application.client_id)

    def action_verify_secret(self) -> None:
        """Ask for a value and tell which secret it is."""
        secret_errands.verify_secret(self.desk, self.application)
