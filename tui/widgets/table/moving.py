"""How one moves in a table: by keys, by the wheel, by a click, and by the mark at its edge."""

from collections.abc import Callable
from functools import partial
from typing import Generic

from textual import events

from tui.widgets.table.canvas import Canvas
from tui.widgets.table.lines import HEAD
from tui.widgets.table.source import Row
from tui.widgets.table.thumb import thumb, top_at
from tui.widgets.table.view import View

WHEEL = 3
"""Rows that one notch of the wheel scrolls by."""


class Moving(Canvas, Generic[Row]):
    """A canvas on a view into a list. It has no keys of its own: the action registry binds them to `action_*`."""

    def __init__(self, view: View[Row], *, id: str | None, classes: str | None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._view = view
        self._opening = False
        """Whether the row under the cursor is to be opened, as soon as it is here."""
        self._dragging = False

    def _settle(self) -> None:
        """Show what a move has come to."""
        raise NotImplementedError

    def action_cursor_down(self) -> None:
        """Move to the next row."""
        self._move(lambda view: view.go(view.cursor + 1))

    def action_cursor_up(self) -> None:
        """Move to the row before."""
        self._move(lambda view: view.go(view.cursor - 1))

    def action_page_down(self) -> None:
        """Move on by one screen."""
        self._move(lambda view: view.turn(1))

    def action_page_up(self) -> None:
        """Move back by one screen."""
        self._move(lambda view: view.turn(-1))

    def action_first(self) -> None:
        """Move to the first row of all."""
        self._move(lambda view: view.go(0))

    def action_last(self) -> None:
        """Move to the last row of all."""
        self._move(lambda view: view.go(view.total - 1))

    def move_to(self, index: int) -> None:
        """Move to the row at *index*, or to the nearest that there is."""
        self._move(lambda view: view.go(index))

    def action_select(self) -> None:
        """Open the row under the cursor, as soon as it is here."""
        self._opening = True
        self._settle()

    def _move(self, move: Callable[[View[Row]], None]) -> None:
        self._opening = False
        self._view.do(partial(move, self._view))
        self._settle()

    def on_click(self, event: events.Click) -> None:
        """Move to the row that was clicked, and open it at the second click."""
        place = event.get_content_offset(self)
        if place is None or place.y < HEAD or self.frozen or self._dragging:
            return
        index = self._view.top + place.y - HEAD
        if event.chain == 2 and index == self._view.cursor:
            self.action_select()
        elif index < self._view.total:
            self._move(lambda view: view.go(index))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on, and leave the cursor where it is."""
        self._scroll(event, WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back, and leave the cursor where it is."""
        self._scroll(event, -WHEEL)

    def _scroll(self, event: events.MouseEvent, rows: int) -> None:
        before = self._view.top
        self._view.scroll_to(before + rows)
        if self._view.top != before:
            event.stop()
            self._settle()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the mark at the edge of a long list."""
        place = event.get_content_offset(self)
        # Kept until the next press: letting go of the mark is a click too, and should not move the cursor.
        self._dragging = place is not None and place.y >= HEAD and self._is_edge(place.x)
        if self._dragging:
            self.capture_mouse()
            self._drag(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Pull the mark along, and the view with it."""
        if self.app.mouse_captured is self:
            self._drag(event)

    def on_mouse_up(self) -> None:
        """Let go of the mark."""
        if self.app.mouse_captured is self:
            self.release_mouse()

    def _drag(self, event: events.MouseEvent) -> None:
        view, line = self._view, event.get_content_offset_capture(self).y - HEAD
        view.scroll_to(top_at(line, view.total, view.height))
        self._settle()

    def _is_edge(self, x: int) -> bool:
        view = self._view
        return x == self.size.width - 1 and bool(thumb(view.total, view.height, view.top))
