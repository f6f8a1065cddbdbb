"""Dialogs: a box over the screen with a title, a body, and what its keys do."""

from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from core.rules.views.applications import ApplicationView
from tui.actions import Place, bindings
from tui.drawing.plain import plain
from tui.everywhere import Everywhere

Result = TypeVar("Result")


class Dialog(ModalScreen[Result | None], Everywhere, Generic[Result]):
    """A dialog that returns a `Result`, or None where it was cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.DIALOGS)]
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > #box {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        padding: 0 2; border: round $accent; background: $surface;
        border-title-color: $foreground; border-title-style: bold;
        scrollbar-size-vertical: 1;
    }
    Dialog .foot { color: $text-muted; margin-top: 1; height: auto; }
    Dialog:ansi .foot { color: ansi_default; text-style: dim; }
    Dialog .gap { margin-top: 1; }
    """

    TITLE_TEXT: ClassVar[str] = ""
    FOOT: ClassVar[str] = ""
    SCROLLS: ClassVar[bool] = False
    """Whether the arrows scroll the box; where there is something to fill in, it follows the focus."""

    application: ApplicationView | None = None
    """The application that this is about, if it is about one."""

    def __init__(self) -> None:
        super().__init__()
        self._answer: tuple[Result | None] | None = None

    def compose(self) -> ComposeResult:
        """Put the body into the box."""
        with VerticalScroll(id="box", can_focus=self.SCROLLS) as box:
            box.border_title = plain(self.title_text())
            yield from self.body()
            if self.FOOT:
                yield Static(self.FOOT, classes="foot", markup=False)

    def title_text(self) -> str:
        """Return what stands in the frame."""
        return self.TITLE_TEXT

    def body(self) -> ComposeResult:
        """Return what stands in the box."""
        raise NotImplementedError

    @property
    def answered(self) -> bool:
        """Whether it is closed but for what lies on top of it."""
        return self._answer is not None

    def close(self, result: Result | None) -> None:
        """Close with *result*, once; where something lies on top, as soon as that has gone.

        Textual's own takes away whatever is on top, and at a second key press the screen below as well.
        """
        if self._answer is None:
            self._answer = (result,)
            self._leave()

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Close now, if that had to wait."""
        self._leave()

    def _leave(self) -> None:
        if self._answer is not None and self.is_active:
            self.dismiss(*self._answer)

    def action_cancel(self) -> None:
        """Close without a result; not while a change is under way, whose outcome must be shown."""
        if self.desk.calls.busy:
            self.desk.say_busy()
        else:
            self.close(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to copy a client ID where there is one, and no way out past a secret that is on show."""
        if action == "copy_client_id":
            return self.application is not None
        return action != "palette" or self.desk.secret_on_show is None

    def action_back(self) -> None:
        """Close without a result."""
        self.action_cancel()

    def action_copy_client_id(self) -> None:
        """Copy the client ID of the application that this is about."""
        if self.application is not None:
            self.desk.copy(self.application.client_id)

    def action_next_field(self) -> None:
        """Go to the next field or button."""
        self.focus_next()

    def action_previous_field(self) -> None:
        """Go back to the field or button before."""
        self.focus_previous()
