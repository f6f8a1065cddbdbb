"""What is a failed logon, and what is refused without being one (PRODUCT.md section 4)."""

import os
from collections.abc import Callable

import pytest

from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.secret_format import checksum, new_value
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database
from tests.staging import WRONG, Clock, everything, log_on, reason


def count(services: Services, application: ApplicationView) -> int:
    return services.locks.show(application.id).failed_logons


def test_what_matches_none_of_its_secrets_counts(services: Services, application: ApplicationView) -> None:
    other = services.applications.create(NewApplication("other"))
    foreign = services.client_secrets.add(other.id, NewSecret()).value
    mine = services.client_secrets.add(application.id, NewSecret()).value
    wrong = [foreign, new_value(os.urandom), mine[:-1] + ("0" if mine[-1] != "0" else "1"), "x"]
    for number, value in enumerate(wrong, start=1):
        assert reason(log_on(services, application.client_id, value)) == "wrong secret"
        assert count(services, application) == number
    assert count(services, other) == 0


def test_a_right_hint_with_a_wrong_rest_counts(services: Services, application: ApplicationView) -> None:
    hint = services.client_secrets.add(application.id, NewSecret()).secret.hint
    body = f"{hint}_{'0' * 43}"
    assert reason(log_on(services, application.client_id, body + checksum(body))) == "wrong secret"
    assert count(services, application) == 1


Spoil = Callable[[Services, IssuedSecret, Clock], object]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda services, issued, clock: clock.advance(days=365), "secret expired"),
        (lambda services, issued, clock: revoke(services, issued), "secret revoked"),
        (lambda services, issued, clock: narrow(services, issued), "secret without API scope openid"),
    ],
    ids=["expired", "revoked", "without the scope"],
)
def test_a_secret_that_matches_but_may_not_is_refused_with_its_reason_and_does_not_count(
    services: Services, application: ApplicationView, clock: Clock, spoil: Spoil, why: str
) -> None:
    issued = services.client_secrets.add(application.id, NewSecret())
    log_on(services, application.client_id)
    spoil(services, issued, clock)
    for _ in range(10):
        assert reason(log_on(services, application.client_id, issued.value)) == why
    assert count(services, application) == 1
    failure = services.locks.show(application.id).failures[0]
    assert (failure.reason, failure.source) == (why, "10.0.0.7")


def owner(services: Services, issued: IssuedSecret) -> str:
    return services.applications.resolve(issued.client_id).id


def revoke(services: Services, issued: IssuedSecret) -> None:
    services.client_secrets.revoke(owner(services, issued), issued.secret.id)


def narrow(services: Services, issued: IssuedSecret) -> None:
    services.client_secrets.edit(owner(services, issued), issued.secret.id, SecretChanges(scopes=["application"]))


def test_no_or_an_empty_secret_is_no_logon(services: Services, application: ApplicationView) -> None:
    before = services.activity.verify()
    for _ in range(6):
        assert reason(log_on(services, application.client_id, "")) == "no secret"
    assert count(services, application) == 0
    assert services.activity.verify() == before


def test_a_disabled_application_neither_counts_nor_resets(
    services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    for _ in range(3):
        log_on(services, application.client_id)
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    for value in (WRONG, issued.value) * 5:
        assert reason(log_on(services, application.client_id, value)) == "application disabled"
    assert count(services, application) == 3


@pytest.mark.parametrize(
    "client_id", ["00000000-0000-4000-8000-000000000000", "", "x", "\udcff", "a\x00b", "billing-api"]
)
def test_an_unknown_client_id_is_refused_and_makes_no_row(
    services: Services, application: ApplicationView, database: Database, client_id: str
) -> None:
    before = everything(database)
    assert reason(log_on(services, client_id)) == "unknown client ID"
    assert everything(database) == before


@pytest.mark.parametrize("value", ["\udcff\udcfe", "a\x00b", "x" * 1_000_000, "\x1b]52;c;aGk=\x07", "é"])
def test_a_value_of_any_characters_and_any_length_is_only_a_wrong_secret(
    services: Services, application: ApplicationView, value: str
) -> None:
    assert reason(log_on(services, application.client_id, value)) == "wrong secret"
