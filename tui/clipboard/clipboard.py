"""`Clipboard`: the room's one object. Facts, route, carrying, report, in this order, for each copy anew."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Mapping
from threading import Lock

from tui.clipboard import native, osc52, report, tmux
from tui.clipboard.facts import gather
from tui.clipboard.report import Outcome, Report
from tui.clipboard.routes import DESKTOP, Route, Setting, Way, choose
from tui.clipboard.running import Recall, Runner, Subprocesses

# What goes over a value that cannot be read back: tmux sends no empty copy, and terminals differ over one.
# A blank is taken wherever the value was, and does no harm when it is pasted.
_BLANK = b" "


class Clipboard:
    """The operator's clipboard, as far as it can be reached from here.

    `terminal` writes control sequences to the terminal that the console draws on; `clear_after` is in seconds,
    0 leaves what was copied. Both methods block (programs are run, up to seconds): call them in a thread.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        terminal: Callable[[str], object],
        *,
        setting: Setting = Setting.AUTO,
        clear_after: int = 45,
        runner: Runner | None = None,
        platform: str = sys.platform,
        token_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._environment = dict(environment)
        self._terminal = terminal
        self._setting = setting
        self._clear_after = clear_after
        self._runner = runner or Subprocesses(environment)
        self._platform = platform
        self._token_bytes = token_bytes
        self._taken: set[Way] = set()
        self._recall: Recall | None = None
        self._lock = Lock()

    def copy(self, value: str, *, secret: bool = True, writable: bool | None = None) -> Report:
        """Bring the value to the clipboard by the first way that works, and say how far it got.

        A secret on a clipboard that can be read is cleared after `clear_after`, also when the console has ended
        by then. What is no secret (a client ID) stays. `writable` says whether `w` writes it into a file instead,
        as it does a secret.
        """
        writable = secret if writable is None else writable
        if not value:
            return report.not_copied("There is nothing to copy.", writable=writable)
        data = value.encode(errors="replace")  # an error would carry the value
        with self._lock:
            route = self._route()
            for way in route.ways:
                if self._carry(way, data):
                    self._taken.add(way)
                    return self._confirmed(way, data, secret) if way in DESKTOP else report.sent(way)
            return report.not_copied(route.why or "The clipboard did not take it.", writable=writable)

    def clear(self) -> Report:
        """Clear now whatever took a copy: empty the desktop's clipboard, send a blank over the terminal's."""
        with self._lock:
            reports = {way: self._wipe(way) for way in self._taken}
            self._taken = {way for way in reports if reports[way].outcome is not Outcome.CLEARED}
            return min(reports.values(), key=_doubt, default=report.nothing_to_clear())

    def _route(self) -> Route:
        facts = gather(self._environment, self._platform, self._runner)
        return choose(self._environment, facts, self._setting)

    def _carry(self, way: Way, data: bytes) -> bool:
        if way in DESKTOP:
            return native.copy(self._runner, way, data)
        if way in (Way.OSC52, Way.SCREEN):
            return self._write(way, data)
        return tmux.load(self._runner, data, f"keydesk-{self._token_bytes(8).hex()}")

    def _write(self, way: Way, data: bytes) -> bool:
        text = osc52.sequence(data)
        try:
            self._terminal(osc52.through_screen(text) if way is Way.SCREEN else text)
        except OSError:
            return False
        return True

    def _confirmed(self, way: Way, data: bytes, secret: bool) -> Report:
        self._call_back()  # it waits for an earlier copy, and would clear this one early if it is the same
        seconds = self._clear_after if secret else 0
        if seconds:
            self._recall = native.clear_later(self._runner, way, data, seconds)
        return report.copied(seconds if self._recall else 0)

    def _wipe(self, way: Way) -> Report:
        if way not in DESKTOP:
            return report.asked_to_clear() if self._carry(way, _BLANK) else report.not_cleared()
        if not native.clear(self._runner, way):
            return report.not_cleared()
        self._call_back()
        return report.cleared()

    def _call_back(self) -> None:
        if self._recall:
            self._recall()
        self._recall = None


def _doubt(wiped: Report) -> int:
    """Order what became of several ways, so that one sentence tells the worst."""
    return (Outcome.NOT_CLEARED, Outcome.SENT, Outcome.CLEARED).index(wiped.outcome)
