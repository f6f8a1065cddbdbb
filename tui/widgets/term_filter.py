"""A filter line that takes terms too: it says which there are while one types, and what is wrong with one."""

from textual import events
from textual.widget import Widget
from textual.widgets import Static

from tui.drawing.plain import plain
from tui.widgets.filter import Filter
from tui.widgets.redraw import update_if_changed

TERMS = "actor:alice action:secret object:billing result:refused reason:locked since:2d"
"""An example of each term that fits a line of 80 columns; `until` is written like `since`."""


class TermFilter(Filter):
    """A filter line over a line that teaches; what that says is wrong stays there until it is right."""

    DEFAULT_CSS = """
    TermFilter { layout: grid; height: auto; grid-size: 2; grid-columns: 2 1fr; grid-rows: 1 auto; }
    TermFilter > .terms { height: auto; column-span: 2; color: $text-muted; display: none; }
    TermFilter:ansi > .terms { color: ansi_default; }
    TermFilter.-typing > .terms { display: block; }
    TermFilter > .terms.-trouble { color: $text-error; text-style: bold; display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._terms = Static(TERMS, classes="terms", markup=False)

    @property
    def refused(self) -> bool:
        """Whether what it says makes no sense."""
        return self._terms.has_class("-trouble")

    def judge(self, sentence: str | None) -> None:
        """Say what is wrong with it, or with None that nothing is."""
        self._terms.set_class(sentence is not None, "-trouble")
        update_if_changed(self._terms, plain(f"! {sentence}" if sentence else TERMS))

    def on_descendant_focus(self) -> None:
        """Teach the terms while one types."""
        self.add_class("-typing")

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """Give the line back to the list."""
        self.remove_class("-typing")

    def parts(self) -> tuple[Widget, ...]:
        """Return what stands on the line, and under it."""
        return (*super().parts(), self._terms)
