"""The keys of JWT trusts: the last good set, fetched anew when it is due, and never in a flood.

A set is due after the trust's hours, or where it lacks the `kid` that is asked for. Whatever is asked, a trust's keys
are fetched once a minute at most: threads share a fetch that is under way, processes share the row's `attempted_at`.
Fetches have threads of their own. Nobody waits for one here: who lacks a key is told what to wait for.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
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

PATIENCE = 4.0
"""Seconds of a fetch, and of whoever waits for several."""
_AT_ONCE = 8

Told = Callable[[Session, JwtTrust, str | None], None]
"""Is told in the transaction that stores other keys: the row as it is now, and the keys as they were."""


class KeysWanted(Exception):
    """Keys are on their way that may let a client in: wait for these *fetches*, and ask again."""

    def __init__(self, fetches: tuple[Future[None], ...]) -> None:
        super().__init__("keys are being fetched")
        self.fetches = fetches


class TrustedKeys:
    """Keys of JWT trusts, for whoever verifies assertions; `patience` is in seconds, for a whole fetch."""

    def __init__(self, desk: Desk, send: Exchange = exchange, *, patience: float = PATIENCE) -> None:
        self._desk = desk
        self._send = send
        self._patience = patience
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="keys")
        self._under_way: dict[str, Future[None]] = {}
        self._lock = Lock()

    def keys(self, trust: JwtTrust, kid: str | None) -> "tuple[PyJWK, ...]":
        """Return the keys at hand with that *kid*, or without any; all of them without a *kid* to go by.

        A key stands here once for every algorithm that it may verify (`algorithm_name`), and never for a symmetric
        one. A set that is due is fetched meanwhile, for the next time.
        """
        found = _of(trust)
        now = self._desk.now()
        if _has(found, kid) and _is_due(trust, now):
            self._set_out(trust, now)
        return found if kid is None else tuple(key for key in found if key.key_id in (kid, None))

    def fetching(self, trusts: Iterable[JwtTrust], kid: str | None) -> tuple[Future[None], ...]:
        """Set out for the keys of those that lack one with that *kid*; return who is done when, none in this minute."""
        now = self._desk.now()
        fetches = (self._set_out(trust, now) for trust in trusts if not _has(_of(trust), kid))
        return tuple(fetch for fetch in fetches if fetch is not None)

    def fetch(self, trust_id: str, told: Told | None = None) -> None:
        """Fetch the keys of a trust now and store what came of it; a trust that is gone is left gone."""
        with self._desk.database.read() as session:
            row = session.get(JwtTrust, trust_id)
        if row is not None:
            outcome = fetched(self._send, self._patience, row.issuer, row.jwks_uri)
            self._store(row, outcome, told)

    def close(self) -> None:
        """Let the threads go; a fetch that is under way ends first, within its few seconds."""
        self._threads.shutdown(cancel_futures=True)

    def _set_out(self, trust: JwtTrust, now: datetime) -> Future[None] | None:
        """Return the fetch that is under way, or begin one where the minute is over."""
        with self._lock:
            fetch = self._under_way.get(trust.id)
            if fetch is None and _may_attempt(trust, now):
                fetch = self._under_way[trust.id] = self._threads.submit(self._fetch_once, trust.id)
            return fetch

    def _fetch_once(self, trust_id: str) -> None:
        """Fetch, unless another process did within the minute."""
        try:
            if self._claim(trust_id):
                self.fetch(trust_id)
        finally:
            with self._lock:
                del self._under_way[trust_id]

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


def _of(trust: JwtTrust) -> "tuple[PyJWK, ...]":
    from core.key_sets import verifiers  # the console needs no cryptography

    return verifiers(trust.keys)


def _has(keys: "tuple[PyJWK, ...]", kid: str | None) -> bool:
    """Tell whether the key that is asked for is among them; without a *kid* any of them may be."""
    return bool(keys) if kid is None else any(key.key_id == kid for key in keys)


def _is_due(trust: JwtTrust, now: datetime) -> bool:
    """Tell whether the last good set is too old; one from days to come is from before the clock was set back."""
    at = trust.fetched_at
    return at is None or at > now + FETCHES_APART or now - at >= timedelta(hours=trust.refresh_hours)


def _may_attempt(trust: JwtTrust, now: datetime) -> bool:
    at = trust.attempted_at
    return at is None or abs(now - at) >= FETCHES_APART
