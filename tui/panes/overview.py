"""The overview: what an application is, in full, and where its clients turn to."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from core.rules.views.applications import ApplicationView
from tui.actions import Place, bindings
from tui.drawing.moments import ago, stamp, until
from tui.errands import applications as application_errands
from tui.errands import secrets as secret_errands
from tui.panes.base import Pane
from tui.widgets.fact import Fact
from tui.widgets.serve_panel import ServePanel

_ROOMY = 22
"""Lines; a terminal of 24 leaves 19."""


class OverviewPane(Pane, VerticalScroll, can_focus=True):
    """Facts about the application; `e` edits them, `x` deletes it, `T` tries a secret of it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.OVERVIEW)]
    DEFAULT_CSS = """
    /* The bar has a column of its own: if it took one from the text, a line that wraps would keep it there. */
    OverviewPane { padding: 0 0 0 2; overflow-y: auto; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    OverviewPane.-low #curl { margin-top: 0; }
    OverviewPane.-low .roomy { display: none; }
    OverviewPane.-low > .-long .spare { display: none; }
    """

    def compose(self) -> ComposeResult:
        """Lay out the facts."""
        for name, value in self._facts(self.application):
            yield Fact(name, value)
        yield ServePanel()

    def show(self, application: ApplicationView) -> None:
        """Draw the facts."""
        own = self.query("OverviewPane > Fact").results(Fact)
        for fact, (_, value) in zip(own, self._facts(application), strict=True):
            fact.show(value)
        self.query_one(ServePanel).show(application)

    def on_resize(self, event: events.Resize) -> None:
        """Leave out what only looks well, and what few ask for, where everything would not fit otherwise."""
        self.set_class(event.size.height < _ROOMY, "-low")

    def take_focus(self) -> None:
        """The pane itself has the keys."""
        self.focus()

    def _facts(self, application: ApplicationView) -> list[tuple[str, str]]:
        now, secrets = self.desk.now(), application.secrets
        places = f"{secrets.live} live, {secrets.counted} of {secrets.limit} places taken"
        expiry = f"; next expiry {until(now, application.next_expiry)}" if application.next_expiry else ""
        state = application.state if application.enabled else f"{application.state}: it authenticates nowhere"
        return [
            ("Name", application.name),
            ("Description", application.description or "–"),
            ("Client ID", application.client_id),
            ("State", f"{state}; locking is {'on' if application.locking_enabled else 'off'}"),
            ("Secrets", f"{places}{expiry}"),
            ("Without secret", _without_secret(application)),
            ("Last used", ago(now, application.last_used_at) if application.last_used_at else "never"),
            ("Token lifetime", f"{application.token_lifetime} min"),
            ("OAuth scopes", " ".join(application.scopes) or "none"),
            ("Introspects", "any token" if application.introspects else "its own tokens"),
            ("Created", stamp(application.created_at)),
        ]

    def action_try_it(self) -> None:
        """Ask the token endpoint with a secret of this application."""
        secret_errands.try_secret(self.desk, self.application)

    def action_edit_application(self) -> None:
        """Edit the application."""
        application_errands.edit_application(self.desk, self.application)

    def action_delete_application(self) -> None:
        """Ask for the name and delete the application."""
        application_errands.delete_application(self.desk, self.application)


def _without_secret(application: ApplicationView) -> str:
    """Return how many there are of what needs no secret."""
    counts = {"certificate": application.certificates, "JWT trust": application.trusts}
    return ", ".join(f"{count or 'no'} {noun}{'' if count == 1 else 's'}" for noun, count in counts.items())
