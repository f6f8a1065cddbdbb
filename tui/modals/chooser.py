"""Type to narrow, Enter to run: the list behind `?` and the palette."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.modals.dialog import Dialog
from tui.widgets.table import Cell, Column, Flexible, ListSource, Table
from tui.widgets.table.messages import Opened
from tui.widgets.text_field import TextField

Choice = TypeVar("Choice")
NO_MATCH = "Nothing matches."


@dataclass(frozen=True, slots=True)
class Entry(Generic[Choice]):
    """One line: what it stands for, how it is reached otherwise, and what it is."""

    choice: Choice
    key: str
    text: str


class Chooser(Dialog[Choice]):
    """Returns the chosen entry's `choice`."""

    FOOT = "Type to narrow   Enter run   Esc close"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "down", show=False),
        Binding("up", "up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("pageup", "page_up", show=False),
    ]
    DEFAULT_CSS = """
    Chooser > #box { height: 19; }
    Chooser Table { height: 1fr; }
    """

    def body(self) -> ComposeResult:
        """Lay out field and list."""
        yield TextField(placeholder="type to narrow")
        columns: list[Column[Entry[Choice]]] = [
            Column("text", "", Flexible(20), lambda row: Cell(row.text)),
            Column("key", "", 12, lambda row: Cell(row.key, "muted"), align="right"),
        ]
        yield Table(columns, row_key=lambda row: f"{row.key} {row.text}", empty=NO_MATCH)

    def entries(self, search: str) -> Sequence[Entry[Choice]]:
        """Return what matches *search*."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only to move, to choose and to go: this is itself the list of what can be done."""
        return action not in ("help", "palette", "refresh", "copy_client_id")

    def on_mount(self) -> None:
        """Show everything, and type."""
        self.query_one(Table).can_focus = False
        self.query_one(TextField).focus()
        self.show_entries("")

    def show_entries(self, search: str, *, keep: bool = False) -> None:
        """Show the entries that match, from the first one, or with *keep* where the cursor stands."""
        self.query_one(Table).reset(ListSource(self.entries(search)), keep=keep)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow."""
        event.stop()
        self.show_entries(event.value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Run what is under the cursor."""
        event.stop()
        self.query_one(Table).action_select()

    def on_table_opened(self, event: Opened[Entry[Choice]]) -> None:
        """Return the choice."""
        self.close(event.row.choice)

    def action_down(self) -> None:
        """Move to the next entry."""
        self.query_one(Table).action_cursor_down()

    def action_up(self) -> None:
        """Move to the previous entry."""
        self.query_one(Table).action_cursor_up()

    def action_page_down(self) -> None:
        """Move down one page."""
        self.query_one(Table).action_page_down()

    def action_page_up(self) -> None:
        """Move up one page."""
        self.query_one(Table).action_page_up()


def matches(search: str, *texts: str) -> bool:
    """Tell whether every word of *search* stands in one of the texts, without regard to case."""
    together = " ".join(texts).casefold()
    return all(word in together for word in search.casefold().split())
