"""The places in which presented secrets are verified: few enough that a flood of guesses leaves room for clients.

Argon2 costs what it shall cost. Whoever finds no place is told to come again, before anything is verified for him;
clients whose secret this process has verified need none. Who authenticates without a secret holds a place only while
something is computed: neither while keys are fetched, nor while a refusal keeps the pace.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from core.authentication.authentication import ClientAuthentication
from core.authentication.proofs import Authenticated
from core.jwt_trusts.trusted_keys import PATIENCE, KeysWanted
from core.rules.errors import LogonRefused, Refusal, UnfitPlace
from core.rules.scopes import ApiScope
from web.discretion import report
from web.errors import Overloaded
from web.turns import Turns

PLACES = 32
STRANGERS = 8
"""Places that client IDs may take together which nobody can be let in with: unknown, locked, disabled.

Beside them as many logons without a secret may be under way that can let nobody in, by what they say.
"""
TURNS = (8, 32)
"""Logons without a secret that one client may have under way at once: from one address, from all together."""
WAITING = (64, 256)
"""Logons of one client that may wait for keys at once, likewise: they cost next to nothing."""

Rest = Callable[[float], Awaitable[None]]
Done = TypeVar("Done")

_Logon = tuple[str, str, ApiScope | None, str | None]
"""Client ID, value, API scope, source."""


class LogonPool:
    """Verifies presented secrets in threads. For one event loop; `close` lets the threads go."""

    def __init__(
        self,
        authentication: ClientAuthentication,
        token_bytes: Callable[[int], bytes],
        *,
        places: int = PLACES,
        strangers: int = STRANGERS,
        rest: Rest = asyncio.sleep,
    ) -> None:
        self._authentication = authentication
        self._rest = rest
        self._key = token_bytes(32)
        self._free = places
        self._free_to_strangers = strangers
        self._turns, self._waiting = Turns(*TURNS), Turns(*WAITING)
        self._turns_of_strangers = Turns(strangers, strangers)
        self._places_without_secret = asyncio.Semaphore(max(1, places // 2))
        self._threads = ThreadPoolExecutor(places, thread_name_prefix="logon")
        self._told: Exception | None = None
        self._under_way: dict[bytes, asyncio.Event] = {}
        """What is being verified for the first time, by a digest under a key of this process."""

    async def by_secret(
        self, client_id: str, value: str, scope: ApiScope | None, source: str | None, api: str | None = None
    ) -> Authenticated:
        """Authenticate by a secret that must be verified; raises `LogonRefused`, or `Overloaded` without any work.

        Of the same credential presented many times at once, one is verified; the others wait for what that proves.
        """
        logon = (client_id, value, scope, source)
        if self._authentication.is_stranger(client_id):
            return await self._verified(logon, api, stranger=True)
        digest = hmac.digest(self._key, f"{client_id}\0{value}".encode(), "sha256")
        first = self._under_way.get(digest)
        if first is None:
            return await self._verified_first(logon, api, digest)
        await first.wait()
        known = self._authentication.at_once(*logon)
        return known or await self._verified(logon, api, stranger=self._authentication.is_stranger(client_id))

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown()

    async def _verified_first(self, logon: _Logon, api: str | None, digest: bytes) -> Authenticated:
        self._under_way[digest] = done = asyncio.Event()
        try:
            return await self._verified(logon, api, stranger=False)
        finally:
            del self._under_way[digest]
            done.set()

    async def _verified(self, logon: _Logon, api: str | None, *, stranger: bool) -> Authenticated:
        return await self.run(partial(self._authentication.by_secret, *logon, api), stranger)

    async def without_secret(
        self, authenticate: Callable[..., Authenticated], client_id: str | None, source: str | None
    ) -> Authenticated:
        """Authenticate the client with this ID by other means; None is that of nobody who could be let in.

        Raises what `run` does. Where it raises `KeysWanted`, *authenticate* is called again with `waited=True`.
        """
        pace = self._authentication.pace
        start = pace.timer()
        try:
            return await self._in_turn(authenticate, client_id, source)
        except LogonRefused:
            await self._rest(pace.left(start) or 0.0)
            raise

    async def _in_turn(
        self, authenticate: Callable[..., Authenticated], client_id: str | None, source: str | None
    ) -> Authenticated:
        """Be one of the few of this client: no lock stops a flood in its name, so it shall find an end here."""
        turns = self._turns_of_strangers if client_id is None else self._turns
        try:
            with turns.taken(client_id, source):
                return await self._placed(authenticate)
        except KeysWanted as wanted:  # the turn is over: who waits keeps nobody from logging on with keys at hand
            with self._waiting.taken(client_id, source):
                await self._ended(wanted)
                return await self._placed(partial(authenticate, waited=True))

    async def _placed(self, authenticate: Callable[[], Authenticated]) -> Authenticated:
        """Run in one of the places that are not left to secrets, as soon as there is one."""
        async with self._places_without_secret:
            return await self.run(authenticate, stranger=False)

    async def run(self, work: Callable[[], Done], stranger: bool) -> Done:
        """Do *work* in a place and return what it returns; raises what it raises, or `Overloaded` without any work."""
        if not self._free or (stranger and not self._free_to_strangers):
            raise Overloaded
        self._take(1, stranger=stranger)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._take(-1, stranger=stranger)

    def _take(self, places: int, *, stranger: bool) -> None:
        self._free -= places
        self._free_to_strangers -= places if stranger else 0

    async def _ended(self, wanted: KeysWanted) -> None:
        """Wait until all is fetched, or long enough. A defect is told of once, for all who have waited for the same."""
        ended, _ = await asyncio.wait([asyncio.wrap_future(fetch) for fetch in wanted.fetches], timeout=PATIENCE)
        problems = [fetch.result() for fetch in ended if not fetch.cancelled()]
        for problem in problems:
            if problem is not None and problem is not self._told and not isinstance(problem, (Refusal, UnfitPlace)):
                self._told = problem
                report(problem)
