"""What gathers in memory and is written together, because a commit for each would make every caller wait."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sized
from threading import Lock
from typing import Generic, TypeVar

Gathered = TypeVar("Gathered", bound=Sized)


class Gathering(ABC, Generic[Gathered]):
    """What has been noted since the last `flush`; whoever notes holds the lock."""

    def __init__(self, nothing: Callable[[], Gathered]) -> None:
        self._nothing = nothing
        self._gathered = nothing()
        self._lock = Lock()

    def flush(self) -> None:
        """Write what has gathered in one transaction; what cannot be written now is kept for the next time."""
        with self._lock:
            gathered = self._take()
        if not gathered:
            return
        try:
            self._write(gathered)
        except BaseException:  # an interrupt as well: what has gathered shall not be lost
            with self._lock:
                self._put_back(gathered)
            raise

    def flush_all(self) -> None:
        """Write all that has gathered, where a `flush` writes only some of it."""
        while self._gathered:
            self.flush()

    def _take(self) -> Gathered:
        """Return what is to be written now, and hold it no longer; the lock is held."""
        gathered, self._gathered = self._gathered, self._nothing()
        return gathered

    @abstractmethod
    def _write(self, gathered: Gathered) -> None:
        """Write it in one transaction."""

    @abstractmethod
    def _put_back(self, gathered: Gathered) -> None:
        """Add it to what has gathered meanwhile; the lock is held."""
