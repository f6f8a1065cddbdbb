"""The overview: what an application is, in full."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from core.rules.views import ApplicationView
from tui import errands
from tui.actions import Place, bindings
from tui.moments import ago, stamp, until
from tui.panes.base import Pane
from tui.widgets.fact import Fact


class OverviewPane(Pane, VerticalScroll, can_focus=True):
    """Facts about the application; `e` edits them, `x` deletes it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.OVERVIEW)]
    DEFAULT_CSS = """
    OverviewPane { padding: 0 2; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    def compose(self) -> ComposeResult:
        """Lay out the facts."""
        for name, value in self._facts(self.application):
            yield Fact(name, value)

    def show(self, application: ApplicationView) -> None:
        """Draw the facts."""
        for fact, (_, value) in zip(self.query(Fact), self._facts(application), strict=True):
            fact.show(value)

    def take_focus(self) -> None:
        """The pane itself has the keys."""
        self.focus()

    def _facts(self, application: ApplicationView) -> list[tuple[str, str]]:
        now, secrets = self.desk.now(), application.secrets
        expiry = until(now, application.next_expiry) if application.next_expiry else "–"
        return [
            ("Name", application.name),
            ("Description", application.description or "–"),
            ("Client ID", application.client_id),
            ("State", application.state),
            ("Enabled", "yes" if application.enabled else "no: it authenticates nowhere"),
            ("Locking", "on" if application.locking_enabled else "off"),
            ("Secrets", f"{secrets.live} live, {secrets.counted} of {secrets.limit} places taken"),
            ("Next expiry", expiry),
            ("Last used", ago(now, application.last_used_at) if application.last_used_at else "never"),
            ("Token lifetime", f"{application.token_lifetime} min"),
            ("OAuth scopes", " ".join(application.scopes) or "none"),
            ("Introspection", "any token" if application.introspects else "its own tokens"),
            ("Created", stamp(application.created_at)),
        ]

    def action_edit_application(self) -> None:
        """Edit the application."""
        errands.edit_application(self.desk, self.application)

    def action_delete_application(self) -> None:
        """Ask for the name and delete the application."""
        errands.delete_application(self.desk, self.application)
