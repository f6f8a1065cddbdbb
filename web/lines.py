"""Lines on their way to a descriptor, in a thread of their own: a reader that stalls never stops who writes."""

import os
import select
from collections import deque
from collections.abc import Callable
from threading import Event, Thread

_EVERY = 0.1
"""Seconds between two batches."""
_PATIENCE = 2.0
"""Seconds that the last batch may take."""


class LineWriter:
    """Takes lines without waiting, as many as *most*; beyond that they are dropped and counted.

    `dropped` makes the line that tells how many. What the descriptor does not take at all is lost: `lost` hears why.
    """

    def __init__(
        self, descriptor: int, *, dropped: Callable[[int], str], lost: Callable[[OSError], None], most: int = 10_000
    ) -> None:
        self._descriptor = descriptor
        self._dropped_line = dropped
        self._lost = lost
        self._most = most
        self._lines: deque[str] = deque()
        self._dropped = 0
        self._told = 0
        self._closing = Event()
        self._thread = Thread(target=self._run, name="request log", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Take one line, without its end; for one thread at a time."""
        if len(self._lines) >= self._most:
            self._dropped += 1
        else:
            self._lines.append(line)

    def close(self) -> None:
        """Write what is left, unless that takes too long."""
        self._closing.set()
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        try:
            while not self._closing.wait(_EVERY):
                self._write_batch()
            self._write_batch()
        except OSError as error:
            self._lost(error)

    def _write_batch(self) -> None:
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        dropped = self._dropped - self._told
        if dropped:
            self._told += dropped
            lines.append(self._dropped_line(dropped))
        if lines:
            self._write_whole("".join(f"{line}\n" for line in lines).encode())

    def _write_whole(self, batch: bytes) -> None:
        rest = memoryview(batch)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # somebody who shares the descriptor has made it non-blocking
                select.select([], [self._descriptor], [])
