"""One fact: its name, and beside it what it is, wrapped in a column of its own."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from tui.drawing.plain import plain
from tui.widgets.redraw import update_if_changed


class Fact(Horizontal):
    """A name and a value, or several values side by side; as high as the longest of them needs."""

    DEFAULT_CSS = """
    Fact { height: auto; }
    Fact > Static { width: 1fr; height: auto; margin-right: 2; }
    Fact > .name { width: 16; color: $text-muted; }
    Fact:ansi > .name { color: ansi_default; }
    Fact.head > Static { text-style: bold; }
    """

    def __init__(self, name: str, *values: str, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._texts = (name, *values)

    def compose(self) -> ComposeResult:
        """Lay out name and values."""
        for place, text in enumerate(self._texts):
            yield Static(plain(text), classes="value" if place else "name", markup=False)

    def show(self, *values: str) -> None:
        """Show other values, where they differ: at rest nothing is drawn."""
        for part, value in zip(self.query(".value").results(Static), values, strict=True):
            update_if_changed(part, plain(value))
