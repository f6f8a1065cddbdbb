"""The keys of JWT trusts: the last good set, fetched anew when it is due, and never in a flood.

A set is due after the trust's hours, or where it lacks the `kid` that is asked for. Whatever is asked, a trust's keys
are fetched once a minute at most: threads share a fetch that is under way, processes share the row's `attempted_at`.
"""

from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from sqlmodel import Session, col, or_, update

from core.desk import Desk
from core.exchange import Exchange, exchange
from core.rules.limits import FETCHES_APART
from core.trust_fetch import Fetched, fetched
from store.tables import JwtTrust

if TYPE_CHECKING:
    from jwt import PyJWK

_PATIENCE = 4.0

Told = Callable[[Session, JwtTrust, str | None], None]
"""Is told in the transaction that stores other keys: the row as it is now, and the keys as they were."""


class TrustedKeys:
    """Keys of JWT trusts, for whoever verifies assertions; `patience` is in seconds, for each request."""

    def __init__(self, desk: Desk, send: Exchange = exchange, *, patience: float = _PATIENCE) -> None:
        self._desk = desk
        self._send = send
        self._patience = patience
        self._under_way: dict[str, Future[None]] = {}
        self._lock = Lock()

    def keys(self, trust: JwtTrust, kid: str | None) -> "tuple[PyJWK, ...]":
        """Return the keys with that *kid*, or without any; all of them without a *kid* to go by.

        A key stands here once for every algorithm that it may verify (`algorithm_name`), and never for a symmetric
        one. It may take as long as a fetch does: call it in a thread, and within no transaction.
        """
        from core.key_sets import verifiers  # the console needs no cryptography

        candidates = _fitting(verifiers(trust.keys), kid)
        now = self._desk.now()
        known = bool(candidates) and (kid is None or any(key.key_id == kid for key in candidates))
        if known and not _is_due(trust, now):
            return candidates
        looked = self._fetch_once(trust.id) if _may_attempt(trust, now) else self._under_way.get(trust.id)
        if known and (looked is None or not looked.done()):
            return candidates  # the last good set will do, whoever is fetching
        if looked is not None:
            wait([looked], self._patience)
        return self._stored(trust.id, kid)

    def fetch(self, trust_id: str, told: Told | None = None) -> None:
        """Fetch the keys of a trust now and store what came of it; a trust that is gone is left gone."""
        with self._desk.database.read() as session:
            row = session.get(JwtTrust, trust_id)
        if row is not None:
            outcome = fetched(self._send, self._patience, row.issuer, row.jwks_uri)
            self._store(row, outcome, told)

    def _stored(self, trust_id: str, kid: str | None) -> "tuple[PyJWK, ...]":
        from core.key_sets import verifiers

        with self._desk.database.read() as session:
            row = session.get(JwtTrust, trust_id)
        return _fitting(verifiers(row.keys), kid) if row else ()

    def _fetch_once(self, trust_id: str) -> Future[None]:
        """Fetch, unless another thread does or another process did within the minute; return who is done when."""
        mine: Future[None] = Future()
        with self._lock:
            first = self._under_way.setdefault(trust_id, mine)
        if first is mine:
            try:
                if self._claim(trust_id):
                    self.fetch(trust_id)
            finally:
                with self._lock:
                    del self._under_way[trust_id]
                mine.set_result(None)
        return first

    def _claim(self, trust_id: str) -> bool:
        """Take the right to the one fetch of this minute, over all processes."""
        with self._desk.database.transaction() as session:
            now = self._desk.now()  # not before: to get the lock may take a while
            last = col(JwtTrust.attempted_at)
            # Far ahead lies what was written before the clock was set back.
            free = or_(last.is_(None), last <= now - FETCHES_APART, last > now + FETCHES_APART)
            claim = update(JwtTrust).where(col(JwtTrust.id) == trust_id, free).values(attempted_at=now)
            return bool(session.exec(claim).rowcount)

    def _store(self, asked: JwtTrust, outcome: Fetched, told: Told | None) -> None:
        with self._desk.database.transaction() as session:
            row = session.get(JwtTrust, asked.id, with_for_update=True)
            if row is None or (row.issuer, row.jwks_uri) != (asked.issuer, asked.jwks_uri):
                return  # what was asked is not trusted any more
            now, before = self._desk.now(), row.keys
            row.attempted_at = now
            row.failure, row.failed_at = outcome.failure, now if outcome.failure else None
            row.discovered_uri = outcome.discovered_uri or (row.discovered_uri if row.jwks_uri is None else None)
            if outcome.keys is not None:
                row.keys, row.fetched_at = outcome.keys, now
            if told and row.keys != before:
                told(session, row, before)


def _fitting(keys: "tuple[PyJWK, ...]", kid: str | None) -> "tuple[PyJWK, ...]":
    return keys if kid is None else tuple(key for key in keys if key.key_id in (kid, None))


def _is_due(trust: JwtTrust, now: datetime) -> bool:
    """Tell whether the last good set is too old; one from days to come is from before the clock was set back."""
    at = trust.fetched_at
    return at is None or at > now + FETCHES_APART or now - at >= timedelta(hours=trust.refresh_hours)


def _may_attempt(trust: JwtTrust, now: datetime) -> bool:
    at = trust.attempted_at
    return at is None or abs(now - at) >= FETCHES_APART
