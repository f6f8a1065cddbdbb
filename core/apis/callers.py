"""Calls that were let in gather here and are written together, as uses of credentials in `core.authentication.uses`."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.desk import Desk
from core.gathering import Gathering
from store.queries.callers import add_calls, still_there
from store.tables import Api, Application

Caller = tuple[str, str]
"""The id of an API and that of an application."""


@dataclass(slots=True)
class _Calls:
    """What has not been written yet about one caller."""

    at: datetime
    count: int


class Callers(Gathering[dict[Caller, _Calls]]):
    """Which applications have called which APIs since the last `flush`: when last, and how often."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(dict)
        self._desk = desk

    def note(self, caller: Caller, at: datetime) -> None:
        """Remember one call that was let in."""
        with self._lock:
            self._add(caller, at, 1)

    def _write(self, gathered: dict[Caller, _Calls]) -> None:
        with self._desk.database.transaction() as session:
            _write(session, gathered, self._desk.now())

    def _put_back(self, gathered: dict[Caller, _Calls]) -> None:
        for caller, calls in gathered.items():
            self._add(caller, calls.at, calls.count)

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
