"""The one field that people type into: it draws what it holds harmlessly, and takes a paste as a whole.

Textual's own passes escape sequences in its value straight to the terminal, keeps the first line of a paste and
drops the rest, and blinks.
"""

import re
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.strip import Strip
from textual.widgets import Input

from core.rules.text import shown

_LINE_ENDS = re.compile(r"\r\n|\r|\n")


def cleaned(drawn: Strip, style: Style) -> Strip:
    """Return a line that was drawn without what a terminal would obey, as wide as it was, filled up in *style*."""
    harmless = Strip(Segment(shown(text), look, control) for text, look, control in drawn)
    return harmless.adjust_cell_length(drawn.cell_length, style)


class TextField(Input):
    """A text field of one line."""

    def __init__(self, value: str = "", **options: Any) -> None:
        super().__init__(value, compact=True, **options)
        self.cursor_blink = False

    def render_line(self, y: int) -> Strip:
        """Draw the value cleaned; what it holds stays as it was given, to be judged by the rules."""
        return cleaned(super().render_line(y), self.rich_style)

    def on_paste(self, event: events.Paste) -> None:
        """Put in every line that was pasted, with a blank where a line ended."""
        event.prevent_default()
        event.stop()
        self.replace(_LINE_ENDS.sub(" ", event.text.strip("\r\n")), *self.selection)

    def action_copy(self) -> None:
        """Copy what is selected, unless it is hidden: a secret that is typed stays where it was typed."""
        if self.password:
            raise SkipAction
        super().action_copy()

    def action_cut(self) -> None:
        """Cut what is selected, unless it is hidden."""
        if not self.password:
            super().action_cut()

    def action_paste(self) -> None:
        """Leave Ctrl+V to the terminal: the app keeps no clipboard, so it could only delete what is selected."""


class HiddenField(TextField):
    """A text field for a secret, which is drawn as dots and gone when the field is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(password=True, **options)

    def on_unmount(self) -> None:
        """Empty it: Textual keeps a closed screen, with all its parts, for as long as its last timer."""
        self.value = ""
