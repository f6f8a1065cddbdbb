"""The arithmetic of the client-ID lock: five failed logons lock it for an hour, then it opens by itself.

The clock may have been set back since: then the hour is counted anew, and once, from the first look at the lock.
"""

from dataclasses import dataclass
from datetime import datetime

from core.rules.limits import FAILED_LOGONS, LOCKED_FOR


@dataclass(frozen=True, slots=True)
class LockCount:
    """The stored pair; what it means depends on the time at which one asks."""

    failed_logons: int
    locked_until: datetime | None

    def is_locked(self, now: datetime) -> bool:
        """Whether every secret is refused at *now*; at the very end of the hour it is open."""
        return self.locked_until is not None and now < self.locked_until

    def is_overlong(self, now: datetime) -> bool:
        """Whether the end is further ahead than a lock lasts; whoever sees it stores what `at` returns."""
        return self.locked_until is not None and self.locked_until > now + LOCKED_FOR

    def at(self, now: datetime) -> "LockCount":
        """Return what holds at *now*: an hour that has passed leaves nothing behind, none is longer than itself."""
        if self.locked_until is not None and self.locked_until <= now:
            return LockCount(0, None)
        return LockCount(self.failed_logons, now + LOCKED_FOR) if self.is_overlong(now) else self

    def after_failure(self, now: datetime) -> "LockCount":
        """Return the pair after one failed logon; a locked one neither counts nor is prolonged."""
        current = self.at(now)
        if current.locked_until is not None:
            return current
        failed = current.failed_logons + 1
        return LockCount(failed, now + LOCKED_FOR if failed >= FAILED_LOGONS else None)
