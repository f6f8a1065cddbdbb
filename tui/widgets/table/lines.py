"""What stands on each line of a table: heads, rows, the mark at the edge, or the sentence of an empty one.

Pure: pieces of text with the names of their styles, for the widget to paint.
"""

from typing import Generic

from tui.widgets.table.columns import EDGE, LEAD, MARKER, Cell, Column, Layout, Sort, lay_out
from tui.widgets.table.fit import wrap
from tui.widgets.table.source import Row
from tui.widgets.table.thumb import thumb
from tui.widgets.table.view import View

HEAD = 1
"""Lines above the rows."""
THUMB = "▐"


class Lines(Generic[Row]):
    """The lines of one view, in columns, *width* cells wide."""

    def __init__(self, view: View[Row], columns: tuple[Column[Row], ...], empty: str) -> None:
        self.view = view
        self.columns = columns
        self.sort: Sort | None = None
        self.empty = empty
        self._layout: Layout[Row] = lay_out(columns, 0)

    def resize(self, width: int) -> None:
        """Lay the columns out anew, for a table of *width* cells."""
        self._layout = lay_out(self.columns, width)

    def count(self, width: int) -> int:
        """Return how many lines the whole list takes, *width* cells wide."""
        return HEAD + (self.view.total or len(self._sentence(width - EDGE)))

    def line(self, y: int) -> list[Cell]:
        """Return what stands on line *y* of the widget, the heads on line 0."""
        if y < HEAD:
            head = self._layout.head(self.sort)
            return [*(cell._replace(style="head") for cell in head), Cell(" " * EDGE, "head")]
        view = self.view
        if view.total == 0:
            return [*self._empty_line(y - HEAD), Cell(" " * EDGE)]
        index = view.top + y - HEAD
        if index == view.cursor:
            cells = [cell._replace(style="cursor") for cell in self._row(index, MARKER)]
        else:
            cells = self._row(index)
        marked = y - HEAD in thumb(view.total, view.height, view.top)
        return [*cells, Cell(THUMB, "thumb") if marked else Cell(" ", cells[-1].style)]

    def _row(self, index: int, marker: str = "") -> list[Cell]:
        row = self.view.window.get(index)
        return self._layout.text("", marker) if row is None else self._layout.line(row, marker)

    def _empty_line(self, y: int) -> list[Cell]:
        sentence = [] if self.view.waiting else self._sentence(self._layout.width)
        text = sentence[y] if y < len(sentence) else ""
        return [Cell(cell.text, "muted") for cell in self._layout.text(text)]

    def _sentence(self, width: int) -> list[str]:
        """Return the lines under the heads of an empty list: a blank one, then the sentence."""
        return ["", *wrap(self.empty, max(1, width - 2 * LEAD))]
