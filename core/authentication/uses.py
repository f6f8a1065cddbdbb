"""Good logons gather here and are written together: a commit for each would cost more than the logon."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import case, col, or_, update

from core.desk import Desk
from core.gathering import Gathering
from store.tables import Certificate, ClientSecret, JwtTrust

CredentialTable = type[ClientSecret | Certificate | JwtTrust]
_Row = tuple[CredentialTable, str]
"""A credential: its table, and its id there."""


@dataclass(slots=True)
class _Use:
    """What has not been written yet about one credential."""

    at: datetime
    source: str | None
    count: int


class Uses(Gathering[dict[_Row, _Use]]):
    """Last use, from where, and how often, of credentials since the last `flush`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(dict)
        self._desk = desk

    def note(self, credential_id: str, at: datetime, source: str | None, table: CredentialTable = ClientSecret) -> None:
        """Remember one good logon by what stands in *table*; *source* is the caller's address."""
        with self._lock:
            self._add((table, credential_id), at, source, 1)

    def _write(self, gathered: dict[_Row, _Use]) -> None:
        with self._desk.database.transaction() as session:
            now = self._desk.now()
            for (table, credential_id), use in sorted(gathered.items(), key=_place):
                session.exec(_written(table, credential_id, use, now))

    def _put_back(self, gathered: dict[_Row, _Use]) -> None:
        for row, use in gathered.items():
            self._add(row, use.at, use.source, use.count)

    def _add(self, row: _Row, at: datetime, source: str | None, count: int) -> None:
        known = self._gathered.get(row)
        if known is None:
            self._gathered[row] = _Use(at, source, count)
            return
        known.count += count
        if at >= known.at:
            known.at, known.source = at, source


def _place(gathered: tuple[_Row, _Use]) -> tuple[str, str]:
    """Return where a row stands in the one order in which they are locked: else two processes wait for each other."""
    (table, credential_id), _ = gathered
    return str(table.__tablename__), credential_id


def _written(table: CredentialTable, credential_id: str, use: _Use, now: datetime):  # type: ignore[no-untyped-def]  # sqlmodel does not export the type
    """Return the statement that adds *use*; another process may have written a later one meanwhile.

    One that is yet to come is from before the clock was set back, and would stand still until then.
    """
    last = col(table.last_used_at)
    later = or_(last.is_(None), last <= use.at, last > now)
    return (
        update(table)
        .where(col(table.id) == credential_id)
        .values(
            use_count=table.use_count + use.count,
            last_used_at=case((later, use.at), else_=last),
            last_used_from=case((later, use.source), else_=col(table.last_used_from)),
        )
    )
