"""The stage in a real terminal: run by path, with the name of a list, in a pseudo-terminal of the test."""

import sys

from tests.tui.widgets.table.stage import Item, Shelf, Stage, items
from tests.tui.widgets.table.test_fit import HOSTILE

LISTS = {"hostile": [Item(number, f"{text}!") for number, text in enumerate(HOSTILE)], "long": items(10_000)}


class TerminalStage(Stage):
    """The stage with one of the lists, and `j` to walk through it."""

    BINDINGS = [("j", "down", "")]  # noqa: RUF012 - Textual's form

    def on_mount(self) -> None:
        """Show the rows."""
        super().on_mount()
        self.table.reset(Shelf(LISTS[sys.argv[1]]))

    def action_down(self) -> None:
        """Step down."""
        self.table.action_cursor_down()


if __name__ == "__main__":
    TerminalStage().run()
