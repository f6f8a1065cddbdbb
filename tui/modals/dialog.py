"""Dialogs: a box over the screen with a title, a body, and what its keys do."""

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

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

    @property
    def desk(self) -> "KeydeskApp":
        """The app, by its type."""
        return cast("KeydeskApp", self.app)

    def compose(self) -> ComposeResult:
        """Put the body into the box."""
        with VerticalScroll(id="box", can_focus=False) as box:
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

    def action_cancel(self) -> None:
        """Close without a result; not while a change is under way, whose outcome must be shown."""
        if not self.desk.calls.busy:
            self.dismiss(None)
