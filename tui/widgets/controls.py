"""Controls that tell their state without colour: `[x]`, `(•)`, `[ Done ]`. Space changes one, Enter is the form's."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Button, Checkbox

from tui.plain import line


class Tick(Checkbox, inherit_bindings=False):
    """A box that is ticked or not."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "toggle_button", "toggle", show=False)]
    DEFAULT_CSS = """
    Tick.-textual-compact {
        width: auto; background: transparent;
        &:focus { border: none; background-tint: transparent; }
        &:ansi:focus > .toggle--label { text-style: reverse; }
    }
    """

    def __init__(self, label: str, value: bool, *, name: str | None = None, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(Content(label), value, name=name, id=id, compact=True)

    @property
    def _button(self) -> Content:
        return Content("[x]" if self.value else "[ ]")


class Choices(Widget, can_focus=True):
    """One of a few, side by side; the arrows choose."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "previous", show=False),
        Binding("right,l,space", "step(1)", "next", show=False),
    ]
    DEFAULT_CSS = "Choices { height: 1; width: 1fr; }"

    chosen: reactive[int] = reactive(0)

    def __init__(self, labels: Sequence[str], chosen: int = 0) -> None:
        super().__init__()
        self._labels = tuple(labels)
        self.set_reactive(Choices.chosen, chosen)

    def render(self) -> Content:
        """Draw every choice, the chosen one marked, and the focus on it."""
        mark = (
            "reverse"
            if self.has_focus and self.app.native_ansi_color
            else "$block-cursor-foreground on $block-cursor-background"
        )
        return Content("   ").join(
            line("(•) ", (label, mark if self.has_focus else "")) if place == self.chosen else line(f"( ) {label}")
            for place, label in enumerate(self._labels)
        )

    def action_step(self, step: int) -> None:
        """Choose the next or previous one; there is nothing beyond the ends."""
        self.chosen = min(max(self.chosen + step, 0), len(self._labels) - 1)


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
