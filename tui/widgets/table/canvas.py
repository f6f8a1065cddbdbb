"""How the table's lines reach the screen: painted once, and again only when they differ.

It is no `ScrollView`: that repaints every line to scroll, and its scrollbar at every layout of the screen.
"""

from itertools import groupby
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.table.columns import Cell


class Canvas(Widget):
    """A widget made of lines of styled text, each of which knows what was last drawn on it."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--row",
        "table--head",
        "table--cursor",
        "table--thumb",
        "table--muted",
        "table--ok",
        "table--warn",
        "table--bad",
        "table--accent",
    }
    DEFAULT_CSS = """
    Canvas {
        width: 1fr;
        height: 1fr;
        & > .table--head, & > .table--muted { color: $text-muted; }
        & > .table--ok { color: $text-success; }
        & > .table--warn { color: $text-warning; }
        & > .table--bad { color: $text-error; }
        & > .table--accent { color: $text-accent; }
        & > .table--thumb { color: $foreground 30%; }
        & > .table--cursor { background: $foreground 12%; }
        &:focus > .table--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold;
        }
        &:ansi > .table--head, &:ansi > .table--muted, &:ansi > .table--thumb {
            color: ansi_default;
            text-style: dim;
        }
        &:ansi > .table--cursor { color: ansi_default; background: ansi_default; text-style: bold; }
        &:ansi:focus > .table--cursor, &:nocolor:focus > .table--cursor { text-style: bold reverse; }
    }
    """

    def __init__(self, *, id: str | None, classes: str | None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id, classes=classes)
        self._measured = Size(0, 0)
        self._painted: dict[int, Strip] = {}
        self._styles: dict[str, Style] = {}

    @property
    def frozen(self) -> bool:
        """Must what is drawn stay as it is for now?"""
        return False

    def line(self, y: int) -> list[Cell]:
        """Return what should stand on line *y*."""
        raise NotImplementedError

    def measured(self, size: Size) -> None:
        """Fit the lines to a new size."""
        raise NotImplementedError

    def measure(self) -> None:
        """Take notice of the size, if it is another one. A hidden widget keeps the one it had."""
        size = self.size
        if size and size != self._measured:
            self._measured = size
            self.measured(size)

    def paint(self) -> None:
        """Have the lines repainted that should look otherwise than they do."""
        if self.frozen:
            return
        width, height = self._measured
        changed = [y for y in range(height) if self._painted.get(y) != self._strip(y)]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """Draw one line; while frozen, as it was drawn last."""
        self.measure()
        if not (self.frozen and y in self._painted):
            self._painted[y] = self._strip(y)
        return self._painted[y]

    def notify_style_update(self) -> None:
        """Take up new colours: a theme, or the focus."""
        super().notify_style_update()
        self._styles.clear()
        # The styles of the component classes are put in place after this call, so paint once it has returned.
        self.call_next(self.paint)

    def _strip(self, y: int) -> Strip:
        """Return line *y* as Textual paints it, neighbours of one style joined."""
        runs = groupby(self.line(y), key=lambda cell: cell.style)
        segments = [Segment("".join(cell.text for cell in run), self._style(name)) for name, run in runs]
        return Strip(segments, self._measured.width)

    def _style(self, name: str) -> Style:
        if name not in self._styles:
            self._styles[name] = self.get_component_rich_style(f"table--{name or 'row'}")
        return self._styles[name]
