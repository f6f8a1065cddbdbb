"""How wide each column of a table is, and what stands on each of its lines.

Pure: rows go in, pieces of text with the names of their styles come out, together exactly as wide as the
table but for the last cell, its edge. Columns that find no room drop out; the first never does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple

from tui.widgets.table.fit import cut, fit
from tui.widgets.table.source import Row

GAP = 2
MARKER = " > "
"""Stands before the row under the cursor; as many blanks stand before every other."""
LEAD = len(MARKER)
EDGE = 1
"""Cells at the right that are left to the mark of a long list."""


class Cell(NamedTuple):
    """A piece of text and the name of its style: "" for plain, else one of `Table.STYLES`."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Flexible:
    """A width that shares what room there is, by *weight*, between *minimum* and *maximum* cells."""

    minimum: int
    weight: int = 1
    maximum: int | None = None


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its head, its width in cells, and what it shows of a row.

    It is shown where the table is at least *from_width* cells wide. Where even the columns so chosen find no
    room, those with the highest *from_width* go first, and of equals the rightmost. What is too long is cut at its
    end, or, with *cut_in_middle*, where the ends are what tells two rows apart, in its middle.
    """

    key: str
    title: str
    width: int | Flexible
    render: Callable[[Row], Cell]
    align: Literal["left", "right"] = "left"
    from_width: int = 0
    cut_in_middle: bool = False

    @property
    def minimum(self) -> int:
        """The fewest cells that this column is worth showing with."""
        return self.width if isinstance(self.width, int) else self.width.minimum


class Sort(NamedTuple):
    """The column that the list is sorted by, as the head marks it."""

    key: str
    descending: bool = False

    def mark(self, title: str) -> str:
        """Return *title* with the sign of the direction after it."""
        return f"{title} {'▼' if self.descending else '▲'}"


@dataclass(frozen=True)
class Layout(Generic[Row]):
    """The columns that a table shows on lines of *width* cells, and how wide each of them is."""

    width: int
    columns: tuple[Column[Row], ...]
    widths: tuple[int, ...]

    def head(self, sort: Sort | None) -> list[Cell]:
        """Return the line of column heads, the one that the list is sorted by marked."""
        return self._line("", [self._title(place, sort) for place in range(len(self.columns))])

    def line(self, row: Row, marker: str = "") -> list[Cell]:
        """Return the line of one row."""
        return self._line(marker, [column.render(row) for column in self.columns])

    def text(self, text: str, marker: str = "") -> list[Cell]:
        """Return a line of plain text in place of a row."""
        return [Cell(fit(fit(marker, LEAD) + text, self.width))]

    def _title(self, place: int, sort: Sort | None) -> Cell:
        column, width = self.columns[place], self.widths[place]
        if sort is None or sort.key != column.key:
            return Cell(column.title)
        return Cell(sort.mark(cut(column.title, max(0, width - 2))))

    def _line(self, marker: str, cells: Sequence[Cell]) -> list[Cell]:
        pieces = [Cell(fit(marker, min(LEAD, self.width)))]
        last = len(cells) - 1
        for place, (cell, width, column) in enumerate(zip(cells, self.widths, self.columns, strict=True)):
            gap = "" if place == last else " " * GAP
            text = fit(cell.text, width, column.align, middle=column.cut_in_middle)
            pieces.append(Cell(text + gap, cell.style))
        used = LEAD + sum(self.widths) + GAP * max(0, last)
        return [*pieces, Cell(" " * (self.width - used))]


def lay_out(columns: Sequence[Column[Row]], width: int) -> Layout[Row]:
    """Choose the columns that a table of *width* cells has room for, and share the room out among them."""
    shown = [column for place, column in enumerate(columns) if place == 0 or column.from_width <= width]
    width = max(0, width - EDGE)
    while len(shown) > 1 and _room(shown, width) < sum(column.minimum for column in shown):
        dropped = max(range(1, len(shown)), key=lambda place: (shown[place].from_width, place))
        del shown[dropped]
    if width <= LEAD or not shown:
        return Layout(width, (), ())
    return Layout(width, tuple(shown), tuple(_shared(shown, _room(shown, width))))


def _room(columns: Sequence[Column[Row]], width: int) -> int:
    return width - LEAD - GAP * (len(columns) - 1)


def _shared(columns: Sequence[Column[Row]], room: int) -> list[int]:
    """Return the columns' widths: cell by cell, each to whoever has got the least for its weight."""
    widths = [min(column.minimum, room) for column in columns]
    for _ in range(room - sum(widths)):
        needs = [
            ((widths[place] - flexible.minimum) / flexible.weight, place)
            for place, flexible in enumerate(column.width for column in columns)
            if isinstance(flexible, Flexible) and (flexible.maximum is None or widths[place] < flexible.maximum)
        ]
        if not needs:
            break
        widths[min(needs)[1]] += 1
    return widths
