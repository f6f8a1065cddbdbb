"""Refused logons in the activity: repeats within five minutes become one further row (PRODUCT.md section 6)."""

import os
from datetime import timedelta

import pytest

from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.secret_format import new_value
from core.rules.views.activity import ActivityRow
from core.rules.views.applications import ApplicationView
from core.services import Services
from tests.staging import NOON, WRONG, Clock, log_on


@pytest.fixture
def target(services: Services, application: ApplicationView) -> ApplicationView:
    """An application that never locks, so that every attempt has the same reason."""
    return services.applications.change(application.id, ApplicationChanges(locking_enabled=False))


def refusals(services: Services, application: ApplicationView) -> list[ActivityRow]:
    """Return the rows of refused logons, oldest first."""
    rows = services.activity.page(application.id, limit=1000).rows
    return [row for row in reversed(rows) if row.action == "logon.refused"]


def test_the_first_refused_logon_is_a_row_at_once_with_reason_and_source(
    services: Services, target: ApplicationView
) -> None:
    log_on(services, target.client_id)
    (row,) = refusals(services, target)
    assert (row.at, row.reason, row.source, row.count) == (NOON, "wrong secret", "10.0.0.7", 1)
    assert (row.actor, row.object) == (f"client {target.client_id}", "billing-api")


def test_repeats_within_five_minutes_become_one_further_row_with_the_count(
    services: Services, target: ApplicationView, clock: Clock
) -> None:
    for _ in range(10):
        log_on(services, target.client_id)
        clock.advance(seconds=10)
    assert [row.count for row in refusals(services, target)] == [1]
    clock.time = NOON + timedelta(minutes=5)
    first, repeats = refusals(services, target)
    assert (first.count, repeats.count) == (1, 9)
    assert (repeats.reason, repeats.source) == ("wrong secret", "10.0.0.7")
    assert repeats.after == {
        "since": (NOON + timedelta(seconds=10)).isoformat(),
        "until": (NOON + timedelta(seconds=90)).isoformat(),
    }


def test_without_a_repeat_there_is_no_further_row(services: Services, target: ApplicationView, clock: Clock) -> None:
    log_on(services, target.client_id)
    clock.advance(hours=1)
    assert len(refusals(services, target)) == 1


def test_after_five_minutes_the_next_one_is_a_row_at_once_again(
    services: Services, target: ApplicationView, clock: Clock
) -> None:
    log_on(services, target.client_id)
    log_on(services, target.client_id)
    clock.advance(minutes=5)
    log_on(services, target.client_id)
    assert [row.count for row in refusals(services, target)] == [1, 1, 1]


def test_another_reason_hint_source_or_application_is_no_repeat(
    services: Services, target: ApplicationView, clock: Clock
) -> None:
    other = services.applications.create(NewApplication("other"))
    hints = [services.client_secrets.add(other.id, NewSecret()) for _ in range(2)]
    revoked = services.client_secrets.add(target.id, NewSecret())
    services.client_secrets.revoke(target.id, revoked.secret.id)
    log_on(services, target.client_id, WRONG, source="10.0.0.1")
    log_on(services, target.client_id, WRONG, source="10.0.0.2")
    log_on(services, target.client_id, WRONG, source=None)
    log_on(services, target.client_id, hints[0].value)
    log_on(services, target.client_id, hints[1].value)
    log_on(services, target.client_id, revoked.value)
    assert len(refusals(services, target)) == 6
    log_on(services, other.client_id, WRONG, source="10.0.0.1")
    assert len(refusals(services, other)) == 1


def test_a_row_names_the_hint_of_a_secret_that_exists(services: Services, target: ApplicationView) -> None:
    other = services.applications.create(NewApplication("other"))
    foreign = services.client_secrets.add(other.id, NewSecret())
    log_on(services, target.client_id, foreign.value)
    assert refusals(services, target)[0].object == f"billing-api {foreign.secret.hint}"


@pytest.mark.slow
def test_a_thousand_failures_in_a_quarter_of_an_hour_make_a_few_rows_and_none_is_lost(
    services: Services, target: ApplicationView, clock: Clock
) -> None:
    for _ in range(1000):
        log_on(services, target.client_id)
        clock.advance(seconds=0.9)
    clock.advance(minutes=5)
    rows = refusals(services, target)
    assert len(rows) == 6
    assert sum(row.count for row in rows) == 1000
    assert services.activity.verify().ok


@pytest.mark.slow
def test_hundreds_of_different_guesses_make_no_more_rows_than_one_guess_repeated(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    for _ in range(300):
        log_on(services, application.client_id, new_value(os.urandom))
    clock.advance(minutes=5)
    rows = refusals(services, application)
    assert [(row.reason, row.count) for row in rows] == [
        ("wrong secret", 1),
        ("client ID locked", 1),
        ("wrong secret", 4),
        ("client ID locked", 294),
    ]


def test_what_is_still_being_counted_is_in_the_lock_panel(
    services: Services, target: ApplicationView, clock: Clock
) -> None:
    for _ in range(4):
        log_on(services, target.client_id)
        clock.advance(seconds=1)
    latest, first = services.locks.show(target.id).failures
    assert (latest.count, latest.at) == (3, NOON + timedelta(seconds=3))
    assert (first.count, first.at) == (1, NOON)


def test_reading_the_activity_writes_what_is_due_for_every_application(
    services: Services, target: ApplicationView, clock: Clock
) -> None:
    for _ in range(3):
        log_on(services, target.client_id)
    clock.advance(minutes=5)
    rows = services.activity.page(None).rows
    assert (rows[0].action, rows[0].count) == ("logon.refused", 2)
    again = services.activity.page(None).rows
    assert again == rows


def test_in_the_lock_panel_repeats_stand_at_the_time_of_the_last_before_and_after_they_are_written(
    services: Services, target: ApplicationView, clock: Clock
) -> None:
    for _ in range(4):
        log_on(services, target.client_id)
        clock.advance(seconds=1)
    counted = services.locks.show(target.id).failures
    clock.advance(hours=1)
    refusals(services, target)  # reading the activity writes what is due
    assert services.locks.show(target.id).failures == counted


@pytest.mark.parametrize("setting", [{"minutes": 61}, {"hours": -2}], ids=["ahead", "back"])
def test_however_the_clock_is_set_repeats_wait_five_minutes_at_most_and_no_row_is_out_of_order(
    services: Services, target: ApplicationView, clock: Clock, setting: dict[str, float]
) -> None:
    for _ in range(3):
        log_on(services, target.client_id)
        clock.advance(seconds=1)
    clock.set(**setting)
    assert [row.count for row in refusals(services, target)] == [1, 2]  # what waited is written at the next look
    for _ in range(4):
        log_on(services, target.client_id)
        clock.advance(seconds=1)
    clock.advance(minutes=5)
    rows = refusals(services, target)
    assert [row.count for row in rows] == [1, 2, 1, 3]
    times = [time for row in rows for time in (*sorted((row.after or {}).values()), row.at.isoformat())]
    assert times == sorted(times)
    failures = services.locks.show(target.id).failures
    assert [failure.count for failure in failures] == [3, 1, 2, 1]


def test_repeats_of_a_time_that_the_clock_was_set_back_from_are_written_and_the_next_counted_anew(
    services: Services, target: ApplicationView, clock: Clock
) -> None:
    clock.advance(days=3650)
    for _ in range(3):
        log_on(services, target.client_id)
    clock.time = NOON
    for _ in range(4):
        log_on(services, target.client_id)
    clock.advance(minutes=5)
    assert [row.count for row in refusals(services, target)] == [1, 2, 1, 3]
