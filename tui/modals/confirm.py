"""Questions before something ends: what will stop, and Cancel under the cursor."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Static

from core.rules.views.applications import ApplicationView
from tui.drawing.moments import ago
from tui.drawing.plain import plain
from tui.facts.api_consequences import few_of
from tui.modals.dialog import Dialog
from tui.modals.form import Field, FormDialog
from tui.widgets.controls import Push
from tui.widgets.text_field import TextField


class Confirm(Dialog[bool]):
    """Asks once; True only where the operator chose to go on."""

    FOOT = "Enter choose   Tab other button   Esc cancel"
    DEFAULT_CSS = """
    Confirm .buttons { height: 1; margin-top: 1; align-horizontal: right; }
    Confirm .buttons Button { margin-left: 2; }
    Confirm .fact { height: auto; }
    """

    def __init__(
        self, title: str, facts: Sequence[str], go_on: str, application: ApplicationView | None = None
    ) -> None:
        super().__init__()
        self.application = application
        self._title = title
        self._facts = facts
        self._go_on = go_on

    def title_text(self) -> str:
        """Say what is asked."""
        return self._title

    def body(self) -> ComposeResult:
        """Lay out the facts and the two ways."""
        for fact in self._facts:
            yield Static(plain(fact), classes="fact gap", markup=False)
        with Horizontal(classes="buttons"):
            yield Push("Cancel", id="cancel")
            yield Push(self._go_on, id="go-on")

    def on_mount(self) -> None:
        """Stand on Cancel: Enter alone changes nothing."""
        self.query_one("#cancel", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Return the choice."""
        self.close(event.button.id == "go-on")


class DeleteApplicationForm(FormDialog[bool]):
    """Deletes an application when its name was typed; True where it is gone."""

    SUBMIT = "Delete"
    FOOT = "Enter delete   Esc cancel"

    def __init__(self, application: ApplicationView, subscribed: Sequence[str], attempt: Callable[[str], bool]) -> None:
        super().__init__(attempt)
        self.application: ApplicationView = application
        self._subscribed = subscribed

    def title_text(self) -> str:
        """Name the application."""
        return f"Delete {self.application.name}"

    def fields(self) -> ComposeResult:
        """What will stop working, and the name."""
        used = ago(self.desk.now(), self.application.last_used_at)
        last = f"last used {used}" if self.application.last_used_at else "never used"
        yield Static(plain(f"{_what_stops(self.application)} working at once; {last}."), classes="gap", markup=False)
        if self._subscribed:
            yield Static(plain(f"Subscribed to {few_of(self._subscribed)}."), markup=False)
        yield Static("It cannot be undone. Its activity stays.", markup=False)
        yield Field("name", "Type its name", TextField(id="name", placeholder="to be sure"))

    def request(self) -> str:
        """Return what was typed."""
        return self.typed("name")


def _what_stops(application: ApplicationView) -> str:
    """Return what an application authenticates by, and the verb; secrets are named even where there are none."""
    kinds = {
        "live client secret": application.secrets.live,
        "certificate": application.certificates,
        "JWT trust": application.trusts,
    }
    named = [f"{count} {noun}{'' if count == 1 else 's'}" for noun, count in kinds.items() if count or "secret" in noun]
    *others, last = named
    together = f"{', '.join(others)} and {last}" if others else last
    return f"{together} {'stops' if together.startswith('1 ') and not others else 'stop'}"
