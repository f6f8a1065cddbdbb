"""One line under a table about the row under the cursor: what its columns have no room for."""

from textual.content import Content
from textual.widgets import Static

from tui.widgets.redraw import update_if_changed


class CursorLine(Static):
    """A line that ends in an ellipsis where it is too long; it keeps its place while it has nothing to say."""

    DEFAULT_CSS = """
    CursorLine { height: 1; padding: 0 1 0 3; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def show(self, said: Content) -> None:
        """Say this, or nothing."""
        self.set_class(bool(said), "-said")
        update_if_changed(self, said)
