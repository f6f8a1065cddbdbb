"""A line of names, one of which is chosen; the keys are the screen's."""

from collections.abc import Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static


class Tab(Static):
    """One name on the line; the mouse may choose it too."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(label, name=name, markup=False)

    def on_click(self, _event: events.Click) -> None:
        """Ask for this one."""
        self.post_message(TabLine.Chosen(str(self.name)))


class TabLine(Horizontal):
    """The line."""

    DEFAULT_CSS = """
    TabLine { height: 1; padding: 0 1; margin-bottom: 1; }
    TabLine Tab { width: auto; padding: 0 1; margin-right: 1; color: $text-muted; }
    TabLine Tab.-chosen { color: $foreground; text-style: bold underline; }
    TabLine:ansi Tab { color: ansi_default; }
    """

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, labels: Mapping[str, str]) -> None:
        super().__init__()
        self._labels = labels

    def compose(self) -> ComposeResult:
        """Lay out the names."""
        for name, label in self._labels.items():
            yield Tab(name, label)

    def choose(self, name: str) -> None:
        """Set one apart."""
        for tab in self.query(Tab):
            tab.set_class(tab.name == name, "-chosen")
