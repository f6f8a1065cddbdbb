"""Refusals take comparable time, so that waiting for one tells nothing about its cause (PRODUCT.md section 4)."""

from collections import deque
from collections.abc import Callable
from time import perf_counter

Sleep = Callable[[float], None]

_REMEMBERED = 51


class Pace:
    """The running median of refusals that were verified and written down; the others wait until it has passed.

    Times are in seconds. `sleep` takes them, `timer` tells them.
    """

    def __init__(self, sleep: Sleep, timer: Callable[[], float] = perf_counter) -> None:
        self.timer = timer
        self._sleep = sleep
        self._times: deque[float] = deque(maxlen=_REMEMBERED)

    def measured(self, start: float) -> None:
        """Take a refusal that has done all the work as a measure for the others."""
        self._times.append(self.timer() - start)

    def left(self, start: float) -> float | None:
        """Return how long it is until as much time has passed as a whole refusal takes; None if none was yet."""
        if not self._times:
            return None
        times = sorted(self._times)
        return max(times[len(times) // 2] - (self.timer() - start), 0.0)

    def keep(self, start: float) -> bool:
        """Wait, without computing, for as long as is left; False if there was nothing to go by."""
        left = self.left(start)
        if left:
            self._sleep(left)
        return left is not None
