"""Which rows of a long list are at hand, by absolute index, and which page to ask for next.

Pure: the widget says where it looks, carries the asks to the source and brings the pages back. What is held
is one unbroken run of rows around the view, so memory does not grow with the list or with the way walked.
"""

from collections.abc import Callable, Iterator
from typing import Generic

from tui.widgets.table.source import After, Around, Ask, At, Before, End, Page, Row, Start, Where

REACH = 64
"""How many rows beyond the view are kept ready on either side: three screens of a small terminal."""


class Window(Generic[Row]):
    """One unbroken run of a list's rows, moved along by the pages that are put into it."""

    def __init__(self) -> None:
        self.total: int | None = None
        """How many rows the list has, or None before the first page."""
        self._first = 0
        self._rows: list[Row] = []
        self._limit = REACH * 2

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        return enumerate(self._rows, self._first)

    def get(self, index: int) -> Row | None:
        """Return the row at an absolute index, or None while it is not at hand."""
        place = index - self._first
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def covers(self, low: int, high: int) -> bool:
        """Are all the rows from index *low* up to *high* at hand?"""
        return self._first <= low and high <= self._end

    def find(self, wanted: Callable[[Row], bool]) -> int | None:
        """Return the absolute index of the first row at hand that is *wanted*, or None."""
        return next((index for index, row in self if wanted(row)), None)

    def ask(self, where: Where[Row]) -> Ask[Row]:
        """Return the ask for a page of the usual size."""
        return Ask(where, self._limit)

    def next_ask(self, top: int, height: int) -> Ask[Row] | None:
        """Return the ask that a view of *height* rows from index *top* wants most, or None if it is content."""
        self._limit = height + 2 * REACH
        if self.total is None:
            return self.ask(Start())
        if self.total == 0:
            return None
        top = min(top, self.total - 1)
        bottom = min(self.total, top + max(1, height))
        if not self._within_a_page(top, bottom):
            return self.ask(self._jump(top, bottom))
        return self._missing(top, bottom) or self._missing(top - REACH, bottom + REACH)

    def put(self, ask: Ask[Row], page: Page[Row]) -> bool:
        """Take in the answer to *ask*; return False if the list has changed so that it no longer joins on."""
        rows = list(page.rows)
        whole = len(rows) == ask.limit
        match ask.where:
            case After():
                return page.total == self.total and self._append(rows, whole=whole)
            case Before():
                return page.total == self.total and self._prepend(rows, whole=whole)
            case Start():
                first = 0
            case End():
                first = max(0, page.total - len(rows)) if whole else 0
            case At(offset):
                first = offset
            case Around(_, offset):
                first = max(0, offset - ask.limit // 2) if page.offset is None else page.offset
        self._first, self._rows, self.total = first, rows, page.total
        self._believe_rows(whole=whole)
        return True

    @property
    def _end(self) -> int:
        return self._first + len(self._rows)

    def _within_a_page(self, top: int, bottom: int) -> bool:
        """Can the view be reached by one more page at either end of the run?"""
        joined = top <= self._end and bottom >= self._first
        return bool(self._rows) and (joined or 0 <= top - self._end < REACH or 0 <= self._first - bottom < REACH)

    def _jump(self, top: int, bottom: int) -> Where[Row]:
        if top == 0:
            return Start()
        return End() if bottom == self.total else At(max(0, top - REACH))

    def _missing(self, low: int, high: int) -> Ask[Row] | None:
        """Return the ask that extends the run towards *low* and *high*, or None if it covers both."""
        if self._end < min(high, self.total or 0):
            return self.ask(After(self._rows[-1]))
        return self.ask(Before(self._rows[0])) if self._first > max(low, 0) else None

    def _append(self, rows: list[Row], *, whole: bool) -> bool:
        self._rows += rows
        self._believe_rows(whole=whole)
        surplus = max(0, len(self._rows) - 2 * self._limit)
        del self._rows[:surplus]
        self._first += surplus
        return True

    def _prepend(self, rows: list[Row], *, whole: bool) -> bool:
        if len(rows) > self._first or not (whole or len(rows) == self._first):
            return False
        self._rows[:0] = rows
        self._first -= len(rows)
        del self._rows[2 * self._limit :]
        return True

    def _believe_rows(self, *, whole: bool) -> None:
        """Mend the total by the rows that came: a page that is not whole ends the list, whatever was counted.

        Without this, rows that are counted but not there would be asked for again and again.
        """
        total = self.total or 0
        if whole:
            self.total = max(total, self._end)
        else:
            self.total = self._end if self._rows else min(total, self._first)
