"""Calls that were let in gather here and are written together, as the uses of credentials are (`core.uses`)."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlmodel import Session

from core.desk import Desk
from store.queries.callers import add_calls, still_there
from store.tables import Api, Application

Caller = tuple[str, str]
"""The id of an API and that of an application."""


@dataclass(slots=True)
class _Calls:
    """What has not been written yet about one caller."""

    at: datetime
    count: int


class Callers:
    """Which applications have called which APIs since the last `flush`: when last, and how often."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._gathered: dict[Caller, _Calls] = {}
        self._lock = Lock()

    def note(self, caller: Caller, at: datetime) -> None:
        """Remember one call that was let in."""
        with self._lock:
            self._add(caller, at, 1)

    def flush(self) -> None:
        """Write all that has gathered in one transaction; what cannot be written now is kept for the next time."""
        with self._lock:
            gathered, self._gathered = self._gathered, {}
        if not gathered:
            return
        try:
            with self._desk.database.transaction() as session:
                _write(session, gathered, self._desk.now())
        except BaseException:
            with self._lock:
                for caller, calls in gathered.items():
                    self._add(caller, calls.at, calls.count)
            raise

    def _add(self, caller: Caller, at: datetime, count: int) -> None:
        known = self._gathered.get(caller)
        if known is None:
            self._gathered[caller] = _Calls(at, count)
            return
        known.count += count
        known.at = max(known.at, at)


def _write(session: Session, gathered: dict[Caller, _Calls], now: datetime) -> None:
    """Add what has gathered to what stands there; an API or an application may be gone by now.

    APIs first, then applications, each by id, as whoever subscribes does: no two wait for one another.
    """
    apis = still_there(session, Api, (api_id for api_id, _ in gathered))
    applications = still_there(session, Application, (application_id for _, application_id in gathered))
    rows = [
        {"api_id": api_id, "application_id": application_id, "last_called_at": calls.at, "calls": calls.count}
        for (api_id, application_id), calls in sorted(gathered.items(), key=lambda each: each[0])
        if api_id in apis and application_id in applications
    ]
    add_calls(session, rows, now)
