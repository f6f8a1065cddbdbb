"""What people read: aligned columns and labelled lines, plain, with every stored text made harmless.

Widths are counted in terminal cells, so that wide and combining characters keep the columns straight.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.cells import cell_len

from core.rules.text import shown
from keydesk.streams import write

ABSENT = "-"
_GAP = "  "


def write_table(headings: Sequence[str], blocks: Iterable[Sequence[Sequence[str | None]]]) -> int:
    """Write rows under their headings, block by block, and return how many there were.

    A column is as wide as the widest cell so far: a list that comes in one block is straight from top to
    bottom, and one of many thousand rows need not be held to be drawn. Without rows nothing is written.
    """
    widths, rows = [0] * len(headings), 0
    for block in blocks:
        lines = [[_cell(text) for text in row] for row in block]
        if lines and not rows:
            lines.insert(0, [heading.upper() for heading in headings])
        widths = [max(width, *(cell_len(line[i]) for line in lines), 0) for i, width in enumerate(widths)]
        for line in lines:
            write(_aligned(line, widths))
        rows += len(block)
    return rows


def write_fields(fields: Iterable[tuple[str, str | None]]) -> None:
    """Write a label and its value a line; what is absent shows as such."""
    pairs = [(label, _cell(value)) for label, value in fields]
    width = max(cell_len(label) for label, _ in pairs)
    for label, value in pairs:
        write(_aligned((label, value), (width, 0)))


def local(at: datetime | None) -> str | None:
    """Return a moment by the clock on the wall, with its zone."""
    if at is None:
        return None
    try:
        here = at.astimezone()
    except (OverflowError, ValueError):  # by that clock the year would be 0 or 10000
        here = at
    return here.strftime("%Y-%m-%d %H:%M %Z")


def yes_or_no(value: bool) -> str:
    """Return a switch in words."""
    return "yes" if value else "no"


def _cell(text: str | None) -> str:
    return shown(text) if text else ABSENT


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [text + " " * (width - cell_len(text)) for text, width in zip(cells, widths, strict=True)]
    return _GAP.join(padded).rstrip() + "\n"
