"""What the sections of *Client Authentication* have in common: a heading line and, while open, a table."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from core.rules.views.applications import ApplicationView
from tui.drawing.plain import line
from tui.modals.details import Details, Facts
from tui.panes.base import Pane
from tui.widgets.cursor_line import CursorLine
from tui.widgets.filter import Filter
from tui.widgets.redraw import update_if_changed
from tui.widgets.table import Column, ListSource, Table
from tui.widgets.table.messages import Moved, Opened, Shown
from tui.widgets.table_pane import NO_MATCH, TableKeys

_WIDE = 120

Row = TypeVar("Row")
Found = TypeVar("Found")


class Section(TableKeys, Pane, Generic[Row, Found]):
    """One kind of credential. Its pane opens it, asks what to look for (`look`), and hands over what was found."""

    DEFAULT_CSS = """
    Section { width: 1fr; height: auto; layout: vertical; overflow: hidden; }
    Section > .section-body { display: none; }
    Section > .section-head { padding: 0 2; height: 1; color: $text-muted; }
    Section:ansi > .section-head { color: ansi_default; }
    Section.-open { height: 1fr; }
    Section.-open > .section-head { color: $foreground; text-style: bold; }
    Section.-open > .section-body { display: block; }
    Section .beside { display: none; width: 44; padding: 0 2; border-left: solid $border-blurred; }
    Section.-wide .beside { display: block; }
    Section CursorLine { display: none; }
    Section CursorLine.-said { display: block; }
    Section.-wide CursorLine.-said { display: none; }
    """

    class Chosen(Message):
        """The mouse has chosen this section, or something of it has taken the focus."""

        def __init__(self, section: "Section[Any, Any]") -> None:
            super().__init__()
            self.section = section

    def __init__(self, *, id: str) -> None:  # noqa: A002 - the name that every Textual widget gives it
        super().__init__(id=id)
        self._pointed_at: str | None = None

    def compose(self) -> ComposeResult:
        """Lay out heading, filter, table, and beside it what is under the cursor."""
        yield from self.above()
        yield Static(classes="section-head", markup=False)
        with Vertical(classes="section-body"):
            yield Filter()
            with Horizontal():
                with Vertical():
                    yield Table(self.columns(), row_key=self.key_of)
                    yield CursorLine()
                yield Static(classes="beside", markup=False)

    def above(self) -> Sequence[Widget]:
        """Return what stands above the heading while the section is open."""
        return ()

    # What the kinds differ in

    def columns(self) -> Sequence[Column[Row]]:
        """Return the columns of the table."""
        raise NotImplementedError

    def key_of(self, row: Row) -> str:
        """Return what tells a row from all others."""
        raise NotImplementedError

    def look(self) -> Callable[[], Found]:
        """Return what reads this section's data, to be called in a thread."""
        raise NotImplementedError

    def keep(self, found: Found) -> None:
        """Take what was read."""
        raise NotImplementedError

    def arranged(self) -> list[Row]:
        """Return the rows that the filter finds, in the chosen order."""
        raise NotImplementedError

    def count(self) -> str:
        """Return the name of the section and how many there are of how many."""
        raise NotImplementedError

    def notes(self) -> list[tuple[str, str]]:
        """Return what needs attention, in words and each with its style, for the heading."""
        return []

    def nothing(self) -> str:
        """Return the sentence of an empty table."""
        raise NotImplementedError

    def title_of(self, row: Row) -> str:
        """Return what a row is called where it stands in full."""
        raise NotImplementedError

    def facts_of(self, row: Row) -> Facts:
        """Return everything that is known of a row."""
        raise NotImplementedError

    def facts_below(self, _row: Row) -> Facts:
        """Return what is known of a row and wants a line of its own where it stands in full."""
        return []

    def remark(self, _row: Row) -> tuple[str, str]:
        """Return what the row under the cursor wants said where nothing is beside it, and in which style."""
        return "", ""

    # What they share

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        row: Row | None = self.table.cursor_row
        return row

    @property
    def is_open(self) -> bool:
        """Whether this section shows its table."""
        return self.has_class("-open")

    def open(self, *, now: bool) -> None:
        """Show the table, or only the heading."""
        self.set_class(now, "-open")

    def on_mount(self) -> None:
        """Show the order."""
        self.table.sort = self.sort

    def on_resize(self, event: events.Resize) -> None:
        """Show the selected row beside the list where there is room."""
        self.set_class(event.size.width >= _WIDE, "-wide")

    def show(self, application: ApplicationView) -> None:
        """Draw the heading."""
        shown = [(f"   {note}", style) for note, style in self.notes()]
        if self.filter.text:
            shown.append((f"   /{self.filter.text}", "$text-muted not bold"))
        update_if_changed(self.query_one(".section-head", Static), line(self.count(), *shown))

    def take(self, found: Found) -> None:
        """Show what was found, the cursor on what was pointed at, or else where it is."""
        self.keep(found)
        self.show(self.application)
        if self.table.total is None or self._pointed_at:
            self.table.reset(self._source())
            self._go_to_pointed_at()
        else:
            self.table.reload(self._source())

    def _go_to_pointed_at(self) -> None:
        keys = [self.key_of(row) for row in self.arranged()]
        if self._pointed_at in keys:
            self.table.move_to(keys.index(self._pointed_at))
        self._pointed_at = None

    def point_at(self, row: Row) -> None:
        """Put the cursor on this row when it is read next, so that the next key means this one."""
        self._pointed_at = self.key_of(row)

    def _source(self) -> ListSource[Row]:
        self.table.empty = NO_MATCH if self.filter.text else self.nothing()
        return ListSource(self.arranged())

    def list_changed(self, *, keep: bool) -> None:
        """Show the rows that the filter finds, in the chosen order."""
        self.show(self.application)
        self.table.reset(self._source(), keep=keep)

    def take_focus(self) -> None:
        """The table has the keys."""
        self.table.focus()

    def on_descendant_focus(self) -> None:
        """Be the open one."""
        self.post_message(self.Chosen(self))

    def on_click(self, _event: events.Click) -> None:
        """Open at a click on the heading."""
        if not self.is_open:
            self.post_message(self.Chosen(self))

    def on_table_moved(self, _event: Moved[Row]) -> None:
        """Follow the cursor beside the list."""
        self.follow()

    def on_table_shown(self, _event: Shown[Row]) -> None:
        """Follow the list."""
        self.follow()

    def follow(self) -> None:
        """Draw what depends on the row under the cursor."""
        facts = self.facts_of(self.row) if self.row is not None else []
        lines = [part for name, value in facts for part in (line((name, "$text-muted")), line(f"  {value}"))]
        update_if_changed(self.query_one(".beside", Static), Content("\n").join(lines))
        self.query_one(CursorLine).show(line(self.remark(self.row) if self.row is not None else ""))
        self.owner.hint()

    def on_table_opened(self, event: Opened[Row]) -> None:
        """Show a row in full."""
        row, below = event.row, self.facts_below(event.row)
        self.app.push_screen(Details(self.application, self.title_of(row), self.facts_of(row), below=below))
