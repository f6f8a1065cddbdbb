"""The lock of a client ID: open or locked, how many failures count, and who failed last."""

from collections.abc import Callable
from datetime import datetime, timedelta

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from core.rules.views.locks import Failure, LockView
from tui.columns.activity import brief
from tui.drawing.moments import ago, countdown
from tui.drawing.plain import line
from tui.widgets.countdown import CountdownPanel

_FEW, _MORE, _TALL = 2, 6, 32


class LockPanel(CountdownPanel):
    """Draws a `LockView`. While locked, a countdown repaints its own cells each second, and nothing else."""

    DEFAULT_CSS = """
    LockPanel #failures { display: none; width: 1fr; height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    LockPanel #failures.-some { display: block; }
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self._lock: LockView | None = None
        self._left: timedelta | None = None

    def compose(self) -> ComposeResult:
        """Lay out state, countdown, rest and failures."""
        with Horizontal():
            yield Static(id="state", markup=False)
            yield Static(id="countdown", markup=False)
            yield Static(id="rest", markup=False)
        yield Static(id="failures", markup=False)

    @property
    def known(self) -> bool:
        """Whether the lock was read."""
        return self._lock is not None

    @property
    def locked(self) -> bool:
        """Whether the client ID was locked when it was last read."""
        return self._lock is not None and self._lock.locked

    def show(self, lock: LockView) -> None:
        """Draw the lock as it stands now."""
        self._lock, self._left = lock, None
        word = ("locked", "$text-error bold") if lock.locked else ("open", "$text-success")
        self.draw("#state", line(("Lock        ", "$text-muted"), word))
        self.draw("#rest", line((self._rest(lock), "")))
        failures = [self._failure(failure) for failure in lock.failures[: self._room()]]
        self.query_one("#failures").set_class(bool(failures), "-some")
        self.draw("#failures", Content("\n").join(failures))
        self.count_down()

    def _rest(self, lock: LockView) -> str:
        if not lock.locking_enabled:
            return " · locking is off, this lock stays" if lock.locked else " · locking is off (L switches it on)"
        return f" · {lock.failed_logons} of {lock.limit} failed logons"

    def _failure(self, failure: Failure) -> Content:
        source = f" from {failure.source}" if failure.source else ""
        times = f" · {failure.count} times" if failure.count > 1 else ""
        told = f"refused: {brief(failure.reason)}{source}{times} · {ago(self._now(), failure.at)}"
        return line((f"            {told}", "$text-muted"))

    def _room(self) -> int:
        return _MORE if self.app.size.height >= _TALL else _FEW

    def count_down(self) -> None:
        """Draw what is left."""
        self.stop()
        if self._lock is None or self._lock.locked_until is None:
            self.draw("#countdown", Content(""))
            return
        before, left = self._left, self._lock.locked_until - self._now()
        if before is not None and left > before:  # the clock was set back
            self.post_message(self.Ended())
            return
        self._left = left
        self.draw("#countdown", line((f" · opens in {countdown(left)}", "bold")))
        self.go_on(left)
