"""How large a terminal must be for keydesk to draw in it honestly."""

from typing import TYPE_CHECKING

from textual.geometry import Size

if TYPE_CHECKING:
    from tui.app import KeydeskApp

SMALLEST = (64, 16)
"""Columns and lines: a secret is one line of 61 characters."""


def fits(size: Size) -> bool:
    """Tell whether a terminal of this size is large enough."""
    return size.width >= SMALLEST[0] and size.height >= SMALLEST[1]


def cover_if_too_small(app: "KeydeskApp", size: Size) -> None:
    """Say so in place of the screen where the terminal is too small, and uncover it when it has grown."""
    from tui.modals.too_small import TooSmall

    covered = isinstance(app.screen, TooSmall)
    if covered and fits(size):
        app.pop_screen()
    elif not covered and not fits(size):
        must_be_seen = app.leaving.would_lose_a_secret
        hint = "A secret is on show: enlarge it." if must_be_seen else "Ctrl+Q quits."
        app.push_screen(TooSmall(SMALLEST, hint))
