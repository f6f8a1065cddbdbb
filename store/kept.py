"""One connection that stays open for single looks: where a session for each would cost more than the answer.

Only the HTTP face's hot paths need it (docs/decisions.md); everything else reads by `Database.read`.
"""

from collections.abc import Callable, Hashable
from threading import Lock, local
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, Row

from store.engine import alone

Made = TypeVar("Made")

_MOST = 10_000
_NOTHING: Any = object()


class _Shared(local):
    """What one thread shares: nothing, until it says so."""

    shares = False
    version: object = None
    """The version that it has seen since then."""


class KeptConnection:
    """Reads one row at a time; each such look sees all that was committed before it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tells_versions = engine.dialect.name == "sqlite"
        self._connection: Connection | None = None
        self._driver: Any = None
        """The driver's part of the connection, once it was asked for its data version."""
        self._opened_times = 0
        self._lock = Lock()
        self._shared = _Shared()
        self._made: tuple[object, dict[Hashable, Any]] = (None, {})
        """The version that was last seen, and what was made at it or later; one pair, for threads change it."""

    def first(self, statement: Executable, **parameters: Any) -> Row[Any] | None:
        """Return the first row of a fixed statement, or None."""
        with self._lock:
            try:
                return self._opened().execute(statement, parameters).first()
            except BaseException:
                self._let_go()  # a server that came back is found by a new connection
                raise

    def fresh(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what *make* makes of looks into the database, made anew where anybody has committed since.

        SQLite tells by its data version, at a tenth of the price of a look. It is asked each time, or once for all
        calls that `share`: what was committed after the first of them is seen after the last. Other databases do not
        tell, and *make* is called each time. *make* may look several times, which is no snapshot.
        """
        if not self._tells_versions:
            return make()
        shared = self._shared
        version = shared.version
        if version is None:
            version = self._data_version()
            if shared.shares:
                shared.version = version
        if version != self._made[0]:
            self._made = (version, {})
        kept = self._made[1]
        made: Made = kept.get(key, _NOTHING)
        if made is not _NOTHING:
            return made
        made = make()  # of this version, or of a newer one, at which it will be made anew
        if len(kept) < _MOST:
            kept[key] = made
        return made

    def share(self, shares: bool) -> None:
        """Let this thread's calls of `fresh` that follow share one question for the data version, or no longer."""
        self._shared.shares, self._shared.version = shares, None

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._let_go()

    def _data_version(self) -> object:
        """Return what changes with every commit by any other connection, of this process too, and is never told twice.

        The number alone would be: another connection counts for itself.
        """
        with self._lock:
            try:
                if self._driver is None:
                    self._driver = self._opened().connection.driver_connection
                    assert self._driver is not None, "an open connection has one of the driver's"
                return self._opened_times, self._driver.execute("PRAGMA data_version").fetchone()[0]
            except BaseException:
                self._let_go()  # as above
                raise

    def _opened(self) -> Connection:
        if self._connection is None:
            self._connection = alone(self._engine)
            self._opened_times += 1
        return self._connection

    def _let_go(self) -> None:
        self._driver = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None
