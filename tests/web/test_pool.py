"""The logon pool: a flood of guesses leaves room for clients, and one credential is verified once."""

import asyncio
import os
from collections.abc import Callable
from threading import Event, Semaphore
from typing import cast

import pytest
from argon2.profiles import CHEAPEST

from core.authentication.proofs import Authenticated
from core.hashing import ArgonHasher
from core.jwt_trusts.fetch_threads import Fetching
from core.jwt_trusts.trusted_keys import KeysWanted
from core.rules.errors import LogonRefused
from core.rules.expiry import Lifetime
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.scopes import ApiScope
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database
from tests.staging import WRONG, Clock, compose
from web.errors import Overloaded
from web.pool import LogonPool

PATIENCE = 10.0


class GatedHasher(ArgonHasher):
    """A real hasher whose verifications wait at a gate, and are counted as they come to it."""

    def __init__(self) -> None:
        super().__init__(os.urandom, CHEAPEST)
        self.gate = Event()
        self.count = 0
        self._arrived = Semaphore(0)

    def verify(self, encoded: str, value: str) -> bool:
        self.count += 1
        self._arrived.release()
        assert self.gate.wait(PATIENCE)
        return super().verify(encoded, value)

    async def has_seen(self, count: int) -> None:
        """Wait until *count* verifications have come, and no other one a moment later."""
        for _ in range(count):
            assert await asyncio.to_thread(self._arrived.acquire, timeout=PATIENCE)
        assert not await asyncio.to_thread(self._arrived.acquire, timeout=0.05)


@pytest.fixture
def hasher() -> GatedHasher:
    return GatedHasher()


@pytest.fixture
def services(database: Database, clock: Clock, hasher: GatedHasher) -> Services:
    return compose(database, clock, hasher=hasher)


Logon = Callable[..., asyncio.Task[Authenticated]]


@pytest.fixture
def pool(services: Services) -> LogonPool:
    """Four places, one of them for strangers."""
    return LogonPool(services.authentication, os.urandom, places=4, strangers=1)


@pytest.fixture
def log_on(pool: LogonPool) -> Logon:
    def begun(client_id: str, value: str = WRONG) -> asyncio.Task[Authenticated]:
        return asyncio.ensure_future(pool.by_secret(client_id, value, ApiScope.OPENID, "10.0.0.7"))

    return begun


def another(services: Services, name: str) -> IssuedSecret:
    application = services.applications.create(NewApplication(name))
    return services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER))


async def outcomes(tasks: list[asyncio.Task[Authenticated]]) -> list[type]:
    return [type(outcome) for outcome in await asyncio.gather(*tasks, return_exceptions=True)]


async def test_one_credential_presented_many_times_at_once_is_verified_once(
    log_on: Logon, hasher: GatedHasher, issued: IssuedSecret, services: Services
) -> None:
    tasks = [log_on(issued.client_id, issued.value) for _ in range(64)]
    await hasher.has_seen(1)
    hasher.gate.set()
    assert await outcomes(tasks) == [Authenticated] * 64
    assert hasher.count == 1
    services.authentication.uses.flush()
    (secret,) = services.client_secrets.list(services.applications.resolve(issued.client_id).id)
    assert secret.use_count == 64


async def test_those_who_wait_hold_no_place(
    log_on: Logon, hasher: GatedHasher, issued: IssuedSecret, services: Services
) -> None:
    same = [log_on(issued.client_id, issued.value) for _ in range(64)]
    others = [another(services, name) for name in ("two", "three", "four")]
    tasks = same + [log_on(other.client_id, other.value) for other in others]
    await hasher.has_seen(4)
    hasher.gate.set()
    assert await outcomes(tasks) == [Authenticated] * 67


async def test_past_the_bound_nothing_is_done(
    log_on: Logon, hasher: GatedHasher, services: Services, issued: IssuedSecret
) -> None:
    tasks = [log_on(issued.client_id, f"{WRONG}{n}") for n in range(7)]
    await hasher.has_seen(4)
    hasher.gate.set()
    assert await outcomes(tasks) == [LogonRefused] * 4 + [Overloaded] * 3
    assert services.locks.show(services.applications.resolve(issued.client_id).id).failed_logons == 4


async def test_strangers_share_a_quarter(
    log_on: Logon, hasher: GatedHasher, services: Services, issued: IssuedSecret
) -> None:
    flood = [log_on(f"nobody-{n}") for n in range(10)]
    await hasher.has_seen(1)
    clients = [log_on(issued.client_id, issued.value), *(log_on(issued.client_id, f"{WRONG}{n}") for n in range(2))]
    await hasher.has_seen(3)
    hasher.gate.set()
    assert await outcomes(flood) == [LogonRefused] + [Overloaded] * 9
    assert await outcomes(clients) == [Authenticated, LogonRefused, LogonRefused]


async def test_one_wrong_credential_many_times_at_once_counts_as_often_as_it_is_verified(
    log_on: Logon, hasher: GatedHasher, services: Services, issued: IssuedSecret
) -> None:
    tasks = [log_on(issued.client_id) for _ in range(5)]
    hasher.gate.set()
    assert await outcomes(tasks) == [LogonRefused] * 5
    assert services.locks.show(services.applications.resolve(issued.client_id).id).locked


async def test_a_place_is_free_again_after_a_refusal(log_on: Logon, hasher: GatedHasher, issued: IssuedSecret) -> None:
    hasher.gate.set()
    for _ in range(6):
        assert await outcomes([log_on("nobody")]) == [LogonRefused]
    assert await outcomes([log_on(issued.client_id, issued.value)]) == [Authenticated]


CLIENT = cast(Authenticated, object())


def held(pool: LogonPool, hold: Event, client_id: str | None, source: str | None = None) -> asyncio.Task[Authenticated]:
    """Begin a logon without a secret that takes until then."""

    def slow() -> Authenticated:
        hold.wait(5)
        return CLIENT

    return asyncio.ensure_future(pool.without_secret(slow, client_id, source))


async def test_logons_without_a_secret_leave_places_to_those_with_one(pool: LogonPool) -> None:
    hold = Event()
    logons = [held(pool, hold, f"client {number}") for number in range(6)]
    await asyncio.sleep(0.05)
    assert await pool.run(lambda: CLIENT, stranger=False) is CLIENT
    assert not any(logon.done() for logon in logons)
    hold.set()
    assert await asyncio.gather(*logons) == [CLIENT] * 6, "who finds no place waits for one"


async def test_one_client_s_flood_without_a_secret_is_its_own(pool: LogonPool) -> None:
    hold = Event()
    flood = [held(pool, hold, "one") for _ in range(12)]
    strangers = [held(pool, hold, None) for _ in range(3)]
    another = held(pool, hold, "another")
    await asyncio.sleep(0.05)
    hold.set()
    assert await outcomes(flood) == [object] * 8 + [Overloaded] * 4
    assert await outcomes(strangers) == [object] + [Overloaded] * 2
    assert await another is CLIENT
    assert await held(pool, hold, "one") is CLIENT, "a turn that is over counts no more"


async def test_a_flood_in_a_client_s_name_leaves_turns_to_other_addresses(pool: LogonPool) -> None:
    hold = Event()
    floods = [held(pool, hold, "one", f"192.0.2.{number % 3}") for number in range(30)]
    own = [held(pool, hold, "one", "10.0.0.7") for _ in range(8)]
    more = held(pool, hold, "one", "192.0.2.9")
    await asyncio.sleep(0.05)
    hold.set()
    assert (await outcomes(floods)).count(object) == 24
    assert await outcomes(own) == [object] * 8
    assert await outcomes([more]) == [Overloaded], "32 from all addresses together"


async def test_who_waits_for_keys_takes_no_turn_and_waiting_has_its_own_bound(pool: LogonPool) -> None:
    fetch = Fetching()

    def wants_keys(*, waited: bool = False) -> Authenticated:
        if not waited:
            raise KeysWanted((fetch,))
        return CLIENT

    waiting = []
    for _ in range(70):
        waiting.append(asyncio.ensure_future(pool.without_secret(wants_keys, "one", "192.0.2.9")))
        if len(waiting) % 8 == 0:
            await asyncio.sleep(0.01)
    assert await pool.without_secret(lambda: CLIENT, "one", "192.0.2.9") is CLIENT, "with the keys at hand"
    fetch.set_result(None)
    assert sorted(map(str, await outcomes(waiting))) == sorted(map(str, [object] * 64 + [Overloaded] * 6))


async def test_a_fetch_that_was_cancelled_or_broke_leaves_the_decision_to_the_keys_at_hand(
    pool: LogonPool, capsys: pytest.CaptureFixture[str]
) -> None:
    cancelled, broken = Fetching(), Fetching()
    cancelled.cancel()
    broken.set_result(KeyError("a defect"))

    def wants_keys(*, waited: bool = False) -> Authenticated:
        if not waited:
            raise KeysWanted((cancelled, broken))
        return CLIENT

    for _ in range(2):
        assert await pool.without_secret(wants_keys, "one", None) is CLIENT
    assert capsys.readouterr().err.count("KeyError: 'a defect'") == 1, "told once"


async def test_neither_keys_that_are_fetched_nor_the_pace_take_a_place(database: Database, clock: Clock) -> None:
    services = compose(database, clock, timer=lambda: 100.0)
    resting, all_rest, go_on, fetch = [], asyncio.Event(), asyncio.Event(), Fetching()

    async def rest(seconds: float) -> None:
        resting.append(seconds)
        if len(resting) == 20:
            all_rest.set()
        await go_on.wait()

    pool = LogonPool(services.authentication, os.urandom, places=2, strangers=1, rest=rest)
    services.authentication.pace.measured(40.0)  # a refusal has taken a minute

    def wants_keys(*, waited: bool = False) -> Authenticated:
        if not waited:
            raise KeysWanted((fetch,))
        return CLIENT

    def refuses() -> Authenticated:
        raise LogonRefused("wrong signature, or unknown key")

    waiting = asyncio.ensure_future(pool.without_secret(wants_keys, "one", None))
    refused = [asyncio.ensure_future(pool.without_secret(refuses, f"client {number}", None)) for number in range(20)]
    await asyncio.wait_for(all_rest.wait(), PATIENCE)
    assert resting == [60] * 20
    assert await pool.without_secret(lambda: CLIENT, "another", None) is CLIENT
    fetch.set_result(None)
    assert await waiting is CLIENT
    go_on.set()
    assert await outcomes(refused) == [LogonRefused] * 20
    pool.close()
