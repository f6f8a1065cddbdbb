"""A list of an application's credentials: a JSON array for scripts, a table and how many there are for people."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from keydesk.commands.documents import Shape, write_array
from keydesk.commands.tables import write_table
from keydesk.streams import narrate

View = TypeVar("View")


def write_list(
    views: Sequence[View],
    shape: Callable[[View], Shape],
    headings: Sequence[str],
    row: Callable[[View], Sequence[str | None]],
    count: str,
    *,
    as_json: bool,
) -> None:
    """Write the list; *count* is said on stderr, and to people alone."""
    if as_json:
        write_array(map(shape, views))
        return
    write_table(headings, [[row(view) for view in views]])
    narrate(count)
