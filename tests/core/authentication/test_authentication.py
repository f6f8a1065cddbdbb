"""Client authentication by secret: what a good logon leaves, and that every refusal looks alike (PRODUCT.md 4)."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import Parameters
from argon2.profiles import CHEAPEST

from core.authentication.proofs import Authenticated
from core.hashing import ArgonHasher
from core.rules.requests.client_secrets import NewSecret
from core.rules.scopes import ApiScope
from core.rules.secret_format import new_value
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database
from tests.staging import WRONG, Clock, compose, fetched, lock_out, log_on, plain_sql, reason


def test_the_right_secret_authenticates_and_is_noted_as_used(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    for number in range(1, 4):
        clock.advance(minutes=1)
        outcome = log_on(services, application.client_id, issued.value, ApiScope.OPENID, f"10.0.0.{number}")
        assert isinstance(outcome, Authenticated)
        assert (outcome.client_id, outcome.credential_id) == (application.client_id, issued.secret.id)
        (secret,) = services.client_secrets.list(application.id)
        assert (secret.last_used_at, secret.last_used_from, secret.use_count) == (clock(), f"10.0.0.{number}", number)


def test_good_logons_leave_no_activity(services: Services, application: ApplicationView, issued: IssuedSecret) -> None:
    before = services.activity.verify()
    log_on(services, application.client_id, issued.value)
    assert services.activity.verify() == before


def test_the_client_id_may_be_given_in_upper_case(
    services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    assert log_on(services, f" {application.client_id.upper()} ", issued.value) == log_on(
        services, application.client_id, issued.value
    )


@pytest.mark.parametrize("scope", list(ApiScope))
def test_a_secret_opens_the_apis_that_it_was_made_for_and_no_other(
    services: Services, application: ApplicationView, scope: ApiScope
) -> None:
    issued = services.client_secrets.add(application.id, NewSecret(scopes=[scope]))
    for other in ApiScope:
        outcome = log_on(services, application.client_id, issued.value, other)
        assert isinstance(outcome, Authenticated) == (other is scope)


def test_parallel_good_logons_are_all_counted(
    services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda _: log_on(services, application.client_id, issued.value), range(40)))
    assert all(isinstance(outcome, Authenticated) for outcome in outcomes)
    assert services.client_secrets.list(application.id)[0].use_count == 40


# The answer.


def test_every_refusal_is_the_same_answer_and_keeps_its_reason_to_itself(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    lapsed = services.client_secrets.add(application.id, NewSecret())
    clock.advance(days=400)
    refusals = [log_on(services, "nobody"), log_on(services, application.client_id, lapsed.value)]
    refusals += [log_on(services, application.client_id) for _ in range(5)]
    refusals += [log_on(services, application.client_id, issued.value)]
    assert len({reason(refusal) for refusal in refusals}) == 4
    answers = {(refusal.error, refusal.description, str(refusal), repr(refusal)) for refusal in refusals}  # type: ignore[union-attr]
    assert answers == {
        (
            "invalid_client",
            "Client authentication failed.",
            "Client authentication failed.",
            "LogonRefused('Client authentication failed.')",
        )
    }


class CountingHasher(ArgonHasher):
    """Counts what costs time."""

    verifications = 0

    def verify(self, encoded: str, value: str) -> bool:
        self.verifications += 1
        return super().verify(encoded, value)


def counting(database: Database, clock: Clock, slept: list[float]) -> tuple[Services, CountingHasher]:
    hasher = CountingHasher(os.urandom, CHEAPEST)
    return compose(database, clock, hasher=hasher, sleep=slept.append), hasher


def test_each_attempt_on_an_open_client_id_costs_one_verification_whatever_is_presented(
    database: Database, clock: Clock, application: ApplicationView, issued: IssuedSecret, slept: list[float]
) -> None:
    services, hasher = counting(database, clock, slept)
    for client_id, value in (
        ("nobody", issued.value),
        (application.client_id, issued.value),
        (application.client_id, WRONG),
        (application.client_id, new_value(os.urandom)),
        (application.client_id, issued.value[:-1] + "-"),
    ):
        before = hasher.verifications
        log_on(services, client_id, value)
        assert hasher.verifications == before + 1


def test_a_refusal_that_was_verified_is_no_quicker_than_others_usually_are(
    database: Database, clock: Clock, application: ApplicationView, slept: list[float]
) -> None:
    services = compose(database, clock, sleep=slept.append, timer=lambda: 100.0)
    services.authentication.pace.measured(40.0)  # a refusal has taken a minute
    for client_id in (application.client_id, "nobody"):
        log_on(services, client_id)
    assert slept == [60, 60]


def test_a_secret_that_this_process_has_verified_is_not_verified_again(
    database: Database, clock: Clock, application: ApplicationView, issued: IssuedSecret, slept: list[float]
) -> None:
    services, hasher = counting(database, clock, slept)
    for _ in range(3):
        assert isinstance(log_on(services, application.client_id, issued.value), Authenticated)
    assert hasher.verifications == 1


def test_an_unknown_client_id_is_refused_no_sooner_than_a_wrong_secret_that_is_written_down(
    database: Database, clock: Clock, application: ApplicationView, slept: list[float]
) -> None:
    services, _ = counting(database, clock, slept)
    log_on(services, application.client_id)
    log_on(services, "nobody")
    assert len(slept) == 1


def test_a_secret_revoked_after_it_was_verified_is_refused_without_computing(
    database: Database, clock: Clock, application: ApplicationView, issued: IssuedSecret, slept: list[float]
) -> None:
    services, hasher = counting(database, clock, slept)
    log_on(services, application.client_id, WRONG)
    log_on(services, application.client_id, issued.value)
    services.client_secrets.revoke(application.id, issued.secret.id)
    before = hasher.verifications
    assert reason(log_on(services, application.client_id, issued.value)) == "secret revoked"
    assert hasher.verifications == before


def test_a_locked_answer_computes_nothing(
    database: Database, clock: Clock, application: ApplicationView, issued: IssuedSecret, slept: list[float]
) -> None:
    services, hasher = counting(database, clock, slept)
    lock_out(services, application)
    before = hasher.verifications
    for value in (issued.value, WRONG):
        log_on(services, application.client_id, value)
    assert hasher.verifications == before


def test_the_first_locked_answer_of_a_process_costs_one_verification_and_no_wait(
    database: Database, clock: Clock, application: ApplicationView, services: Services, slept: list[float]
) -> None:
    lock_out(services, application)
    slept.clear()
    restarted, hasher = counting(database, clock, slept)
    log_on(restarted, application.client_id)
    assert (hasher.verifications, slept) == (1, [])
    log_on(restarted, application.client_id)
    assert hasher.verifications == 1


def test_a_secret_that_is_revoked_while_it_is_verified_is_refused(
    services: Services, application: ApplicationView, issued: IssuedSecret, database: Database, clock: Clock
) -> None:
    class Slow(ArgonHasher):
        def verify(self, encoded: str, value: str) -> bool:
            right = super().verify(encoded, value)
            services.client_secrets.revoke(application.id, issued.secret.id)
            return right

    slow = compose(database, clock, hasher=Slow(os.urandom, CHEAPEST))
    assert reason(log_on(slow, application.client_id, issued.value)) == "secret revoked"


def test_an_application_that_is_deleted_while_it_logs_on_is_refused_like_any_other(
    services: Services, application: ApplicationView, issued: IssuedSecret, database: Database, clock: Clock
) -> None:
    class Slow(ArgonHasher):
        def verify(self, encoded: str, value: str) -> bool:
            services.applications.delete(application.id, application.name)
            return True

    slow = compose(database, clock, hasher=Slow(os.urandom, CHEAPEST))
    assert reason(log_on(slow, application.client_id, issued.value)) == "unknown client ID"


# Hashing again.


def test_a_secret_is_hashed_again_with_todays_parameters_after_a_good_use_once_the_answer_is_out(
    services: Services, application: ApplicationView, issued: IssuedSecret, database: Database, clock: Clock
) -> None:
    later: list[Callable[[], None]] = []
    stronger = Parameters(CHEAPEST.type, CHEAPEST.version, 16, 32, time_cost=2, memory_cost=16, parallelism=1)
    today = compose(database, clock, parameters=stronger, defer=later.append)
    (old,) = stored(database)
    assert isinstance(log_on(today, application.client_id, issued.value), Authenticated)
    assert stored(database) == [old]  # the answer is out, nothing was hashed yet
    later.pop()()
    (new,) = stored(database)
    assert "m=16,t=2" in new
    assert isinstance(log_on(today, application.client_id, issued.value), Authenticated)
    assert later == []


def test_a_refused_logon_hashes_nothing_again(
    application: ApplicationView, issued: IssuedSecret, services: Services, database: Database, clock: Clock
) -> None:
    later: list[Callable[[], None]] = []
    stronger = Parameters(CHEAPEST.type, CHEAPEST.version, 16, 32, time_cost=2, memory_cost=16, parallelism=1)
    today = compose(database, clock, parameters=stronger, defer=later.append)
    log_on(today, application.client_id, WRONG)
    services.client_secrets.revoke(application.id, issued.secret.id)
    log_on(today, application.client_id, issued.value)
    assert later == []


def test_hashing_again_comes_too_late_for_a_row_that_has_changed(
    application: ApplicationView, issued: IssuedSecret, database: Database, clock: Clock
) -> None:
    later: list[Callable[[], None]] = []
    stronger = Parameters(CHEAPEST.type, CHEAPEST.version, 16, 32, time_cost=2, memory_cost=16, parallelism=1)
    today = compose(database, clock, parameters=stronger, defer=later.append)
    log_on(today, application.client_id, issued.value)
    changed = "$argon2id$by another hand"
    plain_sql(database, "UPDATE client_secrets SET hash = :hash", hash=changed)
    later.pop()()
    assert stored(database) == [changed]


def stored(database: Database) -> list[str]:
    return [str(value) for (value,) in fetched(database, "SELECT hash FROM client_secrets")]


def test_a_secret_whose_stored_hash_was_altered_is_refused_as_a_wrong_one(
    services: Services, issued: IssuedSecret, database: Database
) -> None:
    plain_sql(database, "UPDATE client_secrets SET hash = '$argon2id$zz'")
    assert reason(log_on(services, issued.client_id, issued.value)) == "wrong secret"
