"""The line that narrows a table while one types."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Label

from tui.widgets.text_field import TextField

_PAUSE = 0.1
"""Seconds without a key after which the table follows: shorter than a glance, longer than a burst of typing."""


class Filter(Horizontal):
    """A filter line, hidden until it is opened: Enter keeps what it says, Esc clears it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "clear", show=False)]
    DEFAULT_CSS = """
    Filter { height: 1; padding: 0 1; display: none; }
    Filter.-open { display: block; }
    Filter > Label { width: 2; color: $text-accent; text-style: bold; }
    Filter > Input { width: 1fr; }
    """

    class Changed(Message):
        """The text has changed and rested for a moment."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The operator is done typing; the focus belongs to the table again."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the slash and the field."""
        yield Label("/", markup=False)
        yield TextField(select_on_focus=False)

    @property
    def field(self) -> TextField:
        """The text field."""
        return self.query_one(TextField)

    def open(self) -> None:
        """Show the line and type into it."""
        self.add_class("-open")
        self.field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Wait for a rest in the typing."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self._settle)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter; an empty one goes away."""
        event.stop()
        self._settle()
        self.set_class(bool(self.text), "-open")
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """Clear the filter and hide the line."""
        self.field.value = ""
        self._settle()
        self.remove_class("-open")
        self.post_message(self.Left())

    def _settle(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        text = self.field.value.strip()
        if text != self.text:
            self.text = text
            self.post_message(self.Changed(text))
