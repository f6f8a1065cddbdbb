"""Refused calls gather here and are written together: a commit for each would make every other caller wait.

Only what no secret was guessed for: those count towards the lock of the client ID, and are written at once.
"""

from collections import Counter

from sqlmodel import col, select

from core.desk import Desk
from core.gathering import Gathering
from core.proofs import as_stored
from core.refused_logons import at_api, record_refusal
from core.rules.denials import Denial
from store.tables import Application

MOST = 1000
"""How many kinds are told apart between two `flush`; of more, the address is left out, which anybody can vary."""

_Refused = tuple[str, str, str | None]
"""Client ID, reason, source."""


class RefusedCalls(Gathering[Counter[_Refused]]):
    """Which applications were refused at which APIs since the last `flush`, why, from where, and how often."""

    def __init__(self, desk: Desk, most: int = MOST) -> None:
        super().__init__(Counter)
        self._desk = desk
        self._most = most

    def note(self, client_id: str, api: str, denial: Denial, source: str | None) -> None:
        """Remember one refused call of a client that is known; `source` is its address."""
        with self._lock:
            self._add((as_stored(client_id), at_api(denial, api), source), 1)

    def _put_back(self, gathered: Counter[_Refused]) -> None:
        for refused, count in gathered.items():
            self._add(refused, count)

    def _add(self, refused: _Refused, count: int) -> None:
        if refused not in self._gathered and len(self._gathered) >= self._most:
            refused = (*refused[:2], None)
        self._gathered[refused] += count

    def _write(self, gathered: Counter[_Refused]) -> None:
        wanted = {client_id for client_id, _reason, _source in gathered}
        # All are held before the activity is, and in one order: two servers would wait for one another.
        held = select(Application).where(col(Application.client_id).in_(wanted)).order_by(col(Application.id))
        with self._desk.database.transaction() as session:
            known = {each.client_id: each for each in session.exec(held.with_for_update())}
            for (client_id, reason, source), count in gathered.items():
                application = known.get(client_id)
                if application is not None:  # nobody has deleted it meanwhile
                    record_refusal(
                        session, self._desk, application, reason=reason, hint=None, source=source, count=count
                    )
