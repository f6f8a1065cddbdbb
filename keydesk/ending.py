"""Ending when asked from outside: in order while the console can, without it where it cannot.

A terminal that takes no more bytes, such as a connection that has stalled, stops the whole console: Textual
waits until it may write. Its event loop would never hear of the hang-up that follows, and the process would
stay behind with whatever it holds. So a thread listens, and has the last word.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

_ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_PATIENCE = 5.0
"""Seconds in which the console may leave in order."""


@contextmanager
def ending_on_signals(leave: Callable[[int], object]) -> Iterator[None]:
    """Within the block, answer SIGTERM, SIGHUP and SIGINT by *leave* with the exit code, called in a thread of its own.

    The code is what a shell gives such an end. Where the block has not ended some seconds later, the process does.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    over = Event()
    listener = Thread(target=_listen, args=(reading, leave, over), daemon=True)
    listener.start()
    # The interpreter writes the number of each signal to this pipe at once, whatever the main thread waits for.
    pipe_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    before = {number: signal.signal(number, lambda *_: None) for number in _ENDS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(pipe_before)
        over.set()
        os.close(writing)
        listener.join()
        os.close(reading)


def _listen(reading: int, leave: Callable[[int], object], over: Event) -> None:
    while number := os.read(reading, 1):
        if number[0] in _ENDS:
            code = 128 + number[0]
            Thread(target=leave, args=(code,), daemon=True).start()
            if not over.wait(_PATIENCE):
                os._exit(code)
            return
