"""Whole lives of credentials through the services, over several starts of the program."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.applications.application_list import ApplicationOrder
from core.authentication.proofs import Authenticated
from core.rules.errors import LogonRefused
from core.rules.expiry import SecretState
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.scopes import ApiScope
from core.rules.views.applications import ApplicationState
from core.services import Services
from store.database import open_database
from tests.staging import Clock, compose, log_on


def start(path: Path, clock: Clock) -> Services:
    """Start the program anew."""
    return compose(open_database(path), clock)


def test_a_credential_from_its_making_to_its_end(path: Path, clock: Clock) -> None:
    # Monday: made, handed over, in use.
    services = start(path, clock)
    application = services.applications.create(NewApplication("billing-api", "Invoices"))
    issued = services.client_secrets.add(application.id, NewSecret("nightly job"))
    assert isinstance(log_on(services, issued.client_id, issued.value), Authenticated)
    services.close()

    # Months later somebody wonders what this hint in a log is, and whether it is still in use.
    clock.advance(days=200)
    services = start(path, clock)
    assert isinstance(log_on(services, issued.client_id, issued.value, source="10.0.0.9"), Authenticated)
    (row,) = services.application_list.start(ApplicationOrder(issued.secret.hint), 10).rows
    (secret,) = services.client_secrets.list(row.id)
    assert (row.name, secret.description) == ("billing-api", "nightly job")
    assert (secret.last_used_at, secret.last_used_from, secret.use_count) == (clock(), "10.0.0.9", 2)
    services.close()

    # It is about to end: a second one is made, the first revoked once nobody uses it any more.
    clock.advance(days=150)
    services = start(path, clock)
    assert services.applications.get(application.id).state is ApplicationState.EXPIRING
    second = services.client_secrets.add(application.id, NewSecret("nightly job"))
    assert services.applications.get(application.id).state is ApplicationState.ACTIVE
    assert isinstance(log_on(services, second.client_id, second.value), Authenticated)
    services.client_secrets.revoke(application.id, issued.secret.id)
    assert isinstance(log_on(services, issued.client_id, issued.value), LogonRefused)
    services.close()

    # At the end the application goes, and what happened stays.
    services = start(path, clock)
    services.applications.delete(application.id, "billing-api")
    actions = [row.action for row in reversed(services.activity.page(application.id).rows)]
    assert actions == [
        "application.created",
        "secret.added",
        "secret.added",
        "secret.revoked",
        "logon.refused",
        "application.deleted",
    ]
    assert services.activity.verify().ok
    services.close()


def test_a_guesser_locks_the_client_id_and_the_owner_gets_back_in(path: Path, clock: Clock) -> None:
    services = start(path, clock)
    application = services.applications.create(NewApplication("billing-api"))
    issued = services.client_secrets.add(application.id, NewSecret())
    for number in range(8):
        log_on(services, application.client_id, f"guess {number}", source="203.0.113.5")
    services.close()

    # A restart is no way round the lock.
    services = start(path, clock)
    assert isinstance(log_on(services, issued.client_id, issued.value), LogonRefused)
    shown = services.locks.show(application.id)
    assert (shown.locked, shown.locked_until) == (True, clock() + timedelta(hours=1))
    assert {failure.source for failure in shown.failures} == {"203.0.113.5", "10.0.0.7"}

    # An operator looks at the panel and opens it; the owner works, and the lock is forgotten.
    services.locks.unlock(application.id)
    assert isinstance(log_on(services, issued.client_id, issued.value), Authenticated)
    assert services.applications.get(application.id).state is ApplicationState.ACTIVE
    clock.advance(minutes=5)
    refused = [row for row in services.activity.page(application.id).rows if row.action == "logon.refused"]
    assert sum(row.count for row in refused) == 9
    services.close()


def test_a_console_that_stays_open_sees_what_another_one_does(path: Path, clock: Clock) -> None:
    one, other = start(path, clock), start(path, clock)
    application = one.applications.create(NewApplication("billing-api"))
    issued = one.client_secrets.add(application.id, NewSecret())
    mark = one.change_mark()
    other.client_secrets.revoke(application.id, issued.secret.id)
    assert one.change_mark() != mark
    (secret,) = one.client_secrets.list(application.id, revoked=True)
    assert secret.state is SecretState.REVOKED
    one.close()
    other.close()


@pytest.mark.parametrize("scope", list(ApiScope))
def test_twenty_secrets_all_work_and_each_is_told_apart(path: Path, clock: Clock, scope: ApiScope) -> None:
    services = start(path, clock)
    application = services.applications.create(NewApplication("billing-api"))
    issued = [services.client_secrets.add(application.id, NewSecret(scopes=[scope])) for _ in range(20)]
    for one in issued:
        outcome = log_on(services, application.client_id, one.value, scope)
        assert isinstance(outcome, Authenticated)
        assert outcome.credential_id == one.secret.id
    assert [view.use_count for view in services.client_secrets.list(application.id)] == [1] * 20
    services.close()
