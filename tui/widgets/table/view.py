"""Where a table looks and where its cursor stands: every move and every page, as arithmetic.

Pure. Moves always mean the list that was asked for last: while its first page is on the way they are noted, and
made when it is here, so that keys typed ahead land on the rows that they were meant for.
"""

from collections.abc import Callable
from typing import Generic

from tui.widgets.table.source import Around, Ask, Page, Row, Start, Where
from tui.widgets.table.window import Window


class View(Generic[Row]):
    """A view of *height* rows from index *top*, with a cursor, over the rows of a `Window`."""

    def __init__(self, row_key: Callable[[Row], str]) -> None:
        self.window: Window[Row] = Window()
        self.height = 0
        self.top = 0
        self.cursor = 0
        self.row: Row | None = None
        """The row under the cursor; None while it is on its way, or when there is none."""
        self._row_key = row_key
        self._renewing = False
        self._ahead: list[Callable[[], None]] = []

    @property
    def waiting(self) -> bool:
        """Is the first page of the list still on its way?"""
        return self.window.total is None

    @property
    def total(self) -> int:
        """How many rows the list has; 0 while that is not known."""
        return self.window.total or 0

    @property
    def ready(self) -> bool:
        """Is every row in view at hand?"""
        return not self.waiting and self.window.covers(self.top, min(self.top + self.height, self.total))

    @property
    def wants(self) -> bool:
        """Is there anything to ask the source for?"""
        return self._renewing or self.window.next_ask(self.top, self.height) is not None

    def do(self, move: Callable[[], None]) -> None:
        """Make a move now, or as soon as there is a list to move in."""
        if self.waiting:
            self._ahead.append(move)
        else:
            move()

    def go(self, index: int) -> None:
        """Move the cursor to the row at *index*, or to the nearest there is, and look at it."""
        self.cursor = max(0, min(index, self.total - 1))
        self.row = self.window.get(self.cursor)
        self._show_cursor()

    def turn(self, pages: int) -> None:
        """Move view and cursor together by *pages*, one line short of the height, so that the eye can follow."""
        rows = pages * max(1, self.height - 1)
        self.scroll_to(self.top + rows)
        self.go(self.cursor + rows)

    def scroll_to(self, top: int) -> None:
        """Look at the rows from index *top* on, and leave the cursor where it stands."""
        if not self.waiting:
            self.top = max(0, min(top, self.total - self.height))

    def resize(self, height: int) -> None:
        """Show *height* rows from now on, the cursor's among them."""
        self.height = height
        self.scroll_to(self.top)
        self._show_cursor()

    def reset(self, *, keep: bool) -> None:
        """Begin another list: at its first row, or with *keep* at the row under the cursor if it has that."""
        if keep and self.row is not None:
            self._show_cursor()
        else:
            self.top, self.cursor, self.row = 0, 0, None
        self.window = Window()
        self._renewing = True
        self._ahead = []

    def reload(self) -> None:
        """Ask again for what is shown, and show it until the answer comes."""
        self._renewing = True

    def next_ask(self) -> Ask[Row] | None:
        """Return what to ask the source now, or None if nothing is wanted."""
        if self._renewing:
            self._renewing = False
            return self.window.ask(self._anchor())
        return self.window.next_ask(self.top, self.height)

    def take(self, ask: Ask[Row], page: Page[Row]) -> None:
        """Take in the answer to *ask*, and stand where one stood before."""
        waited = self.waiting
        if not self.window.put(ask, page):
            self._renewing = True
            return
        if isinstance(ask.where, Around):
            self._follow(ask.where, waited=waited)
        self._settle_cursor()
        if waited and not self.waiting:
            self._show_cursor()
            moves, self._ahead = self._ahead, []
            for move in moves:
                move()

    def _settle_cursor(self) -> None:
        """Put view and cursor within the list, and know the row under the cursor if it is at hand."""
        index = max(0, min(self.cursor, self.total - 1))
        row = self.window.get(index)
        if row is not None or index != self.cursor or not self.total:
            self.row = row
        self.cursor = index
        self.scroll_to(self.top)

    def _anchor(self) -> Where[Row]:
        """Return an ask for the row that should not move: the cursor's, or the top one if that is out of view."""
        index = self.cursor if self.waiting or self._in_view() else self.top
        row = self.row if index == self.cursor else self.window.get(index)
        return Start() if row is None else Around(row, index)

    def _follow(self, anchor: Around[Row], *, waited: bool) -> None:
        """Move view and cursor along with the anchor, so that on the screen nothing moves.

        A list that stands at its top stays there: what is new above should come into view.
        """
        found = self._find(anchor.row)
        if found is None and waited:
            self.top, self.cursor, self.row, self.window = 0, 0, None, Window()
            return
        shift = 0 if found is None else found - anchor.offset
        own = None if self.row is None else self._find(self.row)
        in_view, at_top = self._in_view(), self.top == 0
        self.cursor = self.cursor + shift if own is None else own
        self.top = 0 if at_top and self.cursor < self.height else self.top + shift
        if in_view:
            self._show_cursor()

    def _find(self, row: Row) -> int | None:
        key = self._row_key(row)
        return self.window.find(lambda other: self._row_key(other) == key)

    def _in_view(self) -> bool:
        return self.top <= self.cursor < self.top + self.height

    def _show_cursor(self) -> None:
        if self.height > 0:
            self.scroll_to(max(min(self.top, self.cursor), self.cursor - self.height + 1))
