"""Refused calls gather here and are written together: a commit for each would make every other caller wait.

Only what no secret was guessed for: those count towards the lock of the client ID, and are written at once. Whoever
knows a client ID can be refused as often as he likes, from as many addresses as he has. So of one application only
some kinds are told apart within five minutes, and one `flush` writes only so many: however much was refused, the write
lock is held for some milliseconds.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlmodel import col, select

from core.authentication.proofs import as_stored
from core.authentication.refused_logons import Refused, at_api, record_refusals
from core.desk import Desk
from core.gathering import Gathering
from core.rules.denials import Denial
from core.rules.limits import REPEATS_WITHIN
from store.tables import Application

WITH_ADDRESS = 32
"""How many kinds of one application are told apart within five minutes; of more, the address is left out."""
WITH_API = 48
"""The same, where the address is left out already; of more, the API is left out as well, and reasons are few."""
AT_ONCE = 100
"""How many kinds one `flush` writes; those of an application are not divided, and the rest waits for the next."""


class _Kind(NamedTuple):
    """What calls are alike in that were refused to one application."""

    denial: Denial
    api: str | None
    source: str | None


@dataclass(slots=True)
class _Told:
    """Which kinds are told apart of one application, and until when."""

    ends_at: datetime
    kinds: set[_Kind]

    def fitting(self, kind: _Kind) -> _Kind:
        """Return as which kind a call is counted."""
        for kept, most in ((kind, WITH_ADDRESS), (kind._replace(source=None), WITH_API)):
            if kept in self.kinds or len(self.kinds) < most:
                self.kinds.add(kept)
                return kept
        return _Kind(kind.denial, None, None)


_Gathered = dict[str, Counter[_Kind]]
"""By client ID; who has waited longest stands first."""


class RefusedCalls(Gathering[_Gathered]):
    """Which applications were refused at which APIs since the last `flush`, why, from where, and how often."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(dict)
        self._desk = desk
        self._told: dict[str, _Told] = {}

    def note(self, client_id: str, api: str, denial: Denial, source: str | None) -> None:
        """Remember one refused call of a client that is known; `source` is its address."""
        client_id = as_stored(client_id)
        with self._lock:
            told = self._told.get(client_id)
            if told is None:
                told = self._told[client_id] = _Told(self._desk.now() + REPEATS_WITHIN, set())
            self._gathered.setdefault(client_id, Counter())[told.fitting(_Kind(denial, api, source))] += 1

    def _take(self) -> _Gathered:
        self._tell_anew()
        kinds, clients = 0, 0
        for told in self._gathered.values():
            kinds += len(told)
            if clients and kinds > AT_ONCE:
                break
            clients += 1
        return {client_id: self._gathered.pop(client_id) for client_id in list(islice(self._gathered, clients))}

    def _put_back(self, gathered: _Gathered) -> None:
        later, self._gathered = self._gathered, gathered
        for client_id, kinds in later.items():
            self._gathered.setdefault(client_id, Counter()).update(kinds)

    def _tell_anew(self) -> None:
        """Forget what was told apart five minutes ago, but for what is still to be written: it shall not grow."""
        now = self._desk.now()
        over = [each for each, told in self._told.items() if not now < told.ends_at <= now + REPEATS_WITHIN]
        for client_id in over:
            waiting = self._gathered.get(client_id)
            if waiting is None:
                del self._told[client_id]
            else:
                self._told[client_id] = _Told(now + REPEATS_WITHIN, set(waiting))

    def _write(self, gathered: _Gathered) -> None:
        # All are held before the activity is, and in one order: two servers would wait for one another.
        held = select(Application).where(col(Application.client_id).in_(gathered)).order_by(col(Application.id))
        with self._desk.database.transaction() as session:
            refused = [
                Refused(application, at_api(kind.denial, kind.api), source=kind.source, count=count)
                for application in session.exec(held.with_for_update())  # nobody has deleted it meanwhile
                for kind, count in gathered[application.client_id].items()
            ]
            record_refusals(session, self._desk, refused)
