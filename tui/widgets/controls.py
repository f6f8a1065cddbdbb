"""Controls that tell their state without colour: `[x]`, `(•)`, `[ Done ]`. Space changes one, Enter is the form's."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Button

from tui.drawing.plain import line

_GAP = "   "


class Tick(Widget, can_focus=True):
    """A box that is ticked or not."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "tick", "tick", show=False)]
    DEFAULT_CSS = "Tick { height: 1; width: auto; }"

    value: reactive[bool] = reactive(False)

    def __init__(self, label: str, value: bool, *, name: str | None = None, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(name=name, id=id)
        self._label = label
        self.set_reactive(Tick.value, value)

    def render(self) -> Content:
        """Draw the box, and the focus on its label."""
        return line("[x]" if self.value else "[ ]", (f" {self._label} ", focus_style(self)))

    def action_tick(self) -> None:
        """Tick it, or take the tick away."""
        self.value = not self.value

    def on_click(self) -> None:
        """Do the same for the mouse."""
        self.action_tick()


class Choices(Widget, can_focus=True):
    """One of a few, side by side, on as many lines as they need; the arrows choose."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "previous", show=False),
        Binding("right,l,space", "step(1)", "next", show=False),
    ]
    DEFAULT_CSS = "Choices { height: auto; width: 1fr; }"

    chosen: reactive[int] = reactive(0)

    def __init__(self, labels: Sequence[str], chosen: int = 0) -> None:
        super().__init__()
        self._labels = tuple(labels)
        self.set_reactive(Choices.chosen, chosen)

    def render(self) -> Content:
        """Draw every choice, the chosen one marked, and the focus on it."""
        lines = (Content(_GAP).join(map(self._drawn, places)) for places in self._lines(self.size.width))
        return Content("\n").join(lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines there are in *width* cells."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[list[int]]:
        """Return which choices stand on which line."""
        lines: list[list[int]] = [[]]
        for place in range(len(self._labels)):
            longer = [*lines[-1], place]
            if lines[-1] and Content(_GAP).join(map(self._drawn, longer)).cell_length > width:
                lines.append([place])
            else:
                lines[-1] = longer
        return lines

    def _drawn(self, place: int) -> Content:
        label = self._labels[place]
        return line("(•) ", (label, focus_style(self))) if place == self.chosen else line(f"( ) {label}")

    def offer(self, labels: Sequence[str]) -> None:
        """Offer these instead; what was chosen stays so, or the first is where it is no longer among them."""
        was = self._labels[self.chosen]
        self._labels = tuple(labels)
        self.chosen = self._labels.index(was) if was in self._labels else 0
        self.refresh(layout=True)

    def action_step(self, step: int) -> None:
        """Choose the next or previous one; there is nothing beyond the ends."""
        self.chosen = min(max(self.chosen + step, 0), len(self._labels) - 1)


class ListedChoices(Choices):
    """One of a few, each on a line of its own; the arrows up and down choose, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", "previous", show=False),
        Binding("down,j", "step(1)", "next", show=False),
    ]

    def _lines(self, _width: int) -> list[list[int]]:
        return [[place] for place in range(len(self._labels))]


class Push(Button):
    """A button in brackets."""

    DEFAULT_CSS = """
    Push.-textual-compact {
        width: auto; min-width: 1; background: transparent; color: $foreground; text-style: none;
        &:hover { background: $panel; }
        &:focus {
            background: $block-cursor-background; background-tint: transparent;
            color: $block-cursor-foreground; text-style: bold;
        }
        &:ansi { background: ansi_default; color: ansi_default; }
        &:ansi:focus { background: ansi_default; color: ansi_default; text-style: bold reverse; }
    }
    """

    def __init__(self, label: str, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(Content(f"[ {label} ]"), id=id, compact=True)
        self.active_effect_duration = 0  # while it glows, it takes no key


def focus_style(widget: Widget) -> str:
    """Return the style of what has the focus, which the ansi theme shows without a colour; none where it has not."""
    if not widget.has_focus:
        return ""
    return "reverse" if widget.app.native_ansi_color else "$block-cursor-foreground on $block-cursor-background"
