"""Two clocks: the one on the wall, which somebody may set, and the time since boot, which nobody can."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Uptime:
    """Milliseconds since a boot, and the id of that boot: another boot, or another machine, has another."""

    boot: str
    passed: int

    def until(self, end: "Uptime | None") -> timedelta | None:
        """Return how long it is to *end*, less than nothing once that has passed; None where it is of another boot."""
        return (end.passed - self.passed) * _MILLISECOND if end and end.boot == self.boot else None

    def after(self, span: timedelta) -> "Uptime":
        """Return the same clock *span* later."""
        return Uptime(self.boot, self.passed + span // _MILLISECOND)


@dataclass(frozen=True, slots=True)
class Clocks:
    """What both say at one moment: the time in UTC, and the uptime, None where it cannot be told."""

    time: datetime
    uptime: Uptime | None = None


SinceBoot = Callable[[], Uptime | None]


def unknown() -> None:
    """Tell no uptime: then the clock on the wall is all there is."""
