"""The table widget: it brings moves, pages and paint together.

`View` knows where it looks, `Lines` what stands there, `Feed` brings the rows, `Moving` the keys and the mouse. Every
change and every move ends in `_settle`, which fetches what is missing, repaints the lines that differ (two for a step
of the cursor, none at rest) and tells the screen.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from textual.geometry import Size

from core.rules.errors import Refusal
from tui.widgets.table import messages
from tui.widgets.table.columns import Cell, Column, Sort
from tui.widgets.table.feed import Feed
from tui.widgets.table.lines import HEAD, Lines
from tui.widgets.table.moving import Moving
from tui.widgets.table.source import Row, Source
from tui.widgets.table.view import View


class Table(Moving[Row], can_focus=True):
    """A list of any length in columns, with a cursor."""

    Opened: TypeAlias = messages.Opened
    Moved: TypeAlias = messages.Moved
    Shown: TypeAlias = messages.Shown
    Refused: TypeAlias = messages.Refused

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        row_key: Callable[[Row], str],
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(View(row_key), id=id, classes=classes)
        self._lines: Lines[Row] = Lines(self._view, tuple(columns), empty)
        run = partial(self.run_worker, group="rows", exclusive=True)
        self._feed: Feed[Row] = Feed(self._view, run, self._settle, self._refuse)
        self._told_row: Row | None = None
        self._told_total: int | None = None

    # What it shows

    @property
    def columns(self) -> Sequence[Column[Row]]:
        """The columns, those without room included."""
        return self._lines.columns

    @columns.setter
    def columns(self, columns: Sequence[Column[Row]]) -> None:
        self._lines.columns = tuple(columns)
        self.redraw()

    @property
    def sort(self) -> Sort | None:
        """The column whose head is marked as what the list is sorted by. It sorts nothing."""
        return self._lines.sort

    @sort.setter
    def sort(self, sort: Sort | None) -> None:
        self._lines.sort = sort
        self.redraw()

    @property
    def empty(self) -> str:
        """The sentence that stands in place of rows when there are none."""
        return self._lines.empty

    @empty.setter
    def empty(self, sentence: str) -> None:
        self._lines.empty = sentence
        self.redraw()

    @property
    def total(self) -> int | None:
        """How many rows the list has; None while its first page is on the way."""
        return self._view.window.total

    @property
    def awaited(self) -> bool:
        """Whether the rows of the list are still to come; not where they were refused."""
        return self._view.waiting and (self._feed.source is None or self._feed.busy)

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor; None where there is none or it is still on its way."""
        return None if self._view.waiting else self._view.row

    @property
    def cursor_index(self) -> int:
        """The place of the cursor in the list, from 0."""
        return self._view.cursor

    def reset(self, source: Source[Row], *, keep: bool = False) -> None:
        """Show another list: a new filter, a new order. The old one stays in sight until the rows are here.

        The cursor goes to the first row, or with *keep* stays on the row that it is on, if the list has it.
        """
        self._feed.change(source)
        self._view.reset(keep=keep)
        self._opening = False
        self._told_total = None
        self._settle()

    def reload(self, source: Source[Row] | None = None) -> None:
        """Fetch again what is shown, because it may have changed; *source* may bring the newer rows.

        The cursor stays on its row and the row on its line. If the row is gone, the next one takes its place.
        """
        self._feed.source = source or self._feed.source
        self._view.reload()
        self._settle()

    def redraw(self) -> None:
        """Draw again what depends on more than the rows (ages, a head); only what differs is repainted."""
        self._lines.resize(self._measured.width)
        self._settle()

    # After every change

    def on_mount(self) -> None:
        """Fetch what was asked for before there was a screen."""
        self._settle()

    def on_resize(self) -> None:
        """Fit the new size."""
        self._settle()

    def _settle(self) -> None:
        if not self.is_mounted:
            return
        self.measure()
        self._feed.start()
        self.paint()
        if not self._view.waiting:
            self._tell()

    def _tell(self) -> None:
        """Post what the screen should know; of a row, once it is here."""
        view = self._view
        if view.total != self._told_total:
            self._told_total = view.total
            if self.styles.auto_dimensions:
                self.refresh(repaint=False, layout=True)
            self.post_message(self.Shown(self, view.total))
        if view.row is None and view.total:
            return
        if view.row != self._told_row:
            self._told_row = view.row
            self.post_message(self.Moved(self, view.row))
        if self._opening and view.row is not None:
            self.post_message(self.Opened(self, view.row))
        self._opening = False

    def _refuse(self, refusal: Refusal) -> None:
        self._opening = False
        self.post_message(self.Refused(self, refusal.sentence))

    # What the canvas asks

    @property
    def frozen(self) -> bool:
        """While rows in view are on their way, what was there before stays in sight: better than a flash of nothing."""
        return not self._view.ready

    def line(self, y: int) -> list[Cell]:
        """Return what should stand on line *y*."""
        return self._lines.line(y)

    def measured(self, size: Size) -> None:
        """Fit columns and view to a new size."""
        self._lines.resize(size.width)
        self._view.resize(max(0, size.height - HEAD))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the whole list takes, for a table of automatic height."""
        return self._lines.count(width)
