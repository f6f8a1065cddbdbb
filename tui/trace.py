"""When the console was where, for the benchmark: JSON lines with monotonic times, if KEYDESK_TRACE names a file."""

import json
from collections.abc import Callable
from pathlib import Path

Clock = Callable[[], float]


class Trace:
    """Appends one line for each milestone; without a file it does nothing. Times are in seconds."""

    def __init__(self, file: Path | None, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._passed: set[str] = set()

    def mark(self, milestone: str) -> None:
        """Note that *milestone* was reached, the first time only."""
        if self._file is None or milestone in self._passed:
            return
        self._passed.add(milestone)
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"event": milestone, "monotonic": self._clock()}) + "\n")
