"""What the drawing libraries remember of a text that they have drawn, long after it is gone from the screen."""

from rich.cells import cached_cell_len
from rich.segment import Segment


def forget_drawn_text() -> None:
    """Empty Rich's caches of measured and of divided text, which live as long as the process."""
    cached_cell_len.cache_clear()
    Segment._split_cells.cache_clear()
