"""The threads that fetch keys: few for any one origin, so that one which hangs keeps no other one waiting."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

AT_ONCE = 32
OF_ONE_ORIGIN = 4

Fetch = Callable[[], Exception | None]
"""Fetches, and returns what went wrong by a defect or with the database; it raises nothing."""
Fetching = Future[Exception | None]


class FetchThreads:
    """Runs what fetches, *at_once* in all; what waits for a thread of its origin takes none."""

    def __init__(self, at_once: int = AT_ONCE, of_one_origin: int = OF_ONE_ORIGIN) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="keys")
        self._of_one_origin = of_one_origin
        self._waiting: defaultdict[str, deque[tuple[Fetching, Fetch]]] = defaultdict(deque)
        self._working: Counter[str] = Counter()
        self._is_closed = False
        self._lock = Lock()

    def submit(self, origin: str, fetch: Fetch) -> Fetching:
        """Have *fetch* run in its turn; its future is cancelled where everything ends before."""
        future = Fetching()
        with self._lock:
            if self._is_closed:
                future.cancel()
                return future
            self._waiting[origin].append((future, fetch))
            if self._working[origin] < self._of_one_origin:
                self._working[origin] += 1
                self._threads.submit(self._work, origin)
        return future

    def close(self) -> None:
        """Let the threads go; a fetch that is under way ends first, within its few seconds."""
        with self._lock:
            self._is_closed = True
            for waiting in self._waiting.values():
                while waiting:
                    waiting.popleft()[0].cancel()
        self._threads.shutdown()

    def _work(self, origin: str) -> None:
        """Run the next of this origin; the one after it queues up behind those of others."""
        with self._lock:
            future, fetch = self._waiting[origin].popleft() if self._waiting[origin] else (None, None)
        if future and fetch and future.set_running_or_notify_cancel():
            future.set_result(fetch())
        with self._lock:
            if self._waiting[origin]:
                self._threads.submit(self._work, origin)
                return
            self._working[origin] -= 1
            if not self._working[origin]:
                del self._working[origin], self._waiting[origin]
