"""A list that a test can change under the table's feet, and a small app to show it in."""

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from tui.widgets.table import After, Around, Ask, At, Before, Cell, Column, End, Flexible, Page, Start, Table


@dataclass(frozen=True)
class Item:
    """A row: its number is both its key and its place in the order."""

    number: int
    name: str = ""
    state: str = "active"

    @property
    def key(self) -> str:
        """The name that it keeps while the rest of it changes."""
        return str(self.number)


def items(count: int, step: int = 10) -> list[Item]:
    """Return so many rows, with room between their numbers for others."""
    return [Item(number, f"service-{number:05}") for number in range(0, count * step, step)]


class Shelf:
    """A source over a sorted list, which answers as a store would, and notes what it was asked.

    While `gate` is not set, answers wait. With *blind*, it cannot look a row up and answers by offsets.
    """

    def __init__(self, rows: Iterable[Item], *, blind: bool = False) -> None:
        self.rows = list(rows)
        self.asks: list[Ask[Item]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._blind = blind

    async def page(self, ask: Ask[Item]) -> Page[Item]:
        """Answer when the gate is open."""
        self.asks.append(ask)
        await self.gate.wait()
        return self.answer(ask)

    def answer(self, ask: Ask[Item]) -> Page[Item]:
        """Answer at once."""
        first, end = self._span(ask)
        first = max(0, first)
        offset = first if isinstance(ask.where, Around) and not self._blind else None
        return Page(self.rows[first : max(first, end)], len(self.rows), offset)

    def _span(self, ask: Ask[Item]) -> tuple[int, int]:
        numbers = [row.number for row in self.rows]
        match ask.where:
            case Start():
                first = 0
            case End():
                first = len(self.rows) - ask.limit
            case After(row):
                first = bisect_right(numbers, row.number)
            case Before(row):
                end = bisect_left(numbers, row.number)
                return end - ask.limit, end
            case At(offset):
                first = offset
            case Around(row, offset):
                place = offset if self._blind else bisect_left(numbers, row.number)
                first = max(0, place - ask.limit // 2)
        return first, first + ask.limit


COLUMNS: list[Column[Item]] = [
    Column("name", "Name", Flexible(8), lambda item: Cell(item.name)),
    Column("number", "Number", 7, lambda item: Cell(str(item.number), "muted"), align="right", from_width=30),
    Column("state", "State", 8, lambda item: Cell(item.state, "ok" if item.state == "active" else "bad")),
]


class Watched(Table[Item]):
    """The table, which also notes each line that it is asked to draw."""

    def __init__(self, **options: Any) -> None:
        super().__init__(COLUMNS, row_key=lambda item: item.key, **options)
        self.drawn: list[int] = []

    def render_line(self, y: int) -> Strip:
        """Draw a line, and note it."""
        self.drawn.append(y)
        return super().render_line(y)

    @property
    def text(self) -> list[str]:
        """What stands on the screen, line by line."""
        return [strip.text for strip in self.render_lines(self.size.region)]

    @property
    def rows_shown(self) -> list[str]:
        """The first word of each row's line, without the marker; "" where there is nothing."""
        return [line[3:].strip().partition(" ")[0] for line in self.text[1:]]

    @property
    def marked(self) -> list[str]:
        """The lines that carry the marker."""
        return [line for line in self.text if line.startswith(" > ")]


class Stage(App[None]):
    """An app with one table, 60 cells wide in a terminal of 60x12: a head and ten rows, and a field under it."""

    CSS = "Input { dock: bottom; height: 1; border: none; }"

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.table = Watched(empty="Nothing here yet. Press n to make one.", **options)
        self.opened: list[Item] = []
        self.moved: list[Item | None] = []
        self.shown: list[int] = []

    def compose(self) -> ComposeResult:
        """Place the table over a field that can take the focus from it."""
        yield self.table
        yield Input()

    def on_mount(self) -> None:
        """Look at the table first."""
        self.table.focus()

    def on_table_opened(self, event: Table.Opened[Item]) -> None:
        """Note what was opened."""
        self.opened.append(event.row)

    def on_table_moved(self, event: Table.Moved[Item]) -> None:
        """Note where the cursor came to."""
        self.moved.append(event.row)

    def on_table_shown(self, event: Table.Shown[Item]) -> None:
        """Note how many rows were told of."""
        self.shown.append(event.total)


SIZE = (60, 12)


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nobody fetches and nothing is left to be drawn."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def show(pilot: Pilot[None], table: Watched, shelf: Shelf) -> None:
    """Show a list from its start, and forget what was drawn for it."""
    table.reset(shelf)
    await settle(pilot)
    table.drawn.clear()
