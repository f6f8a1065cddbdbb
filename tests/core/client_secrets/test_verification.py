"""Verify and find: whose secret is this, and does it work? (PRODUCT.md section 3)"""

import os

import pytest
from argon2.profiles import CHEAPEST

from core.hashing import ArgonHasher
from core.rules.expiry import Lifetime, SecretState
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.scopes import ApiScope
from core.rules.secret_format import checksum, new_value
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret, Verification
from core.services import Services
from store.database import Database
from tests.staging import Clock, compose, everything, log_on


@pytest.fixture
def issued(services: Services, application: ApplicationView) -> IssuedSecret:
    """A secret for one API."""
    return services.client_secrets.add(application.id, NewSecret("job", scopes=["openid"]))


def test_a_value_that_works_is_recognised_with_what_it_is_for(
    services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    expected = Verification(
        matches=True,
        works=True,
        state=SecretState.ACTIVE,
        hint=issued.secret.hint,
        scopes=frozenset({ApiScope.OPENID}),
        application="billing-api",
        client_id=application.client_id,
        reason=None,
    )
    assert services.verification.verify(application.id, issued.value) == expected
    assert services.verification.verify(application.id, f" {issued.value}\n") == expected
    assert services.verification.find(issued.value) == expected
    assert services.verification.find(issued.secret.hint) == expected


def test_verifying_is_no_logon_and_changes_nothing(
    services: Services, application: ApplicationView, issued: IssuedSecret, database: Database
) -> None:
    log_on(services, application.client_id)
    before = everything(database)
    for text in (issued.value, issued.secret.hint, new_value(os.urandom), "x"):
        services.verification.verify(application.id, text)
        services.verification.find(text)
    assert everything(database) == before


@pytest.mark.parametrize(
    "text", ["", "x", "kd_", "\udcff", "a\x00b", "x" * 100_000, new_value(os.urandom)], ids=lambda text: text[:3]
)
def test_what_matches_nothing_is_told_so_and_nothing_else(
    services: Services, application: ApplicationView, issued: IssuedSecret, text: str
) -> None:
    here = services.verification.verify(application.id, text)
    assert here == Verification(False, False, reason="It matches no client secret of this application.")
    anywhere = services.verification.find(text)
    assert anywhere == Verification(False, False, reason="It matches no client secret.")


def test_an_altered_value_with_a_right_checksum_matches_nothing(services: Services, issued: IssuedSecret) -> None:
    body = issued.value[:12] + "0" * 43
    assert not services.verification.find(body + checksum(body)).matches


def test_a_secret_of_another_application_is_found_but_not_verified_here(
    services: Services, issued: IssuedSecret
) -> None:
    other = services.applications.create(NewApplication("other"))
    assert not services.verification.verify(other.id, issued.value).matches
    assert services.verification.find(issued.value).application == "billing-api"


def test_a_hint_proves_nothing_here_but_finds_its_secret(
    services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    assert not services.verification.verify(application.id, issued.secret.hint).matches
    assert services.verification.find(f" {issued.secret.hint} ").application == "billing-api"
    assert not services.verification.find("kd_00000000").matches


def test_one_that_does_not_work_is_recognised_with_the_reason(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    def outcome() -> tuple[bool, bool, str | None]:
        found = services.verification.verify(application.id, issued.value)
        assert services.verification.find(issued.value) == found
        return found.matches, found.works, found.reason

    for _ in range(5):
        log_on(services, application.client_id)
    assert outcome() == (True, False, "The client ID is locked.")
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert outcome() == (True, False, "The application is disabled.")
    clock.advance(days=366)
    assert outcome() == (True, False, "The secret is expired.")
    services.client_secrets.revoke(application.id, issued.secret.id)
    assert outcome() == (True, False, "The secret is revoked.")


@pytest.mark.parametrize(("days", "state"), [(0, "active"), (340, "expiring"), (365, "expired")])
def test_the_state_is_the_one_of_the_moment(
    services: Services, issued: IssuedSecret, clock: Clock, days: int, state: str
) -> None:
    clock.advance(days=days)
    assert services.verification.find(issued.value).state == state


def test_a_secret_of_an_application_whose_others_expire_still_works(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret())
    kept = services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER))
    clock.advance(days=400)
    assert services.verification.find(kept.value).works


def test_one_value_costs_one_verification_whatever_it_is(
    database: Database, clock: Clock, application: ApplicationView, issued: IssuedSecret
) -> None:
    class Counting(ArgonHasher):
        verifications = 0

        def verify(self, encoded: str, value: str) -> bool:
            self.verifications += 1
            return super().verify(encoded, value)

    hasher = Counting(os.urandom, CHEAPEST)
    services = compose(database, clock, hasher=hasher)
    for number, text in enumerate((issued.value, new_value(os.urandom), "x"), start=1):
        services.verification.verify(application.id, text)
        assert hasher.verifications == number
