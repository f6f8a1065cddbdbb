"""The arithmetic of the client-ID lock: five failed logons lock it for an hour, then it opens by itself.

The hour is measured by the time since boot, so that nobody shortens or prolongs it by setting the clock. After a
restart, or on another machine, the clock on the wall is believed, but for an hour at most: an end further ahead
tells of a clock that was set back, and the hour is then counted anew, and once, from the first look at the lock.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.rules.clocks import Clocks, Uptime
from core.rules.limits import FAILED_LOGONS, LOCKED_FOR

_NONE = timedelta(0)
_SAME = timedelta(seconds=2)
"""The two clocks of one machine drift apart by as much; an end that is written down is not rewritten for that."""


@dataclass(frozen=True, slots=True)
class LockCount:
    """What is stored; what it means depends on the time at which one asks."""

    failed_logons: int
    locked_until: datetime | None
    measured: Uptime | None = None
    """The same end as `locked_until` by the time since boot, where that is known."""

    def left(self, clocks: Clocks) -> timedelta:
        """Return how long every secret is still refused; nothing at the very end of the hour."""
        if self.locked_until is None:
            return _NONE
        measured = self._measured(clocks)
        left = self.locked_until - clocks.time if measured is None else measured
        return min(max(left, _NONE), LOCKED_FOR)

    def is_locked(self, clocks: Clocks) -> bool:
        """Whether every secret is refused."""
        return self.left(clocks) > _NONE

    def is_overlong(self, clocks: Clocks) -> bool:
        """Whether nothing but a clock that was set back tells of the end; whoever sees it stores what `at` returns."""
        if self.locked_until is None or self._measured(clocks) is not None:
            return False
        return self.locked_until - clocks.time > LOCKED_FOR + _SAME

    def at(self, clocks: Clocks) -> "LockCount":
        """Return what holds now, with an end by both clocks: an hour that has passed leaves nothing behind."""
        if self.locked_until is None:
            return self
        left = self.left(clocks)
        if left == _NONE:
            return LockCount(0, None)
        end = clocks.time + left
        if clocks.time < self.locked_until and abs(self.locked_until - end) <= _SAME:
            end = self.locked_until
        measured = self.measured
        if clocks.uptime and self._measured(clocks) is None:
            measured = clocks.uptime.after(left)
        return replace(self, locked_until=end, measured=measured)

    def after_failure(self, clocks: Clocks) -> "LockCount":
        """Return what is to be stored after one failed logon; a locked one neither counts nor is prolonged."""
        current = self.at(clocks)
        if current.locked_until is not None:
            return current
        failed = current.failed_logons + 1
        if failed < FAILED_LOGONS:
            return LockCount(failed, None)
        end = clocks.uptime.after(LOCKED_FOR) if clocks.uptime else None
        return LockCount(failed, clocks.time + LOCKED_FOR, end)

    def _measured(self, clocks: Clocks) -> timedelta | None:
        """Return what is left by the time since boot, or None where that cannot tell.

        More than an hour is left where a container was restarted: it has an uptime of its own, and its host's boot.
        """
        left = clocks.uptime.until(self.measured) if clocks.uptime else None
        return left if left is not None and left <= LOCKED_FOR else None


OPEN = LockCount(0, None)
