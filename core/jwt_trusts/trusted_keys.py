"""The keys of JWT trusts: the last good set, fetched anew when it is due, and never in a flood.

They are wanted anew after the trust's hours, and where the set lacks the `kid` that is asked for. Whatever is asked, a
trust's keys are fetched once a minute at most: threads share a fetch that is under way, processes share the row's
`attempted_at`. Nobody waits for one here: who wants keys is told what to wait for.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlmodel import Session, col, or_, update

from core.applications.applications import held
from core.desk import Desk
from core.jwt_trusts.fetch_threads import Fetching, FetchThreads
from core.jwt_trusts.fetching import BROKEN, Fetched, fetched
from core.outbound.exchange import Exchange, exchange
from core.rules.limits import FETCHES_APART
from store.tables import Application, JwtTrust

if TYPE_CHECKING:
    from jwt import PyJWK

PATIENCE = 4.0
"""Seconds of a fetch, and of whoever waits for several."""

Told = Callable[[Session, Application, JwtTrust, str | None], None]
"""Is told in the transaction that stores other keys: owner and row as they are now, and the keys as they were."""


class KeysWanted(Exception):
    """Keys are on their way that decide about a client: wait for these *fetches*, and ask again."""

    def __init__(self, fetches: tuple[Fetching, ...]) -> None:
        super().__init__("keys are being fetched")
        self.fetches = fetches


class TrustedKeys:
    """Keys of JWT trusts, for whoever verifies assertions; `patience` is in seconds, for a whole fetch."""

    def __init__(self, desk: Desk, send: Exchange = exchange, *, patience: float = PATIENCE) -> None:
        self._desk = desk
        self._send = send
        self._patience = patience
        self._threads = FetchThreads()
        self._under_way: dict[str, Fetching] = {}
        self._lock = Lock()

    def keys(self, trust: JwtTrust, kid: str | None) -> "tuple[PyJWK, ...]":
        """Return the keys at hand with that *kid*, or without any; all of them without a *kid* to go by.

        A key stands here once for every algorithm that it may verify (`algorithm_name`), and never for a symmetric one.
        """
        found = _of(trust)
        return found if kid is None else tuple(key for key in found if key.key_id in (kid, None))

    def fetching(self, trusts: Iterable[JwtTrust], kid: str | None) -> tuple[Fetching, ...]:
        """Set out for the keys of those that are due or lack one with that *kid*; return what is under way of them.

        Within a minute of the last attempt that is nothing: then the keys at hand are all that there are.
        """
        now = self._desk.now()
        wanted = (trust for trust in trusts if _is_due(trust, now) or not _has(_of(trust), kid))
        fetches = (self._set_out(trust, now) for trust in wanted)
        return tuple(fetch for fetch in fetches if fetch is not None)

    def fetch(self, trust_id: str, told: Told | None = None) -> None:
        """Fetch the keys of a trust now and store what came of it; a trust that is gone is left gone."""
        with self._desk.database.read() as session:
            row = session.get(JwtTrust, trust_id)
        if row is None:
            return
        try:
            outcome = fetched(self._send, self._patience, row.issuer, row.jwks_uri)
        except Exception:  # a defect goes on its way, but not before the trust says that its keys could not be fetched
            self._store(row, Fetched(None, BROKEN), told)
            raise
        self._store(row, outcome, told)

    def close(self) -> None:
        """Let the threads go; a fetch that is under way ends first, within its few seconds."""
        self._threads.close()

    def _set_out(self, trust: JwtTrust, now: datetime) -> Fetching | None:
        """Return the fetch that is under way, or begin one where the minute is over."""
        with self._lock:
            fetch = self._under_way.get(trust.id)
            if fetch is None and _may_attempt(trust, now):
                fetch = self._threads.submit(_origin(trust), partial(self._fetch_once, trust.id))
                self._under_way[trust.id] = fetch
            return fetch

    def _fetch_once(self, trust_id: str) -> Exception | None:
        """Fetch, unless another process did within the minute; return what went wrong that is no failure of a fetch."""
        try:
            if self._claim(trust_id):
                self.fetch(trust_id)
        except Exception as problem:  # who waits goes on with the keys at hand
            return problem
        finally:
            with self._lock:
                del self._under_way[trust_id]
        return None

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
            # The application before what is its own, as everybody does: else two could wait for each other.
            owner = held(session, self._desk, asked.application_id) if told else None
            row = session.get(JwtTrust, asked.id, with_for_update=True)
            if row is None or (row.issuer, row.jwks_uri) != (asked.issuer, asked.jwks_uri):
                return  # what was asked is not trusted any more
            now, before = self._desk.now(), row.keys
            row.attempted_at = now
            row.failure, row.failed_at = outcome.failure, now if outcome.failure else None
            row.discovered_uri = outcome.discovered_uri or (row.discovered_uri if row.jwks_uri is None else None)
            if outcome.keys is not None:
                row.keys, row.fetched_at = outcome.keys, now
            if told and owner and row.keys != before:
                told(session, owner, row, before)


def _of(trust: JwtTrust) -> "tuple[PyJWK, ...]":
    from core.jwt_trusts.key_sets import verifiers  # the console needs no cryptography

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


def _origin(trust: JwtTrust) -> str:
    """Return who is asked first, for an issuer whose keys are elsewhere too."""
    return urlsplit(trust.jwks_uri or trust.issuer or "").netloc
