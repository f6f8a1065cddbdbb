"""How large a terminal must be for keydesk to draw in it honestly."""

from textual.geometry import Size

SMALLEST = (64, 16)
"""Columns and lines: a secret is one line of 61 characters."""


def fits(size: Size) -> bool:
    """Tell whether a terminal of this size is large enough."""
    return size.width >= SMALLEST[0] and size.height >= SMALLEST[1]
