"""The secret, shown once: the only screen that ever holds a cleartext.

Its lines stand flush left and unwrapped, so that a terminal's own selection takes them whole. Esc and stray
keys do nothing; closing asks once more unless the value was copied or written.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from core.rules.views import IssuedSecret
from tui.actions import Place, at, bindings
from tui.modals.confirm import Confirm
from tui.plain import line, plain
from tui.secret_file import SecretForm, write_secret_file
from tui.widgets.chrome import Status, hint
from tui.widgets.controls import Push

if TYPE_CHECKING:
    from tui.app import KeydeskApp

_KEPT = "It was copied or written. After this nobody can see it again."
_NOT_KEPT = "It was neither copied nor written. After this nobody can see it again."


class IssuedSecretModal(ModalScreen[None]):
    """Shows a new secret until the operator is done with it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.SHOWN_ONCE)]
    DEFAULT_CSS = """
    IssuedSecretModal { align: center middle; background: $background 60%; }
    IssuedSecretModal > #sheet {
        width: 100%; height: auto; background: $surface;
        border-top: heavy $accent; border-bottom: heavy $accent;
        border-title-color: $foreground; border-title-style: bold;
    }
    IssuedSecretModal #sheet > .label { padding: 0 2; color: $text-muted; margin-top: 1; height: auto; }
    IssuedSecretModal:ansi #sheet > .label { color: ansi_default; }
    IssuedSecretModal #value { text-wrap: nowrap; color: $foreground; text-style: bold; height: auto; margin-top: 1; }
    IssuedSecretModal #keys { padding: 0 2; margin-top: 1; height: auto; color: $text-muted; }
    IssuedSecretModal:ansi #keys { color: ansi_default; }
    IssuedSecretModal Status { margin-top: 1; padding: 0 2; height: auto; text-wrap: wrap; }
    IssuedSecretModal Push { margin: 1 1; }
    """

    def __init__(self, issued: IssuedSecret, application_name: str) -> None:
        super().__init__()
        self._issued = issued
        self._application_name = application_name
        self._form = SecretForm.PLAIN
        self._copied = False
        self._in_file = False
        self._asking = False

    @property
    def desk(self) -> "KeydeskApp":
        """The app, by its type."""
        return cast("KeydeskApp", self.app)

    def compose(self) -> ComposeResult:
        """Lay out the sheet."""
        with Vertical(id="sheet") as sheet:
            sheet.border_title = plain(f"New secret for {self._application_name}")
            yield Static(
                "This is the only time that it is shown. It is stored as a hash.", classes="label", markup=False
            )
            yield Static(self._value(), id="value", markup=False)
            yield Status()
            yield Static(_keys(), id="keys", markup=False)
            yield Push("Done", id="done")

    def on_mount(self) -> None:
        """Stand on Done."""
        self.query_one(Button).focus()

    def on_button_pressed(self, _event: Button.Pressed) -> None:
        """Close, or ask once more; a second Enter finds this closed already."""
        if self.is_active:
            self._close(lambda: self.dismiss(None))

    def action_leave(self) -> None:
        """Quit, but never without asking: the secret is gone from the screen then."""
        fact = _KEPT if self._copied or self._in_file else _NOT_KEPT
        self._ask("Quit while the secret is shown?", fact, "Quit", self.app.exit)

    def action_back(self) -> None:
        """Esc does not close this; say what does."""
        self.desk.say("Esc does not close this: press Enter on Done.")

    def action_copy_secret(self) -> None:
        """Copy the secret."""
        self.desk.copy(self._issued.value, secret=True, kept=self._keep)

    def action_copy_text(self) -> None:
        """Copy what is selected here as the secret that it may hold."""
        selected = self.get_selected_text()
        if selected is None:
            raise SkipAction
        kept = self._keep if self._issued.value in selected else lambda: None
        self.desk.copy(selected, secret=True, kept=kept)

    def action_copy_client_id(self) -> None:
        """Copy the client ID."""
        self.desk.copy(self._issued.client_id)

    def action_clear_clipboard(self) -> None:
        """Clear the clipboard."""
        self.desk.clear_clipboard(self._forget_copy)

    def action_next_form(self) -> None:
        """Show the next form."""
        self._form = self._form.following()
        self.query_one("#value", Static).update(self._value())

    def action_write_file(self) -> None:
        """Write both into a new file that only the account can read."""
        name = f"keydesk-{self._issued.secret.hint}.env"
        desk = self.desk
        desk.calls.write(
            lambda: write_secret_file(name, desk.directories(), self._issued), self._written, desk.tell_refusal
        )

    def action_release_mouse(self) -> None:
        """Leave the mouse to the terminal, or take it back."""
        released = self.desk.release_mouse()
        self.desk.say("The mouse selects in your terminal now. m takes it back." if released else "The mouse is back.")

    def action_help(self) -> None:
        """Show the keys of this screen, and only these."""
        self.desk.action_help()

    def _keep(self) -> None:
        self._copied = True

    def _forget_copy(self) -> None:
        self._copied = False

    def _written(self, path: Path) -> None:
        self._in_file = True
        self.desk.say(f"Written to {path}, readable for you only.")

    def _close(self, leave: Callable[[], object]) -> None:
        if self._copied or self._in_file:
            if not self.desk.calls.busy:
                leave()
        else:
            self._ask("Close without keeping the secret?", _NOT_KEPT, "Close", leave)

    def _ask(self, question: str, fact: str, go_on: str, leave: Callable[[], object]) -> None:
        if self.desk.calls.busy or self._asking:
            return

        def answered(sure: bool | None) -> None:
            self._asking = False
            if sure:
                leave()

        self._asking = True
        self.desk.push_screen(Confirm(question, [fact], go_on), answered)

    def _value(self) -> Content:
        """Return the lines, which hold only what we made: a UUID and base 62."""
        client_id, value = self._issued.client_id, self._issued.value
        if self._form is not SecretForm.PLAIN:
            return Content(self._form.text(client_id, value))
        label = "$text-muted not bold"
        return Content("\n").join(
            [line(("Client ID", label)), line(client_id), line(("Client secret", label)), line(value)]
        )


def _keys() -> Content:
    return Content("   ").join(hint(action) for action in at(Place.SHOWN_ONCE) if action.rank is not None)
