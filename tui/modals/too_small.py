"""What stands on a terminal that is too small to draw in."""

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static


class TooSmall(ModalScreen[None]):
    """Says how large it must be; it goes by itself when the terminal grows."""

    # Without scrollbars: one that comes changes the width, with it the sentence, and goes again, for ever.
    DEFAULT_CSS = "TooSmall { background: $background; overflow: hidden; } TooSmall > Static { width: 100%; }"

    def __init__(self, smallest: tuple[int, int], note: str) -> None:
        super().__init__()
        self._smallest = smallest
        self._note = note

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Static(markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Tell what is and what is wanted."""
        width, height = self._smallest
        have = f"{event.size.width}x{event.size.height}"
        self.query_one(Static).update(f"Too small: {have}. keydesk wants {width}x{height}. {self._note}")
