"""The console's one table: a list of any length that asks for what it shows and repaints what changed.

A screen gives it columns and a source; see `Table` for what it does, `Source` for what it asks.
"""

from tui.widgets.table.columns import Cell, Column, Flexible, Sort
from tui.widgets.table.source import (
    After,
    Around,
    Ask,
    At,
    Before,
    End,
    ListSource,
    Page,
    Source,
    Start,
)
from tui.widgets.table.table import Table

__all__ = [
    "After",
    "Around",
    "Ask",
    "At",
    "Before",
    "Cell",
    "Column",
    "End",
    "Flexible",
    "ListSource",
    "Page",
    "Sort",
    "Source",
    "Start",
    "Table",
]
