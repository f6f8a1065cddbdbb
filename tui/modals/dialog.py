"""Dialogs: a box over the screen with a title, a body, and what its keys do."""

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.plain import plain

if TYPE_CHECKING:
    from tui.app import KeydeskApp

Result = TypeVar("Result")


class Dialog(ModalScreen[Result | None], Generic[Result]):
    """A dialog that returns a `Result`, or None where it was cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel", show=False)]
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

    def __init__(self) -> None:
        super().__init__()
        self._answer: tuple[Result | None] | None = None

    @property
    def desk(self) -> "KeydeskApp":
        """The app, by its type."""
        return cast("KeydeskApp", self.app)

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
        if not self.desk.calls.busy:
            self.close(None)
