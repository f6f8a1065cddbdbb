"""What a step of the cursor costs: our table over 100,000 rows beside Textual's DataTable with 100.

Run `python -m tests.benchmarks.table_move`. Each app is driven by keys in a pseudo-terminal of 80x24. Printed are
medians (and the 95th percentile of the times): the bytes that one key brings to the terminal, and the milliseconds
from the key to the last byte of its frame.
"""

import asyncio
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, NamedTuple

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from tui.widgets.table import After, Around, Ask, At, Before, Cell, Column, End, Flexible, Page, Start, Table

LINES, COLUMNS = 24, 80
QUIET = 0.08
"""Seconds without a byte after which a frame is over: several frames of Textual's 60 a second."""


class Application(NamedTuple):
    """A made-up row: its number is its place."""

    number: int
    cells: tuple[str, ...]


HEADS = ("Name", "Client ID", "Secrets", "Next expiry", "Last used", "State")
STATES = ("active", "expiring", "disabled", "locked")


def application(number: int) -> Application:
    """Return the row at a place; every place has another one."""
    client_id = f"{number * 2654435761 % 2**32:08x}-6c1e-4a52"
    expiry, used = f"20{27 + number % 9}-08-{1 + number % 28:02}", f"{number % 59} min ago"
    return Application(
        number, (f"service-{number:06}", client_id, f"{number % 21}/20", expiry, used, STATES[number % 4])
    )


class Applications:
    """A source that makes its rows up, in a thread as a service would be called."""

    def __init__(self, total: int) -> None:
        self.total = total

    async def page(self, ask: Ask[Application]) -> Page[Application]:
        """Answer from arithmetic."""
        return await asyncio.to_thread(self._page, ask)

    def _page(self, ask: Ask[Application]) -> Page[Application]:
        match ask.where:
            case Start():
                first = 0
            case End():
                first = self.total - ask.limit
            case After(row):
                first = row.number + 1
            case Before(row):
                first = row.number - ask.limit
            case At(offset):
                first = offset
            case Around(_, offset):
                first = offset - ask.limit // 2
        end = min(self.total, first + ask.limit)
        return Page([application(number) for number in range(max(0, first), end)], self.total, max(0, first))


def column(place: int, width: int | Flexible, style: str = "") -> Column[Application]:
    """Return the column that shows one of a row's texts."""
    return Column(HEADS[place], HEADS[place], width, lambda row: Cell(row.cells[place], style))


class OurTable(App[None]):
    """Nothing but our table."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("j", "down"), Binding("G", "last")]

    def compose(self) -> ComposeResult:
        """Make the table, with the columns of the Applications screen."""
        widths: tuple[int | Flexible, ...] = (Flexible(14, 3), Flexible(9), 7, 11, 11, 8)
        styles = ("", "muted", "", "warn", "muted", "ok")
        columns = [column(place, width, styles[place]) for place, width in enumerate(widths)]
        yield Table(columns, row_key=lambda row: str(row.number))

    def on_mount(self) -> None:
        """Give it its rows."""
        self.table.reset(Applications(100_000))
        self.table.focus()

    @property
    def table(self) -> Table[Application]:
        """The table."""
        return self.query_one(Table)

    def action_down(self) -> None:
        """Move down."""
        self.table.action_cursor_down()

    def action_last(self) -> None:
        """Move to the end."""
        self.table.action_last()


class BuiltIn(App[None]):
    """Nothing but Textual's table."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("j", "down"), Binding("G", "last")]

    def compose(self) -> ComposeResult:
        """Make the table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Give it its rows."""
        table = self.query_one(DataTable)
        table.add_columns(*HEADS)
        for number in range(100):
            table.add_row(*application(number).cells)

    def action_down(self) -> None:
        """Move down."""
        self.query_one(DataTable).action_cursor_down()

    def action_last(self) -> None:
        """Move to the end."""
        self.query_one(DataTable).action_scroll_bottom()


APPS: dict[str, type[App[None]]] = {"ours": OurTable, "built-in": BuiltIn}


class Terminal:
    """The far end of an app's pseudo-terminal."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def frame(self, quiet: float = QUIET) -> tuple[int, float]:
        """Read until it is *quiet*; return the bytes, and the time at which the last came."""
        count, last = 0, time.perf_counter()
        while select.select([self.descriptor], [], [], quiet)[0]:
            count += len(os.read(self.descriptor, 65536))
            last = time.perf_counter()
        return count, last

    def press(self, key: bytes) -> tuple[int, float]:
        """Press a key; return its frame's bytes and its milliseconds."""
        start = time.perf_counter()
        os.write(self.descriptor, key)
        count, last = self.frame()
        return count, (last - start) * 1000


@contextmanager
def terminal(name: str) -> Iterator[Terminal]:
    """Run one of the apps in a pseudo-terminal until its first frame is out."""
    process, descriptor = pty.fork()
    if process == 0:
        environment = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        os.execve(sys.executable, [sys.executable, "-m", "tests.benchmarks.table_move", name], environment)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    screen = Terminal(descriptor)
    try:
        screen.frame(quiet=2.0)
        yield screen
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(descriptor)


def report(name: str, what: str, frames: list[tuple[int, float]]) -> None:
    """Print one line of figures."""
    times = sorted(milliseconds for _, milliseconds in frames)
    late = times[min(len(times) - 1, round(len(times) * 0.95))]
    size = statistics.median(count for count, _ in frames)
    print(f"{name:9} {what:20} {size:7.0f} bytes {statistics.median(times):6.1f} ms {late:6.1f} ms (p95)")


def measure(name: str) -> None:
    """Drive one app and print what its keys cost."""
    with terminal(name) as screen:
        for _ in range(3):
            screen.press(b"j")
        report(name, "step in view", [screen.press(b"j") for _ in range(16)])
        for _ in range(4):
            screen.press(b"j")
        report(name, "step that scrolls", [screen.press(b"j") for _ in range(40)])
        report(name, "to the last row", [screen.press(b"G")])
        count, _ = screen.frame(quiet=5.0)
        print(f"{name:9} {'5 s at rest':20} {count:7} bytes")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        APPS[sys.argv[1]]().run()
    else:
        for each in APPS:
            measure(each)
