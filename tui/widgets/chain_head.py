"""The head of the activity's chain, for an operator to note it down: two lines, the hash alone on the second."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from core.rules.views.activity import ChainHead
from tui.drawing.plain import plain
from tui.widgets.redraw import update_if_changed


class HeadPanel(Vertical):
    """How many rows the chain has, and the hash of the last one in full; the mouse may select it."""

    DEFAULT_CSS = """
    HeadPanel { height: 3; padding: 1 1 0 1; }
    HeadPanel > #rows { color: $text-muted; }
    HeadPanel:ansi > #rows { color: ansi_default; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.head: ChainHead | None = None

    def compose(self) -> ComposeResult:
        """Lay out what is known before anything is read."""
        yield Static(id="rows", markup=False)
        yield Static(id="hash", markup=False)

    def show(self, head: ChainHead) -> None:
        """Draw the head as it was read."""
        self.head = head
        told = f"Chain of {head.rows:,} rows. Its head, to note down:"
        update_if_changed(self.query_one("#rows", Static), plain(told))
        update_if_changed(self.query_one("#hash", Static), plain(head.hash))
