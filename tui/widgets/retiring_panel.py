"""The secret that retires next, or the one under the cursor: until when, who still uses it, what replaces it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from core.rules.expiry import SecretState
from core.rules.views.client_secrets import SecretView
from tui.drawing.moments import countdown, distance, minute
from tui.drawing.plain import line
from tui.facts.retiring import foremost, is_still_used, last_use, twin_of
from tui.widgets.countdown import CountdownPanel

_TO_THE_SECOND = timedelta(days=1)
_INDENT = " " * 12


class RetiringPanel(CountdownPanel):
    """Two lines, or none where nothing retires. On the last day a countdown repaints its own cells each second."""

    DEFAULT_CSS = """
    RetiringPanel { display: none; }
    RetiringPanel.-some { display: block; }
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self._secret: SecretView | None = None

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
            self.draw("#until", line(("Retiring    ", "$text-muted"), (secret.hint, "bold"), until))
            others = sum(other.state is SecretState.RETIRING for other in secrets) - 1
            self.draw("#more", line(f" · {others} more" if others else ""))
            self.draw("#used", self._use(secret, twin_of(secret, secrets)))
        self.count_down()

    def _use(self, secret: SecretView, twin: SecretView | None) -> Content:
        style = "$text-warning" if is_still_used(secret, twin) else "$text-muted"
        replaced = f" · {twin.hint} replaces it" if twin else ""
        if twin and not twin.state.works:
            replaced = f" · {twin.hint}, which replaces it, is {twin.state}"
        return line(_INDENT, (last_use(secret, twin, self._now()), style), (replaced, "$text-muted"))

    def count_down(self) -> None:
        """Draw what is left."""
        self.stop()
        if self._secret is None or self._secret.retires_at is None:
            return
        left = self._secret.retires_at - self._now()
        if left > _TO_THE_SECOND:  # read again each minute, which is enough
            self.draw("#left", line(f" · {distance(left)} left"))
            return
        self.draw("#left", line((f" · {countdown(left)} left", "bold")))
        self.go_on(left)
