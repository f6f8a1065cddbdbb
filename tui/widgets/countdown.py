"""What counts down to a moment: once a second it repaints the cells of its countdown, and nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from tui.widgets.redraw import update_if_changed


class CountdownPanel(Vertical):
    """Lines of which one counts down; subclasses draw them, and `go_on` or `stop` each time."""

    DEFAULT_CSS = """
    CountdownPanel { height: auto; padding: 0 2; }
    CountdownPanel > Horizontal { height: 1; }
    CountdownPanel Static { width: auto; height: 1; }
    """

    class Ended(Message):
        """The countdown has reached its end, or means nothing any more: what it is about has to be read again."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._timer: Timer | None = None

    def count_down(self) -> None:
        """Draw what is left, and go on or stop."""
        raise NotImplementedError

    def go_on(self, left: timedelta) -> None:
        """Count down again in a second, or tell that nothing is left."""
        if left.total_seconds() <= 0:
            self.post_message(self.Ended())
        else:
            self._timer = self.set_timer(1.0, self.count_down)

    def stop(self) -> None:
        """Count no further."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def draw(self, selector: str, content: Content) -> None:
        """Draw *content* in one of the parts, if it does not stand there already."""
        update_if_changed(self.query_one(selector, Static), content)
