"""Forms: fields with a place for what is wrong with each, kept as typed until they are right."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static

from core.rules.errors import Refusal
from core.rules.requests.fields import UNCHANGED, Unchanged
from tui.drawing.plain import plain
from tui.modals.dialog import Dialog, Result
from tui.widgets.controls import Push, Tick
from tui.widgets.redraw import update_if_changed
from tui.widgets.text_field import TextField

Value = TypeVar("Value")


class Field(Vertical):
    """A label, the widget that is filled in, and below it what is wrong, if anything."""

    DEFAULT_CSS = """
    Field { height: auto; margin-top: 1; }
    Field > Horizontal { height: auto; }
    Field Label { width: 16; color: $text-muted; }
    Field:ansi Label { color: ansi_default; }
    Field.-here Label { color: $foreground; text-style: bold; }
    Field .error { display: none; margin-left: 16; height: auto; color: $text-error; }
    Field.-wrong .error { display: block; }
    """

    def __init__(self, name: str, label: str, widget: Widget) -> None:
        super().__init__(name=name)
        self._label = label
        self.widget = widget

    def compose(self) -> ComposeResult:
        """Lay out label, widget and error."""
        with Horizontal():
            yield Label(self._label, markup=False)
            yield self.widget
        yield Static(classes="error", markup=False)

    def on_descendant_focus(self) -> None:
        """Set the label apart; by a class, because Textual's `:focus-within` does not follow the focus to a sibling."""
        self.add_class("-here")

    def on_descendant_blur(self) -> None:
        """Let the label be like the others."""
        self.remove_class("-here")

    def show_error(self, sentence: str | None) -> None:
        """Show what is wrong, or nothing."""
        self.set_class(sentence is not None, "-wrong")
        update_if_changed(self.query_one(".error", Static), plain(f"! {sentence}" if sentence else ""))


class FormDialog(Dialog[Result]):
    """A dialog of fields. `attempt` is the change itself: its refusal comes back to the field that it names."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "submit", show=False)]
    SUBMIT: ClassVar[str] = "Save"
    FOOT = "Enter save   Tab next field   Esc cancel"
    DEFAULT_CSS = """
    FormDialog .buttons { height: 1; margin-top: 1; align-horizontal: right; }
    FormDialog .buttons Button { margin-left: 2; }
    FormDialog > #box > #trouble { display: none; color: $text-error; margin-top: 1; }
    FormDialog > #box > #trouble.-said { display: block; }
    """

    def __init__(self, attempt: Callable[[Any], Result]) -> None:
        super().__init__()
        self._attempt = attempt

    def fields(self) -> ComposeResult:
        """Return the fields."""
        raise NotImplementedError

    def request(self) -> object:
        """Build the request from the fields; raises `Refusal` where one is wrong."""
        raise NotImplementedError

    def typed(self, name: str) -> str:
        """Return what a text field holds."""
        return self.query_one(f"#{name}", TextField).value

    def ticked(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return self.query_one(f"#{name}", Tick).value

    def body(self) -> ComposeResult:
        """Lay out fields, trouble and buttons."""
        yield from self.fields()
        yield Static(id="trouble", markup=False)
        with Horizontal(classes="buttons"):
            yield Push(self.SUBMIT, id="submit")
            yield Push("Cancel", id="cancel")

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        """Enter in a text field submits."""
        self.action_submit()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Submit or cancel."""
        if event.button.id == "submit":
            self.action_submit()
        else:
            self.action_cancel()

    def action_submit(self) -> None:
        """Try it; a second key press while one try is under way, or after the form was left, does nothing."""
        if not self.is_active:
            return
        if self.desk.calls.busy:
            self.desk.say_busy()
            return
        self.show_refusal(None)
        try:
            request = self.request()
        except Refusal as refusal:
            self.show_refusal(refusal)
            return
        self.make(lambda: self._attempt(request))

    def make(self, attempt: Callable[[], Result]) -> None:
        """Make the change, and show its outcome."""
        self.desk.calls.write(attempt, self.show_result, self.show_refusal)

    def show_result(self, result: Result) -> None:
        """Close with what the change came to."""
        self.close(result)

    def show_refusal(self, refusal: Refusal | None) -> None:
        """Show a refusal at its field, or at the foot where it names none; None takes all away."""
        placed = False
        for field in self.query(Field):
            mine = refusal is not None and refusal.field == field.name
            field.show_error(refusal.sentence if refusal and mine else None)
            if mine:
                field.widget.focus()
                placed = True
        trouble = self.query_one("#trouble", Static)
        trouble.set_class(refusal is not None and not placed, "-said")
        update_if_changed(trouble, plain(f"! {refusal.sentence}" if refusal and not placed else ""))


def changed(value: Value, before: Value) -> Value | Unchanged:
    """Return *value*, or `UNCHANGED` where the form still holds what it was opened with."""
    return UNCHANGED if value == before else value
