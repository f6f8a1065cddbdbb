"""What the table asks of whoever holds the rows, and what it gets back.

Neighbouring pages are asked for by the row that they adjoin (keyset), because an offset makes the store
walk over everything before it. An offset is named only where nothing nearer is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True)
class Start:
    """The first rows."""


@dataclass(frozen=True)
class End:
    """The last rows."""


@dataclass(frozen=True)
class After(Generic[Row]):
    """The rows that follow *row*."""

    row: Row


@dataclass(frozen=True)
class Before(Generic[Row]):
    """The rows that lead up to *row*, the nearest of them, in list order like every page."""

    row: Row


@dataclass(frozen=True)
class At:
    """The rows from *offset* on, counted from 0."""

    offset: int


@dataclass(frozen=True)
class Around(Generic[Row]):
    """The rows on both sides of *row*, with it, wherever it stands now; it last stood at *offset*.

    A source that can look the row up says in `Page.offset` where its page begins. One that cannot, or that
    has lost the row, answers by the offset alone.
    """

    row: Row
    offset: int


Where: TypeAlias = Start | End | After[Row] | Before[Row] | At | Around[Row]


@dataclass(frozen=True)
class Ask(Generic[Row]):
    """One question to a source: which rows, and at most how many."""

    where: Where[Row]
    limit: int


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One answer: rows in list order, and how many the whole list has.

    *offset* is the index of the first row. Only `Around` is answered with it: elsewhere the table knows it.
    """

    rows: Sequence[Row]
    total: int
    offset: int | None = None


class Source(Protocol[Row]):
    """Whoever holds the rows: a screen, over a service of the core."""

    async def page(self, ask: Ask[Row]) -> Page[Row]:
        """Answer one ask, or raise `Refusal`; whatever else it raises reaches the app."""


class ListSource(Generic[Row]):
    """A source over rows that are already here: the secrets of one application, a few at most."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = tuple(rows)

    async def page(self, ask: Ask[Row]) -> Page[Row]:
        """Answer from the rows at hand."""
        first, end = self._span(ask.where, ask.limit)
        first = max(0, first)
        return Page(self._rows[first : max(first, end)], len(self._rows), first)

    def _span(self, where: Where[Row], limit: int) -> tuple[int, int]:
        """Return the indexes between which the answer lies; the first may fall before the list."""
        match where:
            case Start():
                first = 0
            case End():
                first = len(self._rows) - limit
            case After(row):
                first = self._rows.index(row) + 1
            case Before(row):
                end = self._rows.index(row)
                return end - limit, end
            case At(offset):
                first = offset
            case Around(_, offset):
                first = max(0, offset - limit // 2)
        return first, first + limit
