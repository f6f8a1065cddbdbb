"""Good logons without a commit: by what was verified before, read anew each time, and written together."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from core.authentication.proofs import Authenticated
from core.rules.errors import Refusal
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.scopes import ApiScope
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret, SecretView
from core.services import Services
from store.database import Database
from store.tables import Certificate, ClientSecret
from tests.staging import NOON, WRONG, Clock, compose, lock_out, log_on, plain_sql

OPENID = ApiScope.OPENID


@pytest.fixture
def known(services: Services, application: ApplicationView, issued: IssuedSecret) -> IssuedSecret:
    """A secret that this process has verified, and whose first use is written."""
    assert isinstance(log_on(services, application.client_id, issued.value), Authenticated)
    return issued


def at_once(services: Services, issued: IssuedSecret, source: str | None = "10.0.0.9") -> Authenticated | None:
    return services.authentication.at_once(issued.client_id, issued.value, OPENID, source)


def secret(services: Services, application: ApplicationView) -> SecretView:
    return services.client_secrets.list(application.id, revoked=True)[0]


def test_a_secret_that_nobody_has_verified_is_not_taken(services: Services, issued: IssuedSecret) -> None:
    assert at_once(services, issued) is None


def test_the_answer_is_that_of_the_long_way(services: Services, known: IssuedSecret) -> None:
    assert at_once(services, known) == log_on(services, known.client_id, known.value)


def test_the_client_id_in_another_spelling_is_the_same(services: Services, known: IssuedSecret) -> None:
    assert services.authentication.at_once(f" {known.client_id.upper()} ", known.value, OPENID, None)
    assert services.authentication.at_once("another", known.value, OPENID, None) is None


def test_uses_are_written_together(services: Services, application: ApplicationView, known: IssuedSecret) -> None:
    for _ in range(5):
        at_once(services, known, "10.0.0.9")
    assert secret(services, application).use_count == 1
    services.authentication.uses.flush()
    written = secret(services, application)
    assert (written.use_count, written.last_used_from) == (6, "10.0.0.9")
    services.authentication.uses.flush()
    assert secret(services, application).use_count == 6


def test_uses_are_written_in_one_order_in_which_no_two_processes_wait_for_each_other(services: Services) -> None:
    noted = [("c", ClientSecret), ("a", ClientSecret), ("b", Certificate), ("b", ClientSecret)]
    written: list[tuple[str, str]] = []

    def seen(_connection: object, _cursor: object, statement: str, values: Sequence[str], *_more: object) -> None:
        if statement.startswith("UPDATE"):
            written.append((statement.split()[1], values[-1]))

    for row_id, table in noted:
        services.authentication.uses.note(row_id, NOON, None, table)
    event.listen(Engine, "before_cursor_execute", seen)
    try:
        services.authentication.uses.flush()
    finally:
        event.remove(Engine, "before_cursor_execute", seen)
    secrets = [("client_secrets", row_id) for row_id in "abc"]
    assert written == [("certificates", "b"), *secrets]


def test_a_later_use_by_another_process_is_not_overwritten(
    services: Services, application: ApplicationView, known: IssuedSecret, database: Database, clock: Clock
) -> None:
    at_once(services, known, "10.0.0.9")
    clock.advance(minutes=1)
    log_on(compose(database, clock), known.client_id, known.value, OPENID, "10.0.0.2")
    services.authentication.uses.flush()
    written = secret(services, application)
    assert (written.last_used_at, written.last_used_from, written.use_count) == (clock(), "10.0.0.2", 3)


def test_after_the_clock_was_set_back_the_last_use_goes_on_by_the_new_time(
    services: Services, application: ApplicationView, known: IssuedSecret, clock: Clock
) -> None:
    clock.set(hours=-2)
    for minutes in (0, 1):
        clock.advance(minutes=minutes)
        at_once(services, known, "10.0.0.9")
        services.authentication.uses.flush()
        assert secret(services, application).last_used_at == clock()
    assert secret(services, application).last_used_from == "10.0.0.9"


def test_uses_that_cannot_be_written_now_are_written_later(
    services: Services, application: ApplicationView, known: IssuedSecret, database: Database, path: Path
) -> None:
    at_once(services, known)
    database.engine.dispose()
    path.rename(path.with_name("away"))
    with pytest.raises(Refusal):
        services.authentication.uses.flush()
    path.with_name("away").rename(path)
    at_once(services, known)
    services.authentication.uses.flush()
    assert secret(services, application).use_count == 3


def test_the_use_of_a_secret_that_is_gone_meanwhile_keeps_no_other_from_being_written(
    services: Services, application: ApplicationView, known: IssuedSecret
) -> None:
    gone = services.applications.create(NewApplication("gone"))
    other = services.client_secrets.add(gone.id, NewSecret())
    log_on(services, gone.client_id, other.value)
    assert at_once(services, other)
    assert at_once(services, known)
    services.applications.delete(gone.id, gone.name)
    services.authentication.uses.flush()
    assert secret(services, application).use_count == 2


# What has changed meanwhile.


def test_a_revoked_secret_is_not_taken(services: Services, application: ApplicationView, known: IssuedSecret) -> None:
    services.client_secrets.revoke(application.id, known.secret.id)
    assert at_once(services, known) is None


def test_an_expired_secret_is_not_taken(services: Services, known: IssuedSecret, database: Database) -> None:
    plain_sql(database, "UPDATE client_secrets SET expires_at = '2026-05-02 12:00:00.000000'")
    assert at_once(services, known) is None


def test_a_disabled_application_is_not_taken(
    services: Services, application: ApplicationView, known: IssuedSecret
) -> None:
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert at_once(services, known) is None


def test_a_locked_client_id_is_not_taken(services: Services, application: ApplicationView, known: IssuedSecret) -> None:
    lock_out(services, application)
    assert at_once(services, known) is None


def test_a_secret_without_the_api_scope_is_not_taken(
    services: Services, application: ApplicationView, known: IssuedSecret
) -> None:
    services.client_secrets.edit(application.id, known.secret.id, SecretChanges(scopes=[ApiScope.APPLICATION]))
    assert at_once(services, known) is None


def test_a_count_that_has_to_go_back_to_0_takes_the_long_way(
    services: Services, application: ApplicationView, known: IssuedSecret
) -> None:
    log_on(services, application.client_id, WRONG)
    assert at_once(services, known) is None
    assert isinstance(log_on(services, application.client_id, known.value), Authenticated)
    assert at_once(services, known)


def test_the_first_use_takes_the_long_way_that_commits_it(
    services: Services, known: IssuedSecret, database: Database
) -> None:
    plain_sql(database, "UPDATE client_secrets SET last_used_at = NULL")
    assert at_once(services, known) is None


def test_a_deleted_application_is_not_taken(
    services: Services, application: ApplicationView, known: IssuedSecret
) -> None:
    services.applications.delete(application.id, application.name)
    assert at_once(services, known) is None


# Strangers.


def test_strangers_are_unknown_locked_and_disabled_client_ids(
    services: Services, application: ApplicationView, known: IssuedSecret
) -> None:
    authentication = services.authentication
    assert authentication.is_stranger("nobody")
    assert not authentication.is_stranger(f" {application.client_id.upper()}")
    lock_out(services, application)
    assert authentication.is_stranger(application.client_id)
    services.locks.unlock(application.id)
    assert not authentication.is_stranger(application.client_id)
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert authentication.is_stranger(application.client_id)
