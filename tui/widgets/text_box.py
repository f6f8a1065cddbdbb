"""A field of several lines, for what is pasted as a whole: a certificate in PEM."""

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from tui.widgets.text_field import cleaned

_BEGIN, _END = "-----BEGIN", "-----END"


class TextBox(TextArea):
    """Draws what it holds harmlessly. Enter submits; only in a block that comes key by key it ends a line.

    At most *most* characters are taken in: the rules refuse what is cut so, and it need not be drawn first.
    """

    DEFAULT_CSS = """
    TextBox.-textual-compact {
        width: 1fr; height: 7; padding: 0; background: $panel; scrollbar-size: 0 1;
        &:ansi { background: ansi_default; }
        &:focus { background: $panel-lighten-1; }
    }
    """

    class Submitted(Message):
        """Enter was pressed."""

    class Pasted(Message):
        """Something was pasted as a whole."""

    def __init__(self, *, id: str, placeholder: str, most: int) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id, placeholder=placeholder, compact=True, highlight_cursor_line=False)
        self.cursor_blink = False
        self._most = most
        self._typed = False

    def render_line(self, y: int) -> Strip:
        """Draw the text cleaned; what it holds stays as it was given, to be judged by the rules."""
        return cleaned(super().render_line(y), self.rich_style)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter" and not self._goes_on():
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted())
            return
        self._typed = self._typed or event.is_printable
        await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._typed = False
        self.replace(event.text[: self._most], *self.selection, maintain_selection_offset=False)
        self.post_message(self.Pasted())

    def _goes_on(self) -> bool:
        """Whether a block has begun and not ended: a terminal without bracketed paste sends its line ends as Enter."""
        return self._typed and _BEGIN in self.text and _END not in self.text

    def action_paste(self) -> None:
        """Leave Ctrl+V to the terminal: the app keeps no clipboard, so it could only delete what is selected."""
