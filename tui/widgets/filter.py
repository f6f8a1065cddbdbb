"""The line that narrows a table while one types."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Label

from tui.drawing.plain import cut_to_hints
from tui.widgets.text_field import TextField

REST = 0.1
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
        self.field = TextField(select_on_focus=False)
        self._timer: Timer | None = None

    def open(self) -> None:
        """Show the line and type into it."""
        if not self.children:  # laid out when it is first wanted: the first frame does not wait for it
            self.mount(*self.parts())
        self.add_class("-open")
        self.field.focus()

    def parts(self) -> tuple[Widget, ...]:
        """Return what stands on the line."""
        return Label("/", markup=False), self.field

    def on_input_changed(self, event: Input.Changed) -> None:
        """Wait for a rest in the typing."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REST, self._settle)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter; an empty one goes away."""
        event.stop()
        self._settle()
        self.set_class(bool(self.text), "-open")
        self.post_message(self.Left())

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """Go away, if there is nothing to keep; not where it is the terminal that has lost the focus."""
        if self.app.app_focus:
            self._settle()
            self.set_class(bool(self.text), "-open")

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
        text = cut_to_hints(self.field.value.strip())
        if text != self.field.value.strip():
            self.field.value = text
        if text != self.text:
            self.text = text
            self.post_message(self.Changed(text))
