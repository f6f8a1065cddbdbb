"""The lock by the time since boot: a clock that is set opens none early and keeps none for longer (PRODUCT.md 4).

The machine of these tests tells its uptime; what one does that tells none is in `test_client_id_lock.py`.
"""

from datetime import timedelta

import pytest

from core.applications.application_list import ApplicationOrder
from core.authentication.proofs import Authenticated
from core.rules.errors import NotLocked
from core.rules.requests.applications import ApplicationChanges
from core.rules.views.applications import ApplicationState, ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database
from tests.staging import Clock, compose, dice, fetched, lock_out, log_on, plain_sql, reason

HOUR = timedelta(minutes=60)
SETTINGS = [{"minutes": 61}, {"hours": -2}, {"days": 3650}, {"days": -3650}]

each_setting = pytest.mark.parametrize("setting", SETTINGS, ids=["61 min ahead", "2 h back", "ahead", "back"])


@pytest.fixture
def services(database: Database, clock: Clock, slept: list[float]) -> Services:
    return compose(database, clock, token_bytes=dice(), sleep=slept.append, since_boot=clock.since_boot)


def says_locked(services: Services, issued: IssuedSecret, application: ApplicationView) -> bool:
    """Ask everybody who can tell, and see that they agree; a refused logon is the last of them."""
    listed = services.application_list.start(ApplicationOrder(), 10).rows[0]
    answers = {
        services.locks.show(application.id).locked,
        services.applications.get(application.id).state is ApplicationState.LOCKED,
        services.applications.resolve(issued.client_id).locked_until is not None,
        listed.state is ApplicationState.LOCKED,
        services.verification.verify(application.id, issued.value).reason == "The client ID is locked.",
        services.authentication.is_stranger(issued.client_id),
        not isinstance(log_on(services, issued.client_id, issued.value), Authenticated),
    }
    (answer,) = answers
    return answer


@each_setting
def test_whoever_asks_it_is_locked_for_60_minutes_and_no_longer(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock, setting: dict[str, float]
) -> None:
    lock_out(services, application)
    clock.advance(minutes=10)
    clock.set(**setting)
    assert says_locked(services, issued, application)
    clock.advance(minutes=50, milliseconds=-1)
    assert says_locked(services, issued, application)
    clock.advance(milliseconds=1)
    assert not says_locked(services, issued, application)
    assert services.locks.show(application.id).failed_logons == 0


@each_setting
def test_people_see_the_time_of_their_clock_at_which_it_opens(
    services: Services, application: ApplicationView, clock: Clock, setting: dict[str, float]
) -> None:
    lock_out(services, application)
    clock.set(**setting)
    for _ in range(3):
        clock.advance(minutes=10)
        log_on(services, application.client_id)  # which writes the end down by the new time
    left = HOUR - timedelta(minutes=30)
    assert services.locks.show(application.id).locked_until == clock() + left
    assert services.applications.get(application.id).locked_until == clock() + left
    assert fetched(services.desk.database, "SELECT locked_until FROM applications") == [
        ((clock() + left).strftime("%Y-%m-%d %H:%M:%S.%f"),)
    ]


def test_a_look_at_the_lock_writes_nothing_however_the_clock_was_set(
    services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    lock_out(services, application)
    stored = fetched(database, "SELECT * FROM applications")
    clock.set(hours=-2)
    services.locks.show(application.id)
    assert fetched(database, "SELECT * FROM applications") == stored


def test_a_clock_set_back_again_and_again_prolongs_nothing(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    lock_out(services, application)
    for _ in range(59):
        clock.advance(minutes=1)
        clock.set(hours=-2)
        assert reason(log_on(services, application.client_id, issued.value)) == "client ID locked"
    clock.advance(minutes=1)
    assert not says_locked(services, issued, application)


@pytest.mark.parametrize("look", ["logon", "panel"])
def test_a_restart_with_a_clock_set_back_counts_one_hour_anew_which_no_clock_moves(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock, look: str
) -> None:
    lock_out(services, application)
    clock.restart()
    clock.set(days=-3650)
    if look == "logon":
        log_on(services, application.client_id)
    assert services.locks.show(application.id).locked_until == clock() + HOUR
    clock.advance(minutes=59)
    clock.set(days=3650)
    assert says_locked(services, issued, application)
    clock.advance(minutes=1)
    assert not says_locked(services, issued, application)


def test_after_a_restart_it_goes_by_the_clock_and_from_the_next_attempt_on_by_the_new_boot(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    lock_out(services, application)
    clock.advance(minutes=20)
    clock.restart()
    assert says_locked(services, issued, application)
    clock.set(minutes=61)
    clock.advance(minutes=39)
    assert says_locked(services, issued, application)
    clock.advance(minutes=1)
    assert not says_locked(services, issued, application)


def test_after_a_restart_that_took_an_hour_it_is_open(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    lock_out(services, application)
    clock.advance(hours=1)
    clock.restart()
    assert not says_locked(services, issued, application)


def test_another_machine_goes_by_the_clock(
    services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    lock_out(services, application)
    other = compose(database, clock)
    assert other.locks.show(application.id).locked_until == clock() + HOUR
    clock.advance(hours=1)
    assert not other.locks.show(application.id).locked


def test_an_end_that_plain_sql_has_set_is_believed(
    services: Services, application: ApplicationView, issued: IssuedSecret, database: Database, clock: Clock
) -> None:
    lock_out(services, application)
    plain_sql(database, "UPDATE applications SET locked_until = :at", at=clock().strftime("%Y-%m-%d %H:%M:%S.000000"))
    assert not says_locked(services, issued, application)
    lock_out(services, application)
    plain_sql(database, "UPDATE applications SET locked_until = NULL, failed_logons = 0")
    assert not says_locked(services, issued, application)


@each_setting
def test_unlocking_works_while_it_is_locked_and_only_then(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock, setting: dict[str, float]
) -> None:
    lock_out(services, application)
    clock.set(**setting)
    assert not services.locks.unlock(application.id).locked
    assert not says_locked(services, issued, application)
    lock_out(services, application)
    clock.advance(hours=1)
    clock.set(**{unit: -number for unit, number in setting.items()})
    with pytest.raises(NotLocked):
        services.locks.unlock(application.id)


@each_setting
def test_locking_switched_off_while_locked_leaves_it_until_the_hour_ends(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock, setting: dict[str, float]
) -> None:
    lock_out(services, application)
    services.applications.change(application.id, ApplicationChanges(locking_enabled=False))
    clock.set(**setting)
    clock.advance(minutes=59)
    assert says_locked(services, issued, application)
    assert services.locks.show(application.id).failed_logons == 0
    clock.advance(minutes=1)
    assert not says_locked(services, issued, application)


def test_an_open_client_id_keeps_nothing_of_its_lock(
    services: Services, application: ApplicationView, issued: IssuedSecret, database: Database, clock: Clock
) -> None:
    for opened in (lambda: services.locks.unlock(application.id), lambda: clock.advance(hours=1)):
        lock_out(services, application)
        opened()
        assert isinstance(log_on(services, application.client_id, issued.value), Authenticated)
        columns = "lock_boot, lock_boot_end, lock_boot_until, locked_until, failed_logons"
        assert fetched(database, f"SELECT {columns} FROM applications") == [(None, None, None, None, 0)]
