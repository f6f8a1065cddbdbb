"""Long lists, page by page: whatever a list is of, it is asked in the same six ways and never read as a whole.

Neighbouring pages are asked for by the place of a row (keyset), so the hundredth costs what the first does.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar


class Placed(Protocol):
    """A row that knows where it stood in the list that it was read from."""

    @property
    def position(self) -> tuple[Any, ...]: ...


Row = TypeVar("Row", bound=Placed)
Order = TypeVar("Order")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some neighbouring rows in order, how many the whole list has, and where in it these begin, if asked for."""

    rows: tuple[Row, ...]
    total: int
    offset: int | None = None


class Stretch(NamedTuple):
    """Which rows are wanted: at most *limit*, beyond a place or an offset, from the end of the list with *upwards*."""

    limit: int
    beyond: tuple[Any, ...] | None = None
    upwards: bool = False
    offset: int = 0


class Pages(ABC, Generic[Order, Row]):
    """Pages of one list; `limit` is the number of rows at most. Subclasses read and count."""

    def start(self, order: Order, limit: int) -> Page[Row]:
        """Return the first rows."""
        return self._page(order, Stretch(limit))

    def end(self, order: Order, limit: int) -> Page[Row]:
        """Return the last rows."""
        return self._page(order, Stretch(limit, upwards=True))

    def after(self, order: Order, row: Row, limit: int) -> Page[Row]:
        """Return the rows that follow *row*, which need not exist any more."""
        return self._page(order, Stretch(limit, row.position))

    def before(self, order: Order, row: Row, limit: int) -> Page[Row]:
        """Return the rows that precede *row*, in list order."""
        return self._page(order, Stretch(limit, row.position, upwards=True))

    def at(self, order: Order, offset: int, limit: int) -> Page[Row]:
        """Return rows from a place that is known by its number only; dearer than the others."""
        return self._page(order, Stretch(limit, offset=offset))

    def around(self, order: Order, row: Row, limit: int) -> Page[Row]:
        """Return the rows on both sides of the place where *row* stood when it was read."""
        offset = max(0, self._rank(order, row.position) - limit // 2)
        page = self.at(order, offset, limit)
        return Page(page.rows, page.total, offset)

    def _page(self, order: Order, wanted: Stretch) -> Page[Row]:
        rows, total = self._read(order, wanted)
        return Page(tuple(reversed(rows) if wanted.upwards else rows), total)

    @abstractmethod
    def _read(self, order: Order, wanted: Stretch) -> tuple[Sequence[Row], int]:
        """Return the rows, nearest first, and how many the whole list has."""

    @abstractmethod
    def _rank(self, order: Order, place: tuple[Any, ...]) -> int:
        """Return how many rows stand before *place*."""
