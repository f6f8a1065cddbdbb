"""The secret that retires next, or the one under the cursor: until when, who still uses it, what replaces it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from core.rules.expiry import SecretState
from core.rules.views import SecretView
from tui.moments import countdown, distance, minute
from tui.plain import line
from tui.retiring import foremost, is_still_used, last_use, twin_of
from tui.widgets.redraw import update_if_changed

_TO_THE_SECOND = timedelta(days=1)
_INDENT = " " * 12


class RetiringPanel(Vertical):
    """Two lines, or none where nothing retires. On the last day a countdown repaints its own cells each second."""

    DEFAULT_CSS = """
    RetiringPanel { height: auto; padding: 0 2; display: none; }
    RetiringPanel.-some { display: block; }
    RetiringPanel > Horizontal { height: 1; }
    RetiringPanel Static { width: auto; height: 1; }
    """

    class Ended(Message):
        """A grace period is over."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._secret: SecretView | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the end, the countdown, the rest, and the second line."""
        with Horizontal():
            yield Static(id="until", markup=False)
            yield Static(id="left", markup=False)
            yield Static(id="more", markup=False)
        yield Static(id="used", markup=False)

    def show(self, secrets: Sequence[SecretView], chosen: SecretView | None) -> None:
        """Draw the retiring secret that *chosen* is or replaces, or else the one that ends first."""
        self._secret = secret = foremost(secrets, chosen)
        self.set_class(secret is not None, "-some")
        if secret is not None and secret.retires_at is not None:
            until = f" until {minute(secret.retires_at)}"
            self._update("#until", line(("Retiring    ", "$text-muted"), (secret.hint, "bold"), until))
            others = sum(other.state is SecretState.RETIRING for other in secrets) - 1
            self._update("#more", line(f" · {others} more" if others else ""))
            self._update("#used", self._use(secret, twin_of(secret, secrets)))
        self._count_down()

    def _use(self, secret: SecretView, twin: SecretView | None) -> Content:
        style = "$text-warning" if is_still_used(secret, twin) else "$text-muted"
        replaced = f" · {twin.hint} replaces it" if twin else ""
        if twin and not twin.state.works:
            replaced = f" · {twin.hint}, which replaces it, is {twin.state}"
        return line(_INDENT, (last_use(secret, twin, self._now()), style), (replaced, "$text-muted"))

    def _count_down(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._secret is None or self._secret.retires_at is None:
            return
        left = self._secret.retires_at - self._now()
        if left > _TO_THE_SECOND:  # read again each minute, which is enough
            self._update("#left", line(f" · {distance(left)} left"))
            return
        self._update("#left", line((f" · {countdown(left)} left", "bold")))
        if left.total_seconds() <= 0:
            self.post_message(self.Ended())
        else:
            self._timer = self.set_timer(1.0, self._count_down)

    def _update(self, selector: str, content: Content) -> None:
        update_if_changed(self.query_one(selector, Static), content)
