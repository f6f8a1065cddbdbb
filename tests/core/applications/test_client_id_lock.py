"""The lock of the client ID: five failed logons close it for an hour (PRODUCT.md section 4)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.authentication.proofs import Authenticated
from core.rules.errors import NotLocked
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database, open_database
from tests.staging import WRONG, Clock, compose, lock_out, log_on, reason


def count(services: Services, application: ApplicationView) -> int:
    return services.locks.show(application.id).failed_logons


def test_five_failed_logons_lock_the_client_id_for_60_minutes(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    for number in range(1, 5):
        log_on(services, application.client_id)
        shown = services.locks.show(application.id)
        assert (shown.locked, shown.failed_logons, shown.limit) == (False, number, 5)
    log_on(services, application.client_id)
    shown = services.locks.show(application.id)
    assert (shown.locked, shown.failed_logons) == (True, 5)
    assert shown.locked_until is not None
    assert (shown.locked_until - clock()).total_seconds() == 3600


def test_it_opens_by_itself_after_60_minutes_with_the_count_at_0(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    lock_out(services, application)
    clock.advance(minutes=60, microseconds=-1)
    assert reason(log_on(services, application.client_id, issued.value)) == "client ID locked"
    clock.advance(microseconds=1)
    shown = services.locks.show(application.id)
    assert (shown.locked, shown.locked_until, shown.failed_logons) == (False, None, 0)
    assert services.applications.get(application.id).locked_until is None
    assert isinstance(log_on(services, application.client_id, issued.value), Authenticated)


def test_after_it_opened_by_itself_five_more_are_needed(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    lock_out(services, application)
    clock.advance(minutes=60)
    for number in range(1, 5):
        log_on(services, application.client_id)
        assert count(services, application) == number
    log_on(services, application.client_id)
    assert services.locks.show(application.id).locked


def test_a_good_logon_sets_the_count_to_0(
    services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    for _ in range(4):
        log_on(services, application.client_id)
    log_on(services, application.client_id, issued.value)
    assert count(services, application) == 0
    for _ in range(4):
        log_on(services, application.client_id)
    assert not services.locks.show(application.id).locked


def test_while_locked_the_right_secret_is_refused_and_nothing_counts_or_extends(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    lock_out(services, application)
    before = services.locks.show(application.id).locked_until
    clock.advance(minutes=30)
    for value in (issued.value, WRONG, issued.value):
        assert reason(log_on(services, application.client_id, value)) == "client ID locked"
    shown = services.locks.show(application.id)
    assert (shown.locked_until, shown.failed_logons) == (before, 5)
    assert services.client_secrets.list(application.id)[0].use_count == 0


def test_an_attempt_that_began_while_locked_counts_nothing_even_if_the_hour_ends_meanwhile(
    services: Services, application: ApplicationView, issued: IssuedSecret, database: Database, clock: Clock
) -> None:
    lock_out(services, application)

    class HourEnds(Clock):
        def __call__(self) -> datetime:
            time = super().__call__()
            self.advance(minutes=60)
            return time

    slow = compose(database, HourEnds(clock()))
    assert reason(log_on(slow, application.client_id, issued.value)) == "client ID locked"
    assert count(slow, application) == 0


def test_the_client_id_in_another_case_is_the_same_counter(services: Services, application: ApplicationView) -> None:
    for client_id in (application.client_id.upper(), application.client_id, f" {application.client_id.title()} "):
        log_on(services, client_id)
    assert count(services, application) == 3


def test_each_client_id_has_a_lock_of_its_own(services: Services, application: ApplicationView) -> None:
    other = services.applications.create(NewApplication("other"))
    issued = services.client_secrets.add(other.id, NewSecret())
    lock_out(services, application)
    assert isinstance(log_on(services, other.client_id, issued.value), Authenticated)


def test_a_restart_keeps_the_lock_and_the_count(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock, path: Path
) -> None:
    for _ in range(3):
        log_on(services, application.client_id)
    services.close()
    restarted = compose(open_database(path), clock)
    for _ in range(2):
        log_on(restarted, application.client_id)
    restarted.close()
    again = compose(open_database(path), clock)
    assert reason(log_on(again, application.client_id, issued.value)) == "client ID locked"
    again.close()


def test_five_parallel_failures_count_five_and_the_others_find_it_locked(
    services: Services, application: ApplicationView
) -> None:
    with ThreadPoolExecutor(12) as threads:
        reasons = list(threads.map(lambda _: reason(log_on(services, application.client_id)), range(12)))
    assert sorted(reasons) == ["client ID locked"] * 7 + ["wrong secret"] * 5
    assert services.locks.show(application.id).locked
    assert services.activity.verify().ok


# The lock panel, unlocking, and the switch.


def test_the_lock_panel_shows_the_latest_failures_newest_first_with_reason_source_and_count(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    other = services.applications.create(NewApplication("other"))
    log_on(services, other.client_id, source="192.0.2.1")
    for number in range(3):
        log_on(services, application.client_id, source=f"10.0.0.{number}")
        clock.advance(minutes=1)
    log_on(services, application.client_id, source=None)
    failures = services.locks.show(application.id).failures
    assert [failure.source for failure in failures] == [None, "10.0.0.2", "10.0.0.1", "10.0.0.0"]
    assert {failure.reason for failure in failures} == {"wrong secret"}
    assert failures[0].at == clock()
    assert {failure.count for failure in failures} == {1}


def test_the_lock_panel_shows_ten_failures_at_most(services: Services, application: ApplicationView) -> None:
    services.applications.change(application.id, ApplicationChanges(locking_enabled=False))
    for number in range(15):
        log_on(services, application.client_id, source=f"10.0.0.{number}")
    assert len(services.locks.show(application.id).failures) == 10


def test_unlocking_opens_with_the_count_at_0_and_is_noted(
    services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    lock_out(services, application)
    shown = services.locks.unlock(application.id)
    assert (shown.locked, shown.locked_until, shown.failed_logons) == (False, None, 0)
    assert isinstance(log_on(services, application.client_id, issued.value), Authenticated)
    row = services.activity.page(application.id).rows[0]
    assert (row.action, row.actor) == ("client_id.unlocked", "operator")


def test_unlock_works_only_while_locked(services: Services, application: ApplicationView, clock: Clock) -> None:
    for _ in range(4):
        log_on(services, application.client_id)
    before = services.activity.verify()
    with pytest.raises(NotLocked, match="The client ID of “billing-api” is not locked"):
        services.locks.unlock(application.id)
    assert count(services, application) == 4
    assert services.activity.verify() == before
    log_on(services, application.client_id)
    clock.advance(minutes=60)
    with pytest.raises(NotLocked):
        services.locks.unlock(application.id)


def test_locking_leaves_a_row_that_names_the_client_and_the_source(
    services: Services, application: ApplicationView
) -> None:
    lock_out(services, application)
    row = services.activity.page(application.id).rows[0]
    assert (row.action, row.actor, row.source) == (
        "client_id.locked",
        f"client {application.client_id}",
        "10.0.0.7",
    )


def test_with_locking_switched_off_nothing_counts_and_nothing_locks(
    services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    services.applications.change(application.id, ApplicationChanges(locking_enabled=False))
    for _ in range(20):
        log_on(services, application.client_id)
    shown = services.locks.show(application.id)
    assert (shown.locked, shown.failed_logons, shown.locking_enabled) == (False, 0, False)
    assert isinstance(log_on(services, application.client_id, issued.value), Authenticated)


def test_locking_switched_off_below_the_limit_sets_the_count_to_0(
    services: Services, application: ApplicationView
) -> None:
    for _ in range(4):
        log_on(services, application.client_id)
    services.applications.change(application.id, ApplicationChanges(locking_enabled=False))
    services.applications.change(application.id, ApplicationChanges(locking_enabled=True))
    assert count(services, application) == 0


def test_locking_switched_off_while_locked_leaves_it_locked_until_the_hour_ends(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    lock_out(services, application)
    services.applications.change(application.id, ApplicationChanges(locking_enabled=False))
    shown = services.locks.show(application.id)
    assert (shown.locked, shown.failed_logons, shown.locking_enabled) == (True, 0, False)
    clock.advance(minutes=59)
    assert reason(log_on(services, application.client_id, issued.value)) == "client ID locked"
    clock.advance(minutes=1)
    assert isinstance(log_on(services, application.client_id, issued.value), Authenticated)
    assert not services.locks.show(application.id).locked


def test_locking_switched_off_while_locked_can_be_unlocked_by_somebody(
    services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    lock_out(services, application)
    services.applications.change(application.id, ApplicationChanges(locking_enabled=False))
    services.locks.unlock(application.id)
    assert isinstance(log_on(services, application.client_id, issued.value), Authenticated)


def test_locking_off_and_on_again_while_locked_neither_opens_nor_extends(
    services: Services, application: ApplicationView
) -> None:
    lock_out(services, application)
    before = services.locks.show(application.id).locked_until
    for enabled in (False, True):
        services.applications.change(application.id, ApplicationChanges(locking_enabled=enabled))
    assert services.locks.show(application.id).locked_until == before


# A clock that was set.


@pytest.mark.parametrize("back", [{"hours": 2}, {"days": 3650}], ids=["two-hours", "ten-years"])
@pytest.mark.parametrize("look", ["logon", "panel"])
def test_after_the_clock_was_set_back_a_lock_opens_an_hour_after_the_first_look_and_no_earlier(
    services: Services,
    application: ApplicationView,
    issued: IssuedSecret,
    clock: Clock,
    back: dict[str, float],
    look: str,
) -> None:
    lock_out(services, application)
    clock.set(**{unit: -number for unit, number in back.items()})
    for _ in range(2):
        if look == "logon":
            assert reason(log_on(services, application.client_id, issued.value)) == "client ID locked"
        else:
            assert services.locks.show(application.id).locked
        clock.advance(minutes=30, microseconds=-1)
    assert services.locks.show(application.id).locked_until == clock() + timedelta(microseconds=2)
    assert reason(log_on(services, application.client_id, issued.value)) == "client ID locked"
    clock.advance(microseconds=2)
    assert not services.locks.show(application.id).locked
    assert isinstance(log_on(services, application.client_id, issued.value), Authenticated)
