"""Refusals take comparable time, so that waiting for one tells nothing about its cause (PRODUCT.md section 4)."""

from collections import deque
from collections.abc import Callable
from itertools import islice
from time import perf_counter

Sleep = Callable[[float], None]

_MEDIAN_OF = 51
_REMEMBERED = 501
_COUNTS_FOR, _FADED_AFTER = 10.0, 30.0
"""Seconds for which a measure counts as it is, and after which nothing is left in it of what else was going on."""
_CALM = 1.5
"""Times the quickest one: as long as a refusal may well take while nothing else goes on."""


class Pace:
    """The running median of refusals that were verified and written down: none is answered before it has passed.

    A flood makes each of them slow, and must not be felt in refusals long after: what a measure holds beyond what is
    usual fades by time alone. Times are in seconds. `sleep` takes them, `timer` tells them.
    """

    def __init__(self, sleep: Sleep, timer: Callable[[], float] = perf_counter) -> None:
        self.timer = timer
        self._sleep = sleep
        self._measures: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)

    def measured(self, start: float) -> None:
        """Take a refusal that has done all the work as a measure for the others."""
        now = self.timer()
        self._measures.append((now, now - start))

    def left(self, start: float) -> float | None:
        """Return how long it is until as much time has passed as a whole refusal takes; None if none was yet."""
        if not self._measures:
            return None
        now, measures = self.timer(), list(self._measures)
        calm = _CALM * min(took for _, took in measures)
        newest = islice(reversed(measures), _MEDIAN_OF)
        times = sorted(min(took, calm) + max(took - calm, 0.0) * _share(now - at) for at, took in newest)
        return max(times[len(times) // 2] - (now - start), 0.0)

    def keep(self, start: float) -> bool:
        """Wait, without computing, for as long as is left; False if there was nothing to go by."""
        left = self.left(start)
        if left:
            self._sleep(left)
        return left is not None


def _share(age: float) -> float:
    """Return what is left of a measure that old, from 1 to 0."""
    return min(1.0, max(0.0, (_FADED_AFTER - age) / (_FADED_AFTER - _COUNTS_FOR)))
