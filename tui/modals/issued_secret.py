"""The secret, shown once: the only screen that ever holds a cleartext.

Its lines stand flush left and unwrapped, so that a terminal's own selection takes them whole. Esc and stray
keys do nothing; closing asks once more unless the value was copied or written.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from core.rules.endpoints import urls
from core.rules.errors import Refusal
from core.rules.views.client_secrets import IssuedSecret
from tui.actions import Place, at, bindings
from tui.drawing.forget import forget_drawn_text
from tui.drawing.plain import line, plain
from tui.handout.secret_file import SecretForm, write_secret_file
from tui.modals.confirm import Confirm
from tui.modals.try_it import TokenAnswer
from tui.widgets.chrome import Status, hint
from tui.widgets.controls import Push

if TYPE_CHECKING:
    from tui.app import KeydeskApp

_ONCE = "This is the only time that it is shown. It is stored as a hash."
_KEPT = "It was copied or written. After this nobody can see it again."
_NOT_KEPT = "It was neither copied nor written. After this nobody can see it again."


class Value(Static):
    """The lines that hold the value; they are empty once it is gone from the screen."""

    def on_unmount(self) -> None:
        """Empty them: Textual keeps a closed screen, with all its parts, for as long as its last timer."""
        self.update()


class IssuedSecretModal(ModalScreen[None]):
    """Shows a new secret until the operator is done with it; *replaces* is a sentence about what it replaces."""

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

    def __init__(self, issued: IssuedSecret, application_name: str, issuer: str, replaces: str = "") -> None:
        super().__init__()
        self._replaces = replaces
        self._issued: IssuedSecret | None = issued
        self._application_name = application_name
        self._endpoint = urls(issuer).token
        self._form = SecretForm.PLAIN
        self._copied = False
        self._in_file = False
        self._asking = False
        self.put_away = asyncio.Event()

    @property
    def desk(self) -> "KeydeskApp":
        """The app, by its type."""
        return cast("KeydeskApp", self.app)

    @property
    def issued(self) -> IssuedSecret:
        """The secret; it is here until this is closed."""
        assert self._issued is not None, "asked for a secret that was put away"
        return self._issued

    def compose(self) -> ComposeResult:
        """Lay out the sheet."""
        with Vertical(id="sheet") as sheet:
            sheet.border_title = plain(f"New secret for {self._application_name}")
            label = Content("\n").join(map(plain, filter(None, (_ONCE, self._replaces))))
            yield Static(label, classes="label", markup=False)
            yield Value(self._drawn(), id="value", markup=False)
            yield Status()
            yield Static(_keys(), id="keys", markup=False)
            yield Push("Done", id="done")

    def on_mount(self) -> None:
        """Stand on Done."""
        self.query_one(Button).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Go back to the plain form where another one would be broken over two lines."""
        if not self._form.fits(event.size.width):
            self._show(SecretForm.PLAIN)

    def on_unmount(self) -> None:
        """Leave nothing of the secret behind, and the mouse as it was."""
        self._issued = None
        forget_drawn_text()
        if self.desk.mouse.released:
            self.desk.mouse.release(False)
        self.put_away.set()

    def on_button_pressed(self, _event: Button.Pressed) -> None:
        """Close, or ask once more, as soon as it is known whether it was copied or written."""
        if self.desk.calls.keeping.busy:
            self.desk.say("It closes when that is copied or written.")
        self.desk.calls.keeping.when_idle(self._close)

    def _close(self) -> None:
        if not self.is_active:  # a second Enter finds this closed already, or asking
            return
        if self._copied or self._in_file:
            self.dismiss(None)
        else:
            self._ask("Close without keeping the secret?", _NOT_KEPT, "Close", lambda: self.dismiss(None))

    def action_leave(self) -> None:
        """Quit, but never without asking: the secret is gone from the screen then."""
        self.desk.calls.keeping.when_idle(self._leave)

    def _leave(self) -> None:
        fact = _KEPT if self._copied or self._in_file else _NOT_KEPT
        self._ask("Quit while the secret is shown?", fact, "Quit", self.app.exit)

    def action_back(self) -> None:
        """Esc does not close this; say what does."""
        self.desk.say("Esc does not close this: press Enter on Done.")

    def action_copy_secret(self) -> None:
        """Copy the secret."""
        self.desk.copy(self.issued.value, secret=True, kept=self._keep)

    def action_copy_text(self) -> None:
        """Copy what is selected here as the secret that it may hold."""
        selected = self.get_selected_text()
        if selected is None:
            raise SkipAction
        kept = self._keep if self.issued.value in selected else lambda: None
        self.desk.copy(selected, secret=True, kept=kept)

    def action_copy_client_id(self) -> None:
        """Copy the client ID."""
        self.desk.copy(self.issued.client_id)

    def action_clear_clipboard(self) -> None:
        """Clear the clipboard."""
        self.desk.copying.clear(self._forget_copy)

    def action_next_form(self) -> None:
        """Show the next form that there is room for; in a client ID that is none of ours, say so."""
        following = self._form.following(self.size.width)
        if following is self._form:
            self.desk.say("The other forms want a wider terminal; w writes a file.")
            return
        try:
            self._show(following)
        except Refusal as refusal:
            self.desk.say(refusal.sentence, trouble=True)

    def _show(self, form: SecretForm) -> None:
        drawn = self._drawn(form)
        self._form = form
        self.query_one("#value", Static).update(drawn)

    def action_write_file(self) -> None:
        """Write both into a new file that only the account can read."""
        issued, desk = self.issued, self.desk
        name = f"keydesk-{issued.secret.hint}.env"
        desk.calls.keeping.put(
            lambda: write_secret_file(name, desk.directories(), issued), self._written, desk.tell_refusal
        )

    def action_try_it(self) -> None:
        """Ask the token endpoint with this secret, and show the answer on top."""
        issued, trial = self.issued, self.desk.services.trial
        self.desk.push_screen(TokenAnswer(lambda: trial.ask(issued.client_id, issued.value)))

    def action_release_mouse(self) -> None:
        """Leave the mouse to the terminal, or take it back."""
        release = not self.desk.mouse.released
        self.desk.mouse.release(release)
        self.desk.say("The mouse selects in your terminal now. m takes it back." if release else "The mouse is back.")

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

    def _ask(self, question: str, fact: str, go_on: str, leave: Callable[[], object]) -> None:
        if self._asking:
            return

        def answered(sure: bool | None) -> None:
            self._asking = False
            if sure:
                leave()

        self._asking = True
        self.desk.push_screen(Confirm(question, [fact], go_on), answered)

    def _drawn(self, form: SecretForm = SecretForm.PLAIN) -> Content:
        """Return the lines: in every form the value stands unbroken on one of them."""
        client_id, value = self.issued.client_id, self.issued.value
        if form is not SecretForm.PLAIN:
            return Content("\n").join(map(plain, form.text(client_id, value, self._endpoint).splitlines()))
        label = "$text-muted not bold"
        return Content("\n").join(
            [line(("Client ID", label)), line(client_id), line(("Client secret", label)), line(value)]
        )


def _keys() -> Content:
    return Content("   ").join(hint(action) for action in at(Place.SHOWN_ONCE) if action.rank is not None)
