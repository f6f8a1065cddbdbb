"""Lines on their way to a descriptor, in a thread of their own: a reader that stalls never stops who writes."""

import os
import select
from collections import deque
from collections.abc import Callable
from threading import Event, Thread

_EVERY = 0.1
"""Seconds after which a batch is written, however small."""
_ENOUGH = 500
"""Lines that make a batch before that: gathered for longer under load, they would take megabytes."""
_PATIENCE = 2.0
"""Seconds that the last batch may take."""


class LineWriter:
    """Takes lines without waiting, as many as *most*; beyond that they are dropped and counted. `every` is seconds.

    `dropped` makes the line that tells how many. What the descriptor does not take at all is lost: `lost` hears why.
    """

    def __init__(
        self,
        descriptor: int,
        *,
        dropped: Callable[[int], str],
        lost: Callable[[OSError], None],
        most: int = 10_000,
        every: float = _EVERY,
    ) -> None:
        self._descriptor = descriptor
        self._dropped_line = dropped
        self._lost = lost
        self._most = most
        self._every = every
        self._lines: deque[str] = deque()
        self._dropped = 0
        self._told = 0
        self._due = Event()
        self._is_closing = False
        self._thread = Thread(target=self._run, name="request log", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Take one line, without its end; for one thread at a time."""
        waiting = len(self._lines)
        if waiting >= self._most:
            self._dropped += 1
            return
        self._lines.append(line)
        if waiting == _ENOUGH:
            self._due.set()

    def close(self) -> None:
        """Write what is left, unless that takes too long."""
        self._is_closing = True
        self._due.set()
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        try:
            while not self._is_closing:
                self._due.wait(self._every)
                self._due.clear()
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
            self._write_whole("\n".join((*lines, "")).encode())

    def _write_whole(self, batch: bytes) -> None:
        rest = memoryview(batch)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # somebody who shares the descriptor has made it non-blocking
                select.select([], [self._descriptor], [])
