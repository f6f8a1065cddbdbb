"""What a table tells its screen. Handlers are named `on_table_opened` and so on."""

from typing import TYPE_CHECKING, Generic, TypeVar

from textual.message import Message

if TYPE_CHECKING:
    from tui.widgets.table.table import Table

Row = TypeVar("Row")


class TableMessage(Message, Generic[Row]):
    """A message about one table."""

    def __init__(self, table: "Table[Row]") -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> "Table[Row]":
        """The table, for a selector in `on(Table.Opened, "#secrets")`."""
        return self.table


class Opened(TableMessage[Row], namespace="table"):
    """A row was chosen, by key or by mouse."""

    def __init__(self, table: "Table[Row]", row: Row) -> None:
        super().__init__(table)
        self.row = row


class Moved(TableMessage[Row], namespace="table"):
    """Under the cursor stands another row, or the same one has changed, or, with None, there is none."""

    def __init__(self, table: "Table[Row]", row: Row | None) -> None:
        super().__init__(table)
        self.row = row


class Shown(TableMessage[Row], namespace="table"):
    """The first rows of another list stand on the screen, or the number of its rows has changed."""

    def __init__(self, table: "Table[Row]", total: int) -> None:
        super().__init__(table)
        self.total = total


class Refused(TableMessage[Row], namespace="table"):
    """The rows that were wanted cannot be read; what was shown stays."""

    def __init__(self, table: "Table[Row]", sentence: str) -> None:
        super().__init__(table)
        self.sentence = sentence
