"""What stands on a terminal that is too small to draw in."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import Place, bindings


class TooSmall(ModalScreen[None]):
    """Says how large it must be; it goes by itself when the terminal grows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in bindings(Place.EVERYWHERE) if binding.action == "leave"
    ]
    DEFAULT_CSS = "TooSmall { background: $background; } TooSmall > Static { width: 100%; }"

    def __init__(self, smallest: tuple[int, int]) -> None:
        super().__init__()
        self._smallest = smallest

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Static(markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Tell what is and what is wanted."""
        width, height = self._smallest
        have = f"{event.size.width}x{event.size.height}"
        self.query_one(Static).update(f"Too small: {have}. keydesk wants {width}x{height}. Ctrl+Q quits.")
