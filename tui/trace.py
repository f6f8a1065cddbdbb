"""When the console was where, for the benchmark: JSON lines with monotonic times, if KEYDESK_TRACE names a file."""

import json
from collections.abc import Callable
from typing import TextIO

Clock = Callable[[], float]


class Trace:
    """Writes one line for each milestone; without a file it does nothing. Times are in seconds."""

    def __init__(self, file: TextIO | None, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._passed: set[str] = set()

    def mark(self, milestone: str) -> None:
        """Note that *milestone* was reached, the first time only."""
        if self._file is None or milestone in self._passed:
            return
        self._passed.add(milestone)
        print(json.dumps({"event": milestone, "monotonic": self._clock()}), file=self._file, flush=True)
